//! Huffman codes, as tables that are looked into with the next bits.
//!
//! A table is indexed by the next few bits. Codes that are longer go on in a table of their own, behind the first one.
#![allow(clippy::cast_possible_truncation)] // symbols have 9 bits, what they stand for 15; what an entry cuts off is not its

/// Bits that literals and lengths are looked up with at first.
pub(super) const LITERAL_BITS: u32 = 11;
/// Bits that distances are looked up with at first.
pub(super) const DISTANCE_BITS: u32 = 8;
/// The longest code.
const MAX_LENGTH: usize = 15;
/// Codes for literals and lengths that a block may have; the fixed code has two more, which stand for nothing.
pub(super) const MAX_LITERALS: usize = 286;
/// Codes for distances that a block may have; the fixed code has two more, which stand for nothing.
pub(super) const MAX_DISTANCES: usize = 30;
const MAX_SYMBOLS: usize = 288;
/// Powers of two, so that no index is out of bounds; 2342 and 402 are needed at the most (zlib's `enough`, for 288 and 32
/// codes).
const LITERAL_ENTRIES: usize = 4096;
const DISTANCE_ENTRIES: usize = 512;

/// What a code stands for.
///
/// From the lowest bit on: 8 bits, how many bits to take, those behind the code that belong to it among them. Of a literal
/// the byte follows. Of a length or a distance, 4 bits: the length of the code alone; in the upper half, the least that it
/// stands for. Of a pointer to another table, 4 bits: with how many bits to look into it; in the upper half, where it is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry(pub(super) u32);

const LITERAL: u32 = 1 << 31;
/// Neither a literal, nor a length, nor a distance.
const OTHER: u32 = 1 << 15;
const TABLE: u32 = 1 << 14;
const END_OF_BLOCK: u32 = 1 << 13;

impl Entry {
    /// Bits that stand for nothing.
    pub(super) const INVALID: Self = Self(OTHER | 1);

    #[inline]
    pub(super) const fn is_literal(self) -> bool {
        self.0 & LITERAL != 0
    }

    /// Whether it is a pointer to another table, the end of the block, or invalid; to be asked of what is not a literal.
    #[inline]
    pub(super) const fn is_other(self) -> bool {
        self.0 & OTHER != 0
    }

    #[inline]
    pub(super) const fn is_table(self) -> bool {
        self.0 & TABLE != 0
    }

    #[inline]
    pub(super) const fn is_end_of_block(self) -> bool {
        self.0 & END_OF_BLOCK != 0
    }

    /// How many bits to take.
    #[inline]
    pub(super) const fn bits(self) -> u32 {
        self.0 & 63
    }

