//! The dynamic symbols: how many, what is exported, what is missing.

use goblin::elf::Sym;
use goblin::elf::dynamic::{
    DT_GNU_HASH, DT_HASH, DT_INIT, DT_JMPREL, DT_REL, DT_RELA, DT_STRTAB, DT_SYMTAB, DT_VERDEF, DT_VERNEED, DT_VERSYM,
};
use goblin::elf::section_header::{SHN_ABS, SHN_UNDEF};
use goblin::elf::sym::{STB_WEAK, STV_DEFAULT, STV_PROTECTED};
use goblin::elf::symver::{VERSYM_HIDDEN, VERSYM_VERSION};
use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::dynamic::DynamicTable;
use super::hash::{self, Count, Lookup};
use super::image::Image;
use super::kinds::{SymbolBinding, SymbolTable, SymbolType, SymbolVisibility};
use super::ranges::Ranges;
use super::sections::Sections;
use super::versions::{VersionedSymbol, Versions};
use crate::module::defect::{LimitKind, ModuleDefect, TableKind, TextKind};
use crate::module::entry_points::{LIKE_ON_LOAD, ON_LOAD, ON_UNLOAD};
use crate::module::read::{Encoding, Scan, Strings, narrow, widen};

/// Tags whose tables linkers put near the symbols.
const TABLES: [u64; 10] =
    [DT_STRTAB, DT_HASH, DT_GNU_HASH, DT_VERSYM, DT_VERNEED, DT_VERDEF, DT_REL, DT_RELA, DT_JMPREL, DT_INIT];
const API_PREFIX: &[u8] = b"RedisModule_";
/// How many functions are named that are nearly the one wanted, and how long their names may be.
const ALIKE: (usize, usize) = (4, 128);

/// What is true of the dynamic symbols.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SymbolFacts {
    /// Entries of the table, the null symbol not counted.
    pub dynamic_symbols: u64,
    /// Those that other objects can bind to: defined, not local, not hidden.
    pub exported: u64,
    /// Undefined symbols that must be found, since a relocation asks for them, but ask for no version: any library may have them, or
    /// none.
    pub undefined_unversioned: u64,
    /// The names of those, as far as the limits allow.
    pub undefined_unversioned_names: Vec<String>,
    /// Undefined symbols named `RedisModule_…`; a module gets its API through pointers and should have none.
    pub undefined_module_api: Vec<String>,
    /// `RedisModule_OnLoad`, which Redis calls.
    pub on_load: Option<ExportFacts>,
    /// `RedisModule_OnUnload`, which Redis calls before it unloads the module.
    pub on_unload: Option<ExportFacts>,
    /// Where `RedisModule_OnLoad` is not defined, the exported functions that were probably meant to be it: that of another
    /// server (`ValkeyModule_OnLoad`), other letter case, or a name as C++ writes it.
    pub on_load_alike: Vec<String>,
}

/// How a symbol was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ExportFacts {
    /// In which table. Only what is in the dynamic symbols can be called from outside.
    pub table: SymbolTable,
    /// It has a definition here.
    pub defined: bool,
    /// Function, object, …
    pub symbol_type: SymbolType,
    /// Global, weak, local, …
    pub binding: SymbolBinding,
    /// Default, hidden, …
    pub visibility: SymbolVisibility,
    /// The hash table leads to it, as `dlsym` would go.
    pub hashed: bool,
    /// Of a version that is hidden (`name@VERSION`), which `dlsym` passes over.
    #[serde(default)]
    pub hidden_version: bool,
    /// Of several versions that are not hidden, among which `dlsym`, that asks for none, does not choose.
    #[serde(default)]
    pub several_versions: bool,
    /// Its address has no code: it is data, or nothing is there, or it is absolute (`SHN_ABS`) and not one in the module.
    #[serde(default)]
    pub outside_code: bool,
    /// Its address.
    pub value: u64,
    /// Bytes of the function.
    pub size: u64,
}

impl ExportFacts {
    /// Whether `dlsym` finds it and gives a function: defined, in the dynamic symbols and their hash table, seen from
    /// outside, of no hidden version, at code. Source: `elf/dl-lookup.c` of glibc.
    pub fn is_callable(&self) -> bool {
        self.defined
            && self.hashed
            && self.table == SymbolTable::Dynsym
            && !self.hidden_version
            && !self.several_versions
            && !self.outside_code
            && matches!(self.binding, SymbolBinding::Global | SymbolBinding::Weak | SymbolBinding::GnuUnique)
            && matches!(self.visibility, SymbolVisibility::Default | SymbolVisibility::Protected)
            && matches!(self.symbol_type, SymbolType::Func | SymbolType::GnuIfunc | SymbolType::NoType)
    }

    fn new(sym: &Sym, table: SymbolTable, hashed: bool, version: u16, code: &Ranges<()>) -> Self {
        Self {
            table,
            defined: is_defined(sym),
            symbol_type: SymbolType::new(sym.st_type()),
            binding: SymbolBinding::new(sym.st_bind()),
            visibility: SymbolVisibility::new(sym.st_visibility()),
            hashed,
            hidden_version: is_hidden(version),
            several_versions: false,
            outside_code: is_defined(sym) && (sym.st_value == 0 || is_absolute(sym) || code.of(sym.st_value).is_none()),
            value: sym.st_value,
            size: sym.st_size,
        }
    }
}

