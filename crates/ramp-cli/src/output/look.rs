//! What a report is to show.

use super::place::Places;

/// What a report is to show, and how.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look {
    /// Whether what may follow from other findings is shown to people too, and what is suppressed.
    pub(crate) all: bool,
    /// Whether people are told of what does not pass alone.
    pub(crate) quiet: bool,
    /// Whether they are told how often each rule has found something.
    pub(crate) statistics: bool,
    /// The policy file, where it is none that people see beside them.
    pub(crate) policy_file: Option<String>,
    pub(crate) places: Places,
}
