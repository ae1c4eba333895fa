//! What a bundle is worth to the cluster as it is now.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use ramp_core::facts::{self, BundleFacts};
use ramp_core::knowledge::LimitScope;
use ramp_core::{Endpoint, InstalledArtifact, InstalledModule, Limit, Limits, Policy, Report, Target, UploadErrorCode};
use schemars::JsonSchema;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::bundle::Contents;
use super::judging::{Judging, Purpose};
use super::receiving::Received;
use crate::error::ServerError;
use crate::http::{Refusal, note_module};
use crate::played::Cluster;
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

/// What judges: a whole upload, or what a node is sent.
type Judge = fn(&BundleFacts, &Target, &Policy) -> Report;

/// Judges bundles.
#[derive(Debug)]
pub(crate) struct Weighing {
    pub(crate) asking: Arc<Asking>,
    pub(crate) cluster: Arc<Cluster>,
    /// What is enforced beyond what a cluster refuses.
    pub(crate) gate: Option<Policy>,
    pub(crate) judging: Judging,
    /// The node that has the artifacts.
    pub(crate) node: String,
}

impl Weighing {
    /// Judges a bundle as an upload of it would be judged now.
    pub(crate) async fn report(self: &Arc<Self>, received: &Received) -> Result<Judgement, Refusal> {
        let endpoint = self.cluster.target.effective_endpoint();
        let weighed = self.weigh(received, Purpose::Validation, endpoint, ramp_core::judge).await?;
        let (report, contents) = weighed.map_err(|err| not_evaluated(&err))?;
        if let Some(contents) = &contents {
            note_module(&contents.module_name, contents.version);
        }
        Ok(Judgement { bundle: received.file_name.clone(), report })
    }

    /// Judges a bundle that is uploaded.
    pub(super) async fn judge(self: &Arc<Self>, received: &Received, endpoint: Endpoint) -> Result<Contents, Refusal> {
        // The object of a module was judged by itself, when it was made.
        let judge = if endpoint == Endpoint::UserDefined { ramp_core::judge_artifact } else { ramp_core::judge };
        let weighed = self.weigh(received, Purpose::Upload, endpoint, judge).await?;
        let (report, contents) = weighed.map_err(|err| self.not_weighed(endpoint, &err))?;
        if let Some(contents) = &contents {
            note_module(&contents.module_name, contents.version);
        }
        let refusal = match &self.gate {
            Some(_) => report.refusal(),
            None => report.answer().refusal().cloned(),
        };
        if let Some(refusal) = refusal {
            let mut refused = Refusal::of_rules(&refusal, endpoint);
            if report.answer().accepted() {
                // Whoever compares with a cluster wants to know that it would have taken it.
                let policy = report.policy();
                refused.description = format!("{} (refused by this server's gate, {policy})", refused.description);
            }
            return Err(refused);
        }
        contents.ok_or_else(|| {
            let description = "its name or its version cannot be read".to_owned();
            Refusal::upload(UploadErrorCode::InvalidModule, endpoint, description)
        })
    }

    /// The answer where a bundle could not be weighed: a cluster's only where its own bound on modules was the one.
    fn not_weighed(&self, endpoint: Endpoint, err: &ramp_core::Error) -> Refusal {
        let of_module = matches!(err, ramp_core::Error::LimitExceeded { limit: Limit::ModuleBytes, .. });
        if of_module && self.bounds_modules() {
            let description = format!("module_size_too_big: {err}");
            return Refusal::upload(UploadErrorCode::InvalidModule, endpoint, description)
                .for_reason("module_size_too_big");
        }
        not_evaluated(err)
    }

    /// Whether the release bounds the module, not the bundle: then that is the bound here, too.
    fn bounds_modules(&self) -> bool {
        self.cluster.release.upload_limit.value.scope == LimitScope::Entry
    }

    async fn weigh(
        self: &Arc<Self>,
        received: &Received,
        purpose: Purpose,
        endpoint: Endpoint,
        judge: Judge,
    ) -> Result<Weighed, Refusal> {
        // All simulated nodes are at one address: what is sent there is for each of them.
        let target = self.cluster.target_now().await?.with_endpoint(endpoint).map_err(ServerError::Target)?;
        let limits = self.limits(&target);
        let (this, path) = (Arc::clone(self), received.path().to_owned());
        let bounds = limits.clone();
        let work = move || this.weigh_file(&path, &bounds, target, judge);
        self.judging.run((purpose, received.user), received.path(), &limits, work).await
    }

    /// What a bundle may cost. Directory and metadata of real bundles take some kilobytes.
    fn limits(&self, target: &Target) -> Limits {
        let mut limits = Limits::default().threads(std::num::NonZeroUsize::MIN);
        limits.bundle.max_directory_bytes = 1 << 20;
        (limits.metadata.max_bytes, limits.metadata.max_values) = (1 << 20, 20_000);
        if self.bounds_modules() {
            limits.max_module_bytes = target.max_module_bytes().unwrap_or(limits.max_module_bytes);
        }
        limits
    }

    fn weigh_file(&self, path: &Path, limits: &Limits, target: Target, judge: Judge) -> Result<Weighed, ServerError> {
        let failed = |source| ServerError::File { path: path.to_owned(), source };
        let facts = match facts::gather(File::open(path).map_err(failed)?, limits) {
            Ok(facts) => facts,
            Err(ramp_core::Error::Io(source)) => return Err(failed(source)),
            Err(err) => return Ok(Err(err)),
        };
        let contents = Contents::of(&facts);
        let target = match &contents {
            // A node that joins needs the module, whether or not the cluster knows it.
            Some(contents) if target.effective_endpoint() != Endpoint::Bootstrap => {
                self.with_installed(target, contents)?
            }
            _ => target,
        };
        // A report has a gate in any case; it refuses only where it is enforced.
        let strict = Policy::strict();
        Ok(Ok((judge(&facts, &target, self.gate.as_ref().unwrap_or(&strict)), contents)))
    }

    /// The target, with what is there of the module already, so that a report says so in its order.
    fn with_installed(&self, target: Target, contents: &Contents) -> Result<Target, StoreError> {
        let (name, version) = (&contents.module_name, contents.version);
        let store = self.asking.store();
        let module = store.find(name, version)?.map(|record| {
            // What came with the cluster is wherever the cluster is.
            let any = record.is_bundled || record.builds.iter().any(|build| build.place == Build::ANY_PLATFORM);
            let platforms = if any { Vec::new() } else { record.builds.into_iter().map(|build| build.place).collect() };
            InstalledModule { module_name: name.clone(), version, platforms }
        });
        let artifact = InstalledArtifact { module_name: name.clone(), version };
        // Only from 8.0 on there are any.
        let has = target.effective_endpoint() == Endpoint::UserDefined
            && store.artifacts(&self.node)?.into_iter().any(|a| a.module_name == *name && a.version == version);
        let artifact = has.then_some(artifact);
        Ok(target.with_installed_modules(module.into_iter().collect()).with_artifacts(artifact.into_iter().collect()))
    }
}

/// A bundle beyond the bounds of this server: what a cluster would answer is not known, so no code of an upload is given.
fn not_evaluated(err: &ramp_core::Error) -> Refusal {
    let description = format!("{err}; this is a bound of this server, not of a cluster");
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "not_evaluated", "The bundle cannot be judged", description)
}
