//! The few Python expressions that manifests use, without Python.
//!
//! The reference runs `command_line_args`, `run_command_line_args` and the dependencies' `local_path` as the inside
//! of `f"…"`, whatever is in it. Here nothing is run: the ways to look up a variable of the environment are
//! understood, doubled braces are single ones, escapes are undone, and all else is refused.

mod escape;

use escape::Escape;

/// Why a text cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpandError {
    /// An expression that is none of those supported.
    #[error(
        "`{{{expression}}}` is not run: only {{os.getenv('NAME')}} and {{os.environ.get('NAME')}}, both also with a default, and {{os.environ['NAME']}} are looked up"
    )]
    Unsupported {
        /// What is between the braces.
        expression: String,
    },
    /// A brace that is neither part of an expression nor doubled.
    #[error("`{text}` has a lone `{brace}` at character {}", .offset + 1)]
    LoneBrace {
        /// The whole text.
        text: String,
        /// Which brace.
        brace: char,
        /// Where it is, in characters from 0.
        offset: usize,
    },
    /// An escape that Python refuses, or one for a character by its name.
    #[error("`{text}` has the escape `{escape}`, which stands for no character that is known")]
    Escape {
        /// The whole text.
        text: String,
        /// The backslash and what belongs to it.
        escape: String,
    },
    /// The environment does not have the variable, and the expression has no default.
    #[error("`{{{expression}}}` needs the environment variable {name}, which is not set")]
    NotSet {
        /// What is between the braces.
        expression: String,
        /// The variable.
        name: String,
    },
}

/// Expands a text over an environment.
///
/// # Errors
///
/// [`ExpandError`] names the expression and what is supported.
///
/// ```
/// use ramp_pack::expand::expand;
///
/// let environment = |name: &str| (name == "PLUGIN").then(|| "/tmp/plugin.so".to_owned());
/// assert_eq!(expand("path {os.getenv('PLUGIN')}", environment)?, "path /tmp/plugin.so");
/// assert_eq!(expand(r#"{os.environ.get("MODE", "fast")} {{x}} \"y\""#, environment)?, "fast {x} \"y\"");
///
/// let error = expand("{open('/etc/passwd').read()}", environment).unwrap_err();
/// assert!(error.to_string().starts_with("`{open('/etc/passwd').read()}` is not run: only {os.getenv('NAME')} and "));
/// # Ok::<(), ramp_pack::expand::ExpandError>(())
/// ```
pub fn expand(text: &str, environment: impl Fn(&str) -> Option<String>) -> Result<String, ExpandError> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '{' | '}' if rest.next_if(|(_, next)| *next == c).is_some() => out.push(c),
            '{' => {
                let start = at + 1;
                let Some(length) = text.get(start..).and_then(end_of_expression) else { return Err(lone(text, c, at)) };
                let expression = text.get(start..start + length).unwrap_or_default();
                out.push_str(&look_up(expression, &environment)?);
                while rest.next_if(|(position, _)| *position <= start + length).is_some() {}
            }
            '}' => return Err(lone(text, c, at)),
            '\\' => {
                let start = at + 1;
                let length = match escape::read(text.get(start..).unwrap_or_default()) {
                    Escape::Character(character, length) => {
                        out.push(character);
                        length
                    }
                    Escape::Nothing(length) => length,
                    Escape::None => {
                        out.push(c);
                        0
                    }
                    Escape::Refused(length) => {
                        let escape = text.get(at..start + length).unwrap_or_default().to_owned();
                        return Err(ExpandError::Escape { text: text.to_owned(), escape });
                    }
                };
                while rest.next_if(|(position, _)| *position < start + length).is_some() {}
            }
            _ => out.push(c),
        }
    }
    Ok(out)
}

fn lone(text: &str, brace: char, at: usize) -> ExpandError {
    let offset = text.get(..at).unwrap_or_default().chars().count();
    ExpandError::LoneBrace { text: text.to_owned(), brace, offset }
}

/// The length of what stands before the closing brace, braces in quotes not counted.
fn end_of_expression(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (None, '}') => return Some(at),
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
        None
    })
}

