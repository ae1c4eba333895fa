//! What was answered, held against what was asked for. What the head says is a claim; `ranges` and `spool` count what comes.

use ramp_core::text::count;
use ureq::http::{HeaderMap, HeaderName, Response, header};
use ureq::{Body, BodyReader};

use super::fetch::Wanted;
use super::headers::is_ambiguous;

/// What tells whether a file is still the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Version {
    etag: Option<String>,
    modified: Option<String>,
}

impl Version {
    fn of(headers: &HeaderMap) -> Self {
        Self { etag: text(headers, &header::ETAG), modified: text(headers, &header::LAST_MODIFIED) }
    }

    /// The tag by which a server gives ranges of that file alone. A weak one is for files that are alike.
    pub(super) fn strong(&self) -> Option<&str> {
        self.etag.as_deref().filter(|tag| tag.starts_with('"'))
    }

    /// Whether another file in its place would be told from it: a weak tag alone may be that of one that is only alike.
    pub(super) fn is_telling(&self) -> bool {
        self.strong().is_some() || self.modified.as_deref().is_some_and(is_date)
    }
}

/// Whether it is written as HTTP writes a time: `Sun, 06 Nov 1994 08:49:37 GMT`. Source: RFC 9110, 5.6.7.
fn is_date(text: &str) -> bool {
    const FORM: &[u8] = b"aaa, 00 aaa 0000 00:00:00 GMT";
    let fits = |(byte, form): (u8, &u8)| match form {
        b'a' => byte.is_ascii_alphabetic(),
        b'0' => byte.is_ascii_digit(),
        form => byte == *form,
    };
    text.len() == FORM.len() && text.bytes().zip(FORM).all(fits)
}

/// What was answered.
pub(super) enum Answer {
    /// Some of it.
    Part(Part),
    /// All of it, from its start.
    Whole(Whole),
    /// There is nothing at all in it.
    Empty,
}

/// Bytes of a file.
pub(super) struct Part {
    /// Those up to and with this one.
    pub(super) last: u64,
    /// How long the file is.
    pub(super) total: u64,
    pub(super) version: Version,
    pub(super) body: BodyReader<'static>,
}

/// A file, as one stream.
pub(super) struct Whole {
    /// How long it is said to be.
    pub(super) claimed: Option<u64>,
    pub(super) version: Version,
    pub(super) body: BodyReader<'static>,
}

/// Headers of which somebody else may read the other one.
const SAID_ONCE: [HeaderName; 5] =
    [header::CONTENT_ENCODING, header::CONTENT_LENGTH, header::CONTENT_RANGE, header::ETAG, header::LAST_MODIFIED];

/// Reads the head of an answer.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn read(response: Response<Body>, wanted: Wanted<'_>) -> Result<Answer, String> {
    let (head, body) = response.into_parts();
    let (headers, status) = (&head.headers, head.status.as_u16());
    if let Some(name) = SAID_ONCE.iter().find(|name| is_ambiguous(headers, name)) {
        return Err(format!("with two headers `{name}` that differ"));
    }
    let encoding =
        text(headers, &header::CONTENT_ENCODING).filter(|encoding| !encoding.eq_ignore_ascii_case("identity"));
    if let Some(encoding) = encoding {
        return Err(format!("in the encoding `{}`, which was not asked for", encoding.escape_debug()));
    }
    let claimed = body.content_length();
    let version = Version::of(headers);
    let range = text(headers, &header::CONTENT_RANGE);
    match (status, range) {
        (200, _) => Ok(Answer::Whole(Whole { claimed, version, body: body.into_reader() })),
        (206, Some(range)) => {
            let wrong =
                || format!("with the range `{}` for `bytes={}-{}`", range.escape_debug(), wanted.first, wanted.last);
            let (first, last, total) = parse(&range).ok_or_else(wrong)?;
            let is_asked = first == wanted.first && last <= wanted.last && last >= first && last < total;
            if !is_asked {
                return Err(wrong());
            }
            let length = last.saturating_sub(first).saturating_add(1);
            if let Some(claimed) = claimed.filter(|claimed| *claimed != length) {
                return Err(format!("with {} for the range `{range}`", count(claimed, "byte")));
            }
            Ok(Answer::Part(Part { last, total, version, body: body.into_reader() }))
        }
        (206, None) => Err("with a part of the file, and does not say which".to_owned()),
        // Source: RFC 9110, 15.5.17.
        (416, Some(range)) if range.trim() == "bytes */0" => Ok(Answer::Empty),
        _ => Err(format!("that there is no range `bytes={}-{}` (HTTP status {status})", wanted.first, wanted.last)),
    }
}

/// First and last byte, and the length of the whole. Source: RFC 9110, 14.4.
fn parse(range: &str) -> Option<(u64, u64, u64)> {
    let (unit, range) = range.trim().split_once(' ')?;
    let (span, total) = range.split_once('/')?;
    let (first, last) = span.split_once('-')?;
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
    unit.eq_ignore_ascii_case("bytes").then_some((number(first)?, number(last)?, number(total)?))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_time_tells_one_version_from_another() {
        let version = |etag: Option<&str>, modified: Option<&str>| {
            Version { etag: etag.map(str::to_owned), modified: modified.map(str::to_owned) }.is_telling()
        };
        assert!(version(None, Some("Sun, 06 Nov 1994 08:49:37 GMT")) && version(Some("\"1\""), None));
        for modified in ["", "garbage", "0", "Sun, 06 Nov 1994 08:49:37 CET", "06 Nov 1994"] {
            assert!(!version(Some("W/\"1\""), Some(modified)), "{modified}");
        }
    }

    #[test]
    fn ranges_are_read_as_they_are_written() {
        assert_eq!(parse("bytes 0-9/10"), Some((0, 9, 10)));
        assert_eq!(parse("Bytes 5-9/4294967296"), Some((5, 9, 4_294_967_296)));
        for text in
            ["", "bytes", "bytes */10", "bytes 0-9/*", "bytes 0-9", "items 0-9/10", "bytes -9/10", "bytes +0-9/10"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
