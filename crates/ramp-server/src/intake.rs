//! From a received bundle to one that is stored: judge, claim, put, commit.
//!
//! The claim is what decides between two uploads of the same; what the bundle is judged against may be out of date by
//! then. Only after the commit is an upload acknowledged, so whatever was acknowledged has its blob.

use std::fs::File;
use std::sync::Arc;

use axum::http::StatusCode;
use ramp_core::bundle::Limits;
use ramp_core::facts::{self, BundleFacts};
use ramp_core::knowledge::LimitScope;
use ramp_core::{Endpoint, InstalledModule, Report, Target, UploadErrorCode};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::answer::Refusal;
use crate::app::App;
use crate::blobs::Blobs;
use crate::dependencies::{self, Wanted};
use crate::error::ServerError;
use crate::ids;
use crate::incoming::Received;
use crate::leftovers::{self, Fate, Leftover};
use crate::store::{
    Action, ActionKind, ActionStatus, Build, Claim, ModuleRecord, NewBuild, NewModule, Reserved, Store, StoreError,
};

/// Longest name of a module, in bytes.
const LONGEST_NAME: usize = 256;

/// What was read of a bundle that is taken.
#[derive(Debug)]
struct Judged {
    module_name: String,
    version: i64,
    metadata: Value,
    /// `rhel9/x86_64`.
    platforms: Vec<String>,
    /// SHA-256 of the module.
    module_sha256: String,
    /// Files under `deps/`, without that.
    packed: Vec<String>,
    /// Dependencies that are not among them.
    wanted: Vec<Wanted>,
}

/// A module that was stored.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) module: ModuleRecord,
    pub(crate) action_uid: String,
}

/// What is found of a bundle that is not stored: a result of `ramp validate --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Judgement {
    /// The file's name, as it was sent.
    bundle: String,
    #[serde(flatten)]
    report: Report,
}

impl PartialSchema for Judgement {
    /// It is that of [`JsonSchema`].
    fn schema() -> RefOr<Schema> {
        RefOr::default()
    }
}

impl ToSchema for Judgement {
    fn name() -> std::borrow::Cow<'static, str> {
        "Judged".into()
    }
}

/// Judges a bundle as an upload of it would be judged now.
pub(crate) async fn report(app: &Arc<App>, received: &Received) -> Result<Judgement, Refusal> {
    let endpoint = app.nodes().effective_endpoint();
    let weighed = weigh(app, received, endpoint).await?;
    let (report, _) = weighed.map_err(|err| {
        let message = "The bundle cannot be judged";
        Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "not_evaluated", message, err.to_string())
    })?;
    Ok(Judgement { bundle: received.file_name.clone(), report })
}

/// Judges and stores a module, as `POST /v1/modules` and `POST /v2/modules` do. What is downloaded for it is so before the
/// claim: while it is waited for, nobody's place is taken, and nothing is there but the file that was received.
pub(crate) async fn module(
    app: Arc<App>,
    received: Received,
    endpoint: Endpoint,
    asker: oneshot::Receiver<()>,
) -> Result<Stored, Refusal> {
    let judged = judge(&app, &received, endpoint).await?;
    let Judged { module_name, version, metadata, mut platforms, module_sha256, wanted, .. } = judged;
    if let Some(downloads) = app.downloads.as_ref().filter(|_| endpoint == Endpoint::V2) {
        downloads.fetch(&wanted, asker).await?;
    }
    if platforms.is_empty() {
        platforms.push(Build::ANY_PLATFORM.to_owned());
    }
    let dependencies = metadata.get("dependencies").filter(|d| d.is_object()).cloned().unwrap_or_else(|| json!({}));
    let details = json!({"dependencies": dependencies, "sha256": module_sha256});
    let build = new_build(&app, &received, platforms, details)?;
    let module = NewModule { uid: ids::uid()?, module_name: module_name.clone(), version, metadata };
    let reserved = reserve(&app, &build, move |store, build| store.reserve(&module, build)).await?;
    let claim = claimed(reserved, endpoint, &module_name, version)?;
    let action = new_action(ActionKind::Installation, &claim.module_uid)?;
    let action_uid = action.action_uid.clone();
    let uid = claim.module_uid.clone();
    put(&app, &received, &build.blob, claim, Some(action)).await?;
    let module = app.ask(move |store| store.module(&uid)).await?;
    // It can be deleted by somebody who is faster than this answer.
    let module = module.ok_or_else(|| Refusal::not_found("the module was deleted as soon as it was there"))?;
    tracing::info!(module = module.module_name, version, uid = module.uid, "stored");
    Ok(Stored { module, action_uid })
}

