//! `ramp rules`: the catalogue.

use std::fmt::Write as _;

use ramp_core::{Group, Repair, rules};
use ramp_pack::check::{REMARKS, RemarkRule};
use serde_json::{Value, json};

use crate::args::Rules;
use crate::args::format::ListFormat;
use crate::error::CliError;
use crate::output::{self, Sink};
use crate::status::Status;
use crate::style::{self, DIM, STRONG, paint};

/// Columns in front of a rule: a margin, the level, a gap.
const LEVEL_COLUMNS: usize = 11;

pub(crate) fn run(args: &Rules) -> Result<Status, CliError> {
    let mut out = Sink::stdout(args.format.content());
    match args.format {
        ListFormat::Json => {
            let of_bundles = rules::all().map(serde_json::to_value);
            let of_manifests = REMARKS.iter().map(|rule| Ok(of_manifest(rule)));
            out.line(&output::json::pretty(&of_bundles.chain(of_manifests).collect::<Result<Vec<Value>, _>>()?)?)?;
        }
        ListFormat::Human => out.write(&human())?,
    }
    out.close()?;
    Ok(Status::Clean)
}

/// With the keys that the rules about bundles have; its level is the gravest that it can have, and it decides no answer.
fn of_manifest(rule: &RemarkRule) -> Value {
    json!({
        "id": rule.id,
        "group": RemarkRule::GROUP,
        "level": rule.levels.first(),
        "error_code": null,
        "reason": null,
        "part": null,
        "endpoints": [],
        "title": rule.title,
        "what": rule.what,
        "why": rule.why,
        "help": rule.help,
        "example": rule.example,
        "data": [],
        "repair": Repair::Never,
    })
}

fn human() -> String {
    let ids = rules::all().map(|rule| rule.id).chain(REMARKS.iter().map(|rule| rule.id));
    let width = ids.map(str::len).max().unwrap_or(0);
    let groups = Group::ALL.iter().map(|&group| {
        let rules =
            rules::all().filter(|rule| rule.group == group).map(|rule| (rule.strict_level, rule.id, rule.title));
        (group.as_str(), group.title(), rules.collect::<Vec<_>>())
    });
    // The gravest that they can be.
    let of_manifests = REMARKS.iter().filter_map(|rule| Some((*rule.levels.first()?, rule.id, rule.title)));
    let of_manifests = (RemarkRule::GROUP, RemarkRule::GROUP_TITLE, of_manifests.collect::<Vec<_>>());
    let mut text = String::new();
    for (at, (group, title, rules)) in groups.chain([of_manifests]).enumerate() {
        let gap = if at > 0 { "\n" } else { "" };
        let _ = writeln!(text, "{gap}{}  {}", paint(STRONG, group), paint(DIM, title)); // cannot fail
        for (level, id, title) in rules {
            let level = output::listing::level(level);
            let column = LEVEL_COLUMNS + width + 2;
            let line = if column + 28 <= style::width() {
                let first = format!("  {level}  {id:width$}  ");
                style::wrap(title, style::width(), &first, &" ".repeat(column))
            } else {
                let indent = " ".repeat(LEVEL_COLUMNS);
                format!("  {level}  {id}\n{}", style::wrap(title, style::width(), &indent, &indent))
            };
            let _ = writeln!(text, "{line}"); // cannot fail
        }
    }
    text
}
