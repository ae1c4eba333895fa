//! Putting a backup back.

use std::path::Path;
use std::sync::Arc;

use super::agreement::must_agree;
use super::error::BackupError;
use super::files::failed;
use super::folder::resolved;
use super::manifest::Manifest;
use super::outcome::BackedUp;
use super::reading::Backup;
use crate::causes::causes;
use crate::config::Config;
use crate::start;
use crate::storage::{Storage, is_blob_name, measure};
use crate::store::{Asking, Contents, CopyForm, SqliteStore, Store};
use crate::tenure::{self, Tenure};
use crate::upload::Incoming;

/// Puts a backup back into an empty place.
pub(super) async fn restore(
    config: &Config,
    from: &Path,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<BackedUp, BackupError> {
    must_be_elsewhere(config, from)?;
    let backup = Backup::open(from)?;
    // Before there is anything of the new place.
    let form = config.store.as_ref().map_or(Some(SqliteStore::FORM), |store| store.copies());
    must_fit(&backup.manifest, form.ok_or(BackupError::NoCopies)?)?;
    let steps = backup.files().saturating_mul(2);
    let mut done = 0_usize;
    let mut step = || {
        done = done.saturating_add(1);
        progress(done, steps);
    };
    must_agree(&backup.manifest, &contents(config, &backup)?)?;
    step();
    backup.must_have_bundles(&mut step)?;
    let _lock = start::lock(&config.data_dir, start::LOCK)?;
    let known_before = start::known_as(&config.data_dir)?;
    let restored = all(config, &backup, known_before.as_deref(), &mut step).await;
    if restored.is_err() && known_before.is_none() {
        start::forget_id(&config.data_dir)?;
    }
    restored
}

async fn all(
    config: &Config,
    backup: &Backup<'_>,
    known_before: Option<&str>,
    step: &mut (dyn FnMut() + Send),
) -> Result<BackedUp, BackupError> {
    let manifest = &backup.manifest;
    let start::Kept { store, storage, mut owner } = start::open_kept(config).await?;
    let asking = Asking::new(store);
    must_be_empty(&asking, &owner).await?;
    must_be_free(&asking, storage.as_ref(), manifest).await?;
    let Manifest { bundles, lacking, .. } = manifest;
    // The artifacts are those of its node. An empty catalogue knows nothing of another id; but one that servers share has others', of which this
    // may be the data directory.
    if !(asking.store().is_shared() && known_before.is_some()) {
        owner.clone_from(&manifest.server);
        start::be_known_as(&config.data_dir, &owner)?;
    }
    let tenure = tenure::take_over(&asking, storage).await?;
    // From here on there is something that only the end of this makes whole.
    start::note_restore(&asking, true).await?;
    let incoming = Incoming::of(&config.data_dir, &owner);
    incoming.make()?;
    for bundle in bundles {
        put(&tenure, &incoming, &bundle.name, |to| backup.copy_bundle(bundle, Some(to))).await?;
        step();
    }
    take(&asking, &incoming, |to| backup.copy_catalogue(Some(to))).await?;
    start::note_restore(&asking, false).await?;
    step();
    let bytes = bundles.iter().fold(manifest.catalogue.size, |sum, bundle| sum.saturating_add(bundle.size));
    Ok(BackedUp { bundles: bundles.len(), bytes, lacking: lacking.clone() })
}

/// Refuses to put anything into the backup, where it would be used, and changed.
fn must_be_elsewhere(config: &Config, from: &Path) -> Result<(), BackupError> {
    let backup = resolved(from).map_err(failed(from))?;
    let storage = config.storage.as_ref().and_then(|storage| storage.directory());
    for path in [Some(config.data_dir.clone()), storage].into_iter().flatten() {
        if resolved(&path).map_err(failed(&path))?.starts_with(&backup) {
            return Err(BackupError::IntoItself { path });
        }
    }
    Ok(())
}

/// What the catalogue of a backup holds.
fn contents(config: &Config, backup: &Backup<'_>) -> Result<Contents, BackupError> {
    let (catalogue, schema) = (backup.catalogue()?, backup.manifest.catalogue.schema);
    let read = match &config.store {
        Some(store) => store.contents_of_copy(&catalogue, schema),
        None => SqliteStore::contents_of(&catalogue, schema),
    };
    read.map_err(|err| BackupError::Contradiction { what: format!("its catalogue is none: {}", causes(&err)) })
}

/// Refuses a backup that the catalogue cannot take.
fn must_fit(manifest: &Manifest, form: CopyForm) -> Result<(), BackupError> {
    let of = &manifest.catalogue;
    if of.kind != form.kind {
        return Err(BackupError::OtherKind { backup: of.kind.clone(), store: form.kind });
    }
    if of.schema > form.schema {
        let (by, what) = (manifest.ramp.escape_debug().to_string(), "a catalogue of the schema");
        return Err(BackupError::Newer { by, what, found: of.schema, known: form.schema });
    }
    Ok(())
}

/// Refuses a catalogue that has something. It is looked at again when it takes the backup, in one step.
async fn must_be_empty(asking: &Asking, owner: &str) -> Result<(), BackupError> {
    let owner = owner.to_owned();
    let has = move |store: &dyn Store| {
        Ok(if store.has_users()? {
            Some("users")
        } else if !store.modules()?.is_empty() {
            Some("modules")
        } else if !store.artifacts(&owner)?.is_empty() {
            Some("artifacts")
        } else if !store.databases()?.is_empty() {
            Some("databases")
        } else if !store.blobs()?.is_empty() {
            Some("bundles")
        } else {
            None
        })
    };
    match asking.ask(has).await? {
        Some(what) => Err(BackupError::CatalogueInUse { what }),
        None => Ok(()),
    }
}

/// Refuses a storage that is another's, or holds what the backup does not have.
async fn must_be_free(asking: &Asking, storage: &dyn Storage, manifest: &Manifest) -> Result<(), BackupError> {
    let mut there = storage.names().await?;
    there.retain(|name| is_blob_name(name));
    for bundle in &manifest.bundles {
        there.remove(&bundle.name);
        there.remove(&bundle.name.replace(".zip", ".part"));
    }
    if !there.is_empty() {
        return Err(BackupError::StorageInUse { bundles: there.len() });
    }
    if !tenure::is_free(asking, storage).await? {
        return Err(BackupError::StorageOfAnother);
    }
    Ok(())
}

/// Puts a bundle into the storage, unless it is there, as where a restore was interrupted.
async fn put(
    storage: &Tenure,
    incoming: &Incoming,
    name: &str,
    copy_to: impl FnOnce(&Path) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    if measure(storage, name).await?.is_some_and(|measured| measured.is_whole) {
        return Ok(());
    }
    let file = incoming.file()?;
    let put = match copy_to(&file) {
        Ok(()) => storage.put(name, &file).await.map_err(BackupError::from),
        Err(err) => Err(err),
    };
    // Whoever has moved it has left nothing.
    let _ = std::fs::remove_file(&file);
    put
}

/// Has the catalogue take its copy.
async fn take(
    asking: &Asking,
    incoming: &Incoming,
    copy_to: impl FnOnce(&Path) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let file = Arc::new(incoming.file()?);
    let taken = match copy_to(&file) {
        Ok(()) => {
            let from = Arc::clone(&file);
            asking.ask(move |store| store.put_back(&from)).await.map_err(BackupError::from)
        }
        Err(err) => Err(err),
    };
    std::fs::remove_file(file.as_path()).map_err(failed(&file))?;
    if taken? { Ok(()) } else { Err(BackupError::CatalogueInUse { what: "something" }) }
}
