//! Metadata: versions, of the module and of what it needs.

use super::needed;
use crate::cure::{Edit, Repair};
use crate::databases::fit;
use crate::datum::Datum;
use crate::endpoint::Endpoint;
use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::metadata::{Form, Value, python};
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written;
use crate::version::{self, short};

pub(crate) const RULES: &[&Rule] = &[
    &VERSION_NOT_INTEGER,
    &SEMANTIC_VERSION_MISMATCH,
    &MIN_VERSION_BUILD,
    &needed::UNKNOWN,
    &COMPATIBLE_MISSING,
    &COMPATIBLE_PLACEHOLDER,
    &COMPATIBLE_UNMATCHED,
    &MINIMUM_ABOVE_COMPATIBLE,
];

static VERSION_NOT_INTEGER: Rule = Rule {
    repair: Repair::Value,
    what: "`version` is an integer, but written as a float: `20803.0`.",
    why: "The unpacker converts it. `POST /v2/modules/user-defined` documents an integer: whoever sends it the metadata has \
          to convert it, and typed readers fail.",
    help: "Write `\"version\": 20803`.",
    example: "`\"version\": 20803.0`, as `ramp-packer` writes it.",
    data: &[("found", "what `version` is"), ("suggestion", "the integer")],
    ..rule("version-not-an-integer", Level::Note, "`version` is not written as an integer")
};
static SEMANTIC_VERSION_MISMATCH: Rule = Rule {
    repair: Repair::Value,
    what: "`semantic_version` is not what `version` says: major × 10000 + minor × 100 + patch.",
    why: "Upgrades are decided by the semantic version, files and look-ups go by the number.",
    help: "Make the two agree; the module itself reports the number.",
    example: "`\"version\": 20803` with `\"semantic_version\": \"2.8.4\"`.",
    data: &[("found", "what `semantic_version` is"), ("version", "what `version` is")],
    ..rule("semantic-version-mismatch", Level::Warning, "the two versions of the module differ")
};
static MIN_VERSION_BUILD: Rule = Rule {
    repair: Repair::Value,
    what: "`min_redis_pack_version` has a build number after a dash, as the versions of clusters have.",
    why: "Manifests use dotted numbers only; older clusters reject anything else outright.",
    help: "Leave out the build number: `7.4.2`.",
    example: "`\"min_redis_pack_version\": \"7.4.2-54\"`",
    data: &[("found", "what the field is"), ("suggestion", "the version without it")],
    ..rule("min-version-build", Level::Warning, "a minimum version has a build number")
};
static COMPATIBLE_MISSING: Rule = Rule {
    what: "There is no `compatible_redis_version`; a target older than 7.8 does not need it.",
    why: "Clusters from 7.8 on choose the module for a database by it; without it `min_redis_version` is used and must \
          have the database's major version. The Kubernetes operator requires it.",
    help: "Set `compatible_redis_version` to the Redis version the module is for, as major.minor.",
    example: "A package from a packer older than 2.5.9.",
    ..rule("compatible-redis-version-missing", Level::Warning, "there is no `compatible_redis_version`")
};
static COMPATIBLE_PLACEHOLDER: Rule = Rule {
    what: "`compatible_redis_version` is 99.99, the placeholder of development branches.",
    why: "It must equal the database's major.minor: no database can use the module. \
          `Unable to find module … compatible with BDB redis version` is how that shows.",
    help: "Pack with the Redis version that the module is for.",
    example: "A snapshot of a development branch.",
    data: &[("found", "what `compatible_redis_version` is")],
    ..rule("compatible-redis-version-placeholder", Level::Warning, "`compatible_redis_version` is a placeholder")
};
static COMPATIBLE_UNMATCHED: Rule = Rule {
    what: "No database that the target can have is of the version in `compatible_redis_version` (major and minor must \
           be equal) or, without that field, of the major version of `min_redis_version` and at least that version. \
           Before 7.8 only `min_redis_version` counts: a database must be of at least that version.",
    why: "The upload is accepted, and no database can use the module. `ramp-packer` writes 7.4 where the \
          manifest says nothing.",
    help: "Set `compatible_redis_version` to the databases' version, if the module works there.",
    example: "A module for 8.4 whose manifest does not say so, packed with the default 7.4, and databases of 8.4.",
    data: &[("has", "the Redis versions of the databases"), ("needs", "the Redis version that the module is for")],
    ..rule("compatible-redis-version-unmatched", Level::Warning, "no database of the target can use the module")
};

