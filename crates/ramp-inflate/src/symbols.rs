//! Literals and matches: where the time goes.
#![allow(clippy::inline_always)] // what is not inlined into the loop is not compiled for the processor either

#[cfg(target_arch = "x86_64")]
use fearless_simd::Simd as _;

use super::bits::{Bits, Ready};
use super::code::{Codes, Entry};
use super::error::{Corruption, InflateError};

/// What has to be free behind the output before a symbol is decoded: the longest match, which is copied in pieces, and the
/// literals before it.
pub(super) const SLACK: usize = 320;
/// What has to be there of the input for [`run`] to go on: it looks eight bytes ahead, a few times before it asks again.
const INPUT_SLACK: usize = 32;
/// The most bits of a distance, its code and those behind it.
const MAX_DISTANCE_BITS: u32 = 15 + 13;

/// Where one is in input and output.
#[derive(Debug, Clone, Copy)]
struct At<'a> {
    /// What is not among the bits.
    input: &'a [u8],
    ready: Ready,
    /// The next byte to be written.
    output: usize,
}

/// Why decoding stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// Input or output is used up, but for its slack.
    Used,
    EndOfBlock,
    Corrupt(Corruption),
}

/// Decodes symbols until the block ends, which is what it gives, or input or output is used up.
pub(super) fn decode<R>(
    bits: &mut Bits<R>,
    codes: &Codes,
    output: &mut [u8],
    end: &mut usize,
) -> Result<bool, InflateError> {
    let data = bits.buffer.get(bits.position..bits.end).unwrap_or_default();
    let mut at = At { input: data, ready: bits.ready, output: *end };
    let mut stop = run_fast(codes, output, &mut at);
    bits.position += data.len() - at.input.len();
    // Only the last few bytes of all are looked at bit by bit, with the padding behind them.
    if stop == Stop::Used && bits.last {
        let padded = bits.buffer.get(bits.position..).unwrap_or_default();
        let behind = bits.buffer.len() - bits.end;
        at.input = padded;
        while stop == Stop::Used && at.has_room(output) {
            let before = at.output;
            stop = step(codes, output, &mut at);
            if behind > at.input.len() + at.ready.count as usize / 8 {
                // What it took was not there.
                *end = before;
                return Err(InflateError::CutShort);
            }
        }
        bits.position += padded.len() - at.input.len();
    }
    (bits.ready, *end) = (at.ready, at.output);
    match stop {
        Stop::Used => Ok(false),
        Stop::EndOfBlock => Ok(true),
        Stop::Corrupt(corruption) => Err(corruption.into()),
    }
}

impl At<'_> {
    /// Makes 56 bits at least.
    #[inline(always)]
    fn refill(&mut self) {
        if let Some(next) = self.input.first_chunk() {
            self.input = &self.input[self.ready.refill(*next)..];
        }
    }

    /// Takes the bits of an entry.
    #[inline(always)]
    fn take(&mut self, entry: Entry) {
        self.ready.bits >>= entry.bits();
        self.ready.count = self.ready.count.wrapping_sub(entry.0);
    }

    /// Takes a literal, and writes it.
    #[inline(always)]
    fn literal(&mut self, entry: Entry, output: &mut [u8]) {
        self.take(entry);
        output[self.output] = entry.literal();
        self.output += 1;
    }

    /// Whether there is room for another symbol.
    #[inline(always)]
    fn has_room(&self, output: &[u8]) -> bool {
        output.len().saturating_sub(self.output) > SLACK
    }

    /// Refills the bits and looks up the next entry, unless input or output is used up, but for its slack.
    #[inline(always)]
    fn go_on(&mut self, codes: &Codes, output: &[u8]) -> Option<Entry> {
        if self.input.len() <= INPUT_SLACK || !self.has_room(output) {
            return None;
        }
        self.refill();
        Some(codes.literal(self.ready.bits))
    }
}

/// As [`run`], with the best instructions that the machine has for it: processors with AVX2, which is what is asked for here,
/// also have BMI2, whose shifts by a number of bits that is not known before take a third of the time.
fn run_fast(codes: &Codes, output: &mut [u8], at: &mut At) -> Stop {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = fearless_simd::Level::new().as_avx2() {
        return avx2.vectorize(
            #[inline(always)]
            || run(codes, output, at),
        );
    }
    run(codes, output, at)
}

