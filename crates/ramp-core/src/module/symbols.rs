//! The dynamic symbols: how many, what is exported, what is missing.

use goblin::elf::Sym;
use goblin::elf::dynamic::{
    DT_GNU_HASH, DT_HASH, DT_INIT, DT_JMPREL, DT_REL, DT_RELA, DT_STRTAB, DT_SYMTAB, DT_VERDEF, DT_VERNEED, DT_VERSYM,
};
use goblin::elf::header::EM_S390;
use goblin::elf::section_header::SHN_UNDEF;
use goblin::elf::sym::{STB_WEAK, STV_DEFAULT, STV_PROTECTED};
use goblin::elf::symver::VERSYM_VERSION;
use serde::Serialize;

use super::defect::{LimitKind, ModuleDefect, TableKind, TextKind};
use super::dynamic::DynamicTable;
use super::elf::Image;
use super::kinds::{SymbolBinding, SymbolTable, SymbolType, SymbolVisibility};
use super::read::{Encoding, Scan, Strings, narrow, widen};
use super::sections::Sections;
use super::versions::{VersionedSymbol, Versions, sysv_hash};

pub(super) const ON_LOAD: &str = "RedisModule_OnLoad";
const ON_UNLOAD: &str = "RedisModule_OnUnload";
/// Tags whose tables linkers put near the symbols.
const TABLES: [u64; 10] =
    [DT_STRTAB, DT_HASH, DT_GNU_HASH, DT_VERSYM, DT_VERNEED, DT_VERDEF, DT_REL, DT_RELA, DT_JMPREL, DT_INIT];
const API_PREFIX: &[u8] = b"RedisModule_";

/// What is true of the dynamic symbols.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SymbolFacts {
    /// Entries of the table, the null symbol not counted.
    pub dynamic_symbols: u64,
    /// Those that other objects can bind to: defined, not local, not hidden.
    pub exported: u64,
    /// Undefined symbols that must be found, but ask for no version: any library may have them, or none.
    pub undefined_unversioned: u64,
    /// The names of those, as far as the limits allow.
    pub undefined_unversioned_names: Vec<String>,
    /// Undefined symbols named `RedisModule_…`; a module gets its API through pointers and should have none.
    pub undefined_module_api: Vec<String>,
    /// `RedisModule_OnLoad`, which Redis calls.
    pub on_load: Option<ExportFacts>,
    /// `RedisModule_OnUnload`, which Redis calls before it unloads the module.
    pub on_unload: Option<ExportFacts>,
}

/// How a symbol was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Its address.
    pub value: u64,
    /// Bytes of the function.
    pub size: u64,
}

impl ExportFacts {
    /// Whether `dlsym` finds it and gives a function: defined, in the dynamic symbols and their hash table, seen from
    /// outside.
    pub fn is_callable(&self) -> bool {
        self.defined
            && self.hashed
            && self.table == SymbolTable::Dynsym
            && self.binding != SymbolBinding::Local
            && matches!(self.visibility, SymbolVisibility::Default | SymbolVisibility::Protected)
            && matches!(self.symbol_type, SymbolType::Func | SymbolType::GnuIfunc | SymbolType::NoType)
    }

    fn new(sym: &Sym, table: SymbolTable, hashed: bool) -> Self {
        Self {
            table,
            defined: is_defined(sym),
            symbol_type: SymbolType::new(sym.st_type()),
            binding: SymbolBinding::new(sym.st_bind()),
            visibility: SymbolVisibility::new(sym.st_visibility()),
            hashed,
            value: sym.st_value,
            size: sym.st_size,
        }
    }
}

fn is_defined(sym: &Sym) -> bool {
    sym.st_shndx != narrow(u64::from(SHN_UNDEF))
}

/// How many dynamic symbols there are, the null symbol included.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    /// As many as will be read.
    pub(super) entries: usize,
    /// What a hash table says, which is the loader's view.
    pub(super) by_hash: Option<u64>,
}

