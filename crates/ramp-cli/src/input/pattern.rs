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
}
