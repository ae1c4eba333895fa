//! What a storage holds, against what the catalogue has: read whole, and put right where that is asked for.

use std::path::Path;
use std::sync::Arc;

use ramp_core::{Endpoint, Limits, facts};

use crate::causes::causes;
use crate::config::Config;
use crate::error::ServerError;
use crate::ids;
use crate::private;
use crate::start;
use crate::stock::Comparison;
use crate::storage::{Storage, measure};
use crate::store::{
    Asking, Build, Contents as Catalogue, Fault, NewBuild, NewModule, Reserved, Store, StoreError, json,
};
use crate::tenure;
use crate::upload::{Contents, Incoming};

/// How many foreign files are named.
const SOME: usize = 5;

/// What to do with bundles that the catalogue does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strangers {
    /// Nothing: they are named.
    #[default]
    Keep,
    /// They are removed; while the server is at work on the data directory, or after it has ended.
    Remove,
    /// The storage becomes the catalogue's, whoever had it, and they are put into the catalogue: as modules, or where the release
    /// has user-defined modules as artifacts of this server with their objects. No server may use the data directory meanwhile.
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
    /// Those that cannot be read, and why.
    pub unreadable: Vec<(String, String)>,
    /// The modules and artifacts that are in a bundle that is missing or damaged, or cannot be read: name, version, the bundle.
    pub concerned: Vec<(String, i64, String)>,
    /// How many files there are in the storage that are no bundles: somebody else's, which are left alone.
    pub foreign: usize,
    /// The first of them.
    pub first_foreign: Vec<String>,
    /// Records of the catalogue that no server could read. Where one of them keeps the bundles from being compared, nothing is known of those.
    pub faults: Vec<Fault>,
}

impl Checked {
    /// Whether catalogue and storage agree now.
    pub fn is_clean(&self) -> bool {
        let settled = |(_, fate): &(String, Fate)| matches!(fate, Fate::Removed | Fate::Adopted(..));
        let is_whole = self.missing.is_empty() && self.damaged.is_empty() && self.unreadable.is_empty();
        is_whole && self.faults.is_empty() && self.unknown.iter().all(settled)
    }
}

/// Reads every bundle of the catalogue, and compares it with what was stored; a server may be at work meanwhile, unless bundles are
/// adopted. `progress` is told after each how many are done, and of how many.
///
/// # Errors
///
/// [`ServerError`]: [`OtherCatalogue`](ServerError::OtherCatalogue), [`OlderCatalogue`](ServerError::OlderCatalogue) and
/// [`UnmarkedStorage`](ServerError::UnmarkedStorage) unless the storage is adopted; [`InUse`](ServerError::InUse) where it is to be, and a
/// server uses the data directory or the directory with the bundles, or where another check changes what is stored;
/// [`PerhapsOlderCatalogue`](ServerError::PerhapsOlderCatalogue) where bundles are to be removed, and the catalogue may not be the newest.
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
    // One adopts what the other would remove. And a server that starts meanwhile would remove the file that a bundle is read from.
    let lock = |name| start::lock(&config.data_dir, name);
    let _alone = (strangers != Strangers::Keep).then(|| lock("check.lock")).transpose()?;
    let sole = match (strangers != Strangers::Keep).then(|| lock(start::LOCK)).transpose() {
        // A server is at work with this catalogue: what is unknown to it, is nobody's.
        Err(ServerError::InUse { .. }) if strangers == Strangers::Remove => None,
        sole => sole?,
    };
    let start::Kept { store, storage, owner } = start::keep(config).await?;
    let asking = Arc::new(Asking::new(store));
    // First: a record that cannot be read may be in the way of all else.
    let contents = asking.ask(|store| store.contents()).await?;
    let kept = Kept { asking, storage, owner, is_alone: sole.is_some() };
    let compared = compared(config, strangers, kept, &contents, progress).await;
    let faults = start::faults(contents);
    match compared {
        Ok(checked) => Ok(Checked { faults, ..checked }),
        Err(ServerError::Store(_)) if !faults.is_empty() => Ok(Checked { faults, ..Checked::default() }),
        Err(err) => Err(err),
    }
}

