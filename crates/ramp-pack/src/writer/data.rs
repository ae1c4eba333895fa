//! The data of an entry, as it comes.

use std::io::{self, Read, Write};

use super::error::Failure;
use crate::deflate::Deflated;

/// Writes it as it is.
pub(super) fn store(from: &mut dyn Read, to: &mut impl Write) -> Result<Deflated, Failure> {
    let mut crc32 = crc32fast::Hasher::new();
    let size = copy(from, &mut Summing { to, crc32: &mut crc32 })?;
    Ok(Deflated { size, compressed_size: size, crc32: crc32.finalize() })
}

/// Writes it on; how many bytes there were.
pub(super) fn copy(from: &mut dyn Read, to: &mut dyn Write) -> Result<u64, Failure> {
    let mut buffer = vec![0; 128 << 10];
    let mut size = 0;
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(size),
            Ok(read) => read,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(Failure::Read(err)),
        };
        to.write_all(buffer.get(..read).unwrap_or_default()).map_err(Failure::Write)?;
        size += read as u64;
        if size >= u64::from(u32::MAX) {
            return Err(Failure::TooLarge);
        }
    }
}

struct Summing<'a, W> {
    to: &'a mut W,
    crc32: &'a mut crc32fast::Hasher,
}

impl<W: Write> Write for Summing<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.crc32.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_given_up_in_time() {
        let failure = store(&mut io::repeat(0), &mut io::sink()).unwrap_err();
        assert!(matches!(failure, Failure::TooLarge), "{failure:?}");
    }
}
