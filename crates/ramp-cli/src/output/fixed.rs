//! What `ramp fix` has changed, what it leaves, and what is to be said of the new bundle.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use ramp_core::Finding;
use ramp_core::metadata::Value;
use ramp_core::text::{count, shell_word};
use ramp_pack::repair::{Change, Changed, Obstacle, Repair};
use schemars::JsonSchema;
use serde::Serialize;

use super::json::{self, ResultView, SCHEMA_VERSION};
use super::listing::{self, MARGIN, indented};
use super::reporter::Outcome;
use super::sink::Sink;
use super::{Look, reporter};
use crate::args::format::{Format, ListFormat};
use crate::error::CliError;
use crate::style::{self, DIM, ERROR, GOOD, STRONG, WARNING, paint, printable, shortened};

/// How many characters of a value are shown.
const LONGEST: usize = 400;
/// What to do where nothing is repaired.
const PACK_AGAIN: &str =
    "Do what is said below of each, or pack it again: to repair it would be to choose what is in it.";

/// What came of a bundle.
pub(crate) struct Fixed<'a> {
    /// The bundle, as it was named.
    pub(crate) bundle: String,
    /// Whether it was read from standard input.
    pub(crate) is_stdin: bool,
    /// Where the new one is asked for.
    pub(crate) output: Option<&'a Path>,
    pub(crate) repair: &'a Repair,
    /// The rules by which it is not written, however it is repaired.
    pub(crate) in_the_way: Vec<String>,
    /// Where it was written to.
    pub(crate) written: Option<&'a Path>,
    /// What is to be said of the new one, for each target; of the old one where it cannot be repaired.
    pub(crate) outcomes: Vec<Outcome>,
}

impl Fixed<'_> {
    /// Why no bundle is written.
    pub(crate) fn why_not(&self) -> String {
        if self.repair.obstacles().is_empty() {
            return format!("errors of {} are left", self.in_the_way.join(", "));
        }
        let rules: BTreeSet<&'static str> = self.repair.obstacles().iter().filter_map(rule_of).collect();
        let rules: Vec<&str> = rules.into_iter().collect();
        if rules.is_empty() {
            "it cannot be repaired".to_owned()
        } else {
            format!("{} cannot be repaired", rules.join(", "))
        }
    }

    /// What comes after the differences were shown.
    fn next(&self) -> String {
        if !self.in_the_way.is_empty() {
            return format!("No bundle would be written: {}.", self.why_not());
        }
        let word = if self.is_stdin { Some("-".to_owned()) } else { shell_word(&self.bundle) };
        format!("`ramp fix {} -o NEW` writes the repaired bundle to the file NEW.", word.as_deref().unwrap_or("BUNDLE"))
    }
}

pub(crate) fn print(fixed: &Fixed<'_>, format: ListFormat, all: bool, out: &mut Sink) -> Result<(), CliError> {
    match format {
        ListFormat::Json => out.line(&json::pretty(&view(fixed))?),
        ListFormat::Human => {
            out.write(&differences(fixed, style::width()))?;
            out.line("")?;
            let mut report = reporter(Format::Human, &Look { all, ..Look::default() });
            report.add(&fixed.outcomes, out)?;
            report.finish(out)
        }
    }
}

