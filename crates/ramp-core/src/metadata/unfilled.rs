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

/// Whether the value of a member is nothing but such a text. A license may be `None`.
pub(super) fn is_unfilled(member: &str, text: &str) -> bool {
    let text = text.trim();
    // What a command is called, its module says.
    if text.len() > LONGEST || member == "command_name" {
        return false;
    }
    let is_nothing = NOTHING.contains(&text) && member != "license";
    is_nothing || is_word(text) || is_around(text, &AROUND) || is_around(text, &AROUND_VALUES)
}

/// Whether a key is.
pub(super) fn is_unfilled_key(key: &str) -> bool {
    key.len() <= LONGEST && (NOTHING.contains(&key) || is_word(key) || is_around(key, &AROUND))
}

fn is_word(text: &str) -> bool {
    let noted = |note: &str| text.strip_prefix(note).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
    let letters = || -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let invites = || text.len() <= LONGEST_WORD && INVITATIONS.contains(&letters().as_str());
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
            assert!(is_unfilled("author", text), "{text}");
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
            assert!(!is_unfilled("author", text), "{text}");
        }
        assert!(!is_unfilled("license", "None") && !is_unfilled("command_name", "TODO"));
        for (key, unfilled) in [
            ("TODO", true),
            ("None", true),
            ("<name>", true),
            ("$schema", false),
            ("__comment__", false),
            ("{tag}", false),
        ] {
            assert_eq!(is_unfilled_key(key), unfilled, "{key}");
        }
    }
}