/// What is compared.
struct Kept {
    asking: Arc<Asking>,
    storage: Arc<dyn Storage>,
    owner: String,
    /// Whether no server is at work on the data directory.
    is_alone: bool,
}

async fn compared(
    config: &Config,
    strangers: Strangers,
    Kept { asking, storage, owner, is_alone }: Kept,
    contents: &Catalogue,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Checked, ServerError> {
    let storage: Arc<dyn Storage> = match strangers {
        Strangers::Keep => {
            tenure::recognise(&asking, storage.as_ref()).await?;
            storage
        }
        Strangers::Remove => Arc::new(tenure::assure(&asking, storage, !is_alone).await?),
        Strangers::Adopt => Arc::new(tenure::take_over(&asking, storage).await?),
    };
    let Comparison { bundles, bytes, missing, damaged, unknown, unreadable, foreign, concerned } =
        Comparison::of(contents, &asking, storage.as_ref(), progress).await?;
    let mut checked = Checked {
        bundles,
        bytes,
        missing,
        damaged,
        unreadable,
        concerned,
        foreign: foreign.len(),
        first_foreign: foreign.into_iter().take(SOME).collect(),
        ..Checked::default()
    };
    let incoming = Incoming::of(&config.data_dir, &owner);
    let adopter = Adopter { asking: &asking, storage: storage.as_ref(), config, incoming, owner };
    if strangers == Strangers::Adopt {
        adopter.finish_claims(&mut checked).await?;
    }
    for blob in unknown {
        let fate = match strangers {
            Strangers::Keep => Some(Fate::Kept),
            Strangers::Remove => {
                let (name, gone) = (blob.clone(), blob.clone());
                let is_nobodys = asking.ask(move |store| store.discard(&name)).await?;
                if is_nobodys {
                    storage.remove(&blob).await?;
                    asking.ask(move |store| store.forget(&gone)).await?;
                }
                is_nobodys.then_some(Fate::Removed)
            }
            Strangers::Adopt => adopter.adopt(&blob).await?,
        };
        // What is somebody's since, or gone, is no stranger.
        checked.unknown.extend(fate.map(|fate| (blob, fate)));
    }
    Ok(checked)
}

/// What a blob is.
enum Read {
    Bundle(Box<Contents>),
    Other,
    Gone,
}

/// Puts bundles into a catalogue that has lost them.
struct Adopter<'a> {
    asking: &'a Asking,
    storage: &'a dyn Storage,
    config: &'a Config,
    /// Where bundles are read.
    incoming: Incoming,
    owner: String,
}

