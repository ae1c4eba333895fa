//! A value as reports show it: no deeper than readers of JSON go, no longer than anybody reads.

use std::borrow::Cow;

use super::value::{Object, Value};
use crate::text::{count, json_len, shorten};

/// How many levels of a document are shown, and how many may be there without a finding. What is documented has 5.
///
/// Readers give up at 64 (.NET), 100 (Ruby), 128 (`serde_json`), 256 (jq 1.6), 512 (PHP) and some 1,000 (Python) levels: with 60,
/// four are left for what stands around the document.
pub const MAX_SHOWN_DEPTH: usize = 60;

/// How many characters of a text are shown. A description has some hundreds.
const LONGEST: usize = 2000;

/// How many bytes all texts and keys may have together, each value counting for [`VALUE`] more. The longest real `module.json` known
/// has less than 100 KB.
const BUDGET: usize = 512 << 10;

/// By how many characters a text may be longer before its front is shown: no less than what is said behind the front takes. So an excerpt,
/// read back and written again, is what it was.
const LONGER: usize = 40;

/// By how many bytes all may be more, for the same: some 260 texts fill the budget, and each level may say how much there is more.
const MORE: usize = (BUDGET / LONGEST + MAX_SHOWN_DEPTH) * (LONGER + VALUE);

/// What a value takes in JSON beside its text.
const VALUE: usize = 8;

/// What stands for what was left out.
const CUT: &str = "…";

/// How much of a value is shown, beside its levels.
struct Room {
    /// How many bytes are left.
    left: usize,
    /// How many characters of a text.
    longest: usize,
}

impl Value {
    /// The value, no deeper than readers of JSON go: an array or object on a level beyond [`MAX_SHOWN_DEPTH`] is the text `…`.
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
        if self.depth() <= MAX_SHOWN_DEPTH {
            return Cow::Borrowed(self);
        }
        Cow::Owned(cut(self, MAX_SHOWN_DEPTH, &mut Room { left: usize::MAX, longest: usize::MAX }))
    }

    /// The value as reports show it. An array or object on a level beyond [`MAX_SHOWN_DEPTH`] is the text `…`; a text of much more than
    /// 2,000 characters is its front and how many it has; of what is beyond half a megabyte, it is said how much there is more: as an
    /// item at the end of an array, under the key `…` at the end of an object. The excerpt of an excerpt is itself.
    ///
    /// ```
    /// use ramp_core::metadata::json;
    ///
    /// let excerpt = |text: String| json::read(text.as_bytes()).map(|document| document.root.excerpt().to_string());
    /// assert_eq!(excerpt("[1, {}]".to_owned())?, "[1,{}]");
    /// let long = excerpt(format!("\"{}\"", "x".repeat(3000)))?;
    /// assert_eq!(long, format!("\"{}… (3000 characters)\"", "x".repeat(2000)));
    /// let many = excerpt(format!("[{}0]", "0, ".repeat(89_999)))?;
    /// assert!(many.ends_with("0,\"… 31746 more\"]"), "{}", &many[many.len() - 40..]);
    /// # Ok::<(), ramp_core::metadata::ReadError>(())
    /// ```
    pub fn excerpt(&self) -> Cow<'_, Self> {
        if self.is_short() {
            return Cow::Borrowed(self);
        }
        Cow::Owned(cut(self, MAX_SHOWN_DEPTH, &mut Room { left: BUDGET, longest: LONGEST }))
    }

    /// Whether nothing of it is left out.
    fn is_short(&self) -> bool {
        let (mut left, mut open) = (BUDGET + MORE, vec![(self, 0_usize)]);
        while let Some((value, depth)) = open.pop() {
            let is_long = value.as_str().is_some_and(|text| text.chars().nth(LONGEST + LONGER).is_some());
            let is_deep = depth >= MAX_SHOWN_DEPTH && matches!(value, Self::Array(_) | Self::Object(_));
            let Some(less) = left.checked_sub(cost(value)).filter(|_| !is_long && !is_deep) else { return false };
            left = less;
            let below = depth.saturating_add(1);
            match value {
                Self::Array(items) => open.extend(items.iter().map(|item| (item, below))),
                Self::Object(object) => {
                    let keys: usize = object.iter().map(|(key, _)| json_len(key)).sum();
                    let Some(less) = left.checked_sub(keys) else { return false };
                    left = less;
                    open.extend(object.iter().map(|(_, member)| (member, below)));
                }
                _ => {}
            }
        }
        true
    }
}

