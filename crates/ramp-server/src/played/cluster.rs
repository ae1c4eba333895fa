//! The cluster: its release, and the target that it is for uploads.

use std::sync::Arc;

use ramp_core::knowledge::Release;
use ramp_core::{Endpoint, Target, TargetError};
use serde_json::Value;

use super::settings::{self, ALLOW_UPLOAD, MAX_SIZE_MB};
use crate::error::ServerError;
use crate::store::{Asking, StoreError};

/// The cluster that is played.
#[derive(Debug)]
pub(crate) struct Cluster {
    asking: Arc<Asking>,
    /// The target as it was given, completed; its nodes never change.
    pub(crate) target: Target,
    pub(crate) release: &'static Release,
}

impl Cluster {
    /// The platforms of its nodes: `rhel8/x86_64, rhel9/x86_64`.
    pub(crate) fn platforms(&self) -> String {
        platforms(&self.target).collect::<Vec<_>>().join(", ")
    }

    /// `target` must name a release.
    pub(crate) fn new(asking: Arc<Asking>, target: &Target) -> Result<Self, ServerError> {
        let (target, release) = completed(target)?;
        Ok(Self { asking, target, release })
    }

    /// Whether modules get into it that way.
    pub(crate) fn offers(&self, endpoint: Endpoint) -> bool {
        self.target.clone().with_endpoint(endpoint).is_ok()
    }

    /// The target, with the settings as they are now.
    pub(crate) async fn target_now(&self) -> Result<Target, StoreError> {
        let settings =
            self.asking.ask(|store| Ok((settings::get(store, ALLOW_UPLOAD)?, settings::get(store, MAX_SIZE_MB)?)));
        let (allow, size) = settings.await?;
        let mut target = self.target.clone();
        if self.release.upload_gated.value {
            // A cluster knows what it is set to, also where nobody has set it.
            let allow = allow.as_ref().and_then(Value::as_bool).or_else(|| target.takes_uploads());
            target = target.with_allow_modules_upload(allow);
        }
        if let Some(size) = size.as_ref().and_then(Value::as_u64) {
            target = target.with_max_module_bytes(Some(size.saturating_mul(1 << 20)));
        }
        Ok(target)
    }
}

/// The platforms of a target's nodes, as the object of a module names them: `rhel9/x86_64`.
pub(super) fn platforms(target: &Target) -> impl Iterator<Item = String> {
    let architectures = target.architectures();
    let of = move |os: &'_ String| {
        architectures.iter().map(|architecture| format!("{os}/{architecture}")).collect::<Vec<_>>()
    };
    target.operating_systems().iter().flat_map(of)
}

/// The target with all that a cluster has, and its release.
pub(super) fn completed(target: &Target) -> Result<(Target, &'static Release), ServerError> {
    let release = target.release().ok_or(ServerError::NoRelease)?;
    Ok((with_nodes(target.clone().completed(), release).map_err(ServerError::Target)?, release))
}

/// A cluster has nodes. Where the target names none, it gets one that its release runs on, the newest RHEL on `x86_64`.
fn with_nodes(mut target: Target, release: &Release) -> Result<Target, TargetError> {
    if target.operating_systems().is_empty() {
        let possible = target.possible_operating_systems();
        let rows = release.platforms.iter().filter(|row| !row.deprecated && possible.contains(&row.os.as_str()));
        let best = rows.max_by_key(|row| (row.os.starts_with("rhel"), row.os.len() == 5, row.os.clone()));
        if let Some(best) = best {
            target = target.with_operating_system(&best.os)?;
        }
    }
    if target.architectures().is_empty() {
        target = target.with_architecture("x86_64")?;
    }
    Ok(target)
}
