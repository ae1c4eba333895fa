//! What the loader does before the module's own code runs: it relocates, and calls constructors.
//!
//! Source: `elf/dynamic-link.h`, `elf/do-rel.h` and `sysdeps/*/dl-machine.h` of glibc, which asserts some of this, answers
//! `unexpected reloc type` to the rest, or writes where it is told.

use goblin::elf::dynamic::{
    DT_FINI, DT_FLAGS, DT_INIT, DT_INIT_ARRAY, DT_INIT_ARRAYSZ, DT_JMPREL, DT_PLTREL, DT_PLTRELSZ, DT_RELA,
    DT_RELACOUNT, DT_RELAENT, DT_RELASZ, DT_SYMENT, DT_TEXTREL,
};
use goblin::elf::header::{EM_AARCH64, EM_X86_64};

use super::asked::{Asked, Symbol, Symbols};
use super::dynamic::{DT_RELR, DT_RELRENT, DT_RELRSZ, DynamicTable};
use super::faults::{Faults, written};
use super::image::Image;
use super::ranges::{self, Ranges, Slots};
use super::relr;
use crate::module::defect::{ModuleDefect, RelocationFault, TableKind};
use crate::module::read::{Scan, narrow, widen};

/// Bytes of a relocation, of a symbol, and of an entry of the compact form, on 64-bit machines.
const RELA: usize = 24;
const SYMBOL: u64 = 24;
const RELR: u64 = 8;

const DF_TEXTREL: u64 = 4;

/// The types that a loader knows, and what some of them do.
struct Types {
    known: fn(u32) -> bool,
    none: u32,
    relative: u32,
    chosen: u32,
    /// What writes the address of a symbol.
    address: [u32; 2],
    /// What is about thread-local storage.
    tls: &'static [u32],
    /// What takes the place of the storage in the static block for granted.
    static_tls: u32,
    /// What takes it where it can be had.
    descriptor: u32,
    /// What writes the size of a symbol.
    size: &'static [u32],
}

const X86_64: Types = Types {
    known: |kind| matches!(kind, 0..=2 | 5..=8 | 10 | 16..=18 | 32 | 33 | 36..=38),
    none: 0,
    relative: 8,
    chosen: 37,
    address: [1, 6],
    tls: &[16, 17, 18, 36],
    static_tls: 18,
    descriptor: 36,
    size: &[32, 33],
};
const AARCH64: Types = Types {
    known: |kind| matches!(kind, 0 | 256 | 257 | 1024..=1032),
    none: 0,
    relative: 1027,
    chosen: 1032,
    address: [257, 1025],
    tls: &[1028, 1029, 1030, 1031],
    static_tls: 1030,
    descriptor: 1031,
    size: &[],
};

/// What the relocations ask for.
#[derive(Debug, Default)]
pub(super) struct Relocations {
    /// Symbols.
    pub(super) asked: Asked,
    /// A place in the static block of thread-local storage.
    pub(super) static_tls: bool,
}

/// Checks what the loader of a 64-bit machine would do, by the tables of relocations and constructors.
pub(super) fn read<'a>(
    scan: &mut Scan<'_>,
    image: &Image<'a>,
    table: &DynamicTable<'a>,
    symbols: Symbols<'a>,
    code: &Ranges<()>,
) -> Relocations {
    let types = match image.e_machine {
        EM_X86_64 => &X86_64,
        EM_AARCH64 => &AARCH64,
        _ => return Relocations::default(),
    };
    if !image.encoding.wide || !image.encoding.little {
        return Relocations::default();
    }
    check_values(scan, table);
    for (tag, name) in [(DT_INIT, "DT_INIT"), (DT_FINI, "DT_FINI")] {
        if let Some(address) = table.get(tag).filter(|address| code.of(*address).is_none()) {
            scan.defect(ModuleDefect::NotCode { tag: name.into(), address });
        }
    }
    let start = table.get(DT_INIT_ARRAY).unwrap_or_default();
    let array = sized(scan, image, table, (DT_INIT_ARRAY, "DT_INIT_ARRAY"), DT_INIT_ARRAYSZ, TableKind::InitArray);
    let constructors = Slots::new(start, array.map_or(0, <[u8]>::len));
    let text = table.get(DT_TEXTREL).is_some() || table.get(DT_FLAGS).unwrap_or_default() & DF_TEXTREL != 0;
    let writable = ranges::writable(image, text);
    let has_tls = image.tls().is_some();
    let mut checker = Checker { image, types, writable, code, symbols, constructors, has_tls, static_tls: false };
    let relative = table.get(DT_RELACOUNT).unwrap_or_default();
    for (at, size, kind, relative) in [
        ((DT_RELA, "DT_RELA"), DT_RELASZ, TableKind::Relocations, relative),
        ((DT_JMPREL, "DT_JMPREL"), DT_PLTRELSZ, TableKind::PltRelocations, 0),
    ] {
        if let Some(bytes) = sized(scan, image, table, at, size, kind) {
            checker.check(scan, bytes, kind, relative);
        }
    }
    if let Some(bytes) = sized(scan, image, table, (DT_RELR, "DT_RELR"), DT_RELRSZ, TableKind::CompactRelocations) {
        relr::check(scan, image, bytes, (&checker.writable, code), &mut checker.constructors);
    }
    // What no relocation makes an address is called where it was linked to, which is nowhere.
    if !checker.constructors.are_written() {
        let address = checker.constructors.start();
        scan.defect(ModuleDefect::NotCode { tag: "DT_INIT_ARRAY".into(), address });
    }
    Relocations { static_tls: checker.static_tls, asked: checker.symbols.into_asked() }
}

