//! Processor architectures, and what people call them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// No architecture has a longer name; what stands in metadata can be as long as the file.
const LONGEST: usize = 64;

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
    /// `x32`: the processor is x86-64, addresses have 32 bits.
    X32,
    /// `aarch64`; Apple's `arm64` too.
    Aarch64,
    /// `aarch64_be`, big-endian.
    Aarch64Be,
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
    const NAMED: [Self; 11] = [
        Self::X86_64,
        Self::X32,
        Self::Aarch64,
        Self::Aarch64Be,
        Self::Arm,
        Self::I386,
        Self::Ppc64le,
        Self::Ppc64,
        Self::S390x,
        Self::Riscv64,
        Self::Loongarch64,
    ];

    /// The spelling of `module.json`, `unknown(N)` for what it has no word for.
    pub fn as_str(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::X86_64 => "x86_64",
            Self::X32 => "x32",
            Self::Aarch64 => "aarch64",
            Self::Aarch64Be => "aarch64_be",
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

    /// The architecture that a name means: as `module.json` spells it, or as Docker, Debian and others do, these in any
    /// case.
    ///
    /// ```
    /// use ramp_core::module::Architecture;
    ///
    /// assert_eq!(Architecture::from_name("aarch64"), Some(Architecture::Aarch64));
    /// assert_eq!(Architecture::from_name("arm64"), Some(Architecture::Aarch64));
    /// assert_eq!(Architecture::from_name("AMD64"), Some(Architecture::X86_64));
    /// assert_eq!(Architecture::from_name("AARCH64"), None);
    /// assert_eq!(Architecture::from_name("unknown(8)"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::spelt(name).or_else(|| {
            Some(match name.to_ascii_lowercase().as_str() {
                "amd64" | "x64" | "x86-64" => Self::X86_64,
                "arm64" | "arm64v8" => Self::Aarch64,
                "ppc64el" => Self::Ppc64le,
                "i686" | "i586" | "x86" => Self::I386,
                _ => return None,
            })
        })
    }

    /// The architecture that a name was probably meant to be: as [`from_name`](Self::from_name), in any case and with any
    /// separators, also of a platform as Docker names it, or with a level behind.
    ///
    /// ```
    /// use ramp_core::module::Architecture;
    ///
    /// for name in ["amd64", "X86_64", "x86-64", "linux/amd64", "x86_64_v2"] {
    ///     assert_eq!(Architecture::meant(name), Some(Architecture::X86_64), "{name}");
    /// }
    /// for name in ["AARCH64", "ARM64", "arm64/v8"] {
    ///     assert_eq!(Architecture::meant(name), Some(Architecture::Aarch64), "{name}");
    /// }
    /// assert_eq!(Architecture::meant("sparc"), None);
    /// ```
    pub fn meant(name: &str) -> Option<Self> {
        if name.len() > LONGEST {
            return None;
        }
        let squash = |text: &str| -> String {
            text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
        };
        name.split('/').find_map(|part| {
            let word = squash(part);
            // A level, such as v2 of x86-64 or v8 of arm64, does not make another of it.
            let base = word.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('v').unwrap_or(&word);
            [word.as_str(), base].into_iter().find_map(|word| {
                let named = || Self::NAMED.into_iter().find(|known| squash(&known.as_str()) == word);
                Self::from_name(word).or_else(named)
            })
        })
    }

    fn spelt(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|architecture| architecture.as_str() == name)
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

impl<'de> Deserialize<'de> for Architecture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        let number = || name.strip_prefix("unknown(")?.strip_suffix(')')?.parse().ok();
        let found = Self::spelt(&name).or_else(|| number().map(Self::Unknown));
        found.ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&name), &"an architecture"))
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
