//! Questions that are answered with yes or no.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use crate::error::CliError;
use crate::style::printable;
use crate::tell;

/// The longest line that is taken for an answer.
const ANSWER_BYTES: u64 = 100;

/// Whether there is somebody to ask.
pub(super) fn is_answered() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks; whatever is not yes is no.
pub(super) fn confirmed(question: &str) -> Result<bool, CliError> {
    let mut stderr = tell::stderr();
    let mut line = String::new();
    let asked = question.lines().map(printable).collect::<Vec<_>>().join("\n");
    write!(stderr, "{asked} [y/N] ")
        .and_then(|()| stderr.flush())
        .and_then(|()| io::stdin().lock().take(ANSWER_BYTES).read_line(&mut line))
        .map_err(|source| CliError::Prompt { source })?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}
