//! `multipart/form-data`, as bytes come in: nothing is held but a delimiter's length and the headers of a part.
//!
//! Source: RFC 2046 §5.1 (boundaries), RFC 7578 (form data), and what `curl -F` and browsers send.

use memchr::memmem::{self, Finder};
use percent_encoding::percent_decode_str;

/// Longest boundary, in bytes (RFC 2046).
const LONGEST_BOUNDARY: usize = 70;
/// How much may stand before the first delimiter, in bytes. Nobody sends any.
const MOST_PREAMBLE: usize = 8 << 10;
/// How long the headers of a part may be, in bytes.
const MOST_HEADERS: usize = 8 << 10;

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MultipartError {
    #[error("the body does not begin with the boundary that the Content-Type names")]
    NoBoundary,
    #[error("the headers of a part are longer than {MOST_HEADERS} bytes")]
    LongHeaders,
    #[error("a boundary is followed by something other than a line break")]
    AfterBoundary,
    #[error("the body ends before its last boundary")]
    Incomplete,
}

/// What the headers of a part say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Part {
    /// The field's name.
    pub(crate) name: String,
    /// Whether it is a file; the name of it if so. Never a path to be used: it is whatever the client wrote.
    pub(crate) file_name: Option<String>,
}

/// One step of reading.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    /// A part begins.
    Part(Part),
    /// Some of its content.
    Data(&'a [u8]),
    /// It is whole.
    PartEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Preamble,
    AfterDelimiter,
    Headers,
    Content,
    Epilogue,
}

/// A reader of one body, fed piece by piece.
#[derive(Debug)]
pub(crate) struct Reader {
    delimiter: Finder<'static>,
    length: usize,
    buffer: Vec<u8>,
    state: State,
}

impl Reader {
    /// A reader for a body of this `Content-Type`; `None` if that is not `multipart/form-data` with a boundary.
    pub(crate) fn new(content_type: &str) -> Option<Self> {
        let boundary = boundary(content_type)?;
        let delimiter = format!("\r\n--{boundary}");
        // The first delimiter has no line break before it; with this one it looks like the others.
        let buffer = b"\r\n".to_vec();
        let length = delimiter.len();
        Some(Self { delimiter: Finder::new(&delimiter).into_owned(), length, buffer, state: State::Preamble })
    }

