//! What was probably done wrong where a text is not YAML: the parser says only what it met.

use super::error::{Position, Slip};

/// What was probably done wrong, and where, by the parser's words and the place that it tells.
pub(super) fn of(text: &str, message: &str, at: Position) -> (Slip, Position) {
    let has = |words: &str| message.contains(words);
    let slip = if has("tab") {
        return (Slip::Tab, tab_from(text, at).unwrap_or(at));
    } else if has("unclosed quote") {
        Slip::OpenQuote
    } else if has("trailing content after") && !begins_as_json(text) {
        Slip::QuoteWithin
    } else if has("trailing content after") || has("expected ','") {
        Slip::Comma
    } else if has("bracket") || has("illegal placement of ':'") {
        Slip::Bracket
    } else if has("unknown escape") {
        Slip::Escape
    } else if has("mapping values are not allowed") {
        of_colon(text, at)
    } else if has("simple key expected") {
        Slip::Colon
    } else if has("unexpected character") || has("not allowed in this context") || has("anchor") || has("comment") {
        Slip::Quotes
    } else if has("<document start>") && first_line(text).starts_with(' ') {
        Slip::Indentation
    } else {
        Slip::Other
    };
    (slip, at)
}

/// Whether a text begins as JSON does, so that it was meant to be that.
pub(super) fn begins_as_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Where a colon is that separates a key from a value, and should not be there.
fn of_colon(text: &str, at: Position) -> Slip {
    let line = text.lines().nth(at.line.saturating_sub(1)).unwrap_or_default();
    let before: String = line.chars().take(at.column.saturating_sub(1)).collect();
    if before.contains(": ") {
        // In a value, after the one of its key.
        Slip::Quotes
    } else if line.starts_with(' ') {
        Slip::Indentation
    } else {
        // It is read as the second line of a value, or of a key without its colon.
        Slip::Colon
    }
}

fn first_line(text: &str) -> &str {
    let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#') && *line != "---";
    text.lines().find(is_content).unwrap_or_default()
}

/// The first tab that a line is indented with, from a place on.
fn tab_from(text: &str, at: Position) -> Option<Position> {
    let mut lines = text.lines().enumerate().skip(at.line.saturating_sub(1));
    lines.find_map(|(index, line)| {
        let mut indent = line.chars().take_while(char::is_ascii_whitespace);
        let column = indent.position(|c| c == '\t')?;
        Some(Position { line: index + 1, column: column + 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Manifest, ManifestProblem};
    use super::*;

    #[test]
    fn what_was_done_wrong() {
        for (text, expected, place) in [
            ("display_name: x\n\tauthor: y\n", Slip::Tab, (2, 1)),
            ("display_name: x\nauthor:\n\t- y\n", Slip::Tab, (3, 1)),
            ("display_name: x\n  author: y\n", Slip::Indentation, (2, 9)),
            ("  display_name: x\nauthor: y\n", Slip::Indentation, (2, 1)),
            ("author: \"x\nemail: y\n", Slip::OpenQuote, (1, 9)),
            ("author: 'it's'\n", Slip::QuoteWithin, (1, 13)),
            ("capabilities: [a\nauthor: b\n", Slip::Bracket, (2, 7)),
            ("author: [a]]\n", Slip::Bracket, (1, 12)),
            ("author: {a: b\n", Slip::Bracket, (1, 9)),
            ("license: MIT (see: LICENSE)\n", Slip::Quotes, (1, 18)),
            ("author: @me\n", Slip::Quotes, (1, 9)),
            ("author: - me\n", Slip::Quotes, (1, 9)),
            ("author: *me\n", Slip::Quotes, (1, 9)),
            ("author x\nemail: y\n", Slip::Colon, (2, 6)),
            ("author: a\nemail\n", Slip::Colon, (2, 1)),
            ("author: \"\\q\"\n", Slip::Escape, (1, 9)),
            ("{\"author\": \"x\"\n\"email\": \"y\"}\n", Slip::Comma, (2, 1)),
            ("{\"author\": \"x\" \"email\": 1}", Slip::Comma, (1, 16)),
            ("{\"author\": \"x\"", Slip::Bracket, (1, 1)),
        ] {
            let error = Manifest::read(text.as_bytes()).unwrap_err();
            let at = (error.position.line, error.position.column);
            let ManifestProblem::Syntax { slip, json, .. } = error.problem else { panic!("{text}: {error}") };
            assert_eq!((slip, at, json), (expected, place, text.starts_with('{')), "{text}");
        }
    }
}
