//! What can be explained, by name.

use ramp_core::{Group, UploadErrorCode, rules};
use ramp_pack::check::REMARKS;

use super::{codes, fields};

/// What is no rule, code or field, and what it is about.
pub(super) const TOPICS: [(&str, &str); 4] = [
    ("fields", "the fields of `module.json`; `ramp explain FIELD` explains one"),
    ("manifest", "the keys of the packer's manifest; `ramp explain manifest KEY` explains one"),
    ("capabilities", "what a module may declare, and what each lets a database do"),
    ("platforms", "the operating systems in the platform table, and what each offers"),
];

/// Everything that can be explained, once, with a few words about it.
pub(crate) fn topics() -> Vec<(&'static str, &'static str)> {
    let codes = UploadErrorCode::ALL.iter().map(|code| (code.as_str(), code.message()));
    let reasons = rules::all().filter_map(|rule| Some((rule.reason?, rule.title)));
    let mut all: Vec<(&str, &str)> = TOPICS
        .into_iter()
        .chain(codes)
        .chain(codes::all())
        .chain(Group::ALL.iter().map(|group| (group.as_str(), group.title())))
        .chain(rules::all().map(|rule| (rule.id, rule.title)))
        .chain(REMARKS.iter().map(|rule| (rule.id, rule.title)))
        .chain(reasons)
        .chain(fields::all())
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|(name, _)| seen.insert(*name));
    all
}
