//! The built-in host of `ramp-probe` as a program of its own, for who links the library and cannot become the host.

use std::process::ExitCode;

fn main() -> ExitCode {
    ramp_probe::become_host_if_asked();
    // Standard error may be closed; then there is nobody to tell.
    let _ = std::io::Write::write_all(&mut std::io::stderr(), b"This program is started by ramp-probe.\n");
    ExitCode::from(2)
}
