//! A file at a URL, of whatever server: an error, or one and the same file; that of the server where it does not lie.
//!
//! Over loopback. Of the bytes, eight say what there is and how it is read, and each further four what is answered to a request.
#![no_main]

use std::io::{Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use ramp_client::Trust;
use ramp_client::remote::{Remote, RemoteLimits, RemoteUrl, Remotes};
use ramp_fixtures::files::{Asked, FileServer, Reply};

#[path = "remote/file.rs"]
mod file;

use file::{BLOCK, File, LONGEST};

const REDIRECTS: u32 = 2;
/// How long is waited for a server that does not go on, and for one that does.
const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(20);

/// Kinds of answers, of which the first eight are honest.
const KINDS: u8 = 32;
/// None: the file is the other from now on.
const CHANGES: u8 = 10;
/// That of a server that does not go on.
const WAITS: u8 = 26;

/// One server for all runs: those of each are told by the path.
static SERVER: LazyLock<FileServer> = LazyLock::new(|| FileServer::start(answer));
static SCENE: Mutex<Scene> = Mutex::new(Scene::NONE);
/// The sanitizer asks: it would take what a thread of the server holds for lost while that thread ends.
#[unsafe(no_mangle)]
extern "C" fn __lsan_is_turned_off() -> std::ffi::c_int {
    1
}

fuzz_target!(|data: &[u8]| {
    let Some((head, rest)) = data.split_first_chunk() else { return };
    let &[length, version, other_length, other_version, how, reads] = head;
    let (reads, answers) = rest.split_at(rest.len().min(usize::from(reads % 6) * 3));
    let answers: Vec<[u8; 4]> = answers.as_chunks().0.iter().rev().copied().collect();
    let waits = answers.iter().any(|[how, ..]| how % KINDS == WAITS);
    let mut limits = RemoteLimits::default();
    (limits.answer, limits.stall) = if waits { (SHORT, SHORT) } else { (LONG, LONG) };
    (limits.retries, limits.redirects, limits.backoff) = (u32::from(how & 1), REDIRECTS, Duration::ZERO);
    limits.max_bytes = [1 << 20, BLOCK as u64, 3 * BLOCK as u64, 0][usize::from(how / 2) % 4];

    let files = [File::of(false, length, version), File::of(true, other_length, other_version)];
    let url = {
        let mut scene = scene();
        *scene = Scene { run: scene.run + 1, files, answers, ..Scene::NONE };
        RemoteUrl::parse(&SERVER.url(&format!("/{}", scene.run))).expect("a URL")
    };
    let (begun, most) = (Instant::now(), limits.max_bytes);
    let requests = (limits.retries + 1) as usize * (limits.redirects + 1) as usize;
    let (outcome, seen) = match Remotes::new(&Trust::Anybody, limits).expect("no files").open(&url) {
        Ok(remote) => {
            let mut watched = Watched::new(remote, most);
            let outcome = watched.play(reads);
            (outcome, Some(watched))
        }
        Err(err) => (Err(err.to_string()), None),
    };
    assert!(!waits || begun.elapsed() < LONG, "{:?}", begun.elapsed());
    SERVER.take_asked();

    let scene = scene();
    let reads = seen.as_ref().map_or(0, |seen| seen.reads);
    // To open it may take two: one that tells that it has no version, and one for all of it.
    assert!(scene.asked <= (reads + 2) * requests, "{} requests for {reads} reads", scene.asked);
    if let Some(seen) = &seen {
        let is_one = files.iter().any(|file| seen.is_of(file));
        assert!(scene.lied || is_one || !files[0].is_told_from(&files[1]), "{outcome:?} of a mixture");
    }
    if scene.is_smooth && !waits {
        match outcome {
            Ok(()) => assert!(files[0].length as u64 <= most && seen.is_some_and(|seen| seen.is_of(&files[0]))),
            Err(err) => assert!(files[0].length as u64 > most, "{err}"),
        }
    }
});

/// A reader of which all that it gives is kept.
struct Watched {
    remote: Remote,
    length: usize,
    /// How often something was read.
    reads: usize,
    /// What was read, and where.
    bytes: Vec<u8>,
    spans: Vec<Range<usize>>,
}

impl Watched {
    fn new(mut remote: Remote, most: u64) -> Self {
        let length = remote.seek(SeekFrom::End(0)).expect("it was opened");
        assert!(length <= most, "{length} of {most} bytes");
        remote.rewind().expect("the start is there");
        let length = length as usize;
        Self { remote, length, reads: 0, bytes: vec![0; length], spans: Vec::new() }
    }

    /// Reads here and there, and all in the end.
    fn play(&mut self, reads: &[u8]) -> Result<(), String> {
        for &[how, a, b] in reads.as_chunks::<3>().0 {
            let by = usize::from(a) << 12 | usize::from(b) << 4;
            let to = match how % 3 {
                0 => SeekFrom::Start(by as u64),
                1 => SeekFrom::Current(by as i64 - (128 << 12)),
                _ => SeekFrom::End(-(by as i64)),
            };
            if self.remote.seek(to).is_ok() {
                self.read(usize::from(how / 3) << 11)?;
            }
        }
        self.remote.rewind().expect("the start is there");
        self.read(usize::MAX)
    }

    fn read(&mut self, mut most: usize) -> Result<(), String> {
        let mut buffer = vec![0; BLOCK + 1];
        while most > 0 {
            let at = self.remote.stream_position().expect("it is known") as usize;
            let room = most.min(buffer.len());
            self.reads += 1;
            match self.remote.read(&mut buffer[..room]) {
                Ok(0) => {
                    assert!(at >= self.length, "it ends at {at} of {}", self.length);
                    return Ok(());
                }
                Ok(read) => {
                    for known in &self.spans {
                        let both = known.start.max(at)..known.end.min(at + read);
                        if !both.is_empty() {
                            let again = &buffer[both.start - at..both.end - at];
                            assert!(self.bytes[both] == *again, "other bytes than before");
                        }
                    }
                    self.bytes[at..at + read].copy_from_slice(&buffer[..read]);
                    self.spans.push(at..at + read);
                    most -= read;
                }
                Err(err) => {
                    // It stays so, and nothing more is asked.
                    let asked = scene().asked;
                    let failure = self.remote.failure().expect("why it failed");
                    self.remote.rewind().expect("the start is there");
                    assert!(self.remote.read(&mut buffer).is_err() && scene().asked == asked);
                    return Err(format!("{err}: {failure}"));
                }
            }
        }
        Ok(())
    }

    /// Whether what was read is of that file.
    fn is_of(&self, file: &File) -> bool {
        let is_read = |span: &Range<usize>| self.bytes[span.clone()] == file.bytes()[span.clone()];
        self.length == file.length && self.spans.iter().all(is_read)
    }
}

fn scene() -> MutexGuard<'static, Scene> {
    SCENE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(asked: &Asked) -> Reply {
    let run = asked.path.trim_start_matches('/');
    let run = run.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let mut scene = scene();
    // Others are left over from runs that have ended.
    if run.parse() == Ok(scene.run) { scene.answer(asked) } else { Reply::Status(410) }
}

/// Where a redirect leads: never to where nobody says no.
fn places(which: u8, run: u64) -> String {
    let host = SERVER.host();
    match which % 12 {
        0 => "http://[".to_owned(),
        1 => "ftp://127.0.0.1/x".to_owned(),
        2 => "//127.0.0.1:1/".to_owned(),
        3 => String::new(),
        4 => "?x".to_owned(),
        5 => "#x".to_owned(),
        6 => format!("http://me:secret@{host}/{run}"),
        7 => format!("https://{host}/{run}"),
        8 => format!("/{run}/{}", "x/".repeat(5000)),
        9 => format!("/{run}/é"),
        10 => format!("/{run}\\..%00"),
        _ => format!("http://{host}/{run}?x#x"),
    }
}

/// So much of a number.
fn share(of: usize, share: u8) -> usize {
    of * usize::from(share) / 256
}

fn cut(mut bytes: Vec<u8>, at: u8) -> Vec<u8> {
    bytes.truncate(share(bytes.len(), at));
    bytes
}

/// A body in chunks. Source: RFC 9112, 7.1.
fn chunked(body: &[u8], piece: usize) -> Vec<u8> {
    let chunks = body.chunks(piece.max(body.len() / 100 + 1));
    let mut out: Vec<u8> =
        chunks.flat_map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat()).collect();
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

/// What is played.
struct Scene {
    run: u64,
    files: [File; 2],
    /// Which of them is there now.
    now: usize,
    /// The next is the last.
    answers: Vec<[u8; 4]>,
    asked: usize,
    /// Whole blocks that were sent.
    sent: usize,
    /// Whether something was said that is not so, and whether all was said in full.
    lied: bool,
    is_smooth: bool,
}

impl Scene {
    const NONE: Self = {
        let file = File { is_other: false, length: 0, tag: None, date: None };
        Self { run: 0, files: [file; 2], now: 0, answers: Vec::new(), asked: 0, sent: 0, lied: false, is_smooth: true }
    };

    /// How the next request is answered; honestly, once nothing is said about that.
    fn next(&mut self) -> [u8; 4] {
        let [how, a, b, c] = self.answers.pop().unwrap_or_default();
        [how % KINDS, a, b, c]
    }

    /// What is answered to a request.
    fn answer(&mut self, asked: &Asked) -> Reply {
        let (first, last) = asked.range().expect("a range is asked for");
        let blocks = (last - first + 1).div_ceil(BLOCK);
        assert!(first % BLOCK == 0 && first <= last && last - first < 256 * BLOCK, "{first}-{last}");
        // A file without a version is asked for from its start, at once.
        let is_in_step = first == 0 || blocks <= self.sent + 1;
        assert!(is_in_step, "{blocks} blocks are asked for, when {} were sent", self.sent);
        self.asked += 1;
        let [mut how, mut a, mut b, mut c] = self.next();
        while how == CHANGES {
            self.now ^= 1;
            self.is_smooth = false;
            [how, a, b, c] = self.next();
        }
        let smooth = how < 8;
        self.is_smooth &= smooth;
        let file = self.files[self.now];
        let (mut asked, mut bytes) = (asked.clone(), file.bytes());
        match how {
            // Less than was asked for, or all.
            8 => {
                drop(asked.headers.insert("range".into(), format!("bytes={first}-{}", first + share(last - first, a))))
            }
            9 => drop(asked.headers.remove("range")),
            // The other's bytes.
            20 => bytes = File { is_other: !file.is_other, ..file }.bytes(),
            _ => {}
        }
        let (head, body) = asked.honestly(bytes, file.tag);
        let (mut head, mut body) = (head + &file.headers(), body.to_vec());
        let is_cut = matches!(how, 12 | 13);
        self.sent += if is_cut { share(body.len(), a) } else { body.len() } / BLOCK;
        let length = |by: &[u8]| format!("\r\nContent-Length: {}", by.len());
        match how {
            11 => return Reply::Kept(head + "\r\nTransfer-Encoding: chunked", chunked(&body, usize::from(a) + 1)),
            12 => return Reply::Raw(head + "\r\nTransfer-Encoding: chunked", cut(chunked(&body, BLOCK), a)),
            13 => return Reply::Raw(head + &length(&body), cut(body, a)),
            14 => return Reply::Raw(head + &length(&body) + "\r\nConnection: close", body),
            15 => return Reply::Redirect(format!("/{}", self.run)),
            16 => return Reply::Status([503, 404, 403, 500, 429, 204, 304, 416, 300, 206][usize::from(a) % 10]),
            17 => return Reply::Redirect(places(a, self.run)),
            // More than is said.
            18 => return Reply::Raw(head + &length(&body), [&body[..], &[c; 100]].concat()),
            19 => {
                let encoding = ["identity", "gzip", "", "IDENTITY", "br, identity"][usize::from(a) % 5];
                return Reply::Kept(format!("{head}\r\nContent-Encoding: {encoding}{}", length(&body)), body);
            }
            20 => self.lied = true,
            21 => {
                self.lied = true;
                let number = |was: usize, moved: u8| was.wrapping_add_signed(isize::from(moved as i8));
                let range =
                    format!("{}-{}/{}", number(first, a), number(last.min(file.length), b), number(file.length, c));
                head = format!("206 X\r\nContent-Range: bytes {range}") + &file.headers();
                body = vec![a; if a & 1 == 0 { body.len() } else { number(body.len(), b) % LONGEST }];
            }
            22 => {
                self.lied = true;
                let claimed = body.len().wrapping_add_signed(isize::from(a as i8));
                return Reply::Raw(format!("{head}\r\nContent-Length: {claimed}"), body);
            }
            23 => {
                self.lied = true;
                let text = String::from_utf8_lossy(&[a, b, c]).into_owned();
                let name = ["Content-Range", "Content-Length", "ETag", "Transfer-Encoding", "Location", "X"]
                    [usize::from(a) % 6];
                return Reply::Raw(format!("{head}\r\n{name}: {text}{}", length(&body)), body);
            }
            24 => {
                self.lied = true;
                let mut text = format!("HTTP/1.1 {head}{}", length(&body)).into_bytes();
                let at = usize::from(a) % text.len();
                text[at] = b;
                return Reply::Raw(String::from_utf8_lossy(&text[9..]).into_owned(), body);
            }
            25 => {
                self.lied = true;
                return Reply::Endless(
                    head + if a & 1 == 0 { "\r\nConnection: close" } else { "\r\nTransfer-Encoding: chunked" },
                );
            }
            WAITS => {
                self.lied = true;
                return Reply::Slow(head + &length(&body), if a & 1 == 0 { SHORT * 4 } else { SHORT / 8 });
            }
            27 => {
                self.lied = true;
                return Reply::Kept(
                    format!("416 X\r\nContent-Range: bytes */{}\r\nContent-Length: 0", a & 1),
                    Vec::new(),
                );
            }
            _ => {}
        }
        Reply::Kept(head + &length(&body), body)
    }
}
