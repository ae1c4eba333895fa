//! The words that a crate tells people, as far as a rule can be made of them: see `docs/style.md`.
//!
//! What is looked at is every text in the code that is not a comment and not there for tests alone: messages are made of them.

use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Nouns that stand behind a number: the number decides whether there is one or are many.
const COUNTED: [&str; 25] = [
    "bytes",
    "entries",
    "files",
    "findings",
    "nodes",
    "times",
    "members",
    "keys",
    "characters",
    "digits",
    "disks",
    "levels",
    "values",
    "modules",
    "databases",
    "records",
    "dependencies",
    "commands",
    "bundles",
    "errors",
    "warnings",
    "seconds",
    "symbols",
    "rules",
    "lines",
];

/// What is not said that way, and what is said in its place.
const AVOIDED: [(&str, &str); 12] = [
    ("breaks off", "write `is cut off`"),
    ("letter for letter", "write `exactly`"),
    ("obody can", "write `is not known`"),
    ("obody says", "say what is missing"),
    ("in front of", "write `before`"),
    (" behind it", "write `after it`"),
    ("See to `", "write `Fix`"),
    ("another name than", "write `a name other than`"),
    ("something else than", "write `something other than`"),
    ("is there twice", "write `appears twice`"),
    ("with nothing but", "write `with only`"),
    ("there are none but", "write `the only … are`"),
];

/// A text that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The file and line, `src/a.rs:12`.
    pub place: String,
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub what: &'static str,
}

/// Every slip in the sources below a directory.
///
/// # Panics
///
/// Where they cannot be read, or are not Rust.
pub fn slips(src: &Path) -> Vec<Slip> {
    let mut found = Vec::new();
    let mut folders = vec![src.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|err| panic!("{}: {err}", folder.display())) {
            let path = entry.unwrap_or_else(|err| panic!("{}: {err}", folder.display())).path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
                let tokens = text.parse().unwrap_or_else(|err| panic!("{}: {err}", path.display()));
                walk(tokens, &path, &mut found);
            }
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

fn walk(tokens: TokenStream, path: &Path, found: &mut Vec<Slip>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            // An attribute: comments are none of this, and what follows `#[cfg(test)]` is not told to anybody.
            token if is_mark(&token, '#') => match tokens.find(|token| !is_mark(token, '!')) {
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
                    let text = group.stream().to_string().replace(' ', "");
                    if text.starts_with("cfg(test)") {
                        for token in tokens.by_ref() {
                            if matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
                                || is_mark(&token, ';')
                            {
                                break;
                            }
                        }
                    } else if !text.starts_with("doc=") {
                        walk(group.stream(), path, found);
                    }
                }
                Some(TokenTree::Group(group)) => walk(group.stream(), path, found),
                _ => {}
            },
            TokenTree::Group(group) => walk(group.stream(), path, found),
            TokenTree::Literal(literal) => {
                let line = literal.span().start().line;
                let Ok(syn::Lit::Str(text)) = syn::parse_str(&literal.to_string()) else { continue };
                let place = || format!("{}:{line}", path.display());
                found.extend(wrong(&text.value()).map(|what| Slip { place: place(), text: text.value(), what }));
            }
            _ => {}
        }
    }
}

fn is_mark(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(mark) if mark.as_char() == wanted)
}

/// What is wrong with a text that was told, numbers and all.
pub fn slips_told(text: &str) -> impl Iterator<Item = &'static str> + '_ {
    wrong(text).chain(counts_wrongly(text).then_some("one is one, and not many"))
}

/// `1 bytes`, `2 byte`.
fn counts_wrongly(text: &str) -> bool {
    COUNTED.iter().any(|many| {
        let one =
            many.strip_suffix("ies").map_or_else(|| many.trim_end_matches('s').to_owned(), |stem| format!("{stem}y"));
        let follows = |noun: &str, is_wrong: fn(&str) -> bool| {
            text.match_indices(&format!(" {noun}")).any(|(at, matched)| {
                let ends = text[at + matched.len()..]
                    .chars()
                    .next()
                    .is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_');
                let start = text[..at].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
                // `0.1 seconds`, `v1 modules` and `/v1 files` are no counts.
                let alone = text[..start].chars().next_back().is_none_or(|c| c.is_whitespace() || "(`[".contains(c));
                ends && alone && start < at && is_wrong(&text[start..at])
            })
        };
        follows(many, |number| number == "1") || follows(&one, |number| number != "1")
    })
}

