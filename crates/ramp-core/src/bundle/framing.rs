//! The byte-exact walk: every byte of the file belongs to exactly one record, and every field that stands twice says
//! the same twice.
//!
//! Source: APPNOTE 6.3.10 for the records; the ambiguities collected by "My ZIP isn't your ZIP" (USENIX Security '25)
//! and the fixes of Python package installers for what must be refused.

use std::collections::HashMap;
use std::io::{self, Read, Seek};

use super::anomaly::{Anomaly, AnomalyKind, HeaderField};
use super::directory::{Directory, Entry, FLAG_UTF8};
use super::extra;
use super::local::{FLAG_DESCRIPTOR, FLAG_ENCRYPTED, LocalHeader, OpenFailure};
use super::name::check_name;
use super::source::{Fields, Source};

/// Flags of ordinary writers: UTF-8, the two bits of compression effort, a descriptor.
const ORDINARY_FLAGS: u16 = FLAG_UTF8 | 0x0006 | FLAG_DESCRIPTOR;

/// What the walk found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
        record(&mut framing, entry);
        match local {
            Ok(local) => {
                headers(&mut framing, entry, local);
                let data_end = local.data_offset.saturating_add(entry.claimed_compressed_size);
                let end = data_end.saturating_add(descriptor(source, &mut framing, entry, data_end)?);
                ranges.push((local.offset, end, entry));
            }
            Err(failure) => framing.about(entry, entry.local_offset, AnomalyKind::Local(failure.clone())),
        }
    }
    ranges.sort_by_key(|(start, end, entry)| (*start, *end, entry.index));
    coverage(&mut framing, directory, &ranges);
    end_records(&mut framing, directory, source.len());
    names(&mut framing, directory);
    Ok(framing)
}

/// What one directory record says of itself.
fn record(framing: &mut Framing, entry: &Entry) {
    let offset = Some(entry.record_offset);
    if let Some(what) = check_name(&entry.decoded_name) {
        framing.about(entry, offset, AnomalyKind::Name(what));
    }
    if entry.claimed_flags & FLAG_ENCRYPTED != 0 {
        framing.about(entry, offset, AnomalyKind::Encrypted);
    }
    let flags = entry.claimed_flags & !(ORDINARY_FLAGS | FLAG_ENCRYPTED);
    if flags != 0 {
        framing.about(entry, offset, AnomalyKind::Flags { flags });
    }
    match entry.claimed_method {
        0 if entry.claimed_compressed_size != entry.claimed_size && entry.claimed_flags & FLAG_ENCRYPTED == 0 => {
            let (compressed, size) = (entry.claimed_compressed_size, entry.claimed_size);
            framing.about(entry, offset, AnomalyKind::StoredSizes { compressed, size });
        }
        0 | 8 => {}
        method => framing.about(entry, offset, AnomalyKind::Method { method }),
    }
    if entry.claimed_flags & FLAG_DESCRIPTOR != 0 && entry.claimed_method == 0 {
        framing.about(entry, offset, AnomalyKind::StoredDescriptor);
    }
    if entry.claimed_disk != 0 {
        framing.about(entry, offset, AnomalyKind::Disk { claimed: u32::from(entry.claimed_disk) });
    }
    if !entry.comment.is_empty() {
        framing.about(entry, offset, AnomalyKind::EntryComment { len: entry.comment.len() });
    }
    extras(framing, entry, offset, &entry.extra);
    mode(framing, entry);
}

fn extras(framing: &mut Framing, entry: &Entry, offset: Option<u64>, bytes: &[u8]) {
    let mut seen = Vec::new();
    for field in extra::fields(bytes) {
        match field {
            Err(malformed) => framing.about(entry, offset, AnomalyKind::ExtraMalformed { left: malformed.left }),
            Ok((id, _)) => {
                if seen.contains(&id) {
                    framing.about(entry, offset, AnomalyKind::ExtraTwice { id });
                    return;
                }
                seen.push(id);
                if let Some((_, what)) = extra::OVERRIDES.into_iter().find(|(known, _)| *known == id) {
                    framing.about(entry, offset, AnomalyKind::ExtraOverride { id, what });
                }
            }
        }
    }
}

fn mode(framing: &mut Framing, entry: &Entry) {
    const PRIVILEGES: u32 = 0o7000;
    let offset = Some(entry.record_offset);
    let mode = entry.unix_mode().unwrap_or(0);
    let what = match mode & 0o170_000 {
        0o120_000 => Some("symbolic link"),
        0o010_000 => Some("named pipe"),
        0o020_000 => Some("character device"),
        0o060_000 => Some("block device"),
        0o140_000 => Some("socket"),
        _ => None,
    };
    if let Some(what) = what {
        framing.about(entry, offset, AnomalyKind::SpecialFile { what });
    }
    if mode & PRIVILEGES != 0 {
        framing.about(entry, offset, AnomalyKind::PrivilegeBits { mode });
    }
    let is_directory = match mode & 0o170_000 {
        0o040_000 => Some(true),
        0o100_000 => Some(false),
        _ => None,
    };
    let contradiction = match (entry.is_directory(), is_directory) {
        (true, Some(false)) => Some("a file by its mode"),
        (true, _) if entry.claimed_size != 0 || entry.claimed_compressed_size != 0 => Some("has content"),
        _ => None,
    };
    if let Some(what) = contradiction {
        framing.about(entry, offset, AnomalyKind::Directory { what });
    } else if !entry.is_directory() && is_directory == Some(true) {
        framing.about(entry, offset, AnomalyKind::SpecialFile { what: "directory by its mode, and a file by name" });
    }
}

