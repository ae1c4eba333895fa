//! The nodes: one for each platform of the target, all at the address of this server, which is the first of them.

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use super::Cluster;

/// A node, as far as it matters to a module.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Node {
    uid: u64,
    addr: &'static str,
    architecture: String,
    os_family: String,
    os_name: String,
    os_semantic_version: String,
    os_version: String,
    /// The cluster's version, `X.Y.Z-BUILD`.
    software_version: String,
    status: &'static str,
    supported_database_versions: Vec<DatabaseVersion>,
}

/// A version of Redis that databases can have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DatabaseVersion {
    db_type: &'static str,
    major: bool,
    redis_version: String,
    version: String,
}

/// The node that this server is, as it tells of itself before it is part of a cluster.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LocalNode {
    architecture: String,
    available_addresses: [Address; 1],
    /// Of the machine that this server runs on.
    cores: usize,
    os_family: String,
    os_name: String,
    os_semantic_version: String,
    os_version: String,
    /// The cluster's version, `X.Y.Z-BUILD`.
    software_version: String,
    supported_database_versions: Vec<DatabaseVersion>,
    /// Its number, once it is part of a cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    uid: Option<String>,
    /// How long this server runs, in seconds.
    uptime: u64,
}

/// An address at which a node can be reached.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are those that were observed")]
pub(crate) struct Address {
    address: &'static str,
    format: &'static str,
    if_name: &'static str,
    private: bool,
}

impl Node {
    /// Its number.
    pub(crate) const fn uid(&self) -> u64 {
        self.uid
    }
}

/// All nodes.
pub(crate) fn all(cluster: &Cluster) -> Vec<Node> {
    let target = &cluster.target;
    let platforms = target
        .operating_systems()
        .iter()
        .flat_map(|os| target.architectures().iter().map(move |architecture| (os.as_str(), architecture.as_str())));
    (1..).zip(platforms).map(|(uid, (os, architecture))| node(cluster, uid, os, architecture)).collect()
}

/// The node that this server is; `is_part` is whether there is a cluster.
pub(crate) fn local(cluster: &Cluster, is_part: bool, uptime: Duration) -> LocalNode {
    let os = cluster.target.operating_systems().first().map_or("", String::as_str);
    let architecture = cluster.target.architectures().first().map_or("", String::as_str);
    let node = node(cluster, 1, os, architecture);
    LocalNode {
        architecture: node.architecture,
        available_addresses: [Address { address: node.addr, format: "ipv4", if_name: "lo", private: true }],
        cores: std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
        os_family: node.os_family,
        os_name: node.os_name,
        os_semantic_version: node.os_semantic_version,
        os_version: node.os_version,
        software_version: node.software_version,
        supported_database_versions: node.supported_database_versions,
        uid: is_part.then(|| node.uid.to_string()),
        uptime: uptime.as_secs(),
    }
}

fn node(cluster: &Cluster, uid: u64, os: &str, architecture: &str) -> Node {
    let digits = os.find(|c: char| c.is_ascii_digit()).unwrap_or(os.len());
    let (family, major) = os.split_at(digits);
    let databases = cluster.target.exact_databases().into_iter().map(|redis| DatabaseVersion {
        db_type: "redis",
        major: true,
        redis_version: format!("{}.{}", redis.major, redis.minor),
        version: redis.to_string(),
    });
    Node {
        uid,
        addr: "127.0.0.1",
        architecture: architecture.to_owned(),
        os_family: family.to_owned(),
        os_name: family.to_owned(),
        os_semantic_version: major.to_owned(),
        os_version: format!("{family} {major}"),
        software_version: software_version(cluster),
        status: "active",
        supported_database_versions: databases.collect(),
    }
}

/// `X.Y.Z-BUILD`, as clusters write it; where the target has no more than a release's name, its newest build, which has all that the
/// release has.
fn software_version(cluster: &Cluster) -> String {
    let given = cluster.target.cluster_version().filter(|version| *version != cluster.release.name);
    let full = given.unwrap_or(&cluster.release.newest_build.value);
    if full.contains('-') { full.to_owned() } else { format!("{full}-1") }
}
