//! The central directory, read record by record: every record counts, also the second of two with one name.
//!
//! Source: APPNOTE 6.3.10 §4.3.12 for the records; Python 3.11's `zipfile` for what is accepted, because the reference
//! unpacker reads bundles with it. Everything in a record is a claim until the entry itself has been read.

use std::collections::HashMap;
use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

use super::end::{self, EndMissing, EndRecord};
use super::extra;
use super::limits::BundleLimits;
use super::source::{Fields, Source};
use crate::error::{Error, Limit};

const RECORD_SIGNATURE: [u8; 4] = *b"PK\x01\x02";
const RECORD_LEN: usize = 46;
/// The highest "version needed" that Python 3.11 opens.
const MAX_VERSION_NEEDED: u8 = 63;
/// General purpose flag bit 11: the name is UTF-8.
pub(crate) const FLAG_UTF8: u16 = 0x0800;

/// The central directory of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Records")]
#[non_exhaustive]
pub struct Directory {
    /// The end records.
    pub end: EndRecord,
    /// Where the directory starts: its claimed size before the end records.
    pub offset: u64,
    /// Bytes by which every claimed offset is shifted: what stands in front of the archive. Negative where the
    /// directory stands earlier than claimed.
    pub shift: i128,
    /// One entry a record, in the directory's order.
    pub entries: Vec<Entry>,
    /// Position of the last entry of each name.
    #[serde(skip)]
    last: HashMap<String, usize>,
}

/// A directory as it is written; where the last entry of each name is follows from the entries.
#[derive(Deserialize)]
struct Records {
    end: EndRecord,
    offset: u64,
    shift: i128,
    entries: Vec<Entry>,
}

impl From<Records> for Directory {
    fn from(Records { end, offset, shift, entries }: Records) -> Self {
        let last = entries.iter().map(|entry| (entry.name.clone(), entry.index)).collect();
        Self { end, offset, shift, entries, last }
    }
}

impl Directory {
    /// The entry that `name` means to the reference: the last of that name.
    pub fn last_named(&self, name: &str) -> Option<&Entry> {
        self.entries.get(*self.last.get(name)?)
    }
}

/// One record of the central directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Position in the directory, from 0.
    pub index: usize,
    /// Where the record stands in the file.
    pub record_offset: u64,
    /// Length of the record with its name, extra fields and comment, as claimed.
    pub claimed_record_len: u64,
    /// The name as the bytes that stand in the record.
    pub raw_name: Vec<u8>,
    /// The name decoded: UTF-8 where the flag says so, else code page 437.
    pub decoded_name: String,
    /// The name the reference goes by: the decoded name up to its first NUL.
    pub name: String,
    /// System that made the entry, as claimed: 3 is Unix.
    pub claimed_system: u8,
    /// Version needed to extract, as claimed, times ten.
    pub claimed_version_needed: u8,
    /// The byte above that version, which the reference ignores.
    pub claimed_version_upper: u8,
    /// General purpose flags, as claimed.
    pub claimed_flags: u16,
    /// Compression method, as claimed.
    pub claimed_method: u16,
    /// MS-DOS time, as claimed.
    pub claimed_time: u16,
    /// MS-DOS date, as claimed.
    pub claimed_date: u16,
    /// CRC-32 of the content, as claimed.
    pub claimed_crc32: u32,
    /// Compressed size in bytes, as claimed (the ZIP64 field where it is used).
    pub claimed_compressed_size: u64,
    /// Size in bytes, as claimed (the ZIP64 field where it is used).
    pub claimed_size: u64,
    /// Disk on which the entry starts, as claimed.
    pub claimed_disk: u16,
    /// External attributes, as claimed: the Unix mode in the upper half.
    pub claimed_external_attributes: u32,
    /// Where the local header stands, as claimed and shifted by [`Directory::shift`]; `None` before the file's start.
    pub local_offset: Option<u64>,
    /// Whether the record leaves size, compressed size and offset to a ZIP64 field.
    pub(super) left_to_zip64: [bool; 3],
    /// Where the local header stands, as claimed.
    pub(super) claimed_local_offset: u64,
    /// Extra fields.
    pub extra: Vec<u8>,
    /// Comment.
    pub comment: Vec<u8>,
}

