//! What a storage holds, against what the catalogue has: read whole, and put right where that is asked for.

use std::path::Path;
use std::sync::Arc;

use ramp_core::{Endpoint, Limits, facts};
use sha2::{Digest as _, Sha256};

use crate::config::Config;
use crate::error::ServerError;
use crate::ids;
use crate::start;
use crate::stock::Difference;
use crate::storage::{Storage, StorageError};
use crate::store::{Asking, Build, Claim, NewBuild, NewModule, Reserved, Store, json};
use crate::tenure;
use crate::upload::Contents;

/// What to do with bundles that the catalogue does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strangers {
    /// Nothing: they are named.
    #[default]
    Keep,
    /// They are removed.
    Remove,
    /// The storage becomes the catalogue's, whoever had it, and they are put into the catalogue: as modules, or where the release
    /// has user-defined modules as artifacts of this server with their objects.
    Adopt,
}

/// What became of a bundle that the catalogue did not know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// It was left alone.
    Kept,
    /// It was removed.
    Removed,
    /// It is in the catalogue now: name and version.
    Adopted(String, i64),
    /// It cannot be put into the catalogue, and was left alone.
    NotAdopted(String),
}

/// What a check has found. Bundles are named as in the storage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Checked {
    /// How many bundles the catalogue has.
    pub bundles: usize,
    /// Bytes of those that were read.
    pub bytes: u64,
    /// Those that are not in the storage.
    pub missing: Vec<String>,
    /// Those whose bytes are not the ones that were stored.
    pub damaged: Vec<String>,
    /// Those in the storage that the catalogue does not know, and what became of them.
    pub unknown: Vec<(String, Fate)>,
    /// The modules that have a build in a bundle that is missing or damaged: name, version, the bundle.
    pub concerned: Vec<(String, i64, String)>,
}

impl Checked {
    /// Whether catalogue and storage agree now.
    pub fn is_clean(&self) -> bool {
        let settled = |(_, fate): &(String, Fate)| matches!(fate, Fate::Removed | Fate::Adopted(..));
        self.missing.is_empty() && self.damaged.is_empty() && self.unknown.iter().all(settled)
    }
}

/// Reads every bundle of the catalogue, and compares it with what was stored; a server may be at work meanwhile. `progress` is told
/// after each how many are done, and of how many.
///
/// # Errors
///
/// [`ServerError`]: [`OtherCatalogue`](ServerError::OtherCatalogue), [`OlderCatalogue`](ServerError::OlderCatalogue) and
/// [`UnmarkedStorage`](ServerError::UnmarkedStorage) unless the storage is adopted.
pub fn check(
    config: &Config,
    strangers: Strangers,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Checked, ServerError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|source| ServerError::Runtime { source })?.block_on(run(config, strangers, progress))
}

