//! Load: a module on a platform.

use crate::finding::Location;
use crate::knowledge::Platform;
use crate::module::ElfFacts;

/// A module on a platform.
#[derive(Debug)]
pub(super) struct Loading<'a> {
    pub(super) elf: &'a ElfFacts,
    pub(super) platform: &'a Platform,
    /// The module's architecture, in `module.json`'s spelling.
    pub(super) architecture: String,
    pub(super) at: Location,
}
