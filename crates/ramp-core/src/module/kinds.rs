//! The small vocabularies of object files.

use std::borrow::Cow;
use std::fmt;

use goblin::elf::header;
use serde::{Serialize, Serializer};

/// A processor architecture, spelled as `module.json` spells it in `architecture`.
///
/// ```
/// use ramp_core::module::Architecture;
///
/// assert_eq!(Architecture::Aarch64.to_string(), "aarch64");
/// assert_eq!(Architecture::Unknown(8).to_string(), "unknown(8)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Architecture {
    /// `x86_64`
    X86_64,
    /// `aarch64`; Apple's `arm64` too.
    Aarch64,
    /// `arm`, 32-bit.
    Arm,
    /// `i386`
    I386,
    /// `ppc64le`
    Ppc64le,
    /// `ppc64`, big-endian.
    Ppc64,
    /// `s390x`
    S390x,
    /// `riscv64`
    Riscv64,
    /// `loongarch64`
    Loongarch64,
    /// Another one, with its number: `e_machine`, or the CPU type of a Mach-O file.
    Unknown(u32),
}

impl Architecture {
    /// The spelling of `module.json`, `unknown(N)` for what it has no word for.
    pub fn as_str(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::X86_64 => "x86_64",
            Self::Aarch64 => "aarch64",
            Self::Arm => "arm",
            Self::I386 => "i386",
            Self::Ppc64le => "ppc64le",
            Self::Ppc64 => "ppc64",
            Self::S390x => "s390x",
            Self::Riscv64 => "riscv64",
            Self::Loongarch64 => "loongarch64",
            Self::Unknown(number) => return Cow::Owned(format!("unknown({number})")),
        })
    }

    pub(super) fn of_elf(e_machine: u16, wide: bool, little: bool) -> Self {
        match (e_machine, wide, little) {
            (header::EM_X86_64, true, true) => Self::X86_64,
            (header::EM_AARCH64, true, true) => Self::Aarch64,
            (header::EM_ARM, false, true) => Self::Arm,
            (header::EM_386, false, true) => Self::I386,
            (header::EM_PPC64, true, true) => Self::Ppc64le,
            (header::EM_PPC64, true, false) => Self::Ppc64,
            (header::EM_S390, true, false) => Self::S390x,
            (header::EM_RISCV, true, true) => Self::Riscv64,
            (header::EM_LOONGARCH, true, true) => Self::Loongarch64,
            _ => Self::Unknown(u32::from(e_machine)),
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.as_str())
    }
}

impl Serialize for Architecture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.as_str())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Architecture {
    fn schema_name() -> Cow<'static, str> {
        "Architecture".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A processor architecture as module.json spells it, or unknown(N)",
            "examples": ["x86_64", "aarch64"]
        })
    }
}

/// `EI_CLASS`: the size of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Endianness {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

/// `e_type`: what kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OsAbi {
    /// The byte. The loader of glibc takes 0 (System V) and 3 (GNU).
    pub raw: u8,
    /// `sysv`, `gnu`, `freebsd`, …, or `unknown`.
    pub name: &'static str,
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
        Self { raw, name }
    }
}

/// What `PT_GNU_STACK` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExecStack {
    /// A stack that is not executable.
    No,
    /// An executable stack, which glibc from 2.41 on refuses to a module.
    Yes,
    /// There is no such header, which x86 loaders take for yes.
    HeaderMissing,
}

/// The C library a module was linked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SymbolTable {
    /// The dynamic symbols, which `dlsym` searches.
    Dynsym,
    /// The static symbols, for debuggers only: `dlsym` will not find it.
    Symtab,
}

/// `STT_*`: what a symbol stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
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
