//! The `ramp` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Where a module is to be loaded, this process is started once more for it, and does nothing else.
    ramp_cli::become_host_if_asked();
    ramp_cli::run(std::env::args_os())
}
