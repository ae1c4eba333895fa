//! What happens before the first request: the data directory is taken, the storage is recognised, and what a crash left behind is
//! removed.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use crate::app::App;
use crate::config::Config;
use crate::error::ServerError;
use crate::fresh::{Fresh, Made};
use crate::http::SELF_MADE;
use crate::ids;
use crate::locations::{CATALOGUE, catalogue_in, must_be_no_backup, open_store};
use crate::played::bootstrap::Created;
use crate::played::bundled;
use crate::storage::{Directory, MARK, Storage};
use crate::store::{Asking, Contents, Fault, RESTORE, SqliteStore, Store, WithBundled};
use crate::tenure;
use crate::upload::Incoming;
use crate::{private, regular, release};

/// The lock of whoever has the data directory for its own.
pub(crate) const LOCK: &str = "lock";
/// The file with the id of the server, and what it is called until it is whole.
const SERVER_ID: &str = "server-id";
const SERVER_ID_PART: &str = "server-id.part";
/// How long it may be, in bytes: ours have 32.
const LONGEST_ID: u64 = 1 << 10;
/// Where bundles are kept that are kept nowhere else.
const BLOBS: &str = "blobs";

/// What stands in a catalogue of a restore into it.
const UNDER_WAY: &str = r#""under way""#;
const ENDED: &str = r#""ended""#;

/// What a start makes in a data directory before it serves.
pub(crate) fn made() -> Made {
    let own = [CATALOGUE, SERVER_ID, SERVER_ID_PART, LOCK].map(str::to_owned).into_iter();
    let beside = SqliteStore::BESIDE.map(|end| format!("{CATALOGUE}{end}"));
    let mark = [format!("{BLOBS}/{MARK}")];
    let files = own.chain(beside).chain(SELF_MADE.map(str::to_owned)).chain(mark).collect();
    Made { files, directories: vec![BLOBS, Incoming::NAME] }
}