    /// Reads on, and hands out what there is.
    pub(crate) fn feed<E: From<MultipartError>>(
        &mut self,
        bytes: &[u8],
        handle: &mut impl FnMut(Event<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.buffer.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(used) = self.step(at, handle)? {
            at += used;
        }
        self.buffer.drain(..at);
        Ok(())
    }

    /// Ends the body.
    pub(crate) fn finish(&self) -> Result<(), MultipartError> {
        match self.state {
            State::Epilogue => Ok(()),
            State::Preamble => Err(MultipartError::NoBoundary),
            _ => Err(MultipartError::Incomplete),
        }
    }

    /// One step from `at` on: how many bytes it used up, or `None` if it wants more of them.
    fn step<E: From<MultipartError>>(
        &mut self,
        at: usize,
        handle: &mut impl FnMut(Event<'_>) -> Result<(), E>,
    ) -> Result<Option<usize>, E> {
        let rest = self.buffer.get(at..).unwrap_or_default();
        match self.state {
            State::Preamble => match self.delimiter.find(rest) {
                Some(found) => {
                    self.state = State::AfterDelimiter;
                    Ok(Some(found + self.length))
                }
                None if rest.len() > MOST_PREAMBLE => Err(MultipartError::NoBoundary.into()),
                None => Ok(None),
            },
            State::AfterDelimiter => {
                if rest.starts_with(b"--") {
                    self.state = State::Epilogue;
                    return Ok(Some(2));
                }
                let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                match rest.get(padding..padding + 2) {
                    Some(b"\r\n") => {
                        self.state = State::Headers;
                        // The line break stays, so that a part without headers ends like one with them.
                        Ok(Some(padding))
                    }
                    Some(_) => Err(MultipartError::AfterBoundary.into()),
                    None if padding > MOST_HEADERS => Err(MultipartError::AfterBoundary.into()),
                    None => Ok(None),
                }
            }
            State::Headers => match memmem::find(rest, b"\r\n\r\n") {
                Some(end) if end <= MOST_HEADERS => {
                    handle(Event::Part(headers(rest.get(..end).unwrap_or_default())))?;
                    self.state = State::Content;
                    Ok(Some(end + 4))
                }
                None if rest.len() <= MOST_HEADERS => Ok(None),
                _ => Err(MultipartError::LongHeaders.into()),
            },
            State::Content => match self.delimiter.find(rest) {
                Some(end) => {
                    if end > 0 {
                        handle(Event::Data(rest.get(..end).unwrap_or_default()))?;
                    }
                    handle(Event::PartEnd)?;
                    self.state = State::AfterDelimiter;
                    Ok(Some(end + self.length))
                }
                None => {
                    // The last bytes may be the beginning of a delimiter.
                    let sure = rest.len().saturating_sub(self.length - 1);
                    if sure == 0 {
                        return Ok(None);
                    }
                    handle(Event::Data(rest.get(..sure).unwrap_or_default()))?;
                    Ok(Some(sure))
                }
            },
            State::Epilogue => Ok((!rest.is_empty()).then_some(rest.len())),
        }
    }
}

/// The boundary that a `Content-Type` names.
fn boundary(content_type: &str) -> Option<String> {
    let (media, parameters) = content_type.split_once(';')?;
    if !media.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary")?;
    let fits = !boundary.is_empty() && boundary.len() <= LONGEST_BOUNDARY && boundary.bytes().all(|b| b >= b' ');
    fits.then_some(boundary)
}

/// What the headers of a part say. What is not understood is left out: a part without a name is nobody's.
fn headers(bytes: &[u8]) -> Part {
    let text = String::from_utf8_lossy(bytes);
    let disposition = text.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    });
    let Some((_, parameters)) = disposition.and_then(|value| value.split_once(';')) else { return Part::default() };
    let file_name = parameter(parameters, "filename*").map(|text| extended(&text).unwrap_or(text));
    let file_name = file_name.or_else(|| parameter(parameters, "filename"));
    Part { name: parameter(parameters, "name").unwrap_or_default(), file_name }
}

/// A value with its character set and language in front: `UTF-8'en'%e2%82%ac.zip` (RFC 8187). `None` for other sets than the two that
/// RFC 5987 asked for, and for what is not one.
fn extended(text: &str) -> Option<String> {
    let (charset, rest) = text.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let bytes: Vec<u8> = percent_decode_str(encoded).collect();
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => String::from_utf8(bytes).ok(),
        "iso-8859-1" => Some(bytes.into_iter().map(char::from).collect()),
        _ => None,
    }
}

/// A parameter among `name=value; name="value"`.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([';', ' ', '\t']);
        let (name, after) = rest.split_once('=')?;
        let (value, after) = value(after);
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

