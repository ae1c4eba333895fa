//! Target: what the cluster has already.

use crate::datum::Datum;
use crate::endpoint::{Endpoint, Part};
use crate::error_code::UploadErrorCode::ModuleExists;
use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::rules::context::Context;
use crate::rules::declare::target as rule;
use crate::target::InstalledArtifact;

const NAMED: &[(&str, &str)] = &[("module", "the name of the module"), ("version", "its version, as a number")];

pub(super) static MODULE: Rule = Rule {
    part: Part::Object,
    what: "The cluster has a module of this name and version, for every platform this bundle is for.",
    why: "A module is known by its name and version; it is not replaced by an upload.",
    help: "Raise the module's version, or delete the one that is there.",
    example: "A rebuild of 2.8.3 uploaded again.",
    data: NAMED,
    ..rule("module-exists", ModuleExists, "the cluster has this module in this version")
};
pub(super) static MODULE_ELSEWHERE: Rule = Rule {
    strict_level: Level::Note,
    error_code: None,
    what: "The cluster has a module of this name and version, for other platforms than this bundle is for.",
    why: "From 7.2 to 7.22 that adds a platform to the module, which an upgrade of the operating system needs.",
    help: "Nothing to do.",
    example: "The build for `rhel9` of a module that is there for `rhel8`.",
    data: &[
        ("has", "the platforms that the cluster has it for"),
        ("module", "the name of the module"),
        ("platform", "the platform that this one adds"),
        ("version", "its version, as a number"),
    ],
    ..rule("module-exists-elsewhere", ModuleExists, "the cluster has this module for other platforms")
};
pub(super) static ARTIFACT: Rule = Rule {
    endpoints: &[Endpoint::UserDefined],
    what: "A node has the artifact of a module of this name and version. `GET /v2/local/modules/user-defined/artifacts` \
           shows it, and it stays when the module's object is deleted.",
    why: "An artifact is known by name and version, as modules are. What a node answers to a second one is not documented: \
          it is taken to be what a cluster answers to a second module.",
    help: "Raise the module's version, or delete the artifact from each node: `curl -k -u USER -X DELETE \
           https://NODE:9443/v2/local/modules/user-defined/artifacts/NAME/VERSION`.",
    example: "A module whose object was deleted, and whose artifacts were not.",
    data: NAMED,
    ..rule("artifact-exists", ModuleExists, "a node has an artifact of this name and version")
};

/// What the cluster has of a module of this name and version.
pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    let metadata = &facts.metadata;
    let (Some(name), Some(version)) = (metadata.module_name(), metadata.version()) else { return };
    check_module(context, facts, name, version);
    let has = |artifact: &InstalledArtifact| artifact.module_name == name && artifact.version == version;
    if context.target.known_endpoint() == Some(Endpoint::UserDefined) && context.target.artifacts().iter().any(has) {
        let message = format!("a node has the artifact of `{name}` in version {version}");
        let reported = context.report(&ARTIFACT, Location::pointer("/version"), message);
        reported.data("module", name).data("version", version);
    }
}

fn check_module(context: &mut Context<'_>, facts: &MetadataFacts, name: &str, version: i64) {
    let target = context.target;
    let mut same = target.installed_modules().iter().filter(|m| m.module_name == name && m.version == version);
    let Some(installed) = same.next() else { return };
    let architecture = facts.metadata.architecture().unwrap_or("x86_64");
    let systems = facts.operating_systems();
    // From 8.0 on, and up to 6.4, the module is there or not, whatever it is for.
    let adds = target.takes_any_platform() && target.effective_endpoint() != Endpoint::UserDefined;
    let new = systems.iter().map(|os| format!("{os}/{architecture}")).find(|p| !installed.platforms.contains(p));
    let at = Location::pointer("/version");
    let reported = if let Some(platform) = new.filter(|_| adds && !installed.platforms.is_empty()) {
        let there = installed.platforms.join(", ");
        context
            .report(
                &MODULE_ELSEWHERE,
                at,
                format!(
                    "the cluster has `{name}` {version} for {there}; this adds \
                                                    {platform}"
                ),
            )
            .data("has", Datum::list(&installed.platforms))
            .data("platform", platform)
    } else {
        context.report(&MODULE, at, format!("the cluster has `{name}` in version {version}"))
    };
    reported.data("module", name).data("version", version);
}
