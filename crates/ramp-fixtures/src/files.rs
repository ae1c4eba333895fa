//! A server of files over HTTP that knows ranges, or does not, or misbehaves.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// What was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Path and query.
    pub path: String,
    /// Headers, by their names in lower case.
    pub headers: HashMap<String, String>,
    /// How many were asked before, of this server.
    pub before: usize,
}

/// What is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A file, or the range of it that was asked for, with this `ETag`.
    File(Arc<[u8]>, &'static str),
    /// The same, of which a connection gives no more than so many bytes.
    Breaking(Arc<[u8]>, &'static str, usize),
    /// A file, whole, whatever was asked for.
    Whole(Arc<[u8]>),
    /// To somewhere else.
    Redirect(String),
    /// A status, and nothing else.
    Status(u16),
    /// Lines of a head, as they are, and a body; the connection stays.
    Kept(String, Vec<u8>),
    /// The same; then the end.
    Raw(String, Vec<u8>),
    /// The same; then more and more zeros.
    Endless(String),
    /// The same; then a zero now and then.
    Slow(String, Duration),
}

/// Serves until the process ends.
#[derive(Debug)]
pub struct FileServer {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    asked: Mutex<Vec<Asked>>,
    sent: AtomicU64,
}

impl FileServer {
    /// A server on loopback.
    ///
    /// # Panics
    ///
    /// There is no port to listen on.
    #[expect(clippy::expect_used, reason = "for tests")]
    pub fn start(decide: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (state, decide) = (Arc::new(State::default()), Arc::new(decide));
        let own = Arc::clone(&state);
        spawn(move || {
            for stream in listener.incoming().flatten() {
                // Else what is sent in pieces waits for what the other side says to the first.
                let _ = stream.set_nodelay(true);
                let (state, decide) = (Arc::clone(&own), Arc::clone(&decide));
                spawn(move || while serve(&stream, &state, decide.as_ref()).is_some() {});
            }
        });
        Self { address, state }
    }

    /// A server of one file, whatever is asked for.
    pub fn of(file: impl Into<Arc<[u8]>>) -> Self {
        let file = file.into();
        Self::start(move |_| Reply::File(Arc::clone(&file), "\"1\""))
    }

    /// Host and port.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// The URL of a path of it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was asked since this was called last, so that a server can be asked for ever.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.state.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many bytes of bodies were sent so far.
    pub fn sent(&self) -> u64 {
        self.state.sent.load(Ordering::SeqCst)
    }
}

/// The header lines of a request up to the empty one, by their names in lower case; `None` where they cannot be read.
pub fn headers(reader: &mut impl BufRead) -> Option<HashMap<String, String>> {
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { return Some(headers) };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
}

/// Answers one request; `None` where the connection is over then.
fn serve(stream: &TcpStream, state: &State, decide: &dyn Fn(&Asked) -> Reply) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() {
        // Such as of who wants TLS.
        return send(stream, state, "400 X\r\nContent-Length: 0", &[]).and(None);
    }
    let path = line.split(' ').nth(1)?.to_owned();
    let headers = headers(&mut reader)?;
    let asked = {
        let mut all = state.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = Asked { path, headers, before: all.len() };
        all.push(asked.clone());
        asked
    };
    match decide(&asked) {
        Reply::File(file, tag) => send_range(stream, state, &asked, &file, tag, usize::MAX),
        Reply::Breaking(file, tag, most) => send_range(stream, state, &asked, &file, tag, most),
        Reply::Whole(file) => send(stream, state, &format!("200 OK\r\nContent-Length: {}", file.len()), &file),
        Reply::Redirect(to) => send(stream, state, &format!("302 Found\r\nLocation: {to}\r\nContent-Length: 0"), &[]),
        Reply::Status(status) => send(stream, state, &format!("{status} X\r\nContent-Length: 0"), &[]),
        Reply::Kept(head, body) => send(stream, state, &head, &body),
        Reply::Raw(head, body) => {
            send(stream, state, &head, &body)?;
            None
        }
        Reply::Endless(head) => {
            send(stream, state, &head, &[])?;
            while write(stream, state, &[0; 4096]).is_some() {}
            None
        }
        Reply::Slow(head, pause) => {
            send(stream, state, &head, &[])?;
            while write(stream, state, &[0]).is_some() {
                sleep(pause);
            }
            None
        }
    }
}

impl Asked {
    /// The first byte that is asked for, and the last; nothing where that is not said, or said in another way.
    pub fn range(&self) -> Option<(usize, usize)> {
        let (first, last) = self.headers.get("range")?.strip_prefix("bytes=")?.split_once('-')?;
        Some((first.parse().ok()?, last.parse().ok()?))
    }

    /// What an honest server answers of a file that has that `ETag`: the status and, of a range, its line of the head, and what it sends.
    pub fn honestly<'a>(&self, file: &'a [u8], tag: Option<&str>) -> (String, &'a [u8]) {
        let is_other = self.headers.get("if-range").is_some_and(|of| Some(of.as_str()) != tag);
        let Some((first, last)) = self.range().filter(|_| !is_other) else { return ("200 OK".to_owned(), file) };
        let end = last.saturating_add(1).min(file.len());
        match file.get(first..end).filter(|part| !part.is_empty()) {
            None => (format!("416 X\r\nContent-Range: bytes */{}", file.len()), &[]),
            Some(part) => (format!("206 X\r\nContent-Range: bytes {first}-{}/{}", end - 1, file.len()), part),
        }
    }
}

fn send_range(stream: &TcpStream, state: &State, asked: &Asked, file: &[u8], tag: &str, most: usize) -> Option<()> {
    let (head, body) = asked.honestly(file, Some(tag));
    let head = format!("{head}\r\nContent-Length: {}\r\nETag: {tag}\r\nAccept-Ranges: bytes", body.len());
    let whole = body.len() <= most;
    send(stream, state, &head, body.get(..most).unwrap_or(body))?;
    whole.then_some(())
}

fn send(mut stream: &TcpStream, state: &State, head: &str, body: &[u8]) -> Option<()> {
    stream.write_all(format!("HTTP/1.1 {head}\r\n\r\n").as_bytes()).ok()?;
    write(stream, state, body)
}

fn write(mut stream: &TcpStream, state: &State, body: &[u8]) -> Option<()> {
    for piece in body.chunks(4096) {
        // Before, so that whoever has received it finds it counted.
        state.sent.fetch_add(piece.len() as u64, Ordering::SeqCst);
        stream.write_all(piece).ok()?;
    }
    Some(())
}
