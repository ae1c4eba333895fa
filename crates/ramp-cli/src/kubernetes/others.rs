//! The documents of a file that are none of ours.

use super::reader::meant;
use ramp_core::kubernetes::Kind;

/// A text in which the documents of other kinds are empty lines: what is in them, such as the definitions that an operator is
/// installed with, need not be understood.
pub(super) fn without_others(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut document = String::new();
    let mut counts = true;
    let mut end = |document: &mut String, counts: bool| {
        if counts {
            kept.push_str(document);
        } else {
            kept.extend(document.matches('\n'));
        }
        document.clear();
    };
    let mut known = false;
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") {
            end(&mut document, counts);
            (counts, known) = (true, false);
        } else if line.starts_with("...") {
            // What comes behind it may be a document without a line in front.
            (counts, known) = (true, true);
        } else if let Some(kind) = line.strip_prefix("kind:") {
            let kind = kind.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
            // A tag, an anchor and text on the lines below are for a reader of YAML to understand; and so are two kinds.
            let plain = !kind.is_empty() && !kind.starts_with(['!', '&', '*', '>', '|']);
            // Whoever misspelt one is to be told.
            let ours = is_like_ours(kind) || kind.ends_with("List");
            counts = ours || !plain || known;
            known = true;
        }
        document.push_str(line);
    }
    end(&mut document, counts);
    kept
}

/// Whether a kind is one that counts, or close to one.
fn is_like_ours(kind: &str) -> bool {
    Kind::from_name(kind).is_some() || meant(kind).is_some()
}