/// What is wrong with a text.
fn wrong(text: &str) -> impl Iterator<Item = &'static str> + '_ {
    let has = |part: &str| text.contains(part);
    [
        (denies_by_no(text), "write `is not a …`, not `is no …`"),
        (has("cure:") || has("Cure:"), "what to do is `help`"),
        (has(",,") || has(" ,") && !has("` ,"), "a comma too many"),
        (has("(s)"), "the number says whether there is one or are many"),
        (
            [
                "he reference packer",
                "he reference unpacker",
                "he reference's",
                "the reference,",
                "than the reference",
                "The reference ",
            ]
            .iter()
            .any(|part| has(part)),
            "say `ramp-packer`, or `the cluster's unpacker`",
        ),
        (counts(text), "a number and a noun are written by `count`, which knows one from many"),
    ]
    .into_iter()
    .chain(AVOIDED.iter().map(move |(avoided, what)| (text.contains(avoided), *what)))
    .filter_map(|(is_wrong, what)| is_wrong.then_some(what))
}

/// `is no zip`, but not `there is no zip` and `is no longer`.
fn denies_by_no(text: &str) -> bool {
    ["is", "are", "was", "be"].iter().any(|verb| {
        text.match_indices(&format!(" {verb} no ")).any(|(at, matched)| {
            let (before, after) = (&text[..at], &text[at + matched.len()..]);
            let there = before
                .rsplit(|c: char| !c.is_alphanumeric())
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case("there"));
            !there && !["longer", "other", "more "].iter().any(|word| after.starts_with(word))
        })
    })
}

/// `{n} bytes`: of one it would say `1 bytes`.
fn counts(text: &str) -> bool {
    COUNTED.iter().any(|noun| {
        text.match_indices(&format!("}} {noun}")).any(|(at, matched)| {
            let ends = text[at + matched.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
            // What a constant says is many.
            let name = text[..at].rsplit_once('{').map(|(_, name)| name);
            ends && name.is_some_and(|name| name.is_empty() || !name.chars().all(|c| c.is_uppercase() || c == '_'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_seen() {
        for (text, expected) in [
            ("it is no zip", 1),
            ("there is no zip", 0),
            ("There is no zip; it is no longer there", 0),
            ("{} bytes", 1),
            ("{size} bytes of {limit} bytes", 1),
            ("{size} bytesized", 0),
            ("{LONGEST} bytes", 0),
            ("{size} MiB", 0),
            ("file(s)", 1),
            ("a,, b", 1),
        ] {
            assert_eq!(wrong(text).count(), expected, "{text}");
        }
    }

    #[test]
    fn one_is_told_from_many() {
        for (text, is_wrong) in [
            ("1 bytes", true),
            ("2 bytes, 1 byte", false),
            ("it has 2 byte", true),
            ("0 entry", true),
            ("11 bytes", false),
            ("1 entries", true),
            ("0.1 seconds", false),
            ("a 64-byte block", false),
        ] {
            assert_eq!(slips_told(text).count(), usize::from(is_wrong), "{text}");
        }
    }

    #[test]
    fn comments_and_tests_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let code = "//! It is no zip.\n/// It is no zip.\n#[error(\"it is no zip\")]\nstruct A;\nfn a() { b!(\"{} bytes\"); }\n\
                    #[cfg(test)]\nmod tests { const A: &str = \"it is no zip\"; }\n#[cfg(test)]\nmod more;\n";
        std::fs::write(folder.path().join("a.rs"), code).unwrap();
        let found: Vec<String> = slips(folder.path()).into_iter().map(|slip| slip.text).collect();
        assert_eq!(found, ["it is no zip", "{} bytes"]);
    }
}
