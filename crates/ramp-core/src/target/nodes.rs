//! Nodes that a release does not run on.

use super::{Target, TargetNode, platform_id};
use crate::knowledge::ReleasePlatform;

impl Target {
    /// The systems and architectures of its nodes on which its release does not run, as far as the release's table goes: such a
    /// cluster cannot be, and what was meant is probably another. Empty where the release or its nodes are not known.
    ///
    /// ```
    /// use ramp_core::Target;
    ///
    /// let target = |os, arch| Target::named("7.22").unwrap().with_operating_system(os).unwrap().with_architecture(arch).unwrap();
    /// assert!(target("rhel9", "x86_64").impossible_nodes().is_empty());
    /// assert_eq!(target("debian12", "x86_64").impossible_nodes(), ["debian12"]);
    /// assert_eq!(target("rhel9", "aarch64").impossible_nodes(), ["aarch64"]);
    /// let arm = Target::named("8.2").unwrap().with_operating_system("rhel8").unwrap().with_architecture("arm64").unwrap();
    /// assert_eq!(arm.impossible_nodes(), ["aarch64 with rhel8"]);
    /// ```
    pub fn impossible_nodes(&self) -> Vec<String> {
        let rows = self.release_platforms();
        if rows.is_empty() {
            return Vec::new();
        }
        let systems = self.operating_systems();
        let is_there = |os: &str| rows.iter().any(|row| row.os == os);
        // An architecture is there with one of the systems given, as long as one of them is there itself.
        let given = systems.iter().any(|os| is_there(os));
        let considered = |os: &str| !given || systems.iter().any(|name| name == os);
        let is_one = |architecture: &String| {
            rows.iter().filter(|row| considered(&row.os)).any(|row| row.architectures.contains(architecture))
        };
        let anywhere = |architecture: &String| rows.iter().any(|row| row.architectures.contains(architecture));
        let no_system = systems.iter().filter(|os| !is_there(os)).cloned();
        let no_architecture = self
            .architectures()
            .iter()
            .filter(|name| !is_one(name))
            .map(|name| if anywhere(name) { format!("{name} with {}", systems.join(", ")) } else { name.clone() });
        no_system.chain(no_architecture).collect()
    }

    /// This target with no other nodes than those that a bundle for these systems and this processor is for; where it is for none of
    /// them, with nodes of which nothing is known, so that it is judged for the platforms that it names itself. Of a release with a
    /// bundle for each platform a node needs its own.
    ///
    /// ```
    /// use ramp_core::Target;
    ///
    /// let target = Target::named("7.8").unwrap().with_operating_system("rhel8").unwrap().with_operating_system("rhel9").unwrap();
    /// assert_eq!(target.with_nodes_for(&["rhel9"], None).operating_systems(), ["rhel9"]);
    /// assert_eq!(target.with_nodes_for(&["amzn2"], None), Target::named("7.8").unwrap());
    /// ```
    #[must_use]
    pub fn with_nodes_for(&self, systems: &[&str], architecture: Option<&str>) -> Self {
        let ids: Vec<&str> = systems.iter().map(|name| platform_id(name)).collect();
        let runs = |system: &str| ids.contains(&system);
        let is_of = |name: &str| architecture.is_none_or(|own| own == name);
        let mut target = self.clone();
        let spec = &mut target.spec;
        spec.operating_systems.retain(|system| runs(system));
        spec.architectures.retain(|name| is_of(name));
        spec.nodes.retain(|node| {
            node.operating_system.as_deref().is_none_or(runs) && node.architecture.as_deref().is_none_or(is_of)
        });
        let spec = &target.spec;
        let is_lost = spec.operating_systems.is_empty() && !self.spec.operating_systems.is_empty()
            || spec.architectures.is_empty() && !self.spec.architectures.is_empty()
            || spec.nodes.is_empty() && !self.spec.nodes.is_empty();
        if is_lost {
            let spec = &mut target.spec;
            spec.operating_systems.clear();
            spec.architectures.clear();
            spec.nodes.clear();
        }
        target
    }

    /// Whether one of its nodes can be of that system and processor, as far as they are given: by its nodes one by one, by its systems and
    /// architectures, and where those are not known by what its release runs on.
    pub(crate) fn may_run(&self, system: Option<&str>, processor: Option<&str>) -> bool {
        let rows = self.release_platforms();
        let fits = |one: Option<&str>, other: Option<&str>| one.is_none() || other.is_none() || one == other;
        let can_be = |(os, architecture): (Option<&str>, Option<&str>)| {
            // What its nodes are said to run counts before what its release does.
            let mut rows = rows.iter().filter(|row| fits(os, Some(&row.os))).peekable();
            let is_of = |row: &ReleasePlatform| {
                let runs = |processor: &str| row.architectures.iter().any(|name| name == processor);
                fits(system, Some(&row.os)) && (architecture.is_some() || processor.is_none_or(runs))
            };
            fits(os, system) && fits(architecture, processor) && (rows.peek().is_none() || rows.any(|row| is_of(row)))
        };
        if !self.spec.nodes.is_empty() {
            let of = |node: &TargetNode| can_be((node.operating_system.as_deref(), node.architecture.as_deref()));
            return self.spec.nodes.iter().any(of);
        }
        let [systems, architectures] = [&self.spec.operating_systems, &self.spec.architectures].map(|given| {
            let given = given.iter().map(|name| Some(name.as_str())).collect::<Vec<_>>();
            if given.is_empty() { vec![None] } else { given }
        });
        systems.iter().any(|system| architectures.iter().any(|architecture| can_be((*system, *architecture))))
    }

    /// The systems that its release runs on.
    pub fn possible_operating_systems(&self) -> Vec<&'static str> {
        let mut systems: Vec<&str> = self.release_platforms().into_iter().map(|row| row.os.as_str()).collect();
        // A system has a row more where an architecture came later.
        systems.dedup();
        systems
    }
}