/// Counts by the hash tables; the dynamic table has no entry for it.
pub(super) fn count(scan: &mut Scan<'_>, image: &Image<'_>, table: &DynamicTable<'_>, sections: &Sections) -> Count {
    let Some(symbols) = table.mapped(scan, image, DT_SYMTAB, "DT_SYMTAB") else { return Count::default() };
    let sysv = table.mapped(scan, image, DT_HASH, "DT_HASH");
    let sysv = sysv.and_then(|bytes| SysvHash::read(scan, image, bytes)).map(|hash| widen(hash.count));
    let gnu = table.mapped(scan, image, DT_GNU_HASH, "DT_GNU_HASH");
    let has_gnu = gnu.is_some();
    let gnu = gnu.and_then(|bytes| GnuHash::read(scan, image, bytes)).and_then(|hash| hash.count(scan));
    match (sysv, gnu) {
        (Some(sysv), Some(gnu)) if sysv != gnu => scan.defect(ModuleDefect::HashTablesDisagree { sysv, gnu }),
        (None, None) if !has_gnu => scan.defect(ModuleDefect::HashMissing),
        _ => {}
    }
    let by_hash = sysv.max(gnu);
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
) -> SymbolFacts {
    let count = count.entries;
    let Versions { needs, by_index, .. } = versions;
    let mut facts = SymbolFacts { dynamic_symbols: widen(count.saturating_sub(1)), ..SymbolFacts::default() };
    let symbols = table.get(DT_SYMTAB).and_then(|address| image.at(address)).unwrap_or_default();
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
    let (mut on_load, mut on_unload) = (None, None);
    for (index, sym) in iterate(symbols, count, encoding).enumerate().skip(1) {
        let Ok(name) = u32::try_from(sym.st_name) else { continue };
        let is_api = table.strings.begins(name, API_PREFIX);
        if is_api {
            for (wanted, slot) in [(ON_LOAD, &mut on_load), (ON_UNLOAD, &mut on_unload)] {
                if table.strings.is(name, wanted.as_bytes()) && slot.as_ref().is_none_or(|(_, old)| !is_defined(old)) {
                    *slot = Some((index, sym));
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
        let weak = sym.st_bind() == STB_WEAK;
        let version = encoding.u16(versym, index.saturating_mul(2)).map(|version| version & VERSYM_VERSION);
        let need = version.and_then(|version| by_index.get(&version)).and_then(|at| needs.get_mut(*at));
        let unversioned = need.is_none() && !weak;
        if need.is_none() && weak && !is_api {
            continue;
        }
        let text = table.strings.get(scan, u64::from(name), TextKind::Symbol);
        if is_api {
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
                let hashed = leads_to(scan, image, table, name, index);
                Some(ExportFacts::new(&sym, SymbolTable::Dynsym, hashed))
            }
            None => in_symtab(scan, sections, name, encoding),
        };
    }
    facts
}

/// Looks for a symbol in the static table, so that one hidden by a compiler flag can be told from one never written.
fn in_symtab(scan: &mut Scan<'_>, sections: &Sections, name: &str, encoding: Encoding) -> Option<ExportFacts> {
    let (symbols, names) = sections.symtab(scan)?;
    let strings = Strings::new(names, widen(names.len()));
    let count = symbols.len().checked_div(Sym::size(encoding.ctx().container)).unwrap_or_default();
    let count = scan.at_most(widen(count), LimitKind::Symbols, scan.limits.symbols);
    let matches = |sym: &Sym| u32::try_from(sym.st_name).is_ok_and(|offset| strings.is(offset, name.as_bytes()));
    let sym = iterate(symbols, count, encoding).find(matches)?;
    Some(ExportFacts::new(&sym, SymbolTable::Symtab, false))
}

/// Symbols read in blocks: one allocation for each block, none sized by the file.
fn iterate(bytes: &[u8], count: usize, encoding: Encoding) -> impl Iterator<Item = Sym> {
    const BLOCK: usize = 512;
    let ctx = encoding.ctx();
    let size = Sym::size(ctx.container);
    let bytes = bytes.get(..count.saturating_mul(size)).unwrap_or(bytes);
    bytes.chunks(size.saturating_mul(BLOCK)).flat_map(move |block| {
        let count = block.len().checked_div(size).unwrap_or_default();
        Sym::parse(block, 0, count, ctx).unwrap_or_default()
    })
}

/// Whether the hash tables lead from a name to the symbol at `index`. The loader prefers the GNU table.
fn leads_to(scan: &mut Scan<'_>, image: &Image<'_>, table: &DynamicTable<'_>, name: &str, index: usize) -> bool {
    if let Some(hash) = table.mapped(scan, image, DT_GNU_HASH, "DT_GNU_HASH") {
        return GnuHash::read(scan, image, hash).is_some_and(|hash| hash.leads_to(scan, name, index));
    }
    let hash = table.mapped(scan, image, DT_HASH, "DT_HASH");
    hash.and_then(|hash| SysvHash::read(scan, image, hash)).is_some_and(|hash| hash.leads_to(scan, name, index))
}

fn table_past_end(scan: &mut Scan<'_>, table: TableKind, bytes: &[u8], needed: usize) {
    let offset = bytes.as_ptr().addr().saturating_sub(scan.bytes.as_ptr().addr());
    scan.defect(ModuleDefect::TablePastEnd {
        table,
        offset: widen(offset),
        needed: widen(needed),
        available: widen(bytes.len()),
    });
}

/// `DT_HASH`: buckets and chains of symbol numbers.
struct SysvHash<'a> {
    bytes: &'a [u8],
    encoding: Encoding,
    /// Bytes of an entry: 4, but 8 on s390x.
    entry: usize,
    buckets: usize,
    count: usize,
}

impl<'a> SysvHash<'a> {
    fn read(scan: &mut Scan<'_>, image: &Image<'_>, bytes: &'a [u8]) -> Option<Self> {
        let encoding = image.encoding;
        let entry = if encoding.wide && image.e_machine == EM_S390 { 8 } else { 4 };
        let mut hash = Self { bytes, encoding, entry, buckets: 0, count: 0 };
        let (Some(buckets), Some(count)) = (hash.at(0), hash.at(1)) else {
            table_past_end(scan, TableKind::Hash, bytes, entry.saturating_mul(2));
            return None;
        };
        hash.buckets = buckets;
        hash.count = count;
        let needed = buckets.saturating_add(count).saturating_add(2).saturating_mul(entry);
        if needed > bytes.len() {
            table_past_end(scan, TableKind::Hash, bytes, needed);
            return None;
        }
        Some(hash)
    }

    fn at(&self, index: usize) -> Option<usize> {
        let at = index.checked_mul(self.entry)?;
        let value = if self.entry == 8 {
            self.encoding.u64(self.bytes, at)?
        } else {
            u64::from(self.encoding.u32(self.bytes, at)?)
        };
        Some(narrow(value))
    }

    fn leads_to(&self, scan: &mut Scan<'_>, name: &str, index: usize) -> bool {
        let hash = narrow(u64::from(sysv_hash(name.as_bytes())));
        let Some(bucket) = hash.checked_rem(self.buckets) else { return false };
        let mut at = self.at(bucket.saturating_add(2));
        // A chain longer than the table has symbols goes in a circle.
        for _ in 0..self.count.min(scan.limits.symbols) {
            match at {
                None | Some(0) => return false,
                Some(found) if found == index => return true,
                Some(found) => at = self.at(found.saturating_add(self.buckets).saturating_add(2)),
            }
        }
        false
    }
}

/// `DT_GNU_HASH`: a Bloom filter, buckets, and runs of hashes for the symbols from `first` on.
struct GnuHash<'a> {
    encoding: Encoding,
    bloom: &'a [u8],
    bloom_shift: u32,
    buckets: &'a [u8],
    chain: &'a [u8],
    first: usize,
}

