//! A process to be mistreated, a client for it, and a look at what it leaves behind.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ramp_fixtures::bundle::{BundleBuilder, sha256_hex};
use ramp_fixtures::dice::Dice;
use ramp_fixtures::redis::RedisServer;
use serde_json::Value;

/// `admin:secret`, for basic authentication.
const ADMIN: &str = "Basic YWRtaW46c2VjcmV0";

/// A server; killed when it is dropped.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) address: String,
}

impl Served {
    /// Starts a server of 7.22 on that directory. Its log goes to a file beside it.
    pub(crate) fn start(directory: &Path, arguments: &[String]) -> Self {
        Self::with(directory, arguments, &[])
    }

    /// As [`start`](Self::start), with these variables.
    pub(crate) fn with(directory: &Path, arguments: &[String], variables: &[(&str, &str)]) -> Self {
        let log = std::env::temp_dir().join(format!("ramp-faults-{}.log", std::process::id()));
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        // Another build of it can be tried too.
        let binary = std::env::var_os("RAMP_FAULTS_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_ramp").into());
        let mut child = Command::new(binary)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--plain-http",
                "--without-bundled",
                "--target",
                "7.22",
                "--data-dir",
            ])
            .arg(directory)
            .args(arguments)
            .env("RAMP_ADMIN_USER", "admin")
            .env("RAMP_ADMIN_PASSWORD", "secret")
            .env("RAMP_LOG", "warn")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap_or_else(|| panic!("no address: {line:?}")).to_owned();
        Self { child, address }
    }

    /// Ends it as the power does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended, once it was told to.
    pub(crate) fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        ask(&self.address, "GET", path, "text/plain", b"", Pace::AtOnce).unwrap()
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        ask(&self.address, "DELETE", path, "text/plain", b"", Pace::AtOnce).unwrap()
    }

    pub(crate) fn upload(&self, bundle: &[u8]) -> Answer {
        upload(&self.address, bundle, Pace::AtOnce).unwrap()
    }

    /// The versions of all modules, as they are listed.
    pub(crate) fn versions(&self) -> Vec<i64> {
        let answer = self.get("/v1/modules");
        assert_eq!(answer.status, 200, "{answer:?}");
        let modules: Value = serde_json::from_str(&answer.body).unwrap();
        modules.as_array().unwrap().iter().map(|module| module["version"].as_i64().unwrap()).collect()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    /// The `error_code` of a refusal.
    pub(crate) fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_else(|err| panic!("{err} in {self:?}"));
        body["error_code"].as_str().unwrap_or_else(|| panic!("no error_code in {self:?}")).to_owned()
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{self:?}");
    }
}

/// How a body is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    AtOnce,
    /// In so many pieces, so long apart.
    Slowly(usize, Duration),
}

/// What is answered to the admin; `None` where the server is gone, which is told.
pub(crate) fn ask(address: &str, method: &str, path: &str, kind: &str, body: &[u8], pace: Pace) -> Option<Answer> {
    ask_as(ADMIN, address, method, path, (kind, body), pace)
}

/// As [`ask`], for whom that header names.
pub(crate) fn ask_as(
    authorization: &str,
    address: &str,
    method: &str,
    path: &str,
    (kind, body): (&str, &[u8]),
    pace: Pace,
) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).map_err(|err| eprintln!("connecting: {err}")).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: {authorization}\r\nContent-Type: {kind}\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).map_err(|err| eprintln!("sending: {err}")).ok()?;
    let (pieces, apart) = match pace {
        Pace::AtOnce => (1, Duration::ZERO),
        Pace::Slowly(pieces, apart) => (pieces, apart),
    };
    for piece in body.chunks((length / pieces).max(1)) {
        // A server that has refused already need not take the rest.
        if stream.write_all(piece).is_err() {
            break;
        }
        std::thread::sleep(apart);
    }
    let mut answer = String::new();
    // A connection that is reset after the answer has still given the answer.
    if let Err(err) = stream.read_to_string(&mut answer) {
        eprintln!("after {} bytes of an answer: {err}", answer.len());
    }
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let whole = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if whole.is_some_and(|length: usize| length != body.len()) {
        return None;
    }
    Some(Answer { status: head.split(' ').nth(1)?.parse().ok()?, body: body.to_owned() })
}

pub(crate) fn upload(address: &str, bundle: &[u8], pace: Pace) -> Option<Answer> {
    ask(address, "POST", "/v2/modules", FORM, &form(bundle), pace)
}

/// The type of a [`form`].
pub(crate) const FORM: &str = "multipart/form-data; boundary=b";

/// The form that a bundle is sent in.
pub(crate) fn form(bundle: &[u8]) -> Vec<u8> {
    let head = b"--b\r\nContent-Disposition: form-data; name=\"module\"; filename=\"x.zip\"\r\n\r\n".as_slice();
    [head, bundle, b"\r\n--b--\r\n"].concat()
}

/// Numbers that are the same for the same seed.
#[derive(Debug, Clone)]
pub(crate) struct Random(Dice);

impl Random {
    /// From `RAMP_FAULTS_SEED`, or from the clock; it is printed.
    pub(crate) fn new() -> Self {
        let given = std::env::var("RAMP_FAULTS_SEED").ok().map(|seed| seed.parse().unwrap());
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let seed = given.unwrap_or_else(|| now.as_secs() * 1_000_000 + u64::from(now.subsec_micros()));
        eprintln!("RAMP_FAULTS_SEED={seed}");
        Self::of(seed)
    }

    /// With that seed, which is not printed.
    pub(crate) const fn of(seed: u64) -> Self {
        Self(Dice::new(seed))
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.number() % bound
    }
}

/// A bundle of that version, of some `size` bytes that do not compress.
pub(crate) fn bundle(version: i64, size: usize) -> Vec<u8> {
    let mut builder = BundleBuilder::good().set("version", version);
    if size > 0 {
        let mut random = Random::of(version.unsigned_abs());
        let noise: Vec<u8> = (0..size.div_ceil(8)).flat_map(|_| random.below(u64::MAX).to_le_bytes()).collect();
        builder.dependencies.push(("deps/noise".to_owned(), noise));
    }
    builder.build()
}

/// The files below a directory, but for the mark that says whose bundles they are; none where it is not there.
pub(crate) fn files(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let found = paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    found.filter(|path| !path.ends_with("catalogue-id")).collect()
}

/// The SHA-256 of every blob there; each must be named by it.
pub(crate) fn blobs(directory: &Path) -> Vec<String> {
    let hashes = files(directory).into_iter().map(|path| {
        let sha256 = sha256_hex(&std::fs::read(&path).unwrap());
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(&sha256) && name.ends_with(".zip"), "{name} is not whole");
        sha256
    });
    let mut hashes: Vec<String> = hashes.collect();
    hashes.sort();
    hashes
}

/// The arguments for a server whose catalogue that is.
pub(crate) fn catalogue(redis: &RedisServer) -> Vec<String> {
    vec!["--store".to_owned(), redis.url()]
}
