//! Names that are one name to some readers and two to others.

use std::collections::HashMap;

use super::super::anomaly::AnomalyKind;
use super::super::directory::Directory;
use super::super::entry::Entry;
use super::found::Framing;

pub(super) fn check(framing: &mut Framing, directory: &Directory) {
    let mut exact: HashMap<&str, &Entry> = HashMap::new();
    let mut folded: HashMap<String, &Entry> = HashMap::new();
    for entry in &directory.entries {
        let offset = Some(entry.record_offset);
        let key = entry.name.trim_end_matches('/').to_lowercase();
        if let Some(other) = exact.insert(&entry.name, entry) {
            framing.about(entry, offset, AnomalyKind::NameTwice { other_offset: other.record_offset });
        } else if let Some(other) = folded.insert(key, entry) {
            let (other, other_offset) = (other.name.clone(), other.record_offset);
            framing.about(entry, offset, AnomalyKind::NameCase { other, other_offset });
        }
    }
    // A file `a` and an entry `a/b`, or `A/b`: in sorted order what starts with `a/` stands together.
    let mut sorted: Vec<&Entry> = exact.into_values().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut without_case: Vec<(String, &Entry)> = sorted.iter().map(|e| (e.name.to_lowercase(), *e)).collect();
    without_case.sort_by(|(a, _), (b, _)| a.cmp(b));
    for file in sorted.iter().filter(|e| !e.is_directory()) {
        let inside = format!("{}/", file.name);
        let at = sorted.partition_point(|e| e.name < inside);
        if let Some(other) = sorted.get(at).filter(|e| e.name.starts_with(&inside)) {
            let (other, other_offset) = (other.name.clone(), other.record_offset);
            framing.about(file, Some(file.record_offset), AnomalyKind::FileIsDirectory { other, other_offset });
            continue;
        }
        let inside = inside.to_lowercase();
        let at = without_case.partition_point(|(name, _)| *name < inside);
        if let Some((_, other)) = without_case.get(at).filter(|(name, _)| name.starts_with(&inside)) {
            let (other, other_offset) = (other.name.clone(), other.record_offset);
            framing.about(file, Some(file.record_offset), AnomalyKind::NameCaseFolder { other, other_offset });
        }
    }
}
