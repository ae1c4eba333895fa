//! Bundles at URLs, on servers that know ranges, do not, or misbehave.

use std::io::{self, Cursor, Read as _, Seek as _, SeekFrom};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ramp_client::Trust;
use ramp_client::remote::{Remote, RemoteError, RemoteLimits, RemoteUrl, Remotes};
use ramp_core::facts::{gather, gather_without_dependencies};
use ramp_core::{Limits, Policy, Target, validate};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::files::{FileServer, Reply};

use crate::support::TestServer;

fn limits() -> RemoteLimits {
    let mut limits = RemoteLimits::default();
    limits.backoff = Duration::from_millis(5);
    limits
}

fn open_within(url: &str, limits: RemoteLimits) -> Result<Remote, RemoteError> {
    Remotes::new(&Trust::Anybody, limits).unwrap().open(&RemoteUrl::parse(url)?)
}

fn open(url: &str) -> Result<Remote, RemoteError> {
    open_within(url, limits())
}

/// Bytes that nothing makes smaller, none like another.
fn noise(length: usize) -> Arc<[u8]> {
    let mut state = 1_u64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// What reading all of it fails with.
fn failure(mut remote: Remote) -> Arc<RemoteError> {
    let err = io::copy(&mut remote, &mut io::sink()).unwrap_err();
    assert_eq!(err.kind(), io::ErrorKind::ConnectionAborted);
    // It stays so, wherever one reads.
    remote.rewind().unwrap();
    assert!(remote.read(&mut [0]).is_err());
    remote.failure().unwrap()
}

#[test]
fn a_file_is_read_in_few_requests_and_nothing_twice() {
    let file = noise((10 << 20) + 17);
    let server = FileServer::of(Arc::clone(&file));
    let mut remote = open(&server.url("/a.zip")).unwrap();
    assert_eq!(remote.seek(SeekFrom::End(0)).unwrap(), file.len() as u64);
    remote.rewind().unwrap();
    let mut read = Vec::new();
    remote.read_to_end(&mut read).unwrap();
    assert!(read == *file);
    assert_eq!(server.sent(), file.len() as u64);
    assert!(server.asked().len() <= 10, "{}", server.asked().len());
    assert!(remote.failure().is_none());
}

#[test]
fn what_is_jumped_about_in_is_what_the_file_says() {
    let file = noise((3 << 20) + 5);
    let server = FileServer::of(Arc::clone(&file));
    let mut remote = open(&server.url("/a.zip")).unwrap();
    let mut at = 7_usize;
    for step in 0..400_usize {
        at = (at * 31 + step * 7919) % file.len();
        let length = (step * 977) % 100_000 + 1;
        remote.seek(SeekFrom::Start(at as u64)).unwrap();
        let mut read = Vec::new();
        (&mut remote).take(length as u64).read_to_end(&mut read).unwrap();
        assert!(read == file[at..(at + length).min(file.len())], "{length} from {at}");
    }
    remote.seek(SeekFrom::Start(u64::MAX)).unwrap();
    assert_eq!(remote.read(&mut [0]).unwrap(), 0);
    assert!(remote.seek(SeekFrom::Current(-1)).is_ok() && remote.seek(SeekFrom::End(-(1 << 40))).is_err());
}

#[test]
fn files_of_every_odd_length_are_whole() {
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073] {
        let file = noise(length);
        for know_ranges in [true, false] {
            let own = Arc::clone(&file);
            let server = FileServer::start(move |_| {
                if know_ranges { Reply::File(Arc::clone(&own), "\"1\"") } else { Reply::Whole(Arc::clone(&own)) }
            });
            let (mut remote, mut read) = (open(&server.url("/a.zip")).unwrap(), Vec::new());
            remote.read_to_end(&mut read).unwrap();
            assert!(read == *file, "{length}");
            assert_eq!(server.sent(), length as u64);
        }
    }
}

/// A bundle whose dependencies are most of it.
fn large() -> Vec<u8> {
    let mut bundle = BundleBuilder::with_dependency();
    for name in ["deps/model.bin", "deps/more.bin"] {
        bundle.dependencies.push((name.to_owned(), noise(20 << 20).to_vec()));
    }
    bundle.build()
}

