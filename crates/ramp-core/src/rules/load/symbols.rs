//! Load: symbol versions that a platform's libraries do not define.

use crate::finding::{Location, Rule};
use std::collections::BTreeMap;

use super::loading::Loading;
use crate::datum::Datum;
use crate::knowledge::{Knowledge, NodeOffer, SymbolOffer};
use crate::module::VersionNeed;
use crate::rules::context::{Context, Reported};
use crate::rules::declare::{load as rule, load_hint as hint};
use crate::version::short;

pub(crate) const RULES: &[&Rule] = &[&GLIBC, &GLIBC_PRIVATE, &GLIBC_ABI, &RELR, &RUNTIME, &OPENSSL, &POINT_RELEASE];

/// What is known of a symbol version that is newer than a platform's.
const TOO_NEW: &[(&str, &str)] = &[
    ("count", "how many symbols ask for it"),
    ("has", "the newest symbol version of the platform"),
    ("library", "the library that must define it"),
    ("needs", "the newest symbol version that the module needs"),
    ("platform", "the operating system"),
    ("symbols", "the names of the symbols that ask for it"),
];

static GLIBC: Rule = Rule {
    what: "The module needs symbol versions of glibc that are newer than the platform's glibc.",
    why: "The loader checks versions before anything else: `version 'GLIBC_2.34' not found (required by module.so)`. \
          Weak references do not count.",
    help: "Build on the oldest platform that the module is for, or in a manylinux image of that glibc; the message \
           names the functions that pull the version in.",
    example: "A module built on Ubuntu 22.04 (glibc 2.35), for `rhel8` (2.28).",
    data: TOO_NEW,
    ..rule("load-glibc", "the module needs a newer glibc")
};
static GLIBC_PRIVATE: Rule = Rule {
    what: "The module needs symbols of the version `GLIBC_PRIVATE`.",
    why: "They belong to one build of glibc and may be gone with the next update.",
    help: "Find the static library that uses them, and link its shared form.",
    example: "A static `libresolv.a` linked into the module.",
    ..hint("load-glibc-private", "the module uses glibc's private symbols")
};
static GLIBC_ABI: Rule = Rule {
    what: "The module needs one of glibc's ABI markers, which the platform's glibc does not define.",
    why: "Newer linkers add the marker for a form of relocation that older loaders cannot read; these refuse the module.",
    help: "Link with `-Wl,-z,nopack-relative-relocs`, `-Wl,-z,nomark-plt`, or compile with `-mtls-dialect=gnu`, \
           according to the marker.",
    example: "`GLIBC_ABI_DT_RELR` on `ubuntu22`.",
    data: &[("needs", "the marker"), ("platform", "the operating system")],
    ..rule("load-glibc-abi", "the module uses a form of relocation that the loader does not know")
};
static RELR: Rule = Rule {
    what: "The module has relative relocations in the compact form (`DT_RELR`) and does not declare them.",
    why: "glibc from 2.36 on refuses it: `DT_RELR without GLIBC_ABI_DT_RELR dependency`. Older ones do not relocate it, \
          and the server crashes.",
    help: "Link with `-Wl,-z,nopack-relative-relocs`, or with a linker that adds the marker.",
    example: "A module linked by an LLD with `--pack-dyn-relocs=relr` that predates the marker.",
    ..rule("load-relr", "the module's compact relocations are not declared")
};
static RUNTIME: Rule = Rule {
    what: "The module needs symbol versions of libstdc++, libgcc_s, libgomp or zlib that are newer than the platform's.",
    why: "The loader fails with `version 'GLIBCXX_3.4.30' not found`.",
    help: "Build on the oldest platform that the module is for, or link the runtime statically: \
           `-static-libstdc++ -static-libgcc`.",
    example: "A C++ module built with GCC 13, for `rhel9` (GLIBCXX_3.4.29).",
    data: TOO_NEW,
    ..rule("load-runtime", "the module needs a newer compiler runtime")
};
static OPENSSL: Rule = Rule {
    what: "The module needs symbol versions of OpenSSL 3 that are newer than the platform's.",
    why: "`libssl.so.3` is the name of all releases from 3.0 on; their symbols carry the release that added them.",
    help: "Build against OpenSSL 3.0, or link OpenSSL statically.",
    example: "A module built against OpenSSL 3.5, for `ubuntu22` (3.0.2).",
    data: TOO_NEW,
    ..rule("load-openssl", "the module needs a newer OpenSSL 3")
};
static POINT_RELEASE: Rule = Rule {
    what: "The module needs symbol versions that the platform has only from a later point release or update on.",
    why: "Whether it loads depends on how recent the node is.",
    help: "Build on the platform's first release, or make sure that all nodes are updated.",
    example: "GLIBC_2.35 on `rhel9`, which has it from 9.7 on.",
    data: &[
        ("count", "how many symbols ask for it"),
        ("detail", "since when the platform has it"),
        ("library", "the library that must define it"),
        ("needs", "the newest symbol version that the module needs"),
        ("platform", "the operating system"),
        ("symbols", "the names of the symbols that ask for it"),
    ],
    ..hint("load-point-release", "the module needs a recent update of the platform")
};

/// Libraries to which the cure of [`RUNTIME`], the compiler's options, does not apply.
const STATIC: [(&str, &str); 2] = [("ZLIB", "zlib"), ("GOMP", "libgomp")];

/// How many of the functions that pull a version in are named.
const SYMBOLS_NAMED: usize = 4;

