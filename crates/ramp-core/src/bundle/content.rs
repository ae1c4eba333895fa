//! The content of an entry: inflated, counted and hashed as it streams by.
//!
//! What is read here is bounded by what the file holds and by the caller's allowance, never by what a header claims.

use std::io::{self, Read, Seek};

use serde::{Deserialize, Serialize};

use super::decoder::{self, BUFFER, Pieces, SMALLEST_BUFFER};
use super::entry::Entry;
use super::hashing::{Hashing, WORTH_A_THREAD};
use super::limits::BundleLimits;
use super::local::{FLAG_DESCRIPTOR, LocalHeader};
use super::signatures::Scan;
use super::source::Source;
use crate::digest::Digest256;
use crate::error::{Error, Limit};
use crate::inflation::Allowance;

/// What was measured of an entry's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Measured {
    /// Bytes that came out.
    pub size: u64,
    /// Compressed bytes that were used.
    pub compressed_size: u64,
    /// CRC-32 of what came out.
    pub crc32: u32,
    /// SHA-256 of what came out.
    pub sha256: Digest256,
    /// How reading ended.
    pub ending: Ending,
    /// Where in the file, inside the compressed data of an entry with a data descriptor, the first signature is that
    /// readers could take for its end.
    pub hidden_signature: Option<u64>,
}

/// How reading an entry's content ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ending {
    /// At the end of the compressed data.
    Whole,
    /// The compressed stream is broken; what came out before counts.
    Corrupt {
        /// The decoder's words.
        detail: String,
    },
    /// The compressed data, or the file, ends before the stream does.
    CutShort,
    /// More came out than the directory claims; what is beyond does not count.
    LongerThanClaimed,
    /// So much more came out than went in that the rest was not read. The last piece counts to the size alone.
    Bomb,
}

/// What to do when more comes out than the directory claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// Stop there.
    Stop,
    /// Read on, for nothing but to see whether the stream is sound: the reference does so for `module.json`.
    ReadOn,
}

/// What becomes of content beside being measured.
pub(crate) enum Receiver<'a> {
    /// Nothing.
    Nobody,
    /// Each piece is looked at as it comes.
    Pieces(&'a mut dyn FnMut(&[u8]) -> Result<(), Error>),
    /// It is appended to memory, as long as it is no longer than `max` bytes.
    Memory { memory: &'a mut Vec<u8>, limit: Limit, max: u64 },
}

/// Reads the content of `entry` through to its end, into `receiver`.
///
/// Encrypted entries and unknown methods have no content to read; callers ask [`super::local::open`] first.
pub(crate) fn read<R: Read + Seek>(
    source: &mut Source<R>,
    entry: &Entry,
    local: &LocalHeader,
    beyond: Beyond,
    limits: &BundleLimits,
    allowance: &mut Allowance,
    mut receiver: Receiver<'_>,
) -> Result<Measured, Error> {
    let available = source.len().saturating_sub(local.data_offset);
    let looks = entry.claimed_flags & FLAG_DESCRIPTOR != 0;
    let mut window = Scan::new(source.window(local.data_offset, entry.claimed_compressed_size)?, looks);
    let cut = entry.claimed_compressed_size > available;
    let by_ratio = limits.inflation.by_ratio(entry.claimed_compressed_size.min(available));
    let most = allowance.most(by_ratio);
    let memory = match &mut receiver {
        Receiver::Memory { memory, max, .. } => {
            let mut memory = std::mem::take(*memory);
            // What comes in one piece is its own memory: a second one would be touched for nothing.
            if entry.claimed_size >= WORTH_A_THREAD {
                let size = entry.claimed_size.min(most).min(*max);
                let room = usize::try_from(size).unwrap_or(usize::MAX);
                memory.try_reserve_exact(room).map_err(|_| Error::OutOfMemory { size })?;
            }
            Some(memory)
        }
        _ => None,
    };
    let hashing = Hashing::new(entry.claimed_size, limits.threads, memory);
    let mut meter = Meter { most, claimed_size: entry.claimed_size, beyond, size: 0, hashing, allowance, receiver };
    let mut decoder = None;
    let mut ending = match decoder::open(&mut window, entry)? {
        Ok(opened) => meter.drain(decoder.insert(opened).as_mut())?,
        Err(err) => ending_of(&err)?,
    };
    let stored = entry.claimed_method == 0;
    // A decoder that does not say has used all there is.
    let all = if stored { meter.size } else { entry.claimed_compressed_size.min(available) };
    let used = decoder.and_then(|decoder| decoder.used()).unwrap_or(all);
    if cut && ending == Ending::Whole && stored {
        ending = Ending::CutShort;
    }
    let Meter { size, hashing, receiver, allowance, .. } = meter;
    allowance.spend_free(size, by_ratio);
    let sums = hashing.finish();
    if let (Receiver::Memory { memory, .. }, Some(filled)) = (receiver, sums.memory) {
        *memory = filled?;
    }
    let hidden_signature = window.found().map(|at| local.data_offset.saturating_add(at));
    Ok(Measured { size, compressed_size: used, crc32: sums.crc32, sha256: sums.sha256, ending, hidden_signature })
}

/// Whether the compressed data of `entry` is these pieces, without a data descriptor behind it.
pub(crate) fn is_data<R: Read + Seek>(
    source: &mut Source<R>,
    entry: &Entry,
    local: &LocalHeader,
    pieces: &[&[u8]],
) -> Result<bool, Error> {
    let mut window = source.window(local.data_offset, entry.claimed_compressed_size)?;
    let mut buffer = vec![0; BUFFER];
    for expected in pieces.iter().flat_map(|piece| piece.chunks(BUFFER)) {
        let read = buffer.get_mut(..expected.len()).unwrap_or_default();
        match window.read_exact(read) {
            Ok(()) if read == expected => {}
            Ok(()) => return Ok(false),
            Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(err) => return Err(err.into()),
        }
    }
    Ok(window.limit() == 0 && entry.claimed_flags & FLAG_DESCRIPTOR == 0)
}

/// Sorts decoder errors from errors of the underlying reader.
fn ending_of(err: &io::Error) -> Result<Ending, Error> {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, OutOfMemory, UnexpectedEof, Unsupported};
    match err.kind() {
        kind if err.raw_os_error().is_some() => Err(Error::Io(io::Error::new(kind, err.to_string()))),
        UnexpectedEof => Ok(Ending::CutShort),
        InvalidData | InvalidInput | Other | OutOfMemory | Unsupported => {
            Ok(Ending::Corrupt { detail: err.to_string() })
        }
        kind => Err(Error::Io(io::Error::new(kind, err.to_string()))),
    }
}

