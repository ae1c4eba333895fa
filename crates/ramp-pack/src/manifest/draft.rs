//! A manifest to start with: every key, with what comes of it; those that are known set, an example of the others.

use std::fmt::Write as _;

use super::written::written;
use ramp_core::metadata::Value;
use ramp_core::metadata::fields::{Field, Reader, manifest_keys};

/// How many characters a line of a comment has at most.
const WIDTH: usize = 100;

/// The line by which editors find the schema beside a manifest.
pub const MODELINE: &str = "# yaml-language-server: $schema=ramp.schema.json";

/// A key of a manifest to start with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// The key.
    pub key: &'static str,
    /// Its value.
    pub value: Value,
    /// Lines of a comment, over it: from what it can be chosen, why it was.
    pub notes: Vec<String>,
}

/// A manifest with these keys, and with all others in comments. What the module itself says, and what nobody reads, is left out.
///
/// ```
/// use ramp_pack::manifest::{Drafted, Manifest, draft};
///
/// let set = Drafted { key: "min_redis_version", value: "7.2".into(), notes: vec!["Tried out.".to_owned()] };
/// let text = draft(&["The manifest of hello.so.".to_owned()], &[set]);
/// assert!(text.starts_with("# The manifest of hello.so.\n\n# Lowest Redis version"));
/// assert!(text.contains("\n# Tried out.\nmin_redis_version: \"7.2\"\n"));
/// let manifest = Manifest::read(text.as_bytes()).unwrap();
/// assert!(manifest.warnings.is_empty() && manifest.entries.len() == 1);
/// ```
pub fn draft(head: &[String], set: &[Drafted]) -> String {
    let mut text = String::new();
    for line in head {
        comment(&mut text, line);
    }
    for drafted in set {
        text.push('\n');
        if let Some(field) = manifest_keys().find(|field| field.name == drafted.key) {
            comment(&mut text, &what(field));
        }
        for note in &drafted.notes {
            comment(&mut text, note);
        }
        text.push_str(&written(drafted.key, &drafted.value));
    }
    let is_set = |field: &&Field| set.iter().any(|drafted| drafted.key == field.name);
    let is_read = |field: &&Field| !field.from_module && field.read_by != [Reader::Nobody];
    let others = manifest_keys().filter(is_read).filter(|field| !is_set(field));
    for (at, field) in others.enumerate() {
        if at == 0 {
            text.push('\n');
            comment(&mut text, "Everything else, with an example of each: `ramp explain manifest KEY` has more.");
        }
        text.push('\n');
        comment(&mut text, &what(field));
        for line in field
            .example
            .iter()
            .flat_map(|example| written(&field.name, example).lines().map(str::to_owned).collect::<Vec<_>>())
        {
            let _ = writeln!(text, "# {line}"); // cannot fail
        }
    }
    text
}

fn what(field: &Field) -> String {
    [Some(field.summary.as_str()), field.purpose.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A comment, on as many lines as it takes; one that begins with a space is a line of a table, and stays one.
fn comment(text: &mut String, words: &str) {
    if words.starts_with(' ') {
        let _ = writeln!(text, "# {words}"); // cannot fail
        return;
    }
    let mut line = "#".to_owned();
    for word in words.split_whitespace() {
        if line.len() > 1 && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(text, "{line}"); // cannot fail
            "#".clone_into(&mut line);
        }
        let _ = write!(line, " {word}"); // cannot fail
    }
    let _ = writeln!(text, "{line}"); // cannot fail
}
