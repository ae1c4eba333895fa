//! What a server sends that knows no ranges, kept in memory while it is small, else in a temporary file.

use std::io::{Seek as _, Write as _};

use tempfile::SpooledTempFile;

use super::answer::Whole;
use super::error::RemoteError;
use super::fetch::Place;
use super::limits::RemoteLimits;
use super::pace::fill;
use crate::failure::Failure;

/// Up to this many bytes are kept in memory.
const IN_MEMORY: usize = 8 << 20;
/// How much is read at a time, in bytes.
const PIECE: usize = 64 << 10;

/// Reads a body to its end.
pub(super) fn keep(place: &Place, whole: Whole, limits: &RemoteLimits) -> Result<SpooledTempFile, RemoteError> {
    let Whole { claimed, mut body, .. } = whole;
    let too_large = || RemoteError::TooLarge { at: place.told(), most: limits.max_bytes };
    let failed = |source| RemoteError::Spool { at: place.told(), source };
    if claimed.is_some_and(|claimed| claimed > limits.max_bytes) {
        return Err(too_large());
    }
    let (mut file, mut kept) = (SpooledTempFile::new(IN_MEMORY), 0_u64);
    let mut buffer = vec![0; PIECE];
    loop {
        let filled = fill(&mut body, &mut buffer, limits.stall, &place.watch).map_err(|err| place.failed(err))?;
        let piece = buffer.get(..filled).unwrap_or_default();
        kept = kept.saturating_add(piece.len() as u64);
        if kept > limits.max_bytes {
            return Err(too_large());
        }
        file.write_all(piece).map_err(failed)?;
        if filled < PIECE {
            break;
        }
    }
    if claimed.is_some_and(|claimed| claimed != kept) {
        return Err(place.failed(Failure::Interrupted("the answer ends too early".into())));
    }
    file.rewind().map_err(failed)?;
    Ok(file)
}
