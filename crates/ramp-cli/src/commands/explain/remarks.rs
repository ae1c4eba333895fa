//! Rules of `ramp check` that are about the manifest itself.

use ramp_pack::check::RemarkRule;

use super::words::{paragraph, title};

/// What there is to know of one.
pub(super) fn explain(rule: &RemarkRule) -> String {
    let mut text = title(rule.id, rule.title);
    paragraph(&mut text, "what", rule.what);
    paragraph(&mut text, "why", rule.why);
    paragraph(&mut text, "help", rule.help);
    paragraph(&mut text, "example", rule.example);
    let levels: Vec<String> = rule.levels.iter().map(ToString::to_string).collect();
    paragraph(&mut text, "level", &levels.join(" or "));
    paragraph(&mut text, "group", &format!("{}: {}", RemarkRule::GROUP, RemarkRule::GROUP_TITLE));
    text
}
