//! Load: libraries that a platform does not have.

use super::loading::Loading;
use crate::finding::{Location, Rule};
use crate::knowledge::{Knowledge, LibcKind, Offer};
use crate::level::Level;
use crate::module::{DynamicFacts, ElfFacts, LibcFlavour};
use crate::rules::context::Context;
use crate::rules::declare::{load as rule, load_hint as hint};

pub(crate) const RULES: &[&Rule] = &[&ABSENT, &EXTRA, &UNKNOWN, &UNNEEDED, &PATH, &NOT_LOOKED_FOR, &PRELOADED];

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
    what: "The module needs symbol versions of a library that it does not name among those to be loaded, and that no \
           Redis server has loaded by itself.",
    why: "The loader looks the versions up in libraries that are loaded, and ends the whole server where there is no such \
          library: `Assertion 'needed != NULL' failed`.",
    help: "Build the module again; where `patchelf --remove-needed` or `--replace-needed` changed it, undo that.",
    example: "`patchelf --remove-needed libz.so.1` on a module that uses versioned symbols of zlib.",
    data: &[("library", "the name of the library")],
    ..rule("load-library-unneeded", "versions are needed of a library that is not loaded")
};

static PATH: Rule = Rule {
    what: "The module needs a shared library by its path, in a directory that is not one of the system's.",
    why: "The loader looks at that path and nowhere else, one that is relative in the directory that the server works in: \
          `cannot open shared object file`. Linkers write the path where the library has no SONAME.",
    help: "Give the library a SONAME (`-Wl,-soname,libx.so.1`) and link the module again, or link the library statically.",
    example: "`cc -shared -o module.so module.c build/libx.so`, of a library that was linked without a SONAME.",
    data: &[("library", "the path")],
    ..rule("load-library-path", "the module needs a library by the path that it had when it was built")
};
static NOT_LOOKED_FOR: Rule = Rule {
    what: "The module is linked with `-z nodefaultlib`, names no directory to look in, and needs a library that servers do \
           not have loaded.",
    why: "The loader then leaves out the directories of the system: `cannot open shared object file`.",
    help: "Link without `-z nodefaultlib`; `patchelf --no-default-lib` sets the same flag.",
    example: "A module that needs `libstdc++.so.6`, after `patchelf --no-default-lib`.",
    data: &[("library", "the name of the library")],
    ..rule("load-library-not-looked-for", "the module forbids to look for a library where it is")
};
static PRELOADED: Rule = Rule {
    what: "The module needs a library that only a program can load that starts with it.",
    why: "Sanitizers end the server: `ASan runtime does not come first in initial library list`. Allocators need room that \
          is given out when the program starts: `cannot allocate memory in static TLS block`.",
    help: "Build the module without the library.",
    example: "A module built with `-fsanitize=address`.",
    data: &[("library", "the name of the library")],
    ..rule("load-library-preloaded", "the module needs a library that a running server cannot load")
};

/// Directories in which the platforms have their libraries.
const SYSTEM: [&str; 4] = ["/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/"];

/// Libraries that are loaded with the module: those that it needs, and those that stand in for it.
fn loaded(elf: &ElfFacts) -> impl Iterator<Item = &String> {
    let filters = elf.dynamic.as_ref().map_or(&[][..], |dynamic| &dynamic.filters);
    elf.needed().iter().chain(filters)
}

/// Libraries that no platform of the table knows: said once.
pub(super) fn check_unknown(context: &mut Context<'_>, elf: &ElfFacts, at: &Location) {
    let knowledge = Knowledge::builtin();
    let Some(dynamic) = &elf.dynamic else { return };
    for library in loaded(elf) {
        let is_said = check_found(context, dynamic, library, at);
        if !is_said && !knowledge.knows_library(library) && !is_musl(library) {
            let message = format!("the module needs `{}`, which is not a known library", library.escape_debug());
            context.report(&UNKNOWN, at.clone(), message).data("library", library);
        }
    }
    let mut asked: Vec<&String> = elf.version_needs.iter().map(|need| &need.library).collect();
    asked.dedup();
    let needed: Vec<&String> = loaded(elf).collect();
    // What a library that is needed needs itself, is loaded with it; of one that is not known, that is not known either.
    let brings = |library: &str| needed.iter().any(|needed| knowledge.may_bring(needed, library));
    for library in asked {
        if !knowledge.is_loaded_anyway(library) && !needed.contains(&library) && !brings(library) {
            let message = format!("the module needs versions of `{}`, which it does not load", library.escape_debug());
            context.report(&UNNEEDED, at.clone(), message).data("library", library);
        }
    }
}

/// Libraries that are not found, or not taken, wherever the module is loaded. Whether all was said of it by that.
fn check_found(context: &mut Context<'_>, dynamic: &DynamicFacts, library: &str, at: &Location) -> bool {
    let knowledge = Knowledge::builtin();
    let name = library.escape_debug();
    if let Some(row) = knowledge.preloaded(library) {
        let message = format!("the module needs `{name}`, {}, which a running server cannot load", row.what);
        context.report(&PRELOADED, at.clone(), message).data("library", library).help(row.help.clone());
        return true;
    }
    if library.contains('/') {
        let is_foreign = !is_systems(library);
        if is_foreign {
            let message = format!("the module needs `{name}`, by its path");
            context.report(&PATH, at.clone(), message).data("library", library);
        }
        return is_foreign;
    }
    let has_path = dynamic.rpath.is_some() || dynamic.runpath.is_some();
    if dynamic.flags.no_default_libraries && !has_path && !knowledge.is_loaded_anyway(library) {
        let message = format!("the module needs `{name}`, and forbids to look for it where the system has it");
        context.report(&NOT_LOOKED_FOR, at.clone(), message).data("library", library);
    }
    false
}

/// Whether a library is musl itself, which no table has. Where glibc is developed for, a file of the name `libc.so` is there and is text.
fn is_musl(library: &str) -> bool {
    library.starts_with("libc.musl-") || library == "libc.so"
}

/// Whether a path is one at which a node may have a library, too.
fn is_systems(path: &str) -> bool {
    SYSTEM.iter().any(|directory| path.starts_with(directory))
}

pub(super) fn check(context: &mut Context<'_>, loading: &Loading<'_>) {
    let os = &loading.platform.id;
    let is_glibc = loading.platform.libc().kind == LibcKind::Glibc && loading.elf.libc != LibcFlavour::Musl;
    for library in loaded(loading.elf) {
        if is_musl(library) {
            // Beside another C library: of a module that is musl's as a whole the rule `load-libc` has spoken.
            if is_glibc {
                let message = format!("{os} does not have `{}`, the C library of musl", library.escape_debug());
                context
                    .report(&ABSENT, loading.at.clone(), message)
                    .data("library", library)
                    .data("platform", os)
                    .help("Link the module, and what is linked into it, with glibc alone.".to_owned());
            }
            continue;
        }
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
