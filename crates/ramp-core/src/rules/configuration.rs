//! Configuration: what a policy file says that is not so, or no more.

use super::context::Context;
use super::declare::configuration as rule;
use crate::finding::{Location, Rule};
use crate::stated::Stated;

pub(super) const RULES: &[&Rule] = &[&EXPIRED, &UNUSED];

static EXPIRED: Rule = Rule {
    what: "The last day of an `[[allow]]` of `ramp.toml` is over: what it speaks of counts again.",
    why: "Somebody meant to look at this again by that day.",
    help: "Mend what it speaks of and remove the entry, or write why it has to stay and a later `until`.",
    example: "`until = 2026-06-30` in July.",
    data: &[("id", "the rule or group that the entry names"), ("limit", "its last day")],
    ..rule("suppression-expired", "an `[[allow]]` of `ramp.toml` has run out")
};
static UNUSED: Rule = Rule {
    what: "An `[[allow]]` of `ramp.toml` names a rule by which nothing was found in the bundles that it is for. Where none of its bundles \
           was checked, nothing is said.",
    why: "What it was written for is mended; it would hide the next thing that the rule finds.",
    help: "Remove the entry.",
    example: "An entry that stayed when the bundle was packed anew.",
    data: &[("id", "the rule or group that the entry names")],
    ..rule("suppression-unused", "an `[[allow]]` of `ramp.toml` speaks of nothing that is there")
};

pub(super) fn check(context: &mut Context<'_>, stated: &[Stated]) {
    for entry in stated {
        let at = Location::in_file(entry.file.clone(), entry.line, entry.column);
        let name = &entry.name;
        if let Some(until) = entry.known.until.filter(|_| entry.over) {
            let message = format!("that `{name}` does not count held until {until}");
            context.report(&EXPIRED, at, message).data("id", name.as_str()).data("limit", until.to_string());
        } else if !entry.used {
            let message = format!("nothing was found by `{name}`");
            context.report(&UNUSED, at, message).data("id", name.as_str());
        }
    }
}
