//! What is said of manifests, for people and for programs.

use std::fmt::Write as _;

use ramp_core::text::count;
use ramp_core::{FailOn, Level, Location};
use ramp_pack::check::Remark;
use serde::Serialize;

use super::json::{SCHEMA_VERSION, compact};
use super::listing::{self, MARGIN, indented};
use crate::error::{CliError, help_with, one_line};
use crate::status::Status;
use crate::style::{self, DIM, ERROR, GOOD, STRONG, paint, printable};

/// Columns that remarks are indented by.
const INDENT: &str = "           ";

/// What is said behind a warning of what is an error elsewhere.
const LATER: &str = " (an error for `ramp validate`, and for `ramp pack --strict`)";

/// What came of a manifest.
#[derive(Debug)]
pub(crate) struct Checked {
    name: String,
    fail_on: FailOn,
    remarks: Result<Vec<Remark>, CliError>,
}

/// What `ramp check --format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    results: Vec<ResultView<'a>>,
}

#[derive(Serialize)]
struct ResultView<'a> {
    manifest: &'a str,
    fail_on: FailOn,
    passed: bool,
    findings: Vec<FindingView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

#[derive(Serialize)]
struct FindingView<'a> {
    rule: &'a str,
    level: Level,
    /// Whether it is an error for `ramp validate` whatever its level is here.
    fails_validation: bool,
    message: String,
    location: Location,
    help: Option<String>,
}

impl Checked {
    pub(crate) fn new(name: String, remarks: Result<Vec<Remark>, CliError>, fail_on: FailOn) -> Self {
        Self { name, fail_on, remarks }
    }

    pub(crate) fn status(&self) -> Status {
        match &self.remarks {
            Err(_) => Status::NotEvaluated,
            Ok(remarks) if remarks.iter().any(|remark| self.fail_on.fails(remark.level())) => Status::Found,
            Ok(_) => Status::Clean,
        }
    }

    fn findings(&self) -> &[Remark] {
        self.remarks.as_deref().unwrap_or_default()
    }

    /// The line that it is about, or the file.
    fn location(&self, remark: &Remark) -> Location {
        match remark.position {
            Some(at) => Location::in_file(&*self.name, at.line as u64, at.column as u64),
            None => Location::file(&*self.name),
        }
    }

    fn view_of<'a>(&self, remark: &'a Remark) -> FindingView<'a> {
        let (location, help) = (self.location(remark), help_with(&remark.what));
        let (rule, message) = (remark.what.rule(), remark.what.to_string());
        let fails_validation = remark.fails_validation() || remark.level() == Level::Error;
        FindingView { rule, level: remark.level(), fails_validation, message, location, help }
    }

    fn view(&self) -> ResultView<'_> {
        ResultView {
            manifest: &self.name,
            fail_on: self.fail_on,
            passed: self.status() == Status::Clean,
            findings: self.findings().iter().map(|remark| self.view_of(remark)).collect(),
            failure: self.remarks.as_ref().err().map(|err| one_line(err)),
            help: self.remarks.as_ref().err().and_then(CliError::help),
        }
    }

    fn describe(&self, width: usize) -> String {
        let (verdict, style) = match self.status() {
            Status::Clean => ("passed", GOOD),
            Status::Found => ("failed", ERROR),
            Status::NotEvaluated => ("not evaluated", ERROR),
        };
        let mut text = format!("{}  {}\n", paint(style, verdict), paint(STRONG, &printable(&self.name)));
        if let Err(err) = &self.remarks {
            let _ = writeln!(text, "{}", indented(&printable(&one_line(err)), width, MARGIN)); // cannot fail
            text.extend(err.help().map(|help| listing::help(&help, width, MARGIN)));
        }
        for remark in self.findings() {
            let place = printable(&self.location(remark).to_string());
            let (level, rule) = (listing::level(remark.level()), paint(STRONG, remark.what.rule()));
            let _ = writeln!(text, "{MARGIN}{level}  {rule}  {}", paint(DIM, &place)); // cannot fail
            let later = if remark.fails_validation() { LATER } else { "" };
            let said = format!("{}{later}", printable(&remark.what.to_string()));
            let _ = writeln!(text, "{}", indented(&said, width, INDENT)); // cannot fail
            text.extend(help_with(&remark.what).map(|help| listing::help(&help, width, INDENT)));
        }
        let tally = Level::ALL.iter().rev().filter_map(|level| {
            let number = self.findings().iter().filter(|remark| remark.level() == *level).count();
            (number > 0).then(|| count(number, level.as_str()))
        });
        let tally = tally.collect::<Vec<_>>().join(", ");
        if !tally.is_empty() {
            let _ = writeln!(text, "\n{MARGIN}{tally}"); // cannot fail
        }
        text
    }
}

pub(crate) fn human(checked: &[Checked]) -> String {
    let each: Vec<String> = checked.iter().map(|checked| checked.describe(style::width())).collect();
    let mut text = each.join("\n");
    if checked.len() > 1 {
        let of = |status| checked.iter().filter(|checked| checked.status() == status).count();
        let counts = [(Status::Clean, "passed"), (Status::Found, "failed"), (Status::NotEvaluated, "not evaluated")];
        let counts = counts.map(|(status, what)| (of(status), what)).into_iter().filter(|(number, _)| *number > 0);
        let counts: Vec<String> = counts.map(|(number, what)| format!("{number} {what}")).collect();
        let _ = writeln!(text, "\n{}: {}", count(checked.len(), "manifest"), counts.join(", ")); // cannot fail
    }
    text
}

pub(crate) fn json(checked: &[Checked]) -> Result<String, CliError> {
    let results = checked.iter().map(Checked::view).collect();
    compact(&Document { schema_version: SCHEMA_VERSION, results })
}
