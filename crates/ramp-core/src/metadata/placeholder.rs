//! Placeholders of templates that nobody filled in.

use std::borrow::Cow;

use super::value::{Object, Value};
use crate::layout::push_step;

/// How many bytes of a JSON pointer are kept.
const MAX_POINTER: usize = 512;

/// How long a placeholder may be: what is longer is text that happens to have these signs.
const LONGEST: usize = 200;

/// A placeholder in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placeholder<'a> {
    /// The value, or the member whose key it is in, as a JSON pointer.
    pub pointer: String,
    /// Whether it is in the member's key.
    pub in_key: bool,
    /// The placeholder, as it stands there.
    pub text: &'a str,
}

/// The placeholders in the keys and texts of a document, in its order, one of each text: `{{NAME}}`, `${NAME}`, `$NAME`,
/// `$(command)`, `{os.getenv(…)}`, `@NAME@`, `%NAME%`, `<%= name %>`.
///
/// ```
/// use ramp_core::metadata::{json, placeholders};
///
/// let document = json::read(br#"{"description": "for ${PRODUCT}", "homepage": "https://example.com/$", "a": ["{{B}}"]}"#)?;
/// let found: Vec<_> = placeholders(&document.root).map(|found| (found.pointer, found.text)).collect();
/// assert_eq!(found, [("/description".to_owned(), "${PRODUCT}"), ("/a/0".to_owned(), "{{B}}")]);
/// # Ok::<(), ramp_core::metadata::ReadError>(())
/// ```
pub fn placeholders(root: &Value) -> impl Iterator<Item = Placeholder<'_>> {
    let mut walk = Walk { steps: Vec::new(), open: vec![(root, None)] };
    std::iter::from_fn(move || walk.next()).flatten()
}

/// The placeholder that a text has first.
///
/// ```
/// use ramp_core::metadata::placeholder_in;
///
/// assert_eq!(placeholder_in("A {{NUMVER}}"), Some("{{NUMVER}}"));
/// assert_eq!(placeholder_in("{os.getenv('HOME')}/x"), Some("{os.getenv('HOME')}"));
/// assert_eq!(placeholder_in(r#"JSON {"a": {"b": 1}} costs $5"#), None);
/// ```
pub fn placeholder_in(text: &str) -> Option<&str> {
    // Where the next sign that closes is, for each kind: a text is gone through once, however many signs it has.
    let mut closes = KINDS.map(|_| 0_usize);
    text.match_indices(SIGNS).find_map(|(at, _)| {
        let rest = text.get(at..)?;
        let kinds = KINDS.iter().zip(&mut closes);
        let enclosed =
            kinds.filter(|((open, ..), _)| rest.starts_with(open)).find_map(|((open, close, fits), next)| {
                let from = at.checked_add(open.len())?;
                if *next < from {
                    *next = text.get(from..)?.find(close).map_or(usize::MAX, |found| from.saturating_add(found));
                }
                let inside = text.get(from..*next).filter(|inside| inside.len() <= LONGEST)?;
                // Of several in each other the innermost counts.
                let fits = !inside.contains(SIGNS_AROUND) && fits(inside);
                fits.then(|| text.get(at..next.checked_add(close.len())?)).flatten()
            });
        enclosed.or_else(|| variable(rest))
    })
}

/// What a placeholder begins with.
const SIGNS: [char; 5] = ['{', '$', '@', '%', '<'];

/// Those of them that are in no other.
const SIGNS_AROUND: [char; 3] = ['{', '$', '<'];

/// A kind of placeholder: what it begins and ends with, and what may be between.
type Syntax = (&'static str, &'static str, fn(&str) -> bool);

const KINDS: [Syntax; 8] = [
    ("{{", "}}", is_expression),
    ("${", "}", is_expression),
    ("$(", ")", is_expression),
    ("{%", "%}", is_expression),
    ("<%", "%>", is_expression),
    ("{", "}", is_python),
    ("@", "@", is_variable),
    ("%", "%", is_variable),
];

/// `$NAME`, as it stays behind in single quotes, with which a text begins.
fn variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix('$')?;
    let end = name.find(|c: char| !is_of_variable(c)).unwrap_or(name.len());
    name.get(..end).filter(|name| is_variable(name))?;
    text.get(..end.checked_add(1)?)
}

/// Anything that has a word, and does not begin as an object of JSON goes on.
fn is_expression(inside: &str) -> bool {
    inside.contains(char::is_alphanumeric) && !inside.trim_start().starts_with('"')
}

/// What the reference packer evaluates as Python: a name with something of it looked up or called.
fn is_python(inside: &str) -> bool {
    let name = inside.trim_start();
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = name.get(end..).unwrap_or_default();
    begins && (rest.starts_with(['(', '[']) || rest.starts_with('.') && rest.contains(['(', '[']))
}

/// The name of a variable as templates and shells have them: capitals.
fn is_variable(name: &str) -> bool {
    name.len() > 1 && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') && name.chars().all(is_of_variable)
}

