//! Why a stream cannot be decompressed.

use std::io;

/// Why decompressing ended before the stream did.
#[derive(Debug, thiserror::Error)]
pub enum InflateError {
    /// There is no more data, but the stream goes on.
    #[error("the compressed data is cut short")]
    CutShort,
    /// The data is not a sound stream.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The data could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What is wrong with a stream, in zlib's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Corruption {
    /// A block is of the type 3, which is reserved.
    #[error("invalid block type")]
    BlockType,
    /// The length of a stored block and its complement differ.
    #[error("invalid stored block lengths")]
    StoredLengths,
    /// A block announces more than 286 codes for literals and lengths, or more than 30 for distances.
    #[error("too many length or distance symbols")]
    TooManySymbols,
    /// The code that the code lengths are written in is not complete.
    #[error("invalid code lengths set")]
    CodeLengthsSet,
    /// A code length is to be repeated where there is none, or beyond the last.
    #[error("invalid bit length repeat")]
    Repeat,
    /// A block cannot end.
    #[error("invalid code -- missing end-of-block")]
    NoEndOfBlock,
    /// The code for literals and lengths is not complete.
    #[error("invalid literal/lengths set")]
    LiteralsSet,
    /// The code for distances is not complete.
    #[error("invalid distances set")]
    DistancesSet,
    /// Bits that stand for no literal and no length.
    #[error("invalid literal/length code")]
    LiteralCode,
    /// Bits that stand for no distance.
    #[error("invalid distance code")]
    DistanceCode,
    /// A match begins before the first byte.
    #[error("invalid distance too far back")]
    TooFarBack,
}

impl From<InflateError> for io::Error {
    fn from(error: InflateError) -> Self {
        match error {
            InflateError::CutShort => Self::new(io::ErrorKind::UnexpectedEof, error),
            InflateError::Corrupt(_) => Self::new(io::ErrorKind::InvalidData, error),
            InflateError::Io(error) => error,
        }
    }
}
