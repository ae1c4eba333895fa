//! A client for the few commands that are asked: RESP2, over a Unix socket, bounded in time and size.
//!
//! The `redis` crate is made for applications: it brings connection handling, type conversions and URL parsing, has no
//! bound on a reply's size or depth, and none on the time of a whole reply. Here a module, which can be anything, sits in
//! the server that answers, so those bounds are what matters, and the rest of a client is these few lines.

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// Bounds of one reply: `COMMAND` of a recent server has some 0.2 MiB and 20,000 elements.
const MAX_BYTES: u64 = 32 << 20;
const MAX_ELEMENTS: usize = 2_000_000;
/// Bounds of all replies together: those about 100,000 commands of a module have less than half of it.
const MOST_BYTES: u64 = 96 << 20;
const MOST_ELEMENTS: usize = 8_000_000;
const MAX_DEPTH: usize = 16;
const MAX_LINE: u64 = 64 << 10;

/// What the server replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    Text(Vec<u8>),
    Integer(i64),
    Nil,
    Array(Vec<Reply>),
    Error(String),
}

/// Why there is no reply.
#[derive(Debug)]
pub(crate) enum ReplyError {
    /// The server has closed the connection, most likely by ending.
    Closed,
    TimedOut,
    Malformed(String),
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Client {
    stream: BufReader<Timed>,
    bytes: u64,
    elements: usize,
}

impl Client {
    pub(crate) fn new(stream: UnixStream, deadline: Instant) -> Self {
        let stream = BufReader::new(Timed { stream, deadline });
        Self { stream, bytes: MOST_BYTES, elements: MOST_ELEMENTS }
    }

    /// Sends a command and reads its reply.
    pub(crate) fn command<'a>(&mut self, words: impl IntoIterator<Item = &'a [u8]>) -> Result<Reply, ReplyError> {
        let words: Vec<&[u8]> = words.into_iter().collect();
        let mut request = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            request.extend(format!("${}\r\n", word.len()).as_bytes());
            request.extend([word, b"\r\n"].concat());
        }
        self.stream.get_mut().send(&request)?;
        let (bytes, elements) = (MAX_BYTES.min(self.bytes), MAX_ELEMENTS.min(self.elements));
        let mut reader = Reader { stream: &mut self.stream, bytes, elements };
        let reply = reader.reply(0)?;
        self.bytes -= bytes - reader.bytes;
        self.elements -= elements - reader.elements;
        Ok(reply)
    }
}

/// A stream that reads and writes until a point in time.
#[derive(Debug)]
struct Timed {
    stream: UnixStream,
    deadline: Instant,
}

impl Timed {
    fn remaining(&self) -> io::Result<Duration> {
        let remaining = self.deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(remaining) }
    }

    fn send(&mut self, request: &[u8]) -> Result<(), ReplyError> {
        self.stream.set_write_timeout(Some(self.remaining()?))?;
        Ok(self.stream.write_all(request)?)
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.remaining()?))?;
        self.stream.read(buffer)
    }
}

impl From<io::Error> for ReplyError {
    fn from(err: io::Error) -> Self {
        match err.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self::TimedOut,
            _ => Self::Closed,
        }
    }
}

/// One reply, and what it may still cost.
struct Reader<'a, R> {
    stream: &'a mut BufReader<R>,
    bytes: u64,
    elements: usize,
}

