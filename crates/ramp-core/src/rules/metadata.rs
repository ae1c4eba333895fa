//! Metadata: what will hurt later, after an upload that is accepted.

use super::context::Context;
use crate::facts::ArchiveFacts;
use crate::finding::Rule;

mod addresses;
mod command_names;
mod commands;
mod dependencies;
mod document;
mod lists;
mod names;
mod needed;
mod registration;
mod systems;
mod templates;
mod versions;

/// The rules of this group, theme by theme.
pub(super) const DOCUMENT_RULES: &[&Rule] = document::RULES;
pub(super) const TEMPLATE_RULES: &[&Rule] = templates::RULES;
pub(super) const VERSION_RULES: &[&Rule] = versions::RULES;
pub(super) const NAME_RULES: &[&Rule] = names::RULES;
pub(super) const LIST_RULES: &[&Rule] = lists::RULES;
pub(super) const COMMAND_RULES: &[&Rule] = commands::RULES;
pub(super) const DEPENDENCY_RULES: &[&Rule] = dependencies::RULES;
pub(super) const ADDRESS_RULES: &[&Rule] = addresses::RULES;

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts) {
    let Some(facts) = archive.metadata() else { return };
    // What is not an object, or has all of them in another one, has no fields that could be missing; the unpacker's rules have said so.
    if facts.root().as_object().is_none() || facts.metadata.wrapped_in().is_some() {
        return;
    }
    templates::check(context, facts);
    versions::check(context, facts);
    names::check(context, facts);
    lists::check(context, facts);
    commands::check(context, facts);
    dependencies::check(context, archive, facts);
    addresses::check(context, archive, facts);
    // After all that say what is not there: the key may only be another.
    document::check(context, facts);
}