/// Decodes symbols, as long as more than [`INPUT_SLACK`] of the input is left, and more than [`SLACK`] of the output.
#[inline(always)]
fn run(codes: &Codes, output: &mut [u8], place: &mut At) -> Stop {
    // On the stack it would be written back for every symbol.
    let mut at = *place;
    let Some(mut entry) = at.go_on(codes, output) else { return Stop::Used };
    let stop = loop {
        if entry.is_literal() {
            at.literal(entry, output);
            entry = codes.literal(at.ready.bits);
            if entry.is_literal() {
                at.literal(entry, output);
                entry = codes.literal(at.ready.bits);
                if entry.is_literal() {
                    at.literal(entry, output);
                    let Some(next) = at.go_on(codes, output) else { break Stop::Used };
                    entry = next;
                    continue;
                }
            }
        }
        // Two codes of 11 bits at the most were taken: there are bits for any length, and for what points to its table.
        if entry.is_other() {
            if entry.is_table() {
                at.take(entry);
                entry = codes.literal_in(entry, at.ready.bits);
                if entry.is_literal() {
                    at.literal(entry, output);
                    let Some(next) = at.go_on(codes, output) else { break Stop::Used };
                    entry = next;
                    continue;
                }
            }
            if entry.is_other() {
                if entry.is_end_of_block() {
                    at.take(entry);
                    break Stop::EndOfBlock;
                }
                break Stop::Corrupt(Corruption::LiteralCode);
            }
        }
        let length = entry.value(at.ready.bits);
        at.take(entry);
        if at.ready.count & 63 < MAX_DISTANCE_BITS {
            at.refill();
        }
        let mut entry_of_distance = codes.distance(at.ready.bits);
        if entry_of_distance.is_other() {
            if entry_of_distance.is_table() {
                at.take(entry_of_distance);
                entry_of_distance = codes.distance_in(entry_of_distance, at.ready.bits);
            }
            if entry_of_distance.is_other() {
                break Stop::Corrupt(Corruption::DistanceCode);
            }
        }
        let distance = entry_of_distance.value(at.ready.bits);
        at.take(entry_of_distance);
        let Some(span) = at.output.checked_sub(distance).and_then(|from| output.get_mut(from..)) else {
            break Stop::Corrupt(Corruption::TooFarBack);
        };
        at.refill();
        // Looked up before the match is copied: the one does not wait for the other.
        entry = codes.literal(at.ready.bits);
        copy(span, distance, length);
        at.output += length;
        if at.input.len() <= INPUT_SLACK || !at.has_room(output) {
            break Stop::Used;
        }
    };
    at.ready.count &= 63;
    *place = at;
    stop
}

/// Decodes one symbol.
fn step(codes: &Codes, output: &mut [u8], at: &mut At) -> Stop {
    at.refill();
    let mut entry = codes.literal(at.ready.bits);
    if !entry.is_literal() && entry.is_other() && entry.is_table() {
        at.take(entry);
        entry = codes.literal_in(entry, at.ready.bits);
    }
    let bits = at.ready.bits;
    if entry.is_literal() {
        at.literal(entry, output);
        at.ready.count &= 63;
        return Stop::Used;
    }
    at.take(entry);
    at.ready.count &= 63;
    if entry.is_other() {
        return if entry.is_end_of_block() { Stop::EndOfBlock } else { Stop::Corrupt(Corruption::LiteralCode) };
    }
    let length = entry.value(bits);
    at.refill();
    let mut entry = codes.distance(at.ready.bits);
    if entry.is_other() && entry.is_table() {
        at.take(entry);
        entry = codes.distance_in(entry, at.ready.bits);
    }
    let bits = at.ready.bits;
    at.take(entry);
    at.ready.count &= 63;
    if entry.is_other() {
        return Stop::Corrupt(Corruption::DistanceCode);
    }
    let distance = entry.value(bits);
    let Some(span) = at.output.checked_sub(distance).and_then(|from| output.get_mut(from..)) else {
        return Stop::Corrupt(Corruption::TooFarBack);
    };
    copy(span, distance, length);
    at.output += length;
    Stop::Used
}

/// Copies a match of up to 258 bytes: from the beginning of `span` to `distance`, and what lies behind it, up to the [`SLACK`].
#[inline(always)]
fn copy(span: &mut [u8], distance: usize, length: usize) {
    if distance < 16 {
        return repeat(span, distance, length);
    }
    copy_16(span, 0, distance);
    copy_16(span, 16, distance + 16);
    let mut done = 32;
    while done < length {
        copy_16(span, done, distance + done);
        done += 16;
    }
}

#[inline(always)]
fn copy_16(span: &mut [u8], from: usize, to: usize) {
    let mut piece = [0; 16];
    piece.copy_from_slice(&span[from..from + 16]);
    span[to..to + 16].copy_from_slice(&piece);
}

/// Copies a match that begins less than 16 bytes before, and so may overlap what is copied.
#[inline(never)]
fn repeat(span: &mut [u8], distance: usize, length: usize) {
    let Some(first) = span.first_chunk::<16>() else { return };
    // What repeats, so many times as fit.
    let pattern = REPEATED[distance % 16].map(|from| first[usize::from(from) % 16]);
    let Some(behind) = span.get_mut(distance..) else { return };
    let whole = 16 - 16 % distance.max(1);
    let mut done = 0;
    while done < length {
        let Some(place) = behind.get_mut(done..done + 16) else { return };
        place.copy_from_slice(&pattern);
        done += whole;
    }
}

/// By distance: where each of 16 bytes of what repeats comes from.
const REPEATED: [[u8; 16]; 16] = {
    let mut places = [[0; 16]; 16];
    let mut distance = 1;
    while distance < 16 {
        let mut place = 0;
        while place < 16 {
            places[distance as usize][place as usize] = place % distance;
            place += 1;
        }
        distance += 1;
    }
    places
};