/// What a value takes, without what is in it.
fn cost(value: &Value) -> usize {
    let text = match value {
        Value::String(text) => json_len(text),
        Value::Number(number) => number.literal().len(),
        _ => 0,
    };
    text.saturating_add(VALUE)
}

/// The value with so many levels, and as much as is left.
fn cut(value: &Value, levels: usize, room: &mut Room) -> Value {
    let below = levels.saturating_sub(1);
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => CUT.into(),
        Value::Array(items) => {
            let mut shown = Vec::new();
            for item in items {
                if !room.pays(item, 0) {
                    shown.push(more(items.len(), shown.len()).into());
                    break;
                }
                shown.push(cut(item, below, room));
            }
            Value::Array(shown)
        }
        Value::Object(object) => {
            let mut shown: Vec<(String, Value)> = Vec::new();
            for (key, member) in object.iter() {
                if !room.pays(member, json_len(key)) {
                    shown.push((CUT.to_owned(), more(object.len(), shown.len()).into()));
                    break;
                }
                shown.push((room.shortened(key), cut(member, below, room)));
            }
            shown.into_iter().collect::<Object>().into()
        }
        Value::String(text) => room.shortened(text).into(),
        scalar => scalar.clone(),
    }
}

impl Room {
    /// Whether there is enough for a value under a key of that length, which is then taken.
    fn pays(&mut self, value: &Value, key: usize) -> bool {
        // Of each text no more is shown, and of a key no more than of a text.
        let most = self.longest.saturating_mul(6);
        let whole = cost(value).min(most).saturating_add(key.min(most));
        self.left = self.left.saturating_sub(whole);
        self.left > 0
    }

    /// A text, or its front and its length.
    fn shortened(&self, text: &str) -> String {
        match shorten(text, self.longest) {
            Cow::Owned(front) => format!("{front} ({})", count(text.chars().count(), "character")),
            Cow::Borrowed(whole) => whole.to_owned(),
        }
    }
}

fn more(all: usize, shown: usize) -> String {
    format!("{CUT} {} more", all.saturating_sub(shown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::json;

    fn excerpt(text: &str) -> Value {
        json::read(text.as_bytes()).unwrap().root.excerpt().into_owned()
    }

    #[test]
    fn an_excerpt_of_an_excerpt_is_itself() {
        let text = |length: usize, with: &str| format!("\"{}\"", with.repeat(length));
        let list = |many: usize, item: &str| format!("[{}{item}]", format!("{item},").repeat(many));
        let mut documents: Vec<String> =
            [1999, 2000, 2001, 2022, 2040, 2041, 300_000].map(|length| text(length, "x")).into();
        documents.extend([text(2001, "…"), text(2041, "\\u0007"), list(300, &text(2001, "x")), list(90_000, "0")]);
        documents.push(list(300, &text(2041, "\\u0007")));
        documents.push(format!("{{\"{}\":{}}}", "k".repeat(5000), text(5000, "x")));
        documents.push(format!("{}{}{}", "[0,".repeat(58), list(90_000, "0"), ",0]".repeat(58)));
        documents.push(format!("{}{}", "[".repeat(900), "]".repeat(900)));
        for document in documents {
            let once = excerpt(&document);
            assert_eq!(once.excerpt().as_ref(), &once, "{}…", document.get(..40).unwrap_or(&document));
        }
    }
}
