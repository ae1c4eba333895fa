//! Whether the local header of an entry repeats the directory's record.

use super::super::anomaly::{AnomalyKind, HeaderField};
use super::super::entry::{Entry, FLAGS_EFFORT};
use super::super::local::{FLAG_DESCRIPTOR, LocalHeader};
use super::found::{Framing, front};
use super::obeyed::Place;
use super::{extras, hidden, zip64};

pub(super) fn compare(framing: &mut Framing, entry: &Entry, local: &LocalHeader) {
    let mut differ = |field, local_value: String, directory: String| {
        let record_offset = entry.record_offset;
        let kind = AnomalyKind::Header { field, local: local_value, directory, record_offset };
        framing.about(entry, Some(local.offset), kind);
    };
    if local.raw_name != entry.raw_name {
        differ(HeaderField::Name, front(&local.raw_name), front(&entry.raw_name));
    }
    // Archive::Zip says in the directory only how much effort it was to deflate it; no reader asks, unless it is not deflated.
    let informative = if (local.claimed_method, entry.claimed_method) == (8, 8) { FLAGS_EFFORT } else { 0 };
    if (local.claimed_flags ^ entry.claimed_flags) & !informative != 0 {
        let hex = |flags| format!("{flags:#06x}");
        differ(HeaderField::Flags, hex(local.claimed_flags), hex(entry.claimed_flags));
    }
    if local.claimed_method != entry.claimed_method {
        differ(HeaderField::Method, local.claimed_method.to_string(), entry.claimed_method.to_string());
    }
    let version = u16::from_le_bytes([entry.claimed_version_needed, entry.claimed_version_upper]);
    if local.claimed_version_needed != version {
        differ(HeaderField::VersionNeeded, local.claimed_version_needed.to_string(), version.to_string());
    }
    let (local_time, time) = ((local.claimed_date, local.claimed_time), (entry.claimed_date, entry.claimed_time));
    if local_time != time {
        let hex = |(date, time)| format!("{date:04x}:{time:04x}");
        differ(HeaderField::Time, hex(local_time), hex(time));
    }
    // Where a descriptor follows, the local header may leave all three to it.
    let deferred = entry.claimed_flags & FLAG_DESCRIPTOR != 0;
    if local.claimed_crc32 != entry.claimed_crc32 && !(deferred && local.claimed_crc32 == 0) {
        let hex = |crc| format!("{crc:08x}");
        differ(HeaderField::Crc32, hex(local.claimed_crc32), hex(entry.claimed_crc32));
    }
    if let Some((size, compressed_size)) = local.claimed_sizes {
        for (field, local_value, directory) in [
            (HeaderField::CompressedSize, compressed_size, entry.claimed_compressed_size),
            (HeaderField::Size, size, entry.claimed_size),
        ] {
            if local_value != directory && !(deferred && local_value == 0) {
                differ(field, local_value.to_string(), directory.to_string());
            }
        }
        let values = [size, compressed_size];
        let offset = Some(local.offset);
        zip64::check(framing, entry, offset, &local.extra, &local.left_to_zip64, &values, 16);
    } else {
        differ(HeaderField::Size, "left to a ZIP64 field that lacks it".to_owned(), entry.claimed_size.to_string());
    }
    // What both headers say alike has been said.
    if local.extra != entry.extra {
        extras::check(framing, entry, Some(local.offset), &local.extra, Place::Local);
    }
    zip64::needed_by_local(framing, entry, local);
    extras::check_length(framing, entry, Some(local.offset), &[&local.raw_name, &local.extra]);
    let extra = local.data_offset.saturating_sub(local.extra.len() as u64);
    hidden::local_headers(framing, Some(entry), extra, &local.extra);
    if deferred {
        repeated(framing, entry, local);
    }
}

/// Whether the local header gives what it leaves to the descriptor: that value again, since another has been said.
///
/// The size may be there: Info-ZIP and libarchive write it to a pipe, and no reader minds.
fn repeated(framing: &mut Framing, entry: &Entry, local: &LocalHeader) {
    let (_, compressed_size) = local.claimed_sizes.unwrap_or_default();
    let crc32 = u64::from(local.claimed_crc32);
    for (field, local_value, directory) in [
        (HeaderField::Crc32, crc32, u64::from(entry.claimed_crc32)),
        (HeaderField::CompressedSize, compressed_size, entry.claimed_compressed_size),
    ] {
        if local_value != 0 && local_value == directory {
            let local_value =
                if field == HeaderField::Crc32 { format!("{local_value:08x}") } else { local_value.to_string() };
            let kind = AnomalyKind::DescriptorRepeated { field, local: local_value };
            return framing.about(entry, Some(local.offset), kind);
        }
    }
}
