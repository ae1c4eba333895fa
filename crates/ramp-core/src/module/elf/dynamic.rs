//! The dynamic table, as the loader reads it.

use goblin::elf::dynamic::{
    DF_1_NODEFLIB, DF_1_NODELETE, DF_1_NOOPEN, DF_1_NOW, DF_1_PIE, DF_BIND_NOW, DF_STATIC_TLS, DF_SYMBOLIC, DF_TEXTREL,
    DT_BIND_NOW, DT_FLAGS, DT_FLAGS_1, DT_NEEDED, DT_NULL, DT_RPATH, DT_RUNPATH, DT_SONAME, DT_STRSZ, DT_STRTAB,
    DT_SYMBOLIC, DT_TEXTREL,
};
use goblin::elf::program_header::PT_DYNAMIC;
use serde::{Deserialize, Serialize};

use super::image::Image;
use crate::module::defect::{LimitKind, ModuleDefect, TextKind};
use crate::module::read::{Scan, Strings};

pub(super) const DT_RELRSZ: u64 = 35;
pub(super) const DT_RELR: u64 = 36;
pub(super) const DT_RELRENT: u64 = 37;
const DT_AUXILIARY: u64 = 0x7fff_fffd;
const DT_FILTER: u64 = 0x7fff_ffff;

/// What the dynamic table asks of the loader.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DynamicFacts {
    /// `DT_NEEDED`: the libraries to load first, in order.
    pub needed: Vec<String>,
    /// `DT_FILTER`: libraries that must be there, and stand in for this one.
    pub filters: Vec<String>,
    /// `DT_AUXILIARY`: libraries that stand in for this one where they are there.
    #[serde(default)]
    pub auxiliaries: Vec<String>,
    /// `DT_SONAME`: its own name.
    pub soname: Option<String>,
    /// `DT_RPATH`: where to look for libraries, the old way; ignored where there is a runpath.
    pub rpath: Option<String>,
    /// `DT_RUNPATH`: where to look for libraries.
    pub runpath: Option<String>,
    /// Has relative relocations in the compact form (`DT_RELR`), which glibc reads from 2.36 on.
    pub has_relr: bool,
    /// `DT_FLAGS`, `DT_FLAGS_1` and the old tags of the same meaning.
    pub flags: DynamicFlags,
}

/// The flags of the dynamic table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DynamicFlags {
    /// All symbols are resolved at load time.
    pub bind_now: bool,
    /// Relocations write into code (`DT_TEXTREL` or `DF_TEXTREL`), which `SELinux` forbids.
    pub text_relocations: bool,
    /// Its own symbols come first.
    pub symbolic: bool,
    /// `DF_1_NODELETE`: never unloaded.
    pub no_delete: bool,
    /// `DF_1_NODEFLIB`: libraries are not looked for where the system has them.
    #[serde(default)]
    pub no_default_libraries: bool,
    /// `DF_1_NOOPEN`: not for `dlopen`, which refuses it.
    pub no_open: bool,
    /// `DF_STATIC_TLS`: needs space in the static block of thread-local storage, of which `dlopen` has little.
    pub static_tls: bool,
    /// `DF_1_PIE`: a program.
    pub pie: bool,
}

/// The entries up to `DT_NULL`, and the string table they point into.
#[derive(Debug)]
pub(super) struct DynamicTable<'a> {
    pub(super) address: u64,
    entries: Vec<(u64, u64)>,
    pub(super) strings: Strings<'a>,
}

