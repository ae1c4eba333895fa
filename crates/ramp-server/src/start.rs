//! What happens before the first request: the data directory is taken, and what a crash left behind is removed.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use crate::app::App;
use crate::config::Config;
use crate::error::ServerError;
use crate::ids;
use crate::locations::open_store;
use crate::storage::{Directory, Storage, is_blob_name};
use crate::store::Store;

/// Takes the data directory; it is free again when the file is closed, however the process ends.
pub(crate) fn lock(data_dir: &Path) -> Result<File, ServerError> {
    let path = data_dir.join("lock");
    let failed = |source| ServerError::File { path: path.clone(), source };
    std::fs::create_dir_all(data_dir).map_err(failed)?;
    let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServerError::InUse { path: data_dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Opens everything, and puts it in order.
pub(crate) async fn open(config: &Config) -> Result<Arc<App>, ServerError> {
    let owner = identity(&config.data_dir)?;
    let store = match &config.store {
        Some(store) => Arc::clone(store),
        None => own_store(&config.data_dir).await?,
    };
    let storage: Arc<dyn Storage> = match &config.storage {
        Some(storage) => Arc::clone(storage),
        None => Arc::new(Directory::open(config.data_dir.join("blobs"))?),
    };
    let incoming = config.data_dir.join("incoming");
    empty(&incoming)?;
    let app = Arc::new(App::new(config, store, Arc::clone(&storage), incoming, owner)?);
    remove_orphans(&app, storage.as_ref()).await?;
    Ok(app)
}

/// The catalogue in the data directory.
async fn own_store(data_dir: &Path) -> Result<Arc<dyn Store>, ServerError> {
    let data_dir = data_dir.to_owned();
    let opened = tokio::task::spawn_blocking(move || open_store("sqlite", &data_dir));
    opened.await.map_err(|_| ServerError::Task)?
}

/// The id of this server; made once, and kept.
fn identity(data_dir: &Path) -> Result<String, ServerError> {
    let path = data_dir.join("server-id");
    let failed = |source| ServerError::File { path: path.clone(), source };
    match std::fs::read_to_string(&path) {
        Ok(id) if !id.trim().is_empty() => return Ok(id.trim().to_owned()),
        Ok(_) => {}
        Err(err) if err.kind() == ErrorKind::NotFound => {}
        Err(err) => return Err(failed(err)),
    }
    let id = ids::uid()?;
    let part = data_dir.join("server-id.part");
    std::fs::write(&part, &id).map_err(failed)?;
    std::fs::rename(&part, &path).map_err(failed)?;
    Ok(id)
}

/// Makes a directory with nothing in it.
fn empty(path: &Path) -> Result<(), ServerError> {
    let emptied = match std::fs::remove_dir_all(path) {
        Err(err) if err.kind() != ErrorKind::NotFound => Err(err),
        _ => std::fs::create_dir_all(path),
    };
    emptied.map_err(|source| ServerError::File { path: path.to_owned(), source })
}

/// Drops the claims that this server died with, and every blob that belongs to nobody.
///
/// The blobs are listed before the catalogue is asked: a blob is claimed before it is put, so one that was listed and is
/// unknown to the catalogue afterwards belongs to nobody, also where other servers are at work on the same storage.
async fn remove_orphans(app: &App, storage: &dyn Storage) -> Result<(), ServerError> {
    let owner = app.owner.clone();
    app.ask(move |store| store.abandon_all(&owner)).await?;
    let there = storage.names().await?;
    let known = app.ask(|store| store.blobs()).await?;
    for orphan in there.difference(&known).filter(|name| is_blob_name(name)) {
        tracing::info!(blob = orphan, "removing an orphan");
        storage.remove(orphan).await?;
    }
    Ok(())
}
