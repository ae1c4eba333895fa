//! What the packer writes: the same bytes for the same content, and readable by everybody.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod bundles;
mod dependency_archives;
mod repair;
mod repaired;

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs a program over standard input and gives what it prints; `None` where the program is not installed.
fn run(program: &str, args: &[&str], input: &[u8]) -> Option<String> {
    let spawned = Command::new(program).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("{program} is not installed: not asked");
            return None;
        }
        Err(err) => panic!("{program}: {err}"),
    };
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{program} {args:?}: {} {text}", output.status);
    Some(text)
}
