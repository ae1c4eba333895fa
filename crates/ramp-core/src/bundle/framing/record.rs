//! What one record of the central directory says of its entry.

use super::super::anomaly::AnomalyKind;
use super::super::entry::{Entry, FLAG_ENCRYPTED, FLAG_UTF8, FLAGS_EFFORT};
use super::super::local::FLAG_DESCRIPTOR;
use super::found::Framing;
use super::obeyed::Place;
use super::{attributes, extras, zip64};
use crate::name::check_entry_name;

/// Flags of ordinary writers.
const ORDINARY_FLAGS: u16 = FLAG_UTF8 | FLAGS_EFFORT | FLAG_DESCRIPTOR;

/// The highest version that readers take whatever the method: above it `unzip` leaves the entry out.
const HIGHEST_VERSION: u8 = 46;

pub(super) fn check(framing: &mut Framing, entry: &Entry) {
    let offset = Some(entry.record_offset);
    let mut report = |kind| framing.about(entry, offset, kind);
    if entry.record_len() != entry.claimed_record_len {
        report(AnomalyKind::RecordCutOff { claimed: entry.claimed_record_len, present: entry.record_len() });
    }
    extras::check_length(framing, entry, offset, &[&entry.raw_name, &entry.extra, &entry.comment]);
    let mut report = |kind| framing.about(entry, offset, kind);
    if entry.claimed_version_needed > HIGHEST_VERSION {
        report(AnomalyKind::VersionNeeded { version: entry.claimed_version_needed });
    }
    if let Some(what) = check_entry_name(&entry.decoded_name) {
        report(AnomalyKind::Name(what));
    }
    if entry.is_encrypted() {
        report(AnomalyKind::Encrypted);
    }
    let flags = entry.claimed_flags & !(ORDINARY_FLAGS | FLAG_ENCRYPTED);
    if flags != 0 {
        report(AnomalyKind::Flags { flags });
    }
    match entry.claimed_method {
        0 if entry.claimed_compressed_size != entry.claimed_size && !entry.is_encrypted() => {
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
    extras::check(framing, entry, offset, &entry.extra, Place::Directory);
    let claimed = [entry.claimed_size, entry.claimed_compressed_size, entry.claimed_local_offset];
    zip64::check(framing, entry, offset, &entry.extra, &entry.left_to_zip64, &claimed, 0);
    zip64::needed_by_record(framing, entry);
    attributes::check(framing, entry);
}