    /// The byte of a literal.
    #[inline]
    pub(super) const fn literal(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// The length or the distance, with the bits that began with its code.
    #[inline]
    pub(super) const fn value(self, bits: u64) -> usize {
        let extra = (bits & ((1 << self.bits()) - 1)) >> (self.0 >> 8 & 63);
        ((self.0 >> 16) as usize) + extra as usize
    }

    /// Where in the other table one has to look.
    #[inline]
    const fn index(self, bits: u64) -> usize {
        ((self.0 >> 16) as usize) + (bits & ((1 << (self.0 >> 8 & 63)) - 1)) as usize
    }

    /// What a symbol of literals and lengths stands for, but for the length of its code.
    fn of_literal(symbol: usize) -> Self {
        match symbol {
            0..256 => Self(LITERAL | (symbol as u32) << 8),
            256 => Self(OTHER | END_OF_BLOCK),
            257..265 => Self::at_least(symbol as u16 - 254, 0),
            265..285 => {
                let (extra, fourth) = ((symbol - 261) / 4, (symbol - 261) % 4);
                Self::at_least((((4 | fourth) << extra) + 3) as u16, extra as u8)
            }
            285 => Self::at_least(258, 0),
            _ => Self(OTHER),
        }
    }

    /// What a symbol of distances stands for, but for the length of its code.
    fn of_distance(symbol: usize) -> Self {
        match symbol {
            0..4 => Self::at_least(symbol as u16 + 1, 0),
            4..MAX_DISTANCES => {
                let (extra, half) = (symbol / 2 - 1, symbol % 2);
                Self::at_least((((2 | half) << extra) + 1) as u16, extra as u8)
            }
            _ => Self(OTHER),
        }
    }

    fn at_least(least: u16, extra: u8) -> Self {
        Self(u32::from(least) << 16 | u32::from(extra))
    }

    /// With a code of that length.
    fn with_code(self, length: usize) -> Self {
        let length = length as u32;
        let alone = if self.is_literal() || self.is_other() { 0 } else { length << 8 };
        Self((self.0 + length) | alone)
    }
}

/// Why lengths make no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoCode;

/// The codes of a block.
#[derive(Debug)]
pub(super) struct Codes {
    literals: [Entry; LITERAL_ENTRIES],
    distances: [Entry; DISTANCE_ENTRIES],
}

impl Default for Codes {
    fn default() -> Self {
        Self { literals: [Entry::default(); LITERAL_ENTRIES], distances: [Entry::default(); DISTANCE_ENTRIES] }
    }
}

impl Codes {
    /// What the next bits stand for: a literal, a length, or something else.
    #[inline]
    pub(super) const fn literal(&self, bits: u64) -> Entry {
        self.literals[(bits & ((1 << LITERAL_BITS) - 1)) as usize]
    }

    /// The same, where an entry points to another table, for the bits behind those it was found with.
    #[inline]
    pub(super) const fn literal_in(&self, pointer: Entry, bits: u64) -> Entry {
        self.literals[pointer.index(bits) % LITERAL_ENTRIES]
    }

    /// What the next bits stand for: a distance, or something else.
    #[inline]
    pub(super) const fn distance(&self, bits: u64) -> Entry {
        self.distances[(bits & ((1 << DISTANCE_BITS) - 1)) as usize]
    }

    /// The same, where an entry points to another table, for the bits behind those it was found with.
    #[inline]
    pub(super) const fn distance_in(&self, pointer: Entry, bits: u64) -> Entry {
        self.distances[pointer.index(bits) % DISTANCE_ENTRIES]
    }

    /// Takes a code for literals and lengths, by the lengths of its codes.
    pub(super) fn set_literals(&mut self, lengths: &[u8]) -> Result<(), NoCode> {
        build(&mut self.literals, LITERAL_BITS, lengths, Entry::of_literal)
    }

    /// Takes a code for distances, by the lengths of its codes.
    pub(super) fn set_distances(&mut self, lengths: &[u8]) -> Result<(), NoCode> {
        build(&mut self.distances, DISTANCE_BITS, lengths, Entry::of_distance)
    }

    /// Takes the fixed codes.
    pub(super) fn set_fixed(&mut self) -> Result<(), NoCode> {
        let mut literals = [8; MAX_SYMBOLS];
        literals[144..256].fill(9);
        literals[256..280].fill(7);
        self.set_literals(&literals)?;
        self.set_distances(&[5; 32])
    }
}

/// The code that code lengths are written in. Its codes have at most 7 bits.
pub(super) struct LengthCode([Entry; 128]);

impl LengthCode {
    pub(super) fn new(lengths: &[u8; 19]) -> Result<Self, NoCode> {
        let mut table = [Entry(0); 128];
        if lengths.iter().all(|length| *length == 0) {
            // zlib reads the length 0 then, a bit each.
            return Ok(Self([Entry(1); 128]));
        }
        build(&mut table, 7, lengths, |symbol| Entry((symbol as u32) << 16))?;
        // A lone code is one too few.
        if table.iter().any(|entry| entry.is_other()) { Err(NoCode) } else { Ok(Self(table)) }
    }

