//! Zips that are an archive of another format too, for readers that prefer it.
//!
//! Source: what the readers of libarchive bid (`archive_read_support_format_*.c`): for a zip 32 at most, for a tar 50 or 106 by a
//! right checksum in the first 512 bytes, for an ISO 9660 image 48 by its volume descriptors from byte 32,768 on. All others, and
//! all compressions, want the first bytes of the file, which a zip has itself. GNU tar and Python's `tarfile` see a tar alike.

use std::io::{self, Read, Seek};

use super::super::anomaly::AnomalyKind;
use super::super::source::Source;
use super::found::Framing;
use crate::checksum::{self, sums};

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

/// Whether a block is a header of tar to some reader: its checksum is right.
fn is_tar(block: &[u8; 512]) -> bool {
    let (unsigned, signed) = sums(block);
    let claimed = block.get(checksum::FIELD).and_then(number);
    claimed.is_some_and(|claimed| claimed == unsigned || claimed == signed)
}

/// A number as lenient as any reader is: octal digits, whatever follows, or base 256.
fn number(field: &[u8]) -> Option<i64> {
    if let Some((first, rest)) = field.split_first().filter(|(first, _)| **first >= 0x80) {
        let digits = [first & 0x7F].into_iter().chain(rest.iter().copied());
        return digits.into_iter().try_fold(0_i64, |value, byte| value.checked_mul(256)?.checked_add(byte.into()));
    }
    let blanks = field.iter().take_while(|byte| matches!(byte, 0 | b' ' | b'\t')).count();
    let digits: Vec<u8> = field.iter().skip(blanks).copied().take_while(|byte| matches!(byte, b'0'..=b'7')).collect();
    i64::from_str_radix(std::str::from_utf8(&digits).ok()?, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_read_as_leniently_as_by_anybody() {
        for (field, value) in [
            (&b"010274\0 "[..], Some(0o10_274)),
            (b"  10274\0", Some(0o10_274)),
            (b"\x0010274 x", Some(0o10_274)),
            (b"00010274", Some(0o10_274)),
            (b"\x80\0\0\0\0\0\x10\x01", Some(0x1001)),
            (b"        ", None),
            (b"PK\x03\x04\0\0\0\0", None),
            (b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", Some(i64::MAX)),
        ] {
            assert_eq!(number(field), value, "{field:?}");
        }
    }

    #[test]
    fn both_sums_make_a_header() {
        let mut block = [b'x'; 512];
        block[0] = 0xE4;
        let (unsigned, signed) = sums(&block);
        for (claimed, expected) in [(unsigned, true), (signed, true), (unsigned + 1, false), (signed - 1, false)] {
            block[checksum::FIELD].copy_from_slice(format!("{claimed:06o}\0 ").as_bytes());
            assert_eq!(is_tar(&block), expected, "{claimed}");
        }
    }
}
