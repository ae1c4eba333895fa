//! Load: libraries that a platform does not have.

use super::loading::Loading;
use crate::finding::{Location, Rule};
use crate::knowledge::{Knowledge, Offer};
use crate::level::Level;
use crate::module::ElfFacts;
use crate::rules::context::Context;
use crate::rules::declare::{load as rule, load_hint as hint};

pub(crate) const RULES: &[&Rule] = &[&ABSENT, &EXTRA, &UNKNOWN, &UNNEEDED];

static ABSENT: Rule = Rule {
    what: "The module needs a shared library that the platform does not offer.",
    why: "The loader fails with `cannot open shared object file: No such file or directory`.",
    help: "Build against the version that the platform has, or link the library statically.",
    example: "`libssl.so.1.1` on `ubuntu22`, which has `libssl.so.3`.",
    data: &[
        ("library", "the name of the library"),
        ("package", "a third-party package that has it"),
        ("platform", "the operating system"),
    ],
    ..rule("load-library-absent", "the platform does not have a library that the module needs")
};
static EXTRA: Rule = Rule {
    what: "The module needs a shared library that the platform offers in a package that is not installed by default.",
    why: "Redis Enterprise ships no libraries for modules; minimal images lack it.",
    help: "Install the package that the message names on every node, or link the library statically.",
    example: "`libgomp.so.1`, which a minimal installation of `rhel9` lacks.",
    data: &[
        ("library", "the name of the library"),
        ("package", "the package that has it"),
        ("platform", "the operating system"),
    ],
    ..hint("load-library-extra", "the module needs a library that must be installed")
};
static UNKNOWN: Rule = Rule {
    strict_level: Level::Warning,
    what: "The module needs a shared library that the platform table does not know.",
    why: "Whether the nodes have it is not known. A library with a hash in its name comes from a Python wheel.",
    help: "Link the library statically, or make sure that every node has it.",
    example: "`libssl-63597a81.so.3`",
    data: &[("library", "the name of the library")],
    ..hint("load-library-unknown", "the module needs a library that is not known")
};

static UNNEEDED: Rule = Rule {
    what: "The module needs symbol versions of a library that it does not name among those to be loaded, and that is not \
           one of the system's.",
    why: "The loader looks the versions up in libraries that are loaded, and ends the whole server where there is no such \
          library: `Assertion 'needed != NULL' failed`.",
    help: "Build the module again; where `patchelf --remove-needed` or `--replace-needed` changed it, undo that.",
    example: "`patchelf --remove-needed libfoo.so.1` on a module that uses versioned symbols of `libfoo.so.1`.",
    data: &[("library", "the name of the library")],
    ..rule("load-library-unneeded", "versions are needed of a library that is not loaded")
};

/// Libraries that are loaded with the module: those that it needs, and those that stand in for it.
fn loaded(elf: &ElfFacts) -> impl Iterator<Item = &String> {
    let filters = elf.dynamic.as_ref().map_or(&[][..], |dynamic| &dynamic.filters);
    elf.needed().iter().chain(filters)
}

/// Libraries that no platform of the table knows: said once.
pub(super) fn check_unknown(context: &mut Context<'_>, elf: &ElfFacts, at: &Location) {
    let knowledge = Knowledge::builtin();
    for library in loaded(elf) {
        if !knowledge.knows_library(library) && !is_musl(library) {
            let message = format!("the module needs `{}`, which is not a known library", library.escape_debug());
            context.report(&UNKNOWN, at.clone(), message).data("library", library);
        }
    }
    let mut asked: Vec<&String> = elf.version_needs.iter().map(|need| &need.library).collect();
    asked.dedup();
    for library in asked {
        if !knowledge.knows_library(library) && !loaded(elf).any(|loaded| loaded == library) {
            let message = format!("the module needs versions of `{}`, which it does not load", library.escape_debug());
            context.report(&UNNEEDED, at.clone(), message).data("library", library);
        }
    }
}

/// Whether a library is musl itself, of which the rule `load-libc` speaks.
fn is_musl(library: &str) -> bool {
    library.starts_with("libc.musl-")
}

pub(super) fn check(context: &mut Context<'_>, loading: &Loading<'_>) {
    let os = &loading.platform.id;
    for library in loaded(loading.elf).filter(|library| !is_musl(library)) {
        let Some(row) = loading.platform.library_on(&loading.architecture, library) else { continue };
        let name = library.escape_debug();
        let at = loading.at.clone();
        let reported = match &row.offer {
            Offer::Package { name: package } => context
                .report(&EXTRA, at, format!("{os} has `{name}` in a package that is not installed by default"))
                .data("package", package)
                .help(format!("Install `{package}` on every node, or link the library statically.")),
            Offer::Elsewhere { name: package } => context
                .report(&ABSENT, at, format!("{os} does not have `{name}`"))
                .data("package", package)
                .help(format!(
                    "Link the library statically. A third party offers it as `{package}`, which nodes do not \
                               have."
                )),
            Offer::Absent => context.report(&ABSENT, at, format!("{os} does not have `{name}`")),
            _ => continue,
        };
        reported.data("library", library).data("platform", os);
    }
}
