//! Load: it would upload, and not load on the nodes it is for.
//!
//! Each platform that the bundle is for is asked what its loader would find. Source: glibc's loader
//! (`elf/dl-version.c`, `sysdeps/x86/dl-prop.h`) for what it checks; the platform table for what each system offers.

use super::context::Context;
use crate::facts::ArchiveFacts;
use crate::finding::{Location, Rule};
use crate::module::ElfFacts;

mod libraries;
mod loading;
mod module;
mod provided;
mod symbols;
mod versions;
use loading::Loading;

/// The rules of this group, theme by theme.
pub(super) const MODULE_RULES: &[&Rule] = module::RULES;
pub(super) const SYMBOL_RULES: &[&Rule] = symbols::RULES;
pub(super) const PROVIDED_RULES: &[&Rule] = provided::RULES;
pub(super) const VERSION_RULES: &[&Rule] = versions::RULES;
pub(super) const LIBRARY_RULES: &[&Rule] = libraries::RULES;

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts) {
    let (Some(module), Some(entry)) = (&archive.module, archive.module_entry()) else { return };
    let Some(elf) = &module.facts.elf else { return };
    let at = Location::entry(&entry.name);
    context.judge_content(entry.index, |context| check_module(context, archive, elf, &at));
}

fn check_module(context: &mut Context<'_>, archive: &ArchiveFacts, elf: &ElfFacts, at: &Location) {
    let declared = archive.metadata().map(crate::facts::MetadataFacts::operating_systems).unwrap_or_default();
    module::check(context, archive, elf, &declared, at);
    // What is not a module at all has been said; what it would need is beside the point.
    if elf.dynamic.is_none() {
        return;
    }
    let platforms = context.target.platforms_to_load_on(&declared);
    provided::check(context, elf, &platforms, at);
    libraries::check_unknown(context, elf, at);
    for platform in platforms {
        let loading = Loading { elf, platform, architecture: elf.machine.to_string(), at: at.clone() };
        if !platform.has_arch(&loading.architecture) {
            continue;
        }
        module::check_on(context, &loading);
        symbols::check(context, &loading);
        versions::check(context, &loading);
        libraries::check(context, &loading);
    }
}
