//! What a cluster tells of itself, as a target.

use ramp_core::knowledge::Knowledge;
use ramp_core::{Endpoint, InstalledModule, Target, TargetError, TargetNode, version};
use serde_json::Value;

use crate::asking::{ask, list};
use crate::connection::Connection;
use crate::error::ClientError;
use crate::node::Node;
use crate::object::{Named, builds};
use crate::places::Place;
use crate::warning::Warning;

/// What a cluster tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survey {
    /// What a bundle can be checked against. What was not told is not there, and so not checked.
    pub target: Target,
    /// Its nodes.
    pub nodes: Vec<Node>,
    /// What is not known, and why.
    pub warnings: Vec<Warning>,
}

impl Survey {
    /// How the cluster takes uploads.
    ///
    /// # Errors
    ///
    /// [`ClientError::UnknownRelease`].
    pub fn endpoint(&self) -> Result<Endpoint, ClientError> {
        if self.target.endpoint().is_none() && self.target.release().is_none() {
            return Err(ClientError::UnknownRelease);
        }
        Ok(self.target.effective_endpoint())
    }
}

const NODES: &str = "GET /v1/nodes";
const CLUSTER: &str = "GET /v1/cluster";
pub(crate) const MODULES: &str = "GET /v1/modules";
const CAPABILITIES: &str = "GET /v1/cluster/module-capabilities";

/// Asks for the nodes alone, which tell the release.
pub(crate) fn nodes(cluster: &Connection) -> Result<Survey, ClientError> {
    let peer = cluster.peer();
    let mut found = Survey { target: Target::default(), nodes: Vec::new(), warnings: Vec::new() };
    if let Some(nodes) = ask(peer, NODES, "the nodes and the release", &mut found.warnings)? {
        found.add_nodes(list(peer, NODES, &nodes)?);
    }
    Ok(found)
}

/// Asks the four endpoints; from 8.0 on the nodes, too.
pub(crate) fn survey(cluster: &Connection) -> Result<Survey, ClientError> {
    let peer = cluster.peer();
    let mut found = nodes(cluster)?;
    if let Some(cluster) = ask(peer, CLUSTER, "the settings", &mut found.warnings)? {
        found.add_settings(&cluster);
    }
    if let Some(modules) = ask(peer, MODULES, "the modules that are there", &mut found.warnings)? {
        found.add_modules(list(peer, MODULES, &modules)?);
    }
    if let Some(answer) = ask(peer, CAPABILITIES, "the capabilities that it knows", &mut found.warnings)? {
        found.add_capabilities(&answer);
    }
    if found.endpoint().is_ok_and(|endpoint| endpoint == Endpoint::UserDefined) {
        found.add_artifacts(&Place::of(cluster, &found.nodes));
    }
    if found.target.takes_uploads() == Some(false) && found.target.allow_modules_upload().is_none() {
        // The release's default says nothing of a cluster that somebody has set up. It will say itself.
        found.change(|target| target.with_allow_modules_upload(Some(true)));
        found.warnings.push(Warning::UploadsUnknown);
    }
    Ok(found)
}

impl Survey {
    fn add_nodes(&mut self, objects: &[Value]) {
        self.nodes = objects.iter().filter_map(Node::of).collect();
        self.nodes.sort_by_key(|node| node.uid);
        self.unreadable(NODES, objects.len().saturating_sub(self.nodes.len()));
        self.add_version();
        for node in self.nodes.clone() {
            self.add_node(&node);
        }
    }

    fn add_node(&mut self, node: &Node) {
        let uid = node.uid;
        for version in &node.database_versions {
            if !self.target.database_versions().contains(version) {
                self.try_change(|target| target.with_database_version(version));
            }
        }
        let mut known = TargetNode { uid: Some(uid), operating_system: None, architecture: None };
        if let Some(name) = node.operating_system.clone() {
            if Knowledge::builtin().platform(&name).is_some() {
                known.operating_system = Some(name);
            } else {
                self.warnings.push(Warning::UnknownSystem { uid, name });
            }
        }
        if let Some(name) = node.architecture.clone() {
            if Target::default().with_architecture(&name).is_ok() {
                known.architecture = Some(name);
            } else {
                self.warnings.push(Warning::UnknownArchitecture { uid, name });
            }
        }
        if node.operating_system.is_none() || node.architecture.is_none() {
            self.warnings.push(Warning::SilentNode { uid });
        }
        // Both names have just been found in the tables.
        self.try_change(|target| target.with_node(known));
    }

