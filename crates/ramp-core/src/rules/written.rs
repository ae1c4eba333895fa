//! Values of `module.json` as they stand there.

use crate::cure::Edit;
use crate::datum::Datum;
use crate::layout::steps;
use crate::metadata::{Value, intended, placeholder_of, python};
use crate::text::{parts, shorten};

/// How many characters of a value are shown: more would fill the page.
const LONGEST: usize = 80;

/// How many names a text is taken apart into.
const MOST_PARTS: usize = 20;

/// A value as it stands in the document, of a long one the front.
pub(super) fn shown(value: &Value) -> String {
    shorten(&value.literal(), LONGEST).into_owned()
}

/// A text, of a long one the front, with escapes in place of what is not shown.
pub(super) fn shown_text(text: &str) -> String {
    shorten(text, LONGEST).escape_debug().to_string()
}

/// What to write in place of a value.
#[derive(Debug, Clone)]
pub(super) struct Instead {
    /// The value, as it is written.
    pub(super) text: String,
    /// What to do.
    pub(super) help: String,
    /// The same as an edit, where it is no guess.
    pub(super) edit: Option<Edit>,
}

impl Instead {
    /// That value at that place, which is no guess, and is written `text`.
    pub(super) fn certain(pointer: &str, text: String, value: Value, help: String) -> Self {
        Self { text, help, edit: Some(Edit::Set { pointer: pointer.to_owned(), value }) }
    }

    /// What it is: the text, what to do, the edit; nothing of nothing.
    pub(super) fn parts(instead: Option<Self>) -> (Option<String>, Option<String>, Option<Edit>) {
        instead.map_or((None, None, None), |Self { text, help, edit }| (Some(text), Some(help), edit))
    }
}

/// What to write in place of a value that cannot be at that place of `module.json`, and what to do, where the value tells.
pub(super) fn instead(pointer: &str, value: &Value) -> Option<Instead> {
    let meant = intended(pointer, value)?;
    // What nobody filled in was meant to be nothing that is known.
    let field = steps(pointer).next().unwrap_or_default();
    if value.as_str().is_some_and(|text| placeholder_of(&field, text).is_some()) {
        return None;
    }
    let text = match meant.as_array() {
        Some(items) => format!("[{}]", items.iter().map(Value::literal).collect::<Vec<_>>().join(", ")),
        None => meant.literal(),
    };
    if text.chars().count() > LONGEST {
        return None;
    }
    let help = match (&meant, value) {
        (Value::Array(_), _) => format!("Write a list: `{text}`."),
        (Value::String(_), Value::Array(_)) => format!("Write `{text}`, without brackets."),
        (Value::String(_), _) => format!("Write `{text}`, in quotes."),
        (Value::Number(_), Value::String(found)) if found.trim() == text => format!("Write `{text}`, without quotes."),
        (Value::Number(_), _) if pointer == "/version" => {
            format!("Write `{text}`: major × 10000 + minor × 100 + patch.")
        }
        (_, Value::String(_)) => format!("Write `{text}`, without quotes."),
        _ => format!("Write `{text}`."),
    };
    // What the unpacker reads as a version is that: another one would be another module.
    let read = if pointer == "/version" { python::int_of_float(value).ok() } else { None };
    // Of a number whose digits say more than it, such as 7.10, readers see another text: 7.1.
    let is_exact = meant.as_str().is_none() || value.as_number().is_none() || python::repr(value) == value.literal();
    let is_same = is_exact && read.is_none_or(|read| meant == read.into());
    let edit = is_same.then(|| Edit::Set { pointer: pointer.to_owned(), value: meant });
    Some(Instead { text, help, edit })
}

/// That the members of one dependency stand where the names of several belong.
pub(super) fn without_name(field: &str) -> String {
    format!("`{field}` has the members of one dependency, without its name")
}

/// The parts of a text that is several names, each of that kind, with commas or whitespace between; `None` of any other.
pub(super) fn several(text: &str, is_one: impl Fn(&str) -> bool) -> Option<Vec<&str>> {
    // One more than are looked at makes it a text of too many.
    let parts: Vec<&str> = parts(text).take(MOST_PARTS.saturating_add(1)).collect();
    ((2..=MOST_PARTS).contains(&parts.len()) && parts.iter().all(|part| is_one(part))).then_some(parts)
}

/// What to write where several are one text, and what to do.
pub(super) fn each(parts: &[&str]) -> (String, String) {
    let each = parts.iter().map(|part| format!("\"{part}\"")).collect::<Vec<_>>().join(", ");
    let help = format!("Write each as a string of its own: `{each}`.");
    (each, help)
}

/// A value as data: a string's text, an integer as a number, the others as they are written.
pub(super) fn datum(value: &Value) -> Datum {
    match value {
        Value::String(text) => text.into(),
        other => {
            let text = other.literal();
            text.parse::<i64>().map_or_else(|_| text.into(), Datum::from)
        }
    }
}
