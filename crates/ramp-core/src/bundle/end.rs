//! The end of central directory record, found the way the reference unpacker finds it.
//!
//! Source: APPNOTE 6.3.10 §4.3.14–16 for the records; Python 3.11's `zipfile` for where they are looked for, because
//! the reference unpacker reads bundles with it.

use crate::text::count;
use std::io::{self, Read, Seek};

use serde::{Deserialize, Serialize};

use memchr::memmem;

use super::source::{Fields, Source};

pub(super) const END_SIGNATURE: [u8; 4] = *b"PK\x05\x06";
pub(super) const END_LEN: u64 = 22;
pub(super) const ZIP64_LOCATOR_SIGNATURE: [u8; 4] = *b"PK\x06\x07";
pub(super) const ZIP64_LOCATOR_LEN: u64 = 20;
pub(super) const ZIP64_END_SIGNATURE: [u8; 4] = *b"PK\x06\x06";
const ZIP64_END_LEN: u64 = 56;

/// What the end records claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EndRecord {
    /// Where the classic end record stands.
    pub offset: u64,
    /// Number of this disk, as claimed.
    pub claimed_disk: u32,
    /// Disk on which the directory starts, as claimed.
    pub claimed_directory_disk: u32,
    /// Records on this disk, as claimed.
    pub claimed_entries_here: u64,
    /// Records in all, as claimed.
    pub claimed_entries: u64,
    /// Size of the central directory in bytes, as claimed.
    pub claimed_directory_size: u64,
    /// Offset of the central directory, as claimed.
    pub claimed_directory_offset: u64,
    /// Length of the comment, as claimed.
    pub claimed_comment_len: u16,
    /// The comment, cut where the file ends.
    pub comment: Vec<u8>,
    /// The ZIP64 end record, if there is one where it is looked for.
    pub zip64: Option<Zip64End>,
    /// Where a ZIP64 locator claims that a ZIP64 end record stands, if none is where it is looked for.
    pub claimed_zip64_elsewhere: Option<u64>,
    /// An earlier end record whose comment, as claimed, ends where the file does.
    pub second: Option<u64>,
}

impl EndRecord {
    /// Where the first of the end records starts: the directory must end here.
    pub fn first_offset(&self) -> u64 {
        self.zip64.as_ref().map_or(self.offset, |z| z.offset)
    }

    /// Where the last byte that the end record accounts for ends.
    pub fn claimed_end(&self) -> u64 {
        self.offset.saturating_add(END_LEN).saturating_add(u64::from(self.claimed_comment_len))
    }
}

/// What the ZIP64 end record and its locator claim beyond [`EndRecord`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Zip64End {
    /// Where the ZIP64 end record stands.
    pub offset: u64,
    /// Where the locator says that it stands.
    pub claimed_offset: u64,
    /// Size of the rest of the record, as claimed; 44 without extensible data.
    pub claimed_record_size: u64,
    /// Disks in all, as the locator claims.
    pub claimed_disks: u32,
    /// What the classic record claims: disk, the directory's disk, entries here, entries, directory size, directory
    /// offset.
    pub classic: [u64; 6],
}

/// Why no end record can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EndMissing {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The file is too short to hold an end record.
    #[error("the file is {} long, too short for the end of central directory record, which has 22", count(len, "byte"))]
    TooShort {
        /// Length of the file in bytes.
        len: u64,
    },
    /// No signature in the last 64 KiB.
    #[error("there is no end of central directory record in the last 64 KiB: not a zip, or cut off")]
    NotFound,
    /// The last signature is followed by too few bytes.
    #[error("the end of central directory record is cut off")]
    Truncated {
        /// Where it starts.
        offset: u64,
    },
    /// The archive is one of several disks.
    #[error("the archive spans {}", count(disks, "disk"))]
    Spanned {
        /// The number of disks claimed.
        disks: u32,
    },
    /// A ZIP64 locator with no room for the record in front of it.
    #[error("the ZIP64 locator has no end record before it")]
    Zip64CutOff {
        /// Where the locator stands.
        offset: u64,
    },
}

/// Looks for the end record: at the very end without comment, else the last signature in the last 64 KiB.
pub(crate) fn find<R: Read + Seek>(source: &mut Source<R>) -> io::Result<Result<EndRecord, EndMissing>> {
    let len = source.len();
    if len < END_LEN {
        return Ok(Err(if len == 0 { EndMissing::Empty } else { EndMissing::TooShort { len } }));
    }
    let offset = len.saturating_sub(END_LEN);
    let tail = source.read_at(offset, 22)?;
    let ends_here = tail.starts_with(&END_SIGNATURE) && tail.ends_with(&[0, 0]);
    let start = offset.saturating_sub(1 << 16);
    let tail = source.read_at(start, (1 << 16) + 22)?;
    let found = if ends_here { tail.len().checked_sub(22) } else { memmem::rfind(&tail, &END_SIGNATURE) };
    let Some(found) = found else {
        return Ok(Err(EndMissing::NotFound));
    };
    let record = tail.get(found..).unwrap_or_default();
    let end = with_zip64(source, start.saturating_add(found as u64), record)?;
    Ok(end.map(|end| EndRecord { second: second(&tail, found).map(|at| start.saturating_add(at)), ..end }))
}

