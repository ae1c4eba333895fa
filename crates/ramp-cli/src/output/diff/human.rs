//! For people: the verdict, what a cluster answers, the gate; then what is different, area by area; then what was found.

use std::fmt::Write as _;

use ramp_core::upgrade::{Change, ChangeKind};

use super::{Compared, answers, not_asked, said};
use crate::output::listing::{self, MARGIN, indented};
use crate::output::statement;
use crate::output::{head, merged};
use crate::style::{self, DIM, ERROR, GOOD, STRONG, WARNING, paint, printable};

/// Columns that changes are indented by.
const INDENT: &str = "    ";
/// How many characters of a change are shown: what is longer, JSON has whole.
const LONGEST: usize = 300;

pub(crate) fn text(compared: &Compared, all: bool) -> String {
    let width = style::width();
    let (verdict, style) = if compared.passed() { ("passed", GOOD) } else { ("failed", ERROR) };
    let [old, new] = [&compared.upgrade.old, &compared.upgrade.new].map(|build| printable(build.bundle()));
    let mut text = format!("{}  {}\n", paint(style, verdict), paint(STRONG, &format!("{old} → {new}")));
    let longest = compared.judged.iter().filter_map(|judged| judged.label.as_deref()).map(style::columns).max();
    let labels = head::labels(longest, width);
    for judged in &compared.judged {
        let good = judged.report.answer.as_ref().is_some_and(|answer| answer.accepted);
        let lines = answers(judged.report.answer.as_ref());
        let lines = lines.into_iter().enumerate().map(|(index, line)| {
            (if index == 0 { "upgrade" } else { "" }, line, if index == 0 && good { GOOD } else { ERROR })
        });
        let gate = &judged.report.gate;
        let gate = ("gate", statement::gate(gate), if gate.passed { GOOD } else { ERROR });
        text.push_str(&head::of_target(judged.label.as_deref(), labels, lines.chain([gate]), width));
    }
    text.push_str(&head::labelled("builds", labels, &compared.builds(), DIM, width));
    for unasked in &compared.unasked {
        let _ = writeln!(text, "{}", indented(&printable(&not_asked(unasked)), width, MARGIN)); // cannot fail
        text.extend(unasked.help.iter().map(|help| listing::help(help, width, MARGIN)));
    }
    if compared.changes().is_empty() {
        let _ = writeln!(text, "\n{MARGIN}nothing is different"); // cannot fail
    }
    for (area, changes) in compared.areas() {
        let _ = writeln!(text, "\n{MARGIN}{}", paint(STRONG, area.title())); // cannot fail
        for change in changes {
            text.push_str(&line(change, width));
        }
    }
    text.push_str(&listing::list(&merged::of(&compared.outcomes()), all, &mut listing::Told::default(), width));
    text
}

/// A difference: its sign in a colour, which carries no meaning of its own.
fn line(change: &Change, width: usize) -> String {
    let said = style::shortened(&printable(&said(change)), LONGEST);
    let (sign, style) = match change.kind {
        ChangeKind::Added => ("+", GOOD),
        ChangeKind::Removed => ("-", ERROR),
        ChangeKind::Changed => ("~", WARNING),
    };
    let said = said.strip_prefix(sign).map_or(said.as_str(), str::trim_start);
    let (first, rest) = (format!("{INDENT}{sign} "), format!("{INDENT}  "));
    let wrapped = style::wrap(said, width, &first, &rest);
    format!("{}\n", wrapped.replacen(sign, &paint(style, sign), 1))
}