/// Whether the local header repeats the directory's record.
fn headers(framing: &mut Framing, entry: &Entry, local: &LocalHeader) {
    let mut differ = |field, local_value: String, directory: String| {
        let kind = AnomalyKind::Header { field, local: local_value, directory };
        framing.about(entry, Some(local.offset), kind);
    };
    if local.raw_name != entry.raw_name {
        let quoted = |raw: &[u8]| format!("`{}`", String::from_utf8_lossy(raw).escape_debug());
        differ(HeaderField::Name, quoted(&local.raw_name), quoted(&entry.raw_name));
    }
    if local.claimed_flags != entry.claimed_flags {
        let hex = |flags| format!("{flags:#06x}");
        differ(HeaderField::Flags, hex(local.claimed_flags), hex(entry.claimed_flags));
    }
    if local.claimed_method != entry.claimed_method {
        differ(HeaderField::Method, local.claimed_method.to_string(), entry.claimed_method.to_string());
    }
    let (local_time, time) = ((local.claimed_date, local.claimed_time), (entry.claimed_date, entry.claimed_time));
    if local_time != time {
        let hex = |(date, time)| format!("{date:04x}:{time:04x}");
        differ(HeaderField::Time, hex(local_time), hex(time));
    }
    // Where a descriptor follows, the local header may leave all three to it.
    let deferred = entry.claimed_flags & FLAG_DESCRIPTOR != 0;
    if local.claimed_crc32 != entry.claimed_crc32 && !(deferred && local.claimed_crc32 == 0) {
        let hex = |crc| format!("{crc:08x}");
        differ(HeaderField::Crc32, hex(local.claimed_crc32), hex(entry.claimed_crc32));
    }
    let Some((size, compressed_size)) = local.claimed_sizes else {
        differ(HeaderField::Size, "left to a ZIP64 field that lacks it".to_owned(), entry.claimed_size.to_string());
        return;
    };
    for (field, local_value, directory) in [
        (HeaderField::CompressedSize, compressed_size, entry.claimed_compressed_size),
        (HeaderField::Size, size, entry.claimed_size),
    ] {
        if local_value != directory && !(deferred && local_value == 0) {
            differ(field, local_value.to_string(), directory.to_string());
        }
    }
    // What both headers say alike has been said.
    if local.extra != entry.extra {
        extras(framing, entry, Some(local.offset), &local.extra);
    }
}

/// The length of the data descriptor at `offset`; zero where there must be none.
fn descriptor<R: Read + Seek>(
    source: &mut Source<R>,
    framing: &mut Framing,
    entry: &Entry,
    offset: u64,
) -> io::Result<u64> {
    if entry.claimed_flags & FLAG_DESCRIPTOR == 0 {
        return Ok(0);
    }
    let bytes = source.read_at(offset, 24)?;
    let agrees = |signed: bool, wide: bool| -> Option<bool> {
        let mut fields = Fields::new(&bytes);
        let signature = !signed || fields.bytes(4)? == b"PK\x07\x08";
        let crc32 = fields.u32()?;
        let mut size = || if wide { fields.u64() } else { fields.u32().map(u64::from) };
        let (compressed_size, size) = (size()?, size()?);
        Some(
            signature
                && crc32 == entry.claimed_crc32
                && compressed_size == entry.claimed_compressed_size
                && size == entry.claimed_size,
        )
    };
    for (signed, wide, len) in [(true, true, 24), (true, false, 16), (false, true, 20), (false, false, 12)] {
        if agrees(signed, wide) == Some(true) {
            return Ok(len);
        }
    }
    framing.about(entry, Some(offset), AnomalyKind::Descriptor);
    Ok(if bytes.starts_with(b"PK\x07\x08") { 16 } else { 0 })
}

/// Whether the entries' ranges, the directory and the end records follow each other without gap and overlap.
fn coverage(framing: &mut Framing, directory: &Directory, ranges: &[(u64, u64, &Entry)]) {
    let mut covered = 0_u64;
    let mut last: Option<&Entry> = None;
    for (start, end, entry) in ranges {
        if *start > covered {
            gap(framing, covered, *start);
        } else if *start < covered {
            framing.about(entry, Some(*start), AnomalyKind::Overlap { len: covered.saturating_sub(*start) });
            for index in [Some(entry.index), last.map(|e| e.index)].into_iter().flatten() {
                if let Some(flag) = framing.overlapping.get_mut(index) {
                    *flag = true;
                }
            }
        }
        if *end >= covered {
            covered = *end;
            last = Some(entry);
        }
    }
    if directory.offset > covered {
        gap(framing, covered, directory.offset);
    } else if let Some(entry) = last.filter(|_| covered > directory.offset) {
        let len = covered.saturating_sub(directory.offset);
        framing.about(entry, Some(directory.offset), AnomalyKind::Overlap { len });
        if let Some(flag) = framing.overlapping.get_mut(entry.index) {
            *flag = true;
        }
    }
}