/// Judges and stores an artifact of this node.
pub(crate) async fn artifact(app: Arc<App>, received: Received) -> Result<(), Refusal> {
    let endpoint = Endpoint::UserDefined;
    let Judged { module_name, version, packed, .. } = judge(&app, &received, endpoint).await?;
    let build = new_build(&app, &received, vec![app.owner.clone()], json!(packed))?;
    let name = module_name.clone();
    let reserved = reserve(&app, &build, move |store, build| store.reserve_artifact(&name, version, build)).await?;
    let claim = claimed(reserved, endpoint, &module_name, version)?;
    put(&app, &received, &build.blob, claim, None).await?;
    tracing::info!(module = module_name, version, "artifact stored");
    Ok(())
}

/// An action that is done.
pub(crate) fn new_action(name: ActionKind, module_uid: &str) -> Result<Action, ServerError> {
    let (module_uid, creation_time) = (module_uid.to_owned(), ids::now());
    Ok(Action { action_uid: ids::uuid()?, name, status: ActionStatus::Completed, module_uid, creation_time })
}

fn new_build(app: &App, received: &Received, places: Vec<String>, details: Value) -> Result<NewBuild, ServerError> {
    let claim = ids::uid()?;
    let blob = Blobs::name(&received.sha256, &claim);
    Ok(NewBuild { claim, owner: app.owner.clone(), places, blob, details })
}

/// Claims; what became of it where the store failed is not known, so the claim is dropped if it is there. What an earlier
/// failure left is dropped before, since it may be in the way.
async fn reserve(
    app: &Arc<App>,
    build: &NewBuild,
    claim: impl FnOnce(&dyn Store, &NewBuild) -> Result<Reserved, StoreError> + Send + 'static,
) -> Result<Reserved, ServerError> {
    leftovers::settle(app).await;
    let wanted = build.clone();
    let reserved = app.ask(move |store| claim(store, &wanted)).await;
    if reserved.is_err() {
        let claim = Some(Claim { id: build.claim.clone(), module_uid: String::new() });
        leftovers::clear(app, Leftover { claim, blob: build.blob.clone() }).await;
    }
    reserved
}

fn claimed(reserved: Reserved, endpoint: Endpoint, module_name: &str, version: i64) -> Result<Claim, Refusal> {
    match reserved {
        Reserved::Claimed(claim) => Ok(claim),
        Reserved::Taken => {
            let description = format!("the cluster has `{module_name}` in version {version}");
            Err(Refusal::upload(UploadErrorCode::ModuleExists, endpoint, description))
        }
    }
}

/// Puts the blob where the claim says, and makes the claim visible; drops it where that fails.
async fn put(
    app: &Arc<App>,
    received: &Received,
    blob: &str,
    claim: Claim,
    action: Option<Action>,
) -> Result<(), ServerError> {
    let stored = match app.blobs.put(blob, received.path()).await {
        Ok(()) => {
            let claim = claim.clone();
            app.ask(move |store| store.commit(&claim, action.as_ref())).await
        }
        Err(err) => Err(err),
    };
    if let Err(err) = stored {
        // The answer to a commit can get lost; then the upload has succeeded.
        let leftover = Leftover { claim: Some(claim), blob: blob.to_owned() };
        return match leftovers::clear(app, leftover).await {
            Some(Fate::Committed) => Ok(()),
            Some(Fate::Gone) | None => Err(err),
        };
    }
    Ok(())
}

/// What a bundle is worth, and what was read of it; or why nobody can tell.
type Weighed = Result<(Report, Option<Judged>), ramp_core::Error>;

async fn judge(app: &Arc<App>, received: &Received, endpoint: Endpoint) -> Result<Judged, Refusal> {
    let refuse = |description| Refusal::upload(UploadErrorCode::InvalidModule, endpoint, description);
    let (report, judged) = weigh(app, received, endpoint).await?.map_err(|err| refuse(err.to_string()))?;
    if let Some(refusal) = Refusal::of_report(&report, endpoint) {
        return Err(refusal);
    }
    let judged = judged.ok_or_else(|| refuse("name and version cannot be read".to_owned()))?;
    match bad_name(&judged.module_name) {
        Some(what) => Err(refuse(format!("the module's name {what}"))),
        None => Ok(judged),
    }
}

