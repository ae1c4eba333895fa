//! The records of a zip: local headers, the directory, its end. Every field is fixed or follows from the content.

use std::io::{self, Seek, SeekFrom, Write};

use super::error::{Failure, WriteError};
use crate::deflate::Deflated;
use crate::epoch::Epoch;

/// Version 2.0 of the format: DEFLATE and directories.
const VERSION_NEEDED: u16 = 20;
/// Version 2.0, on Unix.
const VERSION_MADE_BY: u16 = 3 << 8 | VERSION_NEEDED;
const LOCAL_LEN: u64 = 30;

/// The zip in the making.
pub(super) struct Writer<W> {
    out: W,
    /// Where the archive starts in the output, and how much of it there is.
    start: u64,
    len: u64,
    date: u16,
    time: u16,
    directory: Vec<u8>,
    entries: u16,
}

impl<W: Write + Seek> Writer<W> {
    pub(super) fn new(mut out: W, epoch: Epoch) -> io::Result<Self> {
        let start = out.stream_position()?;
        let (date, time) = epoch.dos_date_time();
        Ok(Self { out, start, len: 0, date, time, directory: Vec::new(), entries: 0 })
    }

    /// Writes an entry whose data `data` writes: its header is filled in when that is done.
    pub(super) fn entry(
        &mut self,
        name: &str,
        method: u16,
        mode: u32,
        data: impl FnOnce(&mut W) -> Result<Deflated, Failure>,
    ) -> Result<(), WriteError> {
        let too_large = || WriteError::TooLarge { name: name.to_owned() };
        let offset = self.len;
        let header_len = LOCAL_LEN + name.len() as u64;
        let placeholder = vec![0; usize::try_from(header_len).unwrap_or_default()];
        self.out.write_all(&placeholder).map_err(WriteError::Write)?;
        let written = data(&mut self.out).map_err(|failure| match failure {
            Failure::Read(source) => WriteError::Read { name: name.to_owned(), source },
            Failure::Write(source) => WriteError::Write(source),
            Failure::TooLarge => too_large(),
        })?;
        self.len += header_len + written.compressed_size;
        let narrow = |number: u64| u32::try_from(number).ok().filter(|n| *n < u32::MAX).ok_or_else(too_large);
        let (compressed_size, size) = (narrow(written.compressed_size)?, narrow(written.size)?);
        let offset = narrow(offset)?;
        narrow(self.len + self.directory.len() as u64)?;

        // What stands in the local header and again in the directory.
        let mut common = Vec::with_capacity(26);
        for half in [VERSION_NEEDED, 0, method, self.time, self.date] {
            common.extend(half.to_le_bytes());
        }
        for word in [written.crc32, compressed_size, size] {
            common.extend(word.to_le_bytes());
        }
        // Names are bounded by no file system here, but by the field.
        let name_len = u16::try_from(name.len()).map_err(|_| too_large())?;
        common.extend(name_len.to_le_bytes());
        common.extend([0, 0]); // no extra field

        let local = [&b"PK\x03\x04"[..], &common, name.as_bytes()].concat();
        self.write_at(offset.into(), &local).map_err(WriteError::Write)?;

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION_MADE_BY.to_le_bytes());
        self.directory.extend(common);
        self.directory.extend([0; 6]); // no comment, disk 0, no internal attributes
        self.directory.extend((mode << 16).to_le_bytes());
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries += 1;
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.out.seek(SeekFrom::Start(self.start + offset))?;
        self.out.write_all(bytes)?;
        self.out.seek(SeekFrom::Start(self.start + self.len))?;
        Ok(())
    }

    /// Writes the directory, and returns the size of the bundle.
    pub(super) fn finish(mut self) -> Result<u64, WriteError> {
        let too_large = || WriteError::TooLarge { name: "the central directory".to_owned() };
        let narrow = |number: u64| u32::try_from(number).ok().filter(|n| *n < u32::MAX).ok_or_else(too_large);
        let (offset, size) = (narrow(self.len)?, narrow(self.directory.len() as u64)?);
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        end.extend(self.entries.to_le_bytes());
        end.extend(self.entries.to_le_bytes());
        end.extend(size.to_le_bytes());
        end.extend(offset.to_le_bytes());
        end.extend([0, 0]); // no comment
        self.directory.extend(end);
        self.out.write_all(&self.directory).map_err(WriteError::Write)?;
        self.out.flush().map_err(WriteError::Write)?;
        Ok(self.len + self.directory.len() as u64)
    }
}
