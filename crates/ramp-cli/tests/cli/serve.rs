//! `ramp serve`, as a process that is started, asked and ended.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use ramp_fixtures::bundle::{BundleBuilder, sha256_hex};

use crate::process::{command, serve};

/// `admin:secret`, for basic authentication.
pub(crate) const ADMIN: &str = "Basic YWRtaW46c2VjcmV0";

pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) address: String,
}

impl Served {
    pub(crate) fn start(directory: &Path, arguments: &[&str]) -> Self {
        Self::start_in(directory, &[&["--plain-http"], arguments].concat(), &[])
    }

    pub(crate) fn start_in(directory: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let usual: &[&str] = if arguments.contains(&"--target") { &[] } else { &["--target", "7.22"] };
        let (child, url) = serve(directory, |command| {
            command
                .args(usual)
                .args(arguments)
                .envs(environment.iter().copied())
                .env("RAMP_ADMIN_USER", "admin")
                .env("RAMP_ADMIN_PASSWORD", "secret")
                .env("RAMP_LOG", "info")
                .stderr(Stdio::piped())
        });
        let address = url.split_once("://").unwrap().1.to_owned();
        Self { child, address }
    }

    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Status and what was logged.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

/// Status and body; `None` where the server is gone.
fn ask(address: &str, method: &str, path: &str, kind: &str, body: &[u8]) -> Option<(u16, String)> {
    let headers = format!("Authorization: {ADMIN}\r\nContent-Type: {kind}\r\n");
    ask_with(address, method, path, &headers, body)
}

/// With these headers, and those that it needs.
pub(crate) fn ask_with(address: &str, method: &str, path: &str, headers: &str, body: &[u8]) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\
         Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

fn upload(address: &str, bundle: &[u8]) -> Option<u16> {
    answer_to_upload(address, bundle).map(|(status, _)| status)
}

fn answer_to_upload(address: &str, bundle: &[u8]) -> Option<(u16, String)> {
    let head = b"--b\r\nContent-Disposition: form-data; name=\"module\"; filename=\"x.zip\"\r\n\r\n".as_slice();
    let body = [head, bundle, b"\r\n--b--\r\n"].concat();
    ask(address, "POST", "/v2/modules", "multipart/form-data; boundary=b", &body)
}

fn modules(address: &str) -> Vec<i64> {
    let (status, body) = ask(address, "GET", "/v1/modules", "text/plain", b"").unwrap();
    assert_eq!(status, 200, "{body}");
    let modules: serde_json::Value = serde_json::from_str(&body).unwrap();
    modules.as_array().unwrap().iter().map(|module| module["version"].as_i64().unwrap()).collect()
}

#[test]
fn it_serves_until_it_is_told_to_end() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    for signal in ["-TERM", "-INT"] {
        let served = Served::start(directory.path(), &["--log-format", "json"]);
        assert_eq!(ask(&served.address, "GET", "/healthz", "text/plain", b"").unwrap().0, 200);
        upload(&served.address, &BundleBuilder::good().build());
        assert_eq!(modules(&served.address), [10203]);
        served.signal(signal);
        let (status, log) = served.end();
        assert_eq!(status, Some(0), "{log}");
        assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{log}");
        assert!(log.contains("/v2/modules") && !log.contains("secret") && !log.contains("YWRt"), "{log}");
    }
}

/// Also while it waits for something, as here for who has the catalogue.
#[test]
#[cfg(unix)]
fn it_is_told_to_end_while_it_starts() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let served = Served::start(directory.path(), &[]);
    served.signal("-TERM");
    assert_eq!(served.end().0, Some(0));
    let catalogue = rusqlite::Connection::open(directory.path().join("catalogue.sqlite")).unwrap();
    catalogue.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let mut waiting = command(directory.path());
    waiting.args(["--plain-http", "--target", "7.22"]).env("RAMP_LOG", "debug").stderr(Stdio::piped());
    let mut child = waiting.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("starting")));
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let rest: Vec<String> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{rest:?}");
    assert!(rest.len() == 1 && rest[0].contains("stopped before it was started"), "{rest:?}");
    drop(catalogue);
    Served::start(directory.path(), &[]).signal("-KILL");
}

