//! What every request needs.

use std::path::PathBuf;
use std::sync::Arc;

use ramp_core::Target;
use ramp_core::knowledge::Release;
use serde_json::Value;

use crate::asking::Asking;
use crate::auth::Users;
use crate::blobs::Blobs;
use crate::config::{Config, ServerLimits};
use crate::dependencies::Downloads;
use crate::error::ServerError;
use crate::judging::Judging;
use crate::leftovers::Leftovers;
use crate::listing::Listing;
use crate::metrics::Metrics;
use crate::store::{Store, StoreError};

/// The setting that forbids uploads, from 8.2 on.
pub(crate) const ALLOW_UPLOAD: &str = "allow_modules_upload";
/// The setting that bounds uploads, in MiB.
pub(crate) const MAX_SIZE_MB: &str = "module_upload_max_size_mb";
/// The setting that demands passwords which are hard to guess.
pub(crate) const PASSWORD_COMPLEXITY: &str = "password_complexity";

/// The state of a server.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) asking: Arc<Asking>,
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
    pub(crate) judging: Judging,
    /// `None` where nothing is downloaded.
    pub(crate) downloads: Option<Downloads>,
    pub(crate) listing: Listing,
    pub(crate) leftovers: Leftovers,
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
        let asking = Arc::new(Asking::new(store));
        Ok(Self {
            users: Arc::new(Users::new(Arc::clone(&asking))?),
            asking,
            blobs,
            target: with_nodes(config.target.clone().completed(), release),
            release,
            policy: config.policy.clone(),
            limits: config.limits.clone(),
            incoming,
            owner,
            judging: Judging::new(&config.limits)?,
            downloads: Downloads::new(config, release)?,
            listing: Listing::default(),
            leftovers: Leftovers::default(),
            metrics: Metrics::default(),
            started: std::time::Instant::now(),
        })
    }

    /// Asks the store, on a thread that may block.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ServerError> {
        self.asking.ask(question).await
    }

    /// The target, with the settings as they are now.
    pub(crate) async fn target(&self) -> Result<Target, ServerError> {
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
