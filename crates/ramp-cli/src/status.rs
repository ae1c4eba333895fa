//! The exit status.

use std::process::ExitCode;

/// How a command that could be evaluated ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Nothing at or above `--fail-on`.
    Clean,
    /// Findings at or above it.
    Found,
    /// Something could not be evaluated.
    NotEvaluated,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Clean => 0,
            Status::Found => 1,
            Status::NotEvaluated => 2,
        })
    }
}
