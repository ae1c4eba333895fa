//! Text for people: shortened, counted, and words that were probably meant.

use std::borrow::Cow;
use std::fmt;

mod plain;

pub use plain::plain;

/// The front of a text, up to so many characters and with an ellipsis behind, where it is longer.
///
/// ```
/// use ramp_core::text::shorten;
///
/// assert_eq!(shorten("größe", 5), "größe");
/// assert_eq!(shorten("größer", 5), "größe…");
/// ```
pub fn shorten(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most).and_then(|(at, _)| text.get(..at)) {
        Some(front) => Cow::Owned(format!("{front}…")),
        None => Cow::Borrowed(text),
    }
}

/// How many bytes a text takes in JSON, without its quotes, where whatever is not shown stands by its number. What is not ASCII may
/// be that.
pub(crate) fn json_len(text: &str) -> usize {
    let bytes = text.bytes().map(|byte| match byte {
        b'"' | b'\\' => 2,
        b' '..=b'~' => 1,
        0x80..=0xbf => 0, // goes with what is in front
        _ => 6,
    });
    bytes.sum()
}

/// The names in a text that has several, with commas, semicolons or whitespace between them.
pub(crate) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| matches!(c, ',' | ';') || c.is_whitespace()).filter(|part| !part.is_empty())
}

/// A name as a word of a shell, where it can be one that is safe to copy.
///
/// ```
/// use ramp_core::text::shell_word;
///
/// assert_eq!(shell_word("hello.so").as_deref(), Some("hello.so"));
/// assert_eq!(shell_word("my module.so").as_deref(), Some("'my module.so'"));
/// assert_eq!(shell_word("-o").as_deref(), Some("./-o"));
/// assert_eq!(shell_word("it's"), None);
/// ```
pub fn shell_word(name: &str) -> Option<String> {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '/' | '=' | ':' | ',' | '@' | '%');
    let shown = |c: char| c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ';
    if name.is_empty() || !name.chars().all(shown) || name.contains(['\'', '\\', '`']) {
        return None;
    }
    // What begins with a dash would be an option.
    let name = if name.starts_with('-') { format!("./{name}") } else { name.to_owned() };
    Some(if name.chars().all(plain) { name } else { format!("'{name}'") })
}

/// A number and the noun that it counts, of which there is one or are many.
///
/// ```
/// use ramp_core::text::count;
///
/// assert_eq!([0, 1, 2].map(|n| count(n, "byte")), ["0 bytes", "1 byte", "2 bytes"]);
/// assert_eq!(count(2, "entry"), "2 entries");
/// ```
pub fn count(number: impl fmt::Display, noun: &str) -> String {
    let number = number.to_string();
    if number == "1" {
        return format!("{number} {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) => format!("{number} {stem}ies"),
        None => format!("{number} {noun}s"),
    }
}

/// The longest word for which [`closest`] looks: nothing longer is meant for a name, and comparing takes time with the length.
const LONGEST: usize = 64;

/// The candidate that a misspelt word was probably meant to be, if any is close.
///
/// Dashes, dots, spaces, letter case and camel case are forgiven, then a few letters wrong, missing or swapped: one in five,
/// and at least one. Failing that, the candidate that begins as the word does, but for one letter in five; the shortest of
/// several. Short words are too
/// easily like each other: in those of three letters two neighbours may be swapped.
///
/// ```
/// use ramp_core::text::closest;
///
/// let names = ["min_redis_version", "display_name", "replica_of"];
/// assert_eq!(closest(names, "minRedisVerison"), Some("min_redis_version"));
/// assert_eq!(closest(names, "replicas"), Some("replica_of"));
/// assert_eq!(closest(names, "colour"), None);
/// assert_eq!(closest(["url", "uid"], "ulr"), Some("url"));
/// assert_eq!(closest(["url", "uid"], "uri"), None);
/// ```
pub fn closest<'a>(candidates: impl IntoIterator<Item = &'a str>, word: &str) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let wanted = squash(word);
    let letters = wanted.chars().count();
    if letters < 4 {
        // Not even one may be wrong; two may be swapped.
        let others: Vec<&str> = candidates.into_iter().filter(|candidate| *candidate != word).collect();
        let is_swapped = |other: &str| {
            letters == 3 && anagram(other) == anagram(&wanted) && strsim::osa_distance(other, &wanted) == 1
        };
        let find = |fits: &dyn Fn(&str) -> bool| others.iter().copied().find(|other| fits(&squash(other)));
        return find(&|other| other == wanted).or_else(|| find(&is_swapped));
    }
    let allowed = (letters / 5).max(1);
    let candidates = candidates.into_iter().filter(|candidate| *candidate != word);
    let far = |candidate: &str| {
        let candidate = squash(candidate);
        // Words whose lengths differ by more are further apart: most need not be compared letter by letter.
        let near = candidate.chars().count().abs_diff(letters) <= allowed;
        match near.then(|| strsim::osa_distance(&candidate, &wanted)).filter(|distance| *distance <= allowed) {
            Some(distance) => (0, distance, 0),
            None => (1, letters.saturating_sub(shared(&candidate, &wanted)), candidate.len()),
        }
    };
    let best = candidates.map(|candidate| (far(candidate), candidate)).min_by_key(|(far, _)| *far);
    best.filter(|((_, letters, _), _)| *letters <= allowed).map(|(_, candidate)| candidate)
}

/// The letters of a word in the order of the alphabet.
fn anagram(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// How many letters two words begin with alike.
fn shared(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
}

/// Letters and digits only, in lower case.
fn squash(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