/// What is changed, each as what was there and what is there now.
fn differences(fixed: &Fixed<'_>, width: usize) -> String {
    let (changes, obstacles) = (fixed.repair.changes(), fixed.repair.obstacles());
    let bundle = paint(STRONG, &printable(&fixed.bundle));
    let (verdict, style) = match fixed.written {
        _ if !obstacles.is_empty() => ("cannot be repaired".to_owned(), ERROR),
        _ if changes.is_empty() => ("nothing to repair".to_owned(), GOOD),
        Some(_) => (count(changes.len(), "repair"), GOOD),
        None if fixed.output.is_some() => (format!("{}, not written", count(changes.len(), "repair")), ERROR),
        None => (format!("{} to make", count(changes.len(), "repair")), WARNING),
    };
    let mut text = format!("{}  {bundle}\n", paint(style, &verdict));
    for obstacle in obstacles {
        let rule = rule_of(obstacle).map(|rule| format!(" ({rule})")).unwrap_or_default();
        let _ = writeln!(text, "{}", indented(&printable(&format!("{obstacle}{rule}")), width, MARGIN)); // cannot fail
    }
    if !obstacles.is_empty() {
        text.push_str(&listing::help(PACK_AGAIN, width, MARGIN));
    }
    let mut heading = "";
    for change in changes {
        let own = of_file(change);
        if own != heading {
            heading = own;
            let _ = writeln!(text, "\n{MARGIN}{}", paint(STRONG, heading)); // cannot fail
        }
        describe(&mut text, change, width);
    }
    if fixed.output.is_none() && obstacles.is_empty() && !changes.is_empty() {
        text.push('\n');
        text.push_str(&listing::help(&fixed.next(), width, MARGIN));
    }
    text
}

/// What the change is made in.
fn of_file(change: &Change) -> &'static str {
    match &change.changed {
        Changed::Zip { .. } => "the zip, written anew with the same files",
        _ => "module.json",
    }
}

fn describe(text: &mut String, change: &Change, width: usize) {
    let rules = change.rules.join(", ");
    let place = match &change.changed {
        Changed::Value { pointer, .. } | Changed::Key { pointer, .. } => format!("#{pointer}"),
        Changed::Text { pointer, .. } => pointer.as_deref().map(|pointer| format!("#{pointer}")).unwrap_or_default(),
        Changed::Zip { entry, offset, .. } => match (entry, offset) {
            (Some(entry), _) => entry.clone(),
            (None, Some(offset)) => format!("offset {offset}"),
            (None, None) => String::new(),
        },
        _ => String::new(),
    };
    let gap = if place.is_empty() { "" } else { "  " };
    let _ = writeln!(text, "{MARGIN}  {}{gap}{}", printable(&place), paint(DIM, &rules)); // cannot fail
    let mut line = |sign: char, style, value: &str| {
        let (first, rest) = (format!("{MARGIN}  {sign} "), format!("{MARGIN}    "));
        let wrapped = style::wrap(&shortened(&printable(value), LONGEST), width, &first, &rest);
        let painted: Vec<String> = wrapped.lines().map(|line| paint(style, line)).collect();
        let _ = writeln!(text, "{}", painted.join("\n")); // cannot fail
    };
    match &change.changed {
        Changed::Value { from, to, .. } => {
            for (sign, style, value) in [('-', ERROR, from), ('+', GOOD, to)] {
                if let Some(value) = value {
                    line(sign, style, &value.literal());
                }
            }
        }
        Changed::Key { pointer, to } => {
            let key = ramp_core::layout::steps(pointer).last().unwrap_or_default();
            line('-', ERROR, &format!("{}:", Value::from(key)));
            line('+', GOOD, &format!("{}:", Value::from(to.as_str())));
        }
        Changed::Text { message, .. } | Changed::Zip { message, .. } => line('-', ERROR, message),
        _ => {}
    }
}

const fn rule_of(obstacle: &Obstacle) -> Option<&'static str> {
    match obstacle {
        Obstacle::Prevented { rule, .. } => Some(rule),
        _ => None,
    }
}

/// What `ramp fix --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
struct Document<'a> {
    /// Raised when a field changes its meaning or goes away.
    schema_version: u32,
    /// The bundle, as it was named on the command line.
    bundle: &'a str,
    /// Where the repaired one was asked for; null where only the differences were.
    output: Option<String>,
    /// Whether it was written there.
    written: bool,
    /// What is changed, the zip first; empty where there are obstacles.
    changes: Vec<ChangeView<'a>>,
    /// What keeps it from being repaired.
    obstacles: Vec<ObstacleView>,
    /// What is found in the repaired bundle for any target, each once.
    left: Vec<&'a Finding>,
    /// One for each target: of the repaired bundle, as `ramp validate --format json` has it.
    results: Vec<ResultView<'a>>,
}

