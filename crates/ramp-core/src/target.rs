//! What a bundle is checked against.

use std::collections::BTreeSet;

use semver::Version;
use serde::Serialize;

use crate::date::Date;
use crate::endpoint::Endpoint;
use crate::knowledge::{BundledBuild, BundledModule, Knowledge, OsCheck, Platform, Release, ReleasePlatform};
use crate::version;

mod build;
mod error;
mod has;
mod nodes;
mod spec;
mod words;

pub use error::TargetError;
pub(crate) use has::Has;
use spec::Spec;
pub use spec::{InstalledArtifact, InstalledModule, TargetNode};

/// A cluster, or what is known of one. Everything is optional: what is not known is not checked.
///
/// The default is not a cluster at all: the bundle is checked against itself, on each operating system it declares.
///
/// ```
/// use ramp_core::{Endpoint, Target};
///
/// let target = Target::named("7.22").unwrap().with_operating_system("rocky9").unwrap();
/// assert_eq!(target.operating_systems(), ["rhel9"]);
/// assert_eq!(target.effective_endpoint(), Endpoint::V2);
/// assert!(Target::named("8.2").unwrap().with_endpoint(Endpoint::V1).is_err());
///
/// // As JSON it is checked in the same way.
/// assert!(serde_json::from_str::<Target>(r#"{"cluster_version": "seven"}"#).is_err());
/// let target: Target = serde_json::from_str(r#"{"operating_systems": ["rocky9"], "architectures": ["amd64"]}"#).unwrap();
/// assert_eq!((target.operating_systems(), target.architectures()), (&["rhel9".to_owned()][..], &["x86_64".to_owned()][..]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Target {
    #[serde(flatten)]
    spec: Spec,
}

impl Target {
    /// The cluster's version, such as `7.4.2-54`, or that of a release, such as `7.22`.
    pub fn cluster_version(&self) -> Option<&str> {
        self.spec.cluster_version.as_deref()
    }

    /// How the bundle is uploaded, where that was given; see [`effective_endpoint`](Self::effective_endpoint).
    pub const fn endpoint(&self) -> Option<Endpoint> {
        self.spec.endpoint
    }

    /// Operating systems of the nodes, as in `operating_systems`: `rhel9`, `ubuntu22`.
    pub fn operating_systems(&self) -> &[String] {
        &self.spec.operating_systems
    }

    /// Architectures of the nodes, as in `architecture`: `x86_64`, `aarch64`.
    pub fn architectures(&self) -> &[String] {
        &self.spec.architectures
    }

    /// Capabilities that every module must have. No public source names any, so there are none by default.
    pub fn required_capabilities(&self) -> &[String] {
        &self.spec.required_capabilities
    }

    /// Redis versions of the databases that are to load the module, where they were given; see [`databases`](Self::databases).
    pub fn database_versions(&self) -> &[String] {
        &self.spec.database_versions
    }

    /// Modules that the cluster has.
    pub fn installed_modules(&self) -> &[InstalledModule] {
        &self.spec.installed_modules
    }

    /// Artifacts that its nodes have, from 8.0 on.
    pub fn artifacts(&self) -> &[InstalledArtifact] {
        &self.spec.artifacts
    }

    /// Largest module that the cluster takes, in bytes, where that was given.
    pub const fn max_module_bytes(&self) -> Option<u64> {
        self.spec.max_module_bytes
    }

    /// Whether the cluster takes uploads, where that was given; see [`takes_uploads`](Self::takes_uploads).
    pub const fn allow_modules_upload(&self) -> Option<bool> {
        self.spec.allow_modules_upload
    }

    /// The day it is judged on, where that was given: without it, nothing that depends on the day is found.
    pub const fn as_of(&self) -> Option<Date> {
        self.spec.as_of
    }

    /// Its nodes, where they are known one by one.
    pub fn nodes(&self) -> &[TargetNode] {
        &self.spec.nodes
    }

    /// Every capability that the cluster names; empty where that is not known.
    pub fn known_capabilities(&self) -> &[String] {
        &self.spec.known_capabilities
    }

