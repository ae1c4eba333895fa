//! Local headers, and whether the reference can open the entry behind one.
//!
//! Source: APPNOTE 6.3.10 §4.3.7; Python 3.11's `ZipFile.open` for what is checked, and in which order.

use std::io::{self, Read, Seek};

use serde::{Deserialize, Serialize};

use super::entry::{Entry, decode_name};
use super::extra;
use super::limits::BundleLimits;
use super::source::{Fields, Source};
use crate::datum::{Data, data};
use crate::error::{Error, Limit};

const SIGNATURE: [u8; 4] = *b"PK\x03\x04";
const FIXED_LEN: usize = 30;

/// General purpose flag bit 3: sizes and CRC follow the data.
pub(crate) const FLAG_DESCRIPTOR: u16 = 0x0008;
/// General purpose flag bit 5: compressed patched data.
pub(crate) const FLAG_PATCHED: u16 = 0x0020;
/// General purpose flag bit 6: strong encryption.
pub(crate) const FLAG_STRONG_ENCRYPTION: u16 = 0x0040;

/// A local header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LocalHeader {
    /// Where it stands.
    pub offset: u64,
    /// Where the data starts: right behind the header.
    pub data_offset: u64,
    /// Version needed to extract, as claimed, times ten.
    pub claimed_version_needed: u16,
    /// General purpose flags, as claimed.
    pub claimed_flags: u16,
    /// Compression method, as claimed.
    pub claimed_method: u16,
    /// MS-DOS time, as claimed.
    pub claimed_time: u16,
    /// MS-DOS date, as claimed.
    pub claimed_date: u16,
    /// CRC-32, as claimed; zero where a descriptor follows the data.
    pub claimed_crc32: u32,
    /// Size and compressed size, as claimed (the ZIP64 field where it is used); `None` where that field lacks a value.
    pub claimed_sizes: Option<(u64, u64)>,
    /// The name as the bytes that stand in the header.
    pub raw_name: Vec<u8>,
    /// Whether the header leaves size and compressed size to a ZIP64 field.
    pub(super) left_to_zip64: [bool; 2],
    /// Extra fields.
    pub extra: Vec<u8>,
}

/// Why the reference cannot open an entry. Where its local header stands is in the fields, and not in the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OpenFailure {
    /// The claimed offset lies before the start of the file.
    #[error("its local header would be before the start of the file")]
    BeforeStart,
    /// The file ends inside the header.
    #[error("the file ends inside its local header")]
    Truncated {
        /// Where the header starts.
        offset: u64,
    },
    /// No local header where one must be.
    #[error("there is no local header where it should be")]
    BadSignature {
        /// Where it should be.
        offset: u64,
    },
    /// Compressed patched data.
    #[error("it is compressed patched data")]
    Patched,
    /// Strong encryption.
    #[error("it is strongly encrypted")]
    StrongEncryption,
    /// The local name is flagged as UTF-8 and is not.
    #[error("the name in its local header is not the UTF-8 that its flag promises")]
    NameNotUtf8 {
        /// Where the header starts.
        offset: u64,
    },
    /// The two names differ.
    #[error("its local header names it `{}`", local.escape_debug())]
    NameDiffers {
        /// Where the header starts.
        offset: u64,
        /// The name there.
        local: String,
    },
    /// Encrypted.
    #[error("it is encrypted")]
    Encrypted,
    /// A compression method the reference does not know.
    #[error("its compression method is {method}, which the cluster's unpacker cannot read")]
    Method {
        /// The method's number.
        method: u16,
    },
}

impl OpenFailure {
    /// What to do, where more is known than that it cannot be opened.
    pub(crate) const fn help(&self) -> Option<&'static str> {
        match self {
            Self::StrongEncryption | Self::Encrypted => Some("Pack the bundle again, without a password."),
            Self::Method { .. } => Some("Pack the bundle again, stored or deflated."),
            Self::BeforeStart
            | Self::Truncated { .. }
            | Self::BadSignature { .. }
            | Self::NameNotUtf8 { .. }
            | Self::NameDiffers { .. } => Some("Transfer the bundle again (compare its checksum), or pack it again."),
            _ => None,
        }
    }

    /// Its values, by the keys of [`Finding::data`](crate::Finding::data).
    pub(crate) fn data(&self) -> Data {
        match self {
            Self::NameDiffers { local, .. } => data([("found", local.into())]),
            Self::Method { method } => data([("method", (*method).into())]),
            _ => Data::new(),
        }
    }
}

