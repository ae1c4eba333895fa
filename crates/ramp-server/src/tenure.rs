//! Whose bundles a storage holds, and which server looks after them.
//!
//! A mark beside the bundles names their catalogue. Where a catalogue has one server at a time, the mark names that server's term as
//! well: each start begins a new one, in the catalogue and in the mark, and so does each end. So a copy of a catalogue, or one from a backup,
//! is told from the one whose bundles these are, which nothing else in it could tell. A term that no end came after, as where the server was
//! killed, does not tell copies apart that were made in it: such a catalogue is taken, but nothing is removed that only a newer one may know.

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::error::ServerError;
use crate::ids;
use crate::storage::{Sink, Storage, StorageError, Work, is_blob_name};
use crate::store::{Asking, TERMS, json};

/// What stands beside the bundles.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    /// The id of the catalogue.
    catalogue: String,
    /// The term of its server; none of a catalogue that several servers share, nor before the first of them started.
    term: Option<String>,
    /// Whether the server has ended, so that nothing came after what the catalogue holds that knows the term.
    has_ended: bool,
}

impl Mark {
    /// Stands behind the term.
    const ENDED: &'static str = "ended";

    fn read(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let catalogue = words.next().unwrap_or_default().to_owned();
        let term = words.next().map(str::to_owned);
        Self { catalogue, term, has_ended: words.next() == Some(Self::ENDED) }
    }

    fn text(&self) -> String {
        let Self { catalogue, term, has_ended } = self;
        let ended = has_ended.then_some(Self::ENDED);
        let words: Vec<&str> = [Some(catalogue.as_str()), term.as_deref(), ended].into_iter().flatten().collect();
        words.join(" ")
    }

    /// Leaves another term beside the bundles, in place of that of this mark.
    async fn renew(self, asking: &Asking, storage: &dyn Storage, has_ended: bool) -> Result<Self, ServerError> {
        let next = ids::uid()?;
        // In the catalogue first: a mark that it does not know would be taken for another's.
        Terms { now: self.term, next: Some(next.clone()) }.keep(asking).await?;
        let mark = Self { catalogue: self.catalogue, term: Some(next.clone()), has_ended };
        storage.set_mark(&mark.text(), true).await?;
        Terms { now: Some(next), next: None }.keep(asking).await?;
        Ok(mark)
    }
}

/// What a catalogue knows of terms. It has two while a start or an end writes the mark: either may stand there after a crash.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Terms {
    now: Option<String>,
    next: Option<String>,
}

impl Terms {
    async fn of(asking: &Asking) -> Result<Self, ServerError> {
        let kept = asking.ask(|store| store.setting(TERMS)).await?;
        Ok(kept.map(|text| json::read("terms", &text)).transpose()?.unwrap_or_default())
    }

    async fn keep(self, asking: &Asking) -> Result<(), ServerError> {
        let text = json::write("terms", &self)?;
        Ok(asking.ask(move |store| store.set_settings(&[(TERMS, text)])).await?)
    }

    fn know(&self, term: &str) -> bool {
        [&self.now, &self.next].into_iter().flatten().any(|known| known == term)
    }
}

/// Makes sure that the storage holds the bundles of this catalogue, as it is now. One without bundles is marked as that of a catalogue without any; so is one
/// without a mark whose bundles the catalogue knows, all of them, where it has none itself, as one of before marks: nobody else gives a bundle the
/// same name.
pub(crate) async fn recognise(asking: &Asking, storage: &dyn Storage) -> Result<(), ServerError> {
    recognised(asking, storage).await.map(drop)
}

async fn recognised(asking: &Asking, storage: &dyn Storage) -> Result<Mark, ServerError> {
    let new = ids::uid()?;
    let catalogue = identity(asking, &new).await?;
    let mut mark = storage.mark().await?;
    if mark.is_none() {
        let mut bundles = storage.names().await?;
        bundles.retain(|name| is_blob_name(name));
        let is_ours = bundles.is_empty() || (catalogue == new && knows_all(asking, &bundles).await?);
        if !is_ours {
            return Err(ServerError::UnmarkedStorage { bundles: bundles.len() });
        }
        // One that was named by mistake would be this catalogue's from now on, and the right one that of an older copy.
        let known = asking.ask(|store| store.blobs()).await?.into_values().filter(|is_committed| *is_committed).count();
        if bundles.is_empty() && known > 0 {
            return Err(ServerError::NewStorage { bundles: known });
        }
        storage.set_mark(&catalogue, false).await?;
        // Another server may have been faster.
        mark = storage.mark().await?;
    }
    let mark = Mark::read(&mark.unwrap_or_default());
    if mark.catalogue != catalogue {
        return Err(ServerError::OtherCatalogue { catalogue, mark: mark.catalogue });
    }
    if let Some(term) = mark.term.as_deref().filter(|_| !asking.store().is_shared()) {
        if !Terms::of(asking).await?.know(term) {
            return Err(ServerError::OlderCatalogue { catalogue });
        }
    }
    Ok(mark)
}

/// Recognises the storage, and begins a term: whoever had one before has it no more.
pub(crate) async fn begin(asking: &Asking, storage: Arc<dyn Storage>) -> Result<Tenure, ServerError> {
    let held = hold(storage.as_ref(), false)?;
    let mut mark = recognised(asking, storage.as_ref()).await?;
    if !asking.store().is_shared() {
        mark = mark.renew(asking, storage.as_ref(), false).await?;
    }
    Ok(Tenure::of(storage, mark, held))
}

