//! Zips that are an archive of another format too, for readers that prefer it.
//!
//! Source: what the readers of libarchive bid (`archive_read_support_format_*.c`): for a zip 32 at most, for a tar 50 or 106 by a
//! right checksum in the first 512 bytes, for an ISO 9660 image 48 by its volume descriptors from byte 32,768 on. All others, and
//! all compressions, want the first bytes of the file, which a zip has itself. GNU tar and Python's `tarfile` see a tar alike.

use std::io::{self, Read, Seek};

use super::super::anomaly::AnomalyKind;
use super::super::source::Source;
use super::found::Framing;
use crate::checksum::is_tar;

/// Where an ISO 9660 image has its first volume descriptor, and what that has behind its type.
const VOLUME: u64 = 32_769;
const VOLUME_SIGNATURE: &[u8] = b"CD001";

pub(super) fn check<R: Read + Seek>(source: &mut Source<R>, framing: &mut Framing) -> io::Result<()> {
    let start = source.read_at(0, 512)?;
    if start.first_chunk().is_some_and(is_tar) {
        framing.at(0, AnomalyKind::OtherFormat { what: "a tar".into() });
    }
    if source.read_at(VOLUME, VOLUME_SIGNATURE.len())? == VOLUME_SIGNATURE {
        framing.at(VOLUME, AnomalyKind::OtherFormat { what: "an ISO 9660 image".into() });
    }
    Ok(())
}
