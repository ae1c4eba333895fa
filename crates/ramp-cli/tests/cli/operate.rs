//! What whoever operates `ramp serve` relies on, as a process: its log, its signals, its end.

use std::io::Write as _;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::files::{FileServer, Reply};
use serde_json::{Value, json};

use crate::serve::{ADMIN, Served, ask_with};

fn form(bundle: &[u8]) -> Vec<u8> {
    let head = b"--b\r\nContent-Disposition: form-data; name=\"module\"; filename=\"x.zip\"\r\n\r\n".as_slice();
    [head, bundle, b"\r\n--b--\r\n"].concat()
}

/// The lines of a log, each of which must be a JSON object.
fn lines(log: &str) -> Vec<Value> {
    let read = |line: &str| serde_json::from_str::<Value>(line).unwrap_or_else(|err| panic!("{err}: {line}"));
    log.lines().map(read).collect()
}

/// The line of that request with that message.
#[track_caller]
fn line<'a>(lines: &'a [Value], id: &str, message: &str) -> &'a Value {
    let is_it = |line: &&Value| line["span"]["request_id"] == id && line["message"] == message;
    lines.iter().find(is_it).unwrap_or_else(|| panic!("no `{message}` of {id}: {lines:#?}"))
}

#[test]
fn the_log_says_who_did_what() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let arguments = ["--log-format", "json", "--behind-proxy", "127.0.0.1"];
    let served = Served::start(directory.path(), &arguments);
    let ask = |id: &str, who: &str, method: &str, path: &str, kind: &str, body: &[u8]| {
        let headers = format!("X-Request-Id: {id}\r\nX-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: https\r\n");
        let headers = format!("{headers}Authorization: {who}\r\nContent-Type: {kind}\r\n");
        ask_with(&served.address, method, path, &headers, body).unwrap()
    };
    let upload = |id: &str, bundle: BundleBuilder| {
        ask(id, ADMIN, "POST", "/v2/modules", "multipart/form-data; boundary=b", &form(&bundle.build()))
    };
    let (status, module) = upload("good", BundleBuilder::good());
    assert_eq!(status, 200, "{module}");
    let module: Value = serde_json::from_str(&module).unwrap();
    assert_eq!(upload("again", BundleBuilder::good()).0, 400);
    assert_eq!(upload("bad", BundleBuilder::good().set("version", "x")).0, 400);
    let user = json!({"email": "new@user", "password": "not-to-be-seen", "role": "db_viewer"}).to_string();
    assert_eq!(ask("user", ADMIN, "POST", "/v1/users", "application/json", user.as_bytes()).0, 200);
    let broken = br#""not-to-be-seen""#;
    assert_eq!(ask("broken", ADMIN, "POST", "/v1/users", "application/json", broken).0, 400);
    // `mallory:not-to-be-seen`
    let mallory = "Basic bWFsbG9yeTpub3QtdG8tYmUtc2Vlbg==";
    assert_eq!(ask("nobody", mallory, "GET", "/v1/modules", "text/plain", b"").0, 401);
    let path = format!("/v2/modules/{}", module["uid"].as_str().unwrap());
    assert_eq!(ask("gone", ADMIN, "DELETE", &path, "text/plain", b"").0, 200);
    served.signal("-TERM");
    let (status, log) = served.end();
    assert_eq!(status, Some(0), "{log}");
    assert!(!log.contains("not-to-be-seen") && !log.contains("secret"), "{log}");

    let lines = lines(&log);
    let span =
        |id: &str, user: &str| json!({"name": "request", "request_id": id, "client": "198.51.100.7", "user": user});
    let about = |id: &str, user: &str| {
        let mut span = span(id, user);
        (span["module"], span["version"]) = (module["module_name"].clone(), 10203.into());
        span
    };
    let request = line(&lines, "good", "request");
    assert_eq!(request["span"], about("good", "admin"));
    let fields = ["method", "path", "route", "scheme", "status"].map(|field| request[field].clone());
    assert_eq!(json!(fields), json!(["POST", "/v2/modules", "/v2/modules", "https", 200]));
    assert!(request["milliseconds"].is_u64() && request.get("error_code").is_none(), "{request}");
    let stored = line(&lines, "good", "stored");
    assert_eq!((&stored["span"], &stored["uid"]), (&about("good", "admin"), &module["uid"]));

    let again = line(&lines, "again", "request");
    assert_eq!((&again["span"], &again["error_code"]), (&about("again", "admin"), &json!("module_exists")));
    let bad = line(&lines, "bad", "request");
    assert_eq!((&bad["error_code"], &bad["reason"]), (&json!("invalid_module"), &json!("module_version_not_integer")));
    assert!(bad["description"].as_str().unwrap().starts_with("module_version_not_integer: "), "{bad}");

    let made = line(&lines, "user", "user created");
    assert_eq!(
        (&made["span"], &made["email"], &made["role"]),
        (&span("user", "admin"), &json!("new@user"), &json!("db_viewer"))
    );
    let broken = line(&lines, "broken", "request");
    assert!(broken["error_code"] == "invalid_schema" && broken.get("description").is_none(), "{broken}");
    let nobody = line(&lines, "nobody", "request");
    assert_eq!((&nobody["span"], &nobody["status"]), (&span("nobody", "mallory"), &json!(401)));
    assert_eq!(line(&lines, "gone", "deleted")["span"], about("gone", "admin"));
    assert_eq!(line(&lines, "gone", "request")["route"], "/v2/modules/{uid}");
}

