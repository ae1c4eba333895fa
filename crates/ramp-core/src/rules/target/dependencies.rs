//! Target: dependencies that the endpoint does not take, cannot read, or does not find.

use crate::endpoint::{Endpoint, Request};
use crate::error_code::UploadErrorCode;
use crate::facts::{ArchiveFacts, MetadataFacts};
use crate::finding::{Location, Rule};
use crate::layout::{is_module, pointer};
use crate::metadata::{Dependency, Kind, Value, placeholder_of};
use crate::rules::context::Context;
use crate::rules::declare::target as rule;
use crate::rules::written;

pub(super) static DEPENDENCY_MISSING: Rule = Rule {
    what: "The metadata names a dependency, but the bundle has no file for it under `deps/`.",
    why: "From 8.0 on, nodes take dependencies out of the bundle, by the last part of their `url`, and refuse the \
          artifact with `Missing dependency <file>`.",
    help: "Pack the dependency into the bundle, as `deps/` and the last part of its `url`; if it has none, add one.",
    example: "A dependency with a `url` that older clusters downloaded.",
    data: &[("dependency", "the key of the dependency"), ("expected", "the name of the entry that is looked for")],
    ..rule("dependency-missing", UploadErrorCode::InvalidModule, "a dependency is not in the bundle")
};
pub(super) static NOT_SUPPORTED: Rule = Rule {
    endpoints: &[Endpoint::V1],
    what: "The metadata's `dependencies` is not empty, and the endpoint is v1.",
    why: "`POST /v1/modules` installs only the module.",
    help: "Upload through `POST /v2/modules`, which exists from 6.0.12 on.",
    example: "RedisGears with its Python runtime, sent to `/v1/modules`.",
    data: &[("dependency", "the key of the first dependency")],
    ..rule(
        "dependencies-not-supported",
        UploadErrorCode::DependenciesNotSupported,
        "the module has dependencies, but the endpoint takes none",
    )
};
pub(super) static INVALID_DATA: Rule = Rule {
    what: "`dependencies` is not an object of objects with `url` and `sha256` as strings. An empty list counts as no \
           dependencies, since that is how `ramp-packer` writes it.",
    why: "The cluster reads each dependency's `url` and `sha256` by name.",
    help: "Write `\"dependencies\": {\"<name>\": {\"url\": \"…\", \"sha256\": \"…\"}}`.",
    example: "`\"dependencies\": [\"python.tgz\"]`",
    data: &[
        ("dependency", "the key of the dependency"),
        ("expected", "the JSON type that it must have"),
        ("found", "the JSON type that it has"),
    ],
    ..rule("invalid-dependency-data", UploadErrorCode::InvalidDependencyData, "the dependencies cannot be read")
};

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts, facts: &MetadataFacts) {
    let Some(value) = facts.root().get("dependencies") else { return };
    let endpoint = context.target.known_endpoint();
    // The unpacker does not look; without a cluster to upload to it is a wrong type like any other.
    if endpoint.is_some() {
        check_form(context, value, Dependency::is_nameless(facts.root(), "dependencies"));
    }
    let dependencies = Dependency::all(facts.root(), "dependencies").collect::<Vec<_>>();
    let Some(first) = dependencies.first() else { return };
    match endpoint {
        Some(Endpoint::V1) => {
            let (name, request) = (first.name, Request::V1Upload);
            let message = format!("the module depends on `{name}`; {request} takes no dependencies");
            context.report(&NOT_SUPPORTED, Location::key("dependencies"), message).data("dependency", name);
        }
        Some(Endpoint::UserDefined | Endpoint::Bootstrap) => {
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
            let message = format!("dependency `{}` must be in the bundle as `{wanted}`", dependency.name);
            // By what is not an address, or not filled in, no file should be named.
            let is_named =
                dependency.url.is_none_or(|url| placeholder_of("url", url).is_none()) && dependency.is_named();
            // With it there, the bundle would be refused for having two modules.
            let is_second = is_module(&wanted);
            let help = match (is_named, is_second) {
                (false, _) => Some("Correct the `url` first: nodes look in the bundle for its last part."),
                (true, true) => Some(
                    "A bundle may have one file that ends in `.so`: pack this one into an archive, and name that in the `url`.",
                ),
                (true, false) => None,
            };
            let help = help.map(str::to_owned);
            // Of a file that is not there nothing follows for what the metadata says of it.
            context
                .report_text(&DEPENDENCY_MISSING, Location::pointer(&dependency.pointer), message)
                .data("dependency", dependency.name)
                .data("expected", wanted)
                .help(help);
        }
    }
}

/// Whether `dependencies` has the form in which it is read.
fn check_form(context: &mut Context<'_>, value: &Value, is_nameless: bool) {
    let mut report = |pointer: String, what: &str, dependency: Option<&str>, found: Kind, expected: Kind| {
        let help = (expected == Kind::String).then(|| format!("Write {what} as a string."));
        let article = if expected == Kind::Object { "an" } else { "a" };
        context
            .report(
                &INVALID_DATA,
                Location::pointer(pointer),
                format!("{what} is of type {found}, not {article} {expected}"),
            )
            .data("found", found.to_string())
            .data("expected", expected.to_string())
            .maybe("dependency", dependency)
            .help(help);
    };
    let object = match value {
        Value::Null => return,
        Value::Array(items) if items.is_empty() => return,
        Value::Object(object) => object,
        other => {
            return report(pointer(["dependencies"]), "`dependencies`", None, other.kind(), Kind::Object);
        }
    };
    if is_nameless {
        let (found, expected) = (Kind::String.to_string(), Kind::Object.to_string());
        let message = written::without_name("dependencies");
        let reported = context.report(&INVALID_DATA, Location::key("dependencies"), message);
        reported.data("found", found).data("expected", expected);
        return;
    }
    for (name, dependency) in object.iter() {
        let Value::Object(fields) = dependency else {
            let what = format!("dependency `{name}`");
            report(pointer(["dependencies", name]), &what, Some(name), dependency.kind(), Kind::Object);
            continue;
        };
        for field in ["url", "sha256"] {
            match fields.get(field) {
                None | Some(Value::String(_)) => {}
                Some(other) => {
                    let what = format!("`{field}` of dependency `{name}`");
                    report(pointer(["dependencies", name, field]), &what, Some(name), other.kind(), Kind::String);
                }
            }
        }
    }
}
