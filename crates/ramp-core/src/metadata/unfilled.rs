//! Values that stand for one which nobody wrote: `TODO`, `changeme`, `<version>`, `None`.
//!
//! Alone, and not inside other text: a description may well speak of a TODO list, and of null.

/// How long such a value may be.
const LONGEST: usize = 200;

/// How long one that is written as words may be.
const LONGEST_WORD: usize = 30;

/// Notes to oneself, in capitals: in small letters they are words, and names of modules.
const NOTES: [&str; 4] = ["TODO", "FIXME", "TBD", "TBA"];

/// What invites to write something else, by its letters alone.
const INVITATIONS: [&str; 13] = [
    "changeme",
    "changethis",
    "replaceme",
    "replacethis",
    "fillme",
    "fillmein",
    "fillthisin",
    "placeholder",
    "yourname",
    "yournamehere",
    "yourmodule",
    "yourmodulename",
    "youremail",
];

/// What languages write for a value that there is none of.
const NOTHING: [&str; 10] =
    ["None", "null", "NULL", "nil", "undefined", "NaN", "(null)", "(none)", "(undefined)", "[object Object]"];

/// What a variable is put into.
const AROUND: [(&str, &str); 2] = [("<<", ">>"), ("<", ">")];

/// What it is put into besides, and keys have for other reasons: `$schema`, `__comment__`.
const AROUND_VALUES: [(&str, &str); 6] = [("{", "}"), ("__", "__"), ("@", "@"), ("%", "%"), ("%(", ")s"), ("$", "")];

/// What stands for a value that nobody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// A variable of a template, which something is to fill in: `{{NAME}}`, `<version>`.
    Variable,
    /// A word by which somebody is told to write something: `TODO`, `changeme`.
    Word,
    /// What a program writes for nothing: `None`, `undefined`.
    Nothing,
}

/// What the value of a member is, where it is nothing but such a text.
pub(super) fn unfilled(member: &str, text: &str) -> Option<Standing> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    if is_nothing(text) {
        // A module may have none.
        return (member != "license" || text != "None").then_some(Standing::Nothing);
    }
    word(text).or_else(|| (is_around(text, &AROUND) || is_around(text, &AROUND_VALUES)).then_some(Standing::Variable))
}

/// What a key is.
pub(super) fn unfilled_key(key: &str) -> Option<Standing> {
    if key.len() > LONGEST {
        return None;
    }
    let variable = || is_around(key, &AROUND).then_some(Standing::Variable);
    if is_nothing(key) { Some(Standing::Nothing) } else { word(key).or_else(variable) }
}

/// Whether it is what a language writes for nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    NOTHING.contains(&text)
}

fn word(text: &str) -> Option<Standing> {
    is_word(text).then_some(Standing::Word)
}

pub(super) fn is_word(text: &str) -> bool {
    let noted = |note: &str| text.strip_prefix(note).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
    let letters = || text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    // Asked of every text: most begin otherwise, and to compare bytes takes no call.
    let begin = |first| INVITATIONS.iter().filter(move |words| words.bytes().next().map(char::from) == Some(first));
    let invites = || {
        let first = letters().next().filter(|_| text.len() <= LONGEST_WORD);
        first.is_some_and(|first| begin(first).any(|words| letters().eq(words.chars())))
    };
    let is_run = text.len() > 2 && (text.bytes().all(|b| b | 0x20 == b'x') || ["...", "???"].contains(&text));
    is_run || NOTES.into_iter().any(noted) || invites()
}

fn is_around(text: &str, around: &[(&str, &str)]) -> bool {
    let name = |(open, close): &(&str, &str)| text.strip_prefix(open)?.strip_suffix(close);
    around.iter().filter_map(name).any(is_name)
}

/// The name of something, as people and programs write it: `version`, `your name`, `MODULE-VERSION`.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_wrote_is_told_from_what_somebody_did() {
        for text in [
            "TODO",
            "TODO: describe",
            "FIXME",
            " TBD ",
            "xxx",
            "XXXX",
            "...",
            "changeme",
            "CHANGE_ME",
            "Change me!",
            "your-name",
            "<version>",
            "<your name>",
            "<<VERSION>>",
            "$X",
            "$version",
            "{version}",
            "__VERSION__",
            "@version@",
            "%VERSION%",
            "%(version)s",
            "None",
            "null",
            "undefined",
            "(null)",
            "[object Object]",
        ] {
            assert!(unfilled("author", text).is_some(), "{text}");
        }
        for text in [
            "",
            "todo",
            "a TODO list",
            "TODO list for Redis",
            "TODOS",
            "xx",
            "xxl",
            "none",
            "Null Island",
            "5",
            "$5",
            "$",
            "{}",
            "<>",
            "{1}",
            "{\"a\": 1}",
            "__",
            "100%",
            "a@b",
            "<a@example.com>",
            "%s of it",
            "1.2.3",
            "..",
            "-",
        ] {
            assert_eq!(unfilled("author", text), None, "{text}");
        }
        assert_eq!(unfilled("license", "None"), None);
        assert_eq!(unfilled("license", "null"), Some(Standing::Nothing));
        assert_eq!(unfilled("command_name", "TODO"), Some(Standing::Word));
        for (text, expected) in [
            ("Your Name", Standing::Word),
            ("TODO: describe", Standing::Word),
            ("<license>", Standing::Variable),
            ("$X", Standing::Variable),
            ("undefined", Standing::Nothing),
        ] {
            assert_eq!(unfilled("author", text), Some(expected), "{text}");
        }
        for (key, unfilled) in [
            ("TODO", true),
            ("None", true),
            ("<name>", true),
            ("$schema", false),
            ("__comment__", false),
            ("{tag}", false),
        ] {
            assert_eq!(unfilled_key(key).is_some(), unfilled, "{key}");
        }
    }
}
