//! What happens before the first request: the data directory is taken, and what a crash left behind is removed.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use crate::app::App;
use crate::blobs::Blobs;
use crate::config::Config;
use crate::error::ServerError;
use crate::ids;
use crate::store::{RedisStore, SqliteStore, Store};

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
    let store = open_store(config).await?;
    let beside = config.data_dir.join("blobs");
    let blobs = match &config.blobs {
        Some(location) => Blobs::open(location)?,
        None => Blobs::open(&beside.to_string_lossy())?,
    };
    let incoming = config.data_dir.join("incoming");
    empty(&incoming)?;
    let app = Arc::new(App::new(config, store, blobs, incoming, owner)?);
    remove_orphans(&app).await?;
    Ok(app)
}

async fn open_store(config: &Config) -> Result<Arc<dyn Store>, ServerError> {
    let location = config.store.clone();
    if ["redis://", "redis+unix://"].iter().any(|scheme| location.starts_with(scheme)) {
        let opened = tokio::task::spawn_blocking(move || RedisStore::open(&location));
        return Ok(Arc::new(opened.await.map_err(|_| ServerError::Task)??));
    }
    if config.store != "sqlite" {
        // Whatever comes after the scheme may hold a password.
        let location = config.store.split_once("://").map_or(config.store.as_str(), |(scheme, _)| scheme).to_owned();
        return Err(ServerError::StoreLocation { location });
    }
    let path = config.data_dir.join("catalogue.sqlite");
    let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&path));
    Ok(Arc::new(opened.await.map_err(|_| ServerError::Task)??))
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
async fn remove_orphans(app: &Arc<App>) -> Result<(), ServerError> {
    let owner = app.owner.clone();
    app.ask(move |store| store.abandon_all(&owner)).await?;
    let there = app.blobs.names().await?;
    let known = app.ask(|store| store.blobs()).await?;
    for orphan in there.difference(&known).filter(|name| Blobs::is_name(name)) {
        tracing::info!(blob = orphan, "removing an orphan");
        app.blobs.remove(orphan).await?;
    }
    Ok(())
}