impl<'a> GnuHash<'a> {
    fn read(scan: &mut Scan<'_>, image: &Image<'_>, bytes: &'a [u8]) -> Option<Self> {
        let encoding = image.encoding;
        let field = |at| encoding.u32(bytes, at).map(|value| narrow(u64::from(value)));
        let header = (field(0), field(4), field(8), encoding.u32(bytes, 12));
        let (Some(buckets), Some(first), Some(bloom), Some(bloom_shift)) = header else {
            table_past_end(scan, TableKind::GnuHash, bytes, 16);
            return None;
        };
        let bloom_end = bloom.saturating_mul(encoding.word_size()).saturating_add(16);
        let buckets_end = buckets.saturating_mul(4).saturating_add(bloom_end);
        let parts = (bytes.get(16..bloom_end), bytes.get(bloom_end..buckets_end), bytes.get(buckets_end..));
        let (Some(bloom), Some(buckets), Some(chain)) = parts else {
            table_past_end(scan, TableKind::GnuHash, bytes, buckets_end);
            return None;
        };
        Some(Self { encoding, bloom, bloom_shift, buckets, chain, first })
    }

    /// One past the last symbol of the fullest run; `None` if no symbol is hashed.
    fn count(&self, scan: &mut Scan<'_>) -> Option<u64> {
        let buckets = self.buckets.chunks_exact(4).filter_map(|bucket| self.encoding.u32(bucket, 0));
        let last = narrow(u64::from(buckets.max().filter(|last| *last != 0)?));
        let mut at = last.checked_sub(self.first)?;
        for _ in 0..scan.limits.symbols {
            let Some(hash) = self.hash_at(at) else {
                table_past_end(scan, TableKind::GnuHash, self.chain, at.saturating_add(1).saturating_mul(4));
                return None;
            };
            at = at.saturating_add(1);
            if hash & 1 != 0 {
                return Some(widen(self.first.saturating_add(at)));
            }
        }
        scan.limit(LimitKind::Symbols, scan.limits.symbols);
        None
    }

