//! The characters that the documentation forbids in names and arguments: "&,<,>,\"".

/// What is wrong with a text that has one of them.
pub(super) fn special(text: &str) -> Option<&'static str> {
    text.contains(['&', '<', '>', '"']).then_some("has one of the characters & < > \"")
}
