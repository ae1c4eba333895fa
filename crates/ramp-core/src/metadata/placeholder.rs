//! Placeholders that nobody filled in, wherever they are in a document.

use std::borrow::Cow;

use super::signs::{placeholder_in, placeholder_of};
use super::unfilled::{is_unfilled, is_unfilled_key};
use super::value::{Object, Value};
use crate::layout::push_step;

/// How many bytes of a JSON pointer are kept.
const MAX_POINTER: usize = 512;

/// A placeholder in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placeholder<'a> {
    /// The value, or the member whose key it is in, as a JSON pointer.
    pub pointer: String,
    /// Whether it is in the member's key.
    pub in_key: bool,
    /// Whether it is one only because it is all there is, as `TODO` is.
    pub alone: bool,
    /// The placeholder, as it stands there.
    pub text: &'a str,
}

/// The placeholders in the keys and texts of a document, in its order, one of each text, as [`placeholder_of`] finds them.
///
/// ```
/// use ramp_core::metadata::{json, placeholders};
///
/// let document = json::read(br#"{"description": "for ${PRODUCT}", "homepage": "https://example.com/$", "a": ["TODO"]}"#)?;
/// let found: Vec<_> = placeholders(&document.root).map(|found| (found.pointer, found.text)).collect();
/// assert_eq!(found, [("/description".to_owned(), "${PRODUCT}"), ("/a/0".to_owned(), "TODO")]);
/// # Ok::<(), ramp_core::metadata::ReadError>(())
/// ```
pub fn placeholders(root: &Value) -> impl Iterator<Item = Placeholder<'_>> {
    let mut walk = Walk { steps: Vec::new(), open: vec![(root, "", None)] };
    std::iter::from_fn(move || walk.next()).flatten()
}

/// A step of a pointer, and the step before it.
type Step<'a> = (Option<usize>, Cow<'a, str>);

/// Goes through a document without recursion; pointers are written out only where there is something to say.
struct Walk<'a> {
    steps: Vec<Step<'a>>,
    /// What is yet to be looked at, the next last, the member that it is of, and its step.
    open: Vec<(&'a Value, &'a str, Option<usize>)>,
}

impl<'a> Walk<'a> {
    fn next(&mut self) -> Option<Vec<Placeholder<'a>>> {
        let (value, member, at) = self.open.pop()?;
        let mut found = Vec::new();
        match value {
            Value::String(whole) => {
                found.extend(placeholder_of(member, whole).map(|text| Placeholder {
                    pointer: self.pointer(at),
                    in_key: false,
                    alone: is_unfilled(member, whole),
                    text,
                }));
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate().rev() {
                    let step = self.step(at, index.to_string().into());
                    self.open.push((item, member, step));
                }
            }
            Value::Object(object) => self.open_object(object, at, &mut found),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Some(found)
    }

    fn open_object(&mut self, object: &'a Object, at: Option<usize>, found: &mut Vec<Placeholder<'a>>) {
        let before = self.open.len();
        for (key, value) in object.iter() {
            let step = self.step(at, key.into());
            let alone = is_unfilled_key(key);
            let in_key = if alone { Some(key) } else { placeholder_in(key) };
            found.extend(in_key.map(|text| Placeholder { pointer: self.pointer(step), in_key: true, alone, text }));
            self.open.push((value, key, step));
        }
        if let Some(members) = self.open.get_mut(before..) {
            members.reverse();
        }
    }

    fn step(&mut self, before: Option<usize>, step: Cow<'a, str>) -> Option<usize> {
        self.steps.push((before, step));
        self.steps.len().checked_sub(1)
    }

    fn pointer(&self, mut at: Option<usize>) -> String {
        let mut steps = Vec::new();
        while let Some((before, step)) = at.and_then(|at| self.steps.get(at)) {
            steps.push(step);
            at = *before;
        }
        let mut pointer = String::new();
        for step in steps.iter().rev() {
            if pointer.len() > MAX_POINTER {
                pointer.push('…');
                break;
            }
            push_step(&mut pointer, step, MAX_POINTER);
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::json::read;

    #[test]
    fn they_are_found_at_any_depth_and_in_keys() {
        let depth = 900;
        let text = format!(
            r#"{{"a/b": [0, {{"{{{{K}}}}": "x", "c": ["$X1"]}}], "d": {}"${{D}}"{}}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        );
        let document = read(text.as_bytes()).unwrap();
        let found: Vec<_> = placeholders(&document.root).collect();
        let seen: Vec<_> = found.iter().map(|found| (found.text, found.in_key)).collect();
        assert_eq!(seen, [("{{K}}", true), ("$X1", false), ("${D}", false)]);
        assert_eq!(found[0].pointer, "/a~1b/1/{{K}}");
        assert_eq!(found[1].pointer, "/a~1b/1/c/0");
        assert!(found[2].pointer.len() < 600);
    }
}