    /// Whether nothing at all is known of a cluster.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// The release that the cluster's version belongs to.
    pub fn release(&self) -> Option<&'static Release> {
        Knowledge::builtin().release(self.spec.cluster_version.as_deref()?)
    }

    /// The cluster's version, as a number that compares.
    pub fn version(&self) -> Option<Version> {
        version::parse(self.spec.cluster_version.as_deref()?).ok()
    }

    /// The rows of the release's table that its nodes can run on. Where the full version is known (`8.0.5`), those that
    /// the line had in that version.
    pub(crate) fn release_platforms(&self) -> Vec<&'static ReleasePlatform> {
        let version = self.full_version();
        self.release().map(|release| release.platforms_in(version.as_ref()).collect()).unwrap_or_default()
    }

    /// The cluster's version, unless it only names a line of releases.
    pub(crate) fn full_version(&self) -> Option<Version> {
        self.version()
            .filter(|_| self.spec.cluster_version.as_deref().is_some_and(|text| text.matches('.').count() > 1))
    }

    /// The newest version that the cluster can be: its own, or the newest of the line where only that is named.
    pub(crate) fn newest_version(&self) -> Option<Version> {
        let of_line = || version::parse(&self.release()?.newest_build.value).ok();
        self.full_version().or_else(of_line).or_else(|| self.version())
    }

    /// Whether the release takes builds for platforms that its nodes do not run: 7.2 to 7.22, where an upgrade of the
    /// operating system needs them. What is wrong with such a build is a finding of the group load; so it is where the release is
    /// not known, as then it is not known who refuses it.
    pub fn takes_any_platform(&self) -> bool {
        self.release().is_none_or(|release| release.os_check.value == OsCheck::AnyPlatform)
    }

    /// The endpoint given, else the release's default; `None` where nobody can know it.
    pub fn known_endpoint(&self) -> Option<Endpoint> {
        self.spec.endpoint.or_else(|| Some(self.release()?.default_endpoint))
    }

    /// The endpoint given, else the release's default, else v2.
    pub fn effective_endpoint(&self) -> Endpoint {
        self.known_endpoint().unwrap_or(Endpoint::V2)
    }

    /// Whether uploads are taken: as given, else as the release ships.
    pub fn takes_uploads(&self) -> Option<bool> {
        self.spec.allow_modules_upload.or_else(|| Some(self.release()?.uploads_enabled_by_default.value))
    }

    /// The Redis versions of its databases: as given, else all that the release offers.
    pub fn databases(&self) -> Vec<Version> {
        let of_release = || {
            let version = self.full_version();
            let rows = self.release().map(|release| release.databases_in(version.as_ref()).collect::<Vec<_>>());
            rows.unwrap_or_default().into_iter().map(|row| row.version.as_str()).collect()
        };
        let given: Vec<&str> = self.spec.database_versions.iter().map(String::as_str).collect();
        let names = if given.is_empty() { of_release() } else { given };
        names.into_iter().filter_map(|text| version::parse(text).ok()).collect()
    }

    /// The same to the last number, as the release has them: 7.4.3 where databases are of 7.4. As given where they are given
    /// to the last number, or no source says.
    ///
    /// ```
    /// use ramp_core::Target;
    ///
    /// let databases = |name| Target::named(name).unwrap().exact_databases();
    /// let exact: Vec<String> = databases("7.22").iter().map(ToString::to_string).collect();
    /// assert_eq!(exact, ["6.2.13", "7.2.7", "7.4.3"]);
    /// assert_eq!(databases("7.22.0-95")[2].to_string(), "7.4.2");
    /// ```
    pub fn exact_databases(&self) -> Vec<Version> {
        let version = self.full_version();
        let exact = |redis| match self.release() {
            Some(release) => release.exact(redis, version.as_ref()),
            None => redis,
        };
        self.databases().into_iter().map(exact).collect()
    }

    /// The builds that come with the cluster, module by module, oldest first; none where its release is not known.
    ///
    /// ```
    /// use ramp_core::Target;
    ///
    /// let target = Target::named("7.22").unwrap();
    /// let builds = target.bundled_builds();
    /// let names = builds.iter().map(|(module, build)| format!("{} {}", module.module_name, build.semantic_version));
    /// assert_eq!(names.take(3).collect::<Vec<_>>(), ["search 2.6.29", "search 2.8.26", "search 2.10.17"]);
    /// ```
    pub fn bundled_builds(&self) -> Vec<(&'static BundledModule, &'static BundledBuild)> {
        let Some(release) = self.release() else { return Vec::new() };
        let version = self.full_version();
        let of = |module: &'static BundledModule| {
            module.builds_in(release, version.as_ref()).into_iter().map(move |build| (module, build))
        };
        Knowledge::builtin().bundled_modules().iter().flat_map(of).collect()
    }

    /// When the release's life ended, where it has by the day the target is judged on.
    pub(crate) fn ended(&self) -> Option<Date> {
        self.release()?.ended(self.spec.as_of?)
    }

    /// Which nodes run a system: `node 3 runs`, or `a node runs` where they are not known one by one.
    pub(crate) fn nodes_running(&self, os: &str) -> String {
        let runs = |node: &TargetNode| node.operating_system.as_deref() == Some(os);
        words::subject(&self.spec.nodes, runs, ["runs", "run"])
    }

    /// Which nodes are of an architecture: `nodes 1, 3 are`.
    pub(crate) fn nodes_being(&self, architecture: &str) -> String {
        let is = |node: &TargetNode| node.architecture.as_deref() == Some(architecture);
        words::subject(&self.spec.nodes, is, ["is", "are"])
    }

    /// The platforms that a module declaring `declared` would be loaded on: the nodes' own where they are given,
    /// else those it declares and the release runs on, else those it declares.
    pub(crate) fn platforms_to_load_on(&self, declared: &[&str]) -> Vec<&'static Platform> {
        let knowledge = Knowledge::builtin();
        let names: Vec<&str> = if self.spec.operating_systems.is_empty() {
            declared.to_vec()
        } else {
            self.spec.operating_systems.iter().map(String::as_str).collect()
        };
        let mut seen = BTreeSet::new();
        let rows = self.release_platforms();
        names
            .into_iter()
            .filter_map(|name| knowledge.platform(name))
            .filter(|platform| seen.insert(platform.id.as_str()))
            .filter(|platform| {
                !self.spec.operating_systems.is_empty()
                    || self.release().is_none()
                    || rows.iter().any(|row| row.os == platform.id)
            })
            .collect()
    }
}

/// The id that a system has in the platform table; itself where the table does not know it.
pub(crate) fn platform_id(name: &str) -> &str {
    Knowledge::builtin().platform(name).map_or(name, |p| &p.id)
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Target {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Spec::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Spec::json_schema(generator)
    }
}
