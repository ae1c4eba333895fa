//! Whose bundles a storage holds, and which server looks after them.
//!
//! A mark beside the bundles names their catalogue. Where a catalogue has one server at a time, the mark names that server's term as
//! well: each start begins a new one, in the catalogue and in the mark. So a copy of a catalogue, or one from a backup, is told from
//! the one whose bundles these are, which nothing else in it could tell.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::error::ServerError;
use crate::ids;
use crate::storage::{Sink, Storage, StorageError, Work, is_blob_name};
use crate::store::{Asking, json};

/// What stands beside the bundles.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    /// The id of the catalogue.
    catalogue: String,
    /// The term of its server; none of a catalogue that several servers share, nor before the first of them started.
    term: Option<String>,
}

impl Mark {
    fn read(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let catalogue = words.next().unwrap_or_default().to_owned();
        Self { catalogue, term: words.next().map(str::to_owned) }
    }

    fn text(&self) -> String {
        self.term.as_ref().map_or_else(|| self.catalogue.clone(), |term| format!("{} {term}", self.catalogue))
    }
}

/// What a catalogue knows of terms. It has two while a start writes the mark: either may stand there after a crash.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Terms {
    now: Option<String>,
    next: Option<String>,
}

impl Terms {
    /// Kept beside the settings, under a name that none of the cluster's has.
    const NAME: &'static str = "storage terms";

    async fn of(asking: &Asking) -> Result<Self, ServerError> {
        let kept = asking.ask(|store| store.setting(Self::NAME)).await?;
        Ok(kept.map(|text| json::read("terms", &text)).transpose()?.unwrap_or_default())
    }

    async fn keep(self, asking: &Asking) -> Result<(), ServerError> {
        let text = json::write("terms", &self)?;
        Ok(asking.ask(move |store| store.set_settings(&[(Self::NAME, text)])).await?)
    }

    fn know(&self, term: &str) -> bool {
        [&self.now, &self.next].into_iter().flatten().any(|known| known == term)
    }
}

/// Makes sure that the storage holds the bundles of this catalogue, as it is now. One without bundles is marked as this catalogue's.
pub(crate) async fn recognise(asking: &Asking, storage: &dyn Storage) -> Result<(), ServerError> {
    recognised(asking, storage).await.map(drop)
}

async fn recognised(asking: &Asking, storage: &dyn Storage) -> Result<Mark, ServerError> {
    let catalogue = identity(asking).await?;
    let mut mark = storage.mark().await?;
    if mark.is_none() {
        let bundles = storage.names().await?.iter().filter(|name| is_blob_name(name)).count();
        if bundles > 0 {
            return Err(ServerError::UnmarkedStorage { bundles });
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
    let mut mark = recognised(asking, storage.as_ref()).await?;
    if !asking.store().is_shared() {
        let next = ids::uid()?;
        // In the catalogue first: a mark that it does not know would be taken for another's.
        Terms { now: mark.term, next: Some(next.clone()) }.keep(asking).await?;
        mark.term = Some(next.clone());
        storage.set_mark(&mark.text(), true).await?;
        Terms { now: Some(next), next: None }.keep(asking).await?;
    }
    Ok(Tenure { storage, mark: mark.text(), over: AtomicBool::new(false) })
}

/// Makes the storage this catalogue's, whoever had it. A server that is at work with this catalogue keeps its term.
pub(crate) async fn take_over(asking: &Asking, storage: &dyn Storage) -> Result<(), ServerError> {
    let catalogue = identity(asking).await?;
    let term = if asking.store().is_shared() { None } else { Terms::of(asking).await?.now };
    Ok(storage.set_mark(&Mark { catalogue, term }.text(), true).await?)
}

async fn identity(asking: &Asking) -> Result<String, ServerError> {
    let new = ids::uid()?;
    Ok(asking.ask(move |store| store.identity(&new)).await?)
}

/// A storage for as long as its mark is the one that this server left: then nothing is put there or removed any more.
#[derive(Debug)]
pub(crate) struct Tenure {
    storage: Arc<dyn Storage>,
    mark: String,
    over: AtomicBool,
}

impl Tenure {
    /// Whether the storage was another's when it was last looked at.
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Looks at the mark. Between this and what is done then another server may start; what it takes that server to start is longer.
    pub(crate) async fn confirm(&self) -> Result<(), StorageError> {
        let is_ours = self.storage.mark().await?.is_some_and(|mark| mark == self.mark);
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

    fn mark(&self) -> Work<'_, Option<String>> {
        self.storage.mark()
    }

    fn set_mark<'a>(&'a self, id: &'a str, over: bool) -> Work<'a, ()> {
        self.storage.set_mark(id, over)
    }
}