async fn weigh(app: &Arc<App>, received: &Received, endpoint: Endpoint) -> Result<Weighed, ServerError> {
    let mut target = app.target().await?;
    target.endpoint = Some(endpoint);
    if endpoint == Endpoint::UserDefined {
        // The artifact is for this node alone.
        target.operating_systems.truncate(1);
        target.architectures.truncate(1);
    }
    let limits = bundle_limits(app, &target);
    let (judge, path) = (Arc::clone(app), received.path().to_owned());
    let bounds = limits.clone();
    let work = move || {
        let file = File::open(&path).map_err(|source| ServerError::File { path, source })?;
        weigh_file(&judge, file, &bounds, target, endpoint)
    };
    app.judging.run(received.path(), &limits, work).await
}

/// What a bundle may cost. Directory and metadata of real bundles take some kilobytes.
fn bundle_limits(app: &App, target: &Target) -> Limits {
    let mut limits = Limits {
        max_directory_bytes: 1 << 20,
        max_metadata_bytes: 1 << 20,
        max_metadata_values: 20_000,
        threads: std::num::NonZeroUsize::MIN,
        ..Limits::default()
    };
    if app.release.upload_limit.value.scope == LimitScope::Entry {
        limits.max_module_bytes = target.max_module_bytes.unwrap_or(limits.max_module_bytes);
    }
    limits
}

fn weigh_file(
    app: &App,
    file: File,
    limits: &Limits,
    mut target: Target,
    endpoint: Endpoint,
) -> Result<Weighed, ServerError> {
    let facts = match facts::gather(file, limits) {
        Ok(facts) => facts,
        Err(ramp_core::Error::Io(source)) => {
            return Err(ServerError::File { path: app.incoming.clone(), source });
        }
        Err(err) => return Ok(Err(err)),
    };
    let judged = read(&facts);
    target.installed_modules = match &judged {
        Some(judged) => installed(app, judged, endpoint)?,
        None => Vec::new(),
    };
    Ok(Ok((ramp_core::judge(facts, &target, &app.policy), judged)))
}

/// What is there of the module already, so that a report says so in its order.
fn installed(app: &App, judged: &Judged, endpoint: Endpoint) -> Result<Vec<InstalledModule>, StoreError> {
    let (module_name, version) = (judged.module_name.clone(), judged.version);
    if endpoint == Endpoint::UserDefined {
        // Of artifacts, the one of this node counts, and not the object.
        let artifacts = app.asking.store().artifacts(&app.owner)?;
        let there = artifacts.iter().any(|a| a.module_name == module_name && a.version == version);
        return Ok(there
            .then(|| InstalledModule { module_name, version, platforms: Vec::new() })
            .into_iter()
            .collect());
    }
    let Some(record) = app.asking.store().find(&module_name, version)? else { return Ok(Vec::new()) };
    let any = record.builds.iter().any(|build| build.place == Build::ANY_PLATFORM);
    let platforms = if any { Vec::new() } else { record.builds.into_iter().map(|build| build.place).collect() };
    Ok(vec![InstalledModule { module_name, version, platforms }])
}

/// What the catalogue keeps of a bundle; `None` where the metadata has no name or version.
fn read(facts: &BundleFacts) -> Option<Judged> {
    let archive = facts.archive.as_ref().ok()?;
    let metadata = archive.metadata()?;
    let architecture = metadata.metadata.architecture.as_deref().unwrap_or("x86_64");
    let mut platforms: Vec<String> =
        metadata.operating_systems().iter().map(|os| format!("{os}/{architecture}")).collect();
    platforms.sort_unstable();
    platforms.dedup();
    let packed = archive.directory.entries.iter().filter_map(|entry| entry.name.strip_prefix("deps/"));
    Some(Judged {
        module_name: metadata.metadata.module_name.clone()?,
        version: metadata.metadata.numeric_version()?,
        metadata: Value::from(metadata.root()),
        platforms,
        module_sha256: archive.module.as_ref()?.sha256.to_string(),
        packed: packed.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        wanted: dependencies::wanted(archive),
    })
}

/// What is wrong with a module's name: nodes make a directory of it.
pub(crate) fn bad_name(name: &str) -> Option<&'static str> {
    match name {
        _ if name.len() > LONGEST_NAME => Some("is too long"),
        _ if name.is_empty() => Some("is empty"),
        _ if name.chars().any(char::is_control) => Some("has control characters"),
        _ if name.contains(['/', '\\']) || name == "." || name.contains("..") => Some("is a path"),
        _ => None,
    }
}
