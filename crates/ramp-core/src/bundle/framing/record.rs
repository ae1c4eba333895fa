//! What one record of the central directory says of its entry.

use super::super::anomaly::AnomalyKind;
use super::super::entry::{Entry, FLAG_UTF8};
use super::super::local::{FLAG_DESCRIPTOR, FLAG_ENCRYPTED};
use super::extras;
use super::found::Framing;
use crate::name::check_name;

/// The method DEFLATE, and how long a stream of it is that holds nothing.
const DEFLATED: u16 = 8;
const DEFLATED_NOTHING: u64 = 2;

/// Flags of ordinary writers: UTF-8, the two bits of compression effort, a descriptor.
const ORDINARY_FLAGS: u16 = FLAG_UTF8 | 0x0006 | FLAG_DESCRIPTOR;

const TYPE: u32 = 0o170_000;
const TYPE_DIRECTORY: u32 = 0o040_000;
const TYPE_FILE: u32 = 0o100_000;
const PRIVILEGES: u32 = 0o7000;
/// The directory bit of MS-DOS.
const DOS_DIRECTORY: u32 = 0x10;

pub(super) fn check(framing: &mut Framing, entry: &Entry) {
    let offset = Some(entry.record_offset);
    let mut report = |kind| framing.about(entry, offset, kind);
    if entry.record_len() != entry.claimed_record_len {
        report(AnomalyKind::RecordCutOff { claimed: entry.claimed_record_len, present: entry.record_len() });
    }
    if let Some(what) = check_name(&entry.decoded_name) {
        report(AnomalyKind::Name(what));
    }
    if entry.claimed_flags & FLAG_ENCRYPTED != 0 {
        report(AnomalyKind::Encrypted);
    }
    let flags = entry.claimed_flags & !(ORDINARY_FLAGS | FLAG_ENCRYPTED);
    if flags != 0 {
        report(AnomalyKind::Flags { flags });
    }
    match entry.claimed_method {
        0 if entry.claimed_compressed_size != entry.claimed_size && entry.claimed_flags & FLAG_ENCRYPTED == 0 => {
            let (compressed, size) = (entry.claimed_compressed_size, entry.claimed_size);
            report(AnomalyKind::StoredSizes { compressed, size });
        }
        0 | 8 => {}
        method => report(AnomalyKind::Method { method }),
    }
    if entry.claimed_flags & FLAG_DESCRIPTOR != 0 && entry.claimed_method == 0 {
        report(AnomalyKind::StoredDescriptor);
    }
    if entry.claimed_disk != 0 {
        report(AnomalyKind::Disk { claimed: u32::from(entry.claimed_disk) });
    }
    if !entry.comment.is_empty() {
        report(AnomalyKind::EntryComment { len: entry.comment.len() });
    }
    extras::check(framing, entry, offset, &entry.extra);
    let claimed = [entry.claimed_size, entry.claimed_compressed_size, entry.claimed_local_offset];
    extras::check_zip64(framing, entry, offset, &entry.extra, &entry.left_to_zip64, &claimed, 0);
    kind(framing, entry);
}

/// What the entry is, by its name and by its attributes.
///
/// The upper half of the attributes is a Unix mode whatever system claims to have made the entry: there are readers
/// that do not ask.
fn kind(framing: &mut Framing, entry: &Entry) {
    let attributes = entry.claimed_external_attributes;
    let mode = attributes >> 16;
    let mut report = |kind| framing.about(entry, Some(entry.record_offset), kind);
    let what = match mode & TYPE {
        0 | TYPE_DIRECTORY | TYPE_FILE => None,
        0o120_000 => Some("symbolic link"),
        0o010_000 => Some("named pipe"),
        0o020_000 => Some("character device"),
        0o060_000 => Some("block device"),
        0o140_000 => Some("socket"),
        _ => Some("file of an unknown kind"),
    };
    if let Some(what) = what {
        report(AnomalyKind::SpecialFile { what: what.into(), mode });
    }
    if mode & PRIVILEGES != 0 {
        report(AnomalyKind::PrivilegeBits { mode });
    }
    if !entry.is_directory() {
        if mode & TYPE == TYPE_DIRECTORY || attributes & DOS_DIRECTORY != 0 {
            report(AnomalyKind::DirectoryMode { by_name: false, attributes });
        }
        return;
    }
    if mode & TYPE == TYPE_FILE {
        report(AnomalyKind::DirectoryMode { by_name: true, attributes });
    }
    // As Python's `writestr("deps/", "")` has it: nothing, deflated. What comes out of it is looked at with the contents.
    let deflated_nothing = entry.claimed_method == DEFLATED && entry.claimed_compressed_size == DEFLATED_NOTHING;
    let stored = if deflated_nothing { (0, 0) } else { (entry.claimed_compressed_size, entry.claimed_method) };
    let content = [
        ("size", entry.claimed_size),
        ("CRC-32", u64::from(entry.claimed_crc32)),
        ("compressed size", stored.0),
        ("compression method", u64::from(stored.1)),
    ];
    if let Some((value, claimed)) = content.into_iter().find(|(_, claimed)| *claimed != 0) {
        report(AnomalyKind::DirectoryContent { value: value.into(), claimed });
    }
}
