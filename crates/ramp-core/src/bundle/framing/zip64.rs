//! ZIP64 fields: whether they agree with their header, and whether anything needs them.

use super::super::anomaly::AnomalyKind;
use super::super::directory::Directory;
use super::super::entry::Entry;
use super::super::extra::{self, UNKNOWN_32};
use super::super::local::LocalHeader;
use super::super::source::Fields;
use super::found::Framing;

/// The names of the values that a ZIP64 field can hold, in their order.
const ZIP64_VALUES: [&str; 3] = ["the size", "the compressed size", "the local header's offset"];
/// What a classic end record says that leaves a count to the ZIP64 one.
const UNKNOWN_16: u64 = 0xFFFF;

/// Checks the ZIP64 field of a header that means `values`, of which it leaves those to the field that `left` says.
///
/// It holds exactly those, as the specification has it; or more, each then in its fixed place and the same as in the
/// header, for readers that take them from there. In a local header it holds both sizes (APPNOTE §4.5.3), so there are
/// no fewer than `least` bytes.
pub(super) fn check(
    framing: &mut Framing,
    entry: &Entry,
    offset: Option<u64>,
    bytes: &[u8],
    left: &[bool],
    values: &[u64],
    least: usize,
) {
    let mut report = |value: &'static str, field: String, header: String| {
        framing.about(entry, offset, AnomalyKind::ExtraZip64 { value: value.into(), field, header });
    };
    let wanted = left.iter().map(|left| if *left { 8 } else { 0 }).sum::<usize>().max(least);
    let all_left = left.iter().all(|left| *left);
    let Some(data) = field(bytes) else {
        if let Some((value, _)) = ZIP64_VALUES.into_iter().zip(left).find(|(_, left)| **left) {
            report(value, "nothing".to_owned(), "what the header leaves to it".to_owned());
        }
        return;
    };
    if data.len() == wanted && wanted > 0 && (least == 0 || all_left) {
        return;
    }
    let whole = data.len() >= wanted && matches!(data.len(), 8 | 16 | 24 | 28);
    if !whole {
        report("its length", data.len().to_string(), wanted.to_string());
        return;
    }
    let mut fields = Fields::new(data);
    for (name, value) in ZIP64_VALUES.into_iter().zip(values) {
        match fields.u64() {
            Some(said) if said != *value => return report(name, said.to_string(), value.to_string()),
            Some(_) => {}
            None => return,
        }
    }
}

/// Reports a ZIP64 field in a record of the directory that no value of it needs.
pub(super) fn needed_by_record(framing: &mut Framing, entry: &Entry) {
    let values = [entry.claimed_size, entry.claimed_compressed_size, entry.claimed_local_offset];
    if field(&entry.extra).is_some() && !is_large(values) {
        let what = "an extra field in the central directory".into();
        framing.about(entry, Some(entry.record_offset), AnomalyKind::Zip64Needless { what });
    }
}

/// Reports a ZIP64 field in a local header that no size needs.
pub(super) fn needed_by_local(framing: &mut Framing, entry: &Entry, local: &LocalHeader) {
    if field(&local.extra).is_some() && !is_large([entry.claimed_size, entry.claimed_compressed_size]) {
        let what = "an extra field in the local header".into();
        framing.about(entry, Some(local.offset), AnomalyKind::Zip64Needless { what });
    }
}

/// Reports a ZIP64 end record that no count, size or offset needs.
pub(super) fn needed_by_end(framing: &mut Framing, directory: &Directory) {
    let end = &directory.end;
    let Some(zip64) = &end.zip64 else { return };
    let count = end.claimed_entries.max(end.claimed_entries_here);
    if count < UNKNOWN_16 && !is_large([end.claimed_directory_size, end.claimed_directory_offset]) {
        framing.at(zip64.offset, AnomalyKind::Zip64Needless { what: "the end record".into() });
    }
}

/// The data of the first ZIP64 field.
fn field(bytes: &[u8]) -> Option<&[u8]> {
    extra::fields(bytes).filter_map(Result::ok).find_map(|(id, data)| (id == extra::ZIP64).then_some(data))
}

fn is_large<const N: usize>(values: [u64; N]) -> bool {
    values.into_iter().any(|value| value >= UNKNOWN_32)
}
