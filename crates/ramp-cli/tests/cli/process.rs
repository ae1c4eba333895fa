//! `ramp serve`, started as its users start it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server on a port that is free, with its data in `directory`: the process, and the address that it prints. It has no modules but
/// those that are uploaded.
pub(crate) fn serve(directory: &Path, prepare: impl FnOnce(&mut Command) -> &mut Command) -> (Child, String) {
    serve_with_bundled(directory, |command| prepare(command.arg("--without-bundled")))
}

/// What starts one.
pub(crate) fn command(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ramp"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(directory);
    command
}

/// The same with the modules that come with its release.
pub(crate) fn serve_with_bundled(
    directory: &Path,
    prepare: impl FnOnce(&mut Command) -> &mut Command,
) -> (Child, String) {
    let mut child = prepare(&mut command(directory)).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("://127.0.0.1:"), "no address: {line:?}");
    (child, line.trim().to_owned())
}
