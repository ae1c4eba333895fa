//! Findings for people: group by group, what to do under each, and what may follow from another folded.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::fmt::Write as _;

use anstyle::Style;
use ramp_core::text::count;
use ramp_core::{Consequences, Datum, Finding, Group, Level, Suppression};

use super::merged::Found;
use super::statement;
use super::tally::Tally;
use crate::style::{self, DIM, STRONG, columns, paint, printable};

/// What stands in front of the lines under a verdict.
pub(super) const MARGIN: &str = "  ";
/// Columns that findings are indented by: the margin and the width of `warning  `.
const INDENT: &str = "           ";

/// What is shown of all findings: unless `all` is wanted, neither what may follow from another one nor what is suppressed; what the
/// cluster refuses always is.
pub(super) fn shown<'f, 'a>(found: &'f [Found<'a>], all: bool) -> Vec<&'f Found<'a>> {
    let consequences = Consequences::of(found.iter().map(|found| found.finding));
    found.iter().filter(|found| all || consequences.shows(found.finding)).collect()
}

/// What was said to do about notes, of which many bundles have the same.
#[derive(Debug, Default)]
pub(super) struct Told(HashSet<(String, String)>);

impl Told {
    /// How many are remembered: what is said of every bundle comes early.
    const MOST: usize = 1000;

    /// Whether what to do about a note is told for the first time.
    fn is_new(&mut self, finding: &Finding) -> bool {
        let key = (finding.rule.to_string(), finding.help.clone());
        if self.0.contains(&key) {
            return false;
        }
        if self.0.len() < Self::MOST {
            self.0.insert(key);
        }
        true
    }
}

/// All findings, and how many there are. What may follow from another one is told as a number there, unless `all` is wanted, and so
/// is what is suppressed; what the cluster refuses is always shown.
pub(super) fn list(found: &[Found<'_>], all: bool, notes: &mut Told, width: usize) -> String {
    let findings = || found.iter().map(|found| found.finding);
    let consequences = Consequences::of(findings());
    let follows = |finding: &Finding| !all && consequences.has(finding);
    let mut shown = shown(found, all);
    let groups = in_order_of_appearance(&shown);
    // In a group the gravest first.
    shown.sort_by_key(|found| Reverse(found.finding.level));
    // The cause says it once, where it speaks last.
    let last = |rule: &str| shown.iter().rposition(|found| found.finding.rule == rule);
    let following =
        |rule: &str| findings().filter(|finding| follows(finding) && finding.follows.as_deref() == Some(rule)).count();
    let mut text = String::new();
    let mut helped = HashSet::new();
    for group in groups {
        text.push_str(&heading(group, width));
        for (index, found) in shown.iter().enumerate().filter(|(_, found)| found.finding.group == group) {
            let finding = found.finding;
            // What was said to one finding of a rule need not be said to the next, but for what its very value was meant to be.
            let help = helped.insert((&finding.rule, &finding.help)) || is_of_value(finding);
            // Of a note not to the next bundle either.
            let help = help && (finding.level != Level::Note || notes.is_new(finding));
            text.push_str(&describe(found, help, width));
            let more = following(&finding.rule);
            if more > 0 && last(&finding.rule) == Some(index) {
                let them = if more == 1 { "it" } else { "them" };
                let line = format!("{} may follow from this; `--all` shows {them}", count(more, "more finding"));
                let _ = writeln!(text, "{}", styled(&line, width, INDENT, DIM)); // cannot fail
            }
        }
    }
    if !found.is_empty() {
        let tally = Tally::of(findings());
        let plain = indented(&tally.plain(), width, MARGIN);
        // Painted after it is known to fit, so that codes do not count as columns.
        let counts = if plain.contains('\n') {
            plain
        } else {
            format!("{MARGIN}{}", tally.words(|level, words| paint(style::of(level), words)))
        };
        let _ = writeln!(text, "\n{counts}"); // cannot fail
    }
    text
}

/// Whether its help names what was probably meant by the value that it is about.
fn is_of_value(finding: &Finding) -> bool {
    match finding.data.get("suggestion") {
        Some(Datum::Text(meant)) => finding.help.contains(&format!("`{meant}`")),
        Some(_) => true,
        None => false,
    }
}

/// A level as a word of fixed width, in its colour.
pub(crate) fn level(level: Level) -> String {
    paint(style::of(level), &format!("{:7}", level.as_str()))
}

fn heading(group: Group, width: usize) -> String {
    let (name, title) = (group.as_str(), group.title());
    let gap = if columns(MARGIN) + columns(name) + 2 + columns(title) > width { "\n  " } else { "  " };
    format!("\n{MARGIN}{}{gap}{}\n", paint(STRONG, name), paint(DIM, title))
}

/// The groups of the findings, the one that decides first.
fn in_order_of_appearance(found: &[&Found<'_>]) -> Vec<Group> {
    let mut groups = Vec::new();
    for group in found.iter().map(|found| found.finding.group) {
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}

fn describe(found: &Found<'_>, help: bool, width: usize) -> String {
    let finding = found.finding;
    let place = finding.location.as_ref().map(|l| printable(&l.to_string())).unwrap_or_default();
    let rule = statement::title(finding);
    let mut text = format!("{MARGIN}{}  {}", level(finding.level), paint(STRONG, &rule));
    if place.is_empty() {
        text.push('\n');
    } else if columns(INDENT) + columns(&rule) + 2 + columns(&place) <= width {
        let _ = writeln!(text, "  {}", paint(DIM, &place)); // cannot fail
    } else {
        let _ = writeln!(text, "\n{}", styled(&place, width, INDENT, DIM)); // cannot fail
    }
    for message in found.messages() {
        let _ = writeln!(text, "{}", indented(&printable(&message), width, INDENT)); // cannot fail
    }
    if let Some(known) = &finding.suppressed {
        let _ = writeln!(text, "{}", styled(&printable(&suppressed(known)), width, INDENT, DIM)); // cannot fail
    }
    if help {
        text.push_str(&self::help(&finding.help, width, INDENT));
    }
    text
}

/// `suppressed until 2027-03-31: the cluster's own build has the library`.
pub(super) fn suppressed(known: &Suppression) -> String {
    let until = known.until.map(|day| format!(" until {day}")).unwrap_or_default();
    format!("suppressed{until}: {}", known.reason)
}

/// What to do, under what it is about.
pub(super) fn help(help: &str, width: usize, indent: &str) -> String {
    let first = format!("{indent}help: ");
    let rest = " ".repeat(first.len());
    format!("{}\n", style::wrap(&printable(help), width, &first, &rest))
}

pub(super) fn indented(text: &str, width: usize, indent: &str) -> String {
    style::wrap(text, width, indent, indent)
}

/// Wrapped first and styled after, so that codes do not count as columns.
fn styled(text: &str, width: usize, indent: &str, style: Style) -> String {
    indented(text, width, indent).lines().map(|line| paint(style, line)).collect::<Vec<_>>().join("\n")
}
