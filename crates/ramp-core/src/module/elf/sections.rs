//! Section headers: what only tools read.

use goblin::elf::header::Header;
use goblin::elf::section_header::{
    SHF_ALLOC, SHF_EXECINSTR, SHN_XINDEX, SHT_DYNSYM, SHT_NOBITS, SHT_NOTE, SHT_NULL, SHT_SYMTAB, SectionHeader,
};

use super::header::Table;
use crate::module::defect::{LimitKind, ModuleDefect, TableKind};
use crate::module::read::{Encoding, Scan, narrow, slice, widen};

/// How much of `.comment` is read, and how many strings of it are kept.
const COMMENT_BYTES: usize = 65_536;
const COMMENT_STRINGS: usize = 64;

/// The section headers, and the few facts that hang on section names.
#[derive(Debug, Default)]
pub(super) struct Sections {
    headers: Vec<SectionHeader>,
    comment: Option<SectionHeader>,
    debug_link: Option<SectionHeader>,
    debug_info: bool,
}

impl Sections {
    pub(super) fn read(scan: &mut Scan<'_>, header: &Header, encoding: Encoding) -> Self {
        let mut sections = Self::default();
        if header.e_shoff == 0 {
            return sections;
        }
        let kind = TableKind::SectionHeaders;
        let size = SectionHeader::size(encoding.ctx());
        let table = Table::new(scan, kind, header.e_shoff, header.e_shentsize, size);
        let tail = table.tail;
        let first = SectionHeader::parse_from(tail, 0, 1, encoding.ctx()).ok().and_then(|found| found.first().cloned());
        // More than 65,279 sections are counted in the first header.
        let claimed = match (header.e_shnum, &first) {
            (0, Some(first)) => first.sh_size,
            (count, _) => u64::from(count),
        };
        let count = scan.at_most(claimed, LimitKind::SectionHeaders, scan.limits.section_headers);
        let count = table.available(scan, count);
        if count == 0 {
            return sections;
        }
        sections.headers = SectionHeader::parse_from(tail, 0, count, encoding.ctx()).unwrap_or_default();
        let names = match (u32::from(header.e_shstrndx), &first) {
            (SHN_XINDEX, Some(first)) => u64::from(first.sh_link),
            (index, _) => u64::from(index),
        };
        sections.name(scan, narrow(names));
        sections.check(scan);
        sections
    }

    fn name(&mut self, scan: &Scan<'_>, names: usize) {
        let names = self.headers.get(names).and_then(|section| bytes_of(scan, section)).unwrap_or_default();
        for section in &self.headers {
            let name = names.get(section.sh_name..).unwrap_or_default();
            let is = |wanted: &[u8]| name.strip_prefix(wanted).is_some_and(|rest| rest.first() == Some(&0));
            if section.sh_type == SHT_NOBITS || section.sh_size == 0 {
                continue;
            }
            if is(b".comment") {
                self.comment = Some(section.clone());
            } else if is(b".gnu_debuglink") {
                self.debug_link = Some(section.clone());
            } else if is(b".debug_info") || is(b".zdebug_info") {
                self.debug_info = true;
            }
        }
    }

    fn check(&self, scan: &mut Scan<'_>) {
        let file_size = widen(scan.bytes.len());
        for (index, section) in self.headers.iter().enumerate() {
            let past_end = section.sh_offset.saturating_add(section.sh_size).saturating_sub(file_size);
            if past_end > 0 && section.sh_size > 0 && !matches!(section.sh_type, SHT_NOBITS | SHT_NULL) {
                scan.defect(ModuleDefect::SectionPastEnd {
                    index: widen(index),
                    offset: section.sh_offset,
                    size: section.sh_size,
                    past_end: past_end.min(section.sh_size),
                });
            }
        }
    }

    /// The first section of a type.
    pub(super) fn of_type(&self, sh_type: u32) -> Option<&SectionHeader> {
        self.headers.iter().find(|section| section.sh_type == sh_type)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    pub(super) fn has_symtab(&self) -> bool {
        self.of_type(SHT_SYMTAB).is_some()
    }

    pub(super) fn has_debug_info(&self) -> bool {
        self.debug_info
    }

    /// Whether every section of code is a name without bytes, and the dynamic symbols too.
    pub(super) fn is_debug_companion(&self) -> bool {
        let mut code = self.headers.iter().filter(|section| {
            let flags = u64::from(SHF_ALLOC | SHF_EXECINSTR);
            section.sh_flags & flags == flags && section.sh_size > 0
        });
        let first = code.next();
        let empty = |section: &SectionHeader| section.sh_type == SHT_NOBITS;
        first.is_some_and(empty) && code.all(empty) && self.of_type(SHT_DYNSYM).is_none()
    }

    /// The section that another one links to: of symbols, the one that has their names.
    pub(super) fn linked(&self, section: &SectionHeader) -> Option<&SectionHeader> {
        self.headers.get(narrow(u64::from(section.sh_link)))
    }

    /// Entries of the dynamic symbol section.
    pub(super) fn dynsym_count(&self, entry: usize) -> Option<u64> {
        self.of_type(SHT_DYNSYM)?.sh_size.checked_div(widen(entry))
    }

    /// The bytes of the static symbol table and of its names.
    pub(super) fn symtab<'a>(&self, scan: &Scan<'a>) -> Option<(&'a [u8], &'a [u8])> {
        let symtab = self.of_type(SHT_SYMTAB)?;
        let names = self.linked(symtab)?;
        Some((bytes_of(scan, symtab)?, bytes_of(scan, names)?))
    }

    /// Offset, size and alignment of the note sections.
    pub(super) fn notes(&self) -> Vec<(u64, u64, u64)> {
        let notes = self.headers.iter().filter(|section| section.sh_type == SHT_NOTE);
        notes.map(|section| (section.sh_offset, section.sh_size, section.sh_addralign)).collect()
    }

    /// The strings of `.comment`, each once.
    pub(super) fn compilers(&self, scan: &mut Scan<'_>) -> Vec<String> {
        let Some(bytes) = self.comment.as_ref().and_then(|section| bytes_of(scan, section)) else { return Vec::new() };
        let bytes = bytes.get(..COMMENT_BYTES).unwrap_or(bytes);
        let mut seen: Vec<&[u8]> = Vec::new();
        for text in bytes.split(|byte| *byte == 0).filter(|text| !text.is_empty()) {
            if !seen.contains(&text) {
                if seen.len() == COMMENT_STRINGS {
                    break;
                }
                seen.push(text);
            }
        }
        seen.into_iter().filter_map(|text| scan.text(text)).map(|(text, _)| text).collect()
    }

    /// The name in `.gnu_debuglink`.
    pub(super) fn debug_link(&self, scan: &mut Scan<'_>) -> Option<String> {
        let bytes = self.debug_link.as_ref().and_then(|section| bytes_of(scan, section))?;
        scan.text(bytes).map(|(name, _)| name)
    }
}

fn bytes_of<'a>(scan: &Scan<'a>, section: &SectionHeader) -> Option<&'a [u8]> {
    if section.sh_type == SHT_NOBITS { None } else { slice(scan.bytes, section.sh_offset, section.sh_size) }
}
