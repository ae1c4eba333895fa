//! A server that answers what a test wants, however wrong.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// `GET /v1/nodes`.
    pub(crate) what: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// What is answered.
pub(crate) enum Reply {
    /// A status and JSON.
    Json(u16, Value),
    /// These bytes, and the end.
    Raw(Vec<u8>),
    /// Nothing, and the end.
    Close,
    /// Nothing, for a long time.
    Hang,
    /// The end after that many bytes of the body, without an answer.
    BreakAfter(u64),
}

pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Fake {
    /// A server on loopback; it decides by the request's method and path.
    pub(crate) fn start(decide: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), decide).unwrap()
    }

    /// A server at that address.
    pub(crate) fn at(
        address: SocketAddr,
        decide: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (all, decide) = (Arc::clone(&asked), Arc::new(decide));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (all, decide) = (Arc::clone(&all), Arc::clone(&decide));
                std::thread::spawn(move || serve(stream, &all, decide.as_ref()));
            }
        });
        Ok(Self { address, asked })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The requests alone.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.what).collect()
    }
}

fn serve(mut stream: TcpStream, all: &Mutex<Vec<Asked>>, decide: &dyn Fn(&str) -> Reply) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let what = line.trim().trim_end_matches(" HTTP/1.1").to_owned();
    if what.is_empty() {
        return None;
    }
    let headers = ramp_fixtures::files::headers(&mut reader)?;
    let reply = decide(&what);
    if headers.contains_key("expect") {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
    }
    let length: u64 = headers.get("content-length").and_then(|l| l.parse().ok()).unwrap_or_default();
    let wanted = if let Reply::BreakAfter(bytes) = &reply { length.min(*bytes) } else { length };
    let mut body = Vec::new();
    reader.by_ref().take(wanted).read_to_end(&mut body).ok()?;
    all.lock().unwrap().push(Asked { what, headers, body });
    match reply {
        Reply::Json(status, value) => {
            let body = value.to_string();
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).ok()?;
        }
        Reply::Raw(bytes) => stream.write_all(&bytes).ok()?,
        Reply::Close | Reply::BreakAfter(_) => {}
        Reply::Hang => std::thread::sleep(Duration::from_secs(60)),
    }
    Some(())
}
