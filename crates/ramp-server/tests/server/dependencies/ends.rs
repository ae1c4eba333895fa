//! Downloads that take long, wait for their turn, or that nobody waits for any more.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ramp_server::Config;
use serde_json::json;

use super::{DATA, naming_one, nothing_is_left, refused, server, server_for, soon};
use crate::files::{Files, Reply, content, elsewhere};
use crate::support::{ADMIN, BundleBuilder, TestServer, basic, form};

#[test]
fn time_is_bounded() {
    let files = Files::new(|path| match path {
        "/nothing" => Reply::Endless(Vec::new()),
        "/half-a-head" => Reply::Endless(b"HTTP/1.1 200 OK\r\nContent-".to_vec()),
        "/half" => Reply::Endless(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nwhat".to_vec()),
        _ => {
            std::thread::sleep(Duration::from_millis(200));
            elsewhere("/on")
        }
    });
    let sources = [files.address.to_string()];
    let server = server(&[&sources[0]], |config| config.limits.dependencies_timeout = Duration::from_millis(500));
    for path in ["/nothing", "/half-a-head", "/half", "/on-and-on"] {
        let answer = server.upload("/v2/modules", naming_one(&files.url(path)));
        refused(&answer, 500, "get_dependency_failed", "must arrive within 0.5 s");
    }
    // It speaks no TLS, and says nothing.
    let quiet = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = quiet.local_addr().unwrap().to_string();
    let server = self::server(&[&address], |c| c.limits.dependency_connect_timeout = Duration::from_millis(300));
    let answer = server.upload("/v2/modules", naming_one(&format!("https://{address}/x")));
    refused(&answer, 500, "get_dependency_failed", "the TLS handshake failed: timed out");
    nothing_is_left(&server);
    soon("the connections are closed", || files.busy() == 0);
}

#[test]
fn four_are_downloaded_at_a_time() {
    let go_on = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&go_on);
    let files = Files::new(move |_| {
        while !waits.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(10));
        }
        content(DATA)
    });
    let server = server_for(&files);
    let mut busiest = 0;
    std::thread::scope(|scope| {
        for version in 1..=10 {
            let bundle = naming_one(&files.url("/data.tgz")).set("version", version);
            let server = &server;
            scope.spawn(move || server.upload("/v2/modules", bundle).ok());
        }
        soon("four are downloaded", || files.busy() == 4);
        // The others have arrived, and wait.
        soon("all have arrived", || server.files("incoming").len() == 10);
        std::thread::sleep(Duration::from_millis(300));
        // Later, one that has ended may be busy here for another moment.
        busiest = files.busiest();
        go_on.store(true, Ordering::SeqCst);
    });
    assert_eq!(busiest, 4);
    assert_eq!(files.asked().len(), 10);
}

/// Sends an upload, and does not wait for the answer.
fn send(server: &TestServer, bundle: &BundleBuilder) -> std::net::TcpStream {
    let (kind, body) = form(&bundle.build());
    let mut stream = std::net::TcpStream::connect(server.address).unwrap();
    let (authorization, length) = (basic(ADMIN.0, ADMIN.1), body.len());
    let head = format!(
        "POST /v2/modules HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\nContent-Type: {kind}\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), &body].concat()).unwrap();
    stream
}

#[test]
fn a_client_that_goes_away_ends_it() {
    let files = Files::new(|_| Reply::Endless(b"HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\nwhat".to_vec()));
    let server = server_for(&files);
    let client = send(&server, &naming_one(&files.url("/data.tgz")));
    soon("it is downloaded", || files.busy() == 1);
    assert_eq!(server.files("incoming").len(), 1);
    assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
    drop(client);
    soon("the download ends", || files.busy() == 0);
    soon("the bundle is removed", || server.files("incoming").is_empty());
    nothing_is_left(&server);
}

#[test]
fn the_end_of_the_server_ends_it() {
    let files = Files::new(|_| Reply::Endless(b"HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\nwhat".to_vec()));
    let limit = |config: &mut Config| config.limits.shutdown_timeout = Duration::from_millis(300);
    let server = server(&[&files.address.to_string()], limit);
    let _client = send(&server, &naming_one(&files.url("/data.tgz")));
    soon("it is downloaded", || files.busy() == 1);
    let began = Instant::now();
    let directory = server.end();
    assert!(began.elapsed() < Duration::from_secs(60));
    soon("the download ends", || files.busy() == 0);
    let server = TestServer::start(directory, "7.22", |_| {});
    nothing_is_left(&server);
}
