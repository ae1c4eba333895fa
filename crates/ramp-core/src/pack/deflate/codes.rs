//! The codes of a block, as far as it takes to get over them.

use super::seam::Broken;

/// In a symbol: a distance follows.
pub(super) const LENGTH: u16 = 1 << 5;
/// In a symbol: the block ends.
pub(super) const END: u16 = 1 << 6;
/// In a symbol: how many bits its code and the extra bits behind it have.
const WIDTH: u16 = LENGTH - 1;

/// Bits that are looked up at once; few codes are longer.
const FAST_BITS: u32 = 10;
const MAX_BITS: usize = 15;
/// The order in which the lengths of the code for lengths are written.
const LENGTH_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Both codes of a block.
#[derive(Debug)]
pub(super) struct Codes {
    pub(super) literals: Code,
    pub(super) distances: Code,
}

impl Codes {
    /// Those of blocks that bring none.
    pub(super) fn fixed() -> Result<Self, Broken> {
        let mut literals = [8; 288];
        literals[144..256].fill(9);
        literals[256..280].fill(7);
        Self::new(&literals, &[5; 30]).ok_or(Broken { at: 0 })
    }

    /// Those that stand in front of a block.
    pub(super) fn read(bits: &mut Bits<'_>) -> Result<Self, Broken> {
        let literals = bits.take(5)? as usize + 257;
        let distances = bits.take(5)? as usize + 1;
        let count = bits.take(4)? as usize + 4;
        let mut lengths = [0; 19];
        for symbol in LENGTH_ORDER.iter().take(count) {
            lengths[*symbol] = u8::try_from(bits.take(3)?).unwrap_or_default();
        }
        let code = Code::new(&lengths, |symbol, len| Some(number(symbol) << 4 | u16::from(len)));
        let code = code.ok_or_else(|| bits.broken())?;
        let mut lengths: Vec<u8> = Vec::with_capacity(literals + distances);
        while lengths.len() < literals + distances {
            bits.refill()?;
            let found = code.find(bits.held).ok_or_else(|| bits.broken())?;
            bits.skip(u32::from(found & 15));
            let (len, times) = match found >> 4 {
                16 => (*lengths.last().ok_or_else(|| bits.broken())?, bits.take(2)? + 3),
                17 => (0, bits.take(3)? + 3),
                18 => (0, bits.take(7)? + 11),
                len => (u8::try_from(len).unwrap_or_default(), 1),
            };
            lengths.extend(std::iter::repeat_n(len, times as usize));
        }
        let (literals, distances) = lengths.split_at(literals);
        Self::new(literals, distances).ok_or_else(|| bits.broken())
    }

    fn new(literals: &[u8], distances: &[u8]) -> Option<Self> {
        let literals = Code::new(literals, |symbol, len| {
            let len = u16::from(len);
            match symbol {
                0..=255 => Some(len),
                256 => Some(len | END),
                257..=264 | 285 => Some(len | LENGTH),
                265..=284 => Some((len + number((symbol - 261) / 4)) | LENGTH),
                _ => None,
            }
        })?;
        let distances = Code::new(distances, |symbol, len| match symbol {
            0..=29 => Some(u16::from(len) + number(symbol / 2).saturating_sub(1)),
            _ => None,
        })?;
        Some(Self { literals, distances })
    }
}

/// For symbols, of which there are at most 288.
fn number(symbol: usize) -> u16 {
    u16::try_from(symbol).unwrap_or_default()
}

/// A canonical Huffman code (RFC 1951 §3.2.2). What a symbol is, its owner says; 0 is none.
#[derive(Debug)]
pub(super) struct Code {
    /// By the next bits.
    fast: Vec<u16>,
    /// How many codes there are of each length.
    counts: [u16; MAX_BITS + 1],
    /// The symbols in the order of their codes.
    symbols: Vec<u16>,
}

