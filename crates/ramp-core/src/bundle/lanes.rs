//! Two spans of one source, read side by side.
//!
//! The source stays with the caller's thread, so that it need not be one that several can read from. That thread works on
//! the second span, and whenever it reads there, first fills up what the other thread has used up of the first.

use std::io::{self, Read, Seek};
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TryRecvError, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::source::Source;

/// How much goes over at a time.
const PIECE: usize = 256 << 10;
/// Pieces that are there at a time.
const PIECES: usize = 4;

type Piece = io::Result<Vec<u8>>;

/// Lets `there` read the first span on a thread of its own, while `here` reads the second on this one. Where no thread can
/// be had, one is done after the other.
pub(super) fn side_by_side<R: Read + Seek, A: Send, B>(
    source: &mut Source<R>,
    [first, second]: [Range<u64>; 2],
    there: impl FnOnce(&mut dyn Read) -> A + Send,
    here: impl FnOnce(&mut dyn Read) -> B,
) -> io::Result<(A, B)> {
    let (full, pieces) = sync_channel(PIECES);
    let (back, empty) = channel();
    // What a thread that cannot be had was given is lost.
    let there = Mutex::new(Some(there));
    let taken = || there.lock().unwrap_or_else(PoisonError::into_inner).take();
    std::thread::scope(|scope| {
        let run = || taken().map(|there| there(&mut Pipe { pieces, back, piece: Vec::new(), used: 0 }));
        let thread = std::thread::Builder::new().name("lane".into()).spawn_scoped(scope, run);
        let Ok(thread) = thread else {
            let there = taken().ok_or_else(lost)?;
            let a = there(&mut source.window(first.start, first.end.saturating_sub(first.start))?);
            let b = here(&mut source.window(second.start, second.end.saturating_sub(second.start))?);
            return Ok((a, b));
        };
        let mut lanes = Lanes { source, first, second, full: Some(full), empty, made: 0 };
        lanes.feed();
        let b = here(&mut lanes);
        lanes.feed_on();
        match thread.join() {
            Ok(Some(a)) => Ok((a, b)),
            Ok(None) => Err(lost()),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Nobody takes what was not handed over, or takes it twice.
fn lost() -> io::Error {
    io::Error::other("what a thread was to do is lost")
}

/// The end of a lane where its pieces arrive.
struct Pipe {
    pieces: Receiver<Piece>,
    back: Sender<Vec<u8>>,
    piece: Vec<u8>,
    used: usize,
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.used >= self.piece.len() {
            let used = std::mem::take(&mut self.piece);
            if !used.is_empty() {
                // Nobody waits for the last ones.
                drop(self.back.send(used));
            }
            match self.pieces.recv() {
                Ok(piece) => (self.piece, self.used) = (piece?, 0),
                Err(_) => return Ok(0),
            }
        }
        let read = self.piece.get(self.used..).unwrap_or_default().read(buffer)?;
        self.used = self.used.saturating_add(read);
        Ok(read)
    }
}

/// The end where they are sent, and the other lane.
struct Lanes<'a, R> {
    source: &'a mut Source<R>,
    /// What is left of either span.
    first: Range<u64>,
    second: Range<u64>,
    /// Until all of the first has been sent, or no more is wanted.
    full: Option<SyncSender<Piece>>,
    empty: Receiver<Vec<u8>>,
    made: usize,
}

impl<R: Read + Seek> Lanes<'_, R> {
    /// Sends as many pieces as there are empty buffers.
    fn feed(&mut self) {
        while self.full.is_some() {
            if self.made < PIECES {
                self.made = self.made.saturating_add(1);
                self.send(Vec::new());
                continue;
            }
            match self.empty.try_recv() {
                Ok(buffer) => self.send(buffer),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => self.full = None,
            }
        }
    }

    /// Sends all the pieces that are wanted yet.
    fn feed_on(&mut self) {
        self.feed();
        while self.full.is_some() {
            match self.empty.recv() {
                Ok(buffer) => self.send(buffer),
                Err(_) => self.full = None,
            }
        }
    }

    fn send(&mut self, mut buffer: Vec<u8>) {
        let left = self.first.end.saturating_sub(self.first.start);
        buffer.resize(PIECE.min(usize::try_from(left).unwrap_or(PIECE)), 0);
        let read = read_at(self.source, &mut self.first, &mut buffer);
        let last = !matches!(read, Ok(1..));
        let piece = read.map(|read| {
            buffer.truncate(read);
            buffer
        });
        let sent = self.full.as_ref().is_some_and(|full| full.send(piece).is_ok());
        if last || !sent {
            self.full = None;
        }
    }
}

impl<R: Read + Seek> Read for Lanes<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.feed();
        let left = usize::try_from(self.second.end.saturating_sub(self.second.start)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        read_at(self.source, &mut self.second, buffer.get_mut(..most).unwrap_or_default())
    }
}

