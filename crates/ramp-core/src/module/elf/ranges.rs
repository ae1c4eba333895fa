//! Addresses by what may be done there.

use std::ops::Range;

use goblin::elf::ProgramHeader;
use goblin::elf::program_header::{PF_W, PF_X};

use super::image::{Image, end_of};

/// Ranges of addresses in order, each with what is said of it. Asking takes a few steps, however many there are.
#[derive(Debug)]
pub(super) struct Ranges<T>(Vec<(u64, u64, T)>);

impl<T: Copy + Ord> Ranges<T> {
    fn new(ranges: impl Iterator<Item = (u64, u64, T)>) -> Self {
        let mut ranges: Vec<_> = ranges.filter(|(start, end, _)| start < end).collect();
        ranges.sort_unstable();
        Self(ranges)
    }

    /// The range that an address is in: its end, and what is said of it.
    pub(super) fn of(&self, address: u64) -> Option<(u64, T)> {
        let behind = self.0.partition_point(|(start, ..)| *start <= address);
        let (_, end, what) = self.0.get(behind.checked_sub(1)?)?;
        (address < *end).then_some((*end, *what))
    }
}

/// Where the loader may write, and where it may not.
pub(super) fn writable(image: &Image<'_>, text: bool) -> Ranges<bool> {
    let range = |segment: &ProgramHeader| (segment.p_vaddr, end_of(segment), text || segment.p_flags & PF_W != 0);
    Ranges::new(image.loads().map(range))
}

/// Where there is code from the file, but for what becomes read-only.
pub(super) fn code(image: &Image<'_>) -> Ranges<()> {
    let (from, to) = image.protected().unwrap_or_default();
    let executable = image.loads().filter(|segment| segment.p_flags & PF_X != 0);
    let pieces = executable.flat_map(|segment| {
        let (start, end) = (segment.p_vaddr, segment.p_vaddr.saturating_add(segment.p_filesz));
        if from < to { [(start, end.min(from), ()), (start.max(to), end, ())] } else { [(start, end, ()), (0, 0, ())] }
    });
    Ranges::new(pieces)
}

/// Bytes of a pointer on 64-bit machines.
pub(super) const POINTER: u64 = 8;

/// The pointers of a table, and which of them a relocation has written.
#[derive(Debug)]
pub(super) struct Slots {
    range: Range<u64>,
    written: Vec<bool>,
    left: usize,
}

impl Slots {
    /// The table from `start` on, of `size` bytes: no more than the file has.
    pub(super) fn new(start: u64, size: usize) -> Self {
        let slots = size.checked_div(8).unwrap_or_default();
        let end = start.saturating_add(u64::try_from(size).unwrap_or_default());
        Self { range: start..end, written: vec![false; slots], left: slots }
    }

    pub(super) fn start(&self) -> u64 {
        self.range.start
    }

    /// Whether one of them is written by what writes at that address.
    pub(super) fn write(&mut self, address: u64) -> bool {
        if !self.range.contains(&address) {
            return false;
        }
        let slot = address.saturating_sub(self.range.start).checked_div(POINTER).unwrap_or_default();
        let slot = usize::try_from(slot).ok().and_then(|slot| self.written.get_mut(slot));
        if slot.is_some_and(|slot| !std::mem::replace(slot, true)) {
            self.left = self.left.saturating_sub(1);
        }
        true
    }

    /// Whether all are written.
    pub(super) fn are_written(&self) -> bool {
        self.left == 0
    }

    /// Whether some of the addresses from `from` up to `to` are of the table.
    pub(super) fn touch(&self, from: u64, to: u64) -> bool {
        from < self.range.end && self.range.start < to
    }
}