    /// What the next bits stand for, and how many they are.
    pub(super) fn look_up(&self, bits: u64) -> (usize, u32) {
        let entry = self.0[(bits & 127) as usize];
        ((entry.0 >> 16) as usize, entry.bits())
    }
}

/// Makes the table of a canonical code: of codes of one length the first is for the lowest symbol.
///
/// As for zlib, codes have to be complete, unless there is but one, of one bit, or none at all.
fn build(
    table: &mut [Entry],
    first_bits: u32,
    lengths: &[u8],
    entry_of: impl Fn(usize) -> Entry,
) -> Result<(), NoCode> {
    let mut counts = [0_usize; MAX_LENGTH + 1];
    for length in lengths {
        counts[usize::from(*length) & MAX_LENGTH] += 1;
    }
    counts[0] = 0;
    let mut left = 1_usize;
    for count in &counts[1..] {
        left = (left << 1).checked_sub(*count).ok_or(NoCode)?;
    }
    let used: usize = counts.iter().sum();
    if left > 0 && (used > 1 || used != counts[1]) {
        return Err(NoCode);
    }

    let mut next = [0_usize; MAX_LENGTH + 1];
    for length in 1..MAX_LENGTH {
        next[length + 1] = next[length] + counts[length];
    }
    let mut symbols = [0_u16; MAX_SYMBOLS];
    for (symbol, length) in (0..).zip(lengths) {
        if *length != 0 {
            let place = &mut next[usize::from(*length) & MAX_LENGTH];
            symbols[*place] = symbol;
            *place += 1;
        }
    }
    let mut symbols = symbols[..used].iter().map(|symbol| entry_of(usize::from(*symbol)));

    // Codes begin with their highest bit, so that they are counted up from there. The table is that of the bits so far,
    // and doubles with each more.
    let first_bits = first_bits as usize;
    let mut code = 0_usize;
    table[0] = Entry::INVALID;
    for (length, count) in (1..=first_bits).zip(&counts[1..]) {
        let half = 1 << (length - 1);
        table.copy_within(..half, half);
        for entry in symbols.by_ref().take(*count) {
            table[code] = entry.with_code(length);
            code = next_code(code, length);
        }
    }
    let mut behind = 1 << first_bits;
    let mut current = None;
    for length in first_bits + 1..=MAX_LENGTH {
        let more = length - first_bits;
        for (done, entry) in symbols.by_ref().take(counts[length]).enumerate() {
            let first = code & ((1 << first_bits) - 1);
            let (start, bits) = match current {
                Some((of, start, bits)) if of == first => (start, bits),
                _ => {
                    let bits = bits_of(&counts, length, counts[length] - done, more);
                    let start = behind;
                    behind += 1 << bits;
                    current = Some((first, start, bits));
                    table[first] = pointer(start, bits, first_bits);
                    (start, bits)
                }
            };
            for index in (code >> first_bits..1 << bits).step_by(1 << more) {
                table[start + index] = entry.with_code(more);
            }
            code = next_code(code, length);
        }
    }
    Ok(())
}

/// With how many bits the table has to be looked into that begins with a code of that length, `more` of them behind the
/// first, where so many of that length are left.
fn bits_of(counts: &[usize], mut length: usize, mut left: usize, mut more: usize) -> usize {
    while left < 1 << more && length < MAX_LENGTH {
        (length, more) = (length + 1, more + 1);
        left = (left << 1) + counts[length];
    }
    more
}

fn pointer(start: usize, bits: usize, first_bits: usize) -> Entry {
    Entry(OTHER | TABLE | (start as u32) << 16 | (bits as u32) << 8 | first_bits as u32)
}

/// The code behind one of `length` bits, the highest bit of codes being the lowest here.
fn next_code(code: usize, length: usize) -> usize {
    let mut bit = 1 << (length - 1);
    while code & bit != 0 {
        bit >>= 1;
    }
    if bit == 0 { 0 } else { code & (bit - 1) | bit }
}
