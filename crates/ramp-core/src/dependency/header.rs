//! A header of tar: 512 bytes.
//!
//! Source: POSIX.1-2017, pax and ustar Interchange Formats; GNU tar's manual for its own.

use super::irregularity::Place;
use super::kind::IrregularityKind;
use super::number;
use crate::checksum;

/// The unit that a tar consists of.
pub(super) const BLOCK: usize = 512;

/// The largest mode that fits into the field in octal.
const MOST_MODE: u64 = 0o7_777_777;
/// The largest number of an owner that systems have.
const MOST_ID: u64 = 0xFFFF_FFFF;

/// The texts of all layouts: name, target of a link, owner, group. A short name with a number behind its end is the head of a file of
/// LZMA to bsdtar.
const TEXTS: [(usize, usize); 4] = [(0, 100), (157, 257), (265, 297), (297, 329)];

/// Which layout the fields behind the first 257 bytes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// POSIX: the front of a long name stands there.
    Posix,
    /// GNU: times, and what only sparse files and those in several volumes have.
    Gnu,
    /// Older than both: nothing.
    Old,
}

/// How the checksum of a header turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checksum {
    /// It is right.
    Right,
    /// It is right if bytes are signed, as they were in some old writers.
    Signed,
    /// It is right in base 256, which few read there.
    Base256,
    /// It is wrong, or no number.
    Wrong,
}

/// A view of the fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header<'a> {
    block: &'a [u8; BLOCK],
}

impl<'a> Header<'a> {
    pub(super) const fn new(block: &'a [u8; BLOCK]) -> Self {
        Self { block }
    }

