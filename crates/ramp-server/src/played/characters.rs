//! What texts may have: the characters that the documentation forbids in names and arguments, "&,<,>,\"", and how long arguments are.

/// Longest arguments of a module, in bytes.
const LONGEST_ARGUMENTS: usize = 4096;

/// What is wrong with a text that has one of them.
pub(super) fn special(text: &str) -> Option<&'static str> {
    text.contains(['&', '<', '>', '"']).then_some("has one of the characters & < > \"")
}

/// What is wrong with arguments of a module.
pub(super) fn wrong_arguments(text: &str) -> Option<String> {
    let is_long = || (text.len() > LONGEST_ARGUMENTS).then(|| format!("is longer than {LONGEST_ARGUMENTS} bytes"));
    special(text).map(ToOwned::to_owned).or_else(is_long)
}