impl<'a> DynamicTable<'a> {
    /// Reads by address and up to `DT_NULL`, as the loader does, not by `p_offset` and `p_filesz`.
    pub(super) fn read(scan: &mut Scan<'_>, image: &Image<'a>) -> Option<Self> {
        // The loader passes over those without bytes, and takes the last of the others.
        let mut headers = image.segments.iter().rev().filter(|segment| segment.p_type == PT_DYNAMIC).peekable();
        headers.peek()?;
        let Some(address) = headers.find(|segment| segment.p_filesz > 0).map(|segment| segment.p_vaddr) else {
            scan.defect(ModuleDefect::DynamicEmpty);
            return None;
        };
        let Some(bytes) = image.at(address) else {
            scan.defect(ModuleDefect::UnmappedAddress { tag: "PT_DYNAMIC".into(), address });
            return None;
        };
        let encoding = image.encoding;
        let word = encoding.word_size();
        let mut entries = Vec::new();
        let mut ended = false;
        for entry in bytes.chunks_exact(word.saturating_mul(2)) {
            let (Some(tag), Some(value)) = (encoding.word(entry, 0), encoding.word(entry, word)) else { break };
            if tag == DT_NULL {
                ended = true;
                break;
            }
            if entries.len() == scan.limits.dynamic_entries {
                scan.limit(LimitKind::DynamicEntries, scan.limits.dynamic_entries);
                ended = true;
                break;
            }
            entries.push((tag, value));
        }
        if !ended {
            scan.defect(ModuleDefect::DynamicPastEnd { address });
        }
        let mut table = Self { address, entries, strings: Strings::new(&[], 0) };
        if let Some(bytes) = table.mapped(scan, image, DT_STRTAB, "DT_STRTAB") {
            table.strings = Strings::new(bytes, table.get(DT_STRSZ).unwrap_or_default());
        }
        Some(table)
    }

    /// The value of a tag; of several, the last, as the loader does.
    pub(super) fn get(&self, tag: u64) -> Option<u64> {
        self.entries.iter().rev().find(|(found, _)| *found == tag).map(|(_, value)| *value)
    }

    /// The bytes a tag points to, from there to the end of the segment.
    pub(super) fn mapped(
        &self,
        scan: &mut Scan<'_>,
        image: &Image<'a>,
        tag: u64,
        name: &'static str,
    ) -> Option<&'a [u8]> {
        let address = self.get(tag)?;
        let bytes = image.at(address);
        if bytes.is_none() {
            scan.defect(ModuleDefect::UnmappedAddress { tag: name.into(), address });
        }
        bytes
    }

    /// The same, where whoever calls does not tell of what is not mapped.
    pub(super) fn bytes(&self, image: &Image<'a>, tag: u64) -> &'a [u8] {
        self.get(tag).and_then(|address| image.at(address)).unwrap_or_default()
    }

    fn text(&self, scan: &mut Scan<'_>, tag: u64, kind: TextKind) -> Option<String> {
        let offset = self.get(tag)?;
        self.strings.get(scan, offset, kind)
    }

    fn texts(&self, scan: &mut Scan<'_>, wanted: u64, kind: TextKind) -> Vec<String> {
        let mut found = Vec::new();
        for (_, offset) in self.entries.iter().filter(|(tag, _)| *tag == wanted) {
            if found.len() == scan.limits.needed_libraries {
                scan.limit(LimitKind::NeededLibraries, scan.limits.needed_libraries);
                break;
            }
            found.extend(self.strings.get(scan, *offset, kind));
        }
        found
    }
}

pub(super) fn facts(scan: &mut Scan<'_>, table: &DynamicTable<'_>) -> DynamicFacts {
    let flags = table.get(DT_FLAGS).unwrap_or_default();
    let flags_1 = table.get(DT_FLAGS_1).unwrap_or_default();
    DynamicFacts {
        needed: table.texts(scan, DT_NEEDED, TextKind::Needed),
        filters: table.texts(scan, DT_FILTER, TextKind::Filter),
        auxiliaries: table.texts(scan, DT_AUXILIARY, TextKind::Filter),
        soname: table.text(scan, DT_SONAME, TextKind::Soname),
        rpath: table.text(scan, DT_RPATH, TextKind::Rpath),
        runpath: table.text(scan, DT_RUNPATH, TextKind::Runpath),
        has_relr: table.get(DT_RELR).is_some(),
        flags: DynamicFlags {
            bind_now: table.get(DT_BIND_NOW).is_some() || flags & DF_BIND_NOW != 0 || flags_1 & DF_1_NOW != 0,
            text_relocations: table.get(DT_TEXTREL).is_some() || flags & DF_TEXTREL != 0,
            symbolic: table.get(DT_SYMBOLIC).is_some() || flags & DF_SYMBOLIC != 0,
            no_delete: flags_1 & DF_1_NODELETE != 0,
            no_default_libraries: flags_1 & DF_1_NODEFLIB != 0,
            no_open: flags_1 & DF_1_NOOPEN != 0,
            static_tls: flags & DF_STATIC_TLS != 0,
            pie: flags_1 & DF_1_PIE != 0,
        },
    }
}