fn is_of_variable(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
}

/// A step of a pointer, and the step before it.
type Step<'a> = (Option<usize>, Cow<'a, str>);

/// Goes through a document without recursion; pointers are written out only where there is something to say.
struct Walk<'a> {
    steps: Vec<Step<'a>>,
    /// What is yet to be looked at, the next last, and its step.
    open: Vec<(&'a Value, Option<usize>)>,
}

impl<'a> Walk<'a> {
    fn next(&mut self) -> Option<Vec<Placeholder<'a>>> {
        let (value, at) = self.open.pop()?;
        let mut found = Vec::new();
        match value {
            Value::String(text) => {
                found.extend(placeholder_in(text).map(|text| Placeholder {
                    pointer: self.pointer(at),
                    in_key: false,
                    text,
                }));
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate().rev() {
                    let step = self.step(at, index.to_string().into());
                    self.open.push((item, step));
                }
            }
            Value::Object(object) => self.open_object(object, at, &mut found),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Some(found)
    }

    fn open_object(&mut self, object: &'a Object, at: Option<usize>, found: &mut Vec<Placeholder<'a>>) {
        let before = self.open.len();
        for (key, value) in object.iter() {
            let step = self.step(at, key.into());
            found.extend(placeholder_in(key).map(|text| Placeholder {
                pointer: self.pointer(step),
                in_key: true,
                text,
            }));
            self.open.push((value, step));
        }
        if let Some(members) = self.open.get_mut(before..) {
            members.reverse();
        }
    }

    fn step(&mut self, before: Option<usize>, step: Cow<'a, str>) -> Option<usize> {
        self.steps.push((before, step));
        self.steps.len().checked_sub(1)
    }

    fn pointer(&self, mut at: Option<usize>) -> String {
        let mut steps = Vec::new();
        while let Some((before, step)) = at.and_then(|at| self.steps.get(at)) {
            steps.push(step);
            at = *before;
        }
        let mut pointer = String::new();
        for step in steps.iter().rev() {
            if pointer.len() > MAX_POINTER {
                pointer.push('…');
                break;
            }
            push_step(&mut pointer, step, MAX_POINTER);
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::json::read;

    #[test]
    fn placeholders_are_told_from_text() {
        for text in [
            "{{NAME}}",
            "{{ name }}",
            "${NAME}",
            "${name:-x}",
            "$(whoami)",
            "$(git rev-parse HEAD)",
            "$VERSION",
            "{os.getenv('HOME')}",
            "{os.environ['X']}",
            "{__import__('os').system('x')}",
            "{f(1)}",
            "@VERSION@",
            "%APPDATA%",
            "<%= name %>",
            "{% if x %}",
        ] {
            assert_eq!(placeholder_in(text), Some(text));
            let around = format!("a {{ \"b\" 100% {text} c");
            assert_eq!(placeholder_in(&around), Some(text), "{around}");
        }
        for text in [
            "",
            "{}",
            "{{}}",
            "{ \"a\": 1 }",
            "{\"a\":{\"b\":1}}",
            "{{\"a\": 1}}",
            "$",
            "$.a.b",
            "$5",
            "US$",
            "$..*",
            "{tag}",
            "{1,2}",
            "someone@example.com",
            "a@b@c",
            "100% of 50%",
            "<b>",
            "<%",
            "{{",
            "${",
            "$(",
            "a <- b -> c",
            "{user1000}.following",
            "$A",
        ] {
            assert_eq!(placeholder_in(text), None, "{text}");
        }
    }

    #[test]
    fn a_long_text_takes_no_longer_than_its_length() {
        for text in ["{", "{{", "${", "{{ }}", "<%", "@A", "%", "$A", "{{a", "{os.", "{a}"] {
            let long = text.repeat((1 << 20) / text.len());
            let start = std::time::Instant::now();
            let found = placeholder_in(&long);
            assert!(start.elapsed().as_secs() < 5, "{text}: {:?}", start.elapsed());
            assert!(found.is_none_or(|found| found.len() < 300), "{text}");
        }
    }

    #[test]
    fn they_are_found_at_any_depth_and_in_keys() {
        let depth = 900;
        let text = format!(
            r#"{{"a/b": [0, {{"{{{{K}}}}": "x", "c": ["$X1"]}}], "d": {}"${{D}}"{}}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        );
        let document = read(text.as_bytes()).unwrap();
        let found: Vec<_> = placeholders(&document.root).collect();
        let seen: Vec<_> = found.iter().map(|found| (found.text, found.in_key)).collect();
        assert_eq!(seen, [("{{K}}", true), ("$X1", false), ("${D}", false)]);
        assert_eq!(found[0].pointer, "/a~1b/1/{{K}}");
        assert_eq!(found[1].pointer, "/a~1b/1/c/0");
        assert!(found[2].pointer.len() < 600);
    }
}
