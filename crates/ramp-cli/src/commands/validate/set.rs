//! Bundles judged together, as those of one release.

use std::collections::BTreeSet;
use std::path::Path;

use ramp_core::facts::{BundleFacts, MetadataFacts};
use ramp_core::release_set::{Member, NodePlatform, ReleaseSet};
use ramp_core::text::count;
use ramp_core::{Policy, PolicyError, Suppression, Target, judge_set};

use crate::args::validate::Validate;
use crate::commands::outcome::outcomes;
use crate::commands::target::Named;
use crate::config::Config;
use crate::output::{FilesKind, JudgedFiles, Outcome, Verdict};

/// The target as it is for a bundle that is one of several: with the nodes that it is for.
pub(super) fn own_nodes(facts: &BundleFacts, target: &Target) -> Target {
    let metadata = facts.archive.as_ref().ok().and_then(|archive| archive.metadata());
    let systems = metadata.map(MetadataFacts::operating_systems).unwrap_or_default();
    target.with_nodes_for(&systems, metadata.and_then(|metadata| metadata.metadata.architecture()))
}

/// Of one bundle among several it does not count that it is for none of the nodes: others are, or one of them is missed.
const OF_OTHERS: [&str; 4] =
    ["os-not-supported", "architecture-not-supported", "load-operating-system", "os-not-in-release"];

/// A policy, for a bundle that is one of several.
pub(super) fn among_others(policy: Policy) -> Result<Policy, PolicyError> {
    let reason = "it is for other nodes than the target's, and so may a bundle of a set be";
    OF_OTHERS.into_iter().try_fold(policy, |policy, rule| policy.suppressing(rule, Suppression::new(reason)))
}

/// What is kept of each bundle.
#[derive(Debug, Default)]
pub(super) struct Bundles(Vec<Member>);

impl Bundles {
    pub(super) fn add(&mut self, outcome: &Outcome) {
        let metadata = match &outcome.verdict {
            Verdict::Judged(report) => report.metadata(),
            _ => None,
        };
        self.0.push(Member::new(&outcome.bundle, metadata));
    }

    /// All of them together, for each target.
    pub(super) fn judge(&self, args: &Validate, config: &Config, targets: &[Named], policy: &Policy) -> Vec<Outcome> {
        let of_file = config.file().set.required.iter().map(|node| node.0.clone());
        let required = if args.require.is_empty() { of_file.collect() } else { args.require.clone() };
        let set = ReleaseSet { members: self.0.clone(), required };
        let files: Vec<String> = set.members.iter().map(|member| member.bundle().to_owned()).collect();
        outcomes(&folder(&files), policy, targets, |named| {
            Verdict::Files(Box::new(JudgedFiles {
                kind: FilesKind::Set,
                report: judge_set(&set, &named.target, policy),
                files: files.clone(),
                summary: Some(summary(&set)),
            }))
        })
    }
}

/// The folder of the bundles, where all are in the same one.
fn folder(files: &[String]) -> String {
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| Path::new(file).parent()).collect();
    let only = folders.first().filter(|_| folders.len() == 1);
    let only = only.map(|folder| folder.display().to_string()).filter(|folder| !folder.is_empty());
    only.unwrap_or_else(|| ".".to_owned())
}

/// `3 bundles for rhel8/x86_64, rhel9/x86_64, ubuntu22/x86_64`.
fn summary(set: &ReleaseSet) -> String {
    let platforms: BTreeSet<NodePlatform> = set.members.iter().flat_map(Member::platforms).collect();
    let platforms: Vec<String> = platforms.iter().map(ToString::to_string).collect();
    let bundles = count(set.members.len(), "bundle");
    if platforms.is_empty() { bundles } else { format!("{bundles} for {}", platforms.join(", ")) }
}
