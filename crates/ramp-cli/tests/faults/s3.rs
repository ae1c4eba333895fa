//! Bundles in a bucket, against a local server of that protocol: `RAMP_MOTO_SERVER` names moto's `moto_server`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::support::{Served, bundle};

/// Of three pieces.
const LARGE: usize = 12 << 20;
/// Whose signature it is, moto does not look at.
const SIGNED: &str =
    "Authorization: AWS4-HMAC-SHA256 Credential=me/20250101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/// The storage, with one bucket; and a way to it on which requests can be refused.
struct Bucket {
    moto: Child,
    address: String,
    endpoint: String,
    refused: Arc<Mutex<Option<Refused>>>,
}

/// A request that is refused: its method, and what its target has.
type Refused = (&'static str, &'static str);

impl Bucket {
    fn start() -> Self {
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
    fn served(&self, directory: &TempDir, location: &str) -> Served {
        let arguments = ["--blobs", location].map(str::to_owned);
        let variables = [
            ("AWS_ACCESS_KEY_ID", "me"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT", self.endpoint.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("NO_PROXY", "127.0.0.1"),
        ];
        Served::with(directory.path(), &arguments, &variables)
    }

    fn ask(&self, method: &str, target: &str, body: &[u8]) -> Vec<u8> {
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
    fn names(&self) -> Vec<String> {
        let listed = String::from_utf8(self.ask("GET", "/bundles?list-type=2", b"")).unwrap();
        assert!(listed.contains("<ListBucketResult"), "{listed}");
        let names = listed.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
        names.filter(|name| !name.ends_with("catalogue-id")).collect()
    }

    /// How many uploads in pieces are neither put together nor taken back.
    fn open_uploads(&self) -> usize {
        let listed = String::from_utf8(self.ask("GET", "/bundles?uploads", b"")).unwrap();
        assert!(listed.contains("<ListMultipartUploadsResult"), "{listed}");
        listed.matches("<UploadId>").count()
    }

    fn refuse(&self, refused: Option<Refused>) {
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

#[test]
#[ignore = "wants moto"]
fn bundles_are_put_listed_and_deleted() {
    let bucket = Bucket::start();
    for location in ["s3://bundles", "s3://bundles/kept/here"] {
        let directory = tempfile::tempdir().unwrap();
        let served = bucket.served(&directory, location);
        for (version, size) in [(1, 0), (2, 300_000), (3, LARGE)] {
            let bytes = bundle(version, size);
            let answer = served.upload(&bytes);
            assert_eq!(answer.status, 200, "{answer:?}");
            let sha256 = ramp_fixtures::bundle::sha256_hex(&bytes);
            let names = bucket.names();
            let name = names.iter().find(|name| name.contains(&sha256)).unwrap_or_else(|| panic!("{names:?}"));
            assert_eq!(name.starts_with("kept/here/"), location.ends_with("here"), "{name}");
            assert!(bucket.ask("GET", &format!("/bundles/{name}"), b"") == bytes, "{name} has other bytes");
        }
        served.upload(&bundle(2, 300_000)).is(400, "module_exists");
        assert_eq!((bucket.names().len(), bucket.open_uploads()), (3, 0), "{:?}", bucket.names());
        assert_eq!(crate::support::files(&directory.path().join("incoming")), Vec::<std::path::PathBuf>::new());
        served.kill();
        let served = bucket.served(&directory, location);
        assert_eq!(served.versions(), [1, 2, 3]);
        let modules: serde_json::Value = serde_json::from_str(&served.get("/v1/modules").body).unwrap();
        for module in modules.as_array().unwrap() {
            assert_eq!(served.delete(&format!("/v2/modules/{}", module["uid"].as_str().unwrap())).status, 200);
        }
        assert_eq!(bucket.names(), Vec::<String>::new());
    }
}

#[test]
#[ignore = "wants moto"]
fn a_start_removes_what_belongs_to_nobody() {
    let bucket = Bucket::start();
    let directory = tempfile::tempdir().unwrap();
    let served = bucket.served(&directory, "s3://bundles/kept/here");
    assert_eq!(served.upload(&bundle(1, 0)).status, 200);
    let before = bucket.names();
    served.kill();
    let orphan = format!("aa/{}-{}.zip", "a".repeat(64), "1".repeat(32));
    let others = [format!("/bundles/{orphan}"), "/bundles/kept/here/readme.txt".to_owned()];
    for target in others.iter().chain([&format!("/bundles/kept/here/{orphan}")]) {
        bucket.ask("PUT", target, b"PK");
    }
    assert_eq!(bucket.names().len(), before.len() + 3);
    let served = bucket.served(&directory, "s3://bundles/kept/here");
    assert_eq!(served.versions(), [1]);
    // It is not for a start to say what nobody needs.
    let orphan = format!("kept/here/{orphan}");
    let others = others.map(|target| target.trim_start_matches("/bundles/").to_owned());
    let mut expected = [before, others.to_vec(), vec![orphan]].concat();
    expected.sort();
    assert_eq!(bucket.names(), expected);
}

#[test]
#[ignore = "wants moto"]
fn an_upload_that_fails_leaves_nothing() {
    let bucket = Bucket::start();
    let directory = tempfile::tempdir().unwrap();
    let served = bucket.served(&directory, "s3://bundles");
    let cases = [
        (LARGE, ("POST", "uploads")),
        (LARGE, ("PUT", "partNumber=1")),
        (LARGE, ("PUT", "partNumber=3")),
        (10 * LARGE / 3, ("PUT", "partNumber=1")),
        (LARGE, ("POST", "uploadId=")),
        (0, ("PUT", "/bundles/")),
    ];
    for (size, refused) in cases {
        bucket.refuse(Some(refused));
        served.upload(&bundle(1, size)).is(500, "internal_error");
        bucket.refuse(None);
        assert_eq!((bucket.names(), bucket.open_uploads()), (Vec::new(), 0), "{size} {refused:?}");
        assert_eq!(served.versions(), Vec::<i64>::new());
    }
    // And leaves the place free.
    assert_eq!(served.upload(&bundle(1, LARGE)).status, 200);
}
