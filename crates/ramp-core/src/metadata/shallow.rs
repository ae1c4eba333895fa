//! A value no deeper than readers of JSON go.

use std::borrow::Cow;

use super::value::Value;

/// How many levels of a document are shown, and how many may be there without a finding. What is documented has 5.
///
/// Readers give up at 64 (.NET), 100 (Ruby), 128 (`serde_json`), 256 (jq 1.6), 512 (PHP) and some 1,000 (Python) levels: with 60,
/// four are left for what stands around the document.
pub const MAX_SHOWN_DEPTH: usize = 60;

/// What stands for an array or object that is too deep.
const CUT: &str = "…";

impl Value {
    /// The value as reports show it: an array or object on a level beyond [`MAX_SHOWN_DEPTH`] is the text `…`.
    ///
    /// ```
    /// use ramp_core::metadata::{MAX_SHOWN_DEPTH, json};
    ///
    /// let deep = |levels: usize| json::read(format!("{}{}", "[".repeat(levels), "]".repeat(levels)).as_bytes());
    /// let shown = deep(900)?.root.shown().to_string();
    /// assert_eq!(shown, format!("{}\"…\"{}", "[".repeat(MAX_SHOWN_DEPTH), "]".repeat(MAX_SHOWN_DEPTH)));
    /// let most = deep(MAX_SHOWN_DEPTH)?.root;
    /// assert_eq!(*most.shown(), most);
    /// # Ok::<(), ramp_core::metadata::ReadError>(())
    /// ```
    pub fn shown(&self) -> Cow<'_, Self> {
        if self.depth() > MAX_SHOWN_DEPTH { Cow::Owned(cut(self, MAX_SHOWN_DEPTH)) } else { Cow::Borrowed(self) }
    }
}

/// The value with so many levels; goes no deeper than these.
fn cut(value: &Value, levels: usize) -> Value {
    let Some(below) = levels.checked_sub(1) else {
        return if matches!(value, Value::Array(_) | Value::Object(_)) { CUT.into() } else { value.clone() };
    };
    match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| cut(item, below)).collect()),
        Value::Object(object) => {
            object.iter().map(|(key, member)| (key, cut(member, below))).collect::<super::Object>().into()
        }
        scalar => scalar.clone(),
    }
}
