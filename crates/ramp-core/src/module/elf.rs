//! Header and segments, and the order in which the rest is read.

use goblin::elf::header::{self, Header};
use goblin::elf::program_header::{PF_X, PT_DYNAMIC, PT_GNU_STACK, PT_INTERP, PT_LOAD, PT_PHDR, PT_TLS, ProgramHeader};
use goblin::{elf32, elf64};

use super::defect::{LimitKind, ModuleDefect, TableKind, TextKind};
use super::dynamic::{self, DynamicTable};
use super::facts::ElfFacts;
use super::kinds::{Architecture, ElfClass, ElfType, Endianness, ExecStack, LibcFlavour, OsAbi};
use super::notes;
use super::read::{Encoding, Scan, Strings, narrow, slice, widen};
use super::sections::Sections;
use super::symbols;
use super::versions::{self, VersionNeed};

pub(super) const PT_NOTE: u32 = goblin::elf::program_header::PT_NOTE;
pub(super) const PT_GNU_PROPERTY: u32 = 0x6474_e553;

pub(super) fn read(scan: &mut Scan<'_>) -> Option<ElfFacts> {
    let (header, encoding) = read_header(scan)?;
    let image = Image::read(scan, &header, encoding);
    let sections = Sections::read(scan, &header, encoding);
    let table = DynamicTable::read(scan, &image);
    let dynamic = table.as_ref().map(|table| dynamic::facts(scan, table));
    let mut versions = table.as_ref().map(|table| versions::read(scan, &image, table)).unwrap_or_default();
    let count = table.as_ref().map(|table| symbols::count(scan, &image, table, &sections)).unwrap_or_default();
    sections.cross_check(scan, &image, table.as_ref(), count);
    let symbols = table.as_ref().map(|table| symbols::read(scan, &image, table, count, &mut versions, &sections));
    let notes = notes::read(scan, &image, &sections);
    let needed = dynamic.as_ref().map_or(&[][..], |dynamic| dynamic.needed.as_slice());
    Some(ElfFacts {
        class: if encoding.wide { ElfClass::Elf64 } else { ElfClass::Elf32 },
        endianness: if encoding.little { Endianness::Little } else { Endianness::Big },
        machine: Architecture::of_elf(header.e_machine, encoding.wide, encoding.little),
        e_machine: header.e_machine,
        os_abi: OsAbi::new(ident(&header, header::EI_OSABI)),
        abi_version: ident(&header, header::EI_ABIVERSION),
        file_type: file_type(header.e_type),
        pie: dynamic.as_ref().is_some_and(|dynamic| dynamic.flags.pie),
        interpreter: interpreter(scan, &image),
        libc: libc(needed, &versions.needs),
        dynamic,
        symbols: symbols.unwrap_or_default(),
        version_needs: versions.needs,
        version_definitions: versions.definitions,
        build_id: notes.build_id,
        x86_isa_needed: notes.x86_isa_needed,
        compilers: sections.compilers(scan),
        has_section_headers: !sections.is_empty(),
        stripped: !sections.has_symtab(),
        has_debug_info: sections.has_debug_info(),
        debug_link: sections.debug_link(scan),
        debug_companion: sections.is_debug_companion(),
        exec_stack: exec_stack(&image),
    })
}

fn ident(header: &Header, index: usize) -> u8 {
    header.e_ident.get(index).copied().unwrap_or_default()
}