pub(super) fn check(context: &mut Context<'_>, loading: &Loading<'_>) {
    let needs = || loading.elf.version_needs.iter().filter(|need| !need.weak);
    if needs().any(|need| need.name == "GLIBC_PRIVATE") {
        context.report_once(&GLIBC_PRIVATE, loading.at.clone(), "the module needs `GLIBC_PRIVATE` symbols of glibc");
    }
    check_relr(context, loading);
    for need in needs().filter(|need| need.version.is_none()) {
        check_node(context, loading, need);
    }
    // One finding a platform and namespace, which names the highest version and what pulls it in.
    let mut too_new: BTreeMap<&str, Vec<(&VersionNeed, SymbolOffer)>> = BTreeMap::new();
    for need in needs() {
        let Some(version) = &need.version else { continue };
        if need.namespace == "OPENSSL" && !need.library.ends_with(".so.3") {
            continue; // the table speaks of OpenSSL 3
        }
        let offer = loading.platform.symbol_version(&loading.architecture, &need.namespace, version);
        if matches!(offer, SymbolOffer::Later { .. } | SymbolOffer::Absent { .. }) {
            too_new.entry(&need.namespace).or_default().push((need, offer));
        }
    }
    for (namespace, needs) in too_new {
        report(context, loading, namespace, &needs);
    }
}

fn report(context: &mut Context<'_>, loading: &Loading<'_>, namespace: &str, needs: &[(&VersionNeed, SymbolOffer)]) {
    let by_version = |a: &&(&VersionNeed, SymbolOffer), b: &&(&VersionNeed, SymbolOffer)| a.0.version.cmp(&b.0.version);
    let os = &loading.platform.id;
    if let Some((need, SymbolOffer::Absent { max })) =
        needs.iter().filter(|(_, offer)| matches!(offer, SymbolOffer::Absent { .. })).max_by(by_version)
    {
        let rule = match namespace {
            "GLIBC" => &GLIBC,
            "OPENSSL" => &OPENSSL,
            _ => &RUNTIME,
        };
        let has = format!("{namespace}_{}", short(max));
        let message = format!("{os} has at most {has}; the module needs {}{}", need.name, pulled_in(need));
        let help = STATIC.iter().find(|(of, _)| *of == namespace).map(|(_, library)| {
            format!("Build on the oldest platform that the module is for, or link {library} statically.")
        });
        with_need(context.report(rule, loading.at.clone(), message).help(help), need)
            .data("has", has)
            .data("platform", os);
    } else if let Some((need, SymbolOffer::Later { note })) = needs.iter().max_by(by_version) {
        let message = format!("the module needs {}{}; not every {os} has it: {note}", need.name, pulled_in(need));
        with_need(context.report(&POINT_RELEASE, loading.at.clone(), message), need)
            .data("detail", note)
            .data("platform", os);
    }
}

/// A finding with what the module needs.
fn with_need<'a>(reported: Reported<'a>, need: &VersionNeed) -> Reported<'a> {
    reported
        .data("needs", &need.name)
        .data("library", &need.library)
        .data("symbols", Datum::list(need.symbols.iter().map(|symbol| &symbol.name)))
        .data("count", need.symbol_count)
}

/// What pulls a version in, in parentheses: the first functions by name, the others by their number.
fn pulled_in(need: &VersionNeed) -> String {
    let named: Vec<String> = need.symbols.iter().take(SYMBOLS_NAMED).map(|s| format!("`{}`", s.name)).collect();
    if named.is_empty() {
        return String::new();
    }
    let more = usize::try_from(need.symbol_count).unwrap_or(usize::MAX).saturating_sub(named.len());
    let others = match more {
        0 => String::new(),
        1 => " and one other".to_owned(),
        more => format!(" and {more} others"),
    };
    format!(" (for {}{others})", named.join(", "))
}

/// Versions that are names, not numbers.
fn check_node(context: &mut Context<'_>, loading: &Loading<'_>, need: &VersionNeed) {
    let is_abi = need.name.starts_with("GLIBC_ABI_");
    let offer = if is_abi {
        loading.platform.glibc_abi(&loading.architecture, &need.name)
    } else {
        loading.platform.node(&loading.architecture, &need.name)
    };
    let os = &loading.platform.id;
    match offer {
        NodeOffer::Absent => {
            let message = format!("{os} does not define `{}`", need.name);
            let rule = if is_abi { &GLIBC_ABI } else { &RUNTIME };
            let help = Knowledge::builtin().node(&need.name).map(|node| node.help.clone());
            let reported = context.report(rule, loading.at.clone(), message).help(help).data("platform", os);
            if is_abi {
                reported.data("needs", &need.name);
            } else {
                with_need(reported, need);
            }
        }
        NodeOffer::Later { note } => {
            let message = format!("the module needs `{}`; not every {os} has it: {note}", need.name);
            with_need(context.report(&POINT_RELEASE, loading.at.clone(), message), need)
                .data("detail", note)
                .data("platform", os);
        }
        _ => {}
    }
}

fn check_relr(context: &mut Context<'_>, loading: &Loading<'_>) {
    let elf = loading.elf;
    let has_relr = elf.dynamic.as_ref().is_some_and(|d| d.has_relr);
    let on_glibc = elf.needed().iter().any(|library| library == "libc.so.6");
    let declared = elf.version_needs.iter().any(|need| need.name == "GLIBC_ABI_DT_RELR");
    if has_relr && on_glibc && !declared {
        let message = "the module has DT_RELR relocations, but does not declare `GLIBC_ABI_DT_RELR`";
        context.report_once(&RELR, Location::clone(&loading.at), message);
    }
}
