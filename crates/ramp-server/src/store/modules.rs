//! What a store keeps of modules and artifacts, and what is asked of it about them.
//!
//! Texts of JSON are kept as they are given: only the server reads them.

/// A module that is visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleRecord {
    /// 32 hexadecimal digits.
    pub uid: String,
    /// Its name.
    pub module_name: String,
    /// Its version as one number: 10203 for 1.2.3.
    pub version: i64,
    /// `module.json`, as it was uploaded: the text of a JSON object.
    pub metadata: String,
    /// Its builds, by place; none of one that was only defined.
    pub builds: Vec<Build>,
    /// Whether it came with the cluster. No store keeps such a module, and its builds have no bundles.
    pub is_bundled: bool,
}

impl ModuleRecord {
    /// Whether a node with these artifacts has it: a build, or the artifact of its name and version.
    pub(crate) fn is_on(&self, artifacts: &[ArtifactRecord]) -> bool {
        let is_its = |there: &ArtifactRecord| there.module_name == self.module_name && there.version == self.version;
        !self.builds.is_empty() || artifacts.iter().any(is_its)
    }
}

/// One build of a module: a bundle, for one platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// Where it is for: `rhel9/x86_64`, or [`ANY_PLATFORM`](Build::ANY_PLATFORM).
    pub place: String,
    /// Name of the blob that holds the bundle.
    pub blob: String,
    /// What the module's object says of a platform, dependencies and the SHA-256 of the module: JSON.
    pub details: String,
}

impl Build {
    /// The place of a build that says no operating system: it is there for all.
    pub const ANY_PLATFORM: &'static str = "*";
}

/// An artifact on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactRecord {
    /// Name of the module.
    pub module_name: String,
    /// Its version as one number.
    pub version: i64,
    /// Names of the files it brought under `deps/`: a JSON array.
    pub details: String,
}

/// A module that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewModule {
    /// The uid it gets if it is new.
    pub uid: String,
    /// Its name.
    pub module_name: String,
    /// Its version as one number.
    pub version: i64,
    /// See [`ModuleRecord::metadata`].
    pub metadata: String,
}

/// A build that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBuild {
    /// The id of the claim; nobody else has it.
    pub claim: String,
    /// The server that makes it.
    pub owner: String,
    /// Where it is for; several platforms can share a bundle.
    pub places: Vec<String>,
    /// Name of the blob that will hold the bundle; nobody else's.
    pub blob: String,
    /// See [`Build::details`] and [`ArtifactRecord::details`].
    pub details: String,
    /// Whether the blob is in the storage already, as one that is adopted. Then claiming it and committing are one step, so that no
    /// claim can die in between and take the blob with it.
    pub stored: bool,
}

/// Places that were claimed and are not visible yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: String,
    /// The uid of the module it belongs to; empty for an artifact.
    pub module_uid: String,
}

/// The answer to a wish for places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    /// At least one was free, and is now claimed.
    Claimed(Claim),
    /// All of them are taken.
    Taken,
}

/// The answer to a wish to take something out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed<T> {
    /// It is gone, and this is what it leaves.
    Done(T),
    /// It was not there.
    Unknown,
    /// These databases use it, so it stays.
    InUse(Vec<u32>),
}
