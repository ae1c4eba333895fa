//! Clients that are slow: to take what they are answered, and to send what they said they would.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ramp_server::{Config, Transport};

use crate::support::{ADMIN, TestServer, basic};

/// Answers that are more than the buffers of both ends hold.
const ANSWERS: usize = 60;

fn server(change: impl FnOnce(&mut Config)) -> TestServer {
    TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "8.2", |config| {
        // Who holds the only connection keeps everybody else out.
        config.limits.max_connections = 1;
        change(config);
    })
}

/// A client whose system takes little that it does not read itself.
fn connect(server: &TestServer) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        socket.connect(server.address).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream
}

/// Asks for more than fits, all at once.
fn ask_for_much(server: &TestServer) -> TcpStream {
    let mut stream = connect(server);
    let one = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let last = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(format!("{}{last}", one.repeat(ANSWERS - 1)).as_bytes()).unwrap();
    stream
}

/// How long it takes until somebody else is answered.
fn next_is_answered(server: &TestServer) -> Duration {
    let began = Instant::now();
    let mut next = TcpStream::connect(server.address).unwrap();
    next.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    next.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    next.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    began.elapsed()
}

#[test]
fn who_does_not_read_loses_the_connection() {
    let server = server(|config| config.limits.idle_timeout = Duration::from_millis(300));
    let stalled = ask_for_much(&server);
    next_is_answered(&server);
    drop(stalled);
}

/// It makes no difference whether the answer is encrypted.
#[test]
fn who_does_not_read_over_tls_loses_the_connection() {
    let server = server(|config| {
        config.limits.idle_timeout = Duration::from_millis(300);
        config.transport = Transport::SelfMade;
    });
    let ask = |path: &str, times: usize| {
        let mut client = std::process::Command::new("openssl");
        client.args(["s_client", "-quiet", "-connect", &server.address.to_string()]);
        let (stdin, null) = (std::process::Stdio::piped(), std::process::Stdio::null());
        let mut client = client.stdin(stdin).stdout(std::process::Stdio::piped()).stderr(null).spawn().ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let _ = client.stdin.as_mut().unwrap().write_all(request.repeat(times).as_bytes());
        Some(client)
    };
    // Nobody reads what it prints, and so it does not read either.
    let Some(mut stalled) = ask("/openapi.json", ANSWERS * 20) else { return };
    std::thread::sleep(Duration::from_millis(100));
    let mut next = ask("/healthz", 1).unwrap();
    let mut answer = [0; 15];
    next.stdout.as_mut().unwrap().read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    for child in [&mut stalled, &mut next] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// Whoever takes a little now and then gets everything, and takes longer than nothing may take.
#[test]
fn who_reads_slowly_gets_everything() {
    let idle = Duration::from_secs(1);
    let server = server(|config| config.limits.idle_timeout = idle);
    let began = Instant::now();
    let mut stream = ask_for_much(&server);
    let (mut all, mut piece) = (Vec::new(), vec![0; 1 << 20]);
    loop {
        let read = stream.read(&mut piece).unwrap();
        if read == 0 {
            break;
        }
        all.extend_from_slice(&piece[..read]);
        if began.elapsed() < idle + idle / 4 {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    assert!(began.elapsed() > idle);
    let heads = all.windows(15).filter(|window| window == b"HTTP/1.1 200 OK").count();
    assert_eq!(heads, ANSWERS);
}

/// A little now and then is not enough for ever.
#[test]
fn who_is_behind_for_long_loses_the_connection() {
    let server = server(|config| config.limits.answer_timeout = Duration::from_millis(400));
    let mut stream = ask_for_much(&server);
    let slow = std::thread::spawn(move || {
        let mut piece = [0; 2048];
        while stream.read(&mut piece).is_ok_and(|read| read > 0) {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    assert!(next_is_answered(&server) < Duration::from_secs(15));
    slow.join().unwrap();
}

/// The body of a request that is JSON, a byte at a time.
fn dribble(server: &TestServer, pause: Duration) -> String {
    let body = br#"{"name": "somebody"}"#;
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_nodelay(true).unwrap();
    write!(
        stream,
        "POST /v1/users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {}\r\nContent-Length: {}\r\n\r\n",
        basic(ADMIN.0, ADMIN.1),
        body.len()
    )
    .unwrap();
    for byte in body {
        std::thread::sleep(pause);
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
    }
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn a_body_arrives_in_time_as_a_whole() {
    let bounded = server(|config| {
        config.limits.idle_timeout = Duration::from_secs(10);
        config.limits.json_timeout = Duration::from_millis(200);
    });
    let answer = dribble(&bounded, Duration::from_millis(20));
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("request_timeout"), "{answer}");
    let answer = dribble(&bounded, Duration::ZERO);
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("invalid_schema"), "{answer}");
}
