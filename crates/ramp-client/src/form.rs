//! The body of an upload: a form with one file, read from the disk as it is sent, its length known before.

use std::io::{self, Read};

use crate::error::ClientError;

/// A form with the file `module`.
#[derive(Debug)]
pub(crate) struct Form {
    boundary: String,
    head: Vec<u8>,
    tail: Vec<u8>,
    length: u64,
}

impl Form {
    /// The form of a file of that name and length.
    pub(crate) fn new(file_name: &str, length: u64) -> Result<Self, ClientError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|err| ClientError::Random { source: Box::new(err) })?;
        let boundary = format!("ramp-{:032x}", u128::from_ne_bytes(random));
        let name = plain(file_name);
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"module\"; filename=\"{name}\"\r\n\
             Content-Type: application/zip\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        Ok(Self { boundary, head: head.into_bytes(), tail: tail.into_bytes(), length })
    }

    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    pub(crate) fn content_length(&self) -> u64 {
        (self.head.len() as u64).saturating_add(self.length).saturating_add(self.tail.len() as u64)
    }

    /// The body; a file that has become shorter is an error, and of one that has grown no more is sent than was promised.
    pub(crate) fn body<'a>(&'a self, file: impl Read + 'a) -> impl Read + 'a {
        self.head.as_slice().chain(Exactly { file, left: self.length }).chain(self.tail.as_slice())
    }
}

/// A name that needs no quoting; nobody goes by it.
fn plain(file_name: &str) -> String {
    let plain: String = file_name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+') { c } else { '_' })
        .take(100)
        .collect();
    if plain.is_empty() { "module.zip".to_owned() } else { plain }
}

struct Exactly<R> {
    file: R,
    left: u64,
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..wanted).filter(|buffer| !buffer.is_empty()) else { return Ok(0) };
        let read = self.file.read(buffer)?;
        if read == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the bundle has become shorter"));
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_known_before() {
        let form = Form::new("a b\"\r\n.zip", 5).unwrap();
        let mut body = Vec::new();
        form.body(b"hello, and more".as_slice()).read_to_end(&mut body).unwrap();
        assert_eq!(body.len() as u64, form.content_length());
        let text = String::from_utf8(body).unwrap();
        assert!(text.contains("name=\"module\"; filename=\"a_b___.zip\"\r\n"), "{text}");
        assert!(text.contains("\r\n\r\nhello\r\n--ramp-") && text.ends_with("--\r\n"), "{text}");
        assert!(form.content_type().ends_with(&form.boundary));
    }

    #[test]
    fn a_file_that_became_shorter_is_an_error() {
        let form = Form::new("a.zip", 50).unwrap();
        let err = form.body(b"short".as_slice()).read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(err.kind(), io::ErrorKind::UnexpectedEof);
    }
}
