//! Somebody to download from: a server that answers what it is told, in every way that is wrong.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// What is answered, byte by byte.
pub(crate) enum Reply {
    /// This, and the end of the connection.
    Whole(Vec<u8>),
    /// This, and nothing more for as long as whoever asks waits.
    Endless(Vec<u8>),
}

/// 200 with that content.
pub(crate) fn content(bytes: &[u8]) -> Reply {
    Reply::Whole([format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bytes.len()).as_bytes(), bytes].concat())
}

/// That status, with those headers and no content.
pub(crate) fn status(line: &str) -> Reply {
    Reply::Whole(format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n").into_bytes())
}

/// 302 to there.
pub(crate) fn elsewhere(location: &str) -> Reply {
    status(&format!("302 Found\r\nLocation: {location}"))
}

/// What was asked, and by how many.
#[derive(Default)]
struct Seen {
    heads: Mutex<Vec<String>>,
    now: AtomicUsize,
    most: AtomicUsize,
    ended: AtomicBool,
}

/// A server of files on loopback.
pub(crate) struct Files {
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
    thread: Option<JoinHandle<()>>,
}

impl Files {
    /// Answers each path with what `answer` says, once it says it.
    pub(crate) fn new(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let (answer, record) = (Arc::new(answer), Arc::clone(&seen));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if record.ended.load(Ordering::SeqCst) {
                    break;
                }
                let (answer, record) = (Arc::clone(&answer), Arc::clone(&record));
                std::thread::spawn(move || serve(stream, answer.as_ref(), &record));
            }
        });
        Self { address, seen, thread: Some(thread) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The heads of all requests.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.seen.heads.lock().unwrap().clone()
    }

    /// How many are just being answered.
    pub(crate) fn busy(&self) -> usize {
        self.seen.now.load(Ordering::SeqCst)
    }

    /// How many were so at a time.
    pub(crate) fn busiest(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.seen.ended.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(stream: TcpStream, answer: &dyn Fn(&str) -> Reply, seen: &Seen) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        // Whoever speaks TLS sends no head.
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    let path = head.split(' ').nth(1).unwrap().to_owned();
    seen.heads.lock().unwrap().push(head);
    seen.most.fetch_max(seen.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    let mut stream = reader.into_inner();
    match answer(&path) {
        Reply::Whole(bytes) => drop(stream.write_all(&bytes)),
        Reply::Endless(bytes) => {
            let _ = stream.write_all(&bytes);
            let _ = stream.read(&mut [0]);
        }
    }
    seen.now.fetch_sub(1, Ordering::SeqCst);
}
