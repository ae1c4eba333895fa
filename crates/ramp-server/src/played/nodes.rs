//! The nodes: one for each platform of the target, all at the address of this server.

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
