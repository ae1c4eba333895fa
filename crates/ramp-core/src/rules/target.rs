//! Target: what does not fit the cluster that the bundle is uploaded to.

use std::collections::HashSet;

use super::context::Context;
use super::declare::target as rule;
use super::written::{datum, shown};
use crate::datum::Datum;
use crate::endpoint::{Endpoint, Part, Request};
use crate::error_code::UploadErrorCode;
use crate::facts::{ArchiveFacts, MetadataFacts};
use crate::finding::{Location, Rule};
use crate::knowledge::LimitScope;
use crate::layout::{is_under_deps, pointer};
use crate::metadata::definition::{DefinitionFlaw, DefinitionProblem, flaws_of_metadata};
use crate::target::Target;
use crate::text::count;

mod dependencies;
mod existing;
mod lifecycle;
mod platform;

pub(super) const RULES: &[&Rule] = &[
    &UPLOADS_DISABLED,
    &NO_MODULE,
    &FIELD_MISSING,
    &FIELD_TYPE,
    &TOO_BIG,
    &dependencies::DEPENDENCY_MISSING,
    &existing::MODULE,
    &existing::MODULE_ELSEWHERE,
    &existing::ARTIFACT,
    &lifecycle::PACK_VERSION,
    &lifecycle::PACK_VERSION_IGNORED,
    &CAPABILITIES,
    &platform::OS_NOT_SUPPORTED,
    &platform::ARCHITECTURE_NOT_SUPPORTED,
    &platform::OS_NOT_IN_RELEASE,
    &dependencies::NOT_SUPPORTED,
    &dependencies::INVALID_DATA,
    &lifecycle::RELEASE_UNKNOWN,
    &lifecycle::NODES_IMPOSSIBLE,
    &lifecycle::PAST_END_OF_LIFE,
];

static UPLOADS_DISABLED: Rule = Rule {
    part: Part::Object,
    what: "The cluster's setting `allow_modules_upload` is off. From 8.2 on it is off until it is switched on: where \
           only the release is known, this is a note, since the setting of this cluster is not known.",
    why: "Every upload is answered with 403, whatever the role of the user.",
    help: "Switch uploads on, upload, and switch them off again: `curl -k -u USER -X PUT -H 'Content-Type: application/json' \
           -d '{\"allow_modules_upload\": true}' https://CLUSTER:9443/v1/cluster`.",
    example: "A fresh cluster of Redis Software 8.2.",
    ..rule("uploads-disabled", UploadErrorCode::ModulesUploadDisabled, "the cluster takes no uploads")
};
/// What a server answers to a request without a file; see [`crate::Report::no_module`].
pub(super) static NO_MODULE: Rule = Rule {
    what: "The request has no file in its multipart field `module`.",
    why: "There is nothing to judge.",
    help: "Send the bundle as the multipart field `module`: `curl -F \"module=@bundle.zip\"`.",
    example: "`curl -F \"file=@bundle.zip\"`, the wrong field name.",
    ..rule("no-module", UploadErrorCode::NoModule, "no module was provided")
};
static FIELD_MISSING: Rule = Rule {
    part: Part::Object,
    endpoints: &[Endpoint::UserDefined],
    what: "`POST /v2/modules/user-defined` must be given `module_name`, `version`, `semantic_version`, `display_name`, \
           `commands`, `command_line_args`, `capabilities` and `min_redis_version`; one is missing. A `version` of zero \
           counts as missing.",
    why: "The cluster answers 406 to a module object that lacks a required field.",
    help: "Add the field to the manifest, and pack the bundle again.",
    example: "A hand-written `module.json` without `command_line_args`.",
    data: &[("found", "what the field is, where it is there and counts as missing")],
    ..rule("field-missing", UploadErrorCode::InvalidModule, "a field that the endpoint requires is missing")
};
static FIELD_TYPE: Rule = Rule {
    part: Part::Object,
    endpoints: &[Endpoint::UserDefined],
    what: "A field that `POST /v2/modules/user-defined` must be given is not of the documented type.",
    why: "The cluster answers 406 to a module object with values of another type.",
    help: "Correct the field in the manifest, and pack the bundle again.",
    example: "`\"capabilities\": \"types\"`, a string in place of a list.",
    data: &[("expected", "what it must be"), ("found", "the value")],
    ..rule("field-type", UploadErrorCode::InvalidModule, "a field that the endpoint requires has the wrong type")
};
pub(super) static TOO_BIG: Rule = Rule {
    reason: Some("module_size_too_big"),
    what: "The module is larger than the cluster takes: `module_upload_max_size_mb`, 40 unless it was changed, up to \
           7.22; 500 MB from 8.0 on.",
    why: "Up to 7.22, the unpacker refuses files outside `deps/` that are larger; from 8.0 on, the node refuses the bundle.",
    help: "Strip the module (`strip --strip-unneeded`), or have the limit raised.",
    example: "A module of 60 MB with debug information, for a cluster of 7.4.",
    data: &[("found", "the size in bytes"), ("limit", "the size in bytes that the cluster takes")],
    ..rule("module-too-big", UploadErrorCode::InvalidModule, "the module is larger than the cluster takes")
};
static CAPABILITIES: Rule = Rule {
    what: "The target requires capabilities that the metadata's `capabilities` does not name.",
    why: "The cluster refuses modules that cannot take part in what its databases do.",
    help: "Add the capabilities to the manifest, if the module really has them.",
    example: "A target that requires `replica_of`, and a module without it.",
    data: &[("needs", "the capabilities that are missing")],
    ..rule("capabilities-missing", UploadErrorCode::UnsupportedModuleCapabilities, "a required capability is missing")
};

