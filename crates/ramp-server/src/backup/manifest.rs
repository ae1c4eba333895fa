//! `backup.json`: what a backup holds. It is written last, so a folder without it is no backup.

use std::io::Write as _;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::error::BackupError;
use super::files::{self, failed};
use crate::locations::BACKUP;
use crate::storage::is_bundle_name;
use crate::{durable, ids, regular};

/// What it is called.
pub(super) const NAME: &str = BACKUP;
/// The number of its format.
pub(super) const FORMAT: i64 = 1;
/// How much of it is read, in bytes: room for a quarter of a million bundles.
const LONGEST: u64 = 64 << 20;

/// A backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: i64,
    /// The version of the program that made it.
    pub(super) ramp: String,
    /// When it was whole: `2026-11-30T18:20:00Z`.
    pub(super) created: String,
    pub(super) catalogue: Catalogue,
    /// The id of the server whose data directory was named: the node of its artifacts.
    pub(super) server: String,
    pub(super) bundles: Vec<Bundle>,
    /// Bundles that the catalogue names and the storage did not have whole.
    pub(super) lacking: Vec<String>,
}

/// The copy of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Catalogue {
    pub(super) kind: String,
    pub(super) schema: i64,
    /// Its file in the folder.
    pub(super) file: String,
    pub(super) size: u64,
    pub(super) sha256: String,
}

/// A bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bundle {
    /// Its name in the storage, and below `blobs` in the folder.
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) sha256: String,
}

/// What every format has.
#[derive(Debug, Deserialize)]
struct Head {
    format: i64,
    ramp: String,
}

impl Manifest {
    /// Writes it, on disk once this is done.
    pub(super) fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let (path, part) = (folder.join(NAME), folder.join(format!("{NAME}.part")));
        let text = serde_json::to_vec_pretty(self).map_err(|err| failed(&path)(err.into()))?;
        let mut file = files::create(&part)?;
        file.write_all(&text)
            .and_then(|()| file.write_all(b"\n"))
            .and_then(|()| file.sync_all())
            .map_err(failed(&part))?;
        std::fs::rename(&part, &path).map_err(failed(&path))?;
        durable::directory(folder).map_err(failed(folder))
    }

    /// Reads that of a folder. Names in it lead nowhere but into the folder.
    pub(super) fn read(folder: &Path) -> Result<Self, BackupError> {
        let not_one = |what: String| BackupError::NoBackup { path: folder.to_owned(), what };
        let path = folder.join(NAME);
        let opened = regular::open_below(folder, Path::new(NAME));
        let text = match opened.and_then(|file| regular::all_of(file, LONGEST)) {
            Ok(text) => text,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound && folder.is_dir() => {
                return Err(not_one(format!("it has no `{NAME}`, which is written last")));
            }
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
                return Err(not_one("it is not there".to_owned()));
            }
            Err(err) if err.kind() == std::io::ErrorKind::NotADirectory => {
                return Err(not_one("it is not a directory".to_owned()));
            }
            Err(err) => return Err(failed(&path)(err)),
        };
        let unread = |err: serde_json::Error| not_one(format!("its `{NAME}` cannot be read: {err}"));
        let head: Head = serde_json::from_slice(&text).map_err(unread)?;
        if head.format < 1 {
            return Err(not_one(format!("its `{NAME}` has the format {}, and there are those from 1 on", head.format)));
        }
        if head.format > FORMAT {
            let what = "the format";
            return Err(BackupError::Newer {
                by: head.ramp.escape_debug().to_string(),
                what,
                found: head.format,
                known: FORMAT,
            });
        }
        let manifest: Self = serde_json::from_slice(&text).map_err(unread)?;
        let is_plain =
            |name: &str| matches!(Path::new(name).components().collect::<Vec<_>>()[..], [Component::Normal(_)]);
        if !is_plain(&manifest.catalogue.file) {
            let file = &manifest.catalogue.file;
            return Err(not_one(format!("its `{NAME}` has `{file}` for the catalogue, which is not a file in it")));
        }
        // Under another id nobody would find its artifacts again.
        if !ids::is_uid(&manifest.server) {
            let server = manifest.server.escape_debug();
            return Err(not_one(format!("its `{NAME}` has `{server}` for the server, which is not the id of one")));
        }
        let schema = manifest.catalogue.schema;
        if schema < 1 {
            return Err(not_one(format!(
                "its `{NAME}` has a catalogue of the schema {schema}, and there are those from 1 on"
            )));
        }
        if let Some(bundle) = manifest.bundles.iter().find(|bundle| !is_bundle_name(&bundle.name, &bundle.sha256)) {
            let (name, sha256) = (bundle.name.escape_debug(), bundle.sha256.escape_debug());
            return Err(not_one(format!(
                "its `{NAME}` has a bundle `{name}`, which is not the name of one with the SHA-256 `{sha256}`"
            )));
        }
        Ok(manifest)
    }
}
