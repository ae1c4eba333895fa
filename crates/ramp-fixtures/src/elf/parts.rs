//! The parts an [`ElfBuilder`](super::ElfBuilder) is made of, and the numbers tests need.

/// `EM_386`
pub const EM_386: u16 = 3;
/// `EM_PPC64`
pub const EM_PPC64: u16 = 21;
/// `EM_S390`
pub const EM_S390: u16 = 22;
/// `EM_ARM`
pub const EM_ARM: u16 = 40;
/// `EM_X86_64`
pub const EM_X86_64: u16 = 62;
/// `EM_AARCH64`
pub const EM_AARCH64: u16 = 183;
/// `EM_RISCV`
pub const EM_RISCV: u16 = 243;

/// `ET_REL`
pub const ET_REL: u16 = 1;
/// `ET_EXEC`
pub const ET_EXEC: u16 = 2;
/// `ET_DYN`
pub const ET_DYN: u16 = 3;

/// `STT_NOTYPE`
pub const STT_NOTYPE: u8 = 0;
/// `STT_OBJECT`
pub const STT_OBJECT: u8 = 1;
/// `STT_FUNC`
pub const STT_FUNC: u8 = 2;
/// `STB_LOCAL`
pub const STB_LOCAL: u8 = 0;
/// `STB_GLOBAL`
pub const STB_GLOBAL: u8 = 1;
/// `STB_WEAK`
pub const STB_WEAK: u8 = 2;
/// `STV_DEFAULT`
pub const STV_DEFAULT: u8 = 0;
/// `STV_HIDDEN`
pub const STV_HIDDEN: u8 = 2;

/// Which symbol hash tables to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashStyle {
    /// `DT_HASH` only.
    Sysv,
    /// `DT_GNU_HASH` only.
    Gnu,
    /// Both.
    Both,
    /// None at all.
    Neither,
}

/// What `PT_GNU_STACK` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    /// Readable and writable.
    Plain,
    /// Executable too.
    Executable,
    /// No such header.
    Missing,
}

/// A symbol of the dynamic table that is defined here.
#[derive(Debug, Clone)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// `STT_*`
    pub symbol_type: u8,
    /// `STB_*`
    pub binding: u8,
    /// `STV_*`
    pub visibility: u8,
    /// Whether it gets a section and an address.
    pub defined: bool,
}

/// A version that another library must define, with the undefined symbols that ask for it.
#[derive(Debug, Clone)]
pub struct Need {
    /// The library.
    pub library: String,
    /// The version.
    pub version: String,
    /// `VER_FLG_WEAK`
    pub weak: bool,
    /// Names and whether each is weak.
    pub symbols: Vec<(String, bool)>,
}