static MINIMUM_ABOVE_COMPATIBLE: Rule = Rule {
    what: "`min_redis_version` is newer than `compatible_redis_version`, major and minor.",
    why: "From 7.8 on a database gets the module if its version is `compatible_redis_version`; by the other field the module does not \
          work there. `ramp-packer` writes 7.4 where the manifest has no `compatible_redis_version`.",
    help: "Set `compatible_redis_version` to the Redis version the module is for, or lower `min_redis_version`.",
    example: "`min_redis_version: \"8.0\"` in a manifest that says nothing else, which makes the other 7.4.",
    data: &[("found", "what `min_redis_version` is"), ("limit", "what `compatible_redis_version` is")],
    ..rule("min-redis-version-above-compatible", Level::Warning, "the module needs a newer Redis than it is for")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    check_module_version(context, facts);
    check_build(context, facts);
    needed::check(context, facts);
    check_minimum(context, facts);
    check_compatible(context, facts);
}

fn check_build(context: &mut Context<'_>, facts: &MetadataFacts) {
    let Some(text) = facts.metadata.min_redis_pack_version() else { return };
    let has_build = version::parse(text).is_ok_and(|version| !version.build.is_empty());
    if has_build && !context.is_said("/min_redis_pack_version") {
        let message = format!("`min_redis_pack_version` is {text:?}, with a build number");
        // What a version of Redis would be in its place has no build.
        let meant = Form::Version.meant(text);
        context
            .report(&MIN_VERSION_BUILD, Location::key("min_redis_pack_version"), message)
            .data("found", text)
            .maybe("suggestion", meant.as_deref())
            .help(meant.as_ref().map(|meant| format!("Write `{meant}`.")))
            .edit(Form::Version.certain(text).map(|meant| set("/min_redis_pack_version", meant)));
    }
}

/// The two versions of Redis against each other.
fn check_minimum(context: &mut Context<'_>, facts: &MetadataFacts) {
    let (Some(least), Some(only)) = (facts.metadata.min_redis_version(), facts.metadata.compatible_redis_version())
    else {
        return;
    };
    let line = |text| version::parse(text).ok().map(|version| (version.major, version.minor));
    let (Some(newer), Some(older)) = (line(least), line(only)) else { return };
    let is_settled =
        ["/min_redis_version", "/compatible_redis_version"].into_iter().any(|at| context.has_spoken_of(at, |_| true));
    if newer > older && !is_settled {
        let message = format!("`min_redis_version` is {least}, and `compatible_redis_version` {only}");
        let at = Location::key("min_redis_version");
        context.report(&MINIMUM_ABOVE_COMPATIBLE, at, message).data("found", least).data("limit", only);
    }
}