    /// The cluster object has no version; the nodes have.
    fn add_version(&mut self) {
        let read = |node: &Node| {
            let text = node.software_version.clone()?;
            Some((version::parse(&text).ok()?, text))
        };
        let mut versions: Vec<_> = self.nodes.iter().filter_map(read).collect();
        versions.sort_by(|a, b| a.0.cmp_precedence(&b.0));
        let (Some((oldest, text)), Some((newest, last))) = (versions.first(), versions.last()) else { return };
        if oldest.cmp_precedence(newest).is_ne() {
            self.warnings.push(Warning::SeveralVersions { oldest: text.clone(), newest: last.clone() });
        }
        // It has just been read as one.
        self.try_change(|target| target.with_cluster_version(text));
        if self.target.release().is_none() {
            self.warnings.push(Warning::UnknownRelease { version: text.clone() });
            // The user-defined endpoints came with 8.0, v2 with 6.0.12.
            let endpoint = match (oldest.major, oldest.minor, oldest.patch) {
                (8.., ..) => Endpoint::UserDefined,
                (6, 0, ..12) | (..6, ..) => Endpoint::V1,
                _ => Endpoint::V2,
            };
            self.try_change(|target| target.with_endpoint(endpoint));
        }
    }

    fn add_settings(&mut self, cluster: &Value) {
        let allow = cluster.get("allow_modules_upload").and_then(Value::as_bool);
        self.change(|target| target.with_allow_modules_upload(allow));
        // From 8.0 on the setting is still shown, with 40, and uploads of more were seen to be taken.
        let counts = |release: &ramp_core::knowledge::Release| release.upload_limit.value.setting.is_some();
        if self.target.release().is_none_or(counts) {
            let size = cluster.get("module_upload_max_size_mb").and_then(Value::as_u64);
            let size = size.filter(|size| *size > 0).map(|size| size.saturating_mul(1 << 20));
            self.change(|target| target.with_max_module_bytes(size));
        }
    }

    fn add_modules(&mut self, objects: &[Value]) {
        self.change(|target| target.with_installed_modules(objects.iter().filter_map(module).collect()));
        self.unreadable(MODULES, objects.len().saturating_sub(self.target.installed_modules().len()));
    }

    /// A node that does not answer is told of: an upload will fail there, but what a cluster takes is known without it.
    fn add_artifacts(&mut self, places: &[Place]) {
        let mut artifacts = Vec::new();
        for place in places {
            match place.artifacts() {
                Ok(found) => artifacts.extend(found),
                Err(err) => {
                    self.warnings.push(Warning::ArtifactsUnknown { nodes: place.name(), why: err.to_string() });
                }
            }
        }
        artifacts.sort_unstable();
        artifacts.dedup();
        self.change(|target| target.with_artifacts(artifacts));
    }

    fn add_capabilities(&mut self, answer: &Value) {
        let rows = answer.get("all_capabilities").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let name = |row: &Value| row.get("name").unwrap_or(row).as_str().map(str::to_owned);
        self.change(|target| target.with_known_capabilities(rows.iter().filter_map(name).collect()));
        self.unreadable(CAPABILITIES, rows.len().saturating_sub(self.target.known_capabilities().len()));
    }

    fn change(&mut self, change: impl FnOnce(Target) -> Target) {
        self.target = change(std::mem::take(&mut self.target));
    }

    /// A change that the target may refuse: then it stays as it is.
    fn try_change(&mut self, change: impl FnOnce(Target) -> Result<Target, TargetError>) {
        if let Ok(target) = change(self.target.clone()) {
            self.target = target;
        }
    }

    fn unreadable(&mut self, request: &'static str, count: usize) {
        if count > 0 {
            self.warnings.push(Warning::Unreadable { request, count });
        }
    }
}

/// What a target knows of a module's object.
fn module(object: &Value) -> Option<InstalledModule> {
    let Named { module_name, version } = Named::of(object)?;
    // What came with the cluster is wherever the cluster is: none says that.
    let is_bundled = object.get("is_bundled").and_then(Value::as_bool) == Some(true);
    let builds = if is_bundled { Vec::new() } else { builds(object) };
    let platforms = builds.into_iter().filter_map(|build| build.platform).collect();
    Some(InstalledModule { module_name, version, platforms })
}