/// Where in `tail`, in front of the end record in use, another stands whose comment would reach to the file's end.
fn second(tail: &[u8], used: usize) -> Option<u64> {
    let fits = |at: &usize| {
        let comment_len = tail.get(*at..).and_then(|record| parse(0, record)).map(|end| end.claimed_comment_len);
        let rest = tail.len().saturating_sub(*at).checked_sub(22);
        comment_len.is_some_and(|len| rest == Some(usize::from(len)))
    };
    let in_front = tail.get(..used.saturating_add(3)).unwrap_or(tail);
    memmem::find_iter(in_front, &END_SIGNATURE).find(fits).map(|at| at as u64)
}

fn with_zip64<R: Read + Seek>(
    source: &mut Source<R>,
    offset: u64,
    record: &[u8],
) -> io::Result<Result<EndRecord, EndMissing>> {
    let Some(mut end) = parse(offset, record) else {
        return Ok(Err(EndMissing::Truncated { offset }));
    };
    let Some(locator_offset) = offset.checked_sub(ZIP64_LOCATOR_LEN) else {
        return Ok(Ok(end));
    };
    let locator = source.read_at(locator_offset, 20)?;
    let mut fields = Fields::new(&locator);
    if fields.bytes(4) != Some(&ZIP64_LOCATOR_SIGNATURE) {
        return Ok(Ok(end));
    }
    let (Some(disk), Some(claimed_offset), Some(disks)) = (fields.u32(), fields.u64(), fields.u32()) else {
        return Ok(Ok(end));
    };
    if disk != 0 || disks > 1 {
        return Ok(Err(EndMissing::Spanned { disks }));
    }
    let Some(zip64_offset) = locator_offset.checked_sub(ZIP64_END_LEN) else {
        return Ok(Err(EndMissing::Zip64CutOff { offset: locator_offset }));
    };
    let record = source.read_at(zip64_offset, 56)?;
    if let Some(zip64) = apply_zip64(&mut end, &record) {
        end.zip64 = Some(Zip64End { offset: zip64_offset, claimed_offset, claimed_disks: disks, ..zip64 });
    } else {
        end.claimed_zip64_elsewhere = Some(claimed_offset);
    }
    Ok(Ok(end))
}

fn parse(offset: u64, record: &[u8]) -> Option<EndRecord> {
    let mut fields = Fields::new(record);
    fields.bytes(4)?;
    let mut end = EndRecord {
        offset,
        claimed_disk: u32::from(fields.u16()?),
        claimed_directory_disk: u32::from(fields.u16()?),
        claimed_entries_here: u64::from(fields.u16()?),
        claimed_entries: u64::from(fields.u16()?),
        claimed_directory_size: u64::from(fields.u32()?),
        claimed_directory_offset: u64::from(fields.u32()?),
        claimed_comment_len: fields.u16()?,
        comment: Vec::new(),
        zip64: None,
        claimed_zip64_elsewhere: None,
        second: None,
    };
    end.comment = fields.up_to(usize::from(end.claimed_comment_len)).to_vec();
    Some(end)
}

/// Overlays the ZIP64 record, where its signature is right; as in the reference it replaces every classic value.
fn apply_zip64(end: &mut EndRecord, record: &[u8]) -> Option<Zip64End> {
    let mut fields = Fields::new(record);
    if fields.bytes(4)? != ZIP64_END_SIGNATURE {
        return None;
    }
    let claimed_record_size = fields.u64()?;
    fields.bytes(4)?; // made by, needed to extract
    let (disk, directory_disk) = (fields.u32()?, fields.u32()?);
    let (here, entries, size, directory_offset) = (fields.u64()?, fields.u64()?, fields.u64()?, fields.u64()?);
    let classic = [
        u64::from(end.claimed_disk),
        u64::from(end.claimed_directory_disk),
        end.claimed_entries_here,
        end.claimed_entries,
        end.claimed_directory_size,
        end.claimed_directory_offset,
    ];
    end.claimed_disk = disk;
    end.claimed_directory_disk = directory_disk;
    end.claimed_entries_here = here;
    end.claimed_entries = entries;
    end.claimed_directory_size = size;
    end.claimed_directory_offset = directory_offset;
    Some(Zip64End { offset: 0, claimed_offset: 0, claimed_record_size, claimed_disks: 0, classic })
}
