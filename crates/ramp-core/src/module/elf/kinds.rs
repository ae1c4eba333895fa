//! The small vocabularies of ELF.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// `EI_CLASS`: the size of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ElfClass {
    /// 32 bits.
    #[serde(rename = "32")]
    Elf32,
    /// 64 bits.
    #[serde(rename = "64")]
    Elf64,
}

/// `EI_DATA`: the order of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Endianness {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

/// `e_type`: what kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ElfType {
    /// `ET_REL`: an object file, `.o`.
    Rel,
    /// `ET_EXEC`: a program at a fixed address.
    Exec,
    /// `ET_DYN`: a shared object, or a position-independent program.
    Dyn,
    /// `ET_CORE`: a memory dump.
    Core,
    /// Another one.
    Other(u16),
}

/// `EI_OSABI`: number and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OsAbi {
    /// The byte. The loader of glibc takes 0 (System V) and 3 (GNU).
    pub raw: u8,
    /// `sysv`, `gnu`, `freebsd`, …, or `unknown`.
    pub name: Cow<'static, str>,
}

impl OsAbi {
    pub(super) fn new(raw: u8) -> Self {
        let name = match raw {
            0 => "sysv",
            1 => "hpux",
            2 => "netbsd",
            3 => "gnu",
            6 => "solaris",
            7 => "aix",
            8 => "irix",
            9 => "freebsd",
            10 => "tru64",
            11 => "modesto",
            12 => "openbsd",
            97 => "arm",
            255 => "standalone",
            _ => "unknown",
        };
        Self { raw, name: name.into() }
    }
}

/// What `PT_GNU_STACK` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExecStack {
    /// A stack that is not executable.
    No,
    /// An executable stack, which glibc from 2.41 on refuses to a module.
    Yes,
    /// There is no such header, which x86 loaders take for yes.
    HeaderMissing,
}

/// The C library a module was linked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LibcFlavour {
    /// glibc: it needs `libc.so.6` or a `GLIBC_` version.
    Glibc,
    /// musl: it needs `libc.musl-*.so.1`, or `libc.so` without any `GLIBC_` version.
    Musl,
    /// It needs no library at all.
    None,
    /// It needs libraries, none of them a C library known here.
    Unknown,
}

/// `GNU_PROPERTY_X86_ISA_1_NEEDED`: the highest level the loader will ask the processor for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum X86IsaLevel {
    /// x86-64: every such processor.
    Baseline,
    /// x86-64-v2: SSE4.2, POPCNT.
    V2,
    /// x86-64-v3: AVX2, FMA, BMI.
    V3,
    /// x86-64-v4: AVX-512.
    V4,
    /// A bit that has no level yet.
    Other,
}

impl X86IsaLevel {
    /// The highest level among the bits of the property.
    pub(super) fn of_bits(bits: u32) -> Option<Self> {
        match bits {
            0 => None,
            1 => Some(Self::Baseline),
            2..=3 => Some(Self::V2),
            4..=7 => Some(Self::V3),
            8..=15 => Some(Self::V4),
            _ => Some(Self::Other),
        }
    }
}

/// The symbol table a symbol was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SymbolTable {
    /// The dynamic symbols, which `dlsym` searches.
    Dynsym,
    /// The static symbols, for debuggers only: `dlsym` will not find it.
    Symtab,
}

/// `STT_*`: what a symbol stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SymbolType {
    /// `STT_NOTYPE`
    NoType,
    /// `STT_OBJECT`
    Object,
    /// `STT_FUNC`
    Func,
    /// `STT_SECTION`
    Section,
    /// `STT_FILE`
    File,
    /// `STT_COMMON`
    Common,
    /// `STT_TLS`
    Tls,
    /// `STT_GNU_IFUNC`: a function chosen at load time.
    GnuIfunc,
    /// Another one.
    Other(u8),
}

impl SymbolType {
    pub(super) fn new(st_type: u8) -> Self {
        match st_type {
            0 => Self::NoType,
            1 => Self::Object,
            2 => Self::Func,
            3 => Self::Section,
            4 => Self::File,
            5 => Self::Common,
            6 => Self::Tls,
            10 => Self::GnuIfunc,
            other => Self::Other(other),
        }
    }
}

/// `STB_*`: who may bind to a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SymbolBinding {
    /// `STB_LOCAL`: nobody else.
    Local,
    /// `STB_GLOBAL`
    Global,
    /// `STB_WEAK`
    Weak,
    /// `STB_GNU_UNIQUE`
    GnuUnique,
    /// Another one.
    Other(u8),
}

impl SymbolBinding {
    pub(super) fn new(st_bind: u8) -> Self {
        match st_bind {
            0 => Self::Local,
            1 => Self::Global,
            2 => Self::Weak,
            10 => Self::GnuUnique,
            other => Self::Other(other),
        }
    }
}

/// `STV_*`: who sees a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SymbolVisibility {
    /// `STV_DEFAULT`
    Default,
    /// `STV_INTERNAL`
    Internal,
    /// `STV_HIDDEN`
    Hidden,
    /// `STV_PROTECTED`: seen, but not to be replaced.
    Protected,
}

impl SymbolVisibility {
    pub(super) fn new(st_visibility: u8) -> Self {
        match st_visibility {
            1 => Self::Internal,
            2 => Self::Hidden,
            3 => Self::Protected,
            _ => Self::Default,
        }
    }
}
