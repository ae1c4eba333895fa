//! Blocks: what was parsed, written in whichever of the three forms is the shortest.

use std::sync::LazyLock;

use super::huffman::{Code, MAX_BITS};
use super::matches::{MIN_MATCH, Match};

const END_OF_BLOCK: usize = 256;
const LITERALS: usize = 286;
const DISTANCES: usize = 30;
/// The longest stored block.
const MAX_STORED: usize = 0xFFFF;
/// The order in which the lengths of the code for lengths are written.
const LENGTH_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// A symbol and the extra bits behind it.
#[derive(Debug, Clone, Copy)]
struct Symbol {
    number: u16,
    extra_bits: u8,
    extra: u16,
}

/// Length symbols by length less 3.
static LENGTHS: LazyLock<[Symbol; 256]> = LazyLock::new(|| {
    let mut table = [Symbol { number: 285, extra_bits: 0, extra: 0 }; 256];
    let mut at = 0;
    for symbol in 257..285_u16 {
        let extra_bits = if symbol < 265 { 0 } else { u8::try_from((symbol - 261) / 4).unwrap_or_default() };
        for extra in 0..1 << extra_bits {
            table[at] = Symbol { number: symbol, extra_bits, extra };
            at += 1;
        }
    }
    // 258 has a symbol of its own.
    table[255] = Symbol { number: 285, extra_bits: 0, extra: 0 };
    table
});

#[inline]
#[allow(clippy::cast_possible_truncation)] // a distance has 15 bits, and its symbols are below 30
fn distance_symbol(less_one: u32) -> Symbol {
    if less_one < 4 {
        return Symbol { number: less_one as u16, extra_bits: 0, extra: 0 };
    }
    let extra_bits = 30 - less_one.leading_zeros();
    let symbol = 2 * extra_bits + (less_one >> extra_bits);
    Symbol { number: symbol as u16, extra_bits: extra_bits as u8, extra: (less_one & ((1 << extra_bits) - 1)) as u16 }
}

/// A literal (below 256), or a match: its length less 3 in bits 16 to 23, its distance less 1 below, bit 31 set.
#[derive(Debug, Clone, Copy)]
struct Token(u32);

const IS_MATCH: u32 = 1 << 31;

/// A block in the making.
#[derive(Debug)]
pub(super) struct Block {
    tokens: Vec<Token>,
    literals: [u32; LITERALS],
    distances: [u32; DISTANCES],
    lengths: &'static [Symbol; 256],
    fixed: (Code, Code),
}

impl Block {
    pub(super) fn new() -> Self {
        let mut literals = vec![8; 288];
        literals[144..256].fill(9);
        literals[256..280].fill(7);
        Self {
            tokens: Vec::with_capacity(1 << 16),
            literals: [0; LITERALS],
            distances: [0; DISTANCES],
            lengths: &LENGTHS,
            fixed: (Code::of_lengths(literals), Code::of_lengths(vec![5; 32])),
        }
    }

    /// How many literals and matches it holds.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    #[inline]
    pub(super) fn literal(&mut self, byte: u8) {
        self.tokens.push(Token(u32::from(byte)));
        self.literals[usize::from(byte)] += 1;
    }

    #[inline]
    pub(super) fn repeat(&mut self, found: Match) {
        #[allow(clippy::cast_possible_truncation)] // at most 258 - 3 and 32768 - 1
        let (length, distance) = ((found.len - MIN_MATCH) as u32, (found.distance - 1) as u32);
        self.tokens.push(Token(IS_MATCH | length << 16 | distance));
        self.literals[usize::from(self.lengths[length as usize].number)] += 1;
        self.distances[usize::from(distance_symbol(distance).number)] += 1;
    }

