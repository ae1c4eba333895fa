//! Bounded reading: numbers, strings, and the list of what went wrong.

use std::ffi::CStr;

use goblin::container::{Container, Ctx, Endian};

use super::defect::{LimitKind, ModuleDefect, TextKind};
use super::limits::ModuleLimits;
use crate::text::json_len;

/// `usize` to `u64`: lossless on every platform there is.
pub(super) fn widen(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

/// `u64` to `usize`; what does not fit is beyond any slice.
pub(super) fn narrow(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// The bytes of `size` at `offset`, if they are all there.
pub(super) fn slice(bytes: &[u8], offset: u64, size: u64) -> Option<&[u8]> {
    let end = offset.checked_add(size)?;
    bytes.get(usize::try_from(offset).ok()?..usize::try_from(end).ok()?)
}

/// Class and byte order of an object file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encoding {
    /// 64-bit.
    pub(super) wide: bool,
    /// Little-endian.
    pub(super) little: bool,
}

impl Encoding {
    pub(super) fn ctx(self) -> Ctx {
        let container = if self.wide { Container::Big } else { Container::Little };
        Ctx::new(container, if self.little { Endian::Little } else { Endian::Big })
    }

    /// Bytes of an address.
    pub(super) fn word_size(self) -> usize {
        if self.wide { 8 } else { 4 }
    }

    pub(super) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let raw = bytes.get(at..)?.first_chunk().copied()?;
        Some(if self.little { u16::from_le_bytes(raw) } else { u16::from_be_bytes(raw) })
    }

    pub(super) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let raw = bytes.get(at..)?.first_chunk().copied()?;
        Some(if self.little { u32::from_le_bytes(raw) } else { u32::from_be_bytes(raw) })
    }

    pub(super) fn u64(self, bytes: &[u8], at: usize) -> Option<u64> {
        let raw = bytes.get(at..)?.first_chunk().copied()?;
        Some(if self.little { u64::from_le_bytes(raw) } else { u64::from_be_bytes(raw) })
    }

    /// An address-sized number.
    pub(super) fn word(self, bytes: &[u8], at: usize) -> Option<u64> {
        if self.wide { self.u64(bytes, at) } else { self.u32(bytes, at).map(u64::from) }
    }
}

/// One reading of one module: its bytes, the limits, and what was found wrong so far.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) limits: &'a ModuleLimits,
    defects: Vec<ModuleDefect>,
    text_left: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(bytes: &'a [u8], limits: &'a ModuleLimits) -> Self {
        Self { bytes, limits, defects: Vec::new(), text_left: limits.text }
    }

    pub(super) fn into_defects(self) -> Vec<ModuleDefect> {
        self.defects
    }

    /// Records a defect, unless it is known already or the list is full.
    pub(super) fn defect(&mut self, defect: ModuleDefect) {
        if self.defects.len() > self.limits.defects || self.defects.contains(&defect) {
            return;
        }
        if self.defects.len() == self.limits.defects {
            let limit = widen(self.limits.defects);
            self.defects.push(ModuleDefect::LimitReached { what: LimitKind::Defects, limit });
        } else {
            self.defects.push(defect);
        }
    }

    pub(super) fn limit(&mut self, what: LimitKind, limit: usize) {
        self.defect(ModuleDefect::LimitReached { what, limit: widen(limit) });
    }

    /// `count`, or the limit if that is less, and then a defect.
    pub(super) fn at_most(&mut self, count: u64, what: LimitKind, limit: usize) -> usize {
        match usize::try_from(count) {
            Ok(count) if count <= limit => count,
            _ => {
                self.limit(what, limit);
                limit
            }
        }
    }

    /// The string at the start of `bytes`, paid for from the budget of text. `None` when the budget is spent.
    ///
    /// The flag says whether it ended with a NUL within `bytes`.
    pub(super) fn text(&mut self, bytes: &[u8]) -> Option<(String, bool)> {
        if self.text_left == 0 {
            self.limit(LimitKind::Text, self.limits.text);
            return None;
        }
        let most = self.limits.string_length.min(self.text_left);
        let (window, clipped) = bytes.get(..most).map_or((bytes, false), |window| (window, true));
        let (found, ended) = match CStr::from_bytes_until_nul(window) {
            Ok(found) => (found.to_bytes(), true),
            Err(_) => (window, false),
        };
        let text = String::from_utf8_lossy(found).into_owned();
        self.pay(&text);
        if !ended && clipped {
            self.limit(LimitKind::StringLength, self.limits.string_length);
        }
        Some((text, ended || clipped))
    }

    /// Pays for a string that is kept, from the budget of text: its bytes as reports write them, and what holding it takes.
    pub(super) fn pay(&mut self, text: &str) {
        /// A short string takes this much beside its bytes, in the list that it is in and where it is allocated.
        const HELD: usize = 64;
        let cost = json_len(text).saturating_add(HELD);
        self.text_left = self.text_left.saturating_sub(cost);
    }
}

/// A string table as the loader sees it: from its address to the end of its segment, with the size it claims.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strings<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl<'a> Strings<'a> {
    pub(super) fn new(bytes: &'a [u8], size: u64) -> Self {
        Self { bytes, size: narrow(size) }
    }

    /// The string at `offset`. The loader does not look at the table's size, so neither does this, but it is a defect.
    pub(super) fn get(&self, scan: &mut Scan<'_>, offset: u64, text: TextKind) -> Option<String> {
        let at = narrow(offset);
        let tail = self.bytes.get(at..);
        let outside = |scan: &mut Scan<'_>| {
            scan.defect(ModuleDefect::StringOutOfTable { text, offset, table_size: widen(self.size) });
        };
        let Some(tail) = tail.filter(|tail| !tail.is_empty()) else {
            outside(scan);
            return None;
        };
        let (found, ended) = scan.text(tail)?;
        if !ended || at.saturating_add(found.len()) >= self.size {
            outside(scan);
        }
        Some(found)
    }

    /// Whether a string begins there, within the size that the table claims.
    pub(super) fn holds(&self, offset: u32) -> bool {
        usize::try_from(offset).is_ok_and(|offset| offset < self.size.min(self.bytes.len()))
    }

    /// Whether the string at `offset` is `name`; costs no more than a comparison.
    pub(super) fn is(&self, offset: u32, name: &[u8]) -> bool {
        let tail = usize::try_from(offset).ok().and_then(|offset| self.bytes.get(offset..));
        tail.and_then(|tail| tail.strip_prefix(name)).is_some_and(|rest| rest.first() == Some(&0))
    }

    /// The string at `offset`, where it is no longer than `most` bytes.
    pub(super) fn short(&self, offset: u32, most: usize) -> Option<&'a [u8]> {
        let tail = usize::try_from(offset).ok().and_then(|offset| self.bytes.get(offset..))?;
        let sample = tail.get(..most.saturating_add(1)).unwrap_or(tail);
        sample.get(..memchr::memchr(0, sample)?)
    }

    /// Whether the string at `offset` begins with `prefix`.
    pub(super) fn begins(&self, offset: u32, prefix: &[u8]) -> bool {
        let tail = usize::try_from(offset).ok().and_then(|offset| self.bytes.get(offset..));
        tail.is_some_and(|tail| tail.starts_with(prefix))
    }
}
