//! Symbol versions: what must exist elsewhere, and what is defined here.

use std::collections::{BTreeMap, HashMap};

use goblin::elf::dynamic::{DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM};
use goblin::elf::symver::{VER_FLG_BASE, VER_FLG_WEAK, VERSYM_VERSION};
use semver::Version;
use serde::{Deserialize, Serialize};

use super::dynamic::DynamicTable;
use super::hash::sysv_hash;
use super::image::Image;
use crate::module::defect::{ChainBreak, LimitKind, ModuleDefect, TableKind, TextKind};
use crate::module::read::{Scan, narrow, widen};

/// One symbol version that must exist in another library, or the module does not load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VersionNeed {
    /// The library that must define it: `libc.so.6`.
    pub library: String,
    /// The version as written: `GLIBC_2.17`.
    pub name: String,
    /// What comes before the number: `GLIBC`. See [`VersionNeed::split`].
    pub namespace: String,
    /// The number, if it is one: 2.17.0.
    pub version: Option<Version>,
    /// `VER_FLG_WEAK`: the loader tolerates its absence.
    pub weak: bool,
    /// The undefined symbols that pull it in, in the order of the symbol table.
    pub symbols: Vec<VersionedSymbol>,
    /// How many they are; more than are named if a limit was hit.
    pub symbol_count: u64,
}

/// An undefined symbol that asks for a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VersionedSymbol {
    /// Its name, mangled as it stands.
    pub name: String,
    /// `STB_WEAK`: it may stay undefined.
    pub weak: bool,
}

/// Names with a number behind an underscore that say nothing of a release.
const OPAQUE: [&str; 1] = ["CXXABI_TM_1"];

impl VersionNeed {
    /// Splits the name of a version into namespace and number.
    ///
    /// The namespace ends at the first underscore before a digit, if only digits, dots and underscores follow. The
    /// rest of the names are opaque: they have no number, and their namespace ends at their first underscore.
    ///
    /// ```
    /// use ramp_core::module::VersionNeed;
    /// use ramp_core::version::parse;
    ///
    /// let number = |text| Some(parse(text).unwrap());
    /// assert_eq!(VersionNeed::split("GLIBC_2.17"), ("GLIBC", number("2.17")));
    /// assert_eq!(VersionNeed::split("CURL_OPENSSL_4"), ("CURL_OPENSSL", number("4")));
    /// assert_eq!(VersionNeed::split("OPENSSL_1_1_0"), ("OPENSSL", number("1.1.0")));
    /// assert_eq!(VersionNeed::split("ZLIB_1.2.3.4"), ("ZLIB", None));
    /// assert_eq!(VersionNeed::split("GLIBC_ABI_DT_RELR"), ("GLIBC", None));
    /// assert_eq!(VersionNeed::split("CXXABI_TM_1"), ("CXXABI", None));
    /// assert_eq!(VersionNeed::split("libcrypto.so.10"), ("libcrypto.so.10", None));
    /// ```
    pub fn split(name: &str) -> (&str, Option<Version>) {
        let opaque = || name.split_once('_').map_or(name, |(namespace, _)| namespace);
        if OPAQUE.contains(&name) {
            return (opaque(), None);
        }
        let numbered = name.match_indices('_').find_map(|(at, _)| {
            let (namespace, rest) = name.split_at_checked(at)?;
            let number = rest.strip_prefix('_')?;
            number.starts_with(|c: char| c.is_ascii_digit()).then_some((namespace, number))
        });
        match numbered {
            Some((namespace, number)) if number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'_')) => {
                (namespace, crate::version::parse(&number.replace('_', ".")).ok())
            }
            _ => (opaque(), None),
        }
    }

    fn new(library: String, name: String, weak: bool) -> Self {
        let (namespace, version) = Self::split(&name);
        let namespace = namespace.to_owned();
        Self { library, name, namespace, version, weak, symbols: Vec::new(), symbol_count: 0 }
    }
}

