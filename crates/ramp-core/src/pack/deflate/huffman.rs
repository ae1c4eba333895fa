//! Huffman codes with bounded lengths, in the canonical form of RFC 1951 §3.2.2.

/// The longest code of literals, lengths and distances.
pub(super) const MAX_BITS: usize = 15;

/// A code: for each symbol its bits, first bit lowest, and their number.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) bits: Vec<u16>,
    pub(super) lengths: Vec<u8>,
}

impl Code {
    /// The shortest code for symbols that occur `frequencies` times, none longer than `max_bits`.
    ///
    /// At least two symbols get a code, since some decoders refuse a code that is not complete.
    pub(super) fn new(frequencies: &[u32], max_bits: usize) -> Self {
        let mut used: Vec<(u32, usize)> = frequencies
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(symbol, count)| (*count, symbol))
            .collect();
        for symbol in 0..2 {
            if used.len() < 2 && !used.iter().any(|(_, other)| *other == symbol) {
                used.push((1, symbol));
            }
        }
        // By symbol where frequencies are equal: the order, and so the code, is always the same.
        used.sort_unstable();
        let counts = limit(&depths(&used), max_bits);
        let mut lengths = vec![0; frequencies.len()];
        let longest_first = (1..=max_bits).rev().flat_map(|len| std::iter::repeat_n(len, counts[len]));
        for ((_, symbol), len) in used.iter().zip(longest_first) {
            lengths[*symbol] = u8::try_from(len).unwrap_or_default();
        }
        Self::of_lengths(lengths)
    }

    /// The canonical code of these lengths.
    pub(super) fn of_lengths(lengths: Vec<u8>) -> Self {
        let mut counts = [0_u16; MAX_BITS + 1];
        for len in lengths.iter().filter(|len| **len > 0) {
            counts[usize::from(*len)] += 1;
        }
        let mut next = [0_u16; MAX_BITS + 1];
        for len in 1..=MAX_BITS {
            next[len] = (next[len - 1] + counts[len - 1]) << 1;
        }
        let bits = lengths
            .iter()
            .map(|len| {
                if *len == 0 {
                    return 0;
                }
                let code = &mut next[usize::from(*len)];
                *code += 1;
                (*code - 1).reverse_bits() >> (16 - len)
            })
            .collect();
        Self { bits, lengths }
    }

    /// Bits that symbols of these frequencies take.
    pub(super) fn cost(&self, frequencies: &[u32]) -> u64 {
        self.lengths.iter().zip(frequencies).map(|(len, count)| u64::from(*len) * u64::from(*count)).sum()
    }
}

/// How many leaves of Huffman's tree lie at each depth. `used` is sorted by frequency and has two symbols or more.
fn depths(used: &[(u32, usize)]) -> Vec<usize> {
    // Leaves first, then the inner nodes, which come into being in the order of their weight.
    let leaves = used.len();
    let nodes = 2 * leaves - 1;
    let mut weights: Vec<u64> = used.iter().map(|(count, _)| u64::from(*count)).collect();
    weights.reserve(leaves);
    let mut parents = vec![0; nodes];
    let (mut leaf, mut inner) = (0, leaves);
    for node in leaves..nodes {
        let mut weight = 0;
        for _ in 0..2 {
            let child = if leaf < leaves && (inner >= node || weights[leaf] <= weights[inner]) {
                &mut leaf
            } else {
                &mut inner
            };
            weight += weights[*child];
            parents[*child] = node;
            *child += 1;
        }
        weights.push(weight);
    }
    let mut depth = vec![0; nodes];
    let mut counts = vec![0; leaves];
    for node in (0..nodes - 1).rev() {
        depth[node] = depth[parents[node]] + 1;
        if node < leaves {
            counts[depth[node]] += 1;
        }
    }
    counts
}

/// Shortens what is longer than `max_bits` at the least cost that a few moves reach; zlib does the same.
fn limit(depths: &[usize], max_bits: usize) -> [usize; MAX_BITS + 1] {
    let mut counts = [0; MAX_BITS + 1];
    for (depth, count) in depths.iter().enumerate() {
        counts[depth.min(max_bits)] += count;
    }
    // In units of the longest code: the code is complete when it fills 1 << max_bits of them.
    let mut filled: usize = (1..=max_bits).map(|len| counts[len] << (max_bits - len)).sum();
    while filled > 1 << max_bits {
        // A leaf makes room for itself and one of the longest, one step below.
        let Some(len) = (1..max_bits).rev().find(|len| counts[*len] > 0) else { break };
        counts[len] -= 1;
        counts[len + 1] += 2;
        counts[max_bits] -= 1;
        filled -= 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kraft(code: &Code, max_bits: usize) -> usize {
        code.lengths.iter().filter(|len| **len > 0).map(|len| 1 << (max_bits - usize::from(*len))).sum()
    }

    #[test]
    fn codes_are_complete_and_bounded() {
        let fibonacci: Vec<u32> = (0..30)
            .scan((1, 1), |(a, b), _| {
                (*a, *b) = (*b, *a + *b);
                Some(*a)
            })
            .collect();
        for (frequencies, max_bits) in [
            (fibonacci.as_slice(), 15),
            (&fibonacci[..19], 7),
            (&[1; 286], 15),
            (&[0, 0, 9], 15),
            (&[0, 0, 0], 7),
            (&[5, 0], 7),
        ] {
            let code = Code::new(frequencies, max_bits);
            assert_eq!(kraft(&code, max_bits), 1 << max_bits, "{frequencies:?}");
            assert!(code.lengths.iter().zip(frequencies).all(|(len, count)| *count == 0 || *len > 0));
        }
    }

    #[test]
    fn the_example_of_the_standard() {
        let code = Code::of_lengths(vec![3, 3, 3, 3, 3, 2, 4, 4]);
        let written: Vec<u16> =
            code.bits.iter().zip(&code.lengths).map(|(b, len)| b.reverse_bits() >> (16 - len)).collect();
        assert_eq!(written, [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111]);
    }
}