fn read_header(scan: &mut Scan<'_>) -> Option<(Header, Encoding)> {
    let truncated =
        |needed: usize| ModuleDefect::TruncatedHeader { needed: widen(needed), size: widen(scan.bytes.len()) };
    let (Some(&class), Some(&data)) = (scan.bytes.get(header::EI_CLASS), scan.bytes.get(header::EI_DATA)) else {
        let defect = truncated(header::SIZEOF_IDENT);
        scan.defect(defect);
        return None;
    };
    let wide = match class {
        header::ELFCLASS32 => false,
        header::ELFCLASS64 => true,
        value => {
            scan.defect(ModuleDefect::UnknownIdentification { offset: widen(header::EI_CLASS), value });
            return None;
        }
    };
    if !matches!(data, header::ELFDATA2LSB | header::ELFDATA2MSB) {
        scan.defect(ModuleDefect::UnknownIdentification { offset: widen(header::EI_DATA), value: data });
        return None;
    }
    let encoding = Encoding { wide, little: data == header::ELFDATA2LSB };
    let (parsed, needed) = if wide {
        (elf64::header::Header::parse(scan.bytes).map(Header::from), elf64::header::SIZEOF_EHDR)
    } else {
        (elf32::header::Header::parse(scan.bytes).map(Header::from), elf32::header::SIZEOF_EHDR)
    };
    if let Ok(header) = parsed {
        Some((header, encoding))
    } else {
        let defect = truncated(needed);
        scan.defect(defect);
        None
    }
}

fn file_type(e_type: u16) -> ElfType {
    match e_type {
        header::ET_REL => ElfType::Rel,
        header::ET_EXEC => ElfType::Exec,
        header::ET_DYN => ElfType::Dyn,
        header::ET_CORE => ElfType::Core,
        other => ElfType::Other(other),
    }
}

/// The segments: what the loader maps where.
#[derive(Debug)]
pub(super) struct Image<'a> {
    bytes: &'a [u8],
    pub(super) encoding: Encoding,
    pub(super) e_machine: u16,
    pub(super) segments: Vec<ProgramHeader>,
}

impl<'a> Image<'a> {
    fn read(scan: &mut Scan<'a>, header: &Header, encoding: Encoding) -> Self {
        let mut image = Self { bytes: scan.bytes, encoding, e_machine: header.e_machine, segments: Vec::new() };
        if header.e_phnum == 0 {
            return image;
        }
        let size = ProgramHeader::size(encoding.ctx());
        if usize::from(header.e_phentsize) != size {
            scan.defect(ModuleDefect::EntrySize {
                table: TableKind::ProgramHeaders,
                claimed: u64::from(header.e_phentsize),
                expected: widen(size),
            });
        }
        let count = scan.at_most(u64::from(header.e_phnum), LimitKind::ProgramHeaders, scan.limits.program_headers);
        let tail = scan.bytes.get(narrow(header.e_phoff)..).unwrap_or_default();
        let available = tail.len().checked_div(size).unwrap_or_default();
        if available < count {
            scan.defect(ModuleDefect::TablePastEnd {
                table: TableKind::ProgramHeaders,
                offset: header.e_phoff,
                needed: widen(count.saturating_mul(size)),
                available: widen(tail.len()),
            });
        }
        image.segments = ProgramHeader::parse(tail, 0, count.min(available), encoding.ctx()).unwrap_or_default();
        image.check(scan);
        image
    }

    fn check(&self, scan: &mut Scan<'_>) {
        let file_size = widen(self.bytes.len());
        let mut end = 0;
        for (index, segment) in self.segments.iter().enumerate() {
            let index = widen(index);
            let past_end = segment.p_offset.saturating_add(segment.p_filesz).saturating_sub(file_size);
            if segment.p_filesz > 0 && past_end > 0 {
                scan.defect(ModuleDefect::SegmentPastEnd {
                    index,
                    segment: segment_name(segment.p_type),
                    offset: segment.p_offset,
                    size: segment.p_filesz,
                    past_end: past_end.min(segment.p_filesz),
                });
            }
            if segment.p_type != PT_LOAD {
                continue;
            }
            if segment.p_align > 1 {
                let differs = segment.p_vaddr.abs_diff(segment.p_offset).checked_rem(segment.p_align) != Some(0);
                if differs || !segment.p_align.is_power_of_two() {
                    scan.defect(ModuleDefect::SegmentMisaligned {
                        index,
                        offset: segment.p_offset,
                        address: segment.p_vaddr,
                        align: segment.p_align,
                    });
                }
            }
            if segment.p_vaddr < end {
                scan.defect(ModuleDefect::SegmentsOverlap { index, address: segment.p_vaddr });
            }
            end = segment.p_vaddr.saturating_add(segment.p_memsz);
        }
        for p_type in [PT_DYNAMIC, PT_INTERP, PT_GNU_STACK] {
            if self.segments.iter().filter(|segment| segment.p_type == p_type).count() > 1 {
                scan.defect(ModuleDefect::SegmentRepeated { segment: segment_name(p_type) });
            }
        }
    }

