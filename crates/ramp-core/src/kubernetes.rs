//! What the manifests of a cluster on Kubernetes say of its modules: data, with the place of each in its file.
//!
//! Nothing here reads YAML; whoever does fills this in, and [`judge_kubernetes`](crate::judge_kubernetes) judges it.

mod bundle;
mod objects;
mod place;
mod slips;

pub use bundle::{Bundle, BundleMetadata, REQUIRED};
pub use objects::{Cluster, Database, DatabaseModule, Scheme, Secret, Source, UserDefinedModule};
pub use place::{Identity, Kind, Place, Text, Typed};
pub use slips::{Misplaced, Misshapen, Misspelt, Repeated, Shape, Word};

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

/// The key under which a cluster lists its modules.
const MODULES: &str = "userDefinedModules";

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
    /// Keys that count only at another place than where they stand.
    pub misplaced: Vec<Misplaced>,
    /// Keys that a mapping has once already, and where they stand again.
    pub repeated: Vec<Repeated>,
    /// Where a file begins that has none of these objects.
    pub without_objects: Vec<Place>,
}

impl Manifests {
    /// The key under which a cluster has its modules where nobody reads them: misspelt, in another place, or not a list.
    pub(crate) fn hidden_list(&self) -> Option<&str> {
        let misspelt = self.misspelt.iter().find(|word| word.meant == MODULES).map(|word| word.found.as_str());
        let misplaced = || self.misplaced.iter().any(|slip| slip.key == MODULES);
        let misshapen = || self.misshapen.iter().any(|slip| slip.field == MODULES && !slip.of_list);
        misspelt.or_else(|| (misplaced() || misshapen()).then_some(MODULES))
    }

    /// What all objects are called, in no particular order of their kinds.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        let clusters = self.clusters.iter().map(|cluster| &cluster.identity);
        let databases = self.databases.iter().map(|database| &database.identity);
        clusters.chain(databases).chain(self.secrets.iter().map(|secret| &secret.identity))
    }

    /// Every string that counts, with the key that it is under.
    pub fn strings(&self) -> impl Iterator<Item = (&'static str, &Text)> {
        let written = self.identities().flat_map(|identity| {
            let api_version = identity.api_version.iter().map(|text| ("apiVersion", text));
            identity.written.iter().map(|(field, text)| (*field, text)).chain(api_version)
        });
        let clusters = self.clusters.iter().flat_map(|cluster| {
            let tag = cluster.version_tag.iter().map(|text| ("versionTag", text));
            tag.chain(cluster.modules.iter().flat_map(UserDefinedModule::strings))
        });
        let databases = self.databases.iter().flat_map(Database::strings);
        written.chain(clusters).chain(databases)
    }

    /// Adds all that another has.
    pub fn append(&mut self, other: Self) {
        let Self { clusters, databases, secrets, misshapen, misspelt, misplaced, repeated, without_objects } = other;
        self.clusters.extend(clusters);
        self.databases.extend(databases);
        self.secrets.extend(secrets);
        self.misshapen.extend(misshapen);
        self.misspelt.extend(misspelt);
        self.misplaced.extend(misplaced);
        self.repeated.extend(repeated);
        self.without_objects.extend(without_objects);
    }
}
