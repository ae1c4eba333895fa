//! CRC-32 and SHA-256 of what is read, on a second thread where there is enough of it.
//!
//! Inflating and hashing then take as long as the slower of the two. Pieces go over in order, in buffers that come back:
//! no more than [`BUFFERS`] of them are there at a time.

use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use sha2::{Digest as _, Sha256};

use super::digest::Digest256;

/// How much content has to be claimed for a thread to pay: hashing 512 KiB takes about ten times as long as starting one.
const WORTH_A_THREAD: u64 = 512 << 10;
/// Buffers between the two threads.
const BUFFERS: usize = 4;

/// Sums in the making.
#[derive(Default)]
pub(super) struct Sums {
    crc32: crc32fast::Hasher,
    sha256: Sha256,
}

impl Sums {
    fn update(&mut self, piece: &[u8]) {
        self.crc32.update(piece);
        self.sha256.update(piece);
    }

    fn finish(self) -> (u32, Digest256) {
        (self.crc32.finalize(), Digest256(self.sha256.finalize().into()))
    }
}

/// Hashes what it is given, here or on a thread of its own.
pub(super) enum Hashing {
    Here { sums: Sums, spare: Vec<u8> },
    There(Worker),
}

/// A thread that hashes.
pub(super) struct Worker {
    full: SyncSender<(Vec<u8>, usize)>,
    empty: Receiver<Vec<u8>>,
    made: usize,
    thread: JoinHandle<Sums>,
}

impl Hashing {
    /// For content that claims to be so long, on at most so many threads, this one among them.
    pub(super) fn new(claimed_size: u64, threads: NonZeroUsize) -> Self {
        let worker = (claimed_size >= WORTH_A_THREAD && threads.get() > 1).then(Worker::start).flatten();
        worker.map_or_else(|| Self::Here { sums: Sums::default(), spare: Vec::new() }, Self::There)
    }

    /// A buffer of `len` bytes to be filled; what is in it means nothing.
    pub(super) fn buffer(&mut self, len: usize) -> Vec<u8> {
        let mut buffer = match self {
            Self::Here { spare, .. } => std::mem::take(spare),
            Self::There(worker) => worker.buffer(),
        };
        buffer.resize(len, 0);
        buffer
    }

    /// Takes in the first `len` bytes of a buffer.
    pub(super) fn update(&mut self, buffer: Vec<u8>, len: usize) {
        match self {
            Self::Here { sums, spare } => {
                sums.update(buffer.get(..len).unwrap_or(&buffer));
                *spare = buffer;
            }
            // It takes whatever comes until there is no more.
            Self::There(worker) => drop(worker.full.send((buffer, len))),
        }
    }

    pub(super) fn finish(self) -> (u32, Digest256) {
        let sums = match self {
            Self::Here { sums, .. } => sums,
            Self::There(Worker { full, thread, .. }) => {
                drop(full);
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            }
        };
        sums.finish()
    }
}

impl Worker {
    /// `None` where no thread can be had.
    fn start() -> Option<Self> {
        let (full, pieces) = sync_channel::<(Vec<u8>, usize)>(BUFFERS);
        let (back, empty) = channel();
        let thread = std::thread::Builder::new().name("hashing".into()).spawn(move || hash(&pieces, &back)).ok()?;
        Some(Self { full, empty, made: 0, thread })
    }

    fn buffer(&mut self) -> Vec<u8> {
        if self.made < BUFFERS {
            self.made = self.made.saturating_add(1);
            return self.empty.try_recv().unwrap_or_default();
        }
        self.empty.recv().unwrap_or_default()
    }
}

fn hash(pieces: &Receiver<(Vec<u8>, usize)>, back: &Sender<Vec<u8>>) -> Sums {
    let mut sums = Sums::default();
    for (buffer, len) in pieces {
        sums.update(buffer.get(..len).unwrap_or(&buffer));
        // Nobody waits for the last ones.
        drop(back.send(buffer));
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(text: &[u8], pieces: usize, threads: usize) -> (u32, Digest256) {
        let mut hashing = Hashing::new(text.len() as u64, NonZeroUsize::new(threads).unwrap());
        assert_eq!(matches!(hashing, Hashing::There(_)), threads > 1 && text.len() >= 512 << 10);
        for piece in text.chunks(pieces) {
            let mut buffer = hashing.buffer(pieces);
            buffer.get_mut(..piece.len()).unwrap().copy_from_slice(piece);
            hashing.update(buffer, piece.len());
        }
        hashing.finish()
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
        let mut hashing = Hashing::new(1 << 20, NonZeroUsize::new(2).unwrap());
        let buffer = hashing.buffer(4096);
        hashing.update(buffer, 4096);
        drop(hashing);
    }
}
