//! A built module, and where its parts are.

use std::collections::BTreeMap;

/// Where a section ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Offset in the file.
    pub offset: usize,
    /// Virtual address; zero if it is not loaded.
    pub address: u64,
    /// Bytes.
    pub size: usize,
}

/// A built module.
#[derive(Debug, Clone)]
pub struct Elf {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where each section is, by name, written into the section headers or not.
    pub places: BTreeMap<String, Place>,
}

impl Elf {
    /// Where a section is.
    ///
    /// # Panics
    ///
    /// If there is none of that name.
    #[must_use]
    #[allow(clippy::expect_used)]
    pub fn place(&self, section: &str) -> Place {
        *self.places.get(section).expect("a section of the fixture")
    }

    /// Writes over the bytes at an offset.
    ///
    /// # Panics
    ///
    /// If the file ends before.
    #[must_use]
    pub fn patch(mut self, offset: usize, bytes: &[u8]) -> Self {
        self.bytes[offset..offset + bytes.len()].copy_from_slice(bytes);
        self
    }

    /// Writes over bytes of a section.
    ///
    /// # Panics
    ///
    /// If there is none of that name.
    #[must_use]
    pub fn patch_section(self, section: &str, offset: usize, bytes: &[u8]) -> Self {
        let start = self.place(section).offset;
        self.patch(start + offset, bytes)
    }

    /// Cuts the file off.
    #[must_use]
    pub fn truncate(mut self, size: usize) -> Self {
        self.bytes.truncate(size);
        self
    }
}
