//! The cluster: its release, and the target that it is for uploads.

use std::sync::Arc;

use ramp_core::knowledge::Release;
use ramp_core::{Target, TargetError};
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
        let pairs =
            self.target.operating_systems().iter().flat_map(|os| {
                self.target.architectures().iter().map(move |architecture| format!("{os}/{architecture}"))
            });
        pairs.collect::<Vec<_>>().join(", ")
    }

    /// `target` must name a release.
    pub(crate) fn new(asking: Arc<Asking>, target: &Target) -> Result<Self, ServerError> {
        let release = target.release().ok_or(ServerError::NoRelease)?;
        let target = with_nodes(target.clone().completed(), release).map_err(ServerError::Target)?;
        Ok(Self { asking, target, release })
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
