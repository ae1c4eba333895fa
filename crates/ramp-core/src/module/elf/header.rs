//! The header: class, byte order, machine, type, and the tables it leads to.

use goblin::elf::header::{self, Header};
use goblin::{elf32, elf64};

use super::kinds::ElfType;
use crate::module::architecture::Architecture;
use crate::module::defect::{ModuleDefect, TableKind};
use crate::module::read::{Encoding, Scan, narrow, widen};

/// A byte of the identification.
pub(super) fn ident(header: &Header, index: usize) -> u8 {
    header.e_ident.get(index).copied().unwrap_or_default()
}

/// The header, or a defect.
pub(super) fn read(scan: &mut Scan<'_>) -> Option<(Header, Encoding)> {
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
        check(scan, &header);
        Some((header, encoding))
    } else {
        let defect = truncated(needed);
        scan.defect(defect);
        None
    }
}

/// What the loader compares before it looks at anything else. Source: `elf/dl-load.c` of glibc.
fn check(scan: &mut Scan<'_>, header: &Header) {
    let current = u64::from(header::EV_CURRENT);
    let padding = (header::EI_ABIVERSION.saturating_add(1)..header::SIZEOF_IDENT).map(|at| ident(header, at)).max();
    let fields = [
        ("EI_VERSION", u64::from(ident(header, header::EI_VERSION)), current),
        ("EI_PAD", u64::from(padding.unwrap_or_default()), 0),
        ("e_version", u64::from(header.e_version), current),
    ];
    for (field, claimed, expected) in fields {
        if claimed != expected {
            scan.defect(ModuleDefect::HeaderField { field: field.into(), claimed, expected });
        }
    }
}

pub(super) fn file_type(header: &Header) -> ElfType {
    match header.e_type {
        header::ET_REL => ElfType::Rel,
        header::ET_EXEC => ElfType::Exec,
        header::ET_DYN => ElfType::Dyn,
        header::ET_CORE => ElfType::Core,
        other => ElfType::Other(other),
    }
}

/// The architecture, by `e_machine`, class and byte order together.
pub(super) fn machine(header: &Header, encoding: Encoding) -> Architecture {
    match (header.e_machine, encoding.wide, encoding.little) {
        (header::EM_X86_64, true, true) => Architecture::X86_64,
        (header::EM_X86_64, false, true) => Architecture::X32,
        (header::EM_AARCH64, true, true) => Architecture::Aarch64,
        (header::EM_AARCH64, true, false) => Architecture::Aarch64Be,
        (header::EM_ARM, false, true) => Architecture::Arm,
        (header::EM_386, false, true) => Architecture::I386,
        (header::EM_PPC64, true, true) => Architecture::Ppc64le,
        (header::EM_PPC64, true, false) => Architecture::Ppc64,
        (header::EM_S390, true, false) => Architecture::S390x,
        (header::EM_RISCV, true, true) => Architecture::Riscv64,
        (header::EM_LOONGARCH, true, true) => Architecture::Loongarch64,
        (other, ..) => Architecture::Unknown(u32::from(other)),
    }
}

/// A table of program or section headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table<'a> {
    kind: TableKind,
    offset: u64,
    /// Bytes of an entry, by the format.
    size: usize,
    /// From the table's beginning to the end of the file.
    pub(super) tail: &'a [u8],
}

impl<'a> Table<'a> {
    /// The table at `offset`, whose entries are `claimed` to have a size and have `size`.
    pub(super) fn new(scan: &mut Scan<'a>, kind: TableKind, offset: u64, claimed: u16, size: usize) -> Self {
        if usize::from(claimed) != size {
            let claimed = u64::from(claimed);
            scan.defect(ModuleDefect::EntrySize { table: kind, claimed, expected: widen(size) });
        }
        Self { kind, offset, size, tail: scan.bytes.get(narrow(offset)..).unwrap_or_default() }
    }

    /// How many of `count` entries the file has. A table that is there has one at least.
    pub(super) fn available(&self, scan: &mut Scan<'_>, count: usize) -> usize {
        let available = self.tail.len().checked_div(self.size).unwrap_or_default();
        if available < count.max(1) {
            scan.defect(ModuleDefect::TablePastEnd {
                table: self.kind,
                offset: self.offset,
                needed: widen(count.saturating_mul(self.size)),
                available: widen(self.tail.len()),
            });
        }
        count.min(available)
    }
}