/// Of several modules that one request is about, each line has the one that it is about.
#[test]
fn the_log_says_which_module_of_a_bootstrap() {
    let bundles = ["one", "two"].map(|name| BundleBuilder::good().set("module_name", name).build());
    let files = FileServer::start(move |asked| match asked.path.as_str() {
        "/one.zip" => Reply::Whole(bundles[0].clone().into()),
        "/two.zip" => Reply::Whole(bundles[1].clone().into()),
        _ => Reply::Status(404),
    });
    let directory = tempfile::tempdir().unwrap();
    let from = files.host();
    let arguments = ["--log-format", "json", "--target", "8.2", "--unbootstrapped", "--dependencies-from", &from];
    let served = Served::start(directory.path(), &arguments);
    let module = |name: &str| {
        let url = files.url(&format!("/{name}.zip"));
        json!({"name": name, "location": {"location_type": "http", "url": url}})
    };
    let modules = ["one", "none", "two"].map(module);
    let body = json!({
        "cluster": {"name": "a.b"}, "credentials": {"username": "a@b.c", "password": "p"},
        "user_defined_modules": modules,
    });
    let headers = "X-Request-Id: boot\r\nContent-Type: application/json\r\n";
    let create = "/v1/bootstrap/create_cluster";
    assert_eq!(ask_with(&served.address, "POST", create, headers, body.to_string().as_bytes()).unwrap().0, 200);
    let began = Instant::now();
    // Whoever asks must say who they are once there is a cluster.
    while ask_with(&served.address, "GET", "/v1/bootstrap", "", b"").unwrap().0 == 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "there is no cluster");
        std::thread::sleep(Duration::from_millis(20));
    }
    served.signal("-TERM");
    let (_, log) = served.end();
    let lines = lines(&log);
    let of = |what: &str| -> Vec<(&Value, &Value)> {
        let of_it = lines.iter().filter(|line| line["message"].as_str().is_some_and(|said| said.starts_with(what)));
        of_it.map(|line| (&line["span"]["request_id"], &line["span"]["module"])).collect()
    };
    let boot = json!("boot");
    assert_eq!(of("custom module installed"), [(&boot, &json!("one")), (&boot, &json!("two"))], "{log}");
    assert_eq!(of("Failed to download"), [(&boot, &Value::Null)], "{log}");
    assert_eq!(of("cluster created"), [(&boot, &Value::Null)], "{log}");
}

/// Also of a client that goes away before it is answered.
#[test]
fn a_request_that_breaks_off_is_logged() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let served = Served::start(directory.path(), &["--log-format", "json"]);
    let mut stream = TcpStream::connect(&served.address).unwrap();
    let head = format!(
        "POST /v2/modules HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: off\r\nAuthorization: {ADMIN}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Once another request is answered, this one has come.
    assert_eq!(
        ask_with(&served.address, "GET", "/v1/modules", &format!("Authorization: {ADMIN}\r\n"), b"").unwrap().0,
        200
    );
    drop(stream);
    assert_eq!(ask_with(&served.address, "GET", "/healthz", "", b"").unwrap().0, 200);
    served.signal("-TERM");
    let (_, log) = served.end();
    let lines = lines(&log);
    let of_it: Vec<&Value> = lines.iter().filter(|line| line["span"]["request_id"] == "off").collect();
    let is_it = |line: &&Value| line["path"] == "/v2/modules" && line["span"]["user"] == "admin";
    let line = of_it.into_iter().find(is_it).unwrap_or_else(|| panic!("{log}"));
    // The end of the body may come first, which is answered.
    assert!(line["cause"] == "client" || line["status"].is_u64(), "{line}");
    assert_eq!(line.get("query"), None);
    let last = lines.last().unwrap();
    assert_eq!((&last["message"], &last["cut_off"]), (&json!("stopped"), &json!(0)));
}

