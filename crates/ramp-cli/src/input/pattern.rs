//! Patterns of paths.

use globset::{GlobBuilder, GlobMatcher};

/// How long a pattern may be: what is made of much longer ones is more than its library takes.
const LONGEST: usize = 1000;

/// What a pattern fits: `*` crosses no slash, `**` does.
///
/// # Errors
///
/// Why it is none, as a clause.
pub(crate) fn matcher(text: &str) -> Result<GlobMatcher, String> {
    if text.len() > LONGEST {
        return Err(format!("it has more than {LONGEST} bytes"));
    }
    let glob = GlobBuilder::new(text).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|err| err.kind().to_string())
}

/// How many spellings a pattern may have.
const MOST_SPELLINGS: usize = 1000;

/// The texts that one with alternatives stands for, in its order: `{a,b}.zip` is `a.zip` and `b.zip`. Without any, where a brace is not
/// closed, and where there would be very many, it is itself.
pub(super) fn spelled_out(text: &str) -> Vec<String> {
    let mut spellings = vec![text.to_owned()];
    while spellings.iter().any(|text| first_braces(text).is_some()) {
        let next = spellings.iter().flat_map(|text| match first_braces(text) {
            Some((front, alternatives, rest)) => {
                alternatives.into_iter().map(|one| format!("{front}{one}{rest}")).collect()
            }
            None => vec![text.clone()],
        });
        spellings = next.take(MOST_SPELLINGS + 1).collect();
        if spellings.len() > MOST_SPELLINGS {
            return vec![text.to_owned()];
        }
    }
    spellings
}

/// What stands before the first pair of braces with alternatives, these, and what stands behind it.
fn first_braces(text: &str) -> Option<(&str, Vec<&str>, &str)> {
    text.match_indices('{').find_map(|(start, _)| {
        let inside = text.get(start + 1..)?;
        let (alternatives, end) = alternatives(inside).filter(|(all, _)| all.len() > 1)?;
        Some((text.get(..start)?, alternatives, inside.get(end + 1..)?))
    })
}

/// The alternatives that a text begins with, and where the brace is that closes them.
fn alternatives(text: &str) -> Option<(Vec<&str>, usize)> {
    let (mut depth, mut from, mut all) = (0_usize, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                all.extend(text.get(from..at));
                from = at + 1;
                if c == '}' {
                    return Some((all, at));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_it_is_written_it_is_taken_or_not() {
        for text in ["?".repeat(LONGEST), "{a,b}".repeat(LONGEST / 5), "[!a-z]".repeat(LONGEST / 6), "**/".repeat(300)]
        {
            assert!(matcher(&text).is_ok(), "{text}");
        }
        assert_eq!(matcher(&"?".repeat(LONGEST + 1)).unwrap_err(), "it has more than 1000 bytes");
        assert!(matcher("a[").is_err() && matcher("{a").is_err());
    }

    #[test]
    fn alternatives_are_spelled_out() {
        for (text, spellings) in [
            ("a.zip", &["a.zip"][..]),
            ("{a,b}.zip", &["a.zip", "b.zip"]),
            ("{a,b{c,d}}/{x,}", &["a/x", "a/", "bc/x", "bc/", "bd/x", "bd/"]),
            ("{a}.zip", &["{a}.zip"]),
            ("{a.zip", &["{a.zip"]),
            ("a}{b,c}", &["a}b", "a}c"]),
            ("{x}{b,c}", &["{x}b", "{x}c"]),
            ("{,}", &["", ""]),
        ] {
            assert_eq!(spelled_out(text), spellings, "{text}");
        }
        let many = "{a,b}".repeat(30);
        assert_eq!(spelled_out(&many), [many]);
    }
}
