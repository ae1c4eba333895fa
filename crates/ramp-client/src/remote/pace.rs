//! Reading a body that has to go on.

use std::io::{ErrorKind, Read as _};
use std::time::{Duration, Instant};

use ureq::BodyReader;

use super::watch::Watch;
use crate::failure::Failure;

/// Fills the buffer, as far as the body goes, within that time.
pub(super) fn fill(
    body: &mut BodyReader<'_>,
    buffer: &mut [u8],
    within: Duration,
    watch: &Watch,
) -> Result<usize, Failure> {
    let begun = Instant::now();
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        watch.begin();
        match body.read(rest) {
            Ok(0) => break,
            Ok(read) => filled = filled.saturating_add(read),
            Err(err) if err.kind() == ErrorKind::Interrupted => {}
            Err(err) => return Err(err.into()),
        }
        // Whoever sends a byte now and then would never be done.
        if begun.elapsed() > within {
            return Err(Failure::TimedOut);
        }
    }
    Ok(filled)
}
