//! Numbers in headers of tar: octal digits, or base 256 where these do not suffice.
//!
//! Readers are lax in different ways (Python takes `0o17`, `+7` and `1_0`; some stop at the first character that is no
//! digit, some skip NULs in front). What is read here is read the same by all: blanks, digits, and behind them nothing but
//! NULs and blanks. Base 256 is taken only where writers need it, for sizes, owners and times: 7-Zip and Perl know it nowhere
//! else.

/// Times this many seconds, or more, before or after 1970 are not representable everywhere: Python has them as floats.
pub(super) const FARTHEST_TIME: u64 = 1 << 53;

/// In a header this many seconds are the last that all take: those of JavaScript's dates.
const LAST_TIME: u64 = 8_640_000_000_000;

/// Reads a field; `None` where readers could differ, or where the number is negative or does not fit.
///
/// A field of NULs and blanks is zero: that is how device numbers of files are written.
pub(super) fn read(field: &[u8]) -> Option<u64> {
    match field.split_first() {
        Some((0x80, rest)) => base256(rest),
        Some((first, _)) if *first < 0x80 => octal(field),
        _ => None,
    }
}

/// Whether a field holds neither digit nor anything else.
pub(super) fn is_blank(field: &[u8]) -> bool {
    field.iter().all(|byte| matches!(byte, 0 | b' '))
}

/// Whether a field is blank, with at least one space: GNU tar and 7-Zip refuse that where a number must be.
pub(super) fn is_spaces(field: &[u8]) -> bool {
    is_blank(field) && field.contains(&b' ')
}

/// Whether a field is in base 256.
pub(super) fn is_base256(field: &[u8]) -> bool {
    field.first().is_some_and(|first| *first >= 0x80)
}

/// Whether a field is a time, which may be one before 1970.
pub(super) fn is_time(field: &[u8]) -> bool {
    match field.split_first() {
        // In two's complement: how far below zero it is, is what its bits say once they are turned, and one more.
        Some((0xFF, rest)) => {
            let turned: Vec<u8> = rest.iter().map(|byte| !byte).collect();
            base256(&turned).is_some_and(|seconds| seconds < LAST_TIME)
        }
        _ => read(field).is_some_and(|seconds| seconds <= LAST_TIME),
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let blanks = field.iter().take_while(|byte| **byte == b' ').count();
    let text = field.get(blanks..)?;
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(digits);
    if !is_blank(rest) {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, digit| {
        let digit = u64::from(digit.checked_sub(b'0')?);
        (digit < 8).then_some(())?;
        value.checked_mul(8)?.checked_add(digit)
    })
}

fn base256(bytes: &[u8]) -> Option<u64> {
    bytes.iter().try_fold(0_u64, |value, byte| value.checked_mul(256)?.checked_add(u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_writers_write() {
        for (field, value) in [
            (&b"00000000012\0"[..], 10),
            (b"00000000012 ", 10),
            (b"000644 \0", 0o644),
            (b"   644 \0", 0o644),
            (b"777777777777", 0o777_777_777_777),
            (b"0\0\0\0\0\0\0\0", 0),
            (b"\0\0\0\0\0\0\0\0", 0),
            (b"        ", 0),
            (b"\x80\0\0\0\0\0\0\x02\0\0\0\x01", (2 << 32) + 1),
        ] {
            assert_eq!(read(field), Some(value), "{field:?}");
            assert!(is_time(field));
            assert_eq!(is_base256(field), field.starts_with(&[0x80]));
        }
    }

    #[test]
    fn times() {
        for field in [
            &b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"[..],
            b"\xff\xff\xff\xff\xff\xff\xf8\x24\x57\xde\x80\x01",
            b"\x80\0\0\0\0\0\x07\xdb\xa8\x21\x80\0",
        ] {
            assert!(is_time(field), "{field:?}");
        }
        for field in [
            &b"\xff\0\0\0\0\0\0\0\0\0\0\0"[..],
            b"\xff\xff\xff\xff\xff\xff\xf8\x24\x57\xde\x7f\xff",
            b"\x80\0\0\0\0\0\x07\xdb\xa8\x21\x80\x01",
            b"\x80\0\0\0\x80\0\0\0\0\0\0\0",
            b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
            b"-1",
        ] {
            assert!(!is_time(field), "{field:?}");
        }
    }

    #[test]
    fn what_readers_read_in_different_ways() {
        for field in [
            &b"0o17\0"[..],
            b"+7\0",
            b"-7\0",
            b"1_0\0",
            b"8\0",
            b"12\x003",
            b"\x0012\0",
            b"1 2\0",
            b"\t1\0",
            b"\x81\0\0\x01",
            b"\xff\xff\xff\xff",
            b"\x80\x01\0\0\0\0\0\0\0\0\0\0",
            b"7777777777777777777777777",
            b"",
        ] {
            assert_eq!(read(field), None, "{field:?}");
        }
    }
}