/// The highest numbered need of a namespace, weak ones aside.
pub(super) fn max_version<'n>(needs: &'n [VersionNeed], namespace: &str) -> Option<&'n VersionNeed> {
    let numbered = needs.iter().filter(|need| !need.weak && need.namespace == namespace);
    let numbered = numbered.filter_map(|need| Some((need.version.as_ref()?, need)));
    numbered.max_by(|(a, _), (b, _)| a.cmp_precedence(b)).map(|(_, need)| need)
}

/// The version tables, read.
#[derive(Debug, Default)]
pub(super) struct Versions {
    pub(super) needs: Vec<VersionNeed>,
    pub(super) definitions: Vec<String>,
    /// By index in the symbol version table: position in `needs`.
    pub(super) by_index: HashMap<u16, usize>,
    /// The highest index that a record has; none where there is no record.
    pub(super) highest: Option<u16>,
}

pub(super) fn read(scan: &mut Scan<'_>, image: &Image<'_>, table: &DynamicTable<'_>) -> Versions {
    let mut versions = Versions::default();
    let mut left = scan.limits.version_records;
    if let Some(bytes) = table.mapped(scan, image, DT_VERNEED, "DT_VERNEED") {
        let chain = Chain::new(image, bytes, TableKind::VersionNeeds, &mut left);
        read_needs(scan, table, chain, &mut versions);
    }
    if let Some(bytes) = table.mapped(scan, image, DT_VERDEF, "DT_VERDEF") {
        let chain = Chain::new(image, bytes, TableKind::VersionDefinitions, &mut left);
        read_definitions(scan, table, chain, &mut versions);
    }
    versions
}

/// A table of records that point to each other by distance. No record is taken twice, and none that lies on another.
struct Chain<'a, 'l> {
    image: &'l Image<'a>,
    bytes: &'a [u8],
    table: TableKind,
    /// Size of each record taken, by where it begins.
    taken: BTreeMap<usize, usize>,
    left: &'l mut usize,
}

// Bytes of the records, the same in both classes.
const VERNEED: usize = 16;
const VERNAUX: usize = 16;
const VERDEF: usize = 20;
const VERDAUX: usize = 8;

impl<'a, 'l> Chain<'a, 'l> {
    fn new(image: &'l Image<'a>, bytes: &'a [u8], table: TableKind, left: &'l mut usize) -> Self {
        Self { image, bytes, table, taken: BTreeMap::new(), left }
    }

    /// Hands each record to `read` until the chain ends or breaks, whatever the count beside the table says: so does the
    /// loader. A record has `size` bytes, and at `link` the distance to the next one. `read` answers with nothing where it
    /// found the chain broken.
    fn follow(
        &mut self,
        scan: &mut Scan<'_>,
        (size, link): (usize, usize),
        claimed: Option<u64>,
        mut read: impl FnMut(&mut Self, &mut Scan<'_>, usize, &'a [u8]) -> Option<()>,
    ) {
        let mut found = 0_u64;
        let mut next = Some(0);
        while let Some(at) = next {
            let Some(record) = self.record(scan, at, size) else { return };
            if self.u16(record, 0) != 1 {
                self.broken(scan, at, ChainBreak::UnknownVersion);
                return;
            }
            found = found.saturating_add(1);
            if read(self, scan, at, record).is_none() {
                return;
            }
            next = Self::step(at, self.u32(record, link));
        }
        self.check_count(scan, claimed.unwrap_or_default(), found);
    }

