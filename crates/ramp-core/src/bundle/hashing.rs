//! CRC-32, SHA-256 and a copy of what is read, on a second thread where there is enough of it.
//!
//! Inflating and the rest then take as long as the slower of the two. Pieces go over in order, in buffers that come back:
//! no more than [`BUFFERS`] of them are there at a time.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use sha2::{Digest as _, Sha256};

use crate::digest::Digest256;
use crate::error::Error;

/// How much content has to be claimed for a thread to pay: hashing 512 KiB takes about ten times as long as starting one.
pub(super) const WORTH_A_THREAD: u64 = 512 << 10;
/// Buffers between the two threads.
const BUFFERS: usize = 4;

/// Sums in the making, and the copy where one is wanted.
#[derive(Default)]
pub(super) struct Work {
    crc32: crc32fast::Hasher,
    sha256: Sha256,
    memory: Option<Result<Vec<u8>, Error>>,
}

/// What came of it.
pub(super) struct Sums {
    pub(super) crc32: u32,
    pub(super) sha256: Digest256,
    /// The memory that was given, with everything appended.
    pub(super) memory: Option<Result<Vec<u8>, Error>>,
}

impl Work {
    fn update(&mut self, piece: &[u8]) {
        self.crc32.update(piece);
        self.sha256.update(piece);
        if let Some(Ok(memory)) = &mut self.memory {
            if memory.try_reserve(piece.len()).is_ok() {
                memory.extend_from_slice(piece);
            } else {
                let size = (memory.len() as u64).saturating_add(piece.len() as u64);
                self.memory = Some(Err(Error::OutOfMemory { size }));
            }
        }
    }

    /// The same, where the buffer may become the memory, if the piece is all that there is room for; gives it back else.
    fn take(&mut self, mut buffer: Vec<u8>, piece: Range<usize>) -> Vec<u8> {
        match &self.memory {
            Some(Ok(memory)) if memory.is_empty() && memory.capacity() <= piece.len() && piece.start == 0 => {
                self.memory = None;
                self.update(buffer.get(piece.clone()).unwrap_or_default());
                buffer.truncate(piece.end);
                self.memory = Some(Ok(buffer));
                Vec::new()
            }
            _ => {
                self.update(buffer.get(piece).unwrap_or_default());
                buffer
            }
        }
    }

    fn finish(self) -> Sums {
        let sha256 = Digest256(self.sha256.finalize().into());
        Sums { crc32: self.crc32.finalize(), sha256, memory: self.memory }
    }
}

/// Hashes what it is given, here or on a thread of its own.
pub(super) enum Hashing {
    Here { work: Box<Work>, spare: Vec<u8> },
    There(Worker),
}

/// A thread that hashes.
pub(super) struct Worker {
    full: SyncSender<(Vec<u8>, Range<usize>)>,
    empty: Receiver<Vec<u8>>,
    made: usize,
    thread: JoinHandle<Box<Work>>,
}

impl Hashing {
    /// For content that claims to be so long, on at most so many threads, this one among them. It is appended to
    /// `memory`, if that is given.
    pub(super) fn new(claimed_size: u64, threads: NonZeroUsize, memory: Option<Vec<u8>>) -> Self {
        let work = Box::new(Work { memory: memory.map(Ok), ..Work::default() });
        if claimed_size < WORTH_A_THREAD || threads.get() < 2 {
            return Self::Here { work, spare: Vec::new() };
        }
        match Worker::start(work) {
            Ok(worker) => Self::There(worker),
            Err(work) => Self::Here { work, spare: Vec::new() },
        }
    }

    /// A buffer to be filled; what is in it means nothing.
    pub(super) fn buffer(&mut self) -> Vec<u8> {
        match self {
            Self::Here { spare, .. } => std::mem::take(spare),
            Self::There(worker) => worker.buffer(),
        }
    }

    /// Takes in what is there in a buffer.
    pub(super) fn update(&mut self, buffer: Vec<u8>, piece: Range<usize>) {
        match self {
            Self::Here { work, spare } => *spare = work.take(buffer, piece),
            // It takes whatever comes until there is no more.
            Self::There(worker) => drop(worker.full.send((buffer, piece))),
        }
    }

    pub(super) fn finish(self) -> Sums {
        let work = match self {
            Self::Here { work, .. } => work,
            Self::There(Worker { full, thread, .. }) => {
                drop(full);
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            }
        };
        work.finish()
    }
}

impl Worker {
    /// Gives the work back where no thread can be had.
    fn start(work: Box<Work>) -> Result<Self, Box<Work>> {
        let (full, pieces) = sync_channel::<(Vec<u8>, Range<usize>)>(BUFFERS);
        let (back, empty) = channel();
        // The work goes over by a channel of its own: what a thread that cannot be had was given is lost.
        let (hand_over, receive) = channel();
        let run = move || match receive.recv() {
            Ok(work) => hash(work, &pieces, &back),
            Err(_) => Box::default(),
        };
        let Ok(thread) = std::thread::Builder::new().name("hashing".into()).spawn(run) else { return Err(work) };
        hand_over.send(work).map_err(|unsent| unsent.0)?;
        Ok(Self { full, empty, made: 0, thread })
    }

    fn buffer(&mut self) -> Vec<u8> {
        if self.made < BUFFERS {
            self.made = self.made.saturating_add(1);
            return self.empty.try_recv().unwrap_or_default();
        }
        self.empty.recv().unwrap_or_default()
    }
}

fn hash(mut work: Box<Work>, pieces: &Receiver<(Vec<u8>, Range<usize>)>, back: &Sender<Vec<u8>>) -> Box<Work> {
    for (buffer, piece) in pieces {
        work.update(buffer.get(piece).unwrap_or_default());
        // Nobody waits for the last ones.
        drop(back.send(buffer));
    }
    work
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(text: &[u8], pieces: usize, threads: usize) -> (u32, Digest256) {
        let threads = NonZeroUsize::new(threads).unwrap();
        let mut hashing = Hashing::new(text.len() as u64, threads, Some(b"before".to_vec()));
        assert_eq!(matches!(hashing, Hashing::There(_)), threads.get() > 1 && text.len() >= 512 << 10);
        for piece in text.chunks(pieces) {
            let mut buffer = hashing.buffer();
            buffer.clear();
            buffer.extend_from_slice(b"what is not asked for");
            let start = buffer.len();
            buffer.extend_from_slice(piece);
            let end = buffer.len();
            buffer.push(b'.');
            hashing.update(buffer, start..end);
        }
        let sums = hashing.finish();
        assert_eq!(sums.memory.unwrap().unwrap(), [b"before", text].concat());
        (sums.crc32, sums.sha256)
    }

    #[test]
    fn a_second_thread_changes_nothing() {
        let text: Vec<u8> = (0..750_000_u32).flat_map(|n| n.wrapping_mul(0x9E37_79B1).to_le_bytes()).collect();
        for text in [&text, text.get(..5000).unwrap(), &[]] {
            let expected = (crc32fast::hash(text), Digest256::of(text));
            for (pieces, threads) in [(128 << 10, 1), (128 << 10, 2), (4096, 2), (1000, 8)] {
                assert_eq!(sums(text, pieces, threads), expected, "{} in pieces of {pieces}", text.len());
            }
        }
    }

    #[test]
    fn a_thread_that_is_given_up_ends() {
        let mut hashing = Hashing::new(1 << 20, NonZeroUsize::new(2).unwrap(), None);
        let mut buffer = hashing.buffer();
        buffer.resize(4096, 0);
        hashing.update(buffer, 0..4096);
        drop(hashing);
    }
}
