//! Extra fields: whether they divide into fields, and say nothing that the headers do not.

use std::collections::BTreeSet;

use super::super::anomaly::AnomalyKind;
use super::super::entry::Entry;
use super::super::extra;
use super::found::Framing;
use super::obeyed::{self, Place};

/// How long name, extra fields and comment of a header may be together: node-stream-zip reads a directory in pieces of
/// 1,024 bytes, and wants the 46 of the next record with them; unzipper reads as little of a local header.
const LONGEST: u64 = 978;

/// Reports a header whose parts of variable length are longer than all readers take.
pub(super) fn check_length(framing: &mut Framing, entry: &Entry, offset: Option<u64>, parts: &[&[u8]]) {
    let len = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.len() as u64));
    if len > LONGEST {
        framing.about(entry, offset, AnomalyKind::HeaderLong { len, most: LONGEST });
    }
}

/// Checks the extra fields of one of the headers of an entry.
pub(super) fn check(framing: &mut Framing, entry: &Entry, offset: Option<u64>, bytes: &[u8], place: Place) {
    let mut seen = BTreeSet::new();
    for field in extra::fields(bytes) {
        match field {
            Err(malformed) => {
                let (left, len) = (malformed.left, bytes.len());
                framing.about(entry, offset, AnomalyKind::ExtraMalformed { left, len });
            }
            Ok((id, data)) => {
                if !seen.insert(id) {
                    framing.about(entry, offset, AnomalyKind::ExtraTwice { id });
                    return;
                }
                if let Some(kind) = obeyed::check(entry, place, id, data) {
                    framing.about(entry, offset, kind);
                }
            }
        }
    }
}
