//! Which bundles a storage holds: what the catalogue knows against what is there.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::causes::causes;
use crate::error::ServerError;
use crate::storage::{Measured, Storage, is_blob_name, measure};
use crate::store::{Asking, Contents};

/// What was found when it was last looked at: when the server started, and every now and then since.
#[derive(Debug, Default)]
pub(crate) struct Stock {
    missing: AtomicU64,
    unknown: AtomicU64,
    /// Bytes of all bundles, and one more; 0 where the storage does not say.
    bytes: AtomicU64,
}

impl Stock {
    /// How many bundles the catalogue has that are not in the storage.
    pub(crate) fn missing(&self) -> u64 {
        self.missing.load(Ordering::Relaxed)
    }

    /// How many there are in the storage that the catalogue does not know.
    pub(crate) fn unknown(&self) -> u64 {
        self.unknown.load(Ordering::Relaxed)
    }

    /// How many bytes the bundles take, where the storage says it.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.bytes.load(Ordering::Relaxed).checked_sub(1)
    }

    /// Takes the counts of whoever has looked more closely.
    pub(crate) fn saw(&self, missing: u64, unknown: u64) {
        self.missing.store(missing, Ordering::Relaxed);
        self.unknown.store(unknown, Ordering::Relaxed);
    }

    /// Counts them, and tells of them. Nothing is removed: what this catalogue does not know, another may.
    pub(crate) async fn take(&self, asking: &Asking, storage: &dyn Storage) -> Result<(), ServerError> {
        let Difference { missing, unknown, .. } = Difference::of(asking, storage).await?;
        let count = |names: &[String]| u64::try_from(names.len()).unwrap_or(u64::MAX);
        self.saw(count(&missing), count(&unknown));
        let bytes = storage.bytes().await?;
        self.bytes.store(bytes.map_or(0, |bytes| bytes.saturating_add(1)), Ordering::Relaxed);
        if let Some(first) = missing.first() {
            tracing::error!(
                count = missing.len(),
                first,
                "bundles are missing from the storage: `ramp store check` names them"
            );
        }
        if let Some(first) = unknown.first() {
            let what = "the storage holds bundles that the catalogue does not know, and keeps them: `ramp store check` names them";
            tracing::warn!(count = unknown.len(), first, "{what}");
        }
        Ok(())
    }
}

/// Where catalogue and storage do not agree, by name.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    /// What the catalogue has, whether or not it is there.
    pub(crate) committed: Vec<String>,
    /// What the catalogue has, and the storage has not.
    pub(crate) missing: Vec<String>,
    /// What is in the storage, and the catalogue does not speak of.
    pub(crate) unknown: Vec<String>,
    /// What else is in the storage: no bundles, and somebody else's.
    pub(crate) foreign: Vec<String>,
}

impl Difference {
    /// The blobs are listed before the catalogue is asked: a blob is claimed before it is put, and forgotten after it is removed, so one
    /// that was listed, is unknown to the catalogue afterwards, and is there still belongs to nobody, also where other servers are at work
    /// on the same storage. What is missing is looked for again as well: it can have been committed in between.
    pub(crate) async fn of(asking: &Asking, storage: &dyn Storage) -> Result<Self, ServerError> {
        let there = storage.names().await?;
        let known = asking.ask(|store| store.blobs()).await?;
        // Half of one that is being put goes by the name of the whole.
        let is_known = |name: &str| known.contains_key(name) || known.contains_key(&name.replace(".part", ".zip"));
        let mut unknown: Vec<String> =
            there.iter().filter(|name| is_blob_name(name) && !is_known(name)).cloned().collect();
        unknown.sort_unstable();
        let mut committed: Vec<String> = known.iter().filter(|(_, is)| **is).map(|(name, _)| name.clone()).collect();
        committed.sort_unstable();
        let mut missing: Vec<String> = committed.iter().filter(|name| !there.contains(*name)).cloned().collect();
        if !missing.is_empty() || !unknown.is_empty() {
            let (now, known) = (storage.names().await?, asking.ask(|store| store.blobs()).await?);
            missing.retain(|name| !now.contains(name) && known.get(name).copied().unwrap_or_default());
            unknown.retain(|name| now.contains(name) && !known.contains_key(name));
        }
        let mut foreign: Vec<String> = there.into_iter().filter(|name| !is_blob_name(name)).collect();
        foreign.sort_unstable();
        Ok(Self { committed, missing, unknown, foreign })
    }
}

/// What a catalogue has, read whole, against what was stored.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// How many bundles the catalogue has.
    pub(crate) bundles: usize,
    /// Bytes of those that were read.
    pub(crate) bytes: u64,
    /// What the catalogue has, and the storage has not.
    pub(crate) missing: Vec<String>,
    /// Those whose bytes are not the ones that they are named by.
    pub(crate) damaged: Vec<String>,
    /// What is in the storage, and the catalogue does not speak of.
    pub(crate) unknown: Vec<String>,
    /// Those that cannot be read, and why.
    pub(crate) unreadable: Vec<(String, String)>,
    /// What else is in the storage: no bundles, and somebody else's.
    pub(crate) foreign: Vec<String>,
    /// The modules and artifacts that are in a bundle that is missing or damaged, or cannot be read: name, version, the bundle.
    pub(crate) concerned: Vec<(String, i64, String)>,
}

impl Comparison {
    /// Reads every bundle, and names the modules by what the catalogue holds. One that cannot be read is found so; where the storage does
    /// not answer at all, that is the error. `progress` is told after each how many are done, and of how many.
    pub(crate) async fn of(
        contents: &Contents,
        asking: &Asking,
        storage: &dyn Storage,
        progress: &mut (dyn FnMut(usize, usize) + Send),
    ) -> Result<Self, ServerError> {
        let Difference { committed, missing, unknown, foreign } = Difference::of(asking, storage).await?;
        let mut found = Self { bundles: committed.len(), missing, unknown, foreign, ..Self::default() };
        for (done, name) in committed.iter().enumerate() {
            // What is not there was counted; what is gone since was deleted.
            match measure(storage, name).await {
                Ok(Some(Measured { bytes, is_whole })) => {
                    found.bytes = found.bytes.saturating_add(bytes);
                    if !is_whole {
                        found.damaged.push(name.clone());
                    }
                }
                Ok(None) => {}
                Err(err) if storage.mark().await.is_err() => return Err(err.into()),
                Err(err) => found.unreadable.push((name.clone(), causes(&err))),
            }
            progress(done.saturating_add(1), committed.len());
        }
        let unreadable = found.unreadable.iter().map(|(name, _)| name);
        for blob in found.missing.iter().chain(&found.damaged).chain(unreadable) {
            for (module_name, version) in contents.blobs.get(blob).into_iter().flatten() {
                found.concerned.push((module_name.clone(), *version, blob.clone()));
            }
        }
        found.concerned.sort_unstable();
        Ok(found)
    }
}
