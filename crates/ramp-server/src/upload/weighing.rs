//! What a bundle is worth to the cluster as it is now.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use ramp_core::Limits;
use ramp_core::facts;
use ramp_core::knowledge::LimitScope;
use ramp_core::{Endpoint, InstalledModule, Policy, Report, Target, UploadErrorCode};
use schemars::JsonSchema;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::bundle::Contents;
use super::judging::Judging;
use super::receiving::Received;
use crate::error::ServerError;
use crate::http::Refusal;
use crate::played::Cluster;
use crate::played::module::bad_name;
use crate::store::{Asking, Build, StoreError};

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

/// What a bundle is worth, and what was read of it; or why nobody can tell.
type Weighed = Result<(Report, Option<Contents>), ramp_core::Error>;

/// Judges bundles.
#[derive(Debug)]
pub(crate) struct Weighing {
    pub(crate) asking: Arc<Asking>,
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) policy: Policy,
    /// The node of the artifacts that count.
    pub(crate) node: String,
    pub(crate) judging: Judging,
}

impl Weighing {
    /// Judges a bundle as an upload of it would be judged now.
    pub(crate) async fn report(self: &Arc<Self>, received: &Received) -> Result<Judgement, Refusal> {
        let endpoint = self.cluster.target.effective_endpoint();
        let weighed = self.weigh(received.path(), endpoint).await?;
        let (report, _) = weighed.map_err(|err| {
            let message = "The bundle cannot be judged";
            Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "not_evaluated", message, err.to_string())
        })?;
        Ok(Judgement { bundle: received.file_name.clone(), report })
    }

    /// Judges a bundle that is uploaded.
    pub(super) async fn judge(self: &Arc<Self>, received: &Received, endpoint: Endpoint) -> Result<Contents, Refusal> {
        let refuse = |description| Refusal::upload(UploadErrorCode::InvalidModule, endpoint, description);
        let weighed = self.weigh(received.path(), endpoint).await?;
        let (report, contents) = weighed.map_err(|err| refuse(err.to_string()))?;
        if let Some(refusal) = Refusal::of_report(&report, endpoint) {
            return Err(refusal);
        }
        let contents = contents.ok_or_else(|| refuse("name and version cannot be read".to_owned()))?;
        match bad_name(&contents.module_name) {
            Some(what) => Err(refuse(format!("the module's name {what}"))),
            None => Ok(contents),
        }
    }

    async fn weigh(self: &Arc<Self>, bundle: &Path, endpoint: Endpoint) -> Result<Weighed, ServerError> {
        let mut target = self.cluster.target_now().await?.with_endpoint(endpoint).map_err(ServerError::Target)?;
        if endpoint == Endpoint::UserDefined {
            // The artifact is for this node alone.
            target = target.first_platform();
        }
        let limits = self.limits(&target);
        let (this, path) = (Arc::clone(self), bundle.to_owned());
        let bounds = limits.clone();
        let work = move || this.weigh_file(&path, &bounds, target, endpoint);
        self.judging.run(bundle, &limits, work).await
    }

    /// What a bundle may cost. Directory and metadata of real bundles take some kilobytes.
    fn limits(&self, target: &Target) -> Limits {
        let mut limits = Limits::default().threads(std::num::NonZeroUsize::MIN);
        limits.bundle.max_directory_bytes = 1 << 20;
        (limits.metadata.max_bytes, limits.metadata.max_values) = (1 << 20, 20_000);
        if self.cluster.release.upload_limit.value.scope == LimitScope::Entry {
            limits.max_module_bytes = target.max_module_bytes().unwrap_or(limits.max_module_bytes);
        }
        limits
    }

    fn weigh_file(
        &self,
        path: &Path,
        limits: &Limits,
        target: Target,
        endpoint: Endpoint,
    ) -> Result<Weighed, ServerError> {
        let failed = |source| ServerError::File { path: path.to_owned(), source };
        let facts = match facts::gather(File::open(path).map_err(failed)?, limits) {
            Ok(facts) => facts,
            Err(ramp_core::Error::Io(source)) => return Err(failed(source)),
            Err(err) => return Ok(Err(err)),
        };
        let contents = Contents::of(&facts);
        let installed = match &contents {
            Some(contents) => self.installed(contents, endpoint)?,
            None => Vec::new(),
        };
        let target = target.with_installed_modules(installed);
        Ok(Ok((ramp_core::judge(&facts, &target, &self.policy), contents)))
    }

    /// What is there of the module already, so that a report says so in its order.
    fn installed(&self, contents: &Contents, endpoint: Endpoint) -> Result<Vec<InstalledModule>, StoreError> {
        let (module_name, version) = (contents.module_name.clone(), contents.version);
        if endpoint == Endpoint::UserDefined {
            // Of artifacts, the one of this node counts, and not the object.
            let artifacts = self.asking.store().artifacts(&self.node)?;
            let there = artifacts.iter().any(|a| a.module_name == module_name && a.version == version);
            return Ok(there
                .then(|| InstalledModule { module_name, version, platforms: Vec::new() })
                .into_iter()
                .collect());
        }
        let Some(record) = self.asking.store().find(&module_name, version)? else { return Ok(Vec::new()) };
        let any = record.builds.iter().any(|build| build.place == Build::ANY_PLATFORM);
        let platforms = if any { Vec::new() } else { record.builds.into_iter().map(|build| build.place).collect() };
        Ok(vec![InstalledModule { module_name, version, platforms }])
    }
}
