//! What is wrong with the relocations of a table.

use super::ranges::Ranges;
use crate::module::defect::{ModuleDefect, RelocationFault, TableKind};
use crate::module::read::Scan;

/// Faults of a table. Of those with the same reason the first is named.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(RelocationFault, u64, u64)>);

impl Faults {
    pub(super) fn add(&mut self, reason: RelocationFault, index: u64) {
        match self.0.iter_mut().find(|(known, ..)| *known == reason) {
            Some((.., found)) => *found = found.saturating_add(1),
            None => self.0.push((reason, index, 1)),
        }
    }

    pub(super) fn tell(self, scan: &mut Scan<'_>, table: TableKind) {
        for (reason, index, found) in self.0 {
            scan.defect(ModuleDefect::RelocationBroken { table, index, reason, found });
        }
    }
}

/// What is wrong with writing there.
pub(super) fn written(writable: &Ranges<bool>, address: u64) -> Option<RelocationFault> {
    match writable.of(address) {
        Some((_, true)) => None,
        Some((_, false)) => Some(RelocationFault::ReadOnly),
        None => Some(RelocationFault::Outside),
    }
}