fn look_up(expression: &str, environment: impl Fn(&str) -> Option<String>) -> Result<String, ExpandError> {
    let expression = expression.to_owned();
    let Some((name, default)) = parse(&expression) else { return Err(ExpandError::Unsupported { expression }) };
    match environment(name).or_else(|| default.map(str::to_owned)) {
        Some(value) => Ok(value),
        None => Err(ExpandError::NotSet { name: name.to_owned(), expression }),
    }
}

/// The variable and the default of one of the supported expressions.
fn parse(expression: &str) -> Option<(&str, Option<&str>)> {
    let text = expression.trim().strip_prefix("os.")?;
    if let Some(text) = text.strip_prefix("environ").and_then(|text| text.trim_start().strip_prefix('[')) {
        let (name, rest) = literal(text)?;
        return (rest == "]" && is_name(name)).then_some((name, None));
    }
    let call = text.strip_prefix("getenv").or_else(|| text.strip_prefix("environ.get"))?;
    let (name, rest) = literal(call.trim_start().strip_prefix('(')?)?;
    let (default, rest) = match rest.strip_prefix(',') {
        Some(rest) => literal(rest).map(|(default, rest)| (Some(default), rest))?,
        None => (None, rest),
    };
    (rest == ")" && is_name(name)).then_some((name, default))
}

/// A string literal without backslashes, and what follows it.
fn literal(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let (inside, rest) = text.strip_prefix(quote)?.split_once(quote)?;
    (!inside.contains('\\')).then(|| (inside, rest.trim_start()))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['=', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> Result<String, ExpandError> {
        expand(text, |name| match name {
            "A" => Some("a b".to_owned()),
            "BRACE" => Some("{x}".to_owned()),
            "SLASH" => Some("C:\\new".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn looks_up_the_environment_and_nothing_else() {
        for (text, expected) in [
            ("", ""),
            ("PARTITIONS AUTO", "PARTITIONS AUTO"),
            ("é {os.getenv('A')}!", "é a b!"),
            ("{ os.environ[ \"A\" ] }", "a b"),
            ("{os.getenv('NONE', '')}|{os.getenv( 'NONE' , 'd}e' )}", "|d}e"),
            ("{os.environ['BRACE']}", "{x}"),
            ("{{{os.getenv('A')}}}", "{a b}"),
            ("{os.environ.get('A')}{os.environ.get( \"NONE\",'d' )}", "a bd"),
            ("a\\d 'q' \"r\" \\", "a\\d 'q' \"r\" \\"),
            // What is undone is no expression, and what a variable holds is not undone.
            (r"\x7bos\x7d \{{x}}", r"{os} \{x}"),
            (r#"\"a\tb\\n\" {os.getenv('SLASH')}"#, "\"a\tb\\n\" C:\\new"),
        ] {
            assert_eq!(expanded(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest_by_name() {
        for expression in [
            "__import__('os').system('id')",
            "os.getenv('A').lower()",
            "os.getenv('A') or 'b'",
            "os.getenv(A)",
            "os.getenv('A', None)",
            "os.getenv('A''B')",
            "os.environ.get('A', None)",
            "os.environ.pop('A')",
            "os.environ['A']!r",
            "os.getenv('A'):>9",
            "os.getenv('\\x41')",
            "os.getenv('')",
            "1+1",
            "",
        ] {
            let refused = ExpandError::Unsupported { expression: expression.to_owned() };
            assert_eq!(expanded(&format!("a {{{expression}}}")), Err(refused));
        }
    }

    #[test]
    fn says_what_is_missing_or_stray() {
        let text = |text: &str| expanded(text).unwrap_err().to_string();
        assert_eq!(
            text("{os.environ['NONE']}"),
            "`{os.environ['NONE']}` needs the environment variable NONE, which is not set"
        );
        assert_eq!(text("é{"), "`é{` has a lone `{` at character 2");
        assert_eq!(text("a}"), "`a}` has a lone `}` at character 2");
        assert_eq!(text("{os.getenv('A"), "`{os.getenv('A` has a lone `{` at character 1");
        for (given, escape) in [("a\\x4!", "\\x4"), ("\\N{BULLET}é", "\\N{BULLET}"), ("\\ud800", "\\ud800")] {
            let said = format!("`{given}` has the escape `{escape}`, which stands for no character that is known");
            assert_eq!(text(given), said);
        }
    }
}
