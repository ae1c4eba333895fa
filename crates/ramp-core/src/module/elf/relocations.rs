//! What the loader does before the module's own code runs: it relocates, and calls constructors.
//!
//! Source: `elf/dynamic-link.h`, `elf/do-rel.h` and `sysdeps/*/dl-machine.h` of glibc, which asserts some of this, answers
//! `unexpected reloc type` to the rest, or writes where it is told.

use goblin::elf::ProgramHeader;
use goblin::elf::dynamic::{
    DT_FINI, DT_FLAGS, DT_INIT, DT_INIT_ARRAY, DT_INIT_ARRAYSZ, DT_JMPREL, DT_PLTREL, DT_PLTRELSZ, DT_RELA,
    DT_RELACOUNT, DT_RELAENT, DT_RELASZ, DT_SYMENT, DT_TEXTREL,
};
use goblin::elf::header::{EM_AARCH64, EM_X86_64};
use goblin::elf::program_header::PF_W;

use super::dynamic::{DT_RELR, DynamicTable};
use super::image::{Image, end_of};
use super::symbols::Count;
use crate::module::defect::{ModuleDefect, RelocationFault, TableKind};
use crate::module::read::{Scan, narrow, widen};

/// Bytes of a relocation, of a symbol and of a pointer on 64-bit machines.
const RELA: usize = 24;
const SYMBOL: u64 = 24;
const POINTER: u64 = 8;

const DF_TEXTREL: u64 = 4;

/// The types that a loader knows, and what three of them do.
struct Types {
    known: &'static [u32],
    none: u32,
    relative: u32,
    chosen: u32,
}

const X86_64: Types =
    Types { known: &[0, 1, 2, 5, 6, 7, 8, 10, 16, 17, 18, 32, 33, 36, 37, 38], none: 0, relative: 8, chosen: 37 };
const AARCH64: Types = Types {
    known: &[0, 256, 257, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031, 1032],
    none: 0,
    relative: 1027,
    chosen: 1032,
};

/// Checks what the loader of a 64-bit machine would do, by the tables of relocations and constructors.
pub(super) fn check(scan: &mut Scan<'_>, image: &Image<'_>, table: &DynamicTable<'_>, count: Count) {
    let types = match image.e_machine {
        EM_X86_64 => &X86_64,
        EM_AARCH64 => &AARCH64,
        _ => return,
    };
    if !image.encoding.wide || !image.encoding.little {
        return;
    }
    check_values(scan, table);
    for (tag, name) in [(DT_INIT, "DT_INIT"), (DT_FINI, "DT_FINI")] {
        if let Some(address) = table.get(tag).filter(|address| !image.is_code(*address)) {
            scan.defect(ModuleDefect::NotCode { tag: name.into(), address });
        }
    }
    let start = table.get(DT_INIT_ARRAY).unwrap_or_default();
    let constructors = start..start.saturating_add(table.get(DT_INIT_ARRAYSZ).unwrap_or_default());
    sized(scan, image, table, (DT_INIT_ARRAY, "DT_INIT_ARRAY"), DT_INIT_ARRAYSZ, TableKind::InitArray);
    let text = table.get(DT_TEXTREL).is_some() || table.get(DT_FLAGS).unwrap_or_default() & DF_TEXTREL != 0;
    let symbols = count.by_hash.unwrap_or(u64::MAX);
    let mut checker = Checker { image, types, writable: Ranges::new(image, text), symbols, constructors, pointed: 0 };
    let relative = table.get(DT_RELACOUNT).unwrap_or_default();
    for (at, size, kind, relative) in [
        ((DT_RELA, "DT_RELA"), DT_RELASZ, TableKind::Relocations, relative),
        ((DT_JMPREL, "DT_JMPREL"), DT_PLTRELSZ, TableKind::PltRelocations, 0),
    ] {
        if let Some(bytes) = sized(scan, image, table, at, size, kind) {
            checker.check(scan, bytes, kind, relative);
        }
    }
    // What no relocation makes an address is called where it was linked to, which is nowhere.
    let slots = checker.constructors.end.saturating_sub(start).checked_div(POINTER).unwrap_or_default();
    if checker.pointed < slots && table.get(DT_RELR).is_none() {
        scan.defect(ModuleDefect::NotCode { tag: "DT_INIT_ARRAY".into(), address: start });
    }
}