    /// Writes the block, which stands for `text`, and empties it.
    pub(super) fn write(&mut self, text: &[u8], last: bool, bits: &mut BitWriter) {
        self.literals[END_OF_BLOCK] = 1;
        let dynamic = (Code::new(&self.literals, MAX_BITS), Code::new(&self.distances, MAX_BITS));
        let header = Header::new(&dynamic);
        let cost = |codes: &(Code, Code)| codes.0.cost(&self.literals) + codes.1.cost(&self.distances);
        let dynamic_cost = header.cost() + cost(&dynamic);
        let fixed_cost = cost(&self.fixed);
        // Extra bits stand in both of the compressed forms. Behind its header each stored block starts a byte.
        let extra = self.extra_bits();
        let stored_cost = text.len() as u64 * 8 + text.len().div_ceil(MAX_STORED) as u64 * 40;
        if stored_cost <= dynamic_cost.min(fixed_cost) + extra && !text.is_empty() {
            stored(text, last, bits);
        } else if fixed_cost <= dynamic_cost {
            bits.put(u32::from(last) | 1 << 1, 3);
            self.write_tokens(&self.fixed, bits);
        } else {
            bits.put(u32::from(last) | 2 << 1, 3);
            header.write(bits);
            self.write_tokens(&dynamic, bits);
        }
        self.tokens.clear();
        self.literals.fill(0);
        self.distances.fill(0);
    }

    fn extra_bits(&self) -> u64 {
        let of_length = self.lengths.iter().filter(|s| s.extra == 0);
        let lengths = of_length.map(|s| u64::from(s.extra_bits) * u64::from(self.literals[usize::from(s.number)]));
        let distances =
            self.distances.iter().zip(0_u64..).map(|(n, symbol)| u64::from(*n) * (symbol / 2).saturating_sub(1));
        lengths.sum::<u64>() + distances.sum::<u64>()
    }

    fn write_tokens(&self, (literals, distances): &(Code, Code), bits: &mut BitWriter) {
        let put = |bits: &mut BitWriter, code: &Code, s: Symbol| {
            let symbol = usize::from(s.number);
            let len = u32::from(code.lengths[symbol]);
            bits.put(u32::from(code.bits[symbol]) | u32::from(s.extra) << len, len + u32::from(s.extra_bits));
        };
        for Token(token) in &self.tokens {
            if token & IS_MATCH == 0 {
                let symbol = *token as usize;
                bits.put(u32::from(literals.bits[symbol]), u32::from(literals.lengths[symbol]));
            } else {
                put(bits, literals, self.lengths[(token >> 16 & 0xFF) as usize]);
                put(bits, distances, distance_symbol(token & 0x7FFF));
            }
        }
        bits.put(u32::from(literals.bits[END_OF_BLOCK]), u32::from(literals.lengths[END_OF_BLOCK]));
    }
}

fn stored(text: &[u8], last: bool, bits: &mut BitWriter) {
    let mut pieces = text.chunks(MAX_STORED).peekable();
    while let Some(piece) = pieces.next() {
        bits.put(u32::from(last && pieces.peek().is_none()), 3);
        bits.stored(piece);
    }
}

/// The codes of a dynamic block, as they are written in front of it.
struct Header {
    literals: usize,
    distances: usize,
    /// Symbols of the code for lengths, with their extra bits.
    runs: Vec<(usize, u32, u32)>,
    frequencies: [u32; 19],
    code: Code,
    code_lengths: usize,
}

impl Header {
    fn new((literals, distances): &(Code, Code)) -> Self {
        let used = |code: &Code, least: usize| {
            code.lengths.iter().rposition(|len| *len > 0).map_or(least, |at| (at + 1).max(least))
        };
        let (literal_count, distance_count) = (used(literals, 257), used(distances, 1));
        let mut lengths = literals.lengths[..literal_count].to_vec();
        lengths.extend_from_slice(&distances.lengths[..distance_count]);
        let runs = runs(&lengths);
        let mut frequencies = [0; 19];
        for (symbol, ..) in &runs {
            frequencies[*symbol] += 1;
        }
        let code = Code::new(&frequencies, 7);
        let code_lengths =
            LENGTH_ORDER.iter().rposition(|symbol| code.lengths[*symbol] > 0).map_or(4, |at| (at + 1).max(4));
        Self { literals: literal_count, distances: distance_count, runs, frequencies, code, code_lengths }
    }