/// A value, quoted or not, and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.trim().to_owned(), rest);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            // Browsers write %22 for a quote; a backslash in a Windows path is not an escape.
            '\\' if matches!(quoted.as_bytes().get(at + 1), Some(b'"' | b'\\')) => {
                value.extend(chars.next().map(|(_, escaped)| escaped));
            }
            char => value.push(char),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=xyz";

    /// Name, whether it is a file, content, whether it came to its end.
    type Read = Vec<(String, bool, Vec<u8>, bool)>;

    fn read(content_type: &str, body: &[u8], piece: usize) -> Result<Read, MultipartError> {
        let mut reader = Reader::new(content_type).unwrap();
        let mut parts = Read::new();
        for bytes in body.chunks(piece) {
            reader.feed(bytes, &mut |event| {
                match event {
                    Event::Part(part) => parts.push((part.name, part.file_name.is_some(), Vec::new(), false)),
                    Event::Data(data) => parts.last_mut().unwrap().2.extend_from_slice(data),
                    Event::PartEnd => parts.last_mut().unwrap().3 = true,
                }
                Ok::<(), MultipartError>(())
            })?;
            assert!(reader.buffer.len() <= MOST_HEADERS + piece);
        }
        reader.finish().map(|()| parts)
    }

    #[test]
    fn any_way_of_cutting_gives_the_same_parts() {
        let body = b"--xyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--xy\r\n\
            --xyz \r\ncontent-disposition: form-data; name=\"module\"; filename=\"a\\\"b.zip\"\r\n\
            Content-Type: application/zip\r\n\r\n\r\n--xy\x00\r\n--xyz\r\n\r\n\r\n--xyz--\r\nepilogue";
        let expected = vec![
            ("note".into(), false, b"hello\r\n--xy".to_vec(), true),
            ("module".into(), true, b"\r\n--xy\x00".to_vec(), true),
            (String::new(), false, Vec::new(), true),
        ];
        for piece in 1..=body.len() {
            assert_eq!(read(TYPE, body, piece).unwrap(), expected, "pieces of {piece}");
        }
    }

    #[test]
    fn what_is_no_form_is_told() {
        let part = b"--xyz\r\nContent-Disposition: form-data; name=\"module\"; filename=x\r\n\r\nabc";
        assert_eq!(read(TYPE, b"", 1), Err(MultipartError::NoBoundary));
        assert_eq!(read(TYPE, b"--other\r\n", 1), Err(MultipartError::NoBoundary));
        assert_eq!(read(TYPE, &vec![b'x'; 100_000], 4096), Err(MultipartError::NoBoundary));
        assert_eq!(read(TYPE, part, 7), Err(MultipartError::Incomplete));
        assert_eq!(read(TYPE, &[part.as_slice(), b"\r\n--xyz"].concat(), 7), Err(MultipartError::Incomplete));
        assert_eq!(read(TYPE, b"--xyzoops\r\n", 5), Err(MultipartError::AfterBoundary));
        let long = [b"--xyz\r\n".as_slice(), &vec![b'h'; 20_000]].concat();
        assert_eq!(read(TYPE, &long, 1000), Err(MultipartError::LongHeaders));
        assert_eq!(read(TYPE, b"--xyz--", 3), Ok(Vec::new()));
    }

    #[test]
    fn the_boundary_is_found() {
        assert_eq!(boundary("multipart/form-data; charset=utf-8; boundary=\"a b\""), Some("a b".into()));
        assert_eq!(boundary("Multipart/Form-Data;Boundary=x"), Some("x".into()));
        for none in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x", "a; b=c"] {
            assert_eq!(boundary(none), None, "{none}");
        }
        assert_eq!(boundary(&format!("multipart/form-data; boundary={}", "x".repeat(71))), None);
    }

    #[test]
    fn names_are_read_as_clients_write_them() {
        let part = |value: &str| headers(format!("Content-Disposition: form-data; {value}").as_bytes());
        let file = |name: &str, file: &str| Part { name: name.into(), file_name: Some(file.into()) };
        assert_eq!(part(r#"name="module"; filename="C:\dir\x.zip""#), file("module", r"C:\dir\x.zip"));
        assert_eq!(part(r"filename=x.zip; name=module"), file("module", "x.zip"));
        assert_eq!(part(r#"name="module"; filename*=UTF-8''%e2%82%ac.zip"#), file("module", "€.zip"));
        assert_eq!(
            part(r#"name="module"; filename="E.zip"; filename*=utf-8'en'%e2%82%ac.zip"#),
            file("module", "€.zip")
        );
        assert_eq!(part(r#"name="module"; filename*=iso-8859-1''%a3.zip"#), file("module", "£.zip"));
        for odd in ["UTF-8''%ff.zip", "koi8-r''%c1.zip", "x.zip"] {
            assert_eq!(part(&format!("name=\"module\"; filename*={odd}")), file("module", odd));
        }
        assert_eq!(part(r#"name="module"; filename="""#), file("module", ""));
        assert_eq!(part(r#"name="a;name=b""#), Part { name: "a;name=b".into(), file_name: None });
    }
}