fn gap(framing: &mut Framing, from: u64, to: u64) {
    let len = to.saturating_sub(from);
    framing.at(from, if from == 0 { AnomalyKind::Prefix { len } } else { AnomalyKind::Gap { len } });
}

fn end_records(framing: &mut Framing, directory: &Directory, len: u64) {
    let end = &directory.end;
    let has_prefix = framing.anomalies.iter().any(|a| matches!(a.kind, AnomalyKind::Prefix { .. }));
    if directory.shift != 0 && !(directory.shift > 0 && has_prefix) {
        let (claimed, actual) = (end.claimed_directory_offset, directory.offset);
        framing.at(end.offset, AnomalyKind::DirectoryOffset { claimed, actual });
    }
    let counted = directory.entries.len() as u64;
    if end.claimed_entries != counted || end.claimed_entries_here != counted {
        let (claimed, claimed_here) = (end.claimed_entries, end.claimed_entries_here);
        framing.at(end.offset, AnomalyKind::EntryCount { claimed, claimed_here, counted });
    }
    if let Some(&claimed) = [end.claimed_disk, end.claimed_directory_disk].iter().find(|disk| **disk != 0) {
        framing.at(end.offset, AnomalyKind::Disk { claimed });
    }
    zip64_end(framing, directory);
    match end.claimed_end().cmp(&len) {
        std::cmp::Ordering::Less => {
            framing.at(end.claimed_end(), AnomalyKind::Trailing { len: len.saturating_sub(end.claimed_end()) });
        }
        std::cmp::Ordering::Greater => {
            framing.at(end.offset, AnomalyKind::CommentCutOff { missing: end.claimed_end().saturating_sub(len) });
        }
        std::cmp::Ordering::Equal => {}
    }
    if !end.comment.is_empty() {
        let text = std::str::from_utf8(&end.comment)
            .is_ok_and(|text| !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')));
        let plain = text && !end.comment.windows(2).any(|w| w == b"PK");
        let kind = if plain { AnomalyKind::Comment { len: end.comment.len() } } else { AnomalyKind::CommentNotText };
        framing.at(end.offset, kind);
    }
}

fn zip64_end(framing: &mut Framing, directory: &Directory) {
    let end = &directory.end;
    let Some(zip64) = &end.zip64 else { return };
    let mut check = |field, one: u64, other: u64, leaves_to_zip64: u64| {
        if one != other && one != leaves_to_zip64 {
            framing.at(zip64.offset, AnomalyKind::Zip64End { field, one, other });
        }
    };
    let [here, entries, size, offset] = zip64.classic;
    check("the entries on this disk", here, end.claimed_entries_here, 0xFFFF);
    check("the number of entries", entries, end.claimed_entries, 0xFFFF);
    check("the directory's size", size, end.claimed_directory_size, 0xFFFF_FFFF);
    check("the directory's offset", offset, end.claimed_directory_offset, 0xFFFF_FFFF);
    check("the size of the ZIP64 end record", zip64.claimed_record_size, 44, 44);
    let expected = u64::try_from(i128::from(zip64.offset).saturating_sub(directory.shift)).unwrap_or(0);
    check("where the ZIP64 end record is", zip64.claimed_offset, expected, expected);
}

/// Names that are one name to some readers and two to others.
fn names(framing: &mut Framing, directory: &Directory) {
    let mut exact: HashMap<&str, &Entry> = HashMap::new();
    let mut folded: HashMap<String, &Entry> = HashMap::new();
    for entry in &directory.entries {
        let offset = Some(entry.record_offset);
        let key = entry.name.trim_end_matches('/').to_lowercase();
        if exact.insert(&entry.name, entry).is_some() {
            framing.about(entry, offset, AnomalyKind::NameTwice);
        } else if let Some(other) = folded.insert(key, entry) {
            framing.about(entry, offset, AnomalyKind::NameCase { other: other.name.clone() });
        }
    }
    // A file `a` and an entry `a/b`: in sorted order what starts with `a/` stands together.
    let mut sorted: Vec<&Entry> = exact.into_values().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    for file in sorted.iter().filter(|e| !e.is_directory()) {
        let inside = format!("{}/", file.name);
        let at = sorted.partition_point(|e| e.name < inside);
        if let Some(other) = sorted.get(at).filter(|e| e.name.starts_with(&inside)) {
            let kind = AnomalyKind::FileIsDirectory { other: other.name.clone() };
            framing.about(file, Some(file.record_offset), kind);
        }
    }
}