async fn run(
    config: &Config,
    strangers: Strangers,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Checked, ServerError> {
    let start::Kept { store, storage, owner } = start::keep(config).await?;
    let asking = Arc::new(Asking::new(store));
    if strangers == Strangers::Adopt {
        tenure::take_over(&asking, storage.as_ref()).await?;
    }
    tenure::recognise(&asking, storage.as_ref()).await?;
    let Difference { committed, missing, unknown } = Difference::of(&asking, storage.as_ref()).await?;
    let mut checked = Checked { bundles: committed.len(), missing, ..Checked::default() };
    compare(&mut checked, &committed, &asking, storage.as_ref(), progress).await?;
    let adopter = Adopter { asking: &asking, storage: storage.as_ref(), config, owner };
    for blob in unknown {
        let fate = match strangers {
            Strangers::Keep => Fate::Kept,
            Strangers::Remove => {
                storage.remove(&blob).await?;
                Fate::Removed
            }
            Strangers::Adopt => adopter.adopt(&blob).await?,
        };
        checked.unknown.push((blob, fate));
    }
    Ok(checked)
}

/// Reads what the catalogue has.
async fn compare(
    checked: &mut Checked,
    names: &[String],
    asking: &Asking,
    storage: &dyn Storage,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<(), ServerError> {
    for (done, name) in names.iter().enumerate() {
        let (mut sha256, mut bytes) = (Sha256::new(), 0_u64);
        let mut sink = |piece: &[u8]| {
            sha256.update(piece);
            bytes = bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            Ok(())
        };
        // What is not there was counted; what is gone since was deleted.
        if storage.read(name, &mut sink).await? {
            checked.bytes = checked.bytes.saturating_add(bytes);
            let digest = ramp_core::Digest256(sha256.finalize().into()).to_string();
            if !name.split('/').next_back().is_some_and(|file| file.starts_with(&digest)) {
                checked.damaged.push(name.clone());
            }
        }
        progress(done.saturating_add(1), names.len());
    }
    let modules = asking.ask(|store| store.modules()).await?;
    for (module, build) in modules.iter().flat_map(|module| module.builds.iter().map(move |build| (module, build))) {
        if checked.missing.contains(&build.blob) || checked.damaged.contains(&build.blob) {
            checked.concerned.push((module.module_name.clone(), module.version, build.blob.clone()));
        }
    }
    checked.concerned.dedup();
    Ok(())
}

/// Puts bundles into a catalogue that has lost them.
struct Adopter<'a> {
    asking: &'a Asking,
    storage: &'a dyn Storage,
    config: &'a Config,
    owner: String,
}

impl Adopter<'_> {
    async fn adopt(&self, blob: &str) -> Result<Fate, ServerError> {
        let file = self.config.data_dir.join("incoming").join(ids::uid()?);
        let read = self.read(blob, &file).await;
        // Whether or not it was read; what stays is removed by the next start.
        let _ = std::fs::remove_file(&file);
        let Some(contents) = read? else { return Ok(Fate::NotAdopted("it cannot be read as a bundle".to_owned())) };
        let (name, version) = (contents.module_name.clone(), contents.version);
        let is_artifact = self.config.target.effective_endpoint() == Endpoint::UserDefined;
        let (claim, owner, blob) = (ids::uid()?, self.owner.clone(), blob.to_owned());
        let module =
            NewModule { uid: ids::uid()?, module_name: name.clone(), version, metadata: contents.metadata.to_string() };
        let build = if is_artifact {
            NewBuild {
                claim,
                places: vec![owner.clone()],
                owner,
                blob,
                details: json::write("artifact", &contents.packed)?,
            }
        } else {
            let mut places = contents.platforms.clone();
            if places.is_empty() {
                places.push(Build::ANY_PLATFORM.to_owned());
            }
            NewBuild { claim, owner, places, blob, details: contents.details()? }
        };
        let taken = self.asking.ask(move |store| put_in(store, &module, &build, is_artifact)).await?;
        Ok(if taken {
            Fate::NotAdopted(format!("the catalogue has {name} {version} already"))
        } else {
            Fate::Adopted(name, version)
        })
    }

    async fn read(&self, blob: &str, file: &Path) -> Result<Option<Contents>, ServerError> {
        let failed = |source| ServerError::File { path: file.to_owned(), source };
        std::fs::create_dir_all(file.parent().unwrap_or(file)).map_err(failed)?;
        let mut copy = std::fs::File::create(file).map_err(failed)?;
        let mut sink = |piece: &[u8]| std::io::Write::write_all(&mut copy, piece);
        if !self.storage.read(blob, &mut sink).await? {
            return Err(StorageError::failed("a bundle is gone that was just there").into());
        }
        let bundle = std::fs::File::open(file).map_err(failed)?;
        Ok(facts::gather(bundle, &Limits::default()).ok().and_then(|facts| Contents::of(&facts)))
    }
}

/// Whether all of its places are taken.
fn put_in(
    store: &dyn Store,
    module: &NewModule,
    build: &NewBuild,
    is_artifact: bool,
) -> Result<bool, crate::store::StoreError> {
    let reserved = if is_artifact {
        store.reserve_artifact(&module.module_name, module.version, build)?
    } else {
        store.reserve(module, build)?
    };
    let Reserved::Claimed(claim) = reserved else { return Ok(true) };
    let committed: Result<(), _> = store.commit(&Claim { id: build.claim.clone(), ..claim }, None);
    committed?;
    if is_artifact {
        // The object may be there: then it is the one that was made.
        store.define(module)?;
    }
    Ok(false)
}
