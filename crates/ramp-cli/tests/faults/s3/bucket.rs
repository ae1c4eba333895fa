//! A local server of that protocol: `RAMP_MOTO_SERVER` names moto's `moto_server`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::support::Served;

/// Whose signature it is, moto does not look at.
const SIGNED: &str =
    "Authorization: AWS4-HMAC-SHA256 Credential=me/20250101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/// The storage, with one bucket; and a way to it on which requests can be refused.
pub(super) struct Bucket {
    moto: Child,
    address: String,
    endpoint: String,
    refused: Arc<Mutex<Option<Refused>>>,
}

/// A request that is refused: its method, and what its target has.
pub(super) type Refused = (&'static str, &'static str);

impl Bucket {
    pub(super) fn start() -> Self {
        let binary = std::env::var_os("RAMP_MOTO_SERVER").unwrap_or_else(|| panic!("RAMP_MOTO_SERVER is not set"));
        let mut moto = Command::new(binary)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .env("PYTHONUNBUFFERED", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(moto.stderr.take().unwrap()).lines().map(Result::unwrap);
        let address = lines
            .find_map(|line| line.split_once("Running on http://").map(|(_, address)| address.trim().to_owned()))
            .unwrap_or_else(|| panic!("moto does not listen"));
        // It writes a line a request, and must not wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let refused = Arc::new(Mutex::new(None));
        let (to, refusing) = (address.clone(), Arc::clone(&refused));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, to, refusing) = (stream.unwrap(), to.clone(), Arc::clone(&refusing));
                std::thread::spawn(move || pass_on(stream, &to, *refusing.lock().unwrap()));
            }
        });
        let bucket = Self { moto, address, endpoint, refused };
        bucket.ask("PUT", "/bundles", b"");
        bucket
    }

    /// A server whose bundles are there.
    pub(super) fn served(&self, directory: &TempDir, location: &str) -> Served {
        self.serve(directory, &["--blobs", location])
    }

    /// A server that is told all this.
    pub(super) fn serve(&self, directory: &TempDir, arguments: &[&str]) -> Served {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Served::with(directory.path(), &arguments, &self.variables())
    }

    /// What a process must be told to find it.
    pub(super) fn variables(&self) -> [(&'static str, &str); 6] {
        [
            ("AWS_ACCESS_KEY_ID", "me"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT", &self.endpoint),
            ("AWS_ALLOW_HTTP", "true"),
            ("NO_PROXY", "127.0.0.1"),
        ]
    }

    pub(super) fn ask(&self, method: &str, target: &str, body: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{SIGNED}\r\nContent-Length: {length}\r\n\r\n",
            self.address
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let split = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let body = answer.split_off(split + 4);
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{method} {target}: {}", String::from_utf8_lossy(&answer));
        body
    }

    /// The names of what is there, but for the mark that says whose it is.
    pub(super) fn names(&self) -> Vec<String> {
        let listed = String::from_utf8(self.ask("GET", "/bundles?list-type=2", b"")).unwrap();
        assert!(listed.contains("<ListBucketResult"), "{listed}");
        let names = listed.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
        names.filter(|name| !name.ends_with("catalogue-id")).collect()
    }

    /// How many uploads in pieces are neither put together nor taken back.
    pub(super) fn open_uploads(&self) -> usize {
        let listed = String::from_utf8(self.ask("GET", "/bundles?uploads", b"")).unwrap();
        assert!(listed.contains("<ListMultipartUploadsResult"), "{listed}");
        listed.matches("<UploadId>").count()
    }

    pub(super) fn refuse(&self, refused: Option<Refused>) {
        *self.refused.lock().unwrap() = refused;
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let _ = self.moto.kill();
        let _ = self.moto.wait();
    }
}

/// Passes one request on, and what is answered back; or refuses it.
fn pass_on(mut client: TcpStream, to: &str, refused: Option<Refused>) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().unwrap());
    let mut head = String::new();
    reader.read_line(&mut head).ok().filter(|read| *read > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if !lower.starts_with("connection:") {
            head.push_str(if line == "\r\n" { "connection: close\r\n\r\n" } else { &line });
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let target = head.split(' ').nth(1)?;
    if refused.is_some_and(|(method, part)| head.starts_with(method) && target.contains(part)) {
        let denied = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        return client.write_all(denied.as_bytes()).ok();
    }
    let mut storage = TcpStream::connect(to).ok()?;
    storage.write_all(&[head.as_bytes(), &body].concat()).ok()?;
    std::io::copy(&mut storage, &mut client).ok().map(drop)
}
