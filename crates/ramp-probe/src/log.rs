//! What server and module write, kept within bounds.

use std::collections::VecDeque;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The first and the last bytes of an endless stream, and whether it has ended.
#[derive(Debug)]
struct Kept {
    first: Vec<u8>,
    last: VecDeque<u8>,
    half: usize,
    dropped: bool,
    ended: bool,
}

impl Kept {
    fn add(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(self.half - self.first.len()));
        self.first.extend(first);
        let rest = &rest[rest.len().saturating_sub(self.half)..];
        let excess = (self.last.len() + rest.len()).saturating_sub(self.half);
        self.dropped |= excess > 0 || first.len() + rest.len() < bytes.len();
        self.last.drain(..excess);
        self.last.extend(rest);
    }

    fn text(&self) -> String {
        let last: Vec<u8> = self.last.iter().copied().collect();
        let gap: &[u8] = if self.dropped { b"\n[...]\n" } else { b"" };
        String::from_utf8_lossy(&[&self.first, gap, &last].concat()).into_owned()
    }
}

/// Reads a pipe until it ends, on a thread of its own, so that the writer never waits.
#[derive(Debug)]
pub(crate) struct Log {
    shared: Arc<(Mutex<Kept>, Condvar)>,
}

impl Log {
    /// The log, and where to write to.
    pub(crate) fn new(max_bytes: usize) -> io::Result<(Self, PipeWriter)> {
        let (reader, writer) = io::pipe()?;
        let half = max_bytes / 2;
        let kept = Kept { first: Vec::new(), last: VecDeque::new(), half, dropped: false, ended: false };
        let shared = Arc::new((Mutex::new(kept), Condvar::new()));
        let log = Self { shared: Arc::clone(&shared) };
        // Not joined: a process that has escaped may hold the pipe open for ever.
        thread::Builder::new().name("log".into()).spawn(move || drain(reader, &shared))?;
        Ok((log, writer))
    }

    /// What was written; waits a moment for the end, where the writer has ended.
    pub(crate) fn text(&self, writer_has_ended: bool) -> String {
        const A_MOMENT: Duration = Duration::from_millis(300);
        let (kept, ended) = &*self.shared;
        let mut kept = lock(kept);
        if writer_has_ended {
            let waited = ended.wait_timeout_while(kept, A_MOMENT, |kept| !kept.ended);
            kept = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        kept.text()
    }
}

fn drain(mut reader: PipeReader, shared: &(Mutex<Kept>, Condvar)) {
    let (kept, ended) = shared;
    let mut buffer = [0; 8192];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => lock(kept).add(&buffer[..count]),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    lock(kept).ended = true;
    ended.notify_all();
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lines to show: without the banner of the server, the last ones, and of a crash those around it.
pub(crate) fn excerpt(text: &str) -> String {
    const LAST: usize = 30;
    const AROUND_CRASH: usize = 12;
    const LONGEST: usize = 400;
    const BANNER: [&str; 6] =
        ["oO0OoO0", " just started", "Configuration loaded", "overcommit", "monotonic clock", "Running mode="];
    let is_banner = |line: &str| BANNER.iter().any(|part| line.contains(part)) || is_drawing(line);
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|l| !l.is_empty() && !is_banner(l)).collect();
    let range = match lines.iter().position(|line| line.contains(" BUG REPORT START")) {
        Some(crash) => crash.saturating_sub(AROUND_CRASH)..lines.len().min(crash + AROUND_CRASH),
        None => lines.len().saturating_sub(LAST)..lines.len(),
    };
    let shown = lines.get(range).unwrap_or_default().iter();
    shown.map(|line| line.chars().take(LONGEST).collect::<String>()).collect::<Vec<_>>().join("\n")
}

/// The signal of the first crash that the server reports, as in `Redis 7.0.15 crashed by signal: 11, si_code: 1`.
pub(crate) fn crash_signal(text: &str) -> Option<i32> {
    let (_, after) = text.split_once(" crashed by signal: ")?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Part of the picture that the server draws when it starts.
fn is_drawing(line: &str) -> bool {
    let text = line.trim_start();
    let indented = line.starts_with(' ');
    indented && (text.starts_with(['_', '.', '(', '|', '`', '-', '\'', ',', '/', '\\']) || text.contains("|`-._"))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn the_first_and_the_last_bytes_are_kept() {
        let (log, mut writer) = Log::new(10).unwrap();
        for piece in ["abc", "defgh", "", "ijklmnopqrstuvwxyz"] {
            writer.write_all(piece.as_bytes()).unwrap();
        }
        drop(writer);
        assert_eq!(log.text(true), "abcde\n[...]\nvwxyz");
    }

    #[test]
    fn what_fits_is_kept_whole() {
        let (log, mut writer) = Log::new(10).unwrap();
        writer.write_all(b"abcdefgh\xff").unwrap();
        drop(writer);
        assert_eq!(log.text(true), "abcdefgh\u{fffd}");
    }

    #[test]
    fn the_first_signal_is_that_of_the_crash() {
        let redis_7 = "1:M 25 Nov 2026 03:29:13.545 # Redis 7.0.15 crashed by signal: 6, si_code: -6\n";
        let redis_5 = "1:M 25 Nov 2026 03:29:13.545 # Redis 5.0.14 crashed by signal: 11\n";
        assert_eq!(crash_signal(redis_7), Some(6));
        assert_eq!(crash_signal(redis_5), Some(11));
        assert_eq!(crash_signal(&[redis_7, redis_5].concat()), Some(6));
        assert_eq!(crash_signal("crashed"), None);
    }

    #[test]
    fn a_pipe_that_stays_open_is_not_waited_for() {
        let (log, writer) = Log::new(10).unwrap();
        assert_eq!(log.text(true), "");
        drop(writer);
    }

    #[test]
    fn the_banner_is_left_out() {
        let text = include_str!("../testdata/log-7.0-banner.txt");
        assert_eq!(
            excerpt(text),
            "32625:M 25 Nov 2026 03:29:13.545 # Server initialized\n\
             32625:M 25 Nov 2026 03:29:13.545 * <search> Redis version found by RedisSearch : 7.0.15 - oss"
        );
    }
}
