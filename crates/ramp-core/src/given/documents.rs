//! What a text is: metadata, a manifest, or what came in place of a file that was asked for.

use super::Given;
use crate::metadata::fields;
use crate::text::shorten;

/// How manifests for the operator of Redis Enterprise begin.
const OPERATOR: &str = "apiVersion: app.redislabs.com/";

/// How many characters are kept of what a document says.
const LONGEST: usize = 120;
/// How many known keys make a document one of ours.
const ENOUGH: usize = 2;
/// Keys that other documents have too, such as those of npm, Cargo and Helm.
const OF_OTHERS: [&str; 9] =
    ["author", "commands", "dependencies", "description", "email", "homepage", "license", "os", "version"];

/// Source: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>.
const LFS_POINTER: &str = "version https://git-lfs.github.com/spec/v1";
/// What the local header of a zip comes to in Base64.
const ZIP_AS_BASE64: &str = "UEsDB";
/// Where documents say what went wrong, the best first: servers of packages, S3 and its like, problem details (RFC 9457).
const SAYINGS: [&str; 8] =
    ["message", "Message", "detail", "error_description", "description", "error", "error_code", "title"];
/// How many digits the digests have that are written down beside files: MD5, SHA-1, SHA-256, SHA-512.
const DIGESTS: [usize; 4] = [32, 40, 64, 128];

/// What a text is that begins like this.
pub(super) fn of(front: &[u8]) -> Given {
    // The piece may end inside a character.
    let text = match std::str::from_utf8(front) {
        Ok(text) => text,
        Err(err) => {
            front.get(..err.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default()
        }
    };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(LFS_POINTER) {
        return Given::LfsPointer { size: line_of(text, "size ").and_then(|size| size.parse().ok()) };
    }
    match text.chars().next() {
        Some('{') if known(quoted_keys(text)) => {
            return Given::Metadata { module_file: value_of(text, "module_file").map(kept) };
        }
        Some('{' | '[') => {
            return Given::Json { says: SAYINGS.iter().find_map(|key| value_of(text, key)).map(kept) };
        }
        Some('<') => return markup(text),
        _ => {}
    }
    let data = text.strip_prefix("data:").and_then(|rest| rest.split_once("base64,")).map_or(text, |(_, data)| data);
    if data.starts_with(ZIP_AS_BASE64) {
        return Given::Base64;
    }
    if let Some(checksum) = checksum(text) {
        return checksum;
    }
    if text.lines().any(|line| line.trim_start().starts_with(OPERATOR)) {
        return Given::Kubernetes;
    }
    if known(plain_keys(text)) {
        return Given::Manifest;
    }
    Given::Text { begins: kept(text.lines().next().unwrap_or_default().trim_end()) }
}

fn kept(text: &str) -> String {
    shorten(text.trim(), LONGEST).into_owned()
}

/// Whether the keys are those of our own documents: several, and one at least that others do not have.
fn known<'a>(keys: impl Iterator<Item = &'a str>) -> bool {
    let mut seen: Vec<&str> = keys.filter(|key| fields::field(key).is_some()).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() >= ENOUGH && seen.iter().any(|key| !OF_OTHERS.contains(key))
}

/// The strings of a JSON text that a colon follows.
fn quoted_keys(text: &str) -> impl Iterator<Item = &str> {
    let pieces: Vec<&str> = text.split('"').collect();
    let follows =
        |index: usize| pieces.get(index.saturating_add(1)).is_some_and(|next| next.trim_start().starts_with(':'));
    let keys: Vec<&str> =
        pieces.iter().enumerate().filter(|(index, _)| follows(*index)).map(|(_, piece)| *piece).collect();
    keys.into_iter()
}

/// The keys of a YAML text that stand at the start of a line.
fn plain_keys(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.split_once(':')).map(|(key, _)| key.trim_matches(['"', '\'']))
}

/// The string that a JSON text has under a key.
fn value_of<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let quoted = format!("\"{key}\"");
    text.match_indices(&quoted).find_map(|(at, _)| {
        let rest = text.get(at.saturating_add(quoted.len())..)?.trim_start().strip_prefix(':')?.trim_start();
        let (value, _) = rest.strip_prefix('"')?.split_once('"')?;
        (!value.is_empty()).then_some(value)
    })
}

/// What a line says behind a word.
fn line_of<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(word)).map(str::trim)
}

fn markup(text: &str) -> Given {
    let lower = text.to_ascii_lowercase();
    if ["<!doctype html", "<html"].iter().any(|start| lower.contains(start)) {
        // ASCII letters keep their length, so that places are the same in both.
        let title = lower.find("<title").and_then(|at| text.get(at..)?.split_once('>')?.1.split_once('<'));
        return Given::Html { title: title.map(|(title, _)| kept(title)).filter(|title| !title.is_empty()) };
    }
    let of = |tag: &str| {
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        Some(rest.split_once('<')?.0.trim())
    };
    let says = match (of("Code"), of("Message")) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (code, message) => code.or(message).map(str::to_owned),
    };
    Given::Xml { says: says.map(|says| kept(&says)) }
}

/// A line with a digest: `<digest>  name`, or BSD's `SHA256 (name) = <digest>`; a digest alone is of nobody knows what.
fn checksum(text: &str) -> Option<Given> {
    let line = text.lines().next()?.trim_end();
    let is_digest = |word: &str| DIGESTS.contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
    let of = match line.split_once(") = ") {
        Some((front, digest)) if is_digest(digest) => front.split_once(" (").map(|(_, name)| name),
        _ => {
            let (digest, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let name = rest.trim_start_matches([' ', '*']);
            is_digest(digest).then_some(())?;
            (!name.is_empty()).then_some(name)
        }
    };
    Some(Given::Checksum { of: of.map(kept) })
}