/// A symbol and its number.
type Found = Option<(usize, Sym)>;

/// Whether a version is one that only those get who ask for it by name. The first two numbers stand for no version.
fn is_hidden(version: u16) -> bool {
    version & VERSYM_HIDDEN != 0 && version & VERSYM_VERSION >= 2
}

/// Whether its value is no place in the module: the loader does not move it with the module.
fn is_absolute(sym: &Sym) -> bool {
    sym.st_shndx == narrow(u64::from(SHN_ABS))
}

fn is_defined(sym: &Sym) -> bool {
    sym.st_shndx != narrow(u64::from(SHN_UNDEF))
}

/// Counts by the hash tables; the dynamic table has no entry for it.
pub(super) fn count(scan: &mut Scan<'_>, image: &Image<'_>, table: &DynamicTable<'_>, sections: &Sections) -> Count {
    let Some(symbols) = table.mapped(scan, image, DT_SYMTAB, "DT_SYMTAB") else { return Count::default() };
    let by_hash = hash::count(scan, image, table);
    let size = Sym::size(image.encoding.ctx().container);
    // A GNU hash table of a module that exports nothing counts nothing. Then the section says it, or else the table
    // that comes next.
    let count = by_hash.or_else(|| sections.dynsym_count(size)).or_else(|| {
        let start = table.get(DT_SYMTAB)?;
        let next = TABLES.iter().filter_map(|tag| table.get(*tag)).filter(|address| *address > start).min()?;
        next.checked_sub(start)?.checked_div(widen(size))
    });
    let count = scan.at_most(count.unwrap_or_default(), LimitKind::Symbols, scan.limits.symbols);
    let available = symbols.len().checked_div(size).unwrap_or_default();
    if count > available && by_hash.is_some() {
        let defect = ModuleDefect::TablePastEnd {
            table: TableKind::Symbols,
            offset: table.get(DT_SYMTAB).and_then(|address| image.offset(address)).unwrap_or_default(),
            needed: widen(count.saturating_mul(size)),
            available: widen(symbols.len()),
        };
        scan.defect(defect);
    }
    Count { entries: count.min(available), by_hash }
}

