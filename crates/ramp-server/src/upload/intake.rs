//! From a received bundle to one that is stored: judge, claim, put, commit.
//!
//! The claim is what decides between two uploads of the same; what the bundle is judged against may be out of date by
//! then. Only after the commit is an upload acknowledged, so whatever was acknowledged has its blob.

use std::sync::Arc;

use ramp_core::text::count;
use ramp_core::{Endpoint, UploadErrorCode};
use tokio::sync::oneshot;

use super::bundle::{Contents, LONGEST_NAME};
use super::leftovers::{Cleared, Leftover, Leftovers, Of};
use super::receiving::Received;
use super::weighing::Weighing;
use crate::dependencies::Downloads;
use crate::error::ServerError;
use crate::http::{Metrics, Refusal};
use crate::ids;
use crate::played::action;
use crate::storage::{Storage, blob_name};
use crate::store::{
    Action, ActionKind, ActionObject, Asking, Build, Claim, ModuleRecord, NewBuild, NewModule, Reserved, Store,
    StoreError, json,
};

/// A module that was stored.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) module: ModuleRecord,
    pub(crate) action_uid: String,
}

/// Takes bundles in.
#[derive(Debug)]
pub(crate) struct Intake {
    pub(crate) asking: Arc<Asking>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) weighing: Arc<Weighing>,
    /// `None` where nothing is downloaded.
    pub(crate) downloads: Option<Downloads>,
    pub(crate) leftovers: Arc<Leftovers>,
    /// The server that makes the claims.
    pub(crate) owner: String,
    pub(crate) metrics: Arc<Metrics>,
}

impl Intake {
    /// Judges and stores a module, as `POST /v1/modules` and `POST /v2/modules` do. What is downloaded for it is so before the
    /// claim: while it is waited for, nobody's place is taken, and nothing is there but the file that was received.
    pub(crate) async fn module(
        &self,
        received: &Received,
        endpoint: Endpoint,
        asker: oneshot::Receiver<()>,
    ) -> Result<Stored, Refusal> {
        let contents = self.weighing.judge(received, endpoint).await?;
        if let Some(downloads) = self.downloads.as_ref().filter(|_| endpoint == Endpoint::V2) {
            downloads.fetch(&contents.wanted, asker).await?;
        }
        let details = contents.details()?;
        let (module_name, version) = (contents.module_name, contents.version);
        let mut platforms = contents.platforms;
        if platforms.is_empty() {
            platforms.push(Build::ANY_PLATFORM.to_owned());
        }
        let build = self.new_build(received, platforms, details)?;
        let metadata = contents.metadata.to_string();
        let module = NewModule { uid: ids::uid()?, module_name: module_name.clone(), version, metadata };
        let reserved = self.reserve(&build, move |store, build| store.reserve(&module, build)).await?;
        let claim = claimed(reserved, endpoint, &module_name, version)?;
        let action = action::done(ActionKind::Installation, ActionObject::Module(claim.module_uid.clone()))?;
        let action_uid = action.action_uid.clone();
        let uid = claim.module_uid.clone();
        self.put(received, &build.blob, claim, Some(action)).await?;
        let module = self.asking.ask(move |store| store.module(&uid)).await?;
        // It can be deleted by somebody who is faster than this answer.
        let module = module.ok_or_else(|| Refusal::not_found("the module was deleted right after it was stored"))?;
        tracing::info!(uid = module.uid, bytes = received.size, "stored");
        Ok(Stored { module, action_uid })
    }

    /// Judges and stores an artifact of this node.
    pub(crate) async fn artifact(&self, received: &Received) -> Result<(), Refusal> {
        let endpoint = Endpoint::UserDefined;
        let contents = self.weighing.judge(received, endpoint).await?;
        if self.place(received, &contents).await? {
            return Ok(());
        }
        Err(Refusal::module_exists(endpoint, &contents.module_name, contents.version))
    }

