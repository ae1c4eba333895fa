//! Which encoding Python's `json.load` takes the bytes for, and their decoding with its `surrogatepass` handler.

use std::borrow::Cow;

use super::encoding::Encoding;
use super::error::ReadError;

/// Decoded text. Lone surrogates cannot live in a `str`, so a text that has one is kept in generalised UTF-8, where
/// each takes the three bytes that UTF-8 would give its number.
#[derive(Debug)]
pub(super) enum Text<'a> {
    Plain(Cow<'a, str>),
    WithSurrogates(Vec<u8>),
}

impl Text<'_> {
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Plain(text) => text.as_bytes(),
            Self::WithSurrogates(bytes) => bytes,
        }
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::WithSurrogates(_) => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct Decoded<'a> {
    pub(super) text: Text<'a>,
    pub(super) encoding: Encoding,
    pub(super) byte_order_mark: bool,
}

/// `json.detect_encoding`: marks first (UTF-32's before UTF-16's, which is its prefix), then where the NULs are.
/// The second value is the length of the mark.
fn detect(bytes: &[u8]) -> (Encoding, usize) {
    match bytes {
        [0, 0, 0xFE, 0xFF, ..] => (Encoding::Utf32Be, 4),
        [0xFF, 0xFE, 0, 0, ..] => (Encoding::Utf32Le, 4),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
        [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
        [0, 0, _, _, ..] => (Encoding::Utf32Be, 0),
        [0, _, _, _, ..] | [0, _] => (Encoding::Utf16Be, 0),
        [_, 0, 0, 0, ..] => (Encoding::Utf32Le, 0),
        [_, 0, _, _, ..] | [_, 0] => (Encoding::Utf16Le, 0),
        _ => (Encoding::Utf8, 0),
    }
}

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, ReadError> {
    let (encoding, mark) = detect(bytes);
    let body = bytes.get(mark..).unwrap_or_default();
    let text = match encoding {
        Encoding::Utf8 => utf8(body),
        Encoding::Utf16Le => utf16(body, u16::from_le_bytes),
        Encoding::Utf16Be => utf16(body, u16::from_be_bytes),
        Encoding::Utf32Le => utf32(body, u32::from_le_bytes),
        Encoding::Utf32Be => utf32(body, u32::from_be_bytes),
    };
    let text = text.map_err(|offset| ReadError::NotText { encoding, offset: mark.saturating_add(offset) })?;
    Ok(Decoded { text, encoding, byte_order_mark: mark > 0 })
}

/// Whether three bytes are a surrogate in generalised UTF-8, and which.
pub(super) fn surrogate(bytes: &[u8]) -> Option<u16> {
    match bytes {
        &[0xED, second @ 0xA0..=0xBF, third @ 0x80..=0xBF, ..] => {
            Some(0xD000 | (u16::from(second & 0x3F) << 6) | u16::from(third & 0x3F))
        }
        _ => None,
    }
}

fn utf8(bytes: &[u8]) -> Result<Text<'_>, usize> {
    let mut rest = bytes;
    let mut surrogates = false;
    loop {
        match std::str::from_utf8(rest) {
            Ok(text) if !surrogates => return Ok(Text::Plain(Cow::Borrowed(text))),
            Ok(_) => return Ok(Text::WithSurrogates(bytes.to_vec())),
            Err(error) => {
                let bad = rest.get(error.valid_up_to()..).unwrap_or_default();
                if surrogate(bad).is_none() {
                    return Err(bytes.len() - bad.len());
                }
                surrogates = true;
                rest = bad.get(3..).unwrap_or_default();
            }
        }
    }
}

/// Collects code points, staying with `String` until the first surrogate that has no partner.
struct Builder {
    bytes: Vec<u8>,
    surrogates: bool,
}

impl Builder {
    fn push(&mut self, code: u32) -> bool {
        if let Some(c) = char::from_u32(code) {
            self.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            true
        } else if let Ok(unit @ 0xD800..=0xDFFF) = u16::try_from(code) {
            let [high, low] = unit.to_be_bytes();
            let middle = 0x80 | ((high & 0x0F) << 2) | (low >> 6);
            self.bytes.extend_from_slice(&[0xED, middle, 0x80 | (low & 0x3F)]);
            self.surrogates = true;
            true
        } else {
            false
        }
    }

