//! What the manifests of a cluster on Kubernetes say of its modules: data, with the place of each in its file.
//!
//! Nothing here reads YAML; whoever does fills this in, and [`judge_kubernetes`](crate::judge_kubernetes) judges it.

mod bundle;
mod objects;
mod place;

pub use bundle::{Bundle, BundleMetadata, REQUIRED};
pub use objects::{Cluster, Database, DatabaseModule, Scheme, Secret, Source, UserDefinedModule};
pub use place::{Identity, Kind, Place, Text, Typed};

use crate::target::Target;
use crate::version;

/// The system of the nodes, from operator 7.8.2-6 on.
pub const NODES_RUN: &str = "rhel9";

/// The first version of a cluster that loads user-defined modules as it starts.
pub const FIRST_TO_DOWNLOAD: &str = "8.0.6";

/// Whether the nodes of a cluster of that version download the modules that its manifest lists; `None` where the text is not
/// a version.
///
/// ```
/// use ramp_core::kubernetes::downloads;
///
/// assert_eq!(downloads("8.0.6-54"), Some(true));
/// assert_eq!(downloads("7.22.0-95"), Some(false));
/// assert_eq!(downloads("8.0"), Some(true));
/// assert_eq!(downloads("nightly"), None);
/// ```
pub fn downloads(cluster_version: &str) -> Option<bool> {
    // Of a line of releases that is named, the newest is meant.
    let newest = Target::named(cluster_version).ok().and_then(|target| target.newest_version());
    if let (Some(newest), Ok(first)) = (newest, version::parse(FIRST_TO_DOWNLOAD)) {
        return Some(newest.cmp_precedence(&first).is_ge());
    }
    let (has, first) = (version::parse(cluster_version).ok()?, version::parse(FIRST_TO_DOWNLOAD).ok()?);
    Some(has.cmp_precedence(&first).is_ge())
}

/// All that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifests {
    /// Of kind `RedisEnterpriseCluster`.
    pub clusters: Vec<Cluster>,
    /// Of kind `RedisEnterpriseDatabase` and `RedisEnterpriseActiveActiveDatabase`.
    pub databases: Vec<Database>,
    /// Of kind `Secret`.
    pub secrets: Vec<Secret>,
    /// What has another shape than the resources want, and could not be read for that.
    pub misshapen: Vec<Misshapen>,
    /// Keys and kinds that nothing has, and that are close to one that counts.
    pub misspelt: Vec<Misspelt>,
    /// Keys that a mapping has once already, and where they stand again.
    pub repeated: Vec<Repeated>,
    /// Where a file begins that has none of these objects.
    pub without_objects: Vec<Place>,
}

/// A value of another shape than the resources want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misshapen {
    /// The key that it is under.
    pub field: &'static str,
    /// Whether it is an item of the list under that key.
    pub of_list: bool,
    /// What it is.
    pub found: Shape,
    /// What it must be.
    pub expected: Shape,
    /// Where it stands.
    pub place: Place,
}

/// What a value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing: `null`, or no text at all.
    Null,
    /// A text, a number or the like.
    Scalar,
    /// A list.
    List,
    /// A mapping of keys to values.
    Mapping,
}

impl Shape {
    /// As a message speaks of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Null => "empty",
            Self::Scalar => "a single value",
            Self::List => "a list",
            Self::Mapping => "a mapping",
        }
    }
}

/// A word that was probably meant to be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misspelt {
    /// What it names: a key, or the kind of an object.
    pub what: Word,
    /// The word as it stands there.
    pub found: String,
    /// What was probably meant.
    pub meant: &'static str,
    /// Where it stands.
    pub place: Place,
}

/// A key that a mapping has twice; the last counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The key.
    pub key: String,
    /// Where it stands first.
    pub first: Place,
    /// Where it stands again.
    pub place: Place,
}

/// What a word names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The key of a mapping.
    Key,
    /// The `kind` of an object.
    Kind,
}

impl Manifests {
    /// What all objects are called, in no particular order of their kinds.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        let clusters = self.clusters.iter().map(|cluster| &cluster.identity);
        let databases = self.databases.iter().map(|database| &database.identity);
        clusters.chain(databases).chain(self.secrets.iter().map(|secret| &secret.identity))
    }
}