    fn cost(&self) -> u64 {
        let extra: u64 = self.runs.iter().map(|(_, _, bits)| u64::from(*bits)).sum();
        14 + 3 * self.code_lengths as u64 + self.code.cost(&self.frequencies) + extra
    }

    #[allow(clippy::cast_possible_truncation)] // counts of at most 286, 30 and 19
    fn write(&self, bits: &mut BitWriter) {
        bits.put((self.literals - 257) as u32, 5);
        bits.put((self.distances - 1) as u32, 5);
        bits.put((self.code_lengths - 4) as u32, 4);
        for symbol in &LENGTH_ORDER[..self.code_lengths] {
            bits.put(u32::from(self.code.lengths[*symbol]), 3);
        }
        for (symbol, extra, extra_bits) in &self.runs {
            bits.put(u32::from(self.code.bits[*symbol]), u32::from(self.code.lengths[*symbol]));
            bits.put(*extra, *extra_bits);
        }
    }
}

/// Code lengths as symbols 0 to 15, 16 (the last one 3 to 6 times), 17 and 18 (3 to 10, 11 to 138 zeros).
#[allow(clippy::cast_possible_truncation)] // runs are at most 138 long
fn runs(lengths: &[u8]) -> Vec<(usize, u32, u32)> {
    let mut runs = Vec::new();
    for same in lengths.chunk_by(|a, b| a == b) {
        let [len, ..] = same else { continue };
        let mut left = same.len();
        if *len > 0 {
            runs.push((usize::from(*len), 0, 0));
            left -= 1;
        }
        while left >= 3 {
            let (symbol, least, most, bits) = match *len {
                0 if left > 10 => (18, 11, 138, 7),
                0 => (17, 3, 10, 3),
                _ => (16, 3, 6, 2),
            };
            let taken = left.min(most);
            runs.push((symbol, (taken - least) as u32, bits));
            left -= taken;
        }
        runs.extend(std::iter::repeat_n((usize::from(*len), 0, 0), left));
    }
    runs
}

/// Bits into bytes, the first bit lowest.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    held: u64,
    held_bits: u32,
}

impl BitWriter {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// Writes the lowest `count` bits, at most 32; those above are zero.
    #[inline]
    pub(super) fn put(&mut self, value: u32, count: u32) {
        self.held |= u64::from(value) << self.held_bits;
        self.held_bits += count;
        if self.held_bits >= 32 {
            #[allow(clippy::cast_possible_truncation)] // the lower half is meant
            self.bytes.extend_from_slice(&(self.held as u32).to_le_bytes());
            self.held >>= 32;
            self.held_bits -= 32;
        }
    }

    fn align(&mut self) {
        let whole = self.held_bits.div_ceil(8) as usize;
        self.bytes.extend(self.held.to_le_bytes().iter().take(whole));
        (self.held, self.held_bits) = (0, 0);
    }

    /// The rest of a stored block, behind the three bits of its header.
    #[allow(clippy::cast_possible_truncation)] // at most 65,535
    fn stored(&mut self, bytes: &[u8]) {
        self.align();
        let len = bytes.len() as u16;
        self.bytes.extend_from_slice(&len.to_le_bytes());
        self.bytes.extend_from_slice(&(!len).to_le_bytes());
        self.bytes.extend_from_slice(bytes);
    }

    /// Ends in an empty stored block, behind which another stream can follow: zlib's `Z_SYNC_FLUSH`.
    pub(super) fn finish_with_flush(mut self) -> Vec<u8> {
        self.put(0, 3);
        self.stored(&[]);
        self.bytes
    }

    /// Ends with the last byte that was begun.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.align();
        self.bytes
    }
}
