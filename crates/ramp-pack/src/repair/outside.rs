//! What stands in front of a zip, between its records and behind it, and is left out of the new one: it must be nothing but filling. All
//! else may be somebody's: a script that unpacks itself, a signature, an archive of any format, another zip.

use std::io::{self, Read, Seek, SeekFrom};

use ramp_core::bundle::AnomalyKind;
use ramp_core::facts::BundleFacts;
use ramp_core::given::signature;

use super::change::Obstacle;

/// How entries, records of directories and their ends begin.
const RECORDS: [&[u8; 4]; 5] = [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"];
/// What programs write for no content: a byte order mark, which editors put in front.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const PIECE: usize = 64 << 10;

/// Those of the bytes that belong to no record which are more than filling, and as what they are known.
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
        if is_filling(bundle.by_ref().take(len))? {
            continue;
        }
        // Whatever it is stays; what it is helps whoever has to see to it.
        bundle.seek(SeekFrom::Start(offset))?;
        let mut front = Vec::new();
        bundle.by_ref().take(len.min(PIECE as u64)).read_to_end(&mut front)?;
        bundle.seek(SeekFrom::Start(offset))?;
        found.push(match begins_as(&front) {
            Some(what) => Obstacle::OtherFormat { offset, len, what },
            None if has_record(bundle.by_ref().take(len))? => Obstacle::Hidden { offset, len },
            None => Obstacle::Bytes { offset, len },
        });
    }
    Ok(found)
}

/// What bytes are for readers of something else than zips: what they begin with, or have behind NUL bytes, up to which a file may be filled.
fn begins_as(front: &[u8]) -> Option<&'static str> {
    let filled = front.iter().take_while(|byte| **byte == 0).count();
    signature(front).or_else(|| signature(front.get(filled..)?))
}

/// Whether bytes are what files are filled with: NUL, blanks, ends of lines and of files, erased flash; after a byte order mark.
fn is_filling(mut bytes: impl Read) -> io::Result<bool> {
    let is_fill = |byte: &u8| matches!(byte, 0 | 0xff | b' ' | b'\t' | b'\r' | b'\n' | 0x1a);
    let (mut piece, mut is_first) = (Vec::with_capacity(PIECE), true);
    loop {
        piece.clear();
        if bytes.by_ref().take(PIECE as u64).read_to_end(&mut piece)? == 0 {
            return Ok(true);
        }
        let rest = piece.strip_prefix(BYTE_ORDER_MARK).filter(|_| is_first).unwrap_or(&piece);
        if !rest.iter().all(is_fill) {
            return Ok(false);
        }
        is_first = false;
    }
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

    #[test]
    fn filling_is_told_from_what_may_be_somebodys() {
        let long = [vec![0; PIECE], vec![b'\n'; PIECE], b"\x1a".to_vec()].concat();
        for bytes in [&b""[..], b"\0\0\0", b"\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\xff\xff \t", &long] {
            assert!(is_filling(bytes).unwrap(), "{} bytes", bytes.len());
        }
        let late = [vec![0; 2 * PIECE], b"x".to_vec()].concat();
        let mark = [vec![0; PIECE], BYTE_ORDER_MARK.to_vec()].concat();
        for bytes in
            [&b"#!/bin/sh\n"[..], b"070701", b"xar!", b"LZIP", b"\x1f\x9d", b"-", b"\n\xef\xbb\xbf", &late, &mark]
        {
            assert!(!is_filling(bytes).unwrap(), "{} bytes", bytes.len());
        }
    }
}