#[test]
fn what_is_not_looked_at_is_not_fetched() {
    let bundle = large();
    let size = bundle.len() as u64;
    assert!(size > 40 << 20);
    let expected = gather_without_dependencies(Cursor::new(&bundle), &Limits::default()).unwrap();
    let whole = gather(Cursor::new(&bundle), &Limits::default()).unwrap();
    let server = FileServer::of(bundle);
    let facts = gather_without_dependencies(open(&server.url("/a.zip")).unwrap(), &Limits::default()).unwrap();
    assert_eq!(facts, expected);
    assert!(server.sent() <= 1 << 20, "{} of {size}", server.sent());
    // Everything costs what there is, once; and a few records that are read again.
    let before = server.sent();
    let facts = gather(open(&server.url("/a.zip")).unwrap(), &Limits::default()).unwrap();
    assert_eq!(facts, whole);
    assert!(server.sent() - before <= size + (2 << 20), "{} of {size}", server.sent() - before);
}

#[test]
fn a_file_that_changes_is_an_error_and_never_a_mixture() {
    let file = noise(2 << 20);
    // By its tag, which the server itself compares; by its length.
    let tag = |before: usize, tag: &'static str, other: &'static str| if before < 2 { tag } else { other };
    let own = Arc::clone(&file);
    let strong = FileServer::start(move |asked| Reply::File(Arc::clone(&own), tag(asked.before, "\"1\"", "\"2\"")));
    let (own, shorter) = (Arc::clone(&file), noise(1 << 20));
    let length = FileServer::start(move |asked| {
        Reply::File(Arc::clone(if asked.before < 2 { &own } else { &shorter }), "\"1\"")
    });
    let (own, empty) = (Arc::clone(&file), noise(0));
    let gone =
        FileServer::start(move |asked| Reply::File(Arc::clone(if asked.before < 2 { &own } else { &empty }), "\"1\""));
    for server in [strong, length, gone] {
        let failure = failure(open(&server.url("/a.zip")).unwrap());
        assert!(matches!(*failure, RemoteError::Changed { .. }), "{failure:?}");
    }
    // Only a strong tag is asked for again.
    let server = FileServer::of(file);
    io::copy(&mut open(&server.url("/a.zip")).unwrap(), &mut io::sink()).unwrap();
    let asked = server.asked();
    assert!(!asked[0].headers.contains_key("if-range") && asked[1].headers["if-range"] == "\"1\"");
    assert!(asked.iter().all(|asked| asked.headers["accept-encoding"] == "identity"));
}

/// Where nothing tells one file from another of the same length, it comes in one answer.
#[test]
fn a_file_without_a_version_is_fetched_at_once() {
    let (one, other) = (noise(300_000), vec![7; 300_000]);
    for version in ["", "ETag: W/\"1\"\r\n"] {
        let (own, other) = (Arc::clone(&one), other.clone());
        let server = FileServer::start(move |asked| {
            let file = if asked.before < 2 { &own[..] } else { &other[..] };
            let (first, last) = asked.headers["range"].trim_start_matches("bytes=").split_once('-').unwrap();
            let (first, last) = (first.parse::<usize>().unwrap(), last.parse::<usize>().unwrap().min(299_999));
            let head = format!(
                "206 X\r\n{version}Content-Range: bytes {first}-{last}/300000\r\nContent-Length: {}",
                last + 1 - first
            );
            Reply::Raw(head, file[first..=last].to_vec())
        });
        let mut read = Vec::new();
        open(&server.url("/a.zip")).unwrap().read_to_end(&mut read).unwrap();
        assert!(read == *one, "{version}");
        assert_eq!(server.asked().len(), 2);
    }
}

