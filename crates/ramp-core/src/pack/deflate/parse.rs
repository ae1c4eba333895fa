//! From text to literals and matches, and from there to blocks.

use super::block::{BitWriter, Block};
use super::matches::{Match, Matches};

/// How hard to look for matches: no harder than it takes to reach the size of the reference's zlib.
const DEPTH: usize = 24;
const NICE: usize = 48;
/// A match of three bytes further away than this costs more than three literals.
const TOO_FAR: usize = 8 << 10;
/// Bounds of a block: bytes of text, literals and matches.
const MAX_BLOCK_BYTES: usize = 300_000;
const MIN_BLOCK_BYTES: usize = 5_000;
const MAX_BLOCK_TOKENS: usize = 50_000;

/// Compresses `text` from `start` on, what stands before being known to the reader already.
pub(super) fn compress(text: &[u8], start: usize, last: bool) -> Vec<u8> {
    let mut bits = BitWriter::with_capacity((text.len() - start) / 2);
    let mut matches = Matches::new(text);
    matches.skip(0..start);
    let mut block = Block::new();
    let mut at = start;
    loop {
        let from = at;
        at = parse(text, from, &mut matches, &mut block);
        block.write(&text[from..at], last && at == text.len(), &mut bits);
        if at == text.len() {
            break;
        }
    }
    if last { bits.finish() } else { bits.finish_with_flush() }
}

/// Fills one block, and returns where the next one starts.
///
/// Lazy: a match is taken only if none that starts one byte later is better.
fn parse(text: &[u8], from: usize, matches: &mut Matches<'_>, block: &mut Block) -> usize {
    let mut change = Change::default();
    let mut at = from;
    let end = text.len().min(from + MAX_BLOCK_BYTES);
    while at < end && block.len() < MAX_BLOCK_TOKENS && !change.ends(at - from, text.len() - at) {
        let found = matches.longest(at, 2, NICE, DEPTH);
        let Some(mut found) = found.filter(|m| m.len > 3 || m.distance <= TOO_FAR) else {
            change.literal(text[at]);
            block.literal(text[at]);
            at += 1;
            continue;
        };
        let mut entered = at + 1;
        while found.len < NICE {
            // Only what is as long may replace it: half the effort is enough.
            let next = matches.longest(entered, found.len - 1, NICE, DEPTH / 2);
            entered += 1;
            let Some(better) = next.filter(|next| pays(*next, found)) else { break };
            change.literal(text[at]);
            block.literal(text[at]);
            at += 1;
            found = better;
        }
        change.repeat(found.len);
        block.repeat(found);
        at += found.len;
        matches.skip(entered..at);
    }
    at
}

/// Whether the match one byte later is worth the literal before it: a byte more is worth four bits, a bit less of
/// distance one.
#[inline]
fn pays(next: Match, found: Match) -> bool {
    next.len >= found.len
        && 4 * (next.len - found.len) + found.distance.ilog2() as usize > 2 + next.distance.ilog2() as usize
}

/// Notices when the text becomes another kind of text, for which another code is better.
///
/// Literals are counted by their upper two bits and the lowest, matches by being short or long; when what was seen
/// lately is distributed differently from the block so far, the block ends. The method and its figures are
/// libdeflate's.
#[derive(Debug, Default)]
struct Change {
    so_far: [u32; 10],
    so_far_total: u32,
    lately: [u32; 10],
    lately_total: u32,
}

impl Change {
    const ENOUGH: u32 = 512;

    #[inline]
    fn literal(&mut self, byte: u8) {
        self.lately[usize::from(byte >> 5 & 6 | byte & 1)] += 1;
        self.lately_total += 1;
    }

    #[inline]
    fn repeat(&mut self, len: usize) {
        self.lately[8 + usize::from(len >= 9)] += 1;
        self.lately_total += 1;
    }

    #[inline]
    fn ends(&mut self, block_bytes: usize, bytes_left: usize) -> bool {
        self.lately_total >= Self::ENOUGH
            && block_bytes >= MIN_BLOCK_BYTES
            && bytes_left >= MIN_BLOCK_BYTES
            && self.changed(block_bytes)
    }

    fn changed(&mut self, block_bytes: usize) -> bool {
        let (total, new) = (u64::from(self.so_far_total), u64::from(self.lately_total));
        if total > 0 {
            let difference: u64 = self
                .so_far
                .iter()
                .zip(&self.lately)
                .map(|(before, now)| (u64::from(*before) * new).abs_diff(u64::from(*now) * total))
                .sum();
            let mut cutoff = new * 200 / 512 * total;
            if block_bytes < 10_000 && total + new < 8192 {
                cutoff += cutoff * (8192 - total - new) / 8192;
            }
            if difference + block_bytes as u64 / 4096 * total >= cutoff {
                return true;
            }
        }
        for (before, now) in self.so_far.iter_mut().zip(&mut self.lately) {
            *before += std::mem::take(now);
        }
        self.so_far_total += std::mem::take(&mut self.lately_total);
        false
    }
}
