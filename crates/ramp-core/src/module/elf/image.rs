//! The segments: where in the file the bytes of an address come from.

use std::collections::BTreeSet;

use goblin::elf::header::Header;
use goblin::elf::program_header::{
    PF_R, PF_W, PF_X, PT_DYNAMIC, PT_GNU_RELRO, PT_GNU_STACK, PT_INTERP, PT_LOAD, PT_NOTE, PT_PHDR, PT_TLS,
    ProgramHeader,
};

use super::header::Table;
use crate::module::defect::{LimitKind, ModuleDefect, TableKind};
use crate::module::read::{Encoding, Scan, narrow, widen};

/// The smallest page that there is; the loader maps nothing that is aligned to less.
const PAGE: u64 = 0x1000;

pub(super) const PT_GNU_PROPERTY: u32 = 0x6474_e553;

/// The segments: what the loader maps where.
#[derive(Debug)]
pub(super) struct Image<'a> {
    bytes: &'a [u8],
    pub(super) encoding: Encoding,
    pub(super) e_machine: u16,
    pub(super) segments: Vec<ProgramHeader>,
}

impl<'a> Image<'a> {
    pub(super) fn read(scan: &mut Scan<'a>, header: &Header, encoding: Encoding) -> Self {
        let mut image = Self { bytes: scan.bytes, encoding, e_machine: header.e_machine, segments: Vec::new() };
        if header.e_phnum == 0 {
            return image;
        }
        let kind = TableKind::ProgramHeaders;
        let size = ProgramHeader::size(encoding.ctx());
        let table = Table::new(scan, kind, header.e_phoff, header.e_phentsize, size);
        let count = scan.at_most(u64::from(header.e_phnum), LimitKind::ProgramHeaders, scan.limits.program_headers);
        let count = table.available(scan, count);
        image.segments = ProgramHeader::parse(table.tail, 0, count, encoding.ctx()).unwrap_or_default();
        image.check(scan);
        image.check_own_place(scan);
        image
    }

    fn check(&self, scan: &mut Scan<'_>) {
        let file_size = widen(self.bytes.len());
        for (index, segment) in self.segments.iter().enumerate() {
            let index = widen(index);
            let past_end = segment.p_offset.saturating_add(segment.p_filesz).saturating_sub(file_size);
            if segment.p_filesz > 0 && past_end > 0 {
                scan.defect(ModuleDefect::SegmentPastEnd {
                    index,
                    segment: segment_name(segment.p_type).into(),
                    offset: segment.p_offset,
                    size: segment.p_filesz,
                    past_end: past_end.min(segment.p_filesz),
                });
            }
            if segment.p_type == PT_TLS && segment.p_memsz > 0 {
                Self::check_fit(scan, index, segment);
                let holds = |load: &ProgramHeader| {
                    load.p_vaddr <= segment.p_vaddr && segment.p_vaddr.saturating_add(segment.p_filesz) <= end_of(load)
                };
                if segment.p_filesz > 0 && !self.loads().any(holds) {
                    scan.defect(ModuleDefect::UnmappedAddress { tag: "PT_TLS".into(), address: segment.p_vaddr });
                }
            }
            if segment.p_type != PT_LOAD {
                continue;
            }
            Self::check_fit(scan, index, segment);
            if segment.p_memsz > 0 && segment.p_flags & (PF_R | PF_W | PF_X) == 0 {
                scan.defect(ModuleDefect::SegmentWithoutRights { index });
            }
        }
        self.check_order(scan);
        self.check_pages(scan);
        self.check_relro(scan);
        for p_type in [PT_DYNAMIC, PT_INTERP, PT_GNU_STACK] {
            if self.segments.iter().filter(|segment| segment.p_type == p_type).count() > 1 {
                scan.defect(ModuleDefect::SegmentRepeated { segment: segment_name(p_type).into() });
            }
        }
    }