    fn field(self, start: usize, len: usize) -> &'a [u8] {
        self.block.iter().as_slice().get(start..).and_then(|rest| rest.get(..len)).unwrap_or_default()
    }

    pub(super) fn type_flag(self) -> u8 {
        self.field(156, 1).first().copied().unwrap_or_default()
    }

    /// The size; `None` where readers could differ.
    pub(super) fn size(self) -> Option<u64> {
        let field = self.field(124, 12);
        // Some readers refuse an empty field.
        number::read(field).filter(|_| !number::is_blank(field))
    }

    pub(super) fn mode(self) -> u64 {
        number::read(self.field(100, 8)).unwrap_or_default()
    }

    /// The name as the layout has it.
    pub(super) fn name(self) -> Vec<u8> {
        let name = until_nul(self.field(0, 100));
        match (self.layout(), self.prefix()) {
            (Some(Layout::Posix), prefix) if !prefix.is_empty() => [prefix, b"/", name].concat(),
            _ => name.to_vec(),
        }
    }

    /// Whether it is of the type that before POSIX folders had too, and named as one.
    pub(super) fn is_folder_by_name(self) -> bool {
        self.type_flag() == 0 && self.name().ends_with(b"/")
    }

    pub(super) fn link_name(self) -> &'a [u8] {
        until_nul(self.field(157, 100))
    }

    fn prefix(self) -> &'a [u8] {
        until_nul(self.field(345, 155))
    }

    /// `None` for a magic that nobody writes.
    fn layout(self) -> Option<Layout> {
        match self.field(257, 8) {
            b"ustar\x0000" => Some(Layout::Posix),
            b"ustar  \0" => Some(Layout::Gnu),
            b"\0\0\0\0\0\0\0\0" => Some(Layout::Old),
            _ => None,
        }
    }

    /// Whether it is of the format from before POSIX, without magic.
    pub(super) fn is_old(self) -> bool {
        self.layout() == Some(Layout::Old)
    }

    /// Whether it is GNU tar's label of a volume, which has neither magic nor size.
    pub(super) fn is_bare_label(self) -> bool {
        self.type_flag() == b'V' && self.is_old() && number::is_blank(self.field(124, 12))
    }

    /// Where something other than a NUL stands in what the layout leaves unused.
    fn unused(self) -> Option<usize> {
        let ranges: &[(usize, usize)] = match self.layout()? {
            Layout::Posix => &[(500, 512)],
            // What is refused for its type has more there.
            Layout::Gnu if matches!(self.type_flag(), b'M' | b'S') => &[],
            Layout::Gnu => &[(346, 357), (369, 512)],
            Layout::Old => &[(265, 329), (346, 512)],
        };
        let is_used = |at: &usize| self.block.get(*at) != Some(&0);
        let behind_text = || TEXTS.into_iter().find_map(|(start, end)| (start..end).skip_while(is_used).find(is_used));
        ranges.iter().flat_map(|(start, end)| *start..*end).find(is_used).or_else(behind_text)
    }

    pub(super) fn checksum(self) -> Checksum {
        let (unsigned, signed) = checksum::sums(self.block);
        let field = self.field(148, 8);
        match number::read(field).filter(|_| !number::is_blank(field)).and_then(|n| i64::try_from(n).ok()) {
            Some(claimed) if claimed == unsigned && number::is_base256(field) => Checksum::Base256,
            Some(claimed) if claimed == unsigned => Checksum::Right,
            Some(claimed) if claimed == signed => Checksum::Signed,
            _ => Checksum::Wrong,
        }
    }

    /// What about the fields that every header has readers could take in different ways.
    pub(super) fn irregularities(self) -> impl Iterator<Item = IrregularityKind> {
        const NUMBERS: [(&str, usize, usize); 7] = [
            ("mode", 100, 8),
            ("uid", 108, 8),
            ("gid", 116, 8),
            ("mtime", 136, 12),
            ("devmajor", 329, 8),
            ("devminor", 337, 8),
            ("ctime", 357, 12),
        ];
        let (layout, bare_label) = (self.layout(), self.is_bare_label());
        let whole = match layout {
            None => Some(IrregularityKind::Magic),
            Some(Layout::Gnu | Layout::Old) if !self.prefix().is_empty() => Some(IrregularityKind::Prefix),
            Some(Layout::Posix) if self.field(508, 4) == b"tar\0" => Some(IrregularityKind::Star),
            _ => self.unused().map(|at| IrregularityKind::Unused { at: at as u64 }),
        };
        let numbers = NUMBERS
            .into_iter()
            .map(move |(name, start, len)| (name, self.field(start, len)))
            .filter(move |(name, field)| match *name {
                // Where the mode is not sure, what it grants is not. One that is not there is 644 to some.
                // More than seven octal digits hold is no mode; Python fails at more than 31 bits.
                "mode" => {
                    number::is_base256(field)
                        || number::is_blank(field) && !bare_label
                        || number::read(field).is_none_or(|mode| mode > MOST_MODE)
                }
                "mtime" => !number::is_time(field) || number::is_spaces(field),
                "ctime" => layout == Some(Layout::Gnu) && !number::is_time(field),
                // Where the owner's name is unknown to the system, GNU tar needs the number.
                "uid" | "gid" => number::is_spaces(field) || number::read(field).is_none_or(|id| id > MOST_ID),
                _ => number::is_base256(field) || number::is_spaces(field) || number::read(field).is_none(),
            })
            .map(|(name, field)| IrregularityKind::number(name, field));
        whole.into_iter().chain(numbers)
    }

    pub(super) fn size_irregularity(self) -> IrregularityKind {
        IrregularityKind::number("size", self.field(124, 12))
    }

    pub(super) fn checksum_irregularity(self) -> IrregularityKind {
        IrregularityKind::number("chksum", self.field(148, 8))
    }
}

impl IrregularityKind {
    fn number(field: &'static str, value: &[u8]) -> Self {
        Self::Number { field: field.into(), value: value.escape_ascii().to_string() }
    }
}

impl Place {
    /// The start of the block that ends at `end`.
    pub(super) const fn block_before(end: u64) -> Self {
        Self::Tar(end.saturating_sub(BLOCK as u64))
    }
}

/// The front of a field, up to the first NUL.
pub(super) fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}
