//! Kubernetes: values of another type than the resources want.

use crate::finding::Rule;
use crate::kubernetes::{Manifests, Text};
use crate::level::Level::Error;
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;

pub(super) const RULES: &[&Rule] = &[&NOT_A_STRING];

static NOT_A_STRING: Rule = Rule {
    what: "A version, name or URL is a number, `true` or `false` to YAML, since it has no quotes.",
    why: "The resources want strings there, and the API server refuses them with anything else. What is `8.10` for its author \
          is 8.1 besides.",
    help: "Write the value in quotes.",
    example: "`redisVersion: 7.4`",
    data: &[("field", "the key"), ("found", "the value")],
    ..rule("kubernetes-not-a-string", Error, "a version, name or URL is not a string")
};

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests) {
    for cluster in &manifests.clusters {
        check_text(context, "versionTag", cluster.version_tag.as_ref());
        for module in &cluster.modules {
            check_text(context, "name", module.name.as_ref());
            for source in &module.sources {
                check_text(context, "url", source.url.as_ref());
                check_text(context, "credentialsSecret", source.credentials.as_ref());
            }
        }
    }
    for database in &manifests.databases {
        check_text(context, "redisVersion", database.redis_version.as_ref());
        for module in &database.modules {
            check_text(context, "name", Some(module));
        }
    }
}

fn check_text(context: &mut Context<'_>, field: &'static str, text: Option<&Text>) {
    let Some(text) = text.filter(|text| !text.is_string) else { return };
    // A password may be all digits.
    let found = (field != "credentialsSecret").then_some(&text.value);
    let is = found.map(|found| format!(" is `{found}`, which")).unwrap_or_default();
    let message = format!("`{field}`{is} is not a string to YAML");
    context.report(&NOT_A_STRING, text.place.location(), message).data("field", field).maybe("found", found);
}
