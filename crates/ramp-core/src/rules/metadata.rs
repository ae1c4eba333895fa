//! Metadata: what will hurt later, after an upload that is accepted.

use super::context::Context;
use crate::facts::ArchiveFacts;
use crate::finding::Rule;

mod document;
mod names;
mod systems;
mod versions;

/// The rules of this group, theme by theme.
pub(super) const DOCUMENT_RULES: &[&Rule] = document::RULES;
pub(super) const VERSION_RULES: &[&Rule] = versions::RULES;
pub(super) const NAME_RULES: &[&Rule] = names::RULES;

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts) {
    let Some(facts) = archive.metadata() else { return };
    // What is no object has no fields that could be missing; the unpacker's rules have said so.
    if facts.root().as_object().is_none() {
        return;
    }
    document::check(context, facts);
    versions::check(context, facts);
    names::check(context, archive, facts);
}
