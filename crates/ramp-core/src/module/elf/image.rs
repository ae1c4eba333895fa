//! The segments: where in the file the bytes of an address come from.

use goblin::elf::header::Header;
use goblin::elf::program_header::{
    PT_DYNAMIC, PT_GNU_STACK, PT_INTERP, PT_LOAD, PT_NOTE, PT_PHDR, PT_TLS, ProgramHeader,
};

use super::header::Table;
use crate::module::defect::{LimitKind, ModuleDefect, TableKind};
use crate::module::read::{Encoding, Scan, narrow, widen};

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
                    segment: segment_name(segment.p_type).into(),
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
                scan.defect(ModuleDefect::SegmentRepeated { segment: segment_name(p_type).into() });
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
