//! Large content, made the same everywhere: what it compresses to is about what real content does.

use crate::elf::ElfBuilder;

/// A generator of numbers that look random: xorshift64.
#[derive(Debug, Clone)]
pub struct Noise(u64);

impl Noise {
    /// The same numbers for the same seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed ^ 0x2545_F491_4F6C_DD1D)
    }
}

impl Iterator for Noise {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Some(self.0)
    }
}

/// Bytes that compress about as code does, to a third.
///
/// ```
/// assert_eq!(ramp_fixtures::synthetic::like_code(1000).len(), 1000);
/// ```
pub fn like_code(len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len + 8);
    for number in Noise::new(0) {
        if bytes.len() >= len {
            break;
        }
        let [a, b, ..] = number.to_le_bytes();
        bytes.extend([0x48, 0x8b, a & 0x3f, b & 0x0f, 0, 0, a, 0xe8]);
    }
    bytes.truncate(len);
    bytes
}

/// Bytes that do not compress.
///
/// ```
/// assert_eq!(ramp_fixtures::synthetic::like_noise(1000, 1).len(), 1000);
/// ```
pub fn like_noise(len: usize, seed: u64) -> Vec<u8> {
    let mut bytes: Vec<u8> = Noise::new(seed).take(len.div_ceil(8)).flat_map(u64::to_le_bytes).collect();
    bytes.truncate(len);
    bytes
}

/// A module of at least `len` bytes, most of them [`like_code`].
///
/// ```
/// assert!(ramp_fixtures::synthetic::module(100_000).len() >= 100_000);
/// ```
pub fn module(len: usize) -> Vec<u8> {
    let mut module = ElfBuilder::module().build();
    module.extend(like_code(len.saturating_sub(module.len())));
    module
}
