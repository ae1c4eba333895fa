//! What a reader of JSON or TOML says in words of its own trade, in plain ones.

use super::closest;

/// Of the message of a reader that reads for types of a program; `object` is what the format calls a value with keys: "a table".
///
/// ```
/// use ramp_core::text::plain;
///
/// let said = |message| plain(message, "an object");
/// assert_eq!(said("invalid type: floating point `7.4`, expected a string"), "a text in quotes is expected here, and this is the number `7.4`");
/// assert_eq!(said("invalid type: map, expected a sequence"), "a list is expected here, and this is an object");
/// assert_eq!(said("unknown field `nodez`, expected `uid` or `nodes`"), "`nodez` is not known here; did you mean `nodes`?");
/// assert_eq!(said("unknown variant `x`, expected one of `one`, `two`"), "`x` is not known here; write one of `one`, `two`");
/// assert_eq!(said("missing field `uid`"), "`uid` is missing");
/// ```
pub fn plain(message: &str, object: &str) -> String {
    if let Some((name, known)) = parts(message, &["unknown variant ", "unknown field "]) {
        let names = known.split('`').skip(1).step_by(2);
        return match closest(names, name.trim_matches('`')) {
            Some(meant) => format!("{name} is not known here; did you mean `{meant}`?"),
            None => {
                format!("{name} is not known here; write one of {}", known.strip_prefix("one of ").unwrap_or(known))
            }
        };
    }
    if let Some((found, expected)) = parts(message, &["invalid type: ", "invalid value: "]) {
        let (expected, found) = (of_expected(expected, object), of_found(found, object));
        return format!("{expected} is expected here, and this is {found}");
    }
    let of_field = |front: &str, said: &str| message.strip_prefix(front).map(|field| format!("{field} is {said}"));
    of_field("missing field ", "missing")
        .or_else(|| of_field("duplicate field ", "there twice"))
        .unwrap_or_else(|| message.to_owned())
}

/// What stands behind one of these words, and what is expected in its place.
fn parts<'a>(message: &'a str, fronts: &[&str]) -> Option<(&'a str, &'a str)> {
    fronts.iter().find_map(|front| message.strip_prefix(front)?.split_once(", expected "))
}

fn of_expected(expected: &str, object: &str) -> String {
    match expected {
        "a string" => "a text in quotes",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        "a map" => object,
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number that is not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        other => other,
    }
    .to_owned()
}

fn of_found(found: &str, object: &str) -> String {
    let words =
        [("string ", "the text "), ("floating point ", "the number "), ("integer ", "the number "), ("boolean ", "")];
    let value = words.into_iter().find_map(|(word, plain)| Some(format!("{plain}{}", found.strip_prefix(word)?)));
    value.unwrap_or_else(|| match found {
        "sequence" => "a list".to_owned(),
        "map" => object.to_owned(),
        found => found.to_owned(),
    })
}
