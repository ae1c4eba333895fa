//! The checksum of a header of tar, which two kinds of files are asked for: tars, and zips that could be one too.

/// Where a header has its checksum.
pub(crate) const FIELD: std::ops::Range<usize> = 148..156;

/// The sum of the bytes of a header, and their sum as signed numbers; its checksum counts as spaces.
pub(crate) fn sums(block: &[u8; 512]) -> (i64, i64) {
    // Plain sums are taken many bytes at a time, and archives have a hundred thousand headers.
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let negative = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(byte >> 7)).sum::<u32>();
    let field = block.get(FIELD).unwrap_or_default();
    let spaces = i64::from(sum(&[b' '; 8]));
    let unsigned = i64::from(sum(block)).saturating_sub(i64::from(sum(field))).saturating_add(spaces);
    let negative = i64::from(negative(block)).saturating_sub(i64::from(negative(field)));
    (unsigned, unsigned.saturating_sub(negative.saturating_mul(256)))
}

/// Whether a block is a header of tar to some reader: its checksum is right.
pub(crate) fn is_tar(block: &[u8; 512]) -> bool {
    let (unsigned, signed) = sums(block);
    let claimed = block.get(FIELD).and_then(number);
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
            block[FIELD].copy_from_slice(format!("{claimed:06o}\0 ").as_bytes());
            assert_eq!(is_tar(&block), expected, "{claimed}");
        }
    }
}
