//! Finding what stands in the text before: hash chains over the last 32 KiB.

/// How far back a match may lie.
pub(super) const WINDOW: usize = 32 << 10;
/// The shortest match.
pub(super) const MIN_MATCH: usize = 3;
/// The longest match.
pub(super) const MAX_MATCH: usize = 258;

const HASH3_BITS: u32 = 15;
const HASH4_BITS: u32 = 16;

/// A match: so many bytes are the same as those that stand `distance` before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) len: usize,
    pub(super) distance: usize,
}

/// Where three and four bytes were seen last, and for four bytes, where before that.
///
/// Positions stand in the tables shifted by [`WINDOW`], so that the zero of an empty slot is too far away for any.
pub(super) struct Matches<'a> {
    text: &'a [u8],
    last3: Box<[u32; 1 << HASH3_BITS]>,
    last4: Box<[u32; 1 << HASH4_BITS]>,
    before: Box<[u32; WINDOW]>,
}

impl<'a> Matches<'a> {
    /// `text` must be shorter than 4 GiB less the window.
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, last3: boxed(), last4: boxed(), before: boxed() }
    }

    /// Takes a position in, and gives the positions at which the same three and the same four bytes may stand.
    #[inline]
    fn enter(&mut self, at: usize, word: u32) -> (u32, u32) {
        #[allow(clippy::cast_possible_truncation)] // see `new`
        let place = (at + WINDOW) as u32;
        let slot3 = (word << 8).wrapping_mul(0x9E37_79B1) >> (32 - HASH3_BITS);
        let slot4 = word.wrapping_mul(0x9E37_79B1) >> (32 - HASH4_BITS);
        let found3 = std::mem::replace(&mut self.last3[slot3 as usize], place);
        let found4 = std::mem::replace(&mut self.last4[slot4 as usize], place);
        self.before[at % WINDOW] = found4;
        (found3, found4)
    }

    /// Takes positions in without looking for matches there.
    pub(super) fn skip(&mut self, positions: std::ops::Range<usize>) {
        let text = self.text;
        // The last three positions of the text have no four bytes.
        let end = text.len().min(positions.end + 3);
        let windows = text.get(positions.start..end).unwrap_or_default().windows(4);
        for (at, four) in positions.zip(windows.filter_map(<[u8]>::first_chunk)) {
            self.enter(at, u32::from_le_bytes(*four));
        }
    }

    /// Takes the position in, and looks for the longest match there that is longer than `floor`; among equals the
    /// nearest. Stops at `nice` bytes and after `depth` places.
    #[inline]
    pub(super) fn longest(&mut self, at: usize, floor: usize, nice: usize, depth: usize) -> Option<Match> {
        let first = word(self.text, at)?;
        let (found3, found4) = self.enter(at, first);
        let rest = &self.text[at..];
        let rest = &rest[..rest.len().min(MAX_MATCH)];
        let mut len = floor.max(MIN_MATCH - 1);
        let mut best = None;
        if len >= rest.len() {
            return None;
        }
        if len < MIN_MATCH {
            if let Some(place) = reachable(found3, at) {
                if word(self.text, place).is_some_and(|other| (other ^ first) << 8 == 0) {
                    len = MIN_MATCH;
                    best = Some(Match { len, distance: at - place });
                }
            }
            len = MIN_MATCH;
            if len >= rest.len() {
                return best;
            }
        }
        let nice = nice.min(rest.len());
        let mut tail = word(rest, len - 3);
        let mut found = found4;
        for _ in 0..depth {
            let Some(place) = reachable(found, at) else { break };
            // Worth a closer look only where the last of the bytes that are needed are the same.
            if word(self.text, place + len - 3) == tail && word(self.text, place) == Some(first) {
                let same = common(rest, &self.text[place..]);
                if same > len {
                    best = Some(Match { len: same, distance: at - place });
                    len = same;
                    if len >= nice {
                        break;
                    }
                    tail = word(rest, len - 3);
                }
            }
            found = self.before[place % WINDOW];
        }
        best
    }
}

impl std::fmt::Debug for Matches<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matches").field("text", &self.text.len()).finish_non_exhaustive()
    }
}

fn boxed<const N: usize>() -> Box<[u32; N]> {
    // Made on the heap: half a megabyte is much for the stack of a thread.
    vec![0; N].into_boxed_slice().try_into().unwrap_or_else(|_| Box::new([0; N]))
}

/// The place in the text, where it lies within the window.
#[inline]
fn reachable(place: u32, at: usize) -> Option<usize> {
    (place as usize > at).then(|| place as usize - WINDOW)
}

/// Four bytes, the first one lowest.
#[inline]
fn word(text: &[u8], at: usize) -> Option<u32> {
    text.get(at..at + 4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// How many bytes are the same at the start; `a` is the shorter one.
#[inline]
fn common(a: &[u8], b: &[u8]) -> usize {
    let (eights_a, rest_a) = a.as_chunks::<8>();
    let (eights_b, _) = b.as_chunks::<8>();
    let mut same = 0;
    for (x, y) in eights_a.iter().zip(eights_b) {
        let difference = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
        if difference != 0 {
            return same + difference.trailing_zeros() as usize / 8;
        }
        same += 8;
    }
    same + rest_a.iter().zip(b.get(same..).unwrap_or_default()).take_while(|(x, y)| x == y).count()
}
