//! The name of the bundle: a template filled in as Python's `str.format(**metadata)` fills it.

use std::path::is_separator;

use ramp_core::metadata::{Object, Value, python};
use ramp_core::name::is_hidden;

/// Why a template cannot be filled in. Offsets count characters from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// A brace that is neither part of a field nor doubled.
    #[error("the name `{template}` has a lone `{brace}` at character {}; write `{brace}{brace}` for the brace itself", .offset + 1)]
    LoneBrace {
        /// The template.
        template: String,
        /// Which brace.
        brace: char,
        /// Where it is.
        offset: usize,
    },
    /// A field that the metadata does not have.
    #[error("the name `{template}` asks for `{{{field}}}`; {}", known_words(.known))]
    UnknownField {
        /// The template.
        template: String,
        /// What it asks for.
        field: String,
        /// What it may ask for, sorted.
        known: Vec<String>,
    },
    /// An array or object.
    #[error("the name `{template}` asks for `{{{field}}}`, which is an {kind}; {}", known_words(.known))]
    NotPlain {
        /// The template.
        template: String,
        /// What it asks for.
        field: String,
        /// What that is.
        kind: ramp_core::metadata::Kind,
        /// What it may ask for: what is in the array or object, if that can be named, and else every plain field.
        known: Vec<String>,
    },
    /// What the field holds would lead to another place, or cannot be seen in a name.
    #[error("the name `{template}` asks for `{{{field}}}`, which has {character:?} in it: {}", .value.escape_debug())]
    Unsafe {
        /// The template.
        template: String,
        /// What it asks for.
        field: String,
        /// What that is.
        value: String,
        /// The first character that no field may bring into a name.
        character: char,
    },
    /// With what a field holds, a part of the path is another than the template says.
    #[error("the name `{template}` asks for `{{{field}}}`, and so has a part that {}", part_words(.part))]
    Part {
        /// The template.
        template: String,
        /// What it asks for in that part, the last of it.
        field: String,
        /// What stands between the slashes then: nothing, `.` or `..`.
        part: String,
    },
    /// Python's format language beyond fields and items of lists.
    #[error(
        "the name `{template}` asks for `{{{field}}}`, but only fields such as `{{module_name}}` and items such as `{{operating_systems[0]}}` are filled in"
    )]
    Unsupported {
        /// The template.
        template: String,
        /// The field with its attribute, index, conversion or format.
        field: String,
    },
}

/// What there is to ask for.
fn known_words(known: &[String]) -> String {
    let are = if known.len() == 1 { "is" } else { "are" };
    format!("there {are} {}", known.join(", "))
}

/// What a part of a path is that is none.
fn part_words(part: &str) -> String {
    if part.is_empty() { "is empty".to_owned() } else { format!("is `{part}`, another folder") }
}

/// Fills in a template.
///
/// # Errors
///
/// [`NameError`] says which field cannot be filled in, and what there is instead.
///
/// ```
/// use ramp_core::metadata::json::read;
/// use ramp_pack::name::format_name;
///
/// let metadata = read(br#"{"module_name": "hello", "os": "Linux", "architecture": "x86_64", "semantic_version": "1.2.3"}"#);
/// let metadata = metadata.unwrap().root;
/// let name = format_name("{module_name}.{os}-{architecture}.{semantic_version}.zip", &metadata)?;
/// assert_eq!(name, "hello.Linux-x86_64.1.2.3.zip");
/// assert_eq!(format_name("{{module_name}}", &metadata)?, "{module_name}");
///
/// let error = format_name("{module}.zip", &metadata).unwrap_err();
/// let expected = "the name `{module}.zip` asks for `{module}`; there are architecture, module_name, os, semantic_version";
/// assert_eq!(error.to_string(), expected);
/// # Ok::<(), ramp_pack::name::NameError>(())
/// ```
pub fn format_name(template: &str, metadata: &Value) -> Result<String, NameError> {
    let mut out = String::with_capacity(template.len());
    // Where in `out` the part of the path starts that is being written, and the last field that is in it.
    let mut part = (0, None);
    let mut chars = template.chars().enumerate().peekable();
    while let Some((offset, c)) = chars.next() {
        if !matches!(c, '{' | '}') {
            if is_separator(c) {
                check_part(template, out.get(part.0..), part.1.take())?;
                part.0 = out.len() + c.len_utf8();
            }
            out.push(c);
            continue;
        }
        if chars.next_if(|(_, next)| *next == c).is_some() {
            out.push(c);
            continue;
        }
        let lone = NameError::LoneBrace { template: template.to_owned(), brace: c, offset };
        if c == '}' {
            return Err(lone);
        }
        let mut field = String::new();
        loop {
            match chars.next() {
                Some((_, '}')) => break,
                Some((_, '{')) | None => return Err(lone),
                Some((_, c)) => field.push(c),
            }
        }
        out.push_str(&fill_in(template, &field, metadata.as_object().unwrap_or(&Object::default()))?);
        part.1 = Some(field);
    }
    check_part(template, out.get(part.0..), part.1)?;
    Ok(out)
}