/// Recognises the storage for whoever removes what the catalogue does not know: that must be the newest, then. It is while the server is at
/// work that has the term, and after it has ended.
pub(crate) async fn assure(
    asking: &Asking,
    storage: Arc<dyn Storage>,
    beside_server: bool,
) -> Result<Tenure, ServerError> {
    let is_shared = asking.store().is_shared();
    let held = if is_shared || beside_server { None } else { hold(storage.as_ref(), true)? };
    let mark = recognised(asking, storage.as_ref()).await?;
    // Where several use the catalogue, it is the one that all of them ask.
    if !is_shared && mark.term.is_some() && mark.has_ended == beside_server {
        return Err(ServerError::PerhapsOlderCatalogue { catalogue: mark.catalogue });
    }
    Ok(Tenure::of(storage, mark, held))
}

/// Makes the storage this catalogue's, whoever had it; no server of this catalogue may be at work. Other copies of it are older then.
pub(crate) async fn take_over(asking: &Asking, storage: Arc<dyn Storage>) -> Result<Tenure, ServerError> {
    let held = hold(storage.as_ref(), true)?;
    let catalogue = identity(asking, &ids::uid()?).await?;
    let mark = if asking.store().is_shared() {
        let mark = Mark { catalogue, term: None, has_ended: false };
        storage.set_mark(&mark.text(), true).await?;
        mark
    } else {
        let term = Terms::of(asking).await?.now;
        Mark { catalogue, term, has_ended: false }.renew(asking, storage.as_ref(), true).await?
    };
    Ok(Tenure::of(storage, mark, held))
}

/// Takes a lock on the directory that a storage is in: servers of any data directory together, whoever must be the only one `alone`. `None`
/// where there is no directory, or none that can be locked.
fn hold(storage: &dyn Storage, alone: bool) -> Result<Option<File>, ServerError> {
    let Some(path) = storage.directory() else { return Ok(None) };
    let Ok(directory) = File::open(&path) else { return Ok(None) };
    match if alone { directory.try_lock() } else { directory.try_lock_shared() } {
        Ok(()) => Ok(Some(directory)),
        Err(TryLockError::WouldBlock) => Err(ServerError::InUse { path }),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// The id of the catalogue; `new` where it has none yet.
async fn identity(asking: &Asking, new: &str) -> Result<String, ServerError> {
    let new = new.to_owned();
    Ok(asking.ask(move |store| store.identity(&new)).await?)
}

/// Whether the catalogue speaks of every one of these bundles.
async fn knows_all(asking: &Asking, bundles: &HashSet<String>) -> Result<bool, ServerError> {
    let known = asking.ask(|store| store.blobs()).await?;
    // Half of one that was being put goes by the name of the whole.
    Ok(bundles.iter().all(|name| known.contains_key(name) || known.contains_key(&name.replace(".part", ".zip"))))
}

/// Whether a storage is nobody's, or this catalogue's.
pub(crate) async fn is_free(asking: &Asking, storage: &dyn Storage) -> Result<bool, ServerError> {
    let Some(mark) = storage.mark().await? else { return Ok(true) };
    Ok(Mark::read(&mark).catalogue == identity(asking, &ids::uid()?).await?)
}

/// A storage for as long as its mark is the one that this server left: then nothing is put there or removed any more.
#[derive(Debug)]
pub(crate) struct Tenure {
    storage: Arc<dyn Storage>,
    mark: Mark,
    over: AtomicBool,
    _held: Option<File>,
}

impl Tenure {
    const fn of(storage: Arc<dyn Storage>, mark: Mark, held: Option<File>) -> Self {
        Self { storage, mark, over: AtomicBool::new(false), _held: held }
    }

    /// Ends the term, where nothing is under way any more: nothing is put there or removed afterwards.
    pub(crate) async fn end(&self, asking: &Asking) -> Result<(), ServerError> {
        if asking.store().is_shared() {
            return Ok(());
        }
        self.confirm().await?;
        self.over.store(true, Ordering::Relaxed);
        self.mark.clone().renew(asking, self.storage.as_ref(), true).await.map(drop)
    }

    /// Whether the storage was another's when it was last looked at.
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Looks at the mark. Between this and what is done then another server may start; what it takes that server to start is longer.
    pub(crate) async fn confirm(&self) -> Result<(), StorageError> {
        let is_ours = self.storage.mark().await?.is_some_and(|mark| Mark::read(&mark) == self.mark);
        let was_over = self.over.swap(!is_ours, Ordering::Relaxed);
        if is_ours {
            return Ok(());
        }
        if !was_over {
            tracing::error!(
                "another server has taken the storage: this one changes nothing there any more; stop one of them, and see `ramp store check`"
            );
        }
        Err(StorageError::Taken)
    }
}

impl Storage for Tenure {
    fn directory(&self) -> Option<PathBuf> {
        self.storage.directory()
    }

    fn put<'a>(&'a self, name: &'a str, file: &'a Path) -> Work<'a, ()> {
        Box::pin(async move {
            self.confirm().await?;
            self.storage.put(name, file).await
        })
    }

    fn remove<'a>(&'a self, name: &'a str) -> Work<'a, ()> {
        Box::pin(async move {
            self.confirm().await?;
            self.storage.remove(name).await
        })
    }

    fn names(&self) -> Work<'_, HashSet<String>> {
        self.storage.names()
    }

    fn read<'a>(&'a self, name: &'a str, sink: &'a mut Sink<'_>) -> Work<'a, bool> {
        self.storage.read(name, sink)
    }

    fn try_writing(&self) -> Work<'_, ()> {
        Box::pin(async move {
            self.confirm().await?;
            self.storage.try_writing().await
        })
    }

    fn bytes(&self) -> Work<'_, Option<u64>> {
        self.storage.bytes()
    }

    fn mark(&self) -> Work<'_, Option<String>> {
        self.storage.mark()
    }

    fn set_mark<'a>(&'a self, id: &'a str, over: bool) -> Work<'a, ()> {
        self.storage.set_mark(id, over)
    }
}
