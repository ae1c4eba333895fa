//! What stands in front of a zip, between its records and behind it, and is left out of the new one: it must not be a zip itself, as which
//! some readers would read it.

use std::io::{self, Read, Seek, SeekFrom};

use ramp_core::bundle::AnomalyKind;
use ramp_core::facts::BundleFacts;
use ramp_core::given::signature;

use super::change::Obstacle;

/// How entries, records of directories and their ends begin.
const RECORDS: [&[u8; 4]; 5] = [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"];
const PIECE: usize = 64 << 10;

/// Those of the bytes that belong to no record which have the signatures of records in them.
pub(super) fn records<R: Read + Seek>(bundle: &mut R, facts: &BundleFacts) -> io::Result<Vec<Obstacle>> {
    let Ok(archive) = &facts.archive else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for anomaly in &archive.framing.anomalies {
        let (offset, len) = match &anomaly.kind {
            AnomalyKind::Prefix { len } => (0, *len),
            AnomalyKind::Gap { len } => (anomaly.offset.unwrap_or_default(), *len),
            AnomalyKind::Trailing { end, file_len } => (*end, file_len.saturating_sub(*end)),
            _ => continue,
        };
        bundle.seek(SeekFrom::Start(offset))?;
        let mut front = Vec::new();
        bundle.by_ref().take(len.min(PIECE as u64)).read_to_end(&mut front)?;
        if let Some(what) = begins_as(&front) {
            found.push(Obstacle::OtherFormat { offset, len, what });
            continue;
        }
        bundle.seek(SeekFrom::Start(offset))?;
        if has_record(bundle.by_ref().take(len))? {
            found.push(Obstacle::Hidden { offset, len });
        }
    }
    Ok(found)
}

/// What bytes are for readers of something else than zips: what they begin with, or have behind NUL bytes, up to which a file may be filled.
fn begins_as(front: &[u8]) -> Option<&'static str> {
    let filled = front.iter().take_while(|byte| **byte == 0).count();
    signature(front).or_else(|| signature(front.get(filled..)?))
}

fn has_record(mut bytes: impl Read) -> io::Result<bool> {
    let mut window = Vec::with_capacity(PIECE + 4);
    loop {
        if bytes.by_ref().take(PIECE as u64).read_to_end(&mut window)? == 0 {
            return Ok(false);
        }
        if window.windows(4).any(|four| RECORDS.iter().any(|record| four == *record)) {
            return Ok(true);
        }
        // A signature may stand across two pieces.
        window.drain(..window.len().saturating_sub(3));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_found_wherever_they_are() {
        for at in [0, 1, PIECE - 4, PIECE - 3, PIECE - 1, PIECE, 2 * PIECE - 2, 3 * PIECE] {
            for record in RECORDS {
                let mut bytes = vec![b'P'; 3 * PIECE + 10];
                bytes[at..at + 4].copy_from_slice(record);
                assert!(has_record(bytes.as_slice()).unwrap(), "{at}");
                bytes[at + 1] = b'k';
                assert!(!has_record(bytes.as_slice()).unwrap(), "{at}");
            }
        }
        assert!(!has_record(&b"PK\x03"[..]).unwrap());
    }
}