    fn hash_at(&self, at: usize) -> Option<u32> {
        self.encoding.u32(self.chain, at.checked_mul(4)?)
    }

    fn leads_to(&self, scan: &Scan<'_>, name: &str, index: usize) -> bool {
        let hash = goblin::elf32::gnu_hash::hash(name);
        self.passes_bloom(hash) && self.is_in_chain(scan, hash, index).unwrap_or(false)
    }

    fn passes_bloom(&self, hash: u32) -> bool {
        let word = self.encoding.word_size();
        let bits = if self.encoding.wide { 64 } else { 32 };
        let words = self.bloom.len().checked_div(word).unwrap_or_default();
        // The loader masks with the number of words less one, which the format wants to be a power of two.
        let Some(mask) = words.checked_sub(1) else { return false };
        let at = narrow(u64::from(hash.checked_div(bits).unwrap_or_default())) & mask;
        let Some(filter) = self.encoding.word(self.bloom, at.saturating_mul(word)) else { return false };
        let second = hash.checked_shr(self.bloom_shift).unwrap_or_default();
        [hash, second].iter().all(|hash| {
            let bit = hash.checked_rem(bits).unwrap_or_default();
            filter.checked_shr(bit).unwrap_or_default() & 1 != 0
        })
    }

    fn is_in_chain(&self, scan: &Scan<'_>, hash: u32, index: usize) -> Option<bool> {
        let buckets = self.buckets.len().checked_div(4)?;
        let bucket = narrow(u64::from(hash)).checked_rem(buckets)?;
        let start = self.encoding.u32(self.buckets, bucket.checked_mul(4)?)?;
        let mut at = narrow(u64::from(start)).checked_sub(self.first)?;
        for _ in 0..scan.limits.symbols {
            let found = self.hash_at(at)?;
            if found | 1 == hash | 1 && self.first.checked_add(at)? == index {
                return Some(true);
            }
            if found & 1 != 0 {
                return Some(false);
            }
            at = at.checked_add(1)?;
        }
        Some(false)
    }
}
