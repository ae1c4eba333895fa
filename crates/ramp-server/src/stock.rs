//! Which bundles a storage holds: what the catalogue knows against what is there.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::ServerError;
use crate::storage::{Storage, is_blob_name};
use crate::store::Asking;

/// What was found when it was last looked at: when the server started, and every now and then since.
#[derive(Debug, Default)]
pub(crate) struct Stock {
    missing: AtomicU64,
    unknown: AtomicU64,
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

    /// Counts both, and tells of them. Nothing is removed: what this catalogue does not know, another may.
    pub(crate) async fn take(&self, asking: &Asking, storage: &dyn Storage) -> Result<(), ServerError> {
        let Difference { missing, unknown, .. } = Difference::of(asking, storage).await?;
        let count = |names: &[String]| u64::try_from(names.len()).unwrap_or(u64::MAX);
        self.missing.store(count(&missing), Ordering::Relaxed);
        self.unknown.store(count(&unknown), Ordering::Relaxed);
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
            let (there, known) = (storage.names().await?, asking.ask(|store| store.blobs()).await?);
            missing.retain(|name| !there.contains(name) && known.get(name).copied().unwrap_or_default());
            unknown.retain(|name| there.contains(name) && !known.contains_key(name));
        }
        Ok(Self { committed, missing, unknown })
    }
}
