//! What the texts of a document have anywhere, looked for once: most documents have none of it.

use serde::{Deserialize, Serialize};

use super::control::control;
use super::placeholder::placeholder;
use super::value::Value;
use super::walk::Walk;

/// Whether anything is to be looked for in the keys and texts of a document. Where is found by whoever speaks of it.
///
/// ```
/// use ramp_core::metadata::{Texts, json};
///
/// let texts = |text: &str| json::read(text.as_bytes()).map(|document| Texts::of(&document.root));
/// assert_eq!(texts(r#"{"author": "me"}"#)?, Texts::default());
/// assert!(texts(r#"{"author": "${AUTHOR}"}"#)?.placeholders);
/// assert!(texts(r#"{"author": "m\u0007e"}"#)?.control_characters);
/// # Ok::<(), ramp_core::metadata::ReadError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Texts {
    /// There are placeholders of a template, as [`placeholders`](super::placeholders) finds them.
    pub placeholders: bool,
    /// There are characters that no text is there to have: ends of lines, escapes, what is not seen.
    pub control_characters: bool,
}

impl Texts {
    /// Looks through a document.
    pub fn of(root: &Value) -> Self {
        let (mut walk, mut texts) = (Walk::new(root), Self::default());
        while let Some(piece) = walk.next() {
            texts.placeholders = texts.placeholders || placeholder(piece).is_some();
            texts.control_characters = texts.control_characters || control(piece).is_some();
        }
        texts
    }
}
