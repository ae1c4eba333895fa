//! `ramp rules`: the catalogue.

use ramp_core::rules::{self, Group, Rule};

use crate::Status;
use crate::args::{ListFormat, Rules};
use crate::error::CliError;
use crate::output::{Sink, json};
use crate::style::{DIM, STRONG, paint};

pub(crate) fn run(args: &Rules) -> Result<Status, CliError> {
    let mut out = Sink::stdout(args.format.content());
    match args.format {
        ListFormat::Json => {
            let all: Vec<&Rule> = rules::all().collect();
            out.line(&json::pretty(&all)?)?;
        }
        ListFormat::Human => {
            let width = rules::all().map(|r| r.id.len()).max().unwrap_or(0);
            for group in Group::ALL {
                out.line(&format!("{}  {}", paint(STRONG, group.as_str()), paint(DIM, group.title())))?;
                for rule in rules::all().filter(|r| r.group == group) {
                    let level = crate::output::human::level(rule.strict_level);
                    out.line(&format!("  {level}  {:width$}  {}", rule.id, rule.title))?;
                }
                out.line("")?;
            }
        }
    }
    out.close()?;
    Ok(Status::Clean)
}