impl<R: Read> Reader<'_, R> {
    fn reply(&mut self, depth: usize) -> Result<Reply, ReplyError> {
        self.elements = self.elements.checked_sub(1).ok_or_else(|| malformed("a reply of too many elements"))?;
        let line = self.line()?;
        let (kind, rest) = line.split_at_checked(1).ok_or_else(|| malformed("an empty line"))?;
        Ok(match kind {
            b"+" => Reply::Text(rest.to_vec()),
            b"-" => Reply::Error(String::from_utf8_lossy(rest).into_owned()),
            b":" => Reply::Integer(number(rest)?),
            b"$" => match u64::try_from(number(rest)?) {
                Ok(length) => Reply::Text(self.bulk(length)?),
                Err(_) => Reply::Nil,
            },
            b"*" => match usize::try_from(number(rest)?) {
                Ok(_) if depth == MAX_DEPTH => return Err(malformed("a reply nested too deeply")),
                // Nothing is allocated by the length that is claimed.
                Ok(length) => Reply::Array((0..length).map(|_| self.reply(depth + 1)).collect::<Result<_, _>>()?),
                Err(_) => Reply::Nil,
            },
            _ => return Err(malformed(&format!("what is not RESP2: `{}`", line.escape_ascii()))),
        })
    }

    fn line(&mut self) -> Result<Vec<u8>, ReplyError> {
        let mut line = Vec::new();
        let limit = MAX_LINE.min(self.bytes);
        self.stream.by_ref().take(limit).read_until(b'\n', &mut line)?;
        self.pay(line.len() as u64)?;
        match line.strip_suffix(b"\r\n") {
            Some(text) => Ok(text.to_vec()),
            None if line.len() as u64 == limit => Err(malformed("a line that is too long")),
            None if line.ends_with(b"\n") => Err(malformed("a line with a wrong end")),
            None => Err(ReplyError::Closed),
        }
    }

    fn bulk(&mut self, length: u64) -> Result<Vec<u8>, ReplyError> {
        self.pay(length.saturating_add(2))?;
        let mut text = Vec::new();
        self.stream.by_ref().take(length + 2).read_to_end(&mut text)?;
        if (text.len() as u64) < length + 2 {
            return Err(ReplyError::Closed);
        }
        if !text.ends_with(b"\r\n") {
            return Err(malformed("a string with a wrong end"));
        }
        text.truncate(text.len() - 2);
        Ok(text)
    }

    fn pay(&mut self, bytes: u64) -> Result<(), ReplyError> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or_else(|| malformed("a reply of too many bytes"))?;
        Ok(())
    }
}

fn malformed(what: &str) -> ReplyError {
    ReplyError::Malformed(what.to_owned())
}

fn number(text: &[u8]) -> Result<i64, ReplyError> {
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| malformed(&format!("`{}`, which is not a number", text.escape_ascii())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Reply, ReplyError> {
        let mut stream = BufReader::new(bytes);
        Reader { stream: &mut stream, bytes: 1 << 20, elements: 1000 }.reply(0)
    }

    fn text(text: &str) -> Reply {
        Reply::Text(text.into())
    }

    #[test]
    fn replies() {
        assert_eq!(read(b"+OK\r\n").unwrap(), text("OK"));
        assert_eq!(read(b"-ERR no\r\n").unwrap(), Reply::Error("ERR no".into()));
        assert_eq!(read(b":-3\r\n").unwrap(), Reply::Integer(-3));
        assert_eq!(read(b"$-1\r\n").unwrap(), Reply::Nil);
        assert_eq!(read(b"*-1\r\n").unwrap(), Reply::Nil);
        assert_eq!(read(b"$4\r\na\r\nb\r\n").unwrap(), text("a\r\nb"));
        let nested = Reply::Array(vec![text(""), Reply::Array(vec![]), Reply::Integer(1)]);
        assert_eq!(read(b"*3\r\n$0\r\n\r\n*0\r\n:1\r\n").unwrap(), nested);
    }

    #[test]
    fn garbage() {
        let malformed = ["hello\r\n", "\r\n", ":1\n", ":x\r\n", "*1\r\n?\r\n", "$1\r\nabc", "$9999999999\r\n"];
        let deep = "*1\r\n".repeat(100);
        let wide = format!("*9999999999\r\n{}", ":1\r\n".repeat(2000));
        let long = format!("+{}", "x".repeat(70_000));
        for bytes in malformed.into_iter().chain([deep.as_str(), &wide, &long]) {
            assert!(matches!(read(bytes.as_bytes()), Err(ReplyError::Malformed(_))), "{bytes:.40}");
        }
        for bytes in ["", "+OK", "$4\r\nab", "*2\r\n:1\r\n"] {
            assert!(matches!(read(bytes.as_bytes()), Err(ReplyError::Closed)), "{bytes}");
        }
    }

    #[test]
    fn all_replies_together_have_bounds() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        theirs.write_all(&b"*2\r\n$1\r\na\r\n:1\r\n".repeat(3)).unwrap();
        let mut client = Client::new(ours, Instant::now() + Duration::from_secs(60));
        (client.bytes, client.elements) = (100, 7);
        assert!(client.command([&b"PING"[..]]).is_ok() && client.command([&b"PING"[..]]).is_ok());
        assert_eq!((client.bytes, client.elements), (70, 1));
        assert!(matches!(client.command([&b"PING"[..]]), Err(ReplyError::Malformed(_))));
    }

    #[test]
    fn a_server_that_says_nothing_is_not_waited_for() {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let mut client = Client::new(ours, Instant::now() + Duration::from_millis(20));
        assert!(matches!(client.command([&b"PING"[..]]), Err(ReplyError::TimedOut)));
        assert!(matches!(client.command([&b"PING"[..]]), Err(ReplyError::TimedOut)));
    }
}
