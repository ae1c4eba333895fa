//! Text from anywhere, written so that Markdown shows it as it is, and does nothing else with it.
//!
//! What renders Markdown for a forge looks at the text once more when it is rendered, and makes links of names, numbers and
//! addresses in it, wherever they are but in code. A space of no width, by its number, keeps them apart.
//!
//! Sources: the specification of GitHub Flavored Markdown; GitHub's documentation, "Autolinked references and URLs"; GitLab's,
//! "GitLab-specific references".

use crate::style::printable;

/// What is seen of it is nothing.
const APART: &str = "&#8203;";

/// A name: all of it in code.
pub(super) fn code(text: &str) -> String {
    fenced(&printable(text))
}

/// A sentence, in which backticks stand around values: those are in code, and nothing else is.
pub(super) fn prose(text: &str) -> String {
    let text = printable(text);
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len().saturating_sub(1);
    let written = parts.iter().enumerate().map(|(index, part)| match (index % 2, index == last) {
        (0, _) => plain(part),
        // Its second half is missing.
        (_, true) => format!("\\`{}", plain(part)),
        (_, false) => fenced(part),
    });
    written.collect()
}

/// A name in the cell of a table: all of it in code, where it has no bar, which ends a cell even there.
pub(super) fn cell(text: &str) -> String {
    if text.contains('|') { words(text) } else { code(text) }
}

/// Words without values among them.
pub(super) fn words(text: &str) -> String {
    plain(&printable(text))
}

/// In as many backticks as it has none of.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // Of a space on both sides one is taken away, and one that is alone stays.
    let pad = if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Not in code.
fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let next = rest.chars().next().unwrap_or(' ');
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            // A backslash in front of it does not hold where another one is before that.
            '|' => written.push_str("&#124;"),
            // Between two of them, formulas are set.
            '$' => written.push_str("&#36;"),
            // Inside a word it marks nothing.
            '_' if before.is_alphanumeric() && next.is_alphanumeric() => written.push(c),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '!' | '{' | '}' => written.extend(['\\', c]),
            _ => written.push(c),
        }
        let refers = matches!(c, '@' | '#' | '!' | '%' | '~' | '&' | '^' | '$')
            && (next.is_alphanumeric() || matches!(next, '_' | '"'));
        let addresses = c == ':' && rest.starts_with("//") || is_behind(text, at, c);
        if refers || addresses {
            written.push_str(APART);
        }
        before = c;
    }
    written
}

/// Whether an address, or the number of a thread, goes on behind this character.
fn is_behind(text: &str, at: usize, c: char) -> bool {
    let through = text.get(..at + c.len_utf8()).unwrap_or_default();
    let ends_with = |word: &str| {
        let start = through.len().checked_sub(word.len());
        start.and_then(|start| through.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
    };
    ends_with("www") || ends_with("gh-") || ends_with("mailto:") || ends_with("xmpp:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_code() {
        for (name, written) in [
            ("a.zip", "`a.zip`"),
            ("a`b``c", "```a`b``c```"),
            ("`a", "`` `a ``"),
            (" a ", "`  a  `"),
            ("", "`  `"),
            ("@a #1 <b>", "`@a #1 <b>`"),
        ] {
            assert_eq!(code(name), written);
        }
        assert_eq!((cell("a.zip").as_str(), cell("_a\\|b").as_str()), ("`a.zip`", "\\_a\\\\&#124;b"));
    }

    #[test]
    fn sentences_are_text() {
        for (text, written) in [
            ("`version` is \"8.4.0\"", "`version` is \"8.4.0\""),
            ("a`b", "a\\`b"),
            ("invalid_module _x_ *y*", "invalid_module \\_x\\_ \\*y\\*"),
            ("<img src=x> & | $x$", "&lt;img src=x&gt; &amp; &#124; &#36;&#8203;x&#36;"),
            ("@who #12 a/b#12 GH-12", "@&#8203;who \\#&#8203;12 a/b\\#&#8203;12 GH-&#8203;12"),
            ("[x](https://e.example)", "\\[x\\](https:&#8203;//e.example)"),
            ("www.e.example, me@e.example", "www&#8203;.e.example, me@&#8203;e.example"),
        ] {
            assert_eq!(prose(text), written);
        }
    }
}
