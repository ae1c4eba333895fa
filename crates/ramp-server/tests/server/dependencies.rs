//! Dependencies that are not in the bundle: downloaded where that is allowed, and refused where they cannot be had.

mod ends;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ramp_fixtures::bundle::sha256_hex;
use ramp_server::{Config, Transport};
use serde_json::{Value, json};

use crate::files::{Files, Reply, content, elsewhere, status};
use crate::support::{Answer, BundleBuilder, TestServer};

const DATA: &[u8] = b"what the module needs";

/// A server that may download from these.
fn server(sources: &[&str], change: impl FnOnce(&mut Config)) -> TestServer {
    TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.dependencies_from = sources.iter().map(|source| source.parse().unwrap()).collect();
        change(config);
    })
}

/// A server that may download from these files.
fn server_for(files: &Files) -> TestServer {
    server(&[&files.address.to_string()], |_| {})
}

/// A bundle that names dependencies and holds none.
fn naming(dependencies: Value) -> BundleBuilder {
    BundleBuilder::good().set("dependencies", dependencies)
}

/// A bundle that names one, with the SHA-256 of [`DATA`].
fn naming_one(url: &str) -> BundleBuilder {
    naming(json!({"data": {"url": url, "sha256": sha256_hex(DATA)}}))
}

/// Status, code and what is wrong.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str, what: &str) {
    answer.is_refused(status, code);
    let body = answer.json();
    let message = if status == 404 { "Dependency not found" } else { "Failed to get dependency" };
    assert_eq!(body["message"], message);
    assert!(body["description"].as_str().unwrap().contains(what), "{what}: {body}");
}

/// Nobody sees anything of a refused upload, nothing is on disk, and its place is free.
#[track_caller]
fn nothing_is_left(server: &TestServer) {
    assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
    assert_eq!(server.get("/v1/actions").ok().json()["actions"], json!([]));
    assert_eq!(server.files("blobs"), Vec::<String>::new());
    assert_eq!(server.files("incoming"), Vec::<String>::new());
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    server.delete(&format!("/v2/modules/{}", server.only_module())).ok();
}

