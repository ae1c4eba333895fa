//! Kubernetes: values of another type than the resources want.

use crate::finding::Rule;
use crate::kubernetes::{Manifests, Shape, Text, Typed};
use crate::level::Level::Error;
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;

pub(super) const RULES: &[&Rule] = &[&NOT_A_STRING, &NOT_A_BOOLEAN, &SHAPE];

static NOT_A_STRING: Rule = Rule {
    what: "A version, name or URL is a number, `true` or `false` to YAML, since it has no quotes; or it is a list or a mapping.",
    why: "The resources require strings there, and the API server refuses anything else. Besides, an `8.10` without \
          quotes is read as 8.1.",
    help: "Write the value in quotes.",
    example: "`redisVersion: 7.4`",
    data: &[("field", "the key"), ("found", "the value, where it is a single one")],
    ..rule("kubernetes-not-a-string", Error, "a version, name or URL is not a string")
};
static NOT_A_BOOLEAN: Rule = Rule {
    what: "What must be `true` or `false` is a string, a number, a list or a mapping.",
    why: "The API server refuses it: in quotes it is a string, whatever it says.",
    help: "Write `true` or `false`, without quotes.",
    example: "`autoUpgradeRedisEnterprise: \"false\"`",
    data: &[("field", "the key"), ("found", "the value, where it is a single one")],
    ..rule("kubernetes-not-a-boolean", Error, "what must be true or false is something else")
};
static SHAPE: Rule = Rule {
    what: "Where the resources want a list or a mapping, there is something else.",
    why: "The API server refuses them, and what is meant cannot be known: nothing in it was checked.",
    help: "Write it as the documentation of the resource has it.",
    example: "`modulesList: search` in place of `modulesList: [{name: search}]`.",
    data: &[
        ("expected", "what it must be"),
        ("field", "the key that it is under, of an item that of the list"),
        ("found", "what it is"),
    ],
    ..rule("kubernetes-wrong-shape", Error, "a list or a mapping of a manifest is something else")
};

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests) {
    for (field, text) in manifests.identities().flat_map(|identity| &identity.written) {
        check_text(context, field, Some(text));
    }
    for cluster in &manifests.clusters {
        check_text(context, "versionTag", cluster.version_tag.as_ref());
        check_boolean(context, "autoUpgradeRedisEnterprise", cluster.auto_upgrade.as_ref());
        for module in &cluster.modules {
            check_text(context, "name", module.name.as_ref());
            for source in &module.sources {
                check_text(context, "url", source.url.as_ref());
                check_text(context, "credentialsSecret", source.credentials.as_ref());
            }
        }
    }
    for database in &manifests.databases {
        check_text(context, "name", database.cluster.as_ref());
        check_text(context, "redisVersion", database.redis_version.as_ref());
        for module in &database.modules {
            check_text(context, "name", module.name.as_ref());
        }
    }
    check_shapes(context, manifests);
}

fn check_text(context: &mut Context<'_>, field: &'static str, text: Option<&Text>) {
    let Some(text) = text else { return };
    // A password may be all digits.
    let found = text.known().filter(|_| field != "credentialsSecret");
    let (message, help) = match text.typed {
        Typed::String => return,
        Typed::Boolean(_) | Typed::Number => {
            let is = found.map(|found| format!(" is `{found}`, which")).unwrap_or_default();
            let help = found.map(|found| format!("Write `{field}: \"{found}\"`."));
            (format!("`{field}`{is} is not a string to YAML"), help)
        }
        Typed::List => (format!("`{field}` is a list, and must be a string"), Some(one_value(field))),
        Typed::Mapping => (format!("`{field}` is a mapping, and must be a string"), Some(one_value(field))),
    };
    let reported = context.report(&NOT_A_STRING, text.place.location(), message).help(help);
    reported.data("field", field).maybe("found", found);
}

fn check_boolean(context: &mut Context<'_>, field: &'static str, text: Option<&Text>) {
    let Some(text) = text else { return };
    let found = text.known();
    let is = match text.typed {
        Typed::Boolean(_) => return,
        Typed::String => "the string",
        Typed::Number => "the number",
        Typed::List => "a list",
        Typed::Mapping => "a mapping",
    };
    let value = found.map(|found| format!(" `{found}`")).unwrap_or_default();
    let message = format!("`{field}` is {is}{value}, and must be `true` or `false`");
    let meant = found.filter(|found| ["true", "false"].contains(found));
    let help = meant.map(|meant| format!("Write `{field}: {meant}`, without quotes."));
    let reported = context.report(&NOT_A_BOOLEAN, text.place.location(), message).help(help);
    reported.data("field", field).maybe("found", found);
}

fn one_value(field: &str) -> String {
    format!("Write one value behind `{field}:`, in quotes.")
}

fn check_shapes(context: &mut Context<'_>, manifests: &Manifests) {
    for wrong in &manifests.misshapen {
        let (field, found, expected) = (wrong.field, wrong.found.as_str(), wrong.expected.as_str());
        let what = if wrong.of_list { format!("an item of `{field}`") } else { format!("`{field}`") };
        let message = format!("{what} is {found}, and must be {expected}");
        let written = SHAPES.iter().find(|(own, _)| *own == field).map(|(_, written)| format!("Write `{written}`."));
        let help = written.unwrap_or_else(|| match wrong.expected {
            Shape::List => format!("Write the items below `{field}:`, each behind a `-`."),
            _ => format!("Write keys and values below `{field}:`, indented."),
        });
        let reported = context.report(&SHAPE, wrong.place.location(), message).help(help);
        reported.data("field", field).data("found", found).data("expected", expected);
    }
}

/// How it is written, where that fits in a line.
const SHAPES: [(&str, &str); 4] = [
    ("userDefinedModules", "userDefinedModules: [{name: NAME, source: {https: {url: URL}}}]"),
    ("modulesList", "modulesList: [{name: NAME}]"),
    ("redisEnterpriseCluster", "redisEnterpriseCluster: {name: NAME}"),
    ("redisEnterpriseImageSpec", "redisEnterpriseImageSpec: {versionTag: \"VERSION\"}"),
];
