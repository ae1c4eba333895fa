//! What of a bundle goes into the new one: the module, `module.json` and the files under `deps/`, nothing left out and nothing else.

use ramp_core::bundle::{Ending, Entry};
use ramp_core::facts::{ArchiveFacts, BundleFacts, MetadataReading};
use ramp_core::layout::{METADATA_NAME, is_under_deps};

use super::change::{Change, Changed, Obstacle};
use crate::writer::{EXECUTABLE, PLAIN, WriteError, check_names};

/// The folder of the dependencies.
const DEPS: &str = "deps/";

/// What goes into the new bundle.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) module: Entry,
    pub(super) metadata: Entry,
    /// The files under `deps/` by their names there, which are sorted.
    pub(super) dependencies: Vec<(String, Entry)>,
}

impl Contents {
    /// The permissions of files that are lost where the bundle is written anew: bundles are written with modes of their own.
    pub(super) fn modes(&self) -> impl Iterator<Item = Change> {
        let plain = self.dependencies.iter().map(|(_, entry)| entry).chain([&self.metadata]);
        let files = plain.map(|entry| (entry, PLAIN)).chain([(&self.module, EXECUTABLE)]);
        files.filter_map(|(entry, written)| {
            let (mode, written) = (entry.unix_mode()? & 0o777, written & 0o777);
            let name = entry.name.escape_debug();
            let message = format!("`{name}` has the mode {mode:04o}, and is written with {written:04o}");
            let changed = Changed::Zip { entry: Some(entry.name.clone()), offset: None, message };
            (mode & !written != 0).then_some(Change { rules: Vec::new(), changed })
        })
    }
}

/// What goes into the new bundle, or why there is none.
pub(super) fn of(facts: &BundleFacts) -> Result<Contents, Vec<Obstacle>> {
    let archive = facts.archive.as_ref().map_err(|_| vec![Obstacle::NotAZip])?;
    let (module, metadata) = (archive.module_entry(), archive.directory.last_named(METADATA_NAME));
    let metadata = metadata.filter(|_| matches!(archive.metadata, MetadataReading::Read(_)));
    let mut obstacles = Vec::new();
    if metadata.is_none() {
        obstacles.push(Obstacle::NoMetadata);
    }
    if module.is_none() {
        obstacles.push(Obstacle::NoModule);
    }
    let (Some(module), Some(metadata)) = (module, metadata) else { return Err(obstacles) };
    let mut dependencies = Vec::new();
    for entry in archive.directory.entries.iter().filter(|entry| is_last(archive, entry)) {
        if entry.is_directory() && is_under_deps(&entry.name) {
            continue;
        }
        if !is_whole(archive, entry) {
            obstacles.push(Obstacle::Unreadable { name: entry.name.clone() });
        } else if is_under_deps(&entry.name) {
            dependencies.push((entry.name.strip_prefix(DEPS).unwrap_or_default().to_owned(), entry.clone()));
        } else if entry.index != module.index && entry.index != metadata.index {
            obstacles.push(Obstacle::Stranger { name: entry.name.clone() });
        }
    }
    dependencies.sort_by(|(a, _), (b, _)| a.cmp(b));
    if let Err(err) = check_names(&module.name, dependencies.iter().map(|(name, _)| name.as_str())) {
        obstacles.push(match err {
            WriteError::UnsafeName { name, unsafe_name } => Obstacle::UnsafeName { name, unsafe_name },
            err => Obstacle::Unwritable { what: err.to_string() },
        });
    }
    if obstacles.is_empty() {
        return Ok(Contents { module: module.clone(), metadata: metadata.clone(), dependencies });
    }
    Err(obstacles)
}

/// Whether it is the one of its name that the unpacker reads. Of others with other contents a rule has spoken.
fn is_last(archive: &ArchiveFacts, entry: &Entry) -> bool {
    archive.directory.last_named(&entry.name).is_some_and(|last| last.index == entry.index)
}

/// Whether its content could be read to its end.
fn is_whole(archive: &ArchiveFacts, entry: &Entry) -> bool {
    let content = archive.contents.get(entry.index).and_then(Option::as_ref);
    content.is_some_and(|content| content.ending == Ending::Whole && content.crc32 == entry.claimed_crc32)
}