/// Reads at the start of a span, and moves it on.
fn read_at<R: Read + Seek>(source: &mut Source<R>, span: &mut Range<u64>, buffer: &mut [u8]) -> io::Result<usize> {
    let mut window = source.window(span.start, buffer.len() as u64)?;
    let read = loop {
        match window.read(buffer) {
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    span.start = span.start.saturating_add(read as u64);
    Ok(read)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read_to_end(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map(|_| bytes)
    }

    #[test]
    fn each_lane_gets_its_span() {
        let bytes: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
        let len = bytes.len() as u64;
        for (first, second) in [(0..2_000_000, 2_000_000..len), (5..9, 0..len), (0..len, 7..7), (len..len + 9, 3..5)] {
            let mut source = Source::new(Cursor::new(&bytes)).unwrap();
            let span = |span: &Range<u64>| {
                let [start, end] = [span.start, span.end].map(|at| usize::try_from(at.min(len)).unwrap());
                bytes.get(start..end).unwrap()
            };
            let (a, b) = side_by_side(&mut source, [first.clone(), second.clone()], read_to_end, read_to_end).unwrap();
            assert!(a.unwrap() == span(&first), "{first:?}");
            assert!(b.unwrap() == span(&second), "{second:?}");
        }
    }

    #[test]
    fn either_may_stop_before_its_end() {
        let mut source = Source::new(Cursor::new(vec![1; 4 << 20])).unwrap();
        let one = |reader: &mut dyn Read| {
            let mut byte = [0];
            reader.read_exact(&mut byte).map(|()| 1)
        };
        let all = |reader: &mut dyn Read| read_to_end(reader).map(|bytes| bytes.len());
        let (first, second) = (0..3_000_000, 3_000_000..4 << 20);
        let (a, b) = side_by_side(&mut source, [first.clone(), second.clone()], one, all).unwrap();
        assert_eq!((a.unwrap(), b.unwrap()), (1, (4 << 20) - 3_000_000));
        let (a, b) = side_by_side(&mut source, [first, second], all, one).unwrap();
        assert_eq!((a.unwrap(), b.unwrap()), (3_000_000, 1));
    }

    #[test]
    fn what_cannot_be_read_is_told_to_the_lane_that_wants_it() {
        struct Broken(u64);
        impl Read for Broken {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if self.0 < 1000 { Err(io::Error::other("gone")) } else { Ok(buffer.len()) }
            }
        }
        impl Seek for Broken {
            fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
                self.0 = if let io::SeekFrom::Start(at) = to { at } else { 5000 };
                Ok(self.0)
            }
        }
        let mut source = Source::new(Broken(0)).unwrap();
        let (a, b) = side_by_side(&mut source, [0..1000, 1000..5000], read_to_end, read_to_end).unwrap();
        assert_eq!(a.unwrap_err().to_string(), "gone");
        assert_eq!(b.unwrap().len(), 4000);
    }
}
