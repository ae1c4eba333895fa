//! Extra fields: whether they divide into fields, and say nothing that the headers do not.

use std::collections::BTreeSet;

use super::super::anomaly::AnomalyKind;
use super::super::entry::Entry;
use super::super::extra;
use super::super::source::Fields;
use super::found::Framing;

/// The names of the values that a ZIP64 field can hold, in their order.
const ZIP64_VALUES: [&str; 3] = ["the size", "the compressed size", "the local header's offset"];

pub(super) fn check(framing: &mut Framing, entry: &Entry, offset: Option<u64>, bytes: &[u8]) {
    let mut seen = BTreeSet::new();
    for field in extra::fields(bytes) {
        match field {
            Err(malformed) => {
                let (left, len) = (malformed.left, bytes.len());
                framing.about(entry, offset, AnomalyKind::ExtraMalformed { left, len });
            }
            Ok((id, _)) => {
                if !seen.insert(id) {
                    framing.about(entry, offset, AnomalyKind::ExtraTwice { id });
                    return;
                }
                if let Some((_, what)) = extra::OVERRIDES.into_iter().find(|(known, _)| *known == id) {
                    framing.about(entry, offset, AnomalyKind::ExtraOverride { id, what: what.into() });
                }
            }
        }
    }
}

/// Checks the ZIP64 field of a header that means `values`, of which it leaves those to the field that `left` says.
///
/// It holds exactly those, as the specification has it; or more, each then in its fixed place and the same as in the
/// header, for readers that take them from there. In a local header it holds both sizes (APPNOTE §4.5.3), so there are
/// no fewer than `least` bytes.
pub(super) fn check_zip64(
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
    let Some((_, data)) = extra::fields(bytes).filter_map(Result::ok).find(|(id, _)| *id == extra::ZIP64) else {
        if let Some((value, _)) = ZIP64_VALUES.into_iter().zip(left).find(|(_, left)| **left) {
            report(value, "nothing".to_owned(), "what the header leaves to it".to_owned());
        }
        return;
    };
    if data.len() == wanted && wanted > 0 && (least == 0 || all_left) {
        return;
    }
    let whole = data.len() >= wanted && matches!(data.len() % 8, 0 | 4) && (8..=28).contains(&data.len());
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
