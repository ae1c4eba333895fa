//! Whether what `backup.json` says is what the catalogue beside it says: both are asked when a backup is made, and before it is restored.

use std::collections::BTreeSet;

use ramp_core::text::count;

use super::error::BackupError;
use super::manifest::{Manifest, NAME};
use crate::start;
use crate::store::Contents;

/// Refuses a catalogue that no server could read, and one that names other bundles than the manifest: each is in it once, as a bundle or as lacking.
pub(super) fn must_agree(manifest: &Manifest, contents: &Contents) -> Result<(), BackupError> {
    must_be_readable(contents)?;
    let mut listed = BTreeSet::new();
    let bundles = manifest.bundles.iter().map(|bundle| &bundle.name);
    for name in bundles.chain(&manifest.lacking) {
        let named = name.escape_debug();
        if !listed.insert(name) {
            return Err(contradiction(format!("`{NAME}` has the bundle `{named}` more than once")));
        }
        if !contents.blobs.contains_key(name) {
            return Err(contradiction(format!("`{NAME}` has the bundle `{named}`, which the catalogue does not have")));
        }
    }
    let unlisted: Vec<&String> = contents.blobs.keys().filter(|name| !listed.contains(name)).collect();
    match unlisted.first() {
        None => Ok(()),
        Some(first) => Err(contradiction(format!(
            "the catalogue has {} that `{NAME}` does not have, of which the first is `{}`",
            count(unlisted.len(), "bundle"),
            first.escape_debug()
        ))),
    }
}

/// Refuses a catalogue with records that no server could read.
pub(super) fn must_be_readable(contents: &Contents) -> Result<(), BackupError> {
    let faults = start::faults(contents.clone());
    if faults.is_empty() { Ok(()) } else { Err(BackupError::Unreadable { faults }) }
}

const fn contradiction(what: String) -> BackupError {
    BackupError::Contradiction { what }
}