/// Whoever reads the log at a terminal sees what was sent, and is not steered by it.
#[test]
fn what_steers_a_terminal_is_escaped_in_the_log() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let served = Served::start(directory.path(), &["--log-format", "json"]);
    // `x`, U+009B, `2J`, U+202E, U+2066, U+2028, U+200F, `:p`
    let headers = "X-Request-Id: steers\r\nAuthorization: Basic eMKbMkrigK7igabigKjigI86cA==\r\n";
    assert_eq!(ask_with(&served.address, "GET", "/v1/modules", headers, b"").unwrap().0, 401);
    // A query is told as it was sent, and no more of it than can be read.
    let path = format!("/v1/modules?fields=%1b%5b2J{}", "x".repeat(2000));
    ask_with(&served.address, "GET", &path, "X-Request-Id: long\r\n", b"").unwrap();
    ask_with(&served.address, "GET", "/v1/modules?fields=uid,%1b%5b2J", "X-Request-Id: query\r\n", b"").unwrap();
    served.signal("-TERM");
    let (_, log) = served.end();
    let user = r#""user":"x\u009b2J\u202e\u2066\u2028\u200f""#;
    assert!(log.contains(user), "{log}");
    let turns = |c| matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let steers = |c: char| c.is_control() && c != '\n' || turns(c);
    assert!(!log.contains(steers), "{log:?}");
    let lines = lines(&log);
    let of_it = line(&lines, "query", "request");
    assert_eq!((&of_it["path"], &of_it["query"]), (&json!("/v1/modules"), &json!("fields=uid,%1b%5b2J")));
    let told = line(&lines, "long", "request")["query"].as_str().unwrap();
    assert!(told.starts_with("fields=%1b%5b2Jxxx") && told.chars().count() < 500, "{told}");
    let of_it = line(&lines, "steers", "request");
    assert_eq!(of_it["span"]["user"], "x\u{9b}2J\u{202e}\u{2066}\u{2028}\u{200f}");
}