#[track_caller]
fn soon(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_dependency_is_downloaded() {
    let files = Files::new(|path| match path {
        "/v1/data.tgz?x=1" => content(DATA),
        "/in-chunks" => Reply::Whole(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhat \r\n10\r\nthe module needs\r\n0\r\n\r\n"
                .to_vec(),
        ),
        "/to-the-end" => Reply::Whole([b"HTTP/1.0 200 OK\r\n\r\n", DATA].concat()),
        "/moved" => elsewhere("/v1/data.tgz?x=1"),
        "/moved-twice" => elsewhere("moved"),
        _ => status("404 Not Found"),
    });
    let server = server_for(&files);
    let sha256 = sha256_hex(DATA);
    let paths = ["/v1/data.tgz?x=1", "/in-chunks", "/to-the-end", "/moved", "/moved-twice"];
    for (version, path) in (1..).zip(paths) {
        let bundle = naming_one(&files.url(path)).set("version", version);
        let object = server.upload("/v2/modules", bundle).ok().json();
        assert_eq!(object["dependencies"]["data"]["url"], files.url(path));
    }
    assert_eq!(files.asked().len(), paths.len() + 1 + 2);
    // Upper case is the same digest, and what has none is not compared.
    let many = json!({
        "upper": {"url": files.url("/in-chunks"), "sha256": sha256.to_uppercase()},
        "none": {"url": files.url("/in-chunks")},
        "empty": {"url": files.url("/in-chunks"), "sha256": ""},
        "nowhere": {"sha256": sha256},
    });
    server.upload("/v2/modules", naming(many).set("version", 9)).ok();
    assert_eq!(files.asked().len(), paths.len() + 3 + 3);
    // Nothing of it is kept.
    assert_eq!(server.files("blobs").len(), paths.len() + 1);
    assert_eq!(server.files("incoming"), Vec::<String>::new());
}

#[test]
fn a_dependency_that_is_not_there_is_told() {
    let files = Files::new(|path| match path {
        "/gone" => status("410 Gone"),
        "/moved" => elsewhere("/nowhere"),
        _ => status("404 Not Found"),
    });
    let server = server_for(&files);
    for (path, what) in [
        ("/data.tgz", "/data.tgz: HTTP status 404"),
        ("/gone", "/gone: HTTP status 410"),
        ("/moved", "/nowhere: HTTP status 404"),
    ] {
        let answer = server.upload("/v2/modules", naming_one(&files.url(path)));
        refused(&answer, 404, "dependency_not_found", &format!("dependency `data` at http://{}{what}", files.address));
    }
    nothing_is_left(&server);
}

#[test]
fn a_dependency_that_cannot_be_had_is_told() {
    let files = Files::new(|path| match path {
        "/wrong" => content(b"something else"),
        "/forbidden" => status("403 Forbidden"),
        "/broken" => status("500 Internal Server Error"),
        "/part" => Reply::Whole(b"HTTP/1.1 206 Partial Content\r\nContent-Length: 4\r\n\r\nwhat".to_vec()),
        "/empty" => status("204 No Content"),
        "/short" => Reply::Whole(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nwhat".to_vec()),
        "/silent" => Reply::Whole(Vec::new()),
        "/babble" => Reply::Whole(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()),
        "/long-head" => Reply::Whole([b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 1 << 20]].concat()),
        "/round" => elsewhere("/round"),
        "/nowhere" => status("302 Found"),
        "/to-a-file" => elsewhere("file:///etc/passwd"),
        _ => status("404 Not Found"),
    });
    let refusing = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = server(&[&files.address.to_string(), &refusing.to_string(), "nowhere.invalid"], |_| {});
    let table = [
        (files.url("/wrong"), format!("its SHA-256 is {}; the metadata says", sha256_hex(b"something else"))),
        (files.url("/forbidden"), "HTTP status 403".to_owned()),
        (files.url("/broken"), "HTTP status 500".to_owned()),
        (files.url("/part"), "HTTP status 206".to_owned()),
        (files.url("/empty"), "HTTP status 204".to_owned()),
        (files.url("/short"), "is cut off".to_owned()),
        (files.url("/silent"), "the answer is not HTTP".to_owned()),
        (files.url("/babble"), "the answer is not HTTP".to_owned()),
        (files.url("/long-head"), "the answer is not HTTP".to_owned()),
        (files.url("/round"), "redirects more than 5 times".to_owned()),
        (files.url("/nowhere"), "HTTP status 302".to_owned()),
        (files.url("/to-a-file"), "not an http or https address".to_owned()),
        (format!("http://{refusing}/x"), "cannot be connected to".to_owned()),
        ("http://nowhere.invalid/x".to_owned(), "address cannot be found".to_owned()),
        (format!("https://{}/x", files.address), "the TLS handshake failed".to_owned()),
        (format!("ftp://{}/x", files.address), "not an http or https address".to_owned()),
        ("data.tgz".to_owned(), "not an http or https address".to_owned()),
        (String::new(), "not an http or https address".to_owned()),
    ];
    for (url, what) in &table {
        refused(&server.upload("/v2/modules", naming_one(url)), 500, "get_dependency_failed", what);
    }
    // One that is wrong is enough.
    let two = json!({"a": {"url": files.url("/empty")}, "b": {"url": files.url("/broken")}});
    refused(&server.upload("/v2/modules", naming(two)), 500, "get_dependency_failed", "dependency `a`");
    nothing_is_left(&server);
}

#[test]
fn a_certificate_must_be_trusted() {
    // Whose certificate nobody but itself has signed.
    let tls = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |c| {
        c.transport = Transport::SelfMade;
    });
    let server = server(&[&tls.address.to_string()], |_| {});
    let answer = server.upload("/v2/modules", naming_one(&format!("https://{}/page/style.css", tls.address)));
    refused(&answer, 500, "get_dependency_failed", "certificate");
    nothing_is_left(&server);
}

#[test]
fn size_is_bounded_over_all_dependencies_of_a_bundle() {
    let files = Files::new(|path| match path {
        "/announced" => Reply::Endless(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".to_vec()),
        "/unannounced" => Reply::Endless([b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 1001]].concat()),
        _ => content(&[b'x'; 600]),
    });
    let server = server(&[&files.address.to_string()], |config| config.limits.max_dependencies_bytes = 1000);
    for path in ["/announced", "/unannounced"] {
        let answer = server.upload("/v2/modules", naming_one(&files.url(path)));
        refused(&answer, 500, "get_dependency_failed", "downloads at most 1000 bytes for all dependencies");
    }
    let two = json!({"a": {"url": files.url("/600")}, "b": {"url": files.url("/600")}});
    refused(&server.upload("/v2/modules", naming(two)), 500, "get_dependency_failed", "dependency `b`");
    nothing_is_left(&server);
    soon("the connections are closed", || files.busy() == 0);
}

