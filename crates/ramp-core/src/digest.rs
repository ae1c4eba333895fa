//! A SHA-256 digest.

use std::io::{self, BufRead as _, BufReader, Read};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Pieces in which a reader is read.
const BUFFER: usize = 128 << 10;

/// A SHA-256 digest; prints as lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest256(pub [u8; 32]);

impl Digest256 {
    /// The digest of bytes in memory.
    ///
    /// ```
    /// use ramp_core::Digest256;
    ///
    /// assert!(Digest256::of(b"").to_string().starts_with("e3b0c442"));
    /// ```
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of what a reader gives until its end, of which a small piece at a time is in memory.
    ///
    /// # Errors
    ///
    /// Those of the reader.
    ///
    /// ```
    /// use ramp_core::Digest256;
    ///
    /// assert_eq!(Digest256::of_reader(&b"text"[..]).unwrap(), Digest256::of(b"text"));
    /// ```
    pub fn of_reader(reader: impl Read) -> io::Result<Self> {
        let mut reader = BufReader::with_capacity(BUFFER, reader);
        let mut sha256 = Sha256::new();
        loop {
            let piece = match reader.fill_buf() {
                Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
                piece => piece?,
            };
            if piece.is_empty() {
                return Ok(Self(sha256.finalize().into()));
            }
            sha256.update(piece);
            let read = piece.len();
            reader.consume(read);
        }
    }
}

impl std::fmt::Display for Digest256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |half: u8| char::from(DIGITS[usize::from(half & 15)]);
        let text: String = self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect();
        f.write_str(&text)
    }
}

impl std::fmt::Debug for Digest256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// A text that is not a SHA-256 in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not 64 hexadecimal digits", .0.escape_debug())]
pub struct NotADigest(pub String);

impl std::str::FromStr for Digest256 {
    type Err = NotADigest;

    /// Reads 64 hexadecimal digits, of either case.
    ///
    /// ```
    /// use ramp_core::Digest256;
    ///
    /// let digest = Digest256::of(b"text");
    /// assert_eq!(digest.to_string().to_uppercase().parse(), Ok(digest));
    /// assert!("sha256:abc".parse::<Digest256>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let mut digest = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let nibble = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let read = (pairs.len() == digest.len() && rest.is_empty()).then(|| {
            digest.iter_mut().zip(pairs).try_for_each(|(byte, [high, low])| {
                *byte = nibble(*high)? << 4 | nibble(*low)?;
                Some(())
            })
        });
        read.flatten().map(|()| Self(digest)).ok_or_else(|| NotADigest(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Digest256 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Digest256 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Digest256 {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Digest256".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
    }
}
