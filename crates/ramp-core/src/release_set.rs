//! The bundles of one release of a module, one or several for each platform.

use std::collections::BTreeSet;

use crate::metadata::{Value, python};
use crate::module::Architecture;
use crate::target::{Target, platform_id};

/// A system and a processor, as clusters write the two: `rhel9/x86_64`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodePlatform {
    /// The system, by the name that the table of platforms has for it.
    pub operating_system: String,
    /// The processor; `None` where any will do.
    pub architecture: Option<String>,
}

impl NodePlatform {
    pub(crate) fn new(system: &str, architecture: Option<&str>) -> Self {
        Self { operating_system: platform_id(system).to_owned(), architecture: architecture.map(Self::processor) }
    }

    /// A processor as clusters write it; as it is written, where it is not known.
    pub(crate) fn processor(name: &str) -> String {
        Architecture::meant(name).map_or_else(|| name.to_owned(), |known| known.to_string())
    }

    /// Whether a bundle for that platform is one for this.
    fn is_served_by(&self, other: &Self) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| one.is_none() || other.is_none() || one == other;
        self.operating_system == other.operating_system && same(&self.architecture, &other.architecture)
    }
}

impl std::fmt::Display for NodePlatform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.operating_system)?;
        self.architecture.iter().try_for_each(|architecture| write!(f, "/{architecture}"))
    }
}

/// A text that is not a system, with or without a processor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a platform of nodes; write the system and the processor: rhel9/x86_64")]
pub struct NotANodePlatform(pub String);

impl std::str::FromStr for NodePlatform {
    type Err = NotANodePlatform;

    /// `rhel9/x86_64`, or `rhel9` for any processor. Systems and processors have to be known.
    ///
    /// ```
    /// use ramp_core::release_set::NodePlatform;
    ///
    /// assert_eq!("rhel9/arm64".parse::<NodePlatform>().unwrap().to_string(), "rhel9/aarch64");
    /// assert!("x86_64".parse::<NodePlatform>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, NotANodePlatform> {
        let wrong = || NotANodePlatform(text.to_owned());
        let (system, architecture) =
            text.split_once('/').map_or((text, None), |(system, processor)| (system, Some(processor)));
        let is_known = crate::knowledge::Knowledge::builtin().platform(system).is_some()
            && architecture.is_none_or(|name| Architecture::meant(name).is_some());
        is_known.then(|| Self::new(system, architecture)).ok_or_else(wrong)
    }
}

/// What counts of one bundle among the others of its release.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub(crate) bundle: String,
    pub(crate) metadata: Option<Value>,
}

impl Member {
    /// A bundle by its file, and its metadata where that could be read.
    pub fn new(bundle: impl Into<String>, metadata: Option<&Value>) -> Self {
        Self { bundle: bundle.into(), metadata: metadata.cloned() }
    }

    /// The bundle, by its file.
    pub fn bundle(&self) -> &str {
        &self.bundle
    }

    /// The platforms that it is for.
    pub fn platforms(&self) -> Vec<NodePlatform> {
        let Some(metadata) = &self.metadata else { return Vec::new() };
        let listed = ["operating_systems", "os_list"].iter().find_map(|key| metadata.get(key)?.as_array());
        let systems: BTreeSet<&str> = listed.into_iter().flatten().filter_map(Value::as_str).collect();
        let architecture = metadata.get("architecture").and_then(Value::as_str);
        let mut platforms: Vec<NodePlatform> =
            systems.into_iter().map(|system| NodePlatform::new(system, architecture)).collect();
        platforms.sort();
        platforms.dedup();
        platforms
    }

    /// `version`, as the unpacker reads it.
    pub(crate) fn version(&self) -> Option<i64> {
        python::int_of_float(self.metadata.as_ref()?.get("version")?).ok()
    }
}

/// The bundles of one release, and what must be among them.
///
/// ```
/// use ramp_core::metadata::json;
/// use ramp_core::release_set::{Member, ReleaseSet};
/// use ramp_core::{Policy, Target, judge_set};
///
/// let member = |file: &str, text: &str| Member::new(file, Some(&json::read(text.as_bytes()).unwrap().root));
/// let one = r#"{"module_name": "m", "version": 1, "operating_systems": ["rhel8"], "architecture": "x86_64"}"#;
/// let other = r#"{"module_name": "m", "version": 2, "operating_systems": ["rhel9"], "architecture": "x86_64"}"#;
/// let set = ReleaseSet { members: vec![member("a.zip", one), member("b.zip", other)], required: Vec::new() };
/// let report = judge_set(&set, &Target::default(), &Policy::strict());
/// assert_eq!(report.findings[0].rule, "set-version-differs");
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReleaseSet {
    /// The bundles.
    pub members: Vec<Member>,
    /// Platforms for which there must be one, beside those of the target's nodes.
    pub required: Vec<NodePlatform>,
}

impl ReleaseSet {
    /// Whether there is a bundle for a system that the target's release runs on, as far as that and its nodes are not known.
    pub(crate) fn is_for_release(&self, target: &Target) -> bool {
        let possible = target.possible_operating_systems();
        let mut systems = self.members.iter().flat_map(Member::platforms).map(|platform| platform.operating_system);
        possible.is_empty() || !nodes(target).is_empty() || systems.any(|system| possible.contains(&system.as_str()))
    }

    /// Those of a target's nodes, and the required ones, for which there is no bundle.
    pub(crate) fn missing(&self, target: &Target) -> Vec<(NodePlatform, bool)> {
        let there: Vec<NodePlatform> = self.members.iter().flat_map(Member::platforms).collect();
        let of_nodes = nodes(target).into_iter().map(|platform| (platform, true));
        let mut wanted: Vec<(NodePlatform, bool)> =
            of_nodes.chain(self.required.iter().map(|platform| (platform.clone(), false))).collect();
        wanted.retain(|(platform, _)| !there.iter().any(|has| platform.is_served_by(has)));
        let mut seen = BTreeSet::new();
        wanted.retain(|(platform, _)| seen.insert(platform.clone()));
        wanted
    }
}

/// What a target's nodes are: one by one where that is known, else each system with each processor.
fn nodes(target: &Target) -> Vec<NodePlatform> {
    let known = target.nodes().iter().filter_map(|node| {
        let system = node.operating_system.as_deref()?;
        Some(NodePlatform::new(system, node.architecture.as_deref()))
    });
    let known: Vec<NodePlatform> = known.collect();
    if !known.is_empty() {
        return known;
    }
    let processors: Vec<Option<&str>> = match target.architectures() {
        [] => vec![None],
        all => all.iter().map(|name| Some(name.as_str())).collect(),
    };
    let of =
        |system: &String| processors.iter().map(|processor| NodePlatform::new(system, *processor)).collect::<Vec<_>>();
    target.operating_systems().iter().flat_map(of).collect()
}
