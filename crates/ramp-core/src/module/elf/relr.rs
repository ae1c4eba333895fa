//! Relative relocations in the compact form (`DT_RELR`).
//!
//! An even entry is an address to relocate; an odd one has a bit for each of the 63 words behind what was relocated last.
//! Source: `elf/dynamic-link.h` of glibc, `elf_dynamic_do_relr`.

use super::faults::{Faults, written};
use super::image::Image;
use super::ranges::{POINTER, Ranges, Slots};
use crate::module::defect::{RelocationFault, TableKind};
use crate::module::read::{Scan, widen};

/// Words that an odd entry has a bit for.
const WORDS: u32 = 63;

/// Checks where the entries write, and what they make of pointers to constructors.
pub(super) fn check(
    scan: &mut Scan<'_>,
    image: &Image<'_>,
    bytes: &[u8],
    (writable, code): (&Ranges<bool>, &Ranges<()>),
    constructors: &mut Slots,
) {
    let mut checker = Checker { image, writable, code, constructors };
    let mut faults = Faults::default();
    // What comes before the first address has none to be relative to, and the loader takes the module's own.
    let mut next = 0;
    for (index, entry) in bytes.chunks_exact(8).enumerate() {
        let Some(entry) = image.encoding.u64(entry, 0) else { break };
        let fault = if entry & 1 == 0 {
            next = entry.wrapping_add(POINTER);
            checker.word(entry)
        } else {
            let fault = checker.words(next, entry >> 1);
            next = next.wrapping_add(POINTER.wrapping_mul(u64::from(WORDS)));
            fault
        };
        if let Some(reason) = fault {
            faults.add(reason, widen(index));
        }
    }
    faults.tell(scan, TableKind::CompactRelocations);
}

struct Checker<'a, 'i> {
    image: &'i Image<'a>,
    writable: &'i Ranges<bool>,
    code: &'i Ranges<()>,
    constructors: &'i mut Slots,
}

impl Checker<'_, '_> {
    fn word(&mut self, address: u64) -> Option<RelocationFault> {
        if let Some(fault) = written(self.writable, address) {
            return Some(fault);
        }
        if !self.constructors.write(address) {
            return None;
        }
        // The loader adds to what stands there.
        let stands = self.image.at(address).and_then(|bytes| self.image.encoding.u64(bytes, 0)).unwrap_or_default();
        self.code.of(stands).is_none().then_some(RelocationFault::NotCode)
    }

    /// The words from `first` on whose bits are set. Where they lie in one range, and no constructor among them, nothing is looked at one
    /// by one.
    fn words(&mut self, first: u64, bits: u64) -> Option<RelocationFault> {
        let at = |bit: u32| first.wrapping_add(POINTER.wrapping_mul(u64::from(bit)));
        if bits == 0 {
            return None;
        }
        let (from, last) =
            (at(bits.trailing_zeros()), at(u64::BITS.saturating_sub(1).saturating_sub(bits.leading_zeros())));
        let is_one = self.writable.of(from).is_some_and(|(end, writable)| writable && from <= last && last < end);
        if is_one && !self.constructors.touch(from, last.saturating_add(POINTER)) {
            return None;
        }
        (0..WORDS).filter(|bit| bits & (1 << bit) != 0).find_map(|bit| self.word(at(bit)))
    }
}
