//! The central directory, read record by record: every record counts, also the second of two with one name.
//!
//! Source: APPNOTE 6.3.10 §4.3.12 for the records; Python 3.11's `zipfile` for what is accepted, because the reference
//! unpacker reads bundles with it. Everything in a record is a claim until the entry itself has been read.

use std::collections::HashMap;
use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

use super::end::{self, EndRecord};
use super::entry::{Entry, RECORD_LEN, decode_name};
use super::extra;
use super::failure::{DirectoryFailure, OpenError};
use super::limits::BundleLimits;
use super::source::{Fields, Source};
use crate::error::{Error, Limit};

const RECORD_SIGNATURE: [u8; 4] = *b"PK\x01\x02";
/// The highest "version needed" that Python 3.11 opens.
const MAX_VERSION_NEEDED: u8 = 63;

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

    /// Reads the directory of a zip and nothing else of it.
    ///
    /// # Errors
    ///
    /// [`OpenError::NotAZip`] where the reference could not open it either; [`OpenError::Failed`] for I/O and limits.
    pub fn read<R: Read + Seek>(reader: R, limits: &BundleLimits) -> Result<Self, OpenError> {
        let mut source = Source::new(reader).map_err(Error::from)?;
        Ok(read(&mut source, limits)??)
    }
}

/// Reads the end records and the directory.
///
/// # Errors
///
/// [`Error::Io`], and [`Error::LimitExceeded`] where the directory is larger than `limits` allow. That the file is no
/// zip is a [`DirectoryFailure`], no error.
pub(super) fn read<R: Read + Seek>(
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
            claimed_internal_attributes: 0,
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
        entry.claimed_internal_attributes = fixed.u16()?;
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
