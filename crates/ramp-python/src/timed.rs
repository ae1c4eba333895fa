//! A reader that is given so much time.

use std::io::{self, Read, Seek, SeekFrom};
use std::time::Instant;

/// Reads until then, and not after.
pub(crate) struct Timed<R> {
    reader: R,
    until: Option<Instant>,
}

impl<R> Timed<R> {
    pub(crate) const fn new(reader: R, until: Option<Instant>) -> Self {
        Self { reader, until }
    }
}

impl<R: Read> Read for Timed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.until {
            Some(until) if Instant::now() >= until => Err(io::ErrorKind::TimedOut.into()),
            _ => self.reader.read(buffer),
        }
    }
}

impl<R: Seek> Seek for Timed<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}
