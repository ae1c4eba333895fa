//! Codes that clusters answer apart from the upload.

use std::fmt::Write as _;

use ramp_core::knowledge::{Certainty, Code, CodeArea, Knowledge};

use super::words::{entry, paragraph, title};
use crate::style::{STRONG, paint};

/// Each of them, and what it means.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    Knowledge::builtin().codes().iter().map(|row| (row.code.as_str(), first_sentence(&row.meaning)))
}

/// What a code means in each area where it is answered; nothing where there is none.
pub(super) fn explain(code: &str) -> Vec<String> {
    Knowledge::builtin().codes_named(code).map(row).collect()
}

/// All of them, area by area.
pub(super) fn list(text: &mut String) {
    for &area in CodeArea::ALL {
        let _ = writeln!(text, "\n{}", paint(STRONG, &format!("Codes about {}", area.title()))); // cannot fail
        for row in Knowledge::builtin().codes().iter().filter(|row| row.area == area) {
            entry(text, &row.code, first_sentence(&row.meaning));
        }
    }
}

fn row(row: &Code) -> String {
    let mut text = title(&row.code, row.words.as_deref().unwrap_or(first_sentence(&row.meaning)));
    paragraph(&mut text, "about", row.area.title());
    for (index, answer) in row.answers.iter().enumerate() {
        let status = answer.status.map(|status| format!(": HTTP {status}")).unwrap_or_default();
        paragraph(&mut text, if index == 0 { "request" } else { "" }, &format!("{}{status}", answer.request));
    }
    paragraph(&mut text, "meaning", &row.meaning);
    paragraph(&mut text, "help", &row.help);
    let seen = match row.certainty {
        Certainty::Documented => "documented",
        Certainty::Observed => "observed, not documented",
        _ => "inferred",
    };
    let note = row.note.as_deref().map(|note| format!("; {note}")).unwrap_or_default();
    paragraph(&mut text, "known", &format!("{seen}{note}"));
    text
}

/// What stands before the first full stop.
fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.')
}
