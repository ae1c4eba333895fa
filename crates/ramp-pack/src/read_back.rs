//! A bundle that was just written, read back from its file.

use std::io::{Read, Seek};

use ramp_core::facts::{self, BundleFacts, KnownModule};
use ramp_core::module::ModuleFacts;
use ramp_core::{Digest256, Limits};
use sha2::{Digest as _, Sha256};

use super::deflate::{Altered, DeflatedText};

/// Pieces in which a module is hashed: both sums are taken of what is in the processor's cache.
const PIECE: usize = 64 << 10;

/// Sums of a module, all taken in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModuleSums {
    /// For its metadata.
    pub sha256: Digest256,
    /// Which what it is compressed to has to inflate to.
    pub crc32: u32,
}

impl ModuleSums {
    /// The sums of a module in memory.
    ///
    /// ```
    /// use ramp_core::Digest256;
    /// use ramp_pack::ModuleSums;
    ///
    /// let sums = ModuleSums::of(b"module");
    /// assert_eq!(sums.sha256, Digest256::of(b"module"));
    /// ```
    pub fn of(module: &[u8]) -> Self {
        let (mut sha256, mut crc32) = (Sha256::new(), crc32fast::Hasher::new());
        for piece in module.chunks(PIECE) {
            sha256.update(piece);
            crc32.update(piece);
        }
        Self { sha256: Digest256(sha256.finalize().into()), crc32: crc32.finalize() }
    }
}

/// A bundle is not what was to be written, or cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadBackError {
    /// What was compressed has changed since it was checked.
    #[error(transparent)]
    Altered(#[from] Altered),
    /// What was compressed is not the module whose sums are given.
    #[error("the module has changed in memory while it was packed; test the memory of this machine")]
    OtherModule,
    /// The file does not have what was compressed.
    #[error(
        "what the file has for the module is not what was written to it; test the disk and the memory of this machine"
    )]
    OtherData,
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(ramp_core::Error),
}

