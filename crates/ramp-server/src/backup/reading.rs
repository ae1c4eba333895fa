//! Reading a backup: its files, held against what `backup.json` says of them.

use std::io;
use std::path::{Path, PathBuf};

use ramp_core::text::count;

use super::error::BackupError;
use super::files::{self, Measured};
use super::folder::Folder;
use super::manifest::{Bundle, Manifest};
use crate::regular;
use crate::storage::Meter;

/// A backup in a folder that somebody named.
#[derive(Debug)]
pub(super) struct Backup<'a> {
    root: &'a Path,
    pub(super) manifest: Manifest,
}

impl<'a> Backup<'a> {
    pub(super) fn open(root: &'a Path) -> Result<Self, BackupError> {
        Ok(Self { root, manifest: Manifest::read(root)? })
    }

    /// How many files there are beside the manifest.
    pub(super) fn files(&self) -> usize {
        self.manifest.bundles.len().saturating_add(1)
    }

    /// The catalogue, refused where it is not what was written.
    pub(super) fn catalogue(&self) -> Result<Vec<u8>, BackupError> {
        let of = &self.manifest.catalogue;
        let path = self.root.join(&of.file);
        // No more than is there, whatever the manifest claims.
        self.copy_catalogue(None)?;
        let opened = regular::open_below(self.root, Path::new(&of.file));
        let bytes = opened.and_then(|file| regular::all_of(file, of.size)).map_err(files::failed(&path))?;
        let mut meter = Meter::default();
        meter.take(&bytes);
        self.must_be_as_written(Path::new(&of.file), &meter.into(), &of.sha256, of.size)?;
        Ok(bytes)
    }

    /// Refuses it where a bundle is not what was written; `step` is called after each.
    pub(super) fn must_have_bundles(&self, step: &mut dyn FnMut()) -> Result<(), BackupError> {
        for bundle in &self.manifest.bundles {
            self.copy_bundle(bundle, None)?;
            step();
        }
        Ok(())
    }

    /// Copies the catalogue to a file, where there is one to be made, and refuses it where it is not what was written.
    pub(super) fn copy_catalogue(&self, to: Option<&Path>) -> Result<(), BackupError> {
        let of = &self.manifest.catalogue;
        self.must_be(Path::new(&of.file), &of.sha256, of.size, to)
    }

    /// The same of a bundle.
    pub(super) fn copy_bundle(&self, bundle: &Bundle, to: Option<&Path>) -> Result<(), BackupError> {
        let name: PathBuf = [Folder::BLOBS, &bundle.name].iter().collect();
        self.must_be(&name, &bundle.sha256, bundle.size, to)
    }

    fn must_be(&self, name: &Path, sha256: &str, size: u64, to: Option<&Path>) -> Result<(), BackupError> {
        let found = match files::measure(self.root, name, size, to) {
            Err(BackupError::File { path, source }) if source.kind() == io::ErrorKind::NotFound => {
                return Err(BackupError::Damaged { path, what: "is not there".to_owned() });
            }
            found => found?,
        };
        self.must_be_as_written(name, &found, sha256, size)
    }

    fn must_be_as_written(&self, name: &Path, found: &Measured, sha256: &str, size: u64) -> Result<(), BackupError> {
        let damaged = |what| Err(BackupError::Damaged { path: self.root.join(name), what });
        match found {
            &Measured { size: found, .. } if found > size => {
                damaged(format!("has more than the {} that it was written with", count(size, "byte")))
            }
            &Measured { size: found, .. } if found != size => {
                damaged(format!("has {}, and was written with {size}", count(found, "byte")))
            }
            Measured { sha256: found, .. } if found != sha256 => {
                damaged(format!("has the SHA-256 {found}, and was written with {sha256}"))
            }
            _ => Ok(()),
        }
    }
}
