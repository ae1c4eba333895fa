//! A module, as JSON.

use ramp_client::{Artifacts, ClusterBuild, ClusterModule, Database};
use serde::Serialize;
use serde_json::Value;

/// A module that a cluster has.
#[derive(Debug, Serialize)]
pub(super) struct ModuleView<'a> {
    module_name: &'a str,
    version: i64,
    semantic_version: Option<&'a str>,
    display_name: Option<&'a str>,
    /// `null` where there are only artifacts.
    uid: Option<&'a str>,
    is_bundled: bool,
    builds: Vec<BuildView<'a>>,
    /// `null` up to 7.22.
    artifacts: Option<ArtifactsView<'a>>,
    /// `null` where it is not known.
    used_by: Option<Vec<DatabaseView<'a>>>,
    /// The object as the cluster answered it.
    object: Option<Value>,
}

#[derive(Debug, Serialize)]
struct BuildView<'a> {
    platform: Option<&'a str>,
    sha256: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ArtifactsView<'a> {
    on: &'a [u64],
    missing_on: &'a [u64],
    unknown_on: &'a [u64],
}

#[derive(Debug, Serialize)]
struct DatabaseView<'a> {
    uid: u64,
    name: Option<&'a str>,
}

impl<'a> ModuleView<'a> {
    pub(super) fn of(module: &'a ClusterModule) -> Self {
        let build = |ClusterBuild { platform, sha256, .. }: &'a ClusterBuild| BuildView {
            platform: platform.as_deref(),
            sha256: sha256.as_deref(),
        };
        let artifacts =
            |Artifacts { on, missing_on, unknown_on, .. }: &'a Artifacts| ArtifactsView { on, missing_on, unknown_on };
        let database = |Database { uid, name, .. }: &'a Database| DatabaseView { uid: *uid, name: name.as_deref() };
        Self {
            module_name: &module.module_name,
            version: module.version,
            semantic_version: module.semantic_version.as_deref(),
            display_name: module.display_name.as_deref(),
            uid: module.uid.as_deref(),
            is_bundled: module.is_bundled,
            builds: module.builds.iter().map(build).collect(),
            artifacts: module.artifacts.as_ref().map(artifacts),
            used_by: module.used_by.as_ref().map(|databases| databases.iter().map(database).collect()),
            object: module.object().and_then(|object| serde_json::from_str(&object).ok()),
        }
    }
}
