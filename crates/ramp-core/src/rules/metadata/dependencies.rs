//! Metadata: how dependencies are packed, and what of them is left over.

use std::collections::HashSet;

use crate::facts::{ArchiveFacts, MetadataFacts};
use crate::finding::{Location, Rule};
use crate::layout::{is_under_deps, pointer};
use crate::level::Level;
use crate::metadata::{DEPENDENCY_FIELDS, Dependency, UnknownKey};
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written;

use super::templates::is_placeholder;

pub(crate) const RULES: &[&Rule] = &[&DEPENDENCY_NAME, &DEPENDENCY_LOCAL_PATH, &DEPENDENCY_UNLISTED, &DEPENDENCY_TWICE];

static DEPENDENCY_NAME: Rule = Rule {
    what: "A dependency's file is in the bundle under a name other than the last part of its `url`.",
    why: "From 8.0 on, nodes look for it under that name. `ramp-packer` writes `deps/<key>.tgz`.",
    help: "Name the key, or the file, after the last part of the `url`.",
    example: "Key `python`, url `https://…/python.linux.tgz`, packed as `deps/python.tgz`.",
    data: &[
        ("dependency", "the key of the dependency"),
        ("expected", "the name of the entry that is looked for"),
        ("found", "the name of the entry that is there"),
    ],
    ..rule("dependency-name", Level::Warning, "a dependency is packed under a name that nodes do not look for")
};
static DEPENDENCY_UNLISTED: Rule = Rule {
    what: "A file under `deps/` belongs to no dependency of the metadata.",
    why: "It is uploaded, but nothing uses it; if the module needs it, it does not get it.",
    help: "Add it to `dependencies`, or leave it out.",
    example: "`deps/README.txt`",
    ..rule("dependency-unlisted", Level::Warning, "a file under `deps/` belongs to no dependency")
};
static DEPENDENCY_LOCAL_PATH: Rule = Rule {
    what: "A dependency has a `local_path`: where its archive was on the machine that packed the bundle.",
    why: "The packer removes it when it packs the archive. That it is still there means that the archive was not \
          packed, and it tells everyone who has the bundle about that machine.",
    help: "Pack again, so that the archive is put into the bundle; or remove `local_path` where the dependency is downloaded.",
    example: "`optional-dependencies` with a `local_path`, which `ramp-packer` leaves as they are.",
    data: &[("dependency", "the key of the dependency"), ("path", "the path")],
    ..rule("dependency-local-path", Level::Warning, "a dependency names a path on the machine that packed it")
};

static DEPENDENCY_TWICE: Rule = Rule {
    what: "A key is in both `dependencies` and `optional-dependencies`.",
    why: "`ramp-packer` packs both under the one name `deps/<key>.tgz`, and whether a node needs the dependency is said in two ways.",
    help: "Remove it from one of the two, or give the other one its own key.",
    example: "`python`, moved from one to the other and left behind.",
    data: &[("dependency", "the key of the dependency")],
    ..rule("dependency-twice", Level::Warning, "a dependency is both needed and optional")
};

/// The keys that are in both.
fn check_twice(context: &mut Context<'_>, facts: &MetadataFacts) {
    let [needed, optional] = DEPENDENCY_FIELDS;
    let needed: HashSet<&str> = Dependency::all(facts.root(), needed).map(|dependency| dependency.name).collect();
    for dependency in Dependency::all(facts.root(), optional).filter(|optional| needed.contains(optional.name)) {
        if context.is_full(&DEPENDENCY_TWICE) {
            context.count_more(&DEPENDENCY_TWICE, 1);
            continue;
        }
        let shown = written::shown_text(dependency.name);
        let message = format!("`{shown}` is in `dependencies` too");
        context
            .report(&DEPENDENCY_TWICE, Location::pointer(&dependency.pointer), message)
            .data("dependency", dependency.name);
    }
}

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts, facts: &MetadataFacts) {
    check_twice(context, facts);
    let root = facts.root();
    let (mut listed, mut lost) = (HashSet::new(), None);
    for field in DEPENDENCY_FIELDS {
        for dependency in Dependency::all(root, field) {
            if let Some(path) = dependency.local_path {
                let message = format!("dependency `{}` still has its `local_path`, {path:?}", dependency.name);
                context
                    .report(
                        &DEPENDENCY_LOCAL_PATH,
                        Location::pointer(format!("{}/local_path", dependency.pointer)),
                        message,
                    )
                    .data("dependency", dependency.name)
                    .data("path", path);
            }
            let packed = dependency.reference_entry();
            let has = |name: &str| archive.directory.last_named(name).is_some();
            let wanted = dependency.wanted_entry().filter(|wanted| *wanted != packed);
            // By what cannot be a `url` nothing is looked for, but what stands under that name was meant for it.
            let pointer = format!("{}/url", dependency.pointer);
            let is_url = |context: &Context<'_>| dependency.is_named() && !is_placeholder(context, &pointer);
            if let Some(wanted) = wanted {
                match (has(&packed), has(&wanted)) {
                    (true, false) if is_url(context) => {
                        let name = dependency.name;
                        let message = format!("`{name}` is packed as `{packed}` and looked for as `{wanted}`");
                        context
                            .report(&DEPENDENCY_NAME, Location::pointer(&dependency.pointer), message)
                            .data("dependency", name)
                            .data("found", &packed)
                            .data("expected", &wanted);
                    }
                    (false, false) if lost.is_none() && is_url(context) => {
                        lost = Some((dependency.name, wanted.clone()));
                    }
                    _ => {}
                }
                listed.insert(wanted);
            }
            listed.insert(packed);
        }
    }
    // What a field that cannot be read, or is called by another key, has in it may be these.
    let is_unread = |field: &str| {
        let is_meant = |unknown: &UnknownKey| unknown.suggestion.as_deref() == Some(field);
        context.is_said(&pointer([field])) || facts.metadata.unknown.iter().any(is_meant)
    };
    if DEPENDENCY_FIELDS.into_iter().any(is_unread) {
        return;
    }
    for entry in &archive.directory.entries {
        if is_under_deps(&entry.name) && !entry.is_directory() && !listed.contains(&entry.name) {
            let message = format!("`{}` belongs to no dependency", entry.name.escape_debug());
            // Of one that is not there, it may be the file.
            let help = lost.as_ref().map(|(name, wanted)| {
                let (name, wanted) = (written::shown_text(name), written::shown_text(wanted));
                format!("If it is `{name}`, name it `{wanted}`, by which nodes look for that. Else add it to `dependencies`, or leave it out.")
            });
            context.report(&DEPENDENCY_UNLISTED, Location::entry(&entry.name), message).help(help);
        }
    }
}
