//! Uploads as they come over the wire, well and badly made.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use crate::support::{ADMIN, Answer, BOUNDARY, BundleBuilder, TestServer, basic, form, form_of, part};

const FILE: &str = "name=\"module\"; filename=\"x.zip\"";

fn send(server: &TestServer, body: (&str, Vec<u8>)) -> Answer {
    server.request(Some(ADMIN), "POST", "/v2/modules", Some(body))
}

/// Sends the head and then the pieces, and reads until the connection ends.
fn raw(server: &TestServer, headers: &str, pieces: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let authorization = basic(ADMIN.0, ADMIN.1);
    write!(
        stream,
        "POST /v2/modules HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {authorization}\r\n{headers}\r\n"
    )
    .unwrap();
    for piece in pieces {
        stream.write_all(piece).unwrap();
        stream.flush().unwrap();
    }
    let mut answer = String::new();
    // A connection that is cut off answers nothing.
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn a_request_without_a_file_is_told_so() {
    let server = TestServer::of("7.22");
    let bundle = BundleBuilder::good().build();
    let mut headless = form(&bundle);
    headless.0 = "multipart/form-data; boundary=other";
    for (what, body) in [
        ("no form", ("application/zip", bundle.clone())),
        ("an empty body", ("application/json", Vec::new())),
        ("an empty form", form_of(&[])),
        ("a form that is empty", (form_of(&[]).0, Vec::new())),
        ("another field", form_of(&[part("name=\"file\"; filename=\"x.zip\"", &bundle)])),
        ("a text", form_of(&[part("name=\"module\"", &bundle)])),
        ("no file chosen in a browser", form_of(&[part("name=\"module\"; filename=\"\"", b"")])),
        ("another boundary", headless),
        ("no boundary", ("multipart/form-data", form(&bundle).1)),
    ] {
        let answer = send(&server, body);
        assert_eq!(answer.refusal(), (400, "no_module".to_owned()), "{what}: {answer:?}");
    }
    assert_eq!(server.files("incoming"), Vec::<String>::new());
}

#[test]
fn a_form_that_is_wrong_is_refused() {
    let server = TestServer::of("7.22");
    let bundle = BundleBuilder::good().build();
    let (kind, whole) = form(&bundle);
    for (what, body) in [
        ("an empty file", form(b"")),
        ("two files", form_of(&[part(FILE, &bundle), part(FILE, &bundle)])),
        ("a form without its end", (kind, whole[..whole.len() - 10].to_vec())),
        ("half a file", (kind, whole[..whole.len() / 2].to_vec())),
    ] {
        let answer = send(&server, body);
        assert_eq!(answer.refusal(), (400, "invalid_module".to_owned()), "{what}: {answer:?}");
    }
    assert_eq!(server.files("incoming"), Vec::<String>::new());
    assert_eq!(server.files("blobs"), Vec::<String>::new());
}

#[test]
fn other_fields_do_no_harm() {
    let server = TestServer::of("7.22");
    let bundle = BundleBuilder::good().build();
    let parts = [part("name=\"note\"", b"hello"), part(FILE, &bundle), part("name=\"more\"; filename=\"y\"", b"y")];
    send(&server, form_of(&parts)).ok();
}

#[test]
fn chunked_bodies_and_expectations_are_understood() {
    let server = TestServer::of("7.22");
    let (kind, body) = form(&BundleBuilder::good().build());
    let mut chunks: Vec<Vec<u8>> =
        body.chunks(7).map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat()).collect();
    chunks.push(b"0\r\n\r\n".to_vec());
    let chunked = chunks.concat();
    let answer = raw(
        &server,
        &format!("Content-Type: {kind}\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n"),
        &[&chunked],
    );
    assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), "{answer}");
}

#[test]
fn who_waits_to_be_told_to_go_on_is_refused_before() {
    let server = TestServer::of("8.2");
    let mut stream = TcpStream::connect(server.address).unwrap();
    let authorization = basic(ADMIN.0, ADMIN.1);
    write!(
        stream,
        "POST /v2/local/modules/user-defined/artifacts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Authorization: {authorization}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n\
         Content-Length: 100000000\r\nExpect: 100-continue\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
    assert!(answer.contains("modules_upload_disabled"), "{answer}");
}

#[test]
fn a_connection_that_breaks_leaves_nothing() {
    let server = TestServer::of("7.22");
    let (kind, body) = form(&BundleBuilder::good().build());
    let headers = format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
    let mut stream = TcpStream::connect(server.address).unwrap();
    let authorization = basic(ADMIN.0, ADMIN.1);
    write!(stream, "POST /v2/modules HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\n{headers}\r\n").unwrap();
    stream.write_all(&body[..body.len() / 2]).unwrap();
    for _ in 0..100 {
        if !server.files("incoming").is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(stream);
    let empty = || server.files("incoming").is_empty();
    for _ in 0..100 {
        if empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(empty());
    assert_eq!(server.get("/v1/modules").ok().text, "[]");
}

#[test]
fn size_and_time_are_bounded() {
    let directory = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    let server = TestServer::start(directory, "7.22", |config| {
        config.limits.max_upload_bytes = 2000;
        config.limits.idle_timeout = Duration::from_millis(300);
    });
    send(&server, form(&[b'x'; 4000])).is_refused(413, "request_too_large");
    // Without a length that could be looked at before.
    let (kind, body) = form(&[b'x'; 4000]);
    let chunk = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
    let answer = raw(&server, &format!("Content-Type: {kind}\r\nTransfer-Encoding: chunked\r\n"), &[&chunk]);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");

    let mut stream = TcpStream::connect(server.address).unwrap();
    let authorization = basic(ADMIN.0, ADMIN.1);
    write!(
        stream,
        "POST /v2/modules HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {authorization}\r\n\
         Content-Type: {kind}\r\nContent-Length: 1000\r\n\r\n--{BOUNDARY}\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("request_timeout"), "{answer}");
}
