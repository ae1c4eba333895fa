//! The byte-exact walk: every byte of the file belongs to exactly one record, and every field that stands twice says
//! the same twice.
//!
//! Source: APPNOTE 6.3.10 for the records; the ambiguities collected by "My ZIP isn't your ZIP" (USENIX Security '25)
//! and the fixes of Python package installers for what must be refused.

use std::io::{self, Read, Seek};

use super::anomaly::AnomalyKind;
use super::directory::Directory;
use super::local::{LocalHeader, OpenFailure};
use super::source::Source;

mod attributes;
mod coverage;
mod descriptor;
mod ends;
mod extras;
mod found;
mod headers;
mod hidden;
mod names;
mod obeyed;
mod other_format;
mod record;
mod zip64;

pub use found::Framing;
use found::Range;

/// Walks the records of `directory`, whose entries have the local headers `locals`.
pub(crate) fn walk<R: Read + Seek>(
    source: &mut Source<R>,
    directory: &Directory,
    locals: &[Result<LocalHeader, OpenFailure>],
) -> io::Result<Framing> {
    let mut framing = Framing { anomalies: Vec::new(), overlapping: vec![false; directory.entries.len()] };
    let mut ranges = Vec::with_capacity(locals.len());
    for (entry, local) in directory.entries.iter().zip(locals) {
        record::check(&mut framing, entry);
        match local {
            Ok(local) => {
                headers::compare(&mut framing, entry, local);
                let data_end = local.data_offset.saturating_add(entry.claimed_compressed_size);
                let end = data_end.saturating_add(descriptor::check(source, &mut framing, entry, local, data_end)?);
                ranges.push(Range { start: local.offset, end, entry });
            }
            Err(failure) => framing.about(entry, entry.local_offset, AnomalyKind::Local(failure.clone())),
        }
    }
    obeyed::paths_beside_descriptors(&mut framing, &directory.entries, locals);
    coverage::order(&mut framing, &ranges);
    ranges.sort_by_key(|range| (range.start, range.end, range.entry.index));
    other_format::check(source, &mut framing)?;
    let has_prefix = coverage::check(source, &mut framing, directory, &ranges)?;
    ends::check(source, &mut framing, directory, has_prefix)?;
    let size = usize::try_from(directory.end.claimed_directory_size).unwrap_or(usize::MAX);
    hidden::local_headers(&mut framing, None, directory.offset, &source.read_at(directory.offset, size)?);
    hidden::end_records(source, &mut framing, &directory.end)?;
    names::check(&mut framing, directory);
    Ok(framing)
}