/// Refuses a part of the path that a field makes another: the template alone says where the bundle goes.
fn check_part(template: &str, part: Option<&str>, field: Option<String>) -> Result<(), NameError> {
    match (field, part) {
        (Some(field), Some(part @ ("" | "." | ".."))) => {
            Err(NameError::Part { template: template.to_owned(), field, part: part.to_owned() })
        }
        _ => Ok(()),
    }
}

fn fill_in(template: &str, field: &str, metadata: &Object) -> Result<String, NameError> {
    let (template, asked) = (template.to_owned(), field.to_owned());
    let (key, index) = item_of(field).map_or((field, None), |(key, index)| (key, Some(index)));
    let value = metadata.get(key);
    let (value, field) = match (value, index) {
        (Some(Value::Array(items)), Some(index)) => (items.get(index), asked),
        (_, Some(_)) => return Err(NameError::Unsupported { template, field: asked }),
        (value, None) => (value, asked),
    };
    match value {
        Some(value @ (Value::Array(_) | Value::Object(_))) => {
            let of_items = value.as_array().map(|items| items_of(&field, items)).unwrap_or_default();
            let known = if of_items.is_empty() { plain_fields(metadata) } else { of_items };
            Err(NameError::NotPlain { template, field, kind: value.kind(), known })
        }
        // `python::str` cuts what is too long to quote. The template says where the bundle goes, and no field does: a module
        // registers what name it likes.
        Some(Value::String(text)) => {
            match text.chars().find(|c| matches!(c, '/' | '\\') || c.is_control() || is_hidden(*c)) {
                Some(character) => Err(NameError::Unsafe { template, field, value: text.clone(), character }),
                None => Ok(text.clone()),
            }
        }
        Some(value) => Ok(python::str(value)),
        None if index.is_none() && field.contains(['.', '[', '!', ':']) => {
            Err(NameError::Unsupported { template, field })
        }
        None => {
            let of_items = metadata.get(key).and_then(Value::as_array).map(|items| items_of(key, items));
            let known = of_items.filter(|items| !items.is_empty()).unwrap_or_else(|| plain_fields(metadata));
            Err(NameError::UnknownField { template, field, known })
        }
    }
}

/// The list and the place in it that `list[0]` asks for.
fn item_of(field: &str) -> Option<(&str, usize)> {
    let (key, rest) = field.split_once('[')?;
    let digits = rest.strip_suffix(']').filter(|digits| digits.bytes().all(|c| c.is_ascii_digit()))?;
    Some((key, digits.parse().ok()?))
}

/// How the plain items of a list are asked for.
fn items_of(key: &str, items: &[Value]) -> Vec<String> {
    let plain = items.iter().enumerate().filter(|(_, item)| python::is_hashable(item));
    plain.map(|(index, _)| format!("{key}[{index}]")).collect()
}