fn check_module_version(context: &mut Context<'_>, facts: &MetadataFacts) {
    let Some(value) = facts.root().get("version") else { return };
    let Ok(version) = python::int_of_float(value) else { return };
    let written_as_integer = matches!(value, Value::Number(number) if !number.is_float());
    let user_defined = context.target.effective_endpoint() == Endpoint::UserDefined;
    // Of what is not one at all the group schema has spoken.
    if !written_as_integer && user_defined && !context.is_said("/version") {
        context
            .report(
                &VERSION_NOT_INTEGER,
                Location::pointer("/version"),
                format!("`version` is written as {value}, the endpoint documents an integer"),
            )
            .data("found", written::datum(value))
            .data("suggestion", version)
            .help(format!("Write `\"version\": {version}`."))
            .edit(set("/version", version));
    }
    let Some(text) = facts.metadata.semantic_version() else { return };
    let at = || Location::pointer("/semantic_version");
    let Ok(semantic) = semver::Version::parse(text) else { return };
    if context.is_said("/version") {
        return;
    }
    if version::number(&semantic) != Some(version) {
        context
            .report(&SEMANTIC_VERSION_MISMATCH, at(), format!("`semantic_version` is {text}, `version` is {version}"))
            .data("found", text)
            .data("version", version)
            .edit(version::of_number(version).map(|own| set("/semantic_version", own.to_string())));
    }
}

/// That the value at that place is this.
fn set(pointer: &str, value: impl Into<Value>) -> Edit {
    Edit::Set { pointer: pointer.to_owned(), value: value.into() }
}

fn check_compatible(context: &mut Context<'_>, facts: &MetadataFacts) {
    let databases = context.target.databases();
    // Before 7.8 nothing reads it.
    if context.target.release().is_some_and(|release| !release.reads_compatible_redis_version.value) {
        check_min_redis(context, facts, Match::AtLeast);
        return;
    }
    let at = || Location::pointer("/compatible_redis_version");
    let compatible = facts.metadata.compatible_redis_version().filter(|text| !text.is_empty());
    let Some(text) = compatible else {
        let untold = !context.is_said("/compatible_redis_version");
        if untold && facts.root().get("compatible_redis_version").is_none_or(|v| !python::is_truthy(v)) {
            context.report(&COMPATIBLE_MISSING, at(), "`module.json` has no `compatible_redis_version`");
            check_min_redis(context, facts, Match::SameMajor);
        }
        return;
    };
    let Ok(version) = version::parse(text) else { return };
    if version.major == 99 {
        context
            .report(&COMPATIBLE_PLACEHOLDER, at(), format!("`compatible_redis_version` is {text}"))
            .data("found", text);
    } else if !databases.is_empty()
        && !databases.iter().any(|d| fit::line(d) == fit::line(&version))
        && !needed::is_unknown(context, "/compatible_redis_version")
    {
        let has: Vec<String> = databases.iter().map(short).collect();
        let message = format!("the module is for databases of Redis {text} only; the target has {}", has.join(", "));
        context.report(&COMPATIBLE_UNMATCHED, at(), message).data("needs", text).data("has", Datum::list(has));
    }
}

/// Which databases can use a module that has no `compatible_redis_version`, or whose is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    /// Those of the `min_redis_version` or newer: all that is documented of releases before 7.8.
    AtLeast,
    /// Of these, those of its major version.
    SameMajor,
}

fn check_min_redis(context: &mut Context<'_>, facts: &MetadataFacts, which: Match) {
    let Some(minimum) = facts.metadata.min_redis_version().and_then(|t| version::parse(t).ok()) else {
        return;
    };
    let databases = context.target.exact_databases();
    let can = |d: &semver::Version| fit::unsuited(facts.root(), d, context.target).is_none();
    let is_reached = databases.is_empty() || databases.iter().any(can);
    if is_reached || needed::is_unknown(context, "/min_redis_version") {
        return;
    }
    let (has, needs): (Vec<String>, _) = (databases.iter().map(short).collect(), short(&minimum));
    let of = if which == Match::SameMajor {
        format!("{}.x from {needs} on", minimum.major)
    } else {
        format!("{needs} and newer")
    };
    let message = format!("the module is for databases of Redis {of}; the target has {}", has.join(", "));
    // The other field is not read there.
    let help = (which == Match::AtLeast)
        .then(|| "Lower `min_redis_version`, if the module works with these databases.".to_owned());
    context
        .report(&COMPATIBLE_UNMATCHED, Location::key("min_redis_version"), message)
        .data("needs", needs)
        .data("has", Datum::list(has))
        .help(help);
}
