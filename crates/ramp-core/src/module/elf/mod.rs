//! ELF: what Linux loads.
//!
//! At the bottom are the header, the image (which addresses come from where in the file) and the section headers; each
//! table is read on them by itself; [`ElfFacts`] are put together here.

mod cross_check;
mod dynamic;
mod facts;
mod hash;
mod header;
mod image;
mod kinds;
mod notes;
mod sections;
mod symbols;
mod versions;

use goblin::elf::header::{EI_ABIVERSION, EI_OSABI};
use goblin::elf::program_header::{PF_X, PT_GNU_STACK, PT_INTERP};

use super::defect::TextKind;
use super::read::{Scan, Strings, slice};
use dynamic::DynamicTable;
use image::Image;
use sections::Sections;

pub use dynamic::{DynamicFacts, DynamicFlags};
pub use facts::ElfFacts;
pub use kinds::{
    ElfClass, ElfType, Endianness, ExecStack, LibcFlavour, OsAbi, SymbolBinding, SymbolTable, SymbolType,
    SymbolVisibility, X86IsaLevel,
};
pub use symbols::{ExportFacts, SymbolFacts};
pub use versions::{VersionNeed, VersionedSymbol};

pub(super) fn read(scan: &mut Scan<'_>) -> Option<ElfFacts> {
    let (header, encoding) = header::read(scan)?;
    let image = Image::read(scan, &header, encoding);
    let sections = Sections::read(scan, &header, encoding);
    let table = DynamicTable::read(scan, &image);
    let dynamic = table.as_ref().map(|table| dynamic::facts(scan, table));
    let mut versions = table.as_ref().map(|table| versions::read(scan, &image, table)).unwrap_or_default();
    let count = table.as_ref().map(|table| symbols::count(scan, &image, table, &sections)).unwrap_or_default();
    cross_check::compare(scan, &sections, &image, table.as_ref(), count);
    let symbols = table.as_ref().map(|table| symbols::read(scan, &image, table, count, &mut versions, &sections));
    let notes = notes::read(scan, &image, &sections);
    let needed = dynamic.as_ref().map_or(&[][..], |dynamic| dynamic.needed.as_slice());
    Some(ElfFacts {
        class: if encoding.wide { ElfClass::Elf64 } else { ElfClass::Elf32 },
        endianness: if encoding.little { Endianness::Little } else { Endianness::Big },
        machine: header::machine(&header, encoding),
        e_machine: header.e_machine,
        os_abi: OsAbi::new(header::ident(&header, EI_OSABI)),
        abi_version: header::ident(&header, EI_ABIVERSION),
        file_type: header::file_type(&header),
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
