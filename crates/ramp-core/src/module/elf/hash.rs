//! The hash tables by which `dlsym` finds a symbol: the only ones that say how many symbols there are.

use goblin::elf::dynamic::{DT_GNU_HASH, DT_HASH};
use goblin::elf::header::EM_S390;

use super::dynamic::DynamicTable;
use super::image::Image;
use crate::module::defect::{LimitKind, ModuleDefect, TableKind};
use crate::module::read::{Encoding, Scan, narrow, widen};

/// How many dynamic symbols the tables count, the null symbol included.
pub(super) fn count(scan: &mut Scan<'_>, image: &Image<'_>, table: &DynamicTable<'_>) -> Option<u64> {
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
    sysv.max(gnu)
}

/// Whether the hash tables lead from a name to the symbol at `index`. The loader prefers the GNU table.
pub(super) fn leads_to(
    scan: &mut Scan<'_>,
    image: &Image<'_>,
    table: &DynamicTable<'_>,
    name: &str,
    index: usize,
) -> bool {
    if let Some(hash) = table.mapped(scan, image, DT_GNU_HASH, "DT_GNU_HASH") {
        return GnuHash::read(scan, image, hash).is_some_and(|hash| hash.leads_to(scan, name, index));
    }
    let hash = table.mapped(scan, image, DT_HASH, "DT_HASH");
    hash.and_then(|hash| SysvHash::read(scan, image, hash)).is_some_and(|hash| hash.leads_to(scan, name, index))
}

/// The hash of the System V ABI, for symbols and for versions.
pub(super) fn sysv_hash(name: &[u8]) -> u32 {
    name.iter().fold(0_u32, |hash, &byte| {
        let hash = hash.wrapping_shl(4).wrapping_add(u32::from(byte));
        let high = hash & 0xf000_0000;
        (hash ^ (high >> 24)) & !high
    })
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
