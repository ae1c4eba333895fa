//! The signs by which a placeholder of a template is known in a text.

use super::unfilled::{is_name, is_nothing, is_word, unfilled};

/// How long a placeholder may be: what is longer is text that happens to have these signs.
const LONGEST: usize = 200;

/// How many bytes of a text are looked through. What is longer is no name, version or address that a template was to make, and a
/// description says in its front what it is.
const LOOKED_AT: usize = 64 << 10;

/// The front of a text, as far as it is looked through.
fn front(text: &str) -> &str {
    let end = (0..=LOOKED_AT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The placeholder that the value of a member is, or has first. Some are one only by themselves, as `TODO` is; some only in what
/// is a name, a version or an address, where `{version}` is no example.
///
/// ```
/// use ramp_core::metadata::placeholder_of;
///
/// assert_eq!(placeholder_of("description", "TODO"), Some("TODO"));
/// assert_eq!(placeholder_of("description", "a TODO list, kept under {user}"), None);
/// assert_eq!(placeholder_of("url", "https://example.com/{version}/a.tgz"), Some("{version}"));
/// ```
pub fn placeholder_of<'a>(member: &str, text: &'a str) -> Option<&'a str> {
    let text = front(text);
    if unfilled(member, text).is_some() {
        return Some(text.trim());
    }
    if !PLAIN.contains(&member) {
        return placeholder_in(text);
    }
    let nothing = || if ADDRESSES.contains(&member) { nothing_in(member, text) } else { None };
    first_of(&KINDS, |name| is_variable(name) || is_letter(name), text).or_else(nothing)
}

/// A part of an address that somebody is told to write, as `REPLACE_ME`; in that of a file also what a program writes for nothing:
/// `None` in `https://example.com/None/a.tgz`, or in `a-None.tgz`.
fn nothing_in<'a>(member: &str, address: &'a str) -> Option<&'a str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.split('/').find_map(|part| {
        if is_word(part) {
            return Some(part);
        }
        let stem = part.split('.').next().unwrap_or_default();
        let last = stem.rsplit(['-', '_']).next().filter(|last| AS_ENDINGS.contains(last));
        let nothing = if is_nothing(stem) { Some(stem) } else { last };
        nothing.filter(|_| member == "url")
    })
}

/// The placeholder that a text has first, whatever the text is for: `{{NAME}}`, `${NAME}`, `$NAME`, `$(command)`,
/// `{os.getenv(…)}`, `#{NAME}`, `@NAME@`, `%NAME%`, `<%= name %>`.
///
/// ```
/// use ramp_core::metadata::placeholder_in;
///
/// assert_eq!(placeholder_in("A {{NUMVER}}"), Some("{{NUMVER}}"));
/// assert_eq!(placeholder_in("{os.getenv('HOME')}/x"), Some("{os.getenv('HOME')}"));
/// assert_eq!(placeholder_in(r#"JSON {"a": {"b": 1}} costs $5"#), None);
/// ```
pub fn placeholder_in(text: &str) -> Option<&str> {
    first_of(KINDS.get(..ANYWHERE)?, is_variable, front(text))
}

fn first_of<'a>(kinds: &[Syntax], is_variable: fn(&str) -> bool, text: &'a str) -> Option<&'a str> {
    // Most texts have none, which is told faster by bytes.
    if !text.bytes().any(|byte| is_sign(char::from(byte))) {
        return None;
    }
    // Where the next sign that closes is, for each kind: a text is gone through once, however many signs it has.
    let mut closes = [0_usize; KINDS.len()];
    // And where the next sign is that is in no placeholder.
    let mut around = 0_usize;
    text.match_indices(is_sign).find_map(|(at, _)| {
        let rest = text.get(at..)?;
        // By the first byte most kinds are told at once: a text can be nothing but signs.
        let begins = |open: &str| rest.as_bytes().first() == open.as_bytes().first() && rest.starts_with(open);
        let enclosed = kinds.iter().zip(&mut closes).filter(|((open, ..), _)| begins(open)).find_map(
            |((open, close, fits), next)| {
                let from = at.checked_add(open.len())?;
                if *next < from {
                    *next = text.get(from..)?.find(close).map_or(usize::MAX, |found| from.saturating_add(found));
                }
                let inside = text.get(from..*next).filter(|inside| inside.len() <= LONGEST)?;
                if around < from {
                    around =
                        text.get(from..)?.find(SIGNS_AROUND).map_or(usize::MAX, |found| from.saturating_add(found));
                }
                // Of several in each other the innermost counts.
                let fits = around >= *next && fits(inside);
                fits.then(|| text.get(at..next.checked_add(close.len())?)).flatten()
            },
        );
        // Two are how a script writes one that is none.
        let is_escaped = text.get(..at).is_some_and(|front| front.ends_with('$'));
        enclosed.or_else(|| variable(rest, is_variable).filter(|_| !is_escaped))
    })
}

