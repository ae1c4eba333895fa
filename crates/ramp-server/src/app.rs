//! What every request needs.

use std::path::PathBuf;
use std::sync::Arc;

use ramp_core::Target;
use ramp_core::knowledge::Release;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::auth::Users;
use crate::blobs::Blobs;
use crate::config::{Config, ServerLimits};
use crate::error::ServerError;
use crate::metrics::Metrics;
use crate::store::{Store, StoreError};

/// The setting that forbids uploads, from 8.2 on.
pub(crate) const ALLOW_UPLOAD: &str = "allow_modules_upload";
/// The setting that bounds uploads, in MiB.
pub(crate) const MAX_SIZE_MB: &str = "module_upload_max_size_mb";

/// The state of a server.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) blobs: Blobs,
    pub(crate) users: Arc<Users>,
    /// The target as it was given, completed.
    target: Target,
    pub(crate) release: &'static Release,
    pub(crate) policy: ramp_core::Policy,
    pub(crate) limits: ServerLimits,
    /// Where uploads are received.
    pub(crate) incoming: PathBuf,
    /// The id of this server: it owns its claims, and it is the node of its artifacts.
    pub(crate) owner: String,
    pub(crate) judging: Semaphore,
    pub(crate) metrics: Metrics,
    pub(crate) started: std::time::Instant,
}

impl App {
    pub(crate) fn new(
        config: &Config,
        store: Arc<dyn Store>,
        blobs: Blobs,
        incoming: PathBuf,
        owner: String,
    ) -> Result<Self, ServerError> {
        let release = config.target.release().ok_or(ServerError::NoRelease)?;
        Ok(Self {
            users: Arc::new(Users::new(Arc::clone(&store))?),
            store,
            blobs,
            target: with_nodes(config.target.clone().completed(), release),
            release,
            policy: config.policy.clone(),
            limits: config.limits.clone(),
            incoming,
            owner,
            judging: Semaphore::new(config.limits.max_judging.get()),
            metrics: Metrics::default(),
            started: std::time::Instant::now(),
        })
    }

    /// Asks the store, on a thread that may block.
    pub(crate) async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ServerError> {
        let app = Arc::clone(self);
        let answer = tokio::task::spawn_blocking(move || question(app.store.as_ref()));
        Ok(answer.await.map_err(|_| ServerError::Task)??)
    }

    /// The target, with the settings as they are now.
    pub(crate) async fn target(self: &Arc<Self>) -> Result<Target, ServerError> {
        let (allow, size) = self.ask(|store| Ok((store.setting(ALLOW_UPLOAD)?, store.setting(MAX_SIZE_MB)?))).await?;
        let mut target = self.target.clone();
        if let Some(allow) = allow.as_ref().and_then(Value::as_bool).filter(|_| self.release.upload_gated.value) {
            target.allow_modules_upload = Some(allow);
        }
        if let Some(size) = size.as_ref().and_then(Value::as_u64) {
            target.max_module_bytes = Some(size.saturating_mul(1 << 20));
        }
        Ok(target)
    }

    /// The target as the settings of the server's start have it; its nodes never change.
    pub(crate) fn nodes(&self) -> &Target {
        &self.target
    }
}

/// A cluster has nodes. Where the target names none, it gets one that its release runs on, the newest RHEL on `x86_64`.
fn with_nodes(mut target: Target, release: &Release) -> Target {
    if target.operating_systems.is_empty() {
        let rows = release.platforms.iter().filter(|row| !row.deprecated && row.since.is_none());
        let best = rows.max_by_key(|row| (row.os.starts_with("rhel"), row.os.len() == 5, row.os.clone()));
        target.operating_systems.extend(best.map(|row| row.os.clone()));
    }
    if target.architectures.is_empty() {
        target.architectures.push("x86_64".to_owned());
    }
    target
}
