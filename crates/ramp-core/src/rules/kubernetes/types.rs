//! Kubernetes: values of another type than the resources want.

use crate::finding::Rule;
use crate::kubernetes::{Cluster, Manifests, Shape, Text, Typed};
use crate::level::Level::Error;
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;

pub(super) const RULES: &[&Rule] = &[&NOT_A_STRING, &NOT_A_BOOLEAN, &PLACEHOLDER, &SHAPE];

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
static PLACEHOLDER: Rule = Rule {
    what: "A value that counts has a placeholder in it, such as `{{ .Values.host }}` or `${HOST}`.",
    why: "It is a template that was not rendered. What will be there is not known, so that nothing else of the value was \
          checked; and applied as it is, the manifest names something that does not exist.",
    help: "Render the template first: `helm template CHART | ramp validate --kubernetes - BUNDLE`.",
    example: "`url: https://{{ .Values.host }}/hello-1.0.0.zip`",
    data: &[("field", "the key"), ("found", "the placeholder")],
    ..rule("kubernetes-placeholder", Error, "a value of a manifest has a placeholder that is not filled in")
};

/// What to do about a placeholder that is not Helm's.
const SUBSTITUTE: &str = "Fill it in first, for example with `envsubst < FILE | ramp validate --kubernetes - BUNDLE`.";

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
    // Of `apiVersion`, what it can be is said elsewhere.
    let is_ours = |(field, text): &(&str, &Text)| *field != "apiVersion" || text.placeholder().is_some();
    for (field, text) in manifests.strings().filter(is_ours) {
        check_text(context, field, text);
    }
    for cluster in &manifests.clusters {
        check_boolean(context, cluster);
    }
    check_shapes(context, manifests);
}

fn check_text(context: &mut Context<'_>, field: &'static str, text: &Text) {
    if let Some(placeholder) = text.placeholder() {
        let is_template = placeholder.starts_with("{{");
        let message = format!("`{field}` has the placeholder `{placeholder}` in it, which is not filled in");
        let help = if is_template { None } else { Some(SUBSTITUTE.to_owned()) };
        let reported = context.report(&PLACEHOLDER, text.place.location(), message).help(help);
        reported.data("field", field).data("found", placeholder);
        return;
    }
    // A password may be all digits.
    let found = text.known().filter(|_| field != "credentialsSecret");
    let (message, help) = match text.typed {
        Typed::String => return,
        Typed::Boolean(_) | Typed::Number => {
            let is = found.map(|found| format!(" is `{found}`, which")).unwrap_or_default();
            let help = found.map(|found| format!("Write `{field}: \"{found}\"`."));
            (format!("`{field}`{is} is not a string to YAML"), help)
        }
        Typed::List => (format!("`{field}` is a list, but must be a string"), Some(one_value(field))),
        Typed::Mapping => (format!("`{field}` is a mapping, but must be a string"), Some(one_value(field))),
    };
    let reported = context.report(&NOT_A_STRING, text.place.location(), message).help(help);
    reported.data("field", field).maybe("found", found);
}

fn check_boolean(context: &mut Context<'_>, cluster: &Cluster) {
    let (field, Some(text)) = ("autoUpgradeRedisEnterprise", &cluster.auto_upgrade) else { return };
    if text.placeholder().is_some() {
        return check_text(context, field, text);
    }
    let found = text.known();
    let is = match text.typed {
        Typed::Boolean(_) => return,
        Typed::String => "the string",
        Typed::Number => "the number",
        Typed::List => "a list",
        Typed::Mapping => "a mapping",
    };
    let value = found.map(|found| format!(" `{found}`")).unwrap_or_default();
    let message = format!("`{field}` is {is}{value}, but must be `true` or `false`");
    let help = match found {
        // As a boolean it would be said to be wrong.
        Some("true") if !cluster.modules.is_empty() => Some(format!(
            "Write `{field}: false`, without quotes: a cluster with user-defined modules should not upgrade with the operator."
        )),
        Some(meant @ ("true" | "false")) => Some(format!("Write `{field}: {meant}`, without quotes.")),
        _ => None,
    };
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
        let message = format!("{what} is {found}, but must be {expected}");
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
