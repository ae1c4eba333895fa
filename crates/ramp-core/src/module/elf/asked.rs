//! The symbols that relocations ask for, looked up as the loader does it.
//!
//! Source: `elf/do-rel.h`, `elf/dl-lookup.c` and `sysdeps/generic/dl-symbol-redir-ifunc.h` of glibc. The loader looks at no other symbol of
//! the module, so that what is wrong with those hurts nobody.

use goblin::elf::dynamic::{DT_SYMTAB, DT_VERSYM};
use goblin::elf::section_header::{SHN_ABS, SHN_UNDEF};
use goblin::elf::sym::{
    STB_GLOBAL, STB_LOCAL, STB_WEAK, STT_COMMON, STT_FUNC, STT_GNU_IFUNC, STT_NOTYPE, STT_OBJECT, STT_TLS, STV_HIDDEN,
    STV_INTERNAL,
};
use goblin::elf::symver::VERSYM_VERSION;

use super::dynamic::DynamicTable;
use super::hash::{Count, Lookup};
use super::image::Image;
use super::ranges::Ranges;
use super::versions::Versions;
use crate::module::defect::RelocationFault;
use crate::module::read::{Encoding, Strings, narrow};

const STB_GNU_UNIQUE: u8 = 10;
/// Bytes of a symbol on 64-bit machines.
const SYMBOL: usize = 24;
/// How many bytes of names are looked up, all together. The largest module known has some three million; what is beyond is not looked at.
const NAMES: usize = 16 << 20;

/// Which symbols relocations ask for. Where relocations are not read, it may be any.
#[derive(Debug, Default)]
pub(super) struct Asked(Option<Vec<bool>>);

impl Asked {
    pub(super) fn has(&self, index: usize) -> bool {
        self.0.as_ref().is_none_or(|asked| asked.get(index).copied().unwrap_or_default())
    }
}

/// A symbol that is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Symbol {
    name: u32,
    kind: u8,
    binding: u8,
    visibility: u8,
    section: u32,
    value: u64,
}

impl Symbol {
    /// Whether it is the module's own.
    pub(super) fn is_own(self) -> bool {
        self.section != SHN_UNDEF
    }

    /// Whether the module says that it is something else than thread-local storage.
    pub(super) fn is_not_tls(self) -> bool {
        !matches!(self.kind, STT_NOTYPE | STT_TLS)
    }
}

/// What the loader needs to look symbols up.
pub(super) struct Symbols<'a> {
    encoding: Encoding,
    table: &'a [u8],
    /// How many there are.
    count: u64,
    versions: &'a [u8],
    /// The highest version that a table of the module has; none where there are no such tables.
    highest: Option<u16>,
    strings: Strings<'a>,
    lookup: &'a Lookup<'a>,
    asked: Vec<bool>,
    faults: Vec<Option<RelocationFault>>,
    names_left: usize,
}

impl<'a> Symbols<'a> {
    pub(super) fn new(
        image: &Image<'a>,
        table: &DynamicTable<'a>,
        (count, lookup): (Count, &'a Lookup<'a>),
        versions: &Versions,
    ) -> Self {
        Self {
            encoding: image.encoding,
            table: table.bytes(image, DT_SYMTAB),
            count: count.by_hash.unwrap_or(u64::MAX),
            versions: table.bytes(image, DT_VERSYM),
            highest: versions.highest,
            strings: table.strings,
            lookup,
            asked: vec![false; count.entries],
            faults: vec![None; count.entries],
            names_left: NAMES,
        }
    }

    pub(super) fn into_asked(self) -> Asked {
        Asked(Some(self.asked))
    }

    /// The symbol of a number.
    pub(super) fn get(&self, index: u32) -> Option<Symbol> {
        let at = usize::try_from(index).ok()?.checked_mul(SYMBOL)?;
        let record = self.table.get(at..at.checked_add(SYMBOL)?)?;
        let (info, other) = (*record.get(4)?, *record.get(5)?);
        Some(Symbol {
            name: self.encoding.u32(record, 0)?,
            kind: info & 0xf,
            binding: info >> 4,
            visibility: other & 3,
            section: u32::from(self.encoding.u16(record, 6)?),
            value: self.encoding.u64(record, 8)?,
        })
    }

    /// Whether a symbol may stay without an address: weak, of no library, and of no version that one has to have.
    pub(super) fn may_be_nothing(&self, index: u32, symbol: Symbol) -> bool {
        !symbol.is_own() && symbol.binding == STB_WEAK && self.version(index).is_none_or(|version| version < 2)
    }

    fn version(&self, index: u32) -> Option<u16> {
        let at = usize::try_from(index).ok()?.checked_mul(2)?;
        Some(self.encoding.u16(self.versions, at)? & VERSYM_VERSION)
    }

    /// What is wrong with asking for a symbol. Each is looked up once.
    pub(super) fn fault(&mut self, index: u32, code: &Ranges<()>) -> Option<RelocationFault> {
        if u64::from(index) >= self.count.max(1) {
            return Some(RelocationFault::NoSymbol);
        }
        let number = narrow(u64::from(index));
        let asked = self.asked.get_mut(number).filter(|_| index != 0)?;
        if !std::mem::replace(asked, true) {
            let fault = self.get(index).and_then(|symbol| self.look_up(index, symbol, code));
            if let Some(known) = self.faults.get_mut(number) {
                *known = fault;
            }
        }
        self.faults.get(number).copied().flatten()
    }

    fn look_up(&mut self, index: u32, symbol: Symbol, code: &Ranges<()>) -> Option<RelocationFault> {
        if symbol.binding == STB_LOCAL || matches!(symbol.visibility, STV_INTERNAL | STV_HIDDEN) {
            // Not looked up: it is what the module itself says, and must say something.
            return (!symbol.is_own()).then_some(RelocationFault::NoSymbol);
        }
        if !self.strings.holds(symbol.name) {
            return Some(RelocationFault::NoName);
        }
        if self.highest.zip(self.version(index)).is_some_and(|(highest, version)| version > highest) {
            return Some(RelocationFault::NoVersion);
        }
        if !symbol.is_own() || symbol.binding == STB_WEAK {
            return None;
        }
        if symbol.kind == STT_GNU_IFUNC && code.of(symbol.value).is_none() {
            return Some(RelocationFault::NotCode);
        }
        let of_kind = matches!(symbol.kind, STT_NOTYPE | STT_OBJECT | STT_FUNC | STT_COMMON | STT_TLS | STT_GNU_IFUNC);
        let has_value = symbol.value != 0 || symbol.section == SHN_ABS || symbol.kind == STT_TLS;
        let is_seen = matches!(symbol.binding, STB_GLOBAL | STB_GNU_UNIQUE);
        if !of_kind || !has_value || !is_seen {
            return Some(RelocationFault::NotFound);
        }
        let name = self.strings.short(symbol.name, self.names_left)?;
        self.names_left = self.names_left.saturating_sub(name.len());
        let is_found = !self.lookup.is_there() || self.lookup.leads_to(name, narrow(u64::from(index)));
        (!is_found).then_some(RelocationFault::NotFound)
    }
}
