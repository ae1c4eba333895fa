//! ELF: what Linux loads.
//!
//! At the bottom are the header, the image (which addresses come from where in the file) and the section headers; each
//! table is read on them by itself; [`ElfFacts`] are put together of all.

mod asked;
mod cross_check;
mod dynamic;
mod facts;
mod faults;
mod hash;
mod header;
mod image;
mod kinds;
mod notes;
mod ranges;
mod relocations;
mod relr;
mod sections;
mod symbols;
mod versions;

pub use dynamic::{DynamicFacts, DynamicFlags};
pub use facts::ElfFacts;
pub(super) use facts::read;
pub use kinds::{
    ElfClass, ElfType, Endianness, ExecStack, LibcFlavour, OsAbi, SymbolBinding, SymbolTable, SymbolType,
    SymbolVisibility, X86IsaLevel,
};
pub use symbols::{ExportFacts, SymbolFacts};
pub use versions::{VersionNeed, VersionedSymbol};