    /// Whether a segment, or the block of thread-local storage, fits what it is copied or mapped to.
    fn check_fit(scan: &mut Scan<'_>, index: u64, segment: &ProgramHeader) {
        let align = segment.p_align;
        let apart = segment.p_vaddr.abs_diff(segment.p_offset);
        let (least, differs) =
            if segment.p_type == PT_TLS { (1, false) } else { (PAGE, apart.checked_rem(align).unwrap_or(apart) != 0) };
        let is_impossible = align != 0 && (!align.is_power_of_two() || align < least);
        if differs || is_impossible || align == 0 && least == 1 {
            let (offset, address) = (segment.p_offset, segment.p_vaddr);
            scan.defect(ModuleDefect::SegmentMisaligned { index, offset, address, align });
        }
        if segment.p_filesz > segment.p_memsz {
            let (file, memory) = (segment.p_filesz, segment.p_memsz);
            scan.defect(ModuleDefect::SegmentShrinks { index, file, memory });
        }
    }

    /// Whether the loaded segments stand by their addresses, apart from each other.
    fn check_order(&self, scan: &mut Scan<'_>) {
        let loads = self.segments.iter().enumerate().filter(|(_, segment)| segment.p_type == PT_LOAD);
        let mut loads: Vec<(usize, u64, u64)> =
            loads.map(|(index, segment)| (index, segment.p_vaddr, end_of(segment))).collect();
        for pair in loads.windows(2) {
            if let [(_, before, _), (index, address, _)] = *pair
                && address < before
            {
                scan.defect(ModuleDefect::SegmentsUnordered { index: widen(index), address });
            }
        }
        loads.sort_by_key(|(_, address, _)| *address);
        let mut end = 0;
        for (index, address, segment_end) in loads {
            if address < end {
                scan.defect(ModuleDefect::SegmentsOverlap { index: widen(index), address });
            }
            end = end.max(segment_end);
        }
    }

    /// Whether each page can be mapped as every segment on it wants it: the loader maps it for the last of them, and refuses the module
    /// where those are its first and its last.
    fn check_pages(&self, scan: &mut Scan<'_>) {
        let loads = self.segments.iter().enumerate().filter(|(_, s)| s.p_type == PT_LOAD && s.p_memsz > 0);
        let Some((first, (last, _))) = loads.clone().next().zip(loads.clone().next_back()) else { return };
        for ((_, before), (index, segment)) in loads.clone().zip(loads.skip(1)) {
            let address = segment.p_vaddr;
            let is_on_page_of =
                |other: &ProgramHeader| address >= end_of(other) && page_of(address) < page_behind(end_of(other));
            let shift = |of: &ProgramHeader| of.p_vaddr.wrapping_sub(of.p_offset);
            let is_lost =
                shift(before) != shift(segment) || before.p_flags & !segment.p_flags & (PF_R | PF_W | PF_X) != 0;
            if is_on_page_of(before) && is_lost || index == last && is_on_page_of(first.1) {
                scan.defect(ModuleDefect::SegmentsShareAPage { index: widen(index), address });
            }
        }
    }

    /// Whether what becomes read-only after relocation is the module's, and is not code: the loader changes the rights of whole pages,
    /// from the one in which it begins up to the one in which it ends.
    fn check_relro(&self, scan: &mut Scan<'_>) {
        let Some((start, end)) = self.protected() else { return };
        let first = self.loads().map(|segment| page_of(segment.p_vaddr)).min().unwrap_or_default();
        let behind = self.loads().map(|segment| page_behind(end_of(segment))).max().unwrap_or_default();
        if start < first || end > behind || end < start {
            scan.defect(ModuleDefect::UnmappedAddress { tag: "PT_GNU_RELRO".into(), address: start });
        }
        // Of what is both variables and code only the code itself knows which is which.
        let mut code = self.loads().filter(|segment| segment.p_flags & (PF_W | PF_X) == PF_X && segment.p_memsz > 0);
        if let Some(segment) = code.find(|s| page_of(s.p_vaddr) < end && start < page_behind(end_of(s))) {
            scan.defect(ModuleDefect::CodeProtected { address: start.max(segment.p_vaddr) });
        }
    }

