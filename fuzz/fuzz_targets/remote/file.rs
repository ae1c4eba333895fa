//! The versions of a file that a server has.

use std::sync::LazyLock;

/// In which files are read.
pub(crate) const BLOCK: usize = 64 << 10;
const LENGTHS: [usize; 12] = [
    0,
    1,
    100,
    BLOCK - 1,
    BLOCK,
    BLOCK + 1,
    2 * BLOCK,
    2 * BLOCK + 1,
    3 * BLOCK - 1,
    5 * BLOCK,
    7 * BLOCK + 7,
    9 * BLOCK,
];
pub(crate) const LONGEST: usize = 9 * BLOCK;
/// What servers say of a version.
const TAGS: [Option<&str>; 4] = [Some("\"1\""), None, Some("W/\"1\""), Some("\"2\"")];
const DATES: [Option<&str>; 2] = [None, Some("Mon, 30 Nov 2026 08:00:00 GMT")];

/// The bytes of the two versions: none is like the next, nor like that of the other.
static NOISE: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let mut state = 1_u64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    let one: Vec<u8> = std::iter::repeat_with(next).take(LONGEST).collect();
    let other = one.iter().map(|byte| !byte).collect();
    [one, other]
});

/// A version of the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct File {
    /// Whether its bytes are the others.
    pub(crate) is_other: bool,
    pub(crate) length: usize,
    pub(crate) tag: Option<&'static str>,
    pub(crate) date: Option<&'static str>,
}

impl File {
    pub(crate) fn of(is_other: bool, length: u8, version: u8) -> Self {
        let pick = |count: usize, by: u8| usize::from(version / by) % count;
        let length = LENGTHS[usize::from(length) % LENGTHS.len()];
        Self { is_other, length, tag: TAGS[pick(TAGS.len(), 1)], date: DATES[pick(DATES.len(), 4)] }
    }

    pub(crate) fn bytes(&self) -> &'static [u8] {
        &NOISE[usize::from(self.is_other)][..self.length]
    }

    /// Whether a reader can tell the two.
    pub(crate) fn is_told_from(&self, other: &Self) -> bool {
        (self.length, self.tag, self.date) != (other.length, other.tag, other.date)
    }

    pub(crate) fn headers(&self) -> String {
        let line =
            |name: &str, value: Option<&str>| value.map(|value| format!("\r\n{name}: {value}")).unwrap_or_default();
        line("ETag", self.tag) + &line("Last-Modified", self.date)
    }
}