impl Code {
    /// `None` where there are more codes than fit.
    fn new(lengths: &[u8], symbol: impl Fn(usize, u8) -> Option<u16>) -> Option<Self> {
        let mut counts = [0_u16; MAX_BITS + 1];
        for len in lengths.iter().filter(|len| **len > 0) {
            counts[usize::from(*len)] += 1;
        }
        let (mut codes, mut places) = ([0_u32; MAX_BITS + 2], [0_usize; MAX_BITS + 2]);
        for len in 1..=MAX_BITS {
            let end = codes[len] + u32::from(counts[len]);
            if end > 1 << len {
                return None;
            }
            codes[len + 1] = end << 1;
            places[len + 1] = places[len] + usize::from(counts[len]);
        }
        let mut symbols = vec![0; places[MAX_BITS + 1]];
        let mut fast = vec![0; 1 << FAST_BITS];
        for (number, len) in lengths.iter().enumerate().filter(|(_, len)| **len > 0) {
            let at = usize::from(*len);
            let entry = symbol(number, *len).unwrap_or_default();
            symbols[places[at]] = entry;
            places[at] += 1;
            if at <= FAST_BITS as usize {
                let first = (codes[at] << (32 - at)).reverse_bits() as usize;
                fast.iter_mut().skip(first).step_by(1 << at).for_each(|place| *place = entry);
            }
            codes[at] += 1;
        }
        Some(Self { fast, counts, symbols })
    }

    /// The symbol that these bits begin with.
    #[inline]
    fn find(&self, held: u64) -> Option<u16> {
        #[allow(clippy::cast_possible_truncation)] // few bits are left of it
        match self.fast[held as usize & ((1 << FAST_BITS) - 1)] {
            0 => self.find_long(held),
            entry => Some(entry),
        }
    }

    #[cold]
    fn find_long(&self, held: u64) -> Option<u16> {
        let (mut code, mut first, mut place) = (0, 0, 0);
        for (len, count) in (0_u32..).zip(self.counts).skip(1) {
            code |= usize::from(held >> (len - 1) & 1 == 1);
            let count = usize::from(count);
            if code < first + count {
                return self.symbols.get(place + code - first).copied().filter(|entry| *entry != 0);
            }
            place += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }

    /// Gets over the next symbol and its extra bits; [`Bits::refill`] was called before.
    #[inline]
    pub(super) fn next(&self, bits: &mut Bits<'_>) -> Result<u16, Broken> {
        let entry = self.find(bits.held).ok_or_else(|| bits.broken())?;
        bits.skip(u32::from(entry & WIDTH));
        Ok(entry)
    }
}

/// Bytes as bits, the lowest first. Behind the end there are zeros, until [`check`](Self::check) is asked.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// The byte that is held next.
    next: usize,
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, next: 0, held: 0, count: 0 }
    }

    pub(super) const fn position(&self) -> usize {
        self.next * 8 - self.count as usize
    }

    pub(super) const fn broken(&self) -> Broken {
        Broken { at: self.position() }
    }

    /// Whether all that was taken was there.
    pub(super) fn check(&self) -> Result<(), Broken> {
        if self.position() <= self.bytes.len() * 8 { Ok(()) } else { Err(self.broken()) }
    }

    /// Holds 56 bits or more, a few of which may lie behind the end.
    #[inline]
    pub(super) fn refill(&mut self) -> Result<(), Broken> {
        if let Some(bytes) = self.bytes.get(self.next..).and_then(|rest| rest.first_chunk()) {
            self.held |= u64::from_le_bytes(*bytes) << self.count;
            self.next += ((63 - self.count) >> 3) as usize;
            self.count |= 0b11_1000;
            return Ok(());
        }
        while self.count < 56 {
            self.held |= self.bytes.get(self.next).map_or(0, |byte| u64::from(*byte)) << self.count;
            self.next += 1;
            self.count += 8;
        }
        // What is held alone may lie behind the end, and zeros may be a code: without this, no end would come.
        if self.position() > self.bytes.len() * 8 { Err(self.broken()) } else { Ok(()) }
    }

    #[inline]
    fn skip(&mut self, count: u32) {
        self.held >>= count;
        self.count -= count;
    }

    /// The next bits, at most 16.
    pub(super) fn take(&mut self, count: u32) -> Result<u32, Broken> {
        self.refill()?;
        let value = self.held & ((1 << count) - 1);
        self.skip(count);
        self.check()?;
        Ok(u32::try_from(value).unwrap_or_default())
    }

    /// Goes to the next byte.
    pub(super) fn align(&mut self) {
        self.skip(self.count % 8);
    }

    /// Gets over bytes, from a byte on.
    pub(super) fn skip_bytes(&mut self, count: usize) -> Result<(), Broken> {
        self.next = self.position() / 8 + count;
        (self.held, self.count) = (0, 0);
        self.check()
    }
}
