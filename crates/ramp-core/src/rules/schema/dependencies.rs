//! Schema: dependencies that nobody can find, or name a file by.

use super::values;
use crate::facts::{ArchiveFacts, MetadataFacts};
use crate::finding::{Group, Location, Rule};
use crate::layout::{packed_entry, pointer};
use crate::metadata::Value;
use crate::rules::context::Context;
use crate::rules::declare::schema as rule;

pub(crate) const RULES: &[&Rule] = &[&NOWHERE];

static NOWHERE: Rule = Rule {
    what: "A dependency has no `url`, and the bundle has no file for it.",
    why: "Up to 7.22 clusters download a dependency from its `url`; from 8.0 on nodes take it out of the bundle. There is neither.",
    help: "Name the archive's `local_path` in the manifest, so that it is packed, or give the dependency a `url`.",
    example: "`\"dependencies\": {\"python\": {\"sha256\": \"…\"}}`, and no `deps/python.tgz`.",
    data: &[("dependency", "the key of the dependency"), ("expected", "the name of the entry that is looked for")],
    ..rule("dependency-nowhere", "a dependency is neither in the bundle nor to be downloaded")
};

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts, facts: &MetadataFacts) {
    let Some(members) = facts.root().get("dependencies").and_then(Value::as_object) else { return };
    for (name, _) in members.iter() {
        // Its file is `deps/<key>.tgz`, and clusters name the dependency by it. Of a file that is there, the group archive speaks.
        let climbs = name.starts_with('/') || name.split('/').any(|part| part == "..");
        let fault = match name {
            "" => "it is empty",
            _ if name.chars().all(char::is_whitespace) => "it has nothing but blanks",
            _ if name.chars().any(char::is_control) => "it has a control character",
            _ if climbs => "it leads out of `deps/`",
            _ => continue,
        };
        if archive.directory.last_named(&packed_entry(name)).is_none() {
            values::wrong_key(context, &pointer(["dependencies", name]), name, fault);
        }
    }
    let without_url =
        members.iter().filter(|(_, value)| value.as_object().is_some_and(|object| !object.contains_key("url")));
    for (name, _) in without_url {
        let packed = packed_entry(name);
        if archive.directory.last_named(&packed).is_some() {
            continue;
        }
        if context.is_full(&NOWHERE) {
            context.count_more(&NOWHERE, 1);
            continue;
        }
        let pointer = pointer(["dependencies", name]);
        // From 8.0 on the cluster refuses it for this.
        if context.is_said(&pointer) || context.has_spoken_of(&pointer, |rule| rule.group == Group::Target) {
            continue;
        }
        let message = format!("dependency `{name}` has no `url`, and there is no `{packed}` in the bundle");
        context.report(&NOWHERE, Location::pointer(pointer), message).data("dependency", name).data("expected", packed);
    }
}
