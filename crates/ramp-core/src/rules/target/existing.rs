//! Target: what the cluster has already.

use crate::datum::Datum;
use crate::endpoint::{Endpoint, Part};
use crate::error_code::UploadErrorCode::ModuleExists;
use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::rules::context::Context;
use crate::rules::declare::target as rule;
use crate::target::{Has, InstalledArtifact, InstalledModule};

const NAMED: &[(&str, &str)] = &[("module", "the name of the module"), ("version", "its version, as a number")];

pub(super) static MODULE: Rule = Rule {
    part: Part::Object,
    what: "The cluster has a module of this name and version, for every platform this bundle is for.",
    why: "A module is known by its name and version; it is not replaced by an upload.",
    help: "Raise the module's version, or delete the one that is there, unless it came with the cluster.",
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
    let Some(module) = facts.installed() else { return };
    check_module(context, &module);
    let InstalledModule { module_name: name, version, .. } = module;
    let artifact = InstalledArtifact { module_name: name.clone(), version };
    if context.target.known_endpoint() == Some(Endpoint::UserDefined) && context.target.has_artifact(&artifact) {
        let message = format!("a node has the artifact of `{name}` in version {version}");
        // Other names are written otherwise in a path, and in a shell.
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        let help = is_plain.then(|| ARTIFACT.help.replace("NAME/VERSION", &format!("{name}/{version}")));
        let reported = context.report(&ARTIFACT, Location::pointer("/version"), message);
        reported.data("module", name).data("version", version).help(help);
    }
}

fn check_module(context: &mut Context<'_>, module: &InstalledModule) {
    let InstalledModule { module_name: name, version, .. } = module;
    let at = Location::pointer("/version");
    let reported = match context.target.has(module) {
        Has::Nothing => return,
        Has::Elsewhere { there, adds } => {
            let message = format!("the cluster has `{name}` {version} for {}; this adds {adds}", there.join(", "));
            let has = Datum::list(&there);
            context.report(&MODULE_ELSEWHERE, at, message).data("has", has).data("platform", adds)
        }
        Has::All => context.report(&MODULE, at, format!("the cluster has `{name}` in version {version}")),
    };
    reported.data("module", name.as_str()).data("version", *version);
}