    /// The last header of a type, which is the one the loader keeps.
    pub(super) fn segment(&self, p_type: u32) -> Option<&ProgramHeader> {
        self.segments.iter().rev().find(|segment| segment.p_type == p_type)
    }

    /// The bytes of a segment, as far as the file has them.
    pub(super) fn segment_bytes(&self, segment: &ProgramHeader) -> &'a [u8] {
        let tail = self.bytes.get(narrow(segment.p_offset)..).unwrap_or_default();
        tail.get(..narrow(segment.p_filesz)).unwrap_or(tail)
    }

    /// Where an address comes from in the file, and how many bytes its segment has from there on.
    ///
    /// Where segments overlap the later one wins, as with `mmap`.
    fn locate(&self, address: u64) -> Option<(u64, u64)> {
        self.segments.iter().rev().filter(|segment| segment.p_type == PT_LOAD).find_map(|segment| {
            let within = address.checked_sub(segment.p_vaddr)?;
            let left = segment.p_filesz.checked_sub(within).filter(|left| *left > 0)?;
            Some((segment.p_offset.checked_add(within)?, left))
        })
    }

    /// The file offset of an address.
    pub(super) fn offset(&self, address: u64) -> Option<u64> {
        self.locate(address).map(|(offset, _)| offset)
    }

    /// The bytes from an address to the end of its segment, as far as the file has them.
    pub(super) fn at(&self, address: u64) -> Option<&'a [u8]> {
        let (offset, left) = self.locate(address)?;
        let tail = self.bytes.get(usize::try_from(offset).ok()?..).filter(|tail| !tail.is_empty())?;
        Some(tail.get(..narrow(left)).unwrap_or(tail))
    }
}

fn segment_name(p_type: u32) -> &'static str {
    match p_type {
        PT_LOAD => "PT_LOAD",
        PT_DYNAMIC => "PT_DYNAMIC",
        PT_INTERP => "PT_INTERP",
        PT_NOTE => "PT_NOTE",
        PT_PHDR => "PT_PHDR",
        PT_TLS => "PT_TLS",
        PT_GNU_STACK => "PT_GNU_STACK",
        PT_GNU_PROPERTY => "PT_GNU_PROPERTY",
        _ => "other",
    }
}

fn interpreter(scan: &mut Scan<'_>, image: &Image<'_>) -> Option<String> {
    let segment = image.segment(PT_INTERP)?;
    let bytes = slice(scan.bytes, segment.p_offset, segment.p_filesz)?;
    Strings::new(bytes, segment.p_filesz).get(scan, 0, TextKind::Interpreter)
}

fn exec_stack(image: &Image<'_>) -> ExecStack {
    match image.segment(PT_GNU_STACK) {
        None => ExecStack::HeaderMissing,
        Some(segment) if segment.p_flags & PF_X != 0 => ExecStack::Yes,
        Some(_) => ExecStack::No,
    }
}

fn libc(needed: &[String], version_needs: &[VersionNeed]) -> LibcFlavour {
    let is_musl = |name: &String| name.starts_with("libc.musl-") && name.ends_with(".so.1");
    if version_needs.iter().any(|need| need.namespace == "GLIBC") || needed.iter().any(|name| name == "libc.so.6") {
        LibcFlavour::Glibc
    } else if needed.iter().any(|name| is_musl(name) || name == "libc.so") {
        LibcFlavour::Musl
    } else if needed.is_empty() {
        LibcFlavour::None
    } else {
        LibcFlavour::Unknown
    }
}
