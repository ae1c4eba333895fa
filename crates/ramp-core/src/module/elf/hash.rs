//! The hash tables by which `dlsym` finds a symbol: the only ones that say how many symbols there are.

use goblin::elf::dynamic::{DT_GNU_HASH, DT_HASH};
use goblin::elf::header::EM_S390;

use super::dynamic::DynamicTable;
use super::image::Image;
use crate::module::defect::{HashFault, LimitKind, ModuleDefect, TableKind};
use crate::module::read::{Encoding, Scan, narrow, widen};

/// How many dynamic symbols there are, the null symbol included.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    /// As many as will be read.
    pub(super) entries: usize,
    /// What a hash table says, which is the loader's view.
    pub(super) by_hash: Option<u64>,
}

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

/// How the loader gets from a name to a symbol. It prefers the GNU table.
#[derive(Default)]
pub(super) struct Lookup<'a> {
    hash: Option<Hash<'a>>,
    /// By symbol: the bucket whose chain it is on, and 1 more; 0 where it is on none.
    bucket_of: Vec<u32>,
}

enum Hash<'a> {
    Gnu(GnuHash<'a>),
    Sysv(SysvHash<'a>),
}

impl<'a> Lookup<'a> {
    /// Walks every chain once: whatever name is looked for, in any library, the loader may follow any of them.
    pub(super) fn read(scan: &mut Scan<'_>, image: &Image<'a>, table: &DynamicTable<'a>, symbols: usize) -> Self {
        let mut lookup = Self { hash: None, bucket_of: vec![0; symbols] };
        if let Some(bytes) = table.mapped(scan, image, DT_GNU_HASH, "DT_GNU_HASH") {
            let Some(hash) = GnuHash::read(scan, image, bytes) else { return lookup };
            if let Some(fault) = hash.walk(&mut lookup.bucket_of) {
                scan.defect(ModuleDefect::HashBroken { table: TableKind::GnuHash, reason: fault });
            }
            lookup.hash = Some(Hash::Gnu(hash));
        } else if let Some(bytes) = table.mapped(scan, image, DT_HASH, "DT_HASH") {
            let Some(hash) = SysvHash::read(scan, image, bytes) else { return lookup };
            if let Some(fault) = hash.walk(&mut lookup.bucket_of) {
                scan.defect(ModuleDefect::HashBroken { table: TableKind::Hash, reason: fault });
            }
            lookup.hash = Some(Hash::Sysv(hash));
        }
        lookup
    }

    /// Whether there is a table to be asked.
    pub(super) fn is_there(&self) -> bool {
        self.hash.is_some()
    }

    /// Whether a name leads to the symbol at `index`.
    pub(super) fn leads_to(&self, name: &[u8], index: usize) -> bool {
        let (bucket, found) = match &self.hash {
            None => return false,
            Some(Hash::Sysv(hash)) => (sysv_hash(name).checked_rem(to_u32(hash.buckets)), true),
            Some(Hash::Gnu(hash)) => {
                let value = gnu_hash(name);
                let stored = index.checked_sub(hash.first).and_then(|at| hash.hash_at(at));
                let found = stored.is_some_and(|stored| stored | 1 == value | 1) && hash.passes_bloom(value);
                (value.checked_rem(to_u32(hash.buckets())), found)
            }
        };
        let on = self.bucket_of.get(index).copied().and_then(|bucket| bucket.checked_sub(1));
        found && bucket.is_some() && bucket == on
    }
}

/// The hash of GNU's table.
fn gnu_hash(name: &[u8]) -> u32 {
    // Four bytes at a time, which need not wait for each other.
    const POWERS: [u32; 4] = [33 * 33 * 33, 33 * 33, 33, 1];
    const FOURTH: u32 = 33 * 33 * 33 * 33;
    let (fours, rest) = name.as_chunks::<4>();
    let of_four = |four: &[u8; 4]| {
        let parts = four.iter().zip(POWERS).map(|(&byte, power)| u32::from(byte).wrapping_mul(power));
        parts.fold(0, u32::wrapping_add)
    };
    let hash = fours.iter().fold(5381, |hash: u32, four| hash.wrapping_mul(FOURTH).wrapping_add(of_four(four)));
    rest.iter().fold(hash, |hash, &byte| hash.wrapping_mul(33).wrapping_add(u32::from(byte)))
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
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

    /// Notes the bucket of each symbol; what is wrong with a chain.
    fn walk(&self, bucket_of: &mut [u32]) -> Option<HashFault> {
        let mut fault = None;
        for bucket in 0..self.buckets {
            let mut at = self.at(bucket.saturating_add(2)).unwrap_or_default();
            while at != 0 {
                // One that is there already is on another chain, or earlier on this one.
                let slot = bucket_of.get_mut(at).filter(|_| at < self.count);
                let Some(slot) = slot else { return Some(HashFault::Outside) };
                if *slot != 0 {
                    fault = Some(HashFault::Circle);
                    break;
                }
                *slot = to_u32(bucket).saturating_add(1);
                at = self.at(at.saturating_add(self.buckets).saturating_add(2)).unwrap_or_default();
            }
        }
        fault
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

    fn buckets(&self) -> usize {
        self.buckets.len().checked_div(4).unwrap_or_default()
    }

    /// Notes the bucket of each symbol; what is wrong with the table. Where the fullest run ends has been looked at.
    fn walk(&self, bucket_of: &mut [u32]) -> Option<HashFault> {
        let words = self.bloom.len().checked_div(self.encoding.word_size()).unwrap_or_default();
        let mut fault = (!words.is_power_of_two()).then_some(HashFault::Bloom);
        for (bucket, start) in (1_u32..).zip(self.buckets.chunks_exact(4)) {
            let start = narrow(u64::from(self.encoding.u32(start, 0).unwrap_or_default()));
            if start == 0 {
                continue;
            }
            let Some(mut at) = start.checked_sub(self.first) else {
                fault = fault.or(Some(HashFault::Outside));
                continue;
            };
            while let Some(hash) = self.hash_at(at) {
                // Past the symbols, or on a run that another bucket had: it ends as that does.
                let Some(slot) = bucket_of.get_mut(self.first.saturating_add(at)).filter(|slot| **slot == 0) else {
                    break;
                };
                *slot = bucket;
                if hash & 1 != 0 {
                    break;
                }
                at = at.saturating_add(1);
            }
        }
        fault
    }

    fn passes_bloom(&self, hash: u32) -> bool {
        let word = self.encoding.word_size();
        let (words, which, of_word) = if self.encoding.wide {
            (self.bloom.len() / 8, hash / 64, 63)
        } else {
            (self.bloom.len() / 4, hash / 32, 31)
        };
        // The loader masks with the number of words less one, which the format wants to be a power of two.
        let Some(mask) = words.checked_sub(1) else { return false };
        let at = narrow(u64::from(which)) & mask;
        let Some(filter) = self.encoding.word(self.bloom, at.saturating_mul(word)) else { return false };
        let second = hash.checked_shr(self.bloom_shift).unwrap_or_default();
        [hash, second].iter().all(|hash| filter.checked_shr(hash & of_word).unwrap_or_default() & 1 != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first are the values that descriptions of the format give.
    #[test]
    fn names_are_hashed_as_the_format_says() {
        for (name, expected) in [("", 0x1505), ("printf", 0x156b_2bb8), ("exit", 0x7c96_7e3f), ("syscall", 0xbac2_12a0)]
        {
            assert_eq!(gnu_hash(name.as_bytes()), expected, "{name}");
        }
        let name = "RedisModule_OnLoad\u{e9}";
        for end in 0..=name.len() {
            let name = name.as_bytes().get(..end).unwrap_or_default();
            let byte_by_byte = name.iter().fold(5381, |h: u32, b| h.wrapping_mul(33).wrapping_add(u32::from(*b)));
            assert_eq!(gnu_hash(name), byte_by_byte, "{name:?}");
        }
    }
}
