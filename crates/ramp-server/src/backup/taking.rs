//! Making a backup.

use std::collections::BTreeMap;
use std::path::Path;

use super::agreement::{must_agree, must_be_readable};
use super::error::BackupError;
use super::files::{self, Measured, failed};
use super::folder::Folder;
use super::manifest::{Bundle, Catalogue, FORMAT, Manifest};
use super::outcome::BackedUp;
use crate::causes::causes;
use crate::config::Config;
use crate::start;
use crate::storage::{Storage, is_bundle_name};
use crate::store::{Asking, Contents, CopyForm, Store, StoreError};
use crate::{regular, tenure, utc};

/// How often the catalogue is copied before it is given up: from the second time on, only what is new is copied after it.
const ROUNDS: usize = 30;

/// Makes a backup in a folder that is empty or not there.
pub(super) async fn take(
    config: &Config,
    to: &Path,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<BackedUp, BackupError> {
    let start::Kept { store, storage, owner } = start::keep(config).await?;
    let form = store.copies().ok_or(BackupError::NoCopies)?;
    let asking = Asking::new(store);
    tenure::recognise(&asking, storage.as_ref()).await?;
    let folder = Folder::take(to, storage.directory().as_deref(), &config.data_dir)?;
    let mut work = Taking {
        asking: &asking,
        storage: storage.as_ref(),
        folder: &folder,
        copied: BTreeMap::new(),
        lacking: Vec::new(),
        progress,
    };
    let taken = work.all(form, owner).await;
    if taken.is_err() {
        folder.remove();
    }
    taken
}

/// Copies the catalogue, and reads the copy as whoever restores it will.
fn copied(store: &dyn Store, to: &Path, schema: i64) -> Result<Contents, StoreError> {
    store.copy(to)?;
    let copy = regular::read(to, u64::MAX).map_err(|err| StoreError::failed("the copy of the catalogue", err))?;
    store.contents_of_copy(&copy, schema)
}

/// A backup that is being made.
struct Taking<'a> {
    asking: &'a Asking,
    storage: &'a dyn Storage,
    folder: &'a Folder,
    /// The bundles that are in the folder.
    copied: BTreeMap<String, Measured>,
    lacking: Vec<String>,
    progress: &'a mut (dyn FnMut(usize, usize) + Send),
}

impl Taking<'_> {
    async fn all(&mut self, form: CopyForm, server: String) -> Result<BackedUp, BackupError> {
        let file = format!("catalogue.{}", form.kind);
        let path = self.folder.path(&file);
        let mut contents = Contents::default();
        let mut names = Vec::new();
        let mut is_settled = false;
        for _ in 0..ROUNDS {
            match std::fs::remove_file(&path) {
                Err(err) if err.kind() != std::io::ErrorKind::NotFound => return Err(failed(&path)(err)),
                _ => {}
            }
            let to = path.clone();
            contents = self.asking.ask(move |store| copied(store, &to, form.schema)).await?;
            // Before anything is copied for nothing.
            must_be_readable(&contents)?;
            names = contents.blobs.keys().cloned().collect();
            is_settled = self.bundles(&names).await?;
            if is_settled {
                break;
            }
        }
        if !is_settled {
            return Err(BackupError::Unsettled { rounds: ROUNDS });
        }
        self.drop_others(&names)?;
        let Measured { size, sha256 } = files::measure(self.folder.root(), Path::new(&file), u64::MAX, None)?;
        let catalogue = Catalogue { kind: form.kind.to_owned(), schema: form.schema, file, size, sha256 };
        let bundles: Vec<Bundle> = std::mem::take(&mut self.copied)
            .into_iter()
            .map(|(name, Measured { size, sha256 })| Bundle { name, size, sha256 })
            .collect();
        let lacking = std::mem::take(&mut self.lacking);
        self.folder.sync()?;
        let bytes = bundles.iter().fold(size, |sum, bundle| sum.saturating_add(bundle.size));
        let backed_up = BackedUp { bundles: bundles.len(), bytes, lacking: lacking.clone() };
        let ramp = env!("CARGO_PKG_VERSION").to_owned();
        let manifest = Manifest { format: FORMAT, ramp, created: utc::now(), catalogue, server, bundles, lacking };
        must_agree(&manifest, &contents)?;
        manifest.write(self.folder.root())?;
        Ok(backed_up)
    }

    /// Copies the bundles that are not there yet. `false` where some of them were deleted since the catalogue was copied.
    async fn bundles(&mut self, names: &[String]) -> Result<bool, BackupError> {
        self.lacking.clear();
        let (mut gone, mut unreadable) = (Vec::new(), Vec::new());
        for (done, name) in names.iter().enumerate() {
            if !self.copied.contains_key(name) {
                match self.bundle(name).await {
                    Ok(Some(measured)) => drop(self.copied.insert(name.clone(), measured)),
                    // Where the storage answers, it is that bundle which cannot be read, and others can.
                    Err(err @ BackupError::Server(_)) if self.storage.mark().await.is_err() => return Err(err),
                    Err(BackupError::Server(err)) if self.is_kept(name).await? => {
                        unreadable.push((name.clone(), causes(&err)));
                    }
                    // Not there, or others' bytes: deleted meanwhile, or lacking.
                    Ok(None) | Err(BackupError::Server(_)) => gone.push(name),
                    Err(err) => return Err(err),
                }
            }
            (self.progress)(done.saturating_add(1), names.len());
        }
        // What is there may be readable again soon, and a backup without it would pass for one of all that there is.
        if !unreadable.is_empty() {
            return Err(BackupError::UnreadableBundles { bundles: unreadable });
        }
        for name in gone {
            if !self.is_kept(name).await? {
                return Ok(false);
            }
            self.lacking.push(name.clone());
        }
        Ok(true)
    }

    /// Copies a bundle; `None` where the storage does not have it as it was stored.
    async fn bundle(&self, name: &str) -> Result<Option<Measured>, BackupError> {
        let Some(path) = self.folder.blob(name) else { return Ok(None) };
        let measured = files::from_storage(self.storage, name, &path).await;
        let whole = measured.map(|measured| measured.filter(|measured| is_bundle_name(name, &measured.sha256)));
        if !matches!(whole, Ok(Some(_))) {
            match std::fs::remove_file(&path) {
                // Why it was not copied is the first to be told.
                Err(err) if whole.is_ok() => return Err(failed(&path)(err)),
                _ => {}
            }
        }
        whole
    }

    /// Whether the catalogue has the bundle still.
    async fn is_kept(&self, name: &str) -> Result<bool, BackupError> {
        let known = self.asking.ask(|store: &dyn Store| store.blobs()).await?;
        Ok(known.get(name).copied().unwrap_or_default())
    }

    /// Drops the bundles that were copied and that the last copy of the catalogue does not have.
    fn drop_others(&mut self, names: &[String]) -> Result<(), BackupError> {
        let others: Vec<String> =
            self.copied.keys().filter(|name| names.binary_search(name).is_err()).cloned().collect();
        for name in others {
            if let Some(path) = self.folder.blob(&name) {
                std::fs::remove_file(&path).map_err(failed(&path))?;
            }
            self.copied.remove(&name);
        }
        Ok(())
    }
}