impl Adopter<'_> {
    /// Commits the claims of this server whose bundles are there: in a catalogue from a backup, they may be of uploads that were
    /// acknowledged since, and the next start would drop them with their bundles.
    async fn finish_claims(&self, checked: &mut Checked) -> Result<(), ServerError> {
        let owner = self.owner.clone();
        for (claim, blob) in self.asking.ask(move |store| store.pending(&owner)).await? {
            // One that cannot be read is told of as others are.
            if !matches!(measure(self.storage, &blob).await, Ok(Some(measured)) if measured.is_whole) {
                continue;
            }
            if let Read::Bundle(contents) = self.read(&blob).await? {
                self.asking.ask(move |store| store.commit(&claim, None)).await?;
                checked.unknown.push((blob, Fate::Adopted(contents.module_name, contents.version)));
            }
        }
        Ok(())
    }

    /// `None` where it is gone.
    async fn adopt(&self, blob: &str) -> Result<Option<Fate>, ServerError> {
        let contents = match self.read(blob).await {
            Err(err @ ServerError::Storage(_)) if self.storage.mark().await.is_err() => return Err(err),
            Err(ServerError::Storage(err)) => return Ok(Some(Fate::NotAdopted(causes(&err)))),
            read => read?,
        };
        let contents = match contents {
            Read::Bundle(contents) => contents,
            Read::Other => return Ok(Some(Fate::NotAdopted("it cannot be read as a bundle".to_owned()))),
            Read::Gone => return Ok(None),
        };
        let (name, version) = (contents.module_name.clone(), contents.version);
        let is_artifact = self.config.target.effective_endpoint() == Endpoint::UserDefined;
        let (claim, owner, blob, stored) = (ids::uid()?, self.owner.clone(), blob.to_owned(), true);
        let module =
            NewModule { uid: ids::uid()?, module_name: name.clone(), version, metadata: contents.metadata.to_string() };
        let build = if is_artifact {
            NewBuild {
                claim,
                places: vec![owner.clone()],
                owner,
                blob,
                details: json::write("artifact", &contents.packed)?,
                stored,
            }
        } else {
            let mut places = contents.platforms.clone();
            if places.is_empty() {
                places.push(Build::ANY_PLATFORM.to_owned());
            }
            NewBuild { claim, owner, places, blob, details: contents.details()?, stored }
        };
        let semantic_version =
            contents.metadata.get("semantic_version").and_then(|text| text.as_str()).map(str::to_owned);
        let used = name.clone();
        let is_used = self.asking.ask(move |store| uses_bundled(store, &used, semantic_version.as_deref())).await?;
        if is_used {
            return Ok(Some(Fate::NotAdopted(format!(
                "a database uses the {name} {version} that came with the cluster"
            ))));
        }
        let taken = self.asking.ask(move |store| put_in(store, &module, &build, is_artifact)).await?;
        Ok(Some(if taken {
            Fate::NotAdopted(format!("the catalogue has {name} {version} already"))
        } else {
            Fate::Adopted(name, version)
        }))
    }

    async fn read(&self, blob: &str) -> Result<Read, ServerError> {
        let file = self.incoming.file()?;
        let read = self.read_in(blob, &file).await;
        // Whether or not it was read; what stays is removed by the next start.
        let _ = std::fs::remove_file(&file);
        read
    }

    async fn read_in(&self, blob: &str, file: &Path) -> Result<Read, ServerError> {
        let failed = |source| ServerError::File { path: file.to_owned(), source };
        self.incoming.make()?;
        let mut copy = private::new_file().open(file).map_err(failed)?;
        let mut sink = |piece: &[u8]| std::io::Write::write_all(&mut copy, piece);
        if !self.storage.read(blob, &mut sink).await? {
            return Ok(Read::Gone);
        }
        let bundle = std::fs::File::open(file).map_err(failed)?;
        let contents = facts::gather(bundle, &Limits::default()).ok().and_then(|facts| Contents::of(&facts));
        Ok(contents.map_or(Read::Other, |contents| Read::Bundle(Box::new(contents))))
    }
}

/// Whether a database uses the module of this name and version that came with the cluster: there can be no other beside it.
fn uses_bundled(store: &dyn Store, name: &str, semantic_version: Option<&str>) -> Result<bool, StoreError> {
    let mut used = store.databases()?.into_iter().flat_map(|database| database.spec.modules);
    Ok(used.any(|used| {
        used.is_bundled && used.module_name == name && Some(used.semantic_version.as_str()) == semantic_version
    }))
}

/// Whether all of its places are taken. Nothing is claimed that is not committed at once: what dies here takes no bundle with it.
fn put_in(store: &dyn Store, module: &NewModule, build: &NewBuild, is_artifact: bool) -> Result<bool, StoreError> {
    let NewModule { module_name, version, .. } = module;
    let reserved = if is_artifact {
        let there = build.places.first().map(|node| store.artifacts(node)).transpose()?.unwrap_or_default();
        if there.iter().any(|artifact| artifact.module_name == *module_name && artifact.version == *version) {
            return Ok(true);
        }
        // The object before: without it the artifact would be no stranger to the next check. One that is there is the one that was made.
        store.define(module)?;
        store.reserve_artifact(module_name, *version, build)?
    } else {
        store.reserve(module, build)?
    };
    Ok(reserved == Reserved::Taken)
}
