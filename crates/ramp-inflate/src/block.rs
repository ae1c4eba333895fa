//! Headers of blocks.

use std::io::Read;

use super::bits::Bits;
use super::code::{Codes, LengthCode, MAX_DISTANCES, MAX_LITERALS};
use super::error::{Corruption, InflateError};

/// The order in which the lengths of the codes for code lengths are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK: usize = 256;

/// What the header of a block says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Whether the block is the last of the stream.
    pub(super) last: bool,
    pub(super) content: Content,
}

/// What follows a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// So many bytes as they are.
    Stored(usize),
    /// Symbols in the codes that the header gave, or in the fixed ones.
    Symbols,
}

/// Reads the header of a block, and takes its codes.
pub(super) fn read<R: Read>(bits: &mut Bits<R>, codes: &mut Codes) -> Result<Header, InflateError> {
    bits.refill()?;
    let last = bits.take(1) == 1;
    let content = match bits.take(2) {
        0 => stored(bits)?,
        1 => {
            codes.set_fixed().map_err(|_| bits.wrong(Corruption::LiteralsSet))?;
            Content::Symbols
        }
        2 => dynamic(bits, codes)?,
        _ => return Err(bits.wrong(Corruption::BlockType)),
    };
    if bits.beyond_the_end() { Err(InflateError::CutShort) } else { Ok(Header { last, content }) }
}

fn stored<R: Read>(bits: &mut Bits<R>) -> Result<Content, InflateError> {
    bits.skip(bits.ready.count % 8);
    let (length, complement) = (bits.take(16), bits.take(16));
    if length != complement ^ 0xFFFF {
        return Err(bits.wrong(Corruption::StoredLengths));
    }
    if bits.beyond_the_end() {
        return Err(InflateError::CutShort);
    }
    bits.align();
    Ok(Content::Stored(length))
}

fn dynamic<R: Read>(bits: &mut Bits<R>, codes: &mut Codes) -> Result<Content, InflateError> {
    let (literals, distances, lengths) = (bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4);
    if literals > MAX_LITERALS || distances > MAX_DISTANCES {
        return Err(bits.wrong(Corruption::TooManySymbols));
    }
    let mut code = [0; 19];
    for index in &ORDER[..lengths] {
        bits.refill()?;
        code[*index] = bits.take(3).to_le_bytes()[0];
    }
    let code = LengthCode::new(&code).map_err(|_| bits.wrong(Corruption::CodeLengthsSet))?;

    let mut lengths = [0_u8; MAX_LITERALS + MAX_DISTANCES];
    let lengths = &mut lengths[..literals + distances];
    let mut done = 0;
    while done < lengths.len() {
        bits.refill()?;
        let (symbol, length) = code.look_up(bits.ready.bits);
        bits.skip(length);
        let (value, times) = match symbol {
            16 => {
                // Only when all its bits are there, zlib asks whether there is one before it.
                let times = 3 + bits.take(2);
                let before = done.checked_sub(1).ok_or_else(|| bits.wrong(Corruption::Repeat))?;
                (lengths[before], times)
            }
            17 => (0, 3 + bits.take(3)),
            18 => (0, 11 + bits.take(7)),
            length => (length.to_le_bytes()[0], 1),
        };
        let Some(repeated) = lengths[done..].get_mut(..times) else {
            return Err(bits.wrong(Corruption::Repeat));
        };
        repeated.fill(value);
        done += times;
    }
    let (literals, distances) = lengths.split_at(literals);
    if literals[END_OF_BLOCK] == 0 {
        return Err(bits.wrong(Corruption::NoEndOfBlock));
    }
    codes.set_literals(literals).map_err(|_| bits.wrong(Corruption::LiteralsSet))?;
    codes.set_distances(distances).map_err(|_| bits.wrong(Corruption::DistancesSet))?;
    Ok(Content::Symbols)
}
