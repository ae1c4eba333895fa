//! How explanations are laid out.

use std::fmt::Write as _;

use ramp_core::metadata::fields::Field;

use crate::style::{self, STRONG, paint};

/// A name and what it means.
pub(super) fn entry(text: &mut String, name: &str, meaning: &str) {
    let first = format!("  {name:<33}");
    let _ = writeln!(text, "{}", style::wrap(meaning, style::width(), &first, &" ".repeat(35))); // cannot fail
}

/// A name and its title, for the first line.
pub(super) fn title(name: &str, title: &str) -> String {
    let first = format!("{}  ", paint(STRONG, name));
    format!("{}\n\n", style::wrap(title, style::width(), &first, &" ".repeat(name.len() + 2)))
}

/// What there is to say under a label.
pub(super) fn paragraph(text: &mut String, label: &str, body: &str) {
    let first = format!("  {label:<9}");
    let _ = writeln!(text, "{}", style::wrap(body, style::width(), &first, &" ".repeat(11)));
}

/// What its texts, and the keys in it, must look like.
pub(super) fn forms(text: &mut String, field: &Field) {
    for (label, form) in [("form", field.form), ("keys", field.keys)] {
        if let Some(form) = form {
            paragraph(text, label, form.help());
        }
    }
}
