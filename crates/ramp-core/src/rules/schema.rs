//! Schema: `module.json` that can be read in two ways, or whose values cannot be what the documentation says.
//!
//! What a value may be is in the table of [`fields`](crate::metadata::fields): its type, its range, its form. The unpacker looks at
//! four of them, and leniently; whatever reads the others later takes them for what is documented.

use super::context::Context;
use crate::facts::ArchiveFacts;
use crate::finding::Rule;

mod characters;
mod dependencies;
mod document;
mod values;

/// The rules of this group, theme by theme.
pub(super) const DOCUMENT_RULES: &[&Rule] = document::RULES;
pub(super) const VALUE_RULES: &[&Rule] = values::RULES;
pub(super) const CHARACTER_RULES: &[&Rule] = characters::RULES;
pub(super) const DEPENDENCY_RULES: &[&Rule] = dependencies::RULES;

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts) {
    let Some(facts) = archive.metadata() else { return };
    document::check(context, facts);
    values::check(context, archive, facts);
    document::check_numbers(context, facts);
    characters::check(context, facts);
    dependencies::check(context, archive, facts);
}