#[test]
fn what_keeps_it_from_serving_is_json_too() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let run = |arguments: &[&str], filter: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ramp"));
        let data = directory.path().join("data");
        command.args(["serve", "--log-format", "json", "--data-dir"]).arg(&data).args(arguments);
        let output = command.env("RAMP_LOG", filter).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let lines = lines(std::str::from_utf8(&output.stderr).unwrap());
        let [line] = lines.try_into().unwrap();
        assert!(line["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')), "{line}");
        assert!(!data.exists(), "{line}");
        line
    };
    for filter in ["info", "off"] {
        let line = run(&["--listen", "0.0.0.0:0", "--plain-http"], filter);
        assert_eq!(line["level"], "ERROR");
        let message = "the server cannot serve: 0.0.0.0:0 is not a loopback address; plain HTTP is served there only behind a proxy that is named";
        assert_eq!(line["message"], message);
        let help =
            "Leave out `--plain-http`; or name the proxy that speaks TLS with clients, with `--behind-proxy ADDRESS`.";
        assert_eq!(line["help"], help);
    }
    // What it has made is not there afterwards, nor anything that it would have made.
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    for filter in ["info", "off"] {
        let line = run(&["--listen", &address], filter);
        let message = line["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("the server cannot serve: cannot listen on {address}: ")), "{line}");
        let help = "Stop the program that listens there, or name another port with `--listen ADDRESS:PORT`; port 0 is one that is free.";
        assert_eq!(line["help"], help);
    }
    let line = run(&["--cert", "nosuch.pem", "--key", "nosuch.pem"], "info");
    assert!(line["help"].as_str().unwrap().starts_with("Name a certificate and the key"), "{line}");
    let line = run(&["--tls-name", "not a name"], "info");
    let message = "the server cannot serve: `not a name` is neither a DNS name nor an address, so no certificate can be made for it";
    assert_eq!(line["message"], message);
    let line = run(&[], "ramp_server=loud");
    assert!(line["message"].as_str().unwrap().starts_with("`RAMP_LOG` cannot be used: "), "{line}");
    // Not the name of what logs, of which there would be no line.
    let line = run(&[], "wran");
    let message = "`RAMP_LOG` has \"wran\", which is not a level: there are off, error, warn, info, debug and trace";
    let help = "Write a level, such as `warn`, or `TARGET=LEVEL`, such as `ramp_server=debug`.";
    assert_eq!((&line["message"], &line["help"]), (&message.into(), &help.into()));
}

#[test]
fn a_hangup_has_the_certificate_read_again() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    // Another server has made one.
    let other = Served::start_in(&at("other"), &[], &[]);
    other.signal("-TERM");
    other.end();
    let mut served = Served::start_in(&at("data"), &[], &[]);
    let mut log = std::io::BufReader::new(served.child.stderr.take().unwrap());
    let mut told = |what: &str| {
        let mut line = String::new();
        while !line.contains(what) {
            line.clear();
            assert_ne!(std::io::BufRead::read_line(&mut log, &mut line).unwrap(), 0, "it ended without: {what}");
        }
    };
    served.signal("-HUP");
    told("the certificate was read again, and is the same");
    std::fs::copy(at("other/certificate.pem"), at("data/certificate.pem")).unwrap();
    served.signal("-HUP");
    told("the certificate was read again, and the one before stays in use");
    std::fs::copy(at("other/key.pem"), at("data/key.pem")).unwrap();
    served.signal("-HUP");
    told("the certificate was read again: new connections get it");
    served.signal("-TERM");
    told("stopping");
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_stop_waits_as_long_as_it_is_told() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let served = Served::start(directory.path(), &["--stop-timeout", "0.5"]);
    let mut stream = TcpStream::connect(&served.address).unwrap();
    let head = format!(
        "POST /v2/modules HTTP/1.1\r\nHost: localhost\r\nAuthorization: {ADMIN}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(ask_with(&served.address, "GET", "/healthz", "", b"").unwrap().0, 200);
    let began = Instant::now();
    served.signal("-TERM");
    let (status, log) = served.end();
    let took = began.elapsed();
    assert!(status == Some(0) && log.contains("requests under way were cut off"), "{status:?} {log}");
    let of_it = log.lines().find(|line| line.contains("before it was answered")).unwrap();
    assert!(of_it.contains("the server was stopped") && of_it.contains("cause=\"stop\""), "{log}");
    assert!(log.lines().last().unwrap().ends_with(" stopped cut_off=1"), "{log}");
    assert!((Duration::from_millis(400)..Duration::from_secs(6)).contains(&took), "{took:?}");
}

/// The certificate of a server is the one of a Redis here: it is for `localhost`.
#[test]
#[ignore = "wants redis-server"]
fn a_redis_is_asked_over_tls() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let maker = Served::start_in(&at("maker"), &[], &[]);
    maker.signal("-TERM");
    maker.end();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut redis = Command::new("redis-server")
        .args([
            "--port",
            "0",
            "--save",
            "",
            "--tls-auth-clients",
            "no",
            "--tls-port",
            &port.to_string(),
            "--tls-cert-file",
        ])
        .arg(at("maker/certificate.pem"))
        .arg("--tls-key-file")
        .arg(at("maker/key.pem"))
        .arg("--dir")
        .arg(directory.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < patience, "redis-server does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    let url = format!("rediss://localhost:{port}");
    let certificate = at("maker/certificate.pem");
    let served = Served::start_in(
        &at("data"),
        &["--plain-http", "--store", &url],
        &[("SSL_CERT_FILE", certificate.to_str().unwrap())],
    );
    let headers = format!("Authorization: {ADMIN}\r\nContent-Type: multipart/form-data; boundary=b\r\n");
    let body = form(&BundleBuilder::good().build());
    assert_eq!(ask_with(&served.address, "POST", "/v2/modules", &headers, &body).unwrap().0, 200);
    served.signal("-TERM");
    assert_eq!(served.end().0, Some(0));
    // Who does not know the certificate does not trust it.
    let mut command = Command::new(env!("CARGO_BIN_EXE_ramp"));
    command.args(["serve", "--plain-http", "--listen", "127.0.0.1:0", "--store", &url, "--data-dir"]).arg(at("doubts"));
    let output = command.env_remove("SSL_CERT_FILE").output().unwrap();
    redis.kill().unwrap();
    redis.wait().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && told.contains("certificate"), "{told}");
}
