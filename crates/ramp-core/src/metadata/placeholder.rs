//! Placeholders that nobody filled in, wherever they are in a document.

use super::signs::{placeholder_in, placeholder_of};
use super::unfilled::{Standing, unfilled, unfilled_key};
use super::value::Value;
use super::walk::{Piece, Walk};

/// A placeholder in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placeholder<'a> {
    /// The value, or the member whose key it is in, as a JSON pointer.
    pub pointer: String,
    /// Whether it is in the member's key.
    pub in_key: bool,
    /// Whether it is all there is.
    pub alone: bool,
    /// What it is.
    pub standing: Standing,
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
    let mut walk = Walk::new(root);
    std::iter::from_fn(move || {
        while let Some(found) = walk.next() {
            let Piece { text: whole, member, is_key, .. } = found;
            if let Some(text) = placeholder(found) {
                let unfilled = if is_key { unfilled_key(whole) } else { unfilled(member, whole) };
                let (alone, standing) = (text.len() == whole.trim().len(), unfilled.unwrap_or(Standing::Variable));
                return Some(Placeholder { pointer: walk.pointer(found), in_key: is_key, alone, standing, text });
            }
        }
        None
    })
}

/// The placeholder that a key or a text is, or has first.
pub(super) fn placeholder(found: Piece<'_>) -> Option<&str> {
    let Piece { text, member, is_key, .. } = found;
    if is_key { placeholder_in_key(text) } else { placeholder_of(member, text) }
}

/// The placeholder that a key is, or has first.
pub(crate) fn placeholder_in_key(key: &str) -> Option<&str> {
    if unfilled_key(key).is_some() { Some(key) } else { placeholder_in(key) }
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
