//! A second opinion: how the `zip` crate reads the same bundle.
//!
//! Whoever links this library may well unpack with `zip`; where it takes a bundle for something else than the
//! reference does, one of the two checks what the other installs.

use crate::text::count;
use std::io::{Read, Seek};

use super::anomaly::{Anomaly, AnomalyKind};
use super::directory::Directory;
use super::entry::Entry;
use super::local::{LocalHeader, OpenFailure};
use super::source::Source;

/// Compares entry by entry; at most one anomaly an entry, or one for the archive.
pub(crate) fn compare<R: Read + Seek>(
    source: &mut Source<R>,
    directory: &Directory,
    locals: &[Result<LocalHeader, OpenFailure>],
) -> Vec<Anomaly> {
    let whole = |detail: String, refuses| {
        vec![Anomaly { kind: AnomalyKind::OtherView { detail, refuses }, entry: None, name: None, offset: None }]
    };
    if source.reader().rewind().is_err() {
        return Vec::new();
    }
    let mut archive = match zip::ZipArchive::new(source.reader()) {
        Ok(archive) => archive,
        Err(err) => return whole(err.to_string(), true),
    };
    let mut anomalies = Vec::new();
    let mut last: Vec<(&Entry, &Result<LocalHeader, OpenFailure>)> = Vec::new();
    let mut positions = std::collections::HashMap::new();
    for pair in directory.entries.iter().zip(locals) {
        // `zip` keeps one entry a name: the last, in the place of the first.
        match positions.entry(pair.0.raw_name.as_slice()) {
            std::collections::hash_map::Entry::Occupied(place) => {
                if let Some(slot) = last.get_mut(*place.get()) {
                    *slot = pair;
                }
            }
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(last.len());
                last.push(pair);
            }
        }
    }
    if archive.len() != last.len() {
        return whole(format!("it counts {}, not {}", count(archive.len(), "entry"), last.len()), false);
    }
    for (index, (entry, local)) in last.into_iter().enumerate() {
        let detail = match (archive.by_index_raw(index), local) {
            (Err(err), Ok(_)) => Some((err.to_string(), true)),
            (Ok(other), Ok(local)) => difference(&other, entry, local).map(|detail| (detail, false)),
            (_, Err(_)) => None, // an anomaly of its own
        };
        if let Some((detail, refuses)) = detail {
            anomalies.push(Anomaly {
                kind: AnomalyKind::OtherView { detail, refuses },
                entry: Some(entry.index),
                name: Some(entry.name.clone()),
                offset: entry.local_offset,
            });
        }
    }
    anomalies
}

fn difference<R: Read>(other: &zip::read::ZipFile<'_, R>, entry: &Entry, local: &LocalHeader) -> Option<String> {
    if other.name_raw() != entry.raw_name {
        let name = |raw| String::from_utf8_lossy(raw).escape_debug().to_string();
        return Some(format!("its name is `{}`, not `{}`", name(other.name_raw()), name(&entry.raw_name)));
    }
    let pairs = [
        ("its size", other.size(), entry.claimed_size),
        ("its compressed size", other.compressed_size(), entry.claimed_compressed_size),
        ("its CRC-32", u64::from(other.crc32()), u64::from(entry.claimed_crc32)),
        ("where its data starts", other.data_start().unwrap_or(local.data_offset), local.data_offset),
    ];
    pairs
        .into_iter()
        .find(|(_, theirs, ours)| theirs != ours)
        .map(|(what, theirs, ours)| format!("{what} is {theirs}, not {ours}"))
}