/// Takes a lock in the data directory; it is free again when the file is closed, however the process ends.
pub(crate) fn lock(data_dir: &Path, name: &str) -> Result<File, ServerError> {
    must_be_no_backup(data_dir)?;
    let path = data_dir.join(name);
    let failed = |source| ServerError::File { path: path.clone(), source };
    private::directory(data_dir).map_err(|source| ServerError::File { path: data_dir.to_owned(), source })?;
    private::file(&path).map_err(failed)?;
    let file = regular::open(&path, File::options().create(true).append(true)).map_err(failed)?;
    match file.try_lock() {
        // A start that failed has removed it meanwhile, and another may have made one anew: two would each have a lock.
        Ok(()) if !regular::is_at(&file, &path) => Err(ServerError::InUse { path: data_dir.to_owned() }),
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServerError::InUse { path: data_dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Opens everything, and puts it in order. A catalogue of the data directory that an older version wrote is brought forward.
/// What the start has made is kept once bundles elsewhere may be known by it. What the step to this release comes to is for who serves it: a start
/// that fails has taken nothing there.
pub(crate) async fn open(config: &Config, fresh: &mut Fresh) -> Result<(Arc<App>, release::Step), ServerError> {
    let release = config.target.release().ok_or(ServerError::NoRelease)?;
    if config.store.is_none() {
        let data_dir = config.data_dir.clone();
        let brought = tokio::task::spawn_blocking(move || bring_forward(&data_dir));
        brought.await.map_err(|_| ServerError::Task)??;
    }
    let Kept { store, storage, owner } = keep(config).await?;
    let incoming = Incoming::of(&config.data_dir, &owner);
    incoming.clear()?;
    let asking = Arc::new(Asking::new(with_bundled(store, config).await?));
    let step = release::step(&asking, release, config.upgrades).await?;
    let begun = tenure::begin(&asking, storage).await;
    let is_refused = matches!(
        begun,
        Err(ServerError::OtherCatalogue { .. }
            | ServerError::UnmarkedStorage { .. }
            | ServerError::NewStorage { .. }
            | ServerError::InUse { .. })
    );
    if config.storage.is_some() && !is_refused {
        fresh.keep();
    }
    let tenure = Arc::new(begun?);
    let app = Arc::new(App::new(config, asking, tenure, incoming, owner)?);
    app.leftovers.take_up(&app.owner).await?;
    app.stock.take(&app.asking, app.tenure.as_ref()).await?;
    Ok((app, step))
}

/// The catalogue with the modules that come with the cluster, unless it is to be without them; but for those that databases use.
async fn with_bundled(store: Arc<dyn Store>, config: &Config) -> Result<Arc<dyn Store>, ServerError> {
    let (target, with) = (config.target.clone(), !config.without_bundled);
    let opened = tokio::task::spawn_blocking(move || {
        let used = store.databases()?.into_iter().flat_map(|database| database.spec.modules);
        let used = used.filter(|module| module.is_bundled).map(|module| module.module_uid).collect();
        let modules = bundled::modules(&target, with, &used)?;
        Ok::<_, ServerError>(WithBundled::new(store, modules)?)
    });
    Ok(Arc::new(opened.await.map_err(|_| ServerError::Task)??))
}

/// What a server keeps its modules in, and by which id it is known there.
pub(crate) struct Kept {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) owner: String,
}

/// Opens catalogue and storage, unless a restore into them did not end: what is there then, is half of something.
pub(crate) async fn keep(config: &Config) -> Result<Kept, ServerError> {
    let kept = open_kept(config).await?;
    let store = Arc::clone(&kept.store);
    let noted = tokio::task::spawn_blocking(move || store.setting(RESTORE)).await.map_err(|_| ServerError::Task)??;
    if noted.as_deref() == Some(UNDER_WAY) { Err(ServerError::HalfRestored) } else { Ok(kept) }
}

/// Notes in the catalogue that a restore into it has begun, or has ended. It is there before the first bundle is, and it comes back with no copy: what a
/// catalogue has set stays.
pub(crate) async fn note_restore(asking: &Asking, is_under_way: bool) -> Result<(), ServerError> {
    let value = if is_under_way { UNDER_WAY } else { ENDED };
    Ok(asking.ask(move |store| store.set_settings(&[(RESTORE, value.to_owned())])).await?)
}

/// What of a catalogue no server could read: records, and settings that are this server's own.
pub(crate) fn faults(mut contents: Contents) -> Vec<Fault> {
    let judged = [release::must_be_readable(&contents.settings), Created::must_be_readable(&contents.settings)];
    for (name, err) in judged.into_iter().filter_map(Result::err) {
        let _ = contents.judge("settings", name, Err::<(), _>(err));
    }
    contents.faults
}

/// Opens catalogue and storage, whatever is in them.
pub(crate) async fn open_kept(config: &Config) -> Result<Kept, ServerError> {
    must_be_no_backup(&config.data_dir)?;
    let owner = identity(&config.data_dir)?;
    let store = match &config.store {
        Some(store) => Arc::clone(store),
        None => own_store(&config.data_dir).await?,
    };
    let storage: Arc<dyn Storage> = match &config.storage {
        Some(storage) => Arc::clone(storage),
        None => Arc::new(Directory::open(config.data_dir.join(BLOBS))?),
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

/// Brings the catalogue in a data directory forward, and says so.
fn bring_forward(data_dir: &Path) -> Result<(), ServerError> {
    if let Some(copy) = SqliteStore::bring_forward(&catalogue_in(data_dir))? {
        let copy = copy.display();
        tracing::info!(%copy, "the catalogue was brought to the schema of this version; the copy is as it was before");
    }
    Ok(())
}

/// The catalogue in the data directory.
async fn own_store(data_dir: &Path) -> Result<Arc<dyn Store>, ServerError> {
    let data_dir = data_dir.to_owned();
    let opened = tokio::task::spawn_blocking(move || open_store("sqlite", &data_dir));
    opened.await.map_err(|_| ServerError::Task)?
}

/// The id of this server; made once, and kept.
fn identity(data_dir: &Path) -> Result<String, ServerError> {
    match known_as(data_dir)? {
        Some(id) => Ok(id),
        None => {
            let id = ids::uid()?;
            be_known_as(data_dir, &id)?;
            Ok(id)
        }
    }
}

/// The id of the server of a data directory, where it has one.
pub(crate) fn known_as(data_dir: &Path) -> Result<Option<String>, ServerError> {
    let path = data_dir.join(SERVER_ID);
    match regular::read(&path, LONGEST_ID) {
        Ok(id) => Ok(Some(String::from_utf8_lossy(&id).trim().to_owned()).filter(|id| !id.is_empty())),
        Err(err) if err.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ServerError::File { path, source }),
    }
}

/// Gives the server of a data directory its id.
pub(crate) fn be_known_as(data_dir: &Path, id: &str) -> Result<(), ServerError> {
    let path = data_dir.join(SERVER_ID);
    let failed = |source| ServerError::File { path: path.clone(), source };
    let part = data_dir.join(SERVER_ID_PART);
    private::write(&part, id).map_err(failed)?;
    std::fs::rename(&part, &path).map_err(failed)
}

/// Takes the id away from the server of a data directory that has kept nothing.
pub(crate) fn forget_id(data_dir: &Path) -> Result<(), ServerError> {
    let path = data_dir.join(SERVER_ID);
    match std::fs::remove_file(&path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(ServerError::File { path, source }),
        _ => Ok(()),
    }
}
