//! What users are told on standard error.

use std::fmt::Write as _;
use std::io::Write;

use ramp_core::Level;

use crate::error::{CliError, one_line};
use crate::style;

/// Standard error, with everything before it that was written to standard output: where both are one file, neither comes
/// into the middle of the other.
pub(crate) fn stderr() -> impl Write {
    // Who reads it may be gone, which is no reason not to be told.
    let _ = std::io::stdout().flush();
    anstream::stderr().lock()
}

/// What keeps the command from its work, and what to do about it.
pub(crate) fn failure(err: &CliError) {
    let mut stderr = stderr();
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(stderr, "{} {}", style::paint(style::ERROR, "error:"), style::printable(&one_line(err)));
    if let Some(help) = err.help() {
        let _ = writeln!(stderr, "{} {}", style::paint(style::NOTE, "help:"), style::printable(&help));
    }
    if let CliError::Probe { source, .. } = err {
        let _ = stderr.write_all(log_of(source).as_bytes());
    }
}

/// Several things that keep the command from its work: all but the last, which ends it, are told here.
pub(crate) fn failures(errors: impl IntoIterator<Item = CliError>) -> Result<(), CliError> {
    let mut errors = errors.into_iter().peekable();
    while let Some(err) = errors.next() {
        if errors.peek().is_none() {
            return Err(err);
        }
        failure(&err);
    }
    Ok(())
}

/// Something that does not keep the command from its work.
pub(crate) fn notice(level: Level, message: &str) {
    let style = style::of(level);
    let mut stderr = stderr();
    let _ = writeln!(stderr, "{} {}", style::paint(style, &format!("{level}:")), style::printable(message));
}

/// What to do about it.
pub(crate) fn help(message: &str) {
    let _ = writeln!(stderr(), "  help: {}", style::printable(message));
}

/// What the module and whatever loaded it wrote.
fn log_of(err: &ramp_probe::ProbeError) -> String {
    let mut text = String::new();
    if let Some(log) = err.log() {
        let _ = writeln!(text, "{}", style::paint(style::DIM, "what was logged:"));
        for line in log.lines() {
            let _ = writeln!(text, "  {}", style::printable(line));
        }
    }
    text
}
