//! A DEFLATE reader that knows whether its stream has ended.
//!
//! `flate2`'s own readers take the end of the input for the end of the stream; here a stream that is cut short is an
//! [`UnexpectedEof`](io::ErrorKind::UnexpectedEof).

use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};

pub(super) struct Inflate<R> {
    input: R,
    state: Decompress,
    ended: bool,
}

impl<R: BufRead> Inflate<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, state: Decompress::new(false), ended: false }
    }

    /// Compressed bytes used so far.
    pub(super) fn used(&self) -> u64 {
        self.state.total_in()
    }
}

impl<R: BufRead> Read for Inflate<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !output.is_empty() {
            let input = self.input.fill_buf()?;
            let at_end = input.is_empty();
            let (before_in, before_out) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(input, output, FlushDecompress::None)?;
            let used = self.state.total_in().saturating_sub(before_in);
            let produced = self.state.total_out().saturating_sub(before_out);
            self.input.consume(usize::try_from(used).unwrap_or(usize::MAX));
            self.ended = status == Status::StreamEnd;
            if produced > 0 {
                return Ok(usize::try_from(produced).unwrap_or(usize::MAX));
            }
            if at_end && !self.ended {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(0)
    }
}