/// As containers do, in which nothing else can ask.
#[test]
#[cfg(feature = "cluster")]
fn whether_it_is_well_is_asked_by_the_command_itself() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    // What checks a container need not know how its server was started.
    let ask = |url: &str, plain: &[&str]| {
        let (_, address) = url.split_once("://").unwrap();
        // Another address of the same server, as where it listens on all.
        let address = address.replace("127.0.0.1", "0.0.0.0");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ramp"));
        command.args(["serve", "--health", "--listen", &address]).args(plain).current_dir(directory.path());
        let said = command.output().unwrap();
        (said.status.code(), String::from_utf8(said.stdout).unwrap(), String::from_utf8(said.stderr).unwrap())
    };
    for arguments in [&[][..], &["--plain-http"]] {
        let (mut child, url) =
            serve(&directory.path().join("data"), |command| command.args(arguments).env("RAMP_LOG", "off"));
        for asked in [&[][..], &["--plain-http"]] {
            assert_eq!(ask(&url, asked), (Some(0), String::new(), String::new()));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let (status, stdout, stderr) = ask(&url, arguments);
        assert_eq!((status, stdout.as_str()), (Some(1), ""), "{stderr}");
        assert!(stderr.starts_with("error: "), "{stderr}");
    }
    // Nothing was begun where it was asked.
    let left: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["data"]);
}

/// In no log: a file has it.
#[test]
fn the_password_that_was_made_is_kept_in_a_file() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let (mut child, url) = serve(directory.path(), |command| {
        command.env_remove("RAMP_ADMIN_PASSWORD").env_remove("RAMP_LOG").stderr(Stdio::piped())
    });
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    child.kill().unwrap();
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    child.wait().unwrap();
    let file = directory.path().join("first-password");
    let password = std::fs::read_to_string(&file).unwrap();
    assert!(told.contains(&format!("user=\"admin@ramp.local\" file={}", file.display())), "{told}");
    assert!(password.len() == 33 && !told.contains(password.trim_end()), "{told}");
}

#[test]
fn a_node_without_a_cluster_is_started() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let served = Served::start(directory.path(), &["--unbootstrapped"]);
    let get = |path: &str| ask(&served.address, "GET", path, "text/plain", b"").unwrap();
    let (status, body) = get("/v1/bootstrap");
    assert!(status == 200 && body.contains(r#"{"state":"idle"}"#), "{status} {body}");
    let (status, body) = get("/v1/modules");
    assert!(status == 503 && body.contains("no_cluster"), "{status} {body}");
    let cluster = br#"{"cluster": {"name": "c"}, "credentials": {"username": "admin", "password": "secret"}}"#;
    let path = "/v1/bootstrap/create_cluster";
    assert_eq!(ask(&served.address, "POST", path, "application/json", cluster), Some((200, String::new())));
    let began = std::time::Instant::now();
    while !get("/v1/bootstrap").1.contains(r#""state":"completed""#) {
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", get("/v1/bootstrap"));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(modules(&served.address).is_empty());
    served.signal("-TERM");
    let (status, log) = served.end();
    assert!(
        status == Some(0) && log.contains("the node has no cluster yet: POST /v1/bootstrap/create_cluster"),
        "{log}"
    );
}

#[test]
fn what_cannot_be_served_is_told() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ramp"));
        let output = command.args(["serve", "--data-dir"]).arg(directory.path()).args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for (arguments, wanted) in [
        (&["--listen", "0.0.0.0:0", "--plain-http"][..], "loopback"),
        (&["--listen", "example.com:9443"], "of names only localhost is known"),
        (&["--listen", "localhost:99999"], "expected an address of this machine and a port"),
        (&["--listen", "localhost:0", "--target", "9.9"], "not a cluster release"),
        (&["--store", "nosuch://a:secret@b"], "not a catalogue"),
        (&["--cert", "c.pem"], "--key"),
        (&["--dependencies-from", "https://a/b"], "write HOST or HOST:PORT"),
        (&["--dependencies-from", "public", "--target", "8.0.2-17"], "a target up to 7.22"),
    ] {
        let (status, told) = run(arguments);
        assert_eq!(status, Some(2), "{arguments:?}: {told}");
        assert!(told.contains(wanted) && !told.contains("secret"), "{arguments:?}: {told}");
    }
}

#[test]
fn a_first_admin_who_could_not_sign_in_is_told() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let data = directory.path().join("data");
    let run = |variable: &str, value: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ramp"));
        let output = command.args(["serve", "--data-dir"]).arg(&data).env(variable, value).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, told) = run("RAMP_ADMIN_USER", "a:b");
    let wanted = "error: the server cannot serve: the name `a:b` of the first admin has a colon or a space\n\
                  help: Set RAMP_ADMIN_USER to a name or an e-mail address of up to 256 bytes of ASCII, without spaces, colons, `&`, `<`, `>` and quotes.\n";
    assert_eq!((status, told.as_str()), (Some(2), wanted));
    let (status, told) = run("RAMP_ADMIN_PASSWORD", &"p".repeat(1025));
    let wanted = "error: the server cannot serve: the password of the first admin has 1025 bytes, and must have 1 to 1024\n\
                  help: Set RAMP_ADMIN_PASSWORD to a shorter one; without it, one is made and written to a file.\n";
    assert_eq!((status, told.as_str()), (Some(2), wanted));
    assert!(!data.exists());
}

