//! What a cluster has, out of what it and its nodes say.

use ramp_core::text::closest;
use ramp_core::{Endpoint, InstalledArtifact};
use serde_json::Value;

use super::module::{Artifacts, ClusterModule, Database};
use crate::asking::{ask, list as items};
use crate::connection::Connection;
use crate::error::ClientError;
use crate::json::text;
use crate::node::Node;
use crate::object::Named;
use crate::places::Place;
use crate::survey::{MODULES, nodes};
use crate::warning::Warning;

/// Only what says which modules are used, where a release knows how to leave the rest away.
const DATABASES: &str = "GET /v1/bdbs?fields=uid,name,module_list";

/// The modules that a cluster has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterModules {
    /// The oldest version of the nodes, where it is told: `7.22.0-28`.
    pub cluster_version: Option<String>,
    /// The release's way in, by which modules are deleted too; `None` where the release is not known.
    pub endpoint: Option<Endpoint>,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The modules, by name and version.
    pub modules: Vec<ClusterModule>,
    /// What is not known, and why.
    pub warnings: Vec<Warning>,
}

/// Asks for the nodes, the modules, the databases, and from 8.0 on each node for its artifacts.
pub(crate) fn list(cluster: &Connection) -> Result<ClusterModules, ClientError> {
    let peer = cluster.peer();
    let mut warnings = Vec::new();
    let found = nodes(cluster)?;
    let endpoint = found.endpoint().ok();
    // What else a survey says is about bundles that are to fit.
    let about = |warning: &Warning| matches!(warning, Warning::NotTold { .. } | Warning::SeveralVersions { .. });
    warnings.extend(found.warnings.into_iter().filter(about));
    let answer = peer.get(MODULES.trim_start_matches("GET "))?.json()?;
    let objects = items(peer, MODULES, &answer)?;
    let mut modules: Vec<ClusterModule> = objects.iter().filter_map(ClusterModule::of).collect();
    if let Some(count) = objects.len().checked_sub(modules.len()).filter(|count| *count > 0) {
        warnings.push(Warning::Unreadable { request: MODULES, count });
    }
    if endpoint == Some(Endpoint::UserDefined) {
        add_artifacts(&mut modules, &Place::of(cluster, &found.nodes), &mut warnings);
    }
    if let Some(databases) = ask(peer, DATABASES, "the databases that use modules", &mut warnings)? {
        add_databases(&mut modules, items(peer, DATABASES, &databases)?);
    }
    modules.sort_by(|a, b| (&a.module_name, a.version, &a.uid).cmp(&(&b.module_name, b.version, &b.uid)));
    let cluster_version = found.target.cluster_version().map(str::to_owned);
    Ok(ClusterModules { cluster_version, endpoint, nodes: found.nodes, modules, warnings })
}

/// Which nodes have an artifact of each module; and the artifacts that no object is of.
fn add_artifacts(modules: &mut Vec<ClusterModule>, places: &[Place], warnings: &mut Vec<Warning>) {
    let mut told: Vec<(&Place, Option<Vec<InstalledArtifact>>)> = Vec::new();
    for place in places {
        let artifacts = place.artifacts();
        if let Err(err) = &artifacts {
            warnings.push(Warning::ArtifactsUnknown { nodes: place.name(), why: err.to_string() });
        }
        told.push((place, artifacts.ok()));
    }
    let mut all: Vec<&InstalledArtifact> = told.iter().filter_map(|(_, told)| told.as_ref()).flatten().collect();
    all.sort_unstable();
    all.dedup();
    for artifact in all {
        let InstalledArtifact { module_name, version } = artifact.clone();
        if !modules.iter().any(|module| module.module_name == module_name && module.version == version) {
            modules.push(ClusterModule::artifact(Named { module_name, version }));
        }
    }
    for module in modules {
        let wanted = InstalledArtifact { module_name: module.module_name.clone(), version: module.version };
        let mut artifacts = Artifacts::default();
        for (place, told) in &told {
            let nodes = match told.as_ref().map(|told| told.contains(&wanted)) {
                Some(true) => &mut artifacts.on,
                Some(false) => &mut artifacts.missing_on,
                None => &mut artifacts.unknown_on,
            };
            nodes.extend(&place.uids);
        }
        for nodes in [&mut artifacts.on, &mut artifacts.missing_on, &mut artifacts.unknown_on] {
            nodes.sort_unstable();
        }
        module.artifacts = Some(artifacts);
    }
}

fn add_databases(modules: &mut [ClusterModule], databases: &[Value]) {
    for module in modules {
        let uses = |database: &&Value| {
            let list = database.get("module_list").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            list.iter().any(|entry| module.is_meant(entry))
        };
        let database = |object: &Value| {
            let uid = object.get("uid")?;
            let uid = uid.as_u64().or_else(|| uid.as_str()?.parse().ok())?;
            Some(Database { uid, name: text(object, "name").map(str::to_owned) })
        };
        module.used_by = Some(databases.iter().filter(uses).filter_map(database).collect());
    }
}

impl ClusterModules {
    /// Those that are meant by a name or a `uid`, of all versions or of one, which may be a number or as people write it.
    pub fn find(&self, meant: &str, version: Option<&str>) -> Vec<&ClusterModule> {
        let is_it = |module: &&ClusterModule| module.module_name == meant || module.uid.as_deref() == Some(meant);
        let is_version = |module: &&ClusterModule| version.is_none_or(|version| module.is_version(version));
        self.modules.iter().filter(is_it).filter(is_version).collect()
    }

    /// The name that was probably meant by one that no module has.
    pub fn closest(&self, meant: &str) -> Option<&str> {
        let shown = |module: &&ClusterModule| module.display_name.as_deref() == Some(meant);
        let by_display = self.modules.iter().find(shown).map(|module| module.module_name.as_str());
        by_display.or_else(|| closest(self.modules.iter().map(|module| module.module_name.as_str()), meant))
    }
}