/// Whether a placeholder begins with it.
const fn is_sign(c: char) -> bool {
    matches!(c, '{' | '$' | '@' | '%' | '<' | '#' | '_')
}

/// Those of them that are in no other.
const SIGNS_AROUND: [char; 3] = ['{', '$', '<'];

/// Members that are names, versions, addresses: signs have no other meaning in these.
const PLAIN: [&str; 19] = [
    "architecture",
    "compatible_redis_version",
    "email",
    "git_sha",
    "homepage",
    "local_path",
    "min_redis_pack_version",
    "min_redis_version",
    "module_file",
    "module_name",
    "operating_systems",
    "os",
    "os_list",
    "semantic_version",
    "sha256",
    "speedb_git_sha",
    "uid",
    "url",
    "version",
];

/// Those of them that are addresses.
const ADDRESSES: [&str; 2] = ["homepage", "url"];

/// What programs write for nothing, where it is no word that the name of a file may end with.
const AS_ENDINGS: [&str; 2] = ["None", "undefined"];

/// A kind of placeholder: what it begins and ends with, and what may be between.
type Syntax = (&'static str, &'static str, fn(&str) -> bool);

/// Those that are one anywhere come first.
const KINDS: [Syntax; 13] = [
    ("{{", "}}", is_expression),
    ("${", "}", is_expression),
    ("$(", ")", is_expression),
    ("#{", "}", is_expression),
    ("{%", "%}", is_expression),
    ("<%", "%>", is_expression),
    ("{", "}", is_python),
    ("@", "@", is_variable),
    ("%", "%", is_variable_of_windows),
    ("{", "}", is_name),
    ("<", ">", is_name),
    ("__", "__", is_variable),
    ("%(", ")s", is_name),
];

/// How many of them those are.
const ANYWHERE: usize = 9;

/// `$NAME`, as it stays behind in single quotes, with which a text begins.
fn variable(text: &str, is_variable: fn(&str) -> bool) -> Option<&str> {
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

/// The name of a variable of one letter, which elsewhere may be a sign of money, or of Redis.
fn is_letter(name: &str) -> bool {
    name.len() == 1 && name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// A variable, but not two digits of a byte: `%C3%A4` is an escaped letter in a URL.
fn is_variable_of_windows(name: &str) -> bool {
    is_variable(name) && !(name.len() == 2 && name.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

fn is_of_variable(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "__GNUC__",
            "#1 of {all}",
        ] {
            assert_eq!(placeholder_in(text), None, "{text}");
        }
    }

    #[test]
    fn names_and_addresses_have_no_signs_of_their_own() {
        for (member, text, expected) in [
            ("url", "https://h/<version>/a.tgz", Some("<version>")),
            ("url", "https://h/a-{version}.tgz", Some("{version}")),
            ("url", "https://h/a-__VERSION__.tgz", Some("__VERSION__")),
            ("url", "https://h/a-%(version)s.tgz", Some("%(version)s")),
            ("url", "https://h/a__b__c%20d.tgz", None),
            ("url", "https://h/$V/a.tgz", Some("$V")),
            ("url", "https://h/None/a.tgz", Some("None")),
            ("url", "https://h/a-None.tgz", Some("None")),
            ("url", "https://h/a_undefined.tar.gz?x", Some("undefined")),
            ("url", "https://h/null.tgz", Some("null")),
            ("url", "https://h/not-null.tgz", None),
            ("url", "https://h/REPLACE_ME/a.tgz", Some("REPLACE_ME")),
            ("homepage", "https://TODO", Some("TODO")),
            ("command_line_args", "PASSWORD Pa$$W0RD", None),
            ("url", "https://h/undefined-behaviour/None-such.tgz", None),
            ("homepage", "https://h/?of=undefined", None),
            ("homepage", "https://h/nil/x", None),
            ("min_redis_version", "$X", Some("$X")),
            ("email", "A B <a@example.com>", None),
            ("homepage", "https://example.com/#{a}", Some("#{a}")),
            ("description", "for <version> and {version}, __VERSION__", None),
            ("command_line_args", "PATH $.a {tag} __x__", None),
            ("command_line_args", "None", Some("None")),
        ] {
            assert_eq!(placeholder_of(member, text), expected, "{member}: {text}");
        }
    }

    #[test]
    fn a_long_text_takes_no_longer_than_its_length() {
        for text in [
            "{", "{{", "${", "{{ }}", "<%", "@A", "%", "$A", "{{a", "{os.", "{a}", "_", "__", "__A", "#{", "<", "<a",
            "%(",
        ] {
            let long = text.repeat((1 << 20) / text.len());
            let start = std::time::Instant::now();
            let found = placeholder_of("url", &long);
            assert!(start.elapsed().as_secs() < 5, "{text}: {:?}", start.elapsed());
            assert!(found.is_none_or(|found| found.len() < 300), "{text}");
        }
    }
}
