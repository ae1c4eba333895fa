//! What happens before the first request: the data directory is taken, the storage is recognised, and what a crash left behind is
//! removed.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use crate::app::App;
use crate::config::Config;
use crate::error::ServerError;
use crate::ids;
use crate::locations::open_store;
use crate::private;
use crate::storage::{Directory, Storage};
use crate::store::{Asking, Store};
use crate::tenure;
use crate::upload::Incoming;

/// The lock of whoever has the data directory for its own.
pub(crate) const LOCK: &str = "lock";

/// Takes a lock in the data directory; it is free again when the file is closed, however the process ends.
pub(crate) fn lock(data_dir: &Path, name: &str) -> Result<File, ServerError> {
    let path = data_dir.join(name);
    let failed = |source| ServerError::File { path: path.clone(), source };
    private::directory(data_dir).map_err(failed)?;
    let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServerError::InUse { path: data_dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Opens everything, and puts it in order.
pub(crate) async fn open(config: &Config) -> Result<Arc<App>, ServerError> {
    let Kept { store, storage, owner } = keep(config).await?;
    let incoming = Incoming::of(&config.data_dir, &owner);
    incoming.clear()?;
    let asking = Arc::new(Asking::new(store));
    let tenure = Arc::new(tenure::begin(&asking, storage).await?);
    let app = Arc::new(App::new(config, asking, tenure, incoming, owner)?);
    app.leftovers.take_up(&app.owner).await?;
    app.stock.take(&app.asking, app.tenure.as_ref()).await?;
    Ok(app)
}

/// What a server keeps its modules in, and by which id it is known there.
pub(crate) struct Kept {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) owner: String,
}

/// Opens catalogue and storage.
pub(crate) async fn keep(config: &Config) -> Result<Kept, ServerError> {
    let owner = identity(&config.data_dir)?;
    let store = match &config.store {
        Some(store) => Arc::clone(store),
        None => own_store(&config.data_dir).await?,
    };
    let storage: Arc<dyn Storage> = match &config.storage {
        Some(storage) => Arc::clone(storage),
        None => Arc::new(Directory::open(config.data_dir.join("blobs"))?),
    };
    if let Some(path) = storage.directory() {
        must_be_apart(&path, &config.data_dir)?;
    }
    Ok(Kept { store, storage, owner })
}

/// Refuses to keep bundles among the server's own files, or among the uploads that it receives.
fn must_be_apart(storage: &Path, data_dir: &Path) -> Result<(), ServerError> {
    let own = data_dir.canonicalize().map_err(|source| ServerError::File { path: data_dir.to_owned(), source })?;
    let what = if storage == own {
        "it is the data directory, which holds the server's own files"
    } else if storage.starts_with(own.join(Incoming::NAME)) {
        "uploads are received there"
    } else {
        return Ok(());
    };
    Err(ServerError::StorageDirectory { path: storage.to_owned(), what })
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