#[test]
fn only_hosts_that_are_named_are_asked() {
    let other = Files::new(|_| content(DATA));
    let to_other = other.url("/data.tgz");
    let files = Files::new(move |path| match path {
        "/other" => elsewhere(&to_other),
        "/metadata" => elsewhere("http://169.254.169.254/latest/meta-data/"),
        _ => content(DATA),
    });
    let named = server_for(&files);
    let port = files.address.port();
    for url in [
        other.url("/data.tgz"),
        files.url("/other"),
        files.url("/metadata"),
        format!("http://localhost:{port}/data.tgz"),
        format!("http://127.0.0.1@localhost:{port}/data.tgz"),
        "http://127.0.0.1/data.tgz".to_owned(),
    ] {
        let answer = named.upload("/v2/modules", naming_one(&url));
        refused(&answer, 500, "get_dependency_failed", "may not download from that host and port");
    }
    nothing_is_left(&named);
    assert_eq!(other.asked(), Vec::<String>::new());
    assert_eq!(files.asked().len(), 2);
}

#[test]
fn addresses_that_are_not_public_must_be_named() {
    let files = Files::new(|path| elsewhere(&format!("http://{}", path.trim_start_matches('/'))));
    let server = server(&["public", &files.address.to_string()], |_| {});
    for host in [
        "127.0.0.1",
        // Found out only by asking for its address.
        "localhost",
        "0x7f000001",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.0.1",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "0.0.0.0",
        "224.0.0.1",
    ] {
        for url in [format!("http://{host}/x"), format!("https://{host}/x"), files.url(&format!("/{host}/x"))] {
            let answer = server.upload("/v2/modules", naming_one(&url));
            refused(&answer, 500, "get_dependency_failed", "not at a public address");
        }
    }
    nothing_is_left(&server);
    // A name that is named may be at any address.
    let port = files.address.port();
    let files = Files::new(|_| content(DATA));
    assert_ne!(port, files.address.port());
    let named = format!("localhost:{}", files.address.port());
    let server = self::server(&[&named], |_| {});
    server.upload("/v2/modules", naming_one(&format!("http://{named}/data.tgz"))).ok();
}

#[test]
fn nobody_is_asked_for_nothing() {
    let files = Files::new(|_| content(DATA));
    let good = naming_one(&files.url("/data.tgz"));
    let mut packed = good.clone();
    packed.dependencies.push(("deps/data.tgz".to_owned(), DATA.to_vec()));

    // It is off unless somebody turns it on.
    let off = TestServer::of("7.22");
    off.upload("/v2/modules", good.clone()).ok();
    let on = server_for(&files);
    // What the bundle holds is there.
    on.upload("/v2/modules", packed).ok();
    // What is refused anyhow needs nothing.
    on.upload("/v2/modules", good.clone()).is_refused(400, "module_exists");
    on.upload("/v2/modules", good.clone().set("version", 2).without("author").set("architecture", "i386"))
        .is_refused(400, "invalid_module");
    on.upload("/v1/modules", good.clone().set("version", 2)).is_refused(400, "dependencies_not_supported");
    on.upload("/ramp/v1/validate", good.clone().set("version", 2)).ok();
    assert_eq!(files.asked(), Vec::<String>::new());
    // Under another name it is not what nodes look for.
    let mut elsewhere = good.set("version", 3);
    elsewhere.dependencies.push(("deps/other.tgz".to_owned(), DATA.to_vec()));
    on.upload("/v2/modules", elsewhere).ok();
    assert_eq!(files.asked().len(), 1);
}

#[test]
fn no_name_and_no_password_goes_along() {
    let files =
        Files::new(|path| if path == "/data.tgz" { elsewhere("/x?signature=s3cret") } else { status("403 No") });
    let server = server_for(&files);
    let url = format!("http://me:s3cret@{}/data.tgz#s3cret", files.address);
    let answer = server.upload("/v2/modules", naming_one(&url));
    refused(&answer, 500, "get_dependency_failed", &format!("at http://{}/x?…: HTTP status 403", files.address));
    assert!(!answer.text.contains("s3cret"), "{answer:?}");
    let [first, second] = files.asked().try_into().unwrap();
    assert!(first.starts_with("GET /data.tgz HTTP/1.1\r\n"), "{first}");
    for head in [first, second] {
        let head = head.to_lowercase();
        assert!(head.contains(&format!("\r\nhost: {}\r\n", files.address)), "{head}");
        assert!(head.contains("\r\naccept-encoding: identity\r\n"), "{head}");
        for absent in ["authorization", "cookie", "referer", "bwu6", "me:"] {
            assert!(!head.contains(absent), "{absent}: {head}");
        }
    }
}
