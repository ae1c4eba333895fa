//! What can be explained, by name.

use ramp_core::{Group, UploadErrorCode, rules};
use ramp_pack::check::REMARKS;

use super::{codes, fields};

/// What is no rule, code or field, and what it is about.
pub(super) const TOPICS: [(&str, &str); 5] = [
    ("fields", "the fields of `module.json`; `ramp explain FIELD` explains one"),
    ("manifest", "the keys of the packer's manifest; `ramp explain manifest KEY` explains one"),
    ("config", "the keys of the policy file `ramp.toml`; `ramp explain config KEY` explains one"),
    ("capabilities", "what a module may declare, and what each lets a database do"),
    ("platforms", "the operating systems in the platform table, and what each offers"),
];

/// Words that reports and options have, what each is in short, and at length.
pub(super) const WORDS: [(&str, &str, &str); 6] = [
    (
        "answer",
        "what the cluster would answer to the upload",
        "Accepted, or refused with an `error_code` and an HTTP status. The bundle and the target decide it: no policy, no level and no \
         suppression does. A cluster may take a bundle that is damaged, or that no node can load: of that the gate speaks.",
    ),
    (
        "gate",
        "whether the bundle is good enough to be shipped",
        "Our own judgement, for CI. It fails where anything that was found stands at or above `--fail-on`, which is `error` where nothing \
         else is said. It makes the exit status: 0 passed, 1 did not, 2 could not be evaluated.",
    ),
    (
        "policy",
        "how grave each rule is for the gate",
        "`strict`, by default: what is damaged, can be read in two ways or would not load is an error. `reference`: only what the cluster \
         refuses is. `--allow`, `--warn` and `--deny`, and `[rules]` of `ramp.toml`, set the level of a rule or of a group.",
    ),
    (
        "target",
        "the cluster that a bundle is checked against",
        "A release such as `7.22`, a version such as `7.4.2-54`, `latest`, or a JSON file that `ramp target` writes, with the nodes, the \
         limits and the modules of a cluster. Several are judged in one run. Without one, the unpacker's answer is told alone.",
    ),
    (
        "suppression",
        "something found that is known, and does not count",
        "An `[[allow]]` entry of `ramp.toml`: a rule, a reason, perhaps bundles and a last day. What it is about stays in the reports, \
         marked; it does not change the answer, and what the unpacker refuses cannot be allowed.",
    ),
    (
        "set",
        "the bundles of one release, judged together",
        "`ramp validate --set dist`: the same module in all of them, no platform twice, and one for each platform of the nodes and of \
         `required` in `ramp.toml`.",
    ),
];

/// Everything that can be explained, once, with a few words about it.
pub(crate) fn topics() -> Vec<(&'static str, &'static str)> {
    let codes = UploadErrorCode::ALL.iter().map(|code| (code.as_str(), code.message()));
    let reasons = rules::all().filter_map(|rule| Some((rule.reason?, rule.title)));
    let mut all: Vec<(&str, &str)> = TOPICS
        .into_iter()
        .chain(WORDS.iter().map(|(word, what, _)| (*word, *what)))
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
