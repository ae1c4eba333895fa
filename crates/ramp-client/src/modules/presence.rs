//! Whether a cluster has what a bundle would bring.

use ramp_core::facts::{BundleFacts, MetadataFacts};
use ramp_core::{Endpoint, Target};

use super::difference::Difference;
use super::list::ClusterModules;
use super::module::ClusterModule;

/// Whether a cluster has what a bundle would bring.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// It has not; or the bundle does not say what it is.
    Missing,
    /// It has all of it.
    There {
        /// What it has.
        module: Box<ClusterModule>,
        /// The digest that both have; `None` where the cluster tells none, so that it may be another build.
        sha256: Option<String>,
    },
    /// It has the object, and not every node has the artifact (from 8.0 on).
    Partly {
        /// What it has.
        module: Box<ClusterModule>,
    },
    /// It has another build of the same version, or says otherwise of it.
    Different {
        /// What it has.
        module: Box<ClusterModule>,
        /// In what it differs: one field at least.
        differences: Vec<Difference>,
    },
}

impl ClusterModules {
    /// Whether the cluster has what the bundle of these facts would bring: the same name and version, for every platform of the
    /// bundle where the release adds platforms, on every node from 8.0 on; the same digest, where the cluster tells one; and the same in
    /// all that the cluster's object tells of its `module.json`.
    ///
    /// The digest is that of the module itself, measured, and not what `module.json` claims. `target` is what the cluster was found
    /// to be.
    pub fn presence(&self, facts: &BundleFacts, target: &Target) -> Presence {
        let Some((module, metadata)) = self.meant(facts) else { return Presence::Missing };
        let platforms = platforms(metadata);
        let measured = facts.archive.as_ref().ok().and_then(|archive| archive.module.as_ref());
        let here = measured.map(|module| module.sha256.to_string());
        let (mut told, mut differences) = (None, Vec::new());
        for build in &module.builds {
            let is_of_bundle = build.platform.as_ref().is_none_or(|platform| platforms.contains(platform));
            let (Some(there), Some(here), true) = (&build.sha256, &here, is_of_bundle) else { continue };
            if !there.eq_ignore_ascii_case(here) {
                let (there, here, platform) = (there.to_ascii_lowercase(), here.clone(), build.platform.clone());
                differences.push(Difference { field: "sha256".to_owned(), platform, there, here });
            }
            told = Some(here.clone());
        }
        // Up to 6.4, and from 8.0 on, a module is there or not, whatever it is for.
        let adds = self.endpoint != Some(Endpoint::UserDefined) && target.takes_any_platform();
        let named = |platform: &String| module.builds.iter().any(|build| build.platform.as_ref() == Some(platform));
        let is_named = module.builds.iter().any(|build| build.platform.is_some());
        let is_there = !adds || !is_named || platforms.iter().all(named);
        if is_there {
            differences.extend(module.differences(metadata.root()));
        }
        let module = Box::new(module.clone());
        if !differences.is_empty() {
            return Presence::Different { module, differences };
        }
        if !is_there {
            return Presence::Missing;
        }
        match &module.artifacts {
            Some(artifacts) if !module.is_bundled => {
                let all =
                    !artifacts.on.is_empty() && artifacts.missing_on.is_empty() && artifacts.unknown_on.is_empty();
                if all { Presence::There { module, sha256: told } } else { Presence::Partly { module } }
            }
            _ => Presence::There { module, sha256: told },
        }
    }

    /// The object of the bundle's name and version, and the bundle's metadata.
    fn meant<'a>(&'a self, facts: &'a BundleFacts) -> Option<(&'a ClusterModule, &'a MetadataFacts)> {
        let facts = facts.archive.as_ref().ok()?.metadata()?;
        let (name, version) = (facts.metadata.module_name()?, facts.metadata.version()?);
        let is_it = |m: &&ClusterModule| m.module_name == name && m.version == version && m.uid.is_some();
        let module = self.modules.iter().find(is_it)?;
        Some((module, facts))
    }
}

/// The platforms of a bundle, as clusters write them.
fn platforms(facts: &MetadataFacts) -> Vec<String> {
    let architecture = facts.metadata.architecture().unwrap_or("x86_64");
    facts.operating_systems().into_iter().map(|os| format!("{os}/{architecture}")).collect()
}