/// What has one right value, and must be there where another entry is.
fn check_values(scan: &mut Scan<'_>, table: &DynamicTable<'_>) {
    let values =
        [(DT_PLTREL, "DT_PLTREL", DT_RELA), (DT_RELAENT, "DT_RELAENT", widen(RELA)), (DT_SYMENT, "DT_SYMENT", SYMBOL)];
    for (tag, name, expected) in values {
        if let Some(claimed) = table.get(tag).filter(|claimed| *claimed != expected) {
            scan.defect(ModuleDefect::DynamicValue { tag: name.into(), claimed, expected });
        }
    }
    let pairs = [
        (DT_RELA, "DT_RELA", DT_RELASZ, "DT_RELASZ"),
        (DT_RELA, "DT_RELA", DT_RELAENT, "DT_RELAENT"),
        (DT_RELASZ, "DT_RELASZ", DT_RELA, "DT_RELA"),
        (DT_JMPREL, "DT_JMPREL", DT_PLTRELSZ, "DT_PLTRELSZ"),
        (DT_PLTRELSZ, "DT_PLTRELSZ", DT_JMPREL, "DT_JMPREL"),
        (DT_INIT_ARRAY, "DT_INIT_ARRAY", DT_INIT_ARRAYSZ, "DT_INIT_ARRAYSZ"),
        (DT_INIT_ARRAYSZ, "DT_INIT_ARRAYSZ", DT_INIT_ARRAY, "DT_INIT_ARRAY"),
    ];
    for (tag, name, wanted, lacks) in pairs {
        // A size of zero, or an address of zero, is how some linkers leave a table out.
        if table.get(tag).is_some_and(|value| value != 0) && table.get(wanted).is_none() {
            scan.defect(ModuleDefect::DynamicLacks { tag: name.into(), lacks: lacks.into() });
        }
    }
}

/// The bytes of a table that has a place and a size, where it has any.
fn sized<'a>(
    scan: &mut Scan<'_>,
    image: &Image<'a>,
    table: &DynamicTable<'a>,
    (at, name): (u64, &'static str),
    size: u64,
    kind: TableKind,
) -> Option<&'a [u8]> {
    let needed = table.get(size).filter(|needed| *needed > 0)?;
    let bytes = table.mapped(scan, image, at, name)?;
    if needed > widen(bytes.len()) {
        scan.defect(ModuleDefect::TablePastEnd {
            table: kind,
            offset: table.get(at).and_then(|address| image.offset(address)).unwrap_or_default(),
            needed,
            available: widen(bytes.len()),
        });
    }
    Some(bytes.get(..narrow(needed)).unwrap_or(bytes))
}

/// Where the loader may write, in order.
struct Ranges(Vec<(u64, u64, bool)>);

impl Ranges {
    fn new(image: &Image<'_>, text: bool) -> Self {
        let range = |segment: &ProgramHeader| (segment.p_vaddr, end_of(segment), text || segment.p_flags & PF_W != 0);
        let mut ranges: Vec<_> = image.loads().map(range).collect();
        ranges.sort_unstable();
        Self(ranges)
    }

    /// What is wrong with writing there.
    fn fault(&self, address: u64) -> Option<RelocationFault> {
        let behind = self.0.partition_point(|(start, ..)| *start <= address);
        match behind.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some((_, end, writable)) if address < *end => (!writable).then_some(RelocationFault::ReadOnly),
            _ => Some(RelocationFault::Outside),
        }
    }
}

struct Checker<'a, 'i> {
    image: &'i Image<'a>,
    types: &'static Types,
    writable: Ranges,
    /// How many symbols there are.
    symbols: u64,
    /// Where the pointers to constructors are.
    constructors: std::ops::Range<u64>,
    /// How many of them a relocation writes.
    pointed: u64,
}

impl Checker<'_, '_> {
    /// Each relocation of a table; of those with the same fault, the first is named.
    fn check(&mut self, scan: &mut Scan<'_>, bytes: &[u8], kind: TableKind, relative: u64) {
        let mut faults: Vec<(RelocationFault, u64, u64)> = Vec::new();
        for (index, record) in bytes.chunks_exact(RELA).enumerate() {
            let index = widen(index);
            let Some(reason) = self.fault(record, index < relative) else { continue };
            match faults.iter_mut().find(|(known, ..)| *known == reason) {
                Some((.., found)) => *found = found.saturating_add(1),
                None => faults.push((reason, index, 1)),
            }
        }
        for (reason, index, found) in faults {
            scan.defect(ModuleDefect::RelocationBroken { table: kind, index, reason, found });
        }
    }

    fn fault(&mut self, record: &[u8], counted: bool) -> Option<RelocationFault> {
        let encoding = self.image.encoding;
        let (offset, kind) = (encoding.u64(record, 0)?, encoding.u32(record, 8)?);
        let (symbol, addend) = (encoding.u32(record, 12)?, encoding.u64(record, 16)?);
        let types = self.types;
        if !types.known.contains(&kind) {
            return Some(RelocationFault::UnknownType);
        }
        if counted && kind != types.relative {
            return Some(RelocationFault::NotRelative);
        }
        if kind == types.none {
            return None;
        }
        if let Some(fault) = self.writable.fault(offset) {
            return Some(fault);
        }
        if u64::from(symbol) >= self.symbols.max(1) {
            return Some(RelocationFault::NoSymbol);
        }
        let constructs = self.constructors.contains(&offset);
        self.pointed = self.pointed.saturating_add(u64::from(constructs));
        let calls = kind == types.chosen || constructs && kind == types.relative;
        (calls && !self.image.is_code(addend)).then_some(RelocationFault::NotCode)
    }
}
