//! The byte-exact walk: every byte of the file belongs to exactly one record, and every field that stands twice says
//! the same twice.
//!
//! Source: APPNOTE 6.3.10 for the records; the ambiguities collected by "My ZIP isn't your ZIP" (USENIX Security '25)
//! and the fixes of Python package installers for what must be refused.

use std::io::{self, Read, Seek};

use serde::{Deserialize, Serialize};

use super::anomaly::{Anomaly, AnomalyKind};
use super::directory::{Directory, Entry};
use super::local::{LocalHeader, OpenFailure};
use super::source::Source;

mod coverage;
mod descriptor;
mod ends;
mod extras;
mod headers;
mod names;
mod record;

/// What the walk found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Framing {
    /// Irregularities, in the order of the file for the structure, then entry by entry.
    pub anomalies: Vec<Anomaly>,
    /// For each entry, whether its bytes belong to another record as well.
    pub overlapping: Vec<bool>,
}

impl Framing {
    fn about(&mut self, entry: &Entry, offset: Option<u64>, kind: AnomalyKind) {
        self.anomalies.push(Anomaly { kind, entry: Some(entry.index), name: Some(entry.name.clone()), offset });
    }

    fn at(&mut self, offset: u64, kind: AnomalyKind) {
        self.anomalies.push(Anomaly { kind, entry: None, name: None, offset: Some(offset) });
    }
}

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
    coverage::order(&mut framing, &ranges);
    ranges.sort_by_key(|range| (range.start, range.end, range.entry.index));
    let has_prefix = coverage::check(source, &mut framing, directory, &ranges)?;
    ends::check(source, &mut framing, directory, has_prefix)?;
    names::check(&mut framing, directory);
    Ok(framing)
}

/// What belongs to one entry: its local header, data and descriptor.
#[derive(Debug, Clone, Copy)]
struct Range<'a> {
    start: u64,
    end: u64,
    entry: &'a Entry,
}

/// A name's bytes, in quotes. Of a long one only the start: one name can be quoted for each of thousands of entries.
fn quoted(raw: &[u8]) -> String {
    const LONGEST: usize = 100;
    let start = raw.get(..LONGEST).unwrap_or(raw);
    let more = if start.len() < raw.len() { "…" } else { "" };
    format!("`{}{more}`", String::from_utf8_lossy(start).escape_debug())
}