    /// The pages that become read-only after relocation, if any do: not the one in which the range ends.
    pub(super) fn protected(&self) -> Option<(u64, u64)> {
        let relro = self.segment(PT_GNU_RELRO).filter(|relro| relro.p_memsz > 0)?;
        // As the loader adds, who does not look at what is carried.
        let end = relro.p_vaddr.wrapping_add(relro.p_memsz);
        Some((page_of(relro.p_vaddr), page_of(end))).filter(|(start, end)| start != end)
    }

    /// Whether there is something to be read where `PT_PHDR` leads: there the loader looks for notes, once the module is mapped, by as many
    /// headers as the file has. An address of zero is none.
    fn check_own_place(&self, scan: &mut Scan<'_>) {
        let Some(address) = self.segment(PT_PHDR).map(|segment| segment.p_vaddr).filter(|at| *at != 0) else { return };
        let Some(bytes) = self.at(address) else {
            scan.defect(ModuleDefect::UnmappedAddress { tag: "PT_PHDR".into(), address });
            return;
        };
        // A tool that moved the headers may have left the old ones there, which do as well.
        let notes = |of: &[ProgramHeader]| -> BTreeSet<(u64, u64)> {
            // Those of another alignment hold nothing that the loader looks for.
            let is_read =
                |segment: &&ProgramHeader| matches!(segment.p_type, PT_NOTE | PT_GNU_PROPERTY) && segment.p_align == 8;
            of.iter().filter(is_read).map(|segment| (segment.p_vaddr, segment.p_memsz)).collect()
        };
        let is_good = ProgramHeader::parse(bytes, 0, self.segments.len(), self.encoding.ctx())
            .is_ok_and(|found| notes(&found).is_subset(&notes(&self.segments)));
        if !is_good {
            scan.defect(ModuleDefect::HeadersElsewhere { address });
        }
    }

    /// Bytes of memory that the loader reserves in one piece: from the first loaded address to the last, and what the
    /// alignment takes.
    pub(super) fn memory_size(&self) -> u64 {
        let start = self.loads().map(|segment| segment.p_vaddr).min().unwrap_or_default();
        let end = self.loads().map(end_of).max().unwrap_or_default();
        let align = self.loads().map(|segment| segment.p_align).filter(|align| align.is_power_of_two()).max();
        end.saturating_sub(start).saturating_add(align.filter(|align| *align > 0x1000).unwrap_or_default())
    }

    /// The thread-local storage of each thread. The loader passes over one without bytes.
    pub(super) fn tls(&self) -> Option<&ProgramHeader> {
        self.segment(PT_TLS).filter(|segment| segment.p_memsz > 0)
    }

    /// The segments that are loaded, in the order of their headers.
    pub(super) fn loads(&self) -> impl DoubleEndedIterator<Item = &ProgramHeader> {
        self.segments.iter().filter(|segment| segment.p_type == PT_LOAD)
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
        self.loads().rev().find_map(|segment| {
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

pub(super) fn end_of(segment: &ProgramHeader) -> u64 {
    segment.p_vaddr.saturating_add(segment.p_memsz)
}

fn page_of(address: u64) -> u64 {
    address & !PAGE.saturating_sub(1)
}

/// Where the pages end that are mapped up to an address.
fn page_behind(address: u64) -> u64 {
    address.checked_next_multiple_of(PAGE).unwrap_or(u64::MAX)
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
        PT_GNU_RELRO => "PT_GNU_RELRO",
        PT_GNU_PROPERTY => "PT_GNU_PROPERTY",
        _ => "other",
    }
}
