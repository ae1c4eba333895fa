//! Positioned reads from a `Read + Seek`, and little-endian fields.

use std::io::{self, Read, Seek, SeekFrom, Take};

/// A bundle to read from, with its length measured.
#[derive(Debug)]
pub(crate) struct Source<R> {
    reader: R,
    len: u64,
}

impl<R: Read + Seek> Source<R> {
    /// Measures `reader`.
    ///
    /// # Errors
    ///
    /// What the reader's `seek` gives.
    pub(crate) fn new(mut reader: R) -> io::Result<Self> {
        let len = reader.seek(SeekFrom::End(0))?;
        Ok(Self { reader, len })
    }

    /// The length in bytes.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// The reader itself, wherever it stands.
    pub(crate) const fn reader(&mut self) -> &mut R {
        &mut self.reader
    }

    /// Up to `len` bytes from `offset`; fewer where the file ends.
    pub(crate) fn read_at(&mut self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let available = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut bytes = Vec::with_capacity(len.min(available));
        self.window(offset, len as u64)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// A reader over at most `len` bytes from `offset`.
    pub(crate) fn window(&mut self, offset: u64, len: u64) -> io::Result<Take<&mut R>> {
        self.reader.seek(SeekFrom::Start(offset.min(self.len)))?;
        Ok(self.reader.by_ref().take(len))
    }
}

/// Fields read one after the other from a record; each is `None` past its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn remaining(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(head)
    }

    /// The next `len` bytes, or as many as there are.
    pub(crate) fn up_to(&mut self, len: usize) -> &'a [u8] {
        let (head, tail) = self.0.split_at(len.min(self.0.len()));
        self.0 = tail;
        head
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }
}