pub(super) fn read(
    scan: &mut Scan<'_>,
    image: &Image<'_>,
    table: &DynamicTable<'_>,
    count: Count,
    versions: &mut Versions,
    sections: &Sections,
    (asked, lookup, code): (&Asked, &Lookup<'_>, &Ranges<()>),
) -> SymbolFacts {
    let count = count.entries;
    let Versions { needs, by_index, .. } = versions;
    let mut facts = SymbolFacts { dynamic_symbols: widen(count.saturating_sub(1)), ..SymbolFacts::default() };
    let symbols = table.bytes(image, DT_SYMTAB);
    let versym = table.mapped(scan, image, DT_VERSYM, "DT_VERSYM").unwrap_or_default();
    let encoding = image.encoding;
    if !versym.is_empty() && versym.len() < count.saturating_mul(2) {
        scan.defect(ModuleDefect::TablePastEnd {
            table: TableKind::VersionSymbols,
            offset: table.get(DT_VERSYM).and_then(|address| image.offset(address)).unwrap_or_default(),
            needed: widen(count.saturating_mul(2)),
            available: widen(versym.len()),
        });
    }
    let version_of = |index: usize| encoding.u16(versym, index.saturating_mul(2)).unwrap_or_default();
    let (mut on_load, mut on_unload): (Found, Found) = (None, None);
    let mut shown = Shown::default();
    for (index, sym) in iterate(symbols, count, encoding).enumerate().skip(1) {
        let Ok(name) = u32::try_from(sym.st_name) else { continue };
        let is_api = table.strings.begins(name, API_PREFIX);
        if is_api {
            for (wanted, slot) in [(ON_LOAD, &mut on_load), (ON_UNLOAD, &mut on_unload)] {
                // Of several versions the one that is not hidden.
                let better = |(at, old): &(usize, Sym)| !is_defined(old) || is_hidden(version_of(*at));
                if table.strings.is(name, wanted.as_bytes()) {
                    if wanted == ON_LOAD && is_defined(&sym) {
                        shown.add(version_of(index));
                    }
                    if slot.as_ref().is_none_or(better) {
                        *slot = Some((index, sym));
                    }
                }
            }
        }
        if is_defined(&sym) {
            let seen = matches!(sym.st_visibility(), STV_DEFAULT | STV_PROTECTED);
            if seen && SymbolBinding::new(sym.st_bind()) != SymbolBinding::Local {
                facts.exported = facts.exported.saturating_add(1);
            }
            continue;
        }
        if name == 0 {
            continue;
        }
        let is_asked = asked.has(index);
        let weak = sym.st_bind() == STB_WEAK;
        let version = encoding.u16(versym, index.saturating_mul(2)).map(|version| version & VERSYM_VERSION);
        let need = version.and_then(|version| by_index.get(&version)).and_then(|at| needs.get_mut(*at));
        let unversioned = need.is_none() && !weak && is_asked;
        if need.is_none() && !unversioned && !(is_api && is_asked) {
            continue;
        }
        let text = table.strings.get(scan, u64::from(name), TextKind::Symbol);
        if is_api && is_asked {
            facts.undefined_module_api.extend(text.clone());
        }
        if let Some(need) = need {
            need.symbol_count = need.symbol_count.saturating_add(1);
            need.symbols.extend(text.map(|name| VersionedSymbol { name, weak }));
        } else if unversioned {
            facts.undefined_unversioned = facts.undefined_unversioned.saturating_add(1);
            facts.undefined_unversioned_names.extend(text);
        }
    }
    for (name, found, slot) in [(ON_LOAD, on_load, &mut facts.on_load), (ON_UNLOAD, on_unload, &mut facts.on_unload)] {
        *slot = match found {
            Some((index, sym)) => {
                let hashed = lookup.leads_to(name.as_bytes(), index);
                Some(ExportFacts::new(&sym, SymbolTable::Dynsym, hashed, version_of(index), code))
            }
            None => in_symtab(scan, sections, name, (image.encoding, code)),
        };
    }
    if let Some(found) = &mut facts.on_load {
        found.several_versions = shown.are_several();
    }
    if !facts.on_load.as_ref().is_some_and(|found| found.defined) {
        let exported = iterate(symbols, count, encoding).skip(1).filter(|sym| {
            let seen = matches!(sym.st_visibility(), STV_DEFAULT | STV_PROTECTED);
            is_defined(sym) && seen && SymbolBinding::new(sym.st_bind()) != SymbolBinding::Local
        });
        facts.on_load_alike = alike(exported, &table.strings);
    }
    facts
}

/// How often a name is defined in a version that is not hidden, and whether in none.
#[derive(Debug, Default)]
struct Shown {
    versioned: usize,
    unversioned: bool,
}

impl Shown {
    fn add(&mut self, version: u16) {
        self.unversioned |= version & VERSYM_VERSION < 2;
        let is_shown = version & VERSYM_VERSION >= 2 && !is_hidden(version);
        self.versioned = self.versioned.saturating_add(usize::from(is_shown));
    }

    const fn are_several(&self) -> bool {
        self.versioned > 1 && !self.unversioned
    }
}

/// The names that have the wanted one's in them, but for letter case.
fn alike(exported: impl Iterator<Item = Sym>, strings: &Strings<'_>) -> Vec<String> {
    let (most, longest) = ALIKE;
    let names = exported.filter_map(|sym| strings.short(u32::try_from(sym.st_name).ok()?, longest));
    let names = names.filter_map(|name| std::str::from_utf8(name).ok());
    names.filter(|name| name.to_ascii_lowercase().contains(LIKE_ON_LOAD)).take(most).map(str::to_owned).collect()
}

/// Looks for a symbol in the static table, so that one hidden by a compiler flag can be told from one never written.
fn in_symtab(
    scan: &mut Scan<'_>,
    sections: &Sections,
    name: &str,
    (encoding, code): (Encoding, &Ranges<()>),
) -> Option<ExportFacts> {
    let (symbols, names) = sections.symtab(scan)?;
    let strings = Strings::new(names, widen(names.len()));
    let count = symbols.len().checked_div(Sym::size(encoding.ctx().container)).unwrap_or_default();
    let count = scan.at_most(widen(count), LimitKind::Symbols, scan.limits.symbols);
    // Most modules have no such name at all, and of static symbols there can be a million.
    memmem::find_iter(names, name).find(|at| names.get(at.saturating_add(name.len())) == Some(&0))?;
    let matches = |sym: &Sym| u32::try_from(sym.st_name).is_ok_and(|offset| strings.is(offset, name.as_bytes()));
    let sym = iterate(symbols, count, encoding).find(matches)?;
    Some(ExportFacts::new(&sym, SymbolTable::Symtab, false, 0, code))
}

/// The symbols of a table, one after the other.
fn iterate(bytes: &[u8], count: usize, encoding: Encoding) -> impl Iterator<Item = Sym> {
    let size = Sym::size(encoding.ctx().container);
    bytes.chunks_exact(size).take(count).map_while(move |record| symbol(record, encoding))
}

/// A symbol as it stands in its table. Its fields are in another order on 32-bit machines.
fn symbol(record: &[u8], encoding: Encoding) -> Option<Sym> {
    let [info, other, section, value, size] = if encoding.wide { [4, 5, 6, 8, 16] } else { [12, 13, 14, 4, 8] };
    Some(Sym {
        st_name: narrow(u64::from(encoding.u32(record, 0)?)),
        st_info: *record.get(info)?,
        st_other: *record.get(other)?,
        st_shndx: usize::from(encoding.u16(record, section)?),
        st_value: encoding.word(record, value)?,
        st_size: encoding.word(record, size)?,
    })
}
