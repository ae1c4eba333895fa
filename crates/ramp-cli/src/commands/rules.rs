//! `ramp rules`: the catalogue.

use ramp_core::{Group, Rule, rules};

use crate::args::Rules;
use crate::args::format::ListFormat;
use crate::error::CliError;
use crate::output::{Sink, json};
use crate::status::Status;
use crate::style::{self, DIM, STRONG, paint};

/// Columns in front of a rule: a margin, the level, a gap.
const LEVEL_COLUMNS: usize = 11;

pub(crate) fn run(args: &Rules) -> Result<Status, CliError> {
    let mut out = Sink::stdout(args.format.content());
    match args.format {
        ListFormat::Json => {
            let all: Vec<&Rule> = rules::all().collect();
            out.line(&json::pretty(&all)?)?;
        }
        ListFormat::Human => {
            let width = rules::all().map(|r| r.id.len()).max().unwrap_or(0);
            for &group in Group::ALL {
                if group != Group::ALL[0] {
                    out.line("")?;
                }
                out.line(&format!("{}  {}", paint(STRONG, group.as_str()), paint(DIM, group.title())))?;
                for rule in rules::all().filter(|r| r.group == group) {
                    let level = crate::output::listing::level(rule.strict_level);
                    let column = LEVEL_COLUMNS + width + 2;
                    if column + 28 <= style::width() {
                        let first = format!("  {level}  {:width$}  ", rule.id);
                        out.line(&style::wrap(rule.title, style::width(), &first, &" ".repeat(column)))?;
                    } else {
                        let indent = " ".repeat(LEVEL_COLUMNS);
                        out.line(&format!("  {level}  {}", rule.id))?;
                        out.line(&style::wrap(rule.title, style::width(), &indent, &indent))?;
                    }
                }
            }
        }
    }
    out.close()?;
    Ok(Status::Clean)
}
