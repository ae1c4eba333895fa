//! The header: class, byte order, machine, type.

use goblin::elf::header::{self, Header};
use goblin::{elf32, elf64};

use super::kinds::ElfType;
use crate::module::architecture::Architecture;
use crate::module::defect::ModuleDefect;
use crate::module::read::{Encoding, Scan, widen};

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
        Some((header, encoding))
    } else {
        let defect = truncated(needed);
        scan.defect(defect);
        None
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
        (header::EM_AARCH64, true, true) => Architecture::Aarch64,
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