/// Counts and hashes what flows by.
struct Meter<'a, 'r> {
    claimed_size: u64,
    /// What is beyond is a bomb.
    most: u64,
    beyond: Beyond,
    size: u64,
    hashing: Hashing,
    allowance: &'a mut Allowance,
    receiver: Receiver<'r>,
}

impl Meter<'_, '_> {
    fn drain(&mut self, decoder: &mut dyn Pieces) -> Result<Ending, Error> {
        // What is not worth a thread comes out in one piece. Where there is room for a byte more, the end of the stream is read with it.
        let at_once = match self.claimed_size {
            whole @ ..WORTH_A_THREAD => usize::try_from(whole.saturating_add(1)).unwrap_or(BUFFER).max(SMALLEST_BUFFER),
            _ => BUFFER,
        };
        let mut at_end = Ending::Whole;
        loop {
            let mut buffer = self.hashing.buffer();
            let filled = match decoder.next_piece(&mut buffer, at_once) {
                Ok(filled) if filled.is_empty() => return Ok(at_end),
                Ok(filled) => filled,
                Err(err) => return ending_of(&err),
            };
            let start = filled.start;
            let piece = buffer.get(filled).unwrap_or_default();
            self.allowance.take(piece.len() as u64)?;
            let room = usize::try_from(self.claimed_size.saturating_sub(self.size)).unwrap_or(usize::MAX);
            let kept = piece.get(..room.min(piece.len())).unwrap_or_default();
            self.size = self.size.saturating_add(kept.len() as u64);
            if self.size > self.most && self.beyond == Beyond::Stop {
                return Ok(Ending::Bomb);
            }
            match &mut self.receiver {
                Receiver::Nobody => {}
                Receiver::Pieces(look) => look(kept)?,
                Receiver::Memory { limit, max, .. } => limit.check(self.size, *max)?,
            }
            let (all, kept) = (piece.len(), kept.len());
            self.hashing.update(buffer, start..start.saturating_add(kept));
            if kept < all {
                at_end = Ending::LongerThanClaimed;
                if self.beyond == Beyond::Stop {
                    return Ok(at_end);
                }
            }
        }
    }
}
