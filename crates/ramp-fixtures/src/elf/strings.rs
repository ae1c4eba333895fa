//! String tables, hashes, and numbers in either byte order.

use std::collections::BTreeMap;

/// A string table that holds each string once.
#[derive(Debug)]
pub(super) struct Strings {
    pub(super) bytes: Vec<u8>,
    known: BTreeMap<String, u32>,
}

impl Strings {
    pub(super) fn new() -> Self {
        Self { bytes: vec![0], known: BTreeMap::from([(String::new(), 0)]) }
    }

    pub(super) fn add(&mut self, text: &str) -> u32 {
        if let Some(offset) = self.known.get(text) {
            return *offset;
        }
        let offset = to_u32(self.bytes.len());
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(0);
        self.known.insert(text.to_owned(), offset);
        offset
    }
}

/// Fixtures are small; one of 4 GiB is a mistake in the test.
#[allow(clippy::expect_used)]
pub(super) fn to_u32(value: usize) -> u32 {
    value.try_into().expect("a fixture under 4 GiB")
}

#[allow(clippy::expect_used)]
pub(super) fn to_u16(value: usize) -> u16 {
    value.try_into().expect("fewer than 65,536 of anything in a fixture")
}

/// Bytes written in one class and byte order.
#[derive(Debug, Clone)]
pub(super) struct Out {
    pub(super) bytes: Vec<u8>,
    wide: bool,
    little: bool,
}

impl Out {
    pub(super) fn new(wide: bool, little: bool) -> Self {
        Self { bytes: Vec::new(), wide, little }
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub(super) fn u16(&mut self, value: u16) -> &mut Self {
        let bytes = if self.little { value.to_le_bytes() } else { value.to_be_bytes() };
        self.raw(&bytes)
    }

    pub(super) fn u32(&mut self, value: u32) -> &mut Self {
        let bytes = if self.little { value.to_le_bytes() } else { value.to_be_bytes() };
        self.raw(&bytes)
    }

    pub(super) fn u64(&mut self, value: u64) -> &mut Self {
        let bytes = if self.little { value.to_le_bytes() } else { value.to_be_bytes() };
        self.raw(&bytes)
    }

    /// An address; what is too large for 32 bits loses its upper half.
    pub(super) fn word(&mut self, value: u64) -> &mut Self {
        if self.wide { self.u64(value) } else { self.u32(u32::try_from(value & 0xffff_ffff).unwrap_or_default()) }
    }

    pub(super) fn pad(&mut self, align: usize) -> &mut Self {
        let size = self.bytes.len().next_multiple_of(align);
        self.bytes.resize(size, 0);
        self
    }
}

/// The hash of the System V ABI.
pub(super) fn sysv_hash(name: &str) -> u32 {
    name.bytes().fold(0_u32, |hash, byte| {
        let hash = (hash << 4).wrapping_add(u32::from(byte));
        let high = hash & 0xf000_0000;
        (hash ^ (high >> 24)) & !high
    })
}

/// The hash of `DT_GNU_HASH`.
pub(super) fn gnu_hash(name: &str) -> u32 {
    name.bytes().fold(5381_u32, |hash, byte| hash.wrapping_mul(33).wrapping_add(u32::from(byte)))
}
