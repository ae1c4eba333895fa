//! Strings, as Python's C scanner reads them.

use super::decode::surrogate;

/// What was wrong with a string: Python's message, and the byte it points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bad(pub(super) &'static str, pub(super) usize);

/// A string, the lone surrogates in it replaced. Where they were tells apart what the replacement made equal.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Scanned {
    pub(super) text: String,
    pub(super) surrogates: Vec<(usize, u16)>,
}

impl Scanned {
    fn lone(&mut self, unit: u16) {
        self.surrogates.push((self.text.len(), unit));
        self.text.push(char::REPLACEMENT_CHARACTER);
    }

    /// Adds a run without quotes and escapes: plain text, or generalised UTF-8.
    fn run(&mut self, plain: Option<&str>, bytes: &[u8], start: usize, end: usize) {
        if let Some(run) = plain.and_then(|text| text.get(start..end)) {
            self.text.push_str(run);
            return;
        }
        let mut rest = bytes.get(start..end).unwrap_or_default();
        while !rest.is_empty() {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.text.push_str(text);
                    return;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.text.push_str(std::str::from_utf8(good).unwrap_or_default());
                    match surrogate(bad) {
                        Some(unit) => self.lone(unit),
                        None => self.text.push(char::REPLACEMENT_CHARACTER),
                    }
                    rest = bad.get(3..).unwrap_or_default();
                }
            }
        }
    }
}

/// Four hexadecimal digits at `at`.
fn hex4(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0_u16, |value, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some((value << 4) | u16::try_from(digit).ok()?)
    })
}

/// Reads the string whose opening quote is at `begin`; returns it and the position after its closing quote.
pub(super) fn string(plain: Option<&str>, bytes: &[u8], begin: usize) -> Result<(Scanned, usize), Bad> {
    const UNTERMINATED: &str = "Unterminated string starting at";
    const BAD_UNICODE: &str = r"Invalid \uXXXX escape";
    let mut out = Scanned::default();
    let mut pos = begin + 1;
    loop {
        let run = pos;
        let stop = bytes
            .get(pos..)
            .and_then(|rest| rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1F)))
            .ok_or(Bad(UNTERMINATED, begin))?;
        pos += stop;
        let found = bytes.get(pos).copied().unwrap_or_default();
        if found <= 0x1F {
            return Err(Bad("Invalid control character at", pos));
        }
        out.run(plain, bytes, run, pos);
        if found == b'"' {
            return Ok((out, pos + 1));
        }
        let escape = *bytes.get(pos + 1).ok_or(Bad(UNTERMINATED, begin))?;
        if escape != b'u' {
            out.text.push(match escape {
                b'"' | b'\\' | b'/' => char::from(escape),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                _ => return Err(Bad(r"Invalid \escape", pos)),
            });
            pos += 2;
            continue;
        }
        // An escape needs a character after its digits: the quote, at least.
        let bad = Bad(BAD_UNICODE, pos + 1);
        let end = pos + 6;
        if end >= bytes.len() {
            return Err(bad);
        }
        let unit = hex4(bytes, pos + 2).ok_or(bad)?;
        pos = end;
        if let Some(c) = char::from_u32(u32::from(unit)) {
            out.text.push(c);
            continue;
        }
        let is_high = (0xD800..0xDC00).contains(&unit);
        if is_high && end + 6 < bytes.len() && bytes.get(end..end + 2) == Some(br"\u") {
            let low = hex4(bytes, end + 2).ok_or(Bad(BAD_UNICODE, end + 1))?;
            if let Some(Ok(c)) = char::decode_utf16([unit, low]).next() {
                out.text.push(c);
                pos = end + 6;
                continue;
            }
        }
        out.lone(unit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Result<String, Bad> {
        string(Some(text), text.as_bytes(), 0).map(|(scanned, _)| scanned.text)
    }

    #[test]
    fn reads_escapes() {
        assert_eq!(scan(r#""a\"\\\/\b\f\n\r\té\u00e9\uD83D\uDE00""#).unwrap(), "a\"\\/\u{8}\u{c}\n\r\téé😀");
        assert_eq!(scan("\"\u{7f}\"").unwrap(), "\u{7f}");
    }

    #[test]
    fn points_where_python_points() {
        for (text, message, at) in [
            ("\"", "Unterminated string starting at", 0),
            ("\"\\", "Unterminated string starting at", 0),
            ("\"\\u1234", r"Invalid \uXXXX escape", 2),
            ("\"\\u12345", "Unterminated string starting at", 0),
            ("\"\\ud800\\udc00", r"Invalid \uXXXX escape", 8),
            ("\"\\ud800\\u12zz\"", r"Invalid \uXXXX escape", 8),
            ("\"\\x\"", r"Invalid \escape", 1),
            ("\"é\n\"", "Invalid control character at", 3),
        ] {
            assert_eq!(scan(text), Err(Bad(message, at)), "{text:?}");
        }
    }

    #[test]
    fn remembers_lone_surrogates() {
        let text = r#""\ud800\ud800\udc00\udc00""#;
        let (scanned, end) = string(Some(text), text.as_bytes(), 0).unwrap();
        assert_eq!((scanned.text.as_str(), end), ("\u{FFFD}\u{10000}\u{FFFD}", text.len()));
        assert_eq!(scanned.surrogates, [(0, 0xD800), (7, 0xDC00)]);
        let raw = b"\"\xED\xA0\x80\xED\xB0\x80z\"";
        let (scanned, _) = string(None, raw, 0).unwrap();
        assert_eq!(scanned.text, "\u{FFFD}\u{FFFD}z");
    }
}
