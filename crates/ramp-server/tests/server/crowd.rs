//! As many connections as there may be, and more.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ramp_server::Transport;

use crate::support::{ADMIN, TestServer, basic};

const MOST: usize = 4;

fn server(transport: Transport) -> TestServer {
    TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.limits.max_connections = MOST;
        config.transport = transport;
    })
}

/// A connection from an address of this machine.
fn connect(server: &TestServer, from: [u8; 4]) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        socket.connect(server.address).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

fn half(server: &TestServer, from: [u8; 4]) -> TcpStream {
    let mut stream = connect(server, from);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").unwrap();
    stream
}

/// Sends the rest of a request, and reads what is answered; nothing where the connection has ended.
fn finish(mut stream: &TcpStream) -> String {
    let mut answer = String::new();
    if stream.write_all(b"Connection: close\r\n\r\n").is_ok() {
        let _ = stream.read_to_string(&mut answer);
    }
    answer
}

fn is_answered(stream: &TcpStream) -> bool {
    finish(stream).starts_with("HTTP/1.1 200 ")
}

const HERE: [u8; 4] = [127, 0, 0, 1];

#[test]
fn heads_that_never_come_keep_nobody_out() {
    let server = server(Transport::Plain);
    let began = Instant::now();
    let held: Vec<TcpStream> = (0..5 * MOST).map(|_| half(&server, HERE)).collect();
    for _ in 0..3 {
        assert!(is_answered(&half(&server, HERE)));
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    // The oldest went; the others can still be finished.
    assert!(!is_answered(&held[0]) && is_answered(held.last().unwrap()));
}

/// Nor do those who never agree on TLS.
#[test]
fn handshakes_that_never_come_keep_nobody_out() {
    let server = server(Transport::SelfMade);
    let _held: Vec<TcpStream> = (0..5 * MOST).map(|_| connect(&server, HERE)).collect();
    let asked = std::process::Command::new("curl")
        .args(["--insecure", "--silent", "--max-time", "10", &format!("https://{}/healthz", server.address)])
        .output();
    let Ok(asked) = asked else { return };
    assert!(String::from_utf8_lossy(&asked.stdout).contains("\"status\":\"ok\""), "{asked:?}");
}

/// Whoever has many of them loses them, and nobody else does; a request that is under way is not cut off.
#[cfg(target_os = "linux")]
#[test]
fn who_has_most_makes_room() {
    let server = server(Transport::Plain);
    let mut busy = connect(&server, HERE);
    let (head, body) = (
        format!("POST /v1/users HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\n", basic(ADMIN.0, ADMIN.1)),
        b"{\"x\": 1}",
    );
    busy.write_all(format!("{head}Connection: close\r\nContent-Length: {}\r\n\r\n{{", body.len()).as_bytes()).unwrap();
    let other = half(&server, [127, 0, 0, 2]);
    std::thread::sleep(Duration::from_millis(200));
    let _held: Vec<TcpStream> = (0..5 * MOST).map(|_| half(&server, HERE)).collect();
    assert!(is_answered(&half(&server, [127, 0, 0, 3])));
    assert!(is_answered(&other), "it had one only");
    busy.write_all(&body[1..]).unwrap();
    let mut answer = String::new();
    busy.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("invalid_schema"), "{answer}");
}