    /// The record of `size` bytes at `at`, or nothing and a defect.
    fn record(&mut self, scan: &mut Scan<'_>, at: usize, size: usize) -> Option<&'a [u8]> {
        if *self.left == 0 {
            scan.limit(LimitKind::VersionRecords, scan.limits.version_records);
            return None;
        }
        let Some(record) = at.checked_add(size).and_then(|end| self.bytes.get(at..end)) else {
            self.broken(scan, at, ChainBreak::PastEnd);
            return None;
        };
        // None overlaps another so far, so only the nearest one in front can reach into this one.
        let before = self.taken.range(..at.saturating_add(size)).next_back();
        if before.is_some_and(|(&other, &length)| other.saturating_add(length) > at) {
            self.broken(scan, at, ChainBreak::Overlap);
            return None;
        }
        self.taken.insert(at, size);
        *self.left = self.left.saturating_sub(1);
        Some(record)
    }

    fn broken(&self, scan: &mut Scan<'_>, at: usize, reason: ChainBreak) {
        scan.defect(ModuleDefect::VersionChainBroken { table: self.table, offset: widen(at), reason });
    }

    fn check_count(&self, scan: &mut Scan<'_>, claimed: u64, found: u64) {
        if claimed != found {
            scan.defect(ModuleDefect::VersionCountDisagrees { table: self.table, claimed, found });
        }
    }

    fn u16(&self, record: &[u8], at: usize) -> u16 {
        self.image.encoding.u16(record, at).unwrap_or_default()
    }

    fn u32(&self, record: &[u8], at: usize) -> u32 {
        self.image.encoding.u32(record, at).unwrap_or_default()
    }

    /// Where the record `distance` bytes on is; `None` at the end of the chain.
    fn step(at: usize, distance: u32) -> Option<usize> {
        let distance = narrow(u64::from(distance));
        if distance == 0 { None } else { Some(at.saturating_add(distance)) }
    }
}

/// A need for each library, and under it one record for each version.
fn read_needs(scan: &mut Scan<'_>, table: &DynamicTable<'_>, mut chain: Chain<'_, '_>, versions: &mut Versions) {
    chain.follow(scan, (VERNEED, 12), table.get(DT_VERNEEDNUM), |chain, scan, at, record| {
        let library = table.strings.get(scan, u64::from(chain.u32(record, 4)), TextKind::VersionFile);
        let library = library.unwrap_or_default();
        let mut aux = Some(at.saturating_add(narrow(u64::from(chain.u32(record, 8)))));
        let mut found = 0_u64;
        while let Some(aux_at) = aux {
            let record = chain.record(scan, aux_at, VERNAUX)?;
            found = found.saturating_add(1);
            let name = table.strings.get(scan, u64::from(chain.u32(record, 8)), TextKind::VersionName);
            if let Some(name) = name {
                let (claimed, computed) = (chain.u32(record, 0), sysv_hash(name.as_bytes()));
                if claimed != computed {
                    scan.defect(ModuleDefect::VersionHashWrong { name: name.clone(), claimed, computed });
                }
                let weak = chain.u16(record, 4) & VER_FLG_WEAK != 0;
                let index = chain.u16(record, 6) & VERSYM_VERSION;
                versions.by_index.insert(index, versions.needs.len());
                versions.highest = versions.highest.max(Some(index));
                let need = VersionNeed::new(library.clone(), name, weak);
                // These are kept once more for each version.
                scan.pay(&need.library);
                scan.pay(&need.namespace);
                versions.needs.push(need);
            }
            aux = Chain::step(aux_at, chain.u32(record, 12));
        }
        chain.check_count(scan, u64::from(chain.u16(record, 2)), found);
        Some(())
    });
}

fn read_definitions(scan: &mut Scan<'_>, table: &DynamicTable<'_>, mut chain: Chain<'_, '_>, versions: &mut Versions) {
    chain.follow(scan, (VERDEF, 16), table.get(DT_VERDEFNUM), |chain, scan, at, record| {
        // The first name is the version's own, the rest are those it inherits from. Some linkers let a version and
        // the base definition of the same name share one record, and one for each definition is not far.
        let aux_at = at.saturating_add(narrow(u64::from(chain.u32(record, 12))));
        let Some(aux) = aux_at.checked_add(VERDAUX).and_then(|end| chain.bytes.get(aux_at..end)) else {
            chain.broken(scan, aux_at, ChainBreak::PastEnd);
            return None;
        };
        let name = table.strings.get(scan, u64::from(chain.u32(aux, 0)), TextKind::VersionName);
        let index = chain.u16(record, 4) & VERSYM_VERSION;
        versions.highest = versions.highest.max(Some(index));
        if chain.u16(record, 2) & VER_FLG_BASE == 0 {
            // Needs have been read. The loader takes what is defined, and asks other libraries for it.
            if versions.by_index.contains_key(&index) {
                scan.defect(ModuleDefect::VersionIndexTwice { index, name: name.clone().unwrap_or_default() });
            }
            versions.definitions.extend(name);
        }
        Some(())
    });
}
