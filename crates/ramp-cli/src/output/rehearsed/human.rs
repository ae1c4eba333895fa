//! For people: the verdict, then step by step what is asked, what is answered, and what to do.

use std::fmt::Write as _;

use anstyle::Style;
use ramp_core::rehearsal::{Action, Hoped, Step, StepAnswer};

use super::{Played, Rehearsed};
use crate::output::listing::{self, MARGIN};
use crate::style::{self, DIM, ERROR, GOOD, STRONG, paint, printable};

/// Columns that what is below a step's title is indented by.
const INDENT: &str = "            ";
/// How many characters of a body are shown: what is longer, JSON has whole.
const LONGEST: usize = 300;
/// Columns of the word before a step's title.
const MARK: usize = 10;

pub(crate) fn text(rehearsed: &Rehearsed) -> String {
    let width = style::width();
    let (verdict, style) = verdict_of(rehearsed.passed());
    let bundle = printable(&rehearsed.bundle);
    let named = rehearsed.from.as_deref().map(|from| format!("{} → {bundle}", printable(from))).unwrap_or(bundle);
    let mut text = format!("{}  {}\n", paint(style, verdict), paint(STRONG, &named));
    for played in &rehearsed.played {
        if let Some(label) = &played.label {
            let (verdict, style) = verdict_of(played.rehearsal.passed);
            let label = paint(STRONG, &printable(label));
            let _ = writeln!(text, "\n{MARGIN}{label}  {}", paint(style, verdict)); // cannot fail
        }
        text.push_str(&steps(played, width));
    }
    text
}

const fn verdict_of(passed: bool) -> (&'static str, Style) {
    if passed { ("passed", GOOD) } else { ("failed", ERROR) }
}

fn steps(played: &Played, width: usize) -> String {
    let all = &played.rehearsal.steps;
    let asked = all.iter().filter(|step| step.answer.is_some());
    let is_default = played.plan.redis_version.is_none();
    let mut text: String = asked.map(|step| shown(step, is_default, width)).collect();
    let unasked: Vec<&str> = all.iter().filter(|step| step.answer.is_none()).map(|step| step.title.as_str()).collect();
    if !unasked.is_empty() {
        let line = format!("not asked after that: {}", unasked.join("; "));
        let first = format!("{MARGIN}{}", style::padded("–", MARK, DIM));
        text.push_str(&wrapped(&line, width, &first));
    }
    text
}

/// A step that was asked. `is_default` is whether the database was made of the Redis that the release makes.
fn shown(step: &Step, is_default: bool, width: usize) -> String {
    let Some(answer) = &step.answer else { return String::new() };
    let (mark, mark_style) = mark(step, answer);
    let title = style::wrap(&printable(&step.title), width, INDENT, INDENT);
    let title = title.trim_start().to_owned();
    let mut text = format!("{MARGIN}{}{title}\n", style::padded(mark, MARK, mark_style));
    for line in asked(step, answer).into_iter().chain(became(step.action, answer, is_default)) {
        text.push_str(&wrapped(&line, width, INDENT));
    }
    for condition in &answer.conditions {
        text.push_str(&wrapped(&condition.to_string(), width, INDENT));
    }
    if answer.accepted {
        return text;
    }
    let hoped = step.hoped == Hoped::Refused;
    let said = answer.message.iter().filter(|_| !hoped).chain(&answer.description);
    for line in said {
        text.push_str(&wrapped(line, width, INDENT));
    }
    text.extend(
        answer.help.iter().filter(|help| !hoped && !help.is_empty()).map(|help| listing::help(help, width, INDENT)),
    );
    text
}

fn mark(step: &Step, answer: &StepAnswer) -> (&'static str, Style) {
    match (step.is_as_hoped(), answer.accepted) {
        (true, _) => ("ok", GOOD),
        (false, true) => ("accepted", ERROR),
        (false, false) => ("refused", ERROR),
    }
}

/// `POST /v1/bdbs: 406 missing_module`, and below it the body, where it is one to be read.
fn asked(step: &Step, answer: &StepAnswer) -> Vec<String> {
    let request = &step.request;
    let with = match (step.action, &request.body) {
        (Action::Upload, Some(_)) => " with `module.json`",
        (Action::Upload, None) => " with the bundle",
        _ => "",
    };
    let status = answer.http_status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let code = answer.error_code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    let hoped = if answer.accepted || step.hoped == Hoped::Accepted { "" } else { ", as it must be" };
    let body = request.body.clone().filter(|_| step.action != Action::Upload).map(|mut body| {
        body.sort_all_objects();
        style::shortened(&body.to_string(), LONGEST)
    });
    let line = format!("{} {}{with}: {status}{code}{hoped}", request.method, request.path);
    [line].into_iter().chain(body).collect()
}

/// Which Redis the database has, where that is what a step is about.
fn became(action: Action, answer: &StepAnswer, is_default: bool) -> Option<String> {
    let redis = answer.redis_version.as_ref()?;
    match action {
        Action::CreateDatabase if is_default => Some(format!(
            "the database has Redis {redis}, which is what this release makes; `--database` asks for another"
        )),
        Action::CreateDatabase | Action::UpgradeDatabase => Some(format!("the database has Redis {redis}")),
        Action::TryUpgrade => Some(format!("the database would have Redis {redis}")),
        _ => None,
    }
}

fn wrapped(line: &str, width: usize, first: &str) -> String {
    format!("{}\n", style::wrap(&printable(line), width, first, INDENT))
}