/// What can be said without looking at the bundle.
pub(super) fn check_cluster(context: &mut Context<'_>) {
    // What nodes download themselves is not uploaded.
    let is_uploaded = context.target.known_endpoint() != Some(Endpoint::Bootstrap);
    if is_uploaded && context.target.takes_uploads() == Some(false) {
        check_uploads(context);
    }
    lifecycle::check_release(context);
    lifecycle::check_nodes(context);
    lifecycle::check_end(context);
}

/// They are off: by what the cluster says, or by what its release does until it is told otherwise.
fn check_uploads(context: &mut Context<'_>) {
    let target = context.target;
    if target.allow_modules_upload().is_some() {
        context.report(&UPLOADS_DISABLED, Location::default(), "the cluster takes no uploads of modules");
    } else {
        let release = target.cluster_version().unwrap_or_default();
        let message = format!("clusters of {release} take no uploads of modules until `allow_modules_upload` is set");
        context.report(&UPLOADS_DISABLED, Location::default(), message).note();
    }
}

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts) {
    check_bundle_size(context);
    let Some(facts) = archive.metadata() else { return };
    check_fields(context, facts);
    existing::check(context, facts);
    lifecycle::check_pack_version(context, facts);
    check_capabilities(context, facts);
    platform::check(context, facts);
    dependencies::check(context, archive, facts);
}

/// The limit on uploads, and what is held against it; nothing where the cluster is not known.
fn upload_limit(target: &Target) -> Option<(u64, LimitScope)> {
    let release = target.release().map(|release| &release.upload_limit.value);
    let bytes = target.max_module_bytes().or_else(|| Some(release?.bytes))?;
    Some((bytes, release.map_or(LimitScope::Entry, |limit| limit.scope)))
}

fn check_bundle_size(context: &mut Context<'_>) {
    let Some((limit, LimitScope::Bundle)) = upload_limit(context.target) else { return };
    let size = context.facts.size;
    if size > limit {
        let message = format!("the bundle has {size}, the cluster takes {limit}", size = count(size, "byte"));
        context.report(&TOO_BIG, Location::default(), message).data("found", size).data("limit", limit);
    }
}

/// A step of the unpacker in the releases that have the limit: it looks at the sizes before it reads anything.
pub(super) fn check_entry_sizes(context: &mut Context<'_>, archive: &ArchiveFacts) {
    let Some((limit, LimitScope::Entry)) = upload_limit(context.target) else { return };
    for (entry, content) in archive.directory.entries.iter().zip(&archive.contents) {
        let size = content.as_ref().map_or(entry.claimed_size, |c| c.size);
        if size > limit && !is_under_deps(&entry.name) {
            let (name, bytes) = (entry.name.escape_debug(), count(size, "byte"));
            let message = format!("`{name}` has {bytes}, the cluster takes {limit}");
            context.report(&TOO_BIG, Location::entry(&entry.name), message).data("found", size).data("limit", limit);
        }
    }
}

fn check_fields(context: &mut Context<'_>, facts: &MetadataFacts) {
    if context.target.is_unknown() || context.target.effective_endpoint() != Endpoint::UserDefined {
        return;
    }
    // Of what is not an object, none is sent.
    if facts.root().as_object().is_none() {
        return;
    }
    for DefinitionFlaw { field, problem } in flaws_of_metadata(facts.root()) {
        let value = facts.root().get(field);
        // No name and no version: the unpacker's rules have said so, of the object too.
        if facts.rejections.iter().any(|rejection| rejection.pointer() == pointer([field])) {
            continue;
        }
        match problem {
            DefinitionProblem::Missing => {
                let is = if value.is_some() { "null, which counts as missing" } else { "missing" };
                let message = format!("`{field}` is {is}; `{}` requires it", Request::Definition);
                context.report(&FIELD_MISSING, Location::key(field), message);
            }
            DefinitionProblem::Type { expected } => {
                let written = value.map(shown).unwrap_or_default();
                let message = format!("`{field}` is {written}; `{}` requires {expected}", Request::Definition);
                context
                    .report(&FIELD_TYPE, Location::key(field), message)
                    .data("expected", expected)
                    .maybe("found", value.map(datum));
            }
            // The unpacker takes the zero that it makes of `"0"` and of 0.5.
            DefinitionProblem::Nothing => {
                let written = value.map(shown).unwrap_or_default();
                let message =
                    format!("`{field}` is {written}, which counts as missing; `{}` requires it", Request::Definition);
                context
                    .report(&FIELD_MISSING, Location::key(field), message)
                    .maybe("found", value.map(datum))
                    .help("Set it to major × 10000 + minor × 100 + patch: 10203 for 1.2.3.".to_owned());
            }
        }
    }
}

fn check_capabilities(context: &mut Context<'_>, facts: &MetadataFacts) {
    let has = facts.metadata.capabilities().into_iter().flatten().collect::<HashSet<_>>();
    let required = context.target.required_capabilities().iter();
    let missing: Vec<&String> = required.filter(|capability| !has.contains(capability.as_str())).collect();
    if !missing.is_empty() {
        let listed: Vec<String> = missing.iter().map(|capability| format!("`{capability}`")).collect();
        context
            .report(&CAPABILITIES, Location::key("capabilities"), format!("the target requires {}", listed.join(", ")))
            .data("needs", Datum::list(missing));
    }
}