/// Whoever has the dependencies is a server too, whose page's files anybody gets; its certificate is believed by the environment.
#[test]
fn dependencies_are_downloaded_over_tls() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let files = Served::start_in(&at("files"), &[], &[]);
    let certificate = at("files").join("certificate.pem");
    let port = files.address.rsplit_once(':').unwrap().1;
    let source = format!("localhost:{port}");
    let nowhere = "http://127.0.0.1:1";
    let served = |environment: &[(&str, &str)]| {
        Served::start_in(&at("data"), &["--plain-http", "--dependencies-from", &source], environment)
    };
    let sha256 = sha256_hex(include_bytes!("../../../ramp-server/src/routes/page/style.css"));
    let dependencies =
        serde_json::json!({"style": {"url": format!("https://{source}/page/style.css"), "sha256": sha256}});
    let bundle = BundleBuilder::good().set("dependencies", dependencies).build();

    let doubting = served(&[]);
    let (status, answer) = answer_to_upload(&doubting.address, &bundle).unwrap();
    assert!(status == 500 && answer.contains("get_dependency_failed") && answer.contains("certificate"), "{answer}");
    doubting.signal("-TERM");
    doubting.end();

    // What would lead others through a proxy leads nobody here.
    let believing = served(&[
        ("SSL_CERT_FILE", certificate.to_str().unwrap()),
        ("https_proxy", nowhere),
        ("HTTPS_PROXY", nowhere),
        ("all_proxy", nowhere),
    ]);
    let (status, answer) = answer_to_upload(&believing.address, &bundle).unwrap();
    assert_eq!(status, 200, "{answer}");
    for (server, logged) in [(believing, "downloaded dependency=\"style\""), (files, "path=\"/page/style.css\"")] {
        server.signal("-TERM");
        let (_, log) = server.end();
        assert!(log.contains(logged), "{logged}: {log}");
    }
}

/// Killed at a random moment, again and again: what was acknowledged is there and whole, and nothing else is.
#[test]
fn nothing_acknowledged_is_lost_when_it_is_killed() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let acknowledged = Mutex::new(Vec::new());
    for round in 0..6 {
        let mut served = Served::start(directory.path(), &[]);
        // So that the pipe does not fill up.
        let mut log = served.child.stderr.take().unwrap();
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        let address = served.address.clone();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (address, acknowledged) = (&address, &acknowledged);
                scope.spawn(move || {
                    for number in 0..200 {
                        let version = i64::from(round * 10_000 + thread * 1000 + number + 1);
                        match upload(address, &BundleBuilder::good().set("version", version).build()) {
                            Some(200) => acknowledged.lock().unwrap().push(version),
                            Some(status) => panic!("status {status}"),
                            None => return,
                        }
                    }
                });
            }
            // Not the same moment in every round.
            std::thread::sleep(Duration::from_millis(150 + 70 * u64::try_from(round).unwrap()));
            served.child.kill().unwrap();
            served.child.wait().unwrap();
        });
    }
    let served = Served::start(directory.path(), &[]);
    let there = modules(&served.address);
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(!acknowledged.is_empty());
    assert!(acknowledged.iter().all(|version| there.contains(version)), "{} of {}", there.len(), acknowledged.len());
    let mut blobs = files(&directory.path().join("blobs"));
    blobs.retain(|path| !path.ends_with("catalogue-id"));
    assert_eq!(blobs.len(), there.len());
    for path in blobs {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(&sha256_hex(&std::fs::read(&path).unwrap())), "{name}");
    }
    assert!(files(&directory.path().join("incoming")).is_empty());
    served.signal("-TERM");
    assert_eq!(served.end().0, Some(0));
}

fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
