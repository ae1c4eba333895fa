//! As Markdown, for a comment on a pull request: the verdict, what was found, and a table of what is different. It ends where forges take
//! no more, and says how much that leaves out.

use ramp_core::metadata::Value;
use ramp_core::text::count;
use ramp_core::upgrade::{Area, Change, ChangeKind, shown};

use super::{Compared, answers, not_asked};
use crate::output::markdown::{COMMENT, Ranked, pieces};
use crate::output::marks::{cell, code, prose};
use crate::output::{merged, statement};
use crate::style::{self, printable, shortened};

/// How many characters of a value stand in a cell.
const LONGEST: usize = 200;

pub(crate) fn text(compared: &Compared, all: bool) -> String {
    let [old, new] = [&compared.upgrade.old, &compared.upgrade.new].map(|build| code(build.bundle()));
    let verdict = if compared.passed() { "passed" } else { "failed" };
    let mut lines = vec![prose(&compared.builds())];
    for judged in &compared.judged {
        let whose = judged.label.as_ref().map(|label| format!(" for {label}")).unwrap_or_default();
        let answers = answers(judged.report.answer.as_ref()).join("; ");
        lines.push(prose(&format!("upgrade{whose}: {answers}")));
        lines.push(prose(&format!("gate{whose}: {}", statement::gate(&judged.report.gate))));
    }
    lines.extend(compared.unasked.iter().map(|unasked| prose(&not_asked(unasked))));
    let mut text = format!("### ramp diff: {old} → {new}: {verdict}\n\n{}\n", lines.join("\\\n"));
    let outcomes = compared.outcomes();
    let found = merged::of(&outcomes);
    let mut findings = Ranked::default();
    findings.extend(false, pieces(&found, all));
    if !found.is_empty() {
        text.push('\n');
    }
    // The half of it, so that something is said of what is different.
    findings.write(&mut text, COMMENT / 2, |more| format!("\nand {}\n", count(more, "more finding")));
    let mut rows = Ranked::default();
    for (area, changes) in compared.areas() {
        let mut changes = changes.into_iter().map(|change| row(area, change));
        if let Some(first) = changes.next() {
            rows.push(false, format!("\n| {} | old | new |\n|---|---|---|\n{first}", area.title()));
        }
        rows.extend(false, changes.collect());
    }
    if compared.changes().is_empty() {
        text.push_str("\nNothing is different.\n");
    }
    rows.write(&mut text, COMMENT, |more| format!("\nand {}\n", count(more, "more difference")));
    text
}

fn row(area: Area, change: &Change) -> String {
    let name = match change.part() {
        Some(field) => format!("{} {field}", change.name),
        None => change.name.clone(),
    };
    // Of what is there in one build alone, and has nothing to say but that.
    let value = |value: Option<&Value>, there: &str| match value {
        None => String::new(),
        Some(Value::Bool(_)) if area != Area::Metadata => there.to_owned(),
        Some(Value::Number(bytes)) if area == Area::Size => style::bytes(bytes.as_u64().unwrap_or_default()),
        Some(value) => in_cell(&shown(value)),
    };
    let (old, new) = (value(change.old.as_ref(), "there"), value(change.new.as_ref(), "there"));
    let (old, new) = match change.kind {
        ChangeKind::Added => ("–".to_owned(), new),
        ChangeKind::Removed => (old, "–".to_owned()),
        ChangeKind::Changed => (old, new),
    };
    format!("| {} | {old} | {new} |\n", in_cell(&name))
}

fn in_cell(text: &str) -> String {
    cell(&shortened(&printable(text), LONGEST))
}