/// Gathers the facts of a bundle that was written with this text as its module.
///
/// That the text inflates to the module was seen when it was compressed. So the file has to have the same bytes, these have
/// to be those that were checked then, and the CRC-32 of all that came out that of the module. Everything else is read from the
/// file as that of any bundle: records, framing, metadata, dependencies.
///
/// # Errors
///
/// [`ReadBackError`]. Whatever else is wrong with the bundle is a fact.
pub fn read_back<R: Read + Seek>(
    bundle: R,
    limits: &Limits,
    text: &DeflatedText,
    sums: &ModuleSums,
    module: &ModuleFacts,
) -> Result<BundleFacts, ReadBackError> {
    let totals = text.totals();
    if totals.crc32 != sums.crc32 {
        return Err(ReadBackError::OtherModule);
    }
    let (size, crc32, sha256) = (totals.size, totals.crc32, sums.sha256);
    let known = KnownModule { data: text.data()?, size, crc32, sha256, facts: module };
    facts::gather_known(bundle, limits, &known).map_err(|err| match err {
        ramp_core::Error::NotTheKnownModule => ReadBackError::OtherData,
        err => ReadBackError::Bundle(err),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::num::NonZeroUsize;
    use std::sync::LazyLock;
    use std::sync::atomic::AtomicBool;

    use proptest::prelude::*;
    use ramp_core::{facts, module};

    use super::*;
    use crate::deflate::CHUNK;
    use crate::writer::{BundleParts, WriteOptions, write_bundle};

    const MODULE_FILE: &str = "testmodule.so";
    const METADATA: &str = r#"{"module_name": "m", "module_file": "testmodule.so", "version": 1}"#;

    /// Bytes that compress, and are of no kind: what they are is no matter here.
    fn sample(length: u32) -> Vec<u8> {
        (0..length).map(|n| (n.wrapping_mul(n) >> 9).to_le_bytes()[0]).collect()
    }

    struct Written {
        module: Vec<u8>,
        text: DeflatedText,
        facts: ModuleFacts,
        bundle: Vec<u8>,
        /// Where the module's data is in it.
        data: std::ops::Range<usize>,
    }

    fn compressed(module: &[u8]) -> DeflatedText {
        DeflatedText::new(module, NonZeroUsize::MIN, &AtomicBool::new(false)).unwrap().unwrap()
    }

    /// A module of more than one chunk.
    fn written() -> Written {
        let module = sample(u32::try_from(CHUNK + CHUNK / 8).unwrap());
        let text = compressed(&module);
        let mut bundle = Cursor::new(Vec::new());
        let parts = BundleParts {
            module_file: MODULE_FILE,
            module: (&text).into(),
            metadata: METADATA.as_bytes(),
            dependencies: vec![],
        };
        write_bundle(&mut bundle, parts, &WriteOptions::default()).unwrap();
        let start = 30 + MODULE_FILE.len();
        let data = start..start + usize::try_from(text.totals().compressed_size).unwrap();
        let facts = module::inspect(&module, &Limits::default().module);
        Written { module, text, facts, bundle: bundle.into_inner(), data }
    }

    static WRITTEN: LazyLock<Written> = LazyLock::new(written);

    impl Written {
        fn read_back(&self, bundle: &[u8]) -> Result<BundleFacts, ReadBackError> {
            let sums = ModuleSums::of(&self.module);
            read_back(Cursor::new(bundle), &Limits::default(), &self.text, &sums, &self.facts)
        }
    }

    #[test]
    fn the_facts_are_those_of_any_reading() {
        let read = facts::gather(Cursor::new(&WRITTEN.bundle), &Limits::default()).unwrap();
        assert!(WRITTEN.read_back(&WRITTEN.bundle).unwrap() == read);
    }

    #[test]
    fn another_module_is_refused() {
        let mut written = written();
        let at = written.module.len() / 2;
        written.module[at] ^= 1;
        let read = written.read_back(&written.bundle);
        assert!(matches!(read, Err(ReadBackError::OtherModule)), "{read:?}");
        // What is in the file is that other module, sound in itself.
        let other = compressed(&written.module);
        written.text = other;
        let read = written.read_back(&written.bundle);
        assert!(matches!(read, Err(ReadBackError::OtherData)), "{read:?}");
    }

    #[test]
    fn what_is_too_much_is_inflated_all_the_same() {
        let limits = Limits { max_module_bytes: 1000, ..Limits::default() };
        let sums = ModuleSums::of(&WRITTEN.module);
        let read = read_back(Cursor::new(&WRITTEN.bundle), &limits, &WRITTEN.text, &sums, &WRITTEN.facts);
        assert!(matches!(read, Err(ReadBackError::Bundle(ramp_core::Error::LimitExceeded { .. }))), "{read:?}");
    }

    proptest! {
        /// Whatever is altered in the file, between any two bits of the data.
        #[test]
        fn altered_data_in_the_file_is_refused(at in any::<prop::sample::Index>(), bits in 1_u8..) {
            let mut bundle = WRITTEN.bundle.clone();
            bundle[WRITTEN.data.start + at.index(WRITTEN.data.len())] ^= bits;
            let read = WRITTEN.read_back(&bundle);
            prop_assert!(matches!(read, Err(ReadBackError::OtherData)), "{:?}", read);
        }

        /// What is altered between checking and writing is in the file too: it is no longer what was checked.
        #[test]
        fn altered_data_in_memory_is_refused(at in any::<prop::sample::Index>(), bits in 1_u8..) {
            let mut altered = WRITTEN.text.clone();
            let at = at.index(WRITTEN.data.len());
            altered.alter(at, bits);
            let mut bundle = WRITTEN.bundle.clone();
            bundle[WRITTEN.data.start + at] ^= bits;
            let sums = ModuleSums::of(&WRITTEN.module);
            let read = read_back(Cursor::new(bundle), &Limits::default(), &altered, &sums, &WRITTEN.facts);
            prop_assert!(matches!(read, Err(ReadBackError::Altered(_))), "{:?}", read);
        }

        /// What is altered elsewhere in the file is judged as in any other.
        #[test]
        fn all_else_is_read_as_ever(at in any::<prop::sample::Index>(), bits in 1_u8..) {
            let mut bundle = WRITTEN.bundle.clone();
            let at = at.index(WRITTEN.bundle.len() - WRITTEN.data.len());
            let at = if at < WRITTEN.data.start { at } else { at + WRITTEN.data.len() };
            bundle[at] ^= bits;
            let ever = facts::gather(Cursor::new(&bundle), &Limits::default()).unwrap();
            match WRITTEN.read_back(&bundle) {
                Ok(read) => prop_assert!(read == ever),
                Err(err) => prop_assert!(matches!(err, ReadBackError::OtherData), "{}", err),
            }
        }
    }
}