    /// Judges and stores what a node downloads when it joins: the module's object for the cluster, and the artifact for this node. What
    /// is there already stays as it is.
    pub(crate) async fn joining(&self, received: &Received) -> Result<(), Refusal> {
        let contents = self.weighing.judge(received, Endpoint::Bootstrap).await?;
        let (uid, metadata) = (ids::uid()?, contents.metadata.to_string());
        let (module_name, version) = (contents.module_name.clone(), contents.version);
        let module = NewModule { uid: uid.clone(), module_name, version, metadata };
        let is_new = self.asking.ask(move |store| store.define(&module)).await?;
        let placed = self.place(received, &contents).await;
        if placed.is_err() && is_new {
            self.asking.ask(move |store| store.remove(&uid, None)).await?;
        }
        placed.map(drop)
    }

    /// Stores a bundle as an artifact of this node; `false` where the node has it already.
    async fn place(&self, received: &Received, contents: &Contents) -> Result<bool, Refusal> {
        if !contents.fits_a_path() {
            let description = format!(
                "`module_name` has {}: this server takes up to {LONGEST_NAME} bytes percent-encoded, since no path has room for \
                 more, and the artifact could not be deleted",
                count(contents.module_name.chars().count(), "character")
            );
            return Err(Refusal::upload(UploadErrorCode::InvalidModule, Endpoint::UserDefined, description));
        }
        let (name, version) = (contents.module_name.clone(), contents.version);
        let build = self.new_build(received, vec![self.owner.clone()], json::write("artifact", &contents.packed)?)?;
        let reserved = self.reserve(&build, move |store, build| store.reserve_artifact(&name, version, build)).await?;
        let Reserved::Claimed(claim) = reserved else { return Ok(false) };
        self.put(received, &build.blob, claim, None).await?;
        tracing::info!(bytes = received.size, "artifact stored");
        Ok(true)
    }

    fn new_build(&self, received: &Received, places: Vec<String>, details: String) -> Result<NewBuild, ServerError> {
        let claim = ids::uid()?;
        let blob = blob_name(&received.sha256, &claim);
        Ok(NewBuild { claim, owner: self.owner.clone(), places, blob, details, stored: false })
    }

    /// Claims; what became of it where the store failed is not known, so the claim is dropped if it is there. What an earlier
    /// failure left is dropped before, since it may be in the way.
    async fn reserve(
        &self,
        build: &NewBuild,
        claim: impl FnOnce(&dyn Store, &NewBuild) -> Result<Reserved, StoreError> + Send + 'static,
    ) -> Result<Reserved, ServerError> {
        self.leftovers.settle().await;
        let wanted = build.clone();
        let reserved = self.asking.ask(move |store| claim(store, &wanted)).await;
        if reserved.is_err() {
            let claim = Claim { id: build.claim.clone(), module_uid: String::new() };
            self.leftovers.clear(Leftover { of: Of::Failed(claim), blob: build.blob.clone() }).await;
        }
        Ok(reserved?)
    }

    fn count(&self, received: &Received) {
        self.metrics.stored.inc_by(received.size);
    }

    /// Puts the blob where the claim says, and makes the claim visible; drops it where that fails.
    async fn put(
        &self,
        received: &Received,
        blob: &str,
        claim: Claim,
        action: Option<Action>,
    ) -> Result<(), ServerError> {
        let stored = match self.storage.put(blob, received.path()).await {
            Ok(()) => {
                let claim = claim.clone();
                self.asking.ask(move |store| store.commit(&claim, action.as_ref())).await.map_err(ServerError::from)
            }
            Err(err) => Err(err.into()),
        };
        if let Err(err) = stored {
            // The answer to a commit can get lost; then the upload has succeeded.
            let leftover = Leftover { of: Of::Failed(claim), blob: blob.to_owned() };
            return match self.leftovers.clear(leftover).await {
                Some(Cleared::Committed) => {
                    self.count(received);
                    Ok(())
                }
                Some(Cleared::Gone) | None => Err(err),
            };
        }
        self.count(received);
        Ok(())
    }
}

fn claimed(reserved: Reserved, endpoint: Endpoint, module_name: &str, version: i64) -> Result<Claim, Refusal> {
    match reserved {
        Reserved::Claimed(claim) => Ok(claim),
        Reserved::Taken => Err(Refusal::module_exists(endpoint, module_name, version)),
    }
}
