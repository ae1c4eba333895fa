//! What kind of file the first bytes announce.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of file, by its first bytes.
///
/// ```
/// use ramp_core::module::{ModuleFormat, ModuleLimits, inspect};
///
/// let format = |bytes: &[u8]| inspect(bytes, &ModuleLimits::default()).format;
/// assert_eq!(format(b""), ModuleFormat::Empty);
/// assert_eq!(format(b"#!/bin/sh\n"), ModuleFormat::Script);
/// assert_eq!(format(b"\x7fELF"), ModuleFormat::Elf);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModuleFormat {
    /// ELF: what Linux loads.
    Elf,
    /// Mach-O, thin or universal: what macOS loads.
    MachO,
    /// A Windows executable or DLL; recognised, not read.
    Pe,
    /// A static library (`ar` archive).
    Archive,
    /// A zip, gzip or other compressed file.
    Compressed,
    /// A script: it begins with `#!`.
    Script,
    /// Text.
    Text,
    /// No bytes at all.
    Empty,
    /// Anything else.
    Unknown,
}

impl fmt::Display for ModuleFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Elf => "an ELF file",
            Self::MachO => "a Mach-O file",
            Self::Pe => "a Windows executable or DLL",
            Self::Archive => "a static library",
            Self::Compressed => "a compressed file",
            Self::Script => "a script",
            Self::Text => "text",
            Self::Empty => "an empty file",
            Self::Unknown => "data of an unknown kind",
        })
    }
}

/// How much is looked at to tell text from binary.
const TEXT_SAMPLE: usize = 512;

/// A Java class file has the magic of a universal Mach-O file, then its version, which is 45 or more, where
/// Mach-O has the number of slices.
const FIRST_JAVA_VERSION: u32 = 45;

pub(super) fn detect(bytes: &[u8]) -> ModuleFormat {
    let second = bytes.get(4..).and_then(|rest| rest.first_chunk()).map(|raw| u32::from_be_bytes(*raw));
    match bytes {
        [] => ModuleFormat::Empty,
        [0x7f, b'E', b'L', b'F', ..] => ModuleFormat::Elf,
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xfe, 0xed, 0xfa, 0xcf | 0xce, ..] => ModuleFormat::MachO,
        [0xca, 0xfe, 0xba, 0xbe | 0xbf, ..] if second.is_some_and(|count| count < FIRST_JAVA_VERSION) => {
            ModuleFormat::MachO
        }
        [b'M', b'Z', ..] if is_pe(bytes) => ModuleFormat::Pe,
        [b'!', b'<', b'a' | b't', b'r' | b'h', b'c' | b'i', b'h' | b'n', b'>', b'\n', ..] => ModuleFormat::Archive,
        [b'P', b'K', 3, 4, ..]
        | [0x1f, 0x8b, ..]
        | [b'B', b'Z', b'h', ..]
        | [0xfd, b'7', b'z', b'X', b'Z', ..]
        | [0x28, 0xb5, 0x2f, 0xfd, ..] => ModuleFormat::Compressed,
        [b'#', b'!', ..] => ModuleFormat::Script,
        _ if is_text(bytes) => ModuleFormat::Text,
        _ => ModuleFormat::Unknown,
    }
}

fn is_pe(bytes: &[u8]) -> bool {
    let at = bytes.get(0x3c..).and_then(|rest| rest.first_chunk()).map(|raw| u32::from_le_bytes(*raw));
    let at = at.and_then(|at| usize::try_from(at).ok());
    at.and_then(|at| bytes.get(at..)).is_some_and(|rest| rest.starts_with(b"PE\0\0"))
}

fn is_text(bytes: &[u8]) -> bool {
    let sample = bytes.get(..TEXT_SAMPLE).unwrap_or(bytes);
    let valid = match std::str::from_utf8(sample) {
        Ok(_) => true,
        // The sample may end inside a character.
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    };
    valid && sample.iter().all(|&b| b >= 0x20 || matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b))
}