#[test]
fn a_connection_that_breaks_off_is_taken_up_again() {
    let file = noise(1 << 20);
    let own = Arc::clone(&file);
    let server = FileServer::start(move |asked| match asked.before % 2 {
        0 => Reply::File(Arc::clone(&own), "\"1\""),
        _ => Reply::Breaking(Arc::clone(&own), "\"1\"", 100_000),
    });
    let (mut remote, mut read) = (open(&server.url("/a.zip")).unwrap(), Vec::new());
    remote.read_to_end(&mut read).unwrap();
    assert!(read == *file);
    // And given up, where it does so again and again.
    let server = FileServer::start(move |asked| match asked.before {
        0 => Reply::File(Arc::clone(&file), "\"1\""),
        _ => Reply::Breaking(Arc::clone(&file), "\"1\"", 100),
    });
    let failure = failure(open(&server.url("/a.zip")).unwrap());
    assert!(matches!(*failure, RemoteError::Interrupted { .. }), "{failure:?}");
    assert_eq!(server.asked().len(), 4);
}

/// However often it fails: what is asked for and not read in the end is no more than what was read.
#[test]
fn no_more_is_asked_for_than_has_come() {
    let file = noise(10 * 65_536);
    let asked_for = |failing: fn(usize, Arc<[u8]>) -> Option<Reply>| {
        let own = Arc::clone(&file);
        let server = FileServer::start(move |asked| {
            failing(asked.before, Arc::clone(&own)).unwrap_or_else(|| Reply::File(Arc::clone(&own), "\"1\""))
        });
        let (mut remote, mut read) = (open(&server.url("/a.zip")).unwrap(), Vec::new());
        remote.read_to_end(&mut read).unwrap();
        assert!(read == *file);
        let in_blocks = |(first, last): (usize, usize)| (first / 65_536, (last + 1 - first) / 65_536);
        server.asked().iter().map(|asked| in_blocks(asked.range().unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(asked_for(|_, _| None), [(0, 1), (1, 2), (3, 4), (7, 3)]);
    let busy = asked_for(|before, _| [1, 2, 4].contains(&before).then_some(Reply::Status(503)));
    assert_eq!(busy, [(0, 1), (1, 2), (1, 2), (1, 2), (3, 4), (3, 4), (7, 3)]);
    // One block of two comes, and one of three.
    let breaking =
        asked_for(|before, file| [1, 2].contains(&before).then_some(Reply::Breaking(file, "\"1\"", 100_000)));
    assert_eq!(breaking, [(0, 1), (1, 2), (2, 3), (3, 4), (7, 3)]);
}

#[test]
fn an_answer_that_contradicts_itself_is_refused() {
    let head = |range: &str, length: &str| format!("206 X\r\nContent-Range: {range}\r\n{length}");
    let body = vec![0; 65_536];
    for (head, expected) in [
        (head("bytes 1-65536/100000", "Content-Length: 65536"), "with the range"),
        (head("bytes 0-65536/100000", "Content-Length: 65537"), "with the range"),
        (head("bytes 0-65535/65535", "Content-Length: 65536"), "with the range"),
        (head("bytes 0-65535/*", "Content-Length: 65536"), "with the range"),
        (head("bytes 9-4/100000", "Content-Length: 65536"), "with the range `bytes 9-4/100000` for `bytes=0-65535`"),
        (head("bytes 0-99/100000", "Content-Length: 100"), "with less than"),
        (head("bytes 0-65535/100000", "Content-Length: 65535"), "with 65535 bytes for the range"),
        ("206 X\r\nContent-Length: 65536".to_owned(), "does not say which"),
        ("200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 65536".to_owned(), "in the encoding `gzip`"),
        (
            "200 OK\r\nContent-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: 65536".to_owned(),
            "two headers `content-encoding` that differ",
        ),
        (
            head("bytes 0-65535/100000", "Content-Range: bytes 0-65535/200000\r\nContent-Length: 65536"),
            "two headers `content-range` that differ",
        ),
        ("416 X\r\nContent-Range: bytes */9\r\nContent-Length: 0".to_owned(), "that there is no range"),
    ] {
        let (own, body) = (head.clone(), body.clone());
        let server = FileServer::start(move |_| Reply::Raw(own.clone(), body.clone()));
        let err = open(&server.url("/a.zip")).unwrap_err();
        assert!(
            matches!(err, RemoteError::Contradiction { .. }) && err.to_string().contains(expected),
            "{head}: {err}"
        );
    }
    // More than it says, of whatever length.
    let chunked =
        "206 X\r\nETag: \"1\"\r\nContent-Range: bytes 0-65535/100000\r\nTransfer-Encoding: chunked".to_owned();
    let more = [b"20000\r\n".as_slice(), &vec![0; 0x20000], b"\r\n0\r\n\r\n"].concat();
    let server = FileServer::start(move |_| Reply::Raw(chunked.clone(), more.clone()));
    let err = open(&server.url("/a.zip")).unwrap_err();
    assert!(err.to_string().contains("with more than the range"), "{err}");
}

#[test]
fn nothing_goes_on_for_ever() {
    let mut small = limits();
    (small.stall, small.answer, small.retries) = (Duration::from_millis(300), Duration::from_millis(300), 0);
    small.max_bytes = 1 << 20;
    let too_large = |reply: Reply| {
        let server = FileServer::start(move |_| reply.clone());
        let err = open_within(&server.url("/a.zip"), small.clone()).unwrap_err();
        assert!(matches!(err, RemoteError::TooLarge { most: 1_048_576, .. }), "{err:?}");
        assert!(server.sent() < 16 << 20, "{}", server.sent());
    };
    too_large(Reply::Endless("200 OK\r\nConnection: close".to_owned()));
    too_large(Reply::Endless("200 OK\r\nContent-Length: 1048577".to_owned()));
    too_large(Reply::File(noise((1 << 20) + 1), "\"1\""));
    // Trailers are no bytes of the file.
    let trailers = [&b"10000\r\n"[..], &vec![0; 65_536], b"\r\n0\r\n", &b"X: aaaaaaaaaa\r\n".repeat(2 << 20)].concat();
    let server =
        FileServer::start(move |_| Reply::Raw("200 OK\r\nTransfer-Encoding: chunked".to_owned(), trailers.clone()));
    let err = open_within(&server.url("/a.zip"), small.clone()).unwrap_err();
    assert!(matches!(err, RemoteError::Interrupted { .. }), "{err:?}");
    assert!(server.sent() < 16 << 20, "{}", server.sent());
    let begun = Instant::now();
    for head in ["200 OK\r\nConnection: close", "206 X\r\nContent-Range: bytes 0-65535/65536", "200 OK\r\nX: "] {
        let head = head.to_owned();
        let server = FileServer::start(move |_| Reply::Slow(head.clone(), Duration::from_millis(20)));
        let err = open_within(&server.url("/a.zip"), small.clone()).unwrap_err();
        assert!(matches!(err, RemoteError::TimedOut { .. }), "{err:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    let server = FileServer::start(|asked| Reply::Redirect(format!("/{}", asked.before)));
    let err = open(&server.url("/a.zip")).unwrap_err();
    assert!(matches!(&err, RemoteError::TooManyRedirects { most: 5, at } if at.ends_with("/a.zip")), "{err:?}");
    assert_eq!(server.asked().len(), 6);
}

#[test]
fn redirects_are_followed_and_get_no_password() {
    let file = noise(200_000);
    let own = Arc::clone(&file);
    let other = FileServer::start(move |_| Reply::File(Arc::clone(&own), "\"1\""));
    let to = other.url("/elsewhere.zip?signature=secret").replace("http://", "http://eve:hers@");
    let server = FileServer::start(move |asked| match asked.path.as_str() {
        "/a.zip" => Reply::Redirect("b.zip".to_owned()),
        _ => Reply::Redirect(to.clone()),
    });
    let url = server.url("/a.zip").replace("http://", "http://me:secret@");
    let (mut remote, mut read) = (open(&url).unwrap(), Vec::new());
    remote.read_to_end(&mut read).unwrap();
    assert!(read == *file);
    // The same origin is who it was typed for.
    assert!(server.asked().iter().all(|asked| asked.headers["authorization"] == "Basic bWU6c2VjcmV0"));
    assert!(other.asked().iter().all(|asked| !asked.headers.contains_key("authorization")));
    assert_eq!((server.asked().len(), other.asked()[0].path.as_str()), (2, "/elsewhere.zip?signature=secret"));
}

#[test]
fn a_signed_url_that_has_run_out_is_asked_for_again() {
    let file = noise(1 << 20);
    let own = Arc::clone(&file);
    let store = FileServer::start(move |asked| match asked.path.as_str() {
        "/1" if asked.before > 1 => Reply::Status(403),
        _ => Reply::File(Arc::clone(&own), "\"1\""),
    });
    let at = store.host();
    let server = FileServer::start(move |asked| Reply::Redirect(format!("http://{at}/{}", asked.before + 1)));
    let (mut remote, mut read) = (open(&server.url("/a.zip")).unwrap(), Vec::new());
    remote.read_to_end(&mut read).unwrap();
    assert!(read == *file);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn what_leads_elsewhere_than_to_a_file_is_refused() {
    for (to, expected) in [
        ("ftp://me:secret@host/x?secret", "it redirects to `ftp://host/x`, which is neither"),
        ("file:///etc/passwd", "which is neither"),
        ("http://[/x", "which is not a URL"),
    ] {
        let server = FileServer::start(move |_| Reply::Redirect(to.to_owned()));
        let err = open(&server.url("/a.zip?secret")).unwrap_err();
        assert!(matches!(err, RemoteError::Redirect { .. }) && err.to_string().contains(expected), "{err}");
        assert!(!format!("{err:?}").contains("secret"), "{err:?}");
    }
}

#[test]
fn statuses_and_servers_that_are_not_there_are_told() {
    for (status, asked) in [(404, 1), (403, 1), (500, 1), (503, 3), (204, 1), (300, 1)] {
        let server = FileServer::start(move |_| Reply::Status(status));
        let err = open(&server.url("/a.zip")).unwrap_err();
        assert!(matches!(err, RemoteError::Status { status: told, .. } if told == status), "{err:?}");
        assert_eq!(server.asked().len(), asked, "{status}");
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for url in [format!("http://{closed}/a.zip"), "http://nobody.invalid/a.zip".to_owned()] {
        let err = open(&url).unwrap_err();
        assert!(matches!(err, RemoteError::NotReached { .. }), "{err:?}");
    }
    let server = FileServer::of(noise(10));
    let err = open(&server.url("/a.zip").replace("http:", "https:")).unwrap_err();
    assert!(matches!(err, RemoteError::NoTls { .. }), "{err:?}");
}

#[test]
fn certificates_are_looked_at() {
    let server = TestServer::start(crate::support::open(Target::named("7.22").unwrap()), |config| {
        config.transport = ramp_server::Transport::SelfMade;
    });
    let url = RemoteUrl::parse(&format!("{}/a.zip", server.url())).unwrap();
    let open = |trust| Remotes::new(&trust, limits()).unwrap().open(&url).unwrap_err();
    let err = open(Trust::System);
    assert!(matches!(err, RemoteError::NotTrusted { .. }), "{err:?}");
    let err = open(Trust::File(server.directory.path().join("certificate.pem")));
    assert!(matches!(err, RemoteError::Status { status: 401 | 404, .. }), "{err:?}");
}

#[test]
fn a_failure_is_not_taken_for_damage() {
    let bundle: Arc<[u8]> = BundleBuilder::of_module(noise(1 << 20).to_vec()).build().into();
    // Wherever it breaks off, the bundle is not judged by what came.
    for good in 1..6 {
        let own = Arc::clone(&bundle);
        let server = FileServer::start(move |asked| {
            if asked.before < good { Reply::File(Arc::clone(&own), "\"1\"") } else { Reply::Status(404) }
        });
        let mut remote = open(&server.url("/a.zip")).unwrap();
        let judged = validate(&mut remote, &Target::default(), &Policy::strict());
        match remote.failure() {
            Some(failure) => assert!(matches!(*failure, RemoteError::Status { status: 404, .. }), "{failure:?}"),
            None => assert!(judged.is_ok() && server.asked().len() <= good),
        }
    }
}
