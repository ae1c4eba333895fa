//! The records of an extended header of PAX: `LENGTH KEY=VALUE\n`, one after the other.
//!
//! Source: POSIX.1-2017, pax Interchange Format.

/// A record that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed {
    /// Offset in the extended header.
    pub(super) at: usize,
}

/// The records as (key, value); the last item is an error where the bytes do not divide into records.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = Result<(&[u8], &[u8]), Malformed>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let at = bytes.len().saturating_sub(rest.len());
        let record = first(rest);
        rest = record.map_or(&[], |(_, _, rest)| rest);
        Some(record.map(|(key, value, _)| (key, value)).ok_or(Malformed { at }))
    })
}

type Record<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// Key, value and what follows.
fn first(bytes: &[u8]) -> Option<Record<'_>> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let len = decimal(bytes.get(..digits)?)?;
    let (record, rest) = bytes.split_at_checked(usize::try_from(len).ok()?)?;
    let text = record.get(digits..)?.strip_prefix(b" ")?.strip_suffix(b"\n")?;
    let equals = text.iter().position(|byte| *byte == b'=')?;
    let (key, value) = text.split_at_checked(equals)?;
    (!key.is_empty()).then_some((key, value.get(1..)?, rest))
}

/// A number as PAX writes it: digits, no zero in front of others.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 1 && text.starts_with(b"0") || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read<'a> = Result<(&'a [u8], &'a [u8]), Malformed>;

    fn all(bytes: &[u8]) -> Vec<Read<'_>> {
        records(bytes).collect()
    }

    #[test]
    fn records_of_writers() {
        assert_eq!(all(b""), []);
        assert_eq!(
            all(b"11 path=ab\n9 x=a\n=b\n5 y=\n"),
            [Ok((&b"path"[..], &b"ab"[..])), Ok((b"x", b"a\n=b")), Ok((b"y", b""))]
        );
    }

    #[test]
    fn what_is_no_record() {
        for bytes in [
            &b"11 path=abc\n"[..],
            b"10 path=ab\n",
            b"11 path=ab",
            b"011 path=a\n",
            b"+11 path=a\n",
            b"11\tpath=ab\n",
            b"11  pathab\n",
            b"5 =a\n",
            b"0 ",
            b"99999999999999999999 a=b\n",
            b"\0\0\0",
            b"11",
        ] {
            assert_eq!(all(bytes).first(), Some(&Err(Malformed { at: 0 })), "{bytes:?}");
        }
        assert_eq!(all(b"5 y=\n\0\0").last(), Some(&Err(Malformed { at: 5 })));
    }
}
