//! Target: dependencies that the endpoint does not take, cannot read, or does not find.

use super::rule;
use crate::error_code::{Endpoint, UploadErrorCode};
use crate::facts::{ArchiveFacts, MetadataFacts};
use crate::finding::{Location, Rule};
use crate::layout::pointer;
use crate::metadata::{Dependency, Value};
use crate::rules::context::Context;

pub(super) static DEPENDENCY_MISSING: Rule = Rule {
    what: "The metadata names a dependency and the bundle has no file for it under `deps/`.",
    why: "From 8.0 on, nodes take dependencies out of the bundle, by the last part of their `url`, and refuse the \
          artifact with `Missing dependency <file>`.",
    cure: "Pack the dependency into the bundle as `deps/<last part of its url>`.",
    example: "A dependency with a `url` that older clusters downloaded.",
    ..rule("dependency-missing", UploadErrorCode::InvalidModule, "a dependency is not in the bundle")
};
pub(super) static NOT_SUPPORTED: Rule = Rule {
    what: "The metadata's `dependencies` is not empty, and the endpoint is v1.",
    why: "`POST /v1/modules` installs the module alone.",
    cure: "Upload through `POST /v2/modules`, which there is from 6.0.12 on.",
    example: "RedisGears with its Python runtime, sent to `/v1/modules`.",
    ..rule(
        "dependencies-not-supported",
        UploadErrorCode::DependenciesNotSupported,
        "the module has dependencies and the endpoint takes none",
    )
};
pub(super) static INVALID_DATA: Rule = Rule {
    what: "`dependencies` is not an object of objects with `url` and `sha256` as strings. An empty list is taken for \
           none, since the reference packer writes it so.",
    why: "The cluster reads each dependency's `url` and `sha256` by name.",
    cure: "Write `\"dependencies\": {\"<name>\": {\"url\": \"…\", \"sha256\": \"…\"}}`.",
    example: "`\"dependencies\": [\"python.tgz\"]`",
    ..rule("invalid-dependency-data", UploadErrorCode::InvalidDependencyData, "the dependencies cannot be read")
};

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts, facts: &MetadataFacts) {
    let Some(value) = facts.root().get("dependencies") else { return };
    let endpoint = context.target.endpoint().or_else(|| Some(context.target.release()?.default_endpoint));
    // The unpacker does not look; without a cluster to upload to it is a wrong type like any other.
    if endpoint.is_some() {
        for (pointer, message) in problems(value) {
            context.report(&INVALID_DATA, Location::pointer(pointer), message);
        }
    }
    let dependencies = Dependency::all(facts.root(), "dependencies").collect::<Vec<_>>();
    let Some(first) = dependencies.first() else { return };
    match endpoint {
        Some(Endpoint::V1) => {
            let (name, request) = (first.name, Endpoint::V1.request());
            let message = format!("the module depends on `{name}`; {request} takes no dependencies");
            context.report(&NOT_SUPPORTED, Location::pointer("/dependencies"), message);
        }
        Some(Endpoint::UserDefined) => {
            for dependency in &dependencies {
                check_packed(context, archive, dependency);
            }
        }
        Some(Endpoint::V2) | None => {}
    }
}

fn check_packed(context: &mut Context<'_>, archive: &ArchiveFacts, dependency: &Dependency<'_>) {
    if let Some(wanted) = dependency.wanted_entry() {
        if archive.directory.last_named(&wanted).is_none() {
            context.report(
                &DEPENDENCY_MISSING,
                Location::pointer(&dependency.pointer),
                format!("dependency `{}` must be in the bundle as `{wanted}`", dependency.name),
            );
        }
    }
}

/// What is wrong with the form of `dependencies`: JSON pointer and message.
fn problems(value: &Value) -> Vec<(String, String)> {
    let object = match value {
        Value::Null => return Vec::new(),
        Value::Array(items) if items.is_empty() => return Vec::new(),
        Value::Object(object) => object,
        other => {
            return vec![(
                "/dependencies".to_owned(),
                format!("`dependencies` is of type {}, not an object", other.kind()),
            )];
        }
    };
    let mut problems = Vec::new();
    for (name, dependency) in object.iter() {
        let pointer = pointer(["dependencies", name]);
        let Value::Object(fields) = dependency else {
            problems.push((pointer, format!("dependency `{name}` is of type {}, not an object", dependency.kind())));
            continue;
        };
        for field in ["url", "sha256"] {
            match fields.get(field) {
                None | Some(Value::String(_)) => {}
                Some(other) => problems.push((
                    format!("{pointer}/{field}"),
                    format!("`{field}` of dependency `{name}` is of type {}, not a string", other.kind()),
                )),
            }
        }
    }
    problems
}