/// A change.
#[derive(Debug, Serialize, JsonSchema)]
struct ChangeView<'a> {
    /// The rules whose findings it puts right.
    rules: &'a [&'static str],
    /// What is changed.
    kind: Kind,
    /// The entry of the zip.
    entry: Option<&'a str>,
    /// Where in `module.json`, as a JSON pointer.
    pointer: Option<&'a str>,
    /// Where in the bundle, in bytes.
    offset: Option<u64>,
    /// The value, or the key, that was there.
    #[schemars(with = "Option<serde_json::Value>")]
    from: Option<Value>,
    /// The value, or the key, that is there now.
    #[schemars(with = "Option<serde_json::Value>")]
    to: Option<Value>,
    /// The change in words.
    message: String,
}

/// What a change is made of.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// A value of `module.json`.
    Value,
    /// A key of `module.json`.
    Key,
    /// The text of `module.json`, with the same values.
    Text,
    /// How the zip is written.
    Zip,
}

/// Why nothing is repaired.
#[derive(Debug, Serialize, JsonSchema)]
struct ObstacleView {
    /// The rule that found it, where one did.
    rule: Option<&'static str>,
    /// What it is.
    message: String,
}

/// The JSON Schema of it.
pub(crate) fn schema() -> schemars::Schema {
    json::schema_of::<Document<'_>>()
}

fn view<'a>(fixed: &'a Fixed<'_>) -> Document<'a> {
    let mut seen = HashSet::new();
    let findings = fixed.outcomes.iter().filter_map(Outcome::findings).flatten();
    let place = |finding: &Finding| finding.location.as_ref().map(ToString::to_string);
    let left = findings.filter(|finding| seen.insert((&finding.rule, place(finding), &finding.message))).collect();
    let obstacle = |obstacle: &Obstacle| ObstacleView { rule: rule_of(obstacle), message: obstacle.to_string() };
    Document {
        schema_version: SCHEMA_VERSION,
        bundle: &fixed.bundle,
        output: fixed.output.map(|path| path.display().to_string()),
        written: fixed.written.is_some(),
        changes: fixed.repair.changes().iter().map(changed).collect(),
        obstacles: fixed.repair.obstacles().iter().map(obstacle).collect(),
        left,
        results: fixed.outcomes.iter().map(json::view).collect(),
    }
}

fn changed(change: &Change) -> ChangeView<'_> {
    let metadata = Some(ramp_core::layout::METADATA_NAME);
    let none = ChangeView {
        rules: &change.rules,
        kind: Kind::Value,
        entry: metadata,
        pointer: None,
        offset: None,
        from: None,
        to: None,
        message: change.to_string(),
    };
    match &change.changed {
        Changed::Value { pointer, from, to } => {
            let shown = |value: &Option<Value>| value.as_ref().map(|value| value.excerpt().into_owned());
            ChangeView { pointer: Some(pointer), from: shown(from), to: shown(to), ..none }
        }
        Changed::Key { pointer, to } => {
            let key = ramp_core::layout::steps(pointer).last().unwrap_or_default();
            ChangeView {
                kind: Kind::Key,
                pointer: Some(pointer),
                from: Some(key.into()),
                to: Some(to.as_str().into()),
                ..none
            }
        }
        Changed::Text { pointer, .. } => ChangeView { kind: Kind::Text, pointer: pointer.as_deref(), ..none },
        Changed::Zip { entry, offset, .. } => {
            ChangeView { kind: Kind::Zip, entry: entry.as_deref(), offset: *offset, ..none }
        }
        _ => none,
    }
}