/// What has one right value, and must be there where another entry is.
fn check_values(scan: &mut Scan<'_>, table: &DynamicTable<'_>) {
    let values = [
        (DT_PLTREL, "DT_PLTREL", DT_RELA),
        (DT_RELAENT, "DT_RELAENT", widen(RELA)),
        (DT_SYMENT, "DT_SYMENT", SYMBOL),
        (DT_RELRENT, "DT_RELRENT", RELR),
    ];
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
        (DT_JMPREL, "DT_JMPREL", DT_PLTREL, "DT_PLTREL"),
        (DT_PLTRELSZ, "DT_PLTRELSZ", DT_JMPREL, "DT_JMPREL"),
        (DT_RELR, "DT_RELR", DT_RELRSZ, "DT_RELRSZ"),
        (DT_RELR, "DT_RELR", DT_RELRENT, "DT_RELRENT"),
        (DT_RELRSZ, "DT_RELRSZ", DT_RELR, "DT_RELR"),
        (DT_INIT_ARRAY, "DT_INIT_ARRAY", DT_INIT_ARRAYSZ, "DT_INIT_ARRAYSZ"),
        (DT_INIT_ARRAYSZ, "DT_INIT_ARRAYSZ", DT_INIT_ARRAY, "DT_INIT_ARRAY"),
    ];
    for (tag, name, wanted, lacks) in pairs {
        // A size of zero, or an address of zero, is how some linkers leave a table out.
        if table.get(tag).is_some_and(|value| value != 0) && table.get(wanted).is_none() {
            scan.defect(ModuleDefect::DynamicLacks { tag: name.into(), lacks: lacks.into() });
        }
    }
    for (at, of, size, tag) in
        [(DT_JMPREL, "DT_JMPREL", DT_PLTRELSZ, "DT_PLTRELSZ"), (DT_RELR, "DT_RELR", DT_RELRSZ, "DT_RELRSZ")]
    {
        if table.get(at).is_some_and(|address| address != 0) && table.get(size) == Some(0) {
            scan.defect(ModuleDefect::DynamicEmptied { tag: tag.into(), of: of.into() });
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

struct Checker<'a, 'i> {
    image: &'i Image<'a>,
    types: &'static Types,
    writable: Ranges<bool>,
    code: &'i Ranges<()>,
    symbols: Symbols<'a>,
    /// The pointers to constructors.
    constructors: Slots,
    has_tls: bool,
    static_tls: bool,
}

impl Checker<'_, '_> {
    /// Each relocation of a table.
    fn check(&mut self, scan: &mut Scan<'_>, bytes: &[u8], kind: TableKind, relative: u64) {
        let mut faults = Faults::default();
        for (index, record) in bytes.chunks_exact(RELA).enumerate() {
            let index = widen(index);
            if let Some(reason) = self.fault(record, index < relative) {
                faults.add(reason, index);
            }
        }
        faults.tell(scan, kind);
    }

    fn fault(&mut self, record: &[u8], counted: bool) -> Option<RelocationFault> {
        let encoding = self.image.encoding;
        let (offset, kind) = (encoding.u64(record, 0)?, encoding.u32(record, 8)?);
        let (number, addend) = (encoding.u32(record, 12)?, encoding.u64(record, 16)?);
        let types = self.types;
        // Most are of that type.
        if kind != types.relative && !(types.known)(kind) {
            return Some(RelocationFault::UnknownType);
        }
        if counted && kind != types.relative {
            return Some(RelocationFault::NotRelative);
        }
        if kind == types.none {
            return None;
        }
        if let Some(fault) = written(&self.writable, offset) {
            return Some(fault);
        }
        if let Some(fault) = self.symbols.fault(number, self.code) {
            return Some(fault);
        }
        let symbol = if number == 0 { None } else { self.symbols.get(number) };
        if types.tls.contains(&kind) && symbol.is_none_or(Symbol::is_own) {
            if !self.has_tls {
                return Some(RelocationFault::NoTls);
            }
            self.static_tls |= kind == types.static_tls;
        }
        let may_be_nothing = symbol.is_some_and(|symbol| self.symbols.may_be_nothing(number, symbol));
        // The loader asks what it has found without asking whether it has.
        if may_be_nothing && types.size.contains(&kind) {
            return Some(RelocationFault::NoSize);
        }
        // It makes room for the storage of the library that has the symbol, which divides by zero where the library has none.
        let takes_room = kind == types.static_tls || kind == types.descriptor;
        if takes_room && !may_be_nothing && symbol.is_some_and(|symbol| !symbol.is_own() && symbol.is_not_tls()) {
            return Some(RelocationFault::NotTls);
        }
        let constructs = self.constructors.write(offset);
        let is_nothing = constructs && types.address.contains(&kind) && may_be_nothing;
        let calls = kind == types.chosen || constructs && kind == types.relative;
        (is_nothing || calls && self.code.of(addend).is_none()).then_some(RelocationFault::NotCode)
    }
}