/// The fixed part of a local header.
struct Fixed {
    signed: bool,
    header: LocalHeader,
    compressed_size: u32,
    size: u32,
    name_len: u16,
    extra_len: u16,
}

fn parse(offset: u64, bytes: &[u8]) -> Option<Fixed> {
    let mut fields = Fields::new(bytes);
    let signed = fields.bytes(4)? == SIGNATURE;
    let header = LocalHeader {
        offset,
        data_offset: offset.saturating_add(FIXED_LEN as u64),
        claimed_version_needed: fields.u16()?,
        claimed_flags: fields.u16()?,
        claimed_method: fields.u16()?,
        claimed_time: fields.u16()?,
        claimed_date: fields.u16()?,
        claimed_crc32: fields.u32()?,
        claimed_sizes: None,
        raw_name: Vec::new(),
        left_to_zip64: [false; 2],
        extra: Vec::new(),
    };
    let (compressed_size, size) = (fields.u32()?, fields.u32()?);
    Some(Fixed { signed, header, compressed_size, size, name_len: fields.u16()?, extra_len: fields.u16()? })
}

/// Reads the local header of each entry.
///
/// # Errors
///
/// [`Error::Io`], and [`Error::LimitExceeded`] where the names and extra fields of all headers are longer than a
/// directory may be: headers that lie inside each other's extra fields would fill any memory.
pub(super) fn read_all<R: Read + Seek>(
    source: &mut Source<R>,
    entries: &[Entry],
    limits: &BundleLimits,
) -> Result<Vec<Result<LocalHeader, OpenFailure>>, Error> {
    let mut locals = Vec::with_capacity(entries.len());
    let mut held = 0_u64;
    for entry in entries {
        let local = read(source, entry)?;
        if let Ok(header) = &local {
            held = held.saturating_add(header.raw_name.len() as u64).saturating_add(header.extra.len() as u64);
            Limit::LocalHeaderBytes.check(held, limits.max_directory_bytes)?;
        }
        locals.push(local);
    }
    Ok(locals)
}

/// Reads the local header of `entry`.
fn read<R: Read + Seek>(source: &mut Source<R>, entry: &Entry) -> io::Result<Result<LocalHeader, OpenFailure>> {
    let Some(offset) = entry.local_offset else {
        return Ok(Err(OpenFailure::BeforeStart));
    };
    let bytes = source.read_at(offset, FIXED_LEN)?;
    let Some(fixed) = parse(offset, &bytes) else {
        return Ok(Err(OpenFailure::Truncated { offset }));
    };
    if !fixed.signed {
        return Ok(Err(OpenFailure::BadSignature { offset }));
    }
    let (mut header, name_len, extra_len) = (fixed.header, usize::from(fixed.name_len), usize::from(fixed.extra_len));
    let variable = source.read_at(header.data_offset, name_len.saturating_add(extra_len))?;
    let mut fields = Fields::new(&variable);
    header.raw_name = fields.up_to(name_len).to_vec();
    header.extra = fields.up_to(extra_len).to_vec();
    header.data_offset = header.data_offset.saturating_add(variable.len() as u64);
    header.left_to_zip64 = [fixed.size, fixed.compressed_size].map(|size| u64::from(size) == extra::UNKNOWN_32);
    header.claimed_sizes = extra::local_sizes(&header.extra, fixed.size, fixed.compressed_size);
    Ok(Ok(header))
}

/// Whether the reference can open `entry`, whose local header is `local`; it checks nothing else before it hands the
/// content out.
pub(crate) fn open(entry: &Entry, local: &LocalHeader) -> Result<(), OpenFailure> {
    let offset = local.offset;
    if entry.claimed_flags & FLAG_PATCHED != 0 {
        return Err(OpenFailure::Patched);
    }
    if entry.claimed_flags & FLAG_STRONG_ENCRYPTION != 0 {
        return Err(OpenFailure::StrongEncryption);
    }
    let name = decode_name(&local.raw_name, local.claimed_flags).ok_or(OpenFailure::NameNotUtf8 { offset })?;
    if name != entry.decoded_name {
        return Err(OpenFailure::NameDiffers { offset, local: name });
    }
    if entry.is_encrypted() {
        return Err(OpenFailure::Encrypted);
    }
    match entry.claimed_method {
        0 | 8 | 12 | 14 => Ok(()),
        method => Err(OpenFailure::Method { method }),
    }
}
