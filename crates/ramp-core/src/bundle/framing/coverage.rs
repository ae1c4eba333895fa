//! Whether the entries' ranges, the directory and the end records follow each other without gap and overlap.

use std::io::{self, Read, Seek};

use super::super::anomaly::AnomalyKind;
use super::super::directory::Directory;
use super::super::entry::Entry;
use super::super::source::Source;
use super::found::{Framing, Range, front};

/// Reports each entry that stands in front of one that the directory lists before it.
pub(super) fn order(framing: &mut Framing, ranges: &[Range<'_>]) {
    let mut furthest: Option<&Range<'_>> = None;
    for range in ranges {
        match furthest {
            Some(before) if range.start < before.start => {
                let (after, after_offset) = (front(before.entry.name.as_bytes()), before.start);
                framing.about(range.entry, Some(range.start), AnomalyKind::Order { after, after_offset });
            }
            _ => furthest = Some(range),
        }
    }
}

/// Walks the ranges, which are sorted; says whether something stands in front of the first.
pub(super) fn check<R: Read + Seek>(
    source: &mut Source<R>,
    framing: &mut Framing,
    directory: &Directory,
    ranges: &[Range<'_>],
) -> io::Result<bool> {
    let mut covered = 0_u64;
    let mut last: Option<&Entry> = None;
    for Range { start, end, entry } in ranges {
        if *start > covered {
            gap(source, framing, directory, covered, *start)?;
        } else if let Some(other) = last.filter(|_| *start < covered) {
            let with = Some(front(other.name.as_bytes()));
            framing.about(entry, Some(*start), AnomalyKind::Overlap { with, start: *start, end: covered });
            shared(framing, entry);
            shared(framing, other);
        }
        if *end >= covered {
            covered = *end;
            last = Some(entry);
        }
    }
    if directory.offset > covered {
        gap(source, framing, directory, covered, directory.offset)?;
    } else if let Some(entry) = last.filter(|_| covered > directory.offset) {
        let start = directory.offset;
        framing.about(entry, Some(start), AnomalyKind::Overlap { with: None, start, end: covered });
        shared(framing, entry);
    }
    Ok(ranges.first().map_or(directory.offset, |range| range.start) > 0)
}

fn shared(framing: &mut Framing, entry: &Entry) {
    if let Some(flag) = framing.overlapping.get_mut(entry.index) {
        *flag = true;
    }
}

/// Reports what lies between two records, by what it starts with.
fn gap<R: Read + Seek>(
    source: &mut Source<R>,
    framing: &mut Framing,
    directory: &Directory,
    from: u64,
    to: u64,
) -> io::Result<()> {
    let len = to.saturating_sub(from);
    let start = source.read_at(from, 4)?;
    // In front of an archive whose offsets count from its own start stands another file, whatever it is.
    let appended = from == 0 && directory.shift != 0;
    let foreign = match start.as_slice() {
        b"PK\x06\x08" => Some("an archive extra data record"),
        b"PK\x05\x05" => Some("a digital signature"),
        b"PK\x07\x08" => Some("a marker of a spanned archive or a data descriptor"),
        b"PK00" => Some("a marker of a spanned archive"),
        b"PK\x01\x02" => Some("a record of another central directory"),
        b"PK\x05\x06" => Some("another end record"),
        b"PK\x06\x06" => Some("another ZIP64 end record"),
        b"PK\x06\x07" => Some("another ZIP64 locator"),
        _ => None,
    };
    let kind = match foreign {
        Some(what) if !appended => AnomalyKind::ForeignRecord { what: what.into(), len },
        None if !appended && start == b"PK\x03\x04" => AnomalyKind::HeaderUnlisted { len },
        _ if from == 0 => AnomalyKind::Prefix { len },
        _ => AnomalyKind::Gap { len },
    };
    framing.at(from, kind);
    Ok(())
}