fn plain_fields(metadata: &Object) -> Vec<String> {
    let plain = |(key, value): (&str, &Value)| python::is_hashable(value).then(|| key.to_owned());
    let mut known: Vec<String> = metadata.iter().filter_map(plain).collect();
    known.sort_unstable();
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use ramp_core::metadata::json::read;

    fn named(template: &str) -> Result<String, String> {
        let metadata = read(br#"{"module_name": "m", "version": 20803, "x": 7.10, "b": true, "n": null, "l": [], "os": ["rhel9", "a/b", {}]}"#);
        format_name(template, &metadata.unwrap().root).map_err(|error| error.to_string())
    }

    #[test]
    fn fills_in_plain_fields() {
        assert_eq!(named("{module_name}-{version}-{x}-{b}-{n}").unwrap(), "m-20803-7.1-True-None");
        assert_eq!(named("é{{{module_name}}}").unwrap(), "é{m}");
        assert_eq!(named("{os[0]}.zip").unwrap(), "rhel9.zip");
        assert_eq!(named("").unwrap(), "");
        assert_eq!(named("../x/./{module_name}").unwrap(), "../x/./m");
    }

    #[test]
    fn no_field_brings_in_what_is_not_seen() {
        for hidden in ['\u{202e}', '\u{200b}', '\u{feff}', '\u{1b}'] {
            let text = serde_json::json!({"module_name": format!("a{hidden}b")}).to_string();
            let metadata = read(text.as_bytes()).unwrap().root;
            let refused = format_name("{module_name}.zip", &metadata);
            assert!(matches!(refused, Err(NameError::Unsafe { character, .. }) if character == hidden), "{hidden:?}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for template in [
            "{",
            "}",
            "a}b",
            "{module_name",
            "{mod{x}}",
            "{}",
            "{0}",
            "{l}",
            "{m.x}",
            "{m[0]}",
            "{m!r}",
            "{m:>9}",
            "{os[1]}",
        ] {
            assert!(named(template).is_err(), "{template}");
        }
        assert_eq!(
            named("a}b").unwrap_err(),
            "the name `a}b` has a lone `}` at character 2; write `}}` for the brace itself"
        );
        assert_eq!(
            named("{version:06}").unwrap_err(),
            "the name `{version:06}` asks for `{version:06}`, but only fields such as `{module_name}` and items such as \
             `{operating_systems[0]}` are filled in"
        );
        for (template, said) in [
            ("{os}", "which is an array; there are os[0], os[1]"),
            ("{l}", "which is an array; there are b, module_name, n, version, x"),
            ("{os[2]}", "which is an object; there are b, module_name, n, version, x"),
            ("{os[3]}", "there are os[0], os[1]"),
            ("{l[0]}", "there are b, module_name, n, version, x"),
            ("{module_name[0]}", "`{operating_systems[0]}` are filled in"),
            ("{os[-1]}", "`{operating_systems[0]}` are filled in"),
        ] {
            let refused = named(template).unwrap_err();
            assert!(refused.ends_with(said), "{refused}");
        }
    }

    /// A module registers what name it likes; the template alone says where the bundle goes.
    #[test]
    fn no_field_leads_elsewhere() {
        for (value, character) in [
            ("../../x", '/'),
            ("/etc/x", '/'),
            ("..\\\\x", '\\'),
            ("a\\nb", '\n'),
            ("a\\u0000", '\0'),
            ("\\u001b[2J", '\u{1b}'),
        ] {
            let metadata = read(format!(r#"{{"module_name": "{value}"}}"#).as_bytes()).unwrap().root;
            let refused = format_name("out/{module_name}.zip", &metadata).unwrap_err();
            assert!(matches!(refused, NameError::Unsafe { character: found, .. } if found == character), "{refused:?}");
        }
        for (value, template, part) in [
            ("..", "x/{f}/y.zip", ".."),
            (".", "{f}/y.zip", "."),
            (".", "x/.{f}/y.zip", ".."),
            (".", "x/{f}{f}", ".."),
            ("", "{f}/y.zip", ""),
            ("", "x/{f}", ""),
            ("", "{f}", ""),
        ] {
            let metadata = read(format!(r#"{{"f": "{value}"}}"#).as_bytes()).unwrap().root;
            let refused = format_name(template, &metadata).unwrap_err();
            assert!(
                matches!(&refused, NameError::Part { part: found, .. } if found == part),
                "{template}: {refused:?}"
            );
            for template in ["x/a{f}/y.zip", "../{f}b", "{f}a/..", "./x{f}"] {
                assert!(format_name(template, &metadata).is_ok(), "{template}");
            }
        }
        let metadata = read(br#"{"module_name": "a b-c_1.2\u00e9"}"#).unwrap().root;
        assert_eq!(format_name("out/{module_name}.zip", &metadata).unwrap(), "out/a b-c_1.2\u{e9}.zip");
    }
}