impl Entry {
    /// Whether the name ends in a slash.
    pub fn is_directory(&self) -> bool {
        self.name.ends_with('/')
    }

    /// Length of the record in the directory.
    pub fn record_len(&self) -> u64 {
        [self.raw_name.len(), self.extra.len(), self.comment.len()]
            .into_iter()
            .fold(RECORD_LEN as u64, |sum, len| sum.saturating_add(len as u64))
    }

    /// The Unix mode, where the entry was made on Unix and has one.
    pub fn unix_mode(&self) -> Option<u32> {
        let mode = self.claimed_external_attributes >> 16;
        (self.claimed_system == 3 && mode != 0).then_some(mode)
    }
}

/// Why the directory cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DirectoryFailure {
    /// No usable end record.
    #[error(transparent)]
    End(#[from] EndMissing),
    /// The directory would start before the file does.
    #[error("the central directory of {size} bytes would start before the file does")]
    BeforeStart {
        /// Its claimed size.
        size: u64,
    },
    /// A record is cut off by the end of the directory.
    #[error("the record at offset {offset} is cut off by the end of the central directory")]
    Truncated {
        /// Where the record starts.
        offset: u64,
    },
    /// No record signature where one must be.
    #[error("there is no central directory record at offset {offset}")]
    BadSignature {
        /// Where the record should be.
        offset: u64,
    },
    /// A name is flagged as UTF-8 and is not.
    #[error("the name in the record at offset {offset} is not the UTF-8 that its flag promises")]
    NameNotUtf8 {
        /// Where the record starts.
        offset: u64,
    },
    /// An entry wants a newer unzip than exists.
    #[error("the entry `{name}` needs version {}.{} of the zip format", needed / 10, needed % 10)]
    VersionNeeded {
        /// Name of the entry.
        name: String,
        /// Ten times the version.
        needed: u8,
    },
    /// An extra field runs past the extra fields' end.
    #[error("the extra field {id:#06x} of `{name}` is cut off")]
    ExtraCutOff {
        /// Name of the entry.
        name: String,
        /// Its identifier.
        id: u16,
    },
    /// A ZIP64 extra field is too short for what the record leaves to it.
    #[error("the ZIP64 extra field of `{name}` lacks a value that the record leaves to it")]
    Zip64Missing {
        /// Name of the entry.
        name: String,
    },
}

impl DirectoryFailure {
    /// Where in the file the trouble is, where that is one place.
    pub const fn offset(&self) -> Option<u64> {
        match self {
            Self::Truncated { offset }
            | Self::BadSignature { offset }
            | Self::NameNotUtf8 { offset }
            | Self::End(EndMissing::Truncated { offset } | EndMissing::Zip64CutOff { offset }) => Some(*offset),
            _ => None,
        }
    }
}

/// Reads the end records and the directory.
///
/// # Errors
///
/// [`Error::Io`], and [`Error::LimitExceeded`] where the directory is larger than `limits` allow. That the file is no
/// zip is a [`DirectoryFailure`], no error.
pub fn read<R: Read + Seek>(
    source: &mut Source<R>,
    limits: &BundleLimits,
) -> Result<Result<Directory, DirectoryFailure>, Error> {
    let end = match end::find(source)? {
        Ok(end) => end,
        Err(missing) => return Ok(Err(missing.into())),
    };
    let size = end.claimed_directory_size;
    let Some(offset) = end.first_offset().checked_sub(size) else {
        return Ok(Err(DirectoryFailure::BeforeStart { size }));
    };
    Limit::DirectoryBytes.check(size, limits.max_directory_bytes)?;
    let shift = i128::from(offset).saturating_sub(i128::from(end.claimed_directory_offset));
    let bytes = source.read_at(offset, usize::try_from(size).unwrap_or(usize::MAX))?;
    let mut entries = Vec::new();
    let mut fields = Fields::new(&bytes);
    while fields.remaining() > 0 {
        Limit::Entries.check((entries.len() as u64).saturating_add(1), limits.max_entries as u64)?;
        let done = (bytes.len() as u64).saturating_sub(fields.remaining() as u64);
        match record(&mut fields, entries.len(), offset.saturating_add(done), shift) {
            Ok(entry) => entries.push(entry),
            Err(failure) => return Ok(Err(failure)),
        }
    }
    Ok(Ok(Records { end, offset, shift, entries }.into()))
}

