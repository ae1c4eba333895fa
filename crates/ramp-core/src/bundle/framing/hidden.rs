//! Signatures of records where readers look for one, and none is.
//!
//! Source: fflate's `Unzip`, which looks for the next local header wherever it is; and unzipper and adm-zip, which find the end
//! records by their signatures.

use std::io::{self, Read, Seek};

use memchr::memmem;

use super::super::anomaly::AnomalyKind;
use super::super::end::{
    END_LEN, END_SIGNATURE, EndRecord, ZIP64_END_SIGNATURE, ZIP64_LOCATOR_LEN, ZIP64_LOCATOR_SIGNATURE,
};
use super::super::entry::Entry;
use super::super::signatures::ENDS_OF_DATA;
use super::super::source::Source;
use super::found::Framing;

const LOCAL_HEADER: [u8; 4] = *b"PK\x03\x04";
/// How much of the end of a file unzipper looks through, from its front, for an end record.
const TAIL: u64 = 80;

/// Reports the signature of a local header in bytes that start at `offset` and hold none.
pub(super) fn local_headers(framing: &mut Framing, entry: Option<&Entry>, offset: u64, bytes: &[u8]) {
    for at in memmem::find_iter(bytes, &LOCAL_HEADER) {
        let offset = offset.saturating_add(at as u64);
        let kind = AnomalyKind::HiddenSignature { what: "a local header".into(), signature: LOCAL_HEADER };
        match entry {
            Some(entry) => framing.about(entry, Some(offset), kind),
            None => framing.at(offset, kind),
        }
    }
}

/// Reports signatures in the values of a data descriptor: Perl takes a CRC-32 that is one for the signature, and readers that
/// stream look for the next record there.
pub(super) fn in_descriptor(framing: &mut Framing, entry: &Entry, offset: u64, values: &[u8]) {
    for (signature, what) in ENDS_OF_DATA {
        for at in memmem::find_iter(values, &signature) {
            let kind = AnomalyKind::HiddenSignature { what: what.into(), signature };
            framing.about(entry, Some(offset.saturating_add(at as u64)), kind);
        }
    }
}

/// Reports signatures of end records that readers come upon before, or instead of, those of the records in use.
///
/// Behind an end record adm-zip looks on from the back for as long as a locator is: over a locator, or over what looks like
/// one, up to a ZIP64 end record. What is further in front, such as a zip that is stored as a dependency, misleads nobody.
pub(super) fn end_records<R: Read + Seek>(
    source: &mut Source<R>,
    framing: &mut Framing,
    end: &EndRecord,
) -> io::Result<()> {
    let locator = end.offset.saturating_sub(ZIP64_LOCATOR_LEN);
    let near = locator.min(end.first_offset());
    let start = near.min(source.len().saturating_sub(TAIL));
    let has_locator = end.zip64.is_some() || end.claimed_zip64_elsewhere.is_some();
    // Of the others another irregularity tells.
    let known = [Some(end.offset), Some(end.first_offset()), has_locator.then_some(locator), end.second];
    let len = end.offset.saturating_add(END_LEN).saturating_sub(start);
    let bytes = source.read_at(start, usize::try_from(len).unwrap_or(0))?;
    for (signature, what, from) in [
        (END_SIGNATURE, "an end record", start),
        (ZIP64_LOCATOR_SIGNATURE, "a ZIP64 locator", near),
        (ZIP64_END_SIGNATURE, "a ZIP64 end record", near),
    ] {
        for at in memmem::find_iter(&bytes, &signature) {
            let offset = start.saturating_add(at as u64);
            if offset >= from && !known.contains(&Some(offset)) {
                framing.at(offset, AnomalyKind::HiddenSignature { what: what.into(), signature });
            }
        }
    }
    Ok(())
}
