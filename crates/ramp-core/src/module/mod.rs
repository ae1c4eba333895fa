//! What is true of a module's bytes.
//!
//! A module is a shared object: nearly always ELF, on a developer's machine sometimes Mach-O, and in a bad bundle
//! anything at all. [`inspect`] reads it and answers with [`ModuleFacts`]: no rule, no I/O, no opinion.
//!
//! Three promises make the facts worth judging by:
//!
//! - **The loader's view.** What `dlopen` will see is read the way `dlopen` reads it: program headers, the dynamic
//!   table, addresses mapped through the `PT_LOAD` segments. Section headers, which the loader never opens, are only
//!   compared with it, and a difference is a [`ModuleDefect::SectionsDisagree`].
//! - **Hostile bytes are ordinary input.** Nothing panics, loops long, or allocates what a header merely claims;
//!   [`ModuleLimits`] bounds the work, and a bound that was hit is a [`ModuleDefect::LimitReached`].
//! - **Nothing is silently dropped.** What could not be read is in [`ModuleFacts::defects`].
//!
//! Text that comes out of a module (library names, symbols, compiler strings) is whatever its author wrote, with
//! invalid UTF-8 replaced; escape it before it reaches a terminal.
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used)]

mod architecture;
mod defect;
mod discovery;
mod elf;
mod entry_points;
mod facts;
mod format;
mod limits;
mod macho;
mod read;
mod registration;

pub use architecture::Architecture;
pub use defect::{ChainBreak, CrossCheck, HashFault, LimitKind, ModuleDefect, RelocationFault, TableKind, TextKind};
pub use discovery::{CommandSpec, Discovery, ProbeOutcome};
pub use elf::{
    DynamicFacts, DynamicFlags, ElfClass, ElfFacts, ElfType, Endianness, ExecStack, ExportFacts, LibcFlavour, OsAbi,
    SymbolBinding, SymbolFacts, SymbolTable, SymbolType, SymbolVisibility, VersionNeed, VersionedSymbol, X86IsaLevel,
};
pub use facts::ModuleFacts;
pub use format::ModuleFormat;
pub use limits::ModuleLimits;
pub use macho::{MachODylib, MachOFacts, MachOFileType, MachOSlice};
pub use registration::{BeginSearch, DataType, FindKeys, KeySpec, ModuleConfig, RegisteredCommand, Registration};

/// Reads every fact about the bytes of one module.
///
/// Never fails: bytes that are not a module at all have a [`ModuleFormat`] too, and what is broken is in
/// [`ModuleFacts::defects`]. The work is bounded by `limits` whatever the bytes claim, and a good module of any
/// size costs a few milliseconds, since no part of it is read that no fact depends on.
///
/// ```
/// use ramp_core::module::{Architecture, ModuleLimits, inspect};
/// # let module = ramp_fixtures::elf::ElfBuilder::module().build();
///
/// // `module` is the content of a `.so`.
/// let facts = inspect(&module, &ModuleLimits::default());
/// let elf = facts.elf.as_ref().unwrap();
/// assert_eq!(elf.machine, Architecture::X86_64);
/// assert_eq!(elf.dynamic.as_ref().unwrap().needed, ["libc.so.6"]);
/// assert!(elf.symbols.on_load.is_some());
/// assert_eq!(facts.max_version("GLIBC").unwrap().name, "GLIBC_2.17");
/// assert!(facts.defects.is_empty());
/// ```
pub fn inspect(bytes: &[u8], limits: &ModuleLimits) -> ModuleFacts {
    let mut scan = read::Scan::new(bytes, limits);
    let format = format::detect(bytes);
    let elf = if format == ModuleFormat::Elf { elf::read(&mut scan) } else { None };
    let mach_o = if format == ModuleFormat::MachO { macho::read(&mut scan) } else { None };
    ModuleFacts { format, size: read::widen(bytes.len()), elf, mach_o, defects: scan.into_defects() }
}