fn record(fields: &mut Fields<'_>, index: usize, offset: u64, shift: i128) -> Result<Entry, DirectoryFailure> {
    let truncated = || DirectoryFailure::Truncated { offset };
    let mut fixed = Fields::new(fields.bytes(RECORD_LEN).ok_or_else(truncated)?);
    if fixed.bytes(4) != Some(&RECORD_SIGNATURE) {
        return Err(DirectoryFailure::BadSignature { offset });
    }
    let mut parse = || -> Option<(Entry, [u16; 3], u32)> {
        fixed.u8()?; // version of the maker
        let claimed_system = fixed.u8()?;
        let claimed_version_needed = fixed.u8()?;
        let claimed_version_upper = fixed.u8()?;
        let mut entry = Entry {
            index,
            record_offset: offset,
            claimed_record_len: 0,
            raw_name: Vec::new(),
            decoded_name: String::new(),
            name: String::new(),
            claimed_system,
            claimed_version_needed,
            claimed_version_upper,
            claimed_flags: fixed.u16()?,
            claimed_method: fixed.u16()?,
            claimed_time: fixed.u16()?,
            claimed_date: fixed.u16()?,
            claimed_crc32: fixed.u32()?,
            claimed_compressed_size: u64::from(fixed.u32()?),
            claimed_size: u64::from(fixed.u32()?),
            claimed_disk: 0,
            claimed_external_attributes: 0,
            local_offset: None,
            left_to_zip64: [false; 3],
            claimed_local_offset: 0,
            extra: Vec::new(),
            comment: Vec::new(),
        };
        let lengths = [fixed.u16()?, fixed.u16()?, fixed.u16()?];
        entry.claimed_record_len =
            lengths.into_iter().fold(RECORD_LEN as u64, |sum, len| sum.saturating_add(u64::from(len)));
        entry.claimed_disk = fixed.u16()?;
        fixed.u16()?; // internal attributes
        entry.claimed_external_attributes = fixed.u32()?;
        Some((entry, lengths, fixed.u32()?))
    };
    let (mut entry, [name_len, extra_len, comment_len], local_offset) = parse().ok_or_else(truncated)?;
    // As in the reference, what the directory's end cuts off is simply shorter.
    entry.raw_name = fields.up_to(usize::from(name_len)).to_vec();
    entry.decoded_name =
        decode_name(&entry.raw_name, entry.claimed_flags).ok_or(DirectoryFailure::NameNotUtf8 { offset })?;
    entry.name = entry.decoded_name.split('\0').next().unwrap_or_default().to_owned();
    entry.extra = fields.up_to(usize::from(extra_len)).to_vec();
    entry.comment = fields.up_to(usize::from(comment_len)).to_vec();
    if entry.claimed_version_needed > MAX_VERSION_NEEDED {
        return Err(DirectoryFailure::VersionNeeded { name: entry.name, needed: entry.claimed_version_needed });
    }
    entry.claimed_local_offset = u64::from(local_offset);
    extra::apply_zip64(&mut entry)?;
    entry.local_offset = u64::try_from(i128::from(entry.claimed_local_offset).saturating_add(shift)).ok();
    Ok(entry)
}

/// Decodes a name: UTF-8 where the flag says so (`None` where it is not), else code page 437.
pub(crate) fn decode_name(raw: &[u8], flags: u16) -> Option<String> {
    if flags & FLAG_UTF8 != 0 {
        return std::str::from_utf8(raw).ok().map(str::to_owned);
    }
    Some(raw.iter().map(|&b| cp437(b)).collect())
}

/// The upper half of code page 437, the historical encoding of names in zips.
/// Source: the Unicode Consortium's mapping table CP437.TXT.
const CP437_UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

fn cp437(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(upper) => CP437_UPPER.chars().nth(usize::from(upper)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_page_437_is_whole() {
        assert_eq!(CP437_UPPER.chars().count(), 128);
        assert_eq!(decode_name(b"a\x81\xff", 0).as_deref(), Some("aü\u{a0}"));
        assert_eq!(decode_name(b"a\xc3\xbc", FLAG_UTF8).as_deref(), Some("aü"));
        assert_eq!(decode_name(b"a\x81", FLAG_UTF8), None);
    }
}