    fn finish<'a>(self) -> Text<'a> {
        if self.surrogates {
            return Text::WithSurrogates(self.bytes);
        }
        match String::from_utf8(self.bytes) {
            Ok(text) => Text::Plain(Cow::Owned(text)),
            Err(error) => Text::WithSurrogates(error.into_bytes()),
        }
    }
}

fn utf16<'a>(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Result<Text<'a>, usize> {
    let (pairs, tail) = bytes.as_chunks::<2>();
    let mut out = Builder { bytes: Vec::with_capacity(bytes.len() / 2), surrogates: false };
    for unit in char::decode_utf16(pairs.iter().copied().map(read)) {
        match unit {
            Ok(c) => out.push(u32::from(c)),
            Err(lone) => out.push(u32::from(lone.unpaired_surrogate())),
        };
    }
    if tail.is_empty() { Ok(out.finish()) } else { Err(bytes.len() - tail.len()) }
}

fn utf32<'a>(bytes: &[u8], read: fn([u8; 4]) -> u32) -> Result<Text<'a>, usize> {
    let (units, tail) = bytes.as_chunks::<4>();
    let mut out = Builder { bytes: Vec::with_capacity(bytes.len() / 4), surrogates: false };
    for (index, unit) in units.iter().enumerate() {
        if !out.push(read(*unit)) {
            return Err(index * 4);
        }
    }
    if tail.is_empty() { Ok(out.finish()) } else { Err(bytes.len() - tail.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_encodings_apart_by_marks_and_nuls() {
        for (bytes, expected) in [
            (&b""[..], (Encoding::Utf8, 0)),
            (b"{", (Encoding::Utf8, 0)),
            (b"\xEF\xBB\xBF{}", (Encoding::Utf8, 3)),
            (b"\xFF\xFE{\0", (Encoding::Utf16Le, 2)),
            (b"\xFE\xFF\0{", (Encoding::Utf16Be, 2)),
            (b"\xFF\xFE\0\0", (Encoding::Utf32Le, 4)),
            (b"\0\0\xFE\xFF", (Encoding::Utf32Be, 4)),
            (b"1\0", (Encoding::Utf16Le, 0)),
            (b"\x001", (Encoding::Utf16Be, 0)),
            (b"{\0}\0", (Encoding::Utf16Le, 0)),
            (b"\0{\0}", (Encoding::Utf16Be, 0)),
            (b"1\0\0\0", (Encoding::Utf32Le, 0)),
            (b"\0\0\x001", (Encoding::Utf32Be, 0)),
            (b"{\0\0", (Encoding::Utf8, 0)),
        ] {
            assert_eq!(detect(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn says_where_bytes_stop_being_text() {
        for (bytes, encoding, offset) in [
            (&b"\"\xFF\""[..], Encoding::Utf8, 1),
            (b"\xEF\xBB\xBF\xC3", Encoding::Utf8, 3),
            (b"\"\xED\x9F\"", Encoding::Utf8, 1),
            (b"\xFF\xFE1\0\0", Encoding::Utf16Le, 4),
            (b"1\0\0\x001\x00", Encoding::Utf32Le, 4),
            (b"\0\0\x001\0\x11\0\0", Encoding::Utf32Be, 4),
        ] {
            let error = decode(bytes).unwrap_err();
            assert_eq!(error, ReadError::NotText { encoding, offset }, "{bytes:?}");
        }
    }

    #[test]
    fn passes_lone_surrogates_on_from_every_encoding() {
        for bytes in [&b"\"\xED\xA0\x80\""[..], b"\"\0\x00\xD8\"\0", b"\0\"\xD8\0\0\"", b"\"\0\0\0\0\xD8\0\0\"\0\0\0"] {
            let decoded = decode(bytes).unwrap();
            assert_eq!(decoded.text.as_bytes(), b"\"\xED\xA0\x80\"", "{bytes:?}");
            assert!(decoded.text.as_str().is_none());
        }
        // A pair is one character in UTF-16, and two lone halves in the others.
        assert_eq!(decode(b"\xFF\xFE\x00\xD8\x00\xDC").unwrap().text.as_str(), Some("\u{10000}"));
        assert_eq!(surrogate(b"\xED\xB0\x80"), Some(0xDC00));
    }
}
