//! Target: operating systems and architectures that the bundle is not for.

use std::collections::BTreeSet;

use crate::datum::Datum;
use crate::error_code::UploadErrorCode::OsNotSupported;
use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::knowledge::Knowledge;
use crate::level::Level;
use crate::metadata::unpacked::ARCHITECTURES;
use crate::rules::context::Context;
use crate::rules::declare::target as rule;
use crate::rules::{nodes, systems};
use crate::target::platform_id;

pub(super) static OS_NOT_SUPPORTED: Rule = Rule {
    what: "The metadata's `operating_systems` does not name an operating system of the nodes; or, where only the \
           release is known, it names none of those that the release runs on.",
    why: "Each node compares its own system (family and major version, so Rocky Linux 9 is `rhel9`) with the list.",
    help: "Upload the build for the nodes' system; if it is the same build, name the system in `operating_systems`.",
    example: "A module for `ubuntu22` and a node of `rhel9`.",
    data: &[
        ("has", "the systems that the module is not for: that of the nodes, or those of the release"),
        ("needs", "the systems that the module is for"),
        ("nodes", "the numbers of the nodes concerned, where they are known"),
        ("release", "the version of the cluster, where its nodes are not known"),
    ],
    ..rule("os-not-supported", OsNotSupported, "the module is not for the nodes' operating system")
};
pub(super) static ARCHITECTURE_NOT_SUPPORTED: Rule = Rule {
    what: "The metadata's `architecture` is not one of the nodes', or not one that the release runs on with any of \
           the systems declared.",
    why: "A platform is a system and an architecture: `rhel9/x86_64`.",
    help: "Upload the build for the nodes' architecture.",
    example: "A module for `aarch64` and a cluster of 7.22, which runs on `x86_64` only.",
    data: &[
        ("has", "the architecture of the nodes, where it is known"),
        ("needs", "the architecture that the module is for"),
        ("nodes", "the numbers of the nodes concerned, where they are known"),
        ("release", "the version of the cluster, where its nodes are not known"),
    ],
    ..rule("architecture-not-supported", OsNotSupported, "the module is not for the nodes' architecture")
};
pub(super) static OS_NOT_IN_RELEASE: Rule = Rule {
    strict_level: Level::Note,
    error_code: None,
    what: "One of several declared operating systems is not one that the release runs on, but others are.",
    why: "It does no harm, and it may be a slip: another release was meant, or another spelling.",
    help: "Nothing to do, if the bundle is also for other releases.",
    example: "`rhel7` and `rhel9`, and a cluster of 7.22.",
    data: &[("platform", "the operating system"), ("release", "the version of the cluster")],
    ..rule("os-not-in-release", OsNotSupported, "a declared operating system is not one of the release's")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    let declared = facts.operating_systems();
    let ids: Vec<&str> = declared.iter().map(|name| platform_id(name)).collect();
    let architecture = facts.metadata.architecture();
    // Packages of older packers declare no system at all, and were accepted; the group metadata warns.
    // Nor is there one to compare where the unpacker takes none of the names.
    let mut numbered = facts.numbered_operating_systems();
    let field = facts.operating_systems_field();
    if numbered.any(|(index, _)| !context.is_said(&format!("/{field}/{index}"))) {
        check_systems(context, facts, &declared, &ids);
    }
    // What the unpacker knows no architecture by is its matter.
    if let Some(architecture) = architecture.filter(|name| ARCHITECTURES.contains(name)) {
        check_architecture(context, &ids, architecture);
    }
}

/// `ids` are those of the systems declared, in their order.
fn check_systems(context: &mut Context<'_>, facts: &MetadataFacts, declared: &[&str], ids: &[&str]) {
    let target = context.target;
    let listed = declared.join(", ");
    let at = || Location::pointer(format!("/{}", facts.operating_systems_field()));
    let given = if target.takes_any_platform() { &[][..] } else { target.operating_systems() };
    for os in given {
        if !ids.contains(&os.as_str()) {
            let who = target.nodes_running(os);
            let help = systems::instead_of_mistaken(declared, target);
            context
                .report(&OS_NOT_SUPPORTED, at(), format!("{who} {os}; the module is only for {listed}"))
                .help(help)
                .data("needs", Datum::list(declared))
                .data("has", Datum::list([os]))
                .maybe("nodes", nodes::running(target, os));
        }
    }
    if !given.is_empty() {
        return;
    }
    let (rows, Some(cluster)) = (target.release_platforms(), target.cluster_version()) else { return };
    if rows.is_empty() {
        return;
    }
    let runs_on = |id: &str| rows.iter().any(|p| p.os == id);
    if ids.iter().any(|id| runs_on(id)) {
        // What no release runs on is for the group metadata to say.
        let of_others =
            |id: &str| !runs_on(id) && Knowledge::builtin().platform(id).is_some_and(systems::some_release_runs_on);
        for (index, os) in facts.numbered_operating_systems().filter(|(_, os)| of_others(platform_id(os))) {
            let at = Location::pointer(format!("/{}/{index}", facts.operating_systems_field()));
            context
                .report(&OS_NOT_IN_RELEASE, at, format!("Redis Software {cluster} does not run on {os}"))
                .data("platform", os)
                .data("release", cluster);
        }
    } else {
        let systems = target.possible_operating_systems();
        let message = format!("the module is for {listed}; Redis Software {cluster} runs on {}", systems.join(", "));
        let help = systems::instead_of_mistaken(declared, target);
        context
            .report(&OS_NOT_SUPPORTED, at(), message)
            .help(help)
            .data("needs", Datum::list(declared))
            .data("has", Datum::list(systems))
            .data("release", cluster);
    }
}

fn check_architecture(context: &mut Context<'_>, ids: &[&str], architecture: &str) {
    let target = context.target;
    let at = || Location::pointer("/architecture");
    if !target.architectures().is_empty() && !target.takes_any_platform() {
        if let Some(other) = target.architectures().iter().find(|a| *a != architecture) {
            let message = format!("{} {other}; the module is for {architecture}", target.nodes_being(other));
            context
                .report(&ARCHITECTURE_NOT_SUPPORTED, at(), message)
                .data("needs", architecture)
                .data("has", other)
                .maybe("nodes", nodes::being(target, other));
        }
        return;
    }
    let Some(cluster) = target.cluster_version() else { return };
    let considered = |os: &str| {
        if target.operating_systems().is_empty() {
            ids.is_empty() || ids.contains(&os)
        } else {
            target.operating_systems().iter().any(|t| t == os)
        }
    };
    let rows: Vec<_> = target.release_platforms().into_iter().filter(|row| considered(&row.os)).collect();
    let runs_on: BTreeSet<&str> = rows.iter().flat_map(|row| &row.architectures).map(String::as_str).collect();
    if !rows.is_empty() && !runs_on.contains(architecture) {
        let systems: BTreeSet<&str> = rows.iter().map(|row| row.os.as_str()).collect();
        let [systems, runs_on] = [systems, runs_on].map(|names| names.into_iter().collect::<Vec<_>>().join(", "));
        let message =
            format!("the module is for {architecture}; Redis Software {cluster} runs on {runs_on} with {systems}");
        context.report(&ARCHITECTURE_NOT_SUPPORTED, at(), message).data("needs", architecture).data("release", cluster);
    }
}
