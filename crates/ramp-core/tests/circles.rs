//! Which files of this crate know each other.

use std::path::{Path, PathBuf};

use ramp_fixtures::circles::{Arrow, layers, told};

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn shown(arrows: &[Arrow]) -> String {
    arrows.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn nothing_needs_each_other_in_a_circle() {
    let found = told(&src());
    assert!(found.is_empty(), "{found}");
}

/// The floors of docs/design.md, from the bottom up. Rooms on one floor do not know each other.
#[test]
fn each_floor_knows_only_those_below() {
    let floors: [&[&str]; 15] = [
        // Of lib.rs, the macro that gives tables their data.
        &[
            "address",
            "checksum",
            "date",
            "digest",
            "endpoint",
            "level",
            "lib",
            "objects",
            "policy_name",
            "text",
            "version",
        ],
        &["datum", "error_code", "suppression"],
        &["error", "group", "layout", "name"],
        &["inflation"],
        &["bundle", "dependency", "knowledge", "metadata", "module"],
        &["cure"],
        &["finding", "given", "limits", "target"],
        &["answer", "consequences", "databases", "facts", "kubernetes", "release_set", "stated"],
        &["inspection", "upgrade"],
        &["rules"],
        &["policy"],
        &["gate_report", "report"],
        &["upgrade_report"],
        &["judge_files", "judge_kubernetes", "validate"],
        &["rehearsal"],
    ];
    let up = layers(&src(), &floors);
    assert!(up.is_empty(), "{}", shown(&up));
}

#[test]
fn each_floor_of_metadata_knows_only_those_below() {
    let floors: [&[&str]; 12] = [
        &["lib", "text", "version"],
        &["datum"],
        &["layout", "name"],
        &["metadata/host", "metadata/number", "metadata/reader", "metadata/unfilled", "metadata/unicode"],
        &["metadata/mail", "metadata/url"],
        &["metadata/forms", "metadata/signs"],
        &["metadata/meant", "metadata/value"],
        &[
            "metadata/convert",
            "metadata/dependency",
            "metadata/excerpt",
            "metadata/fields",
            "metadata/json",
            "metadata/repr",
        ],
        &["metadata/called", "metadata/python", "metadata/rejection", "metadata/walk"],
        &["metadata/definition", "metadata/needs", "metadata/placeholder", "metadata/types", "metadata/unpacked"],
        &["metadata/intended", "metadata/model"],
        &["metadata"],
    ];
    let up = layers(&src(), &floors);
    assert!(up.is_empty(), "{}", shown(&up));
}

#[test]
fn the_formats_of_modules_stand_side_by_side() {
    let words = [
        "module/architecture",
        "module/defect",
        "module/discovery",
        "module/entry_points",
        "module/format",
        "module/limits",
    ];
    let floors: [&[&str]; 7] = [
        &["text", "version"],
        &["datum"],
        &words,
        &["module/read", "module/registration"],
        &["module/elf", "module/macho"],
        &["module/facts"],
        &["module"],
    ];
    let up = layers(&src(), &floors);
    assert!(up.is_empty(), "{}", shown(&up));
}

/// What is the same for all rules is below the groups, which do not know each other.
#[test]
fn the_groups_of_rules_stand_side_by_side() {
    let shared = ["rules/context", "rules/declare", "rules/digests", "rules/flags", "rules/nodes", "rules/written"];
    let groups = [
        "rules/archive",
        "rules/configuration",
        "rules/dependency_archive",
        "rules/integrity",
        "rules/kubernetes",
        "rules/load",
        "rules/metadata",
        "rules/schema",
        "rules/set",
        "rules/target",
        "rules/unpack",
        "rules/upgrade",
    ];
    let up: Vec<Arrow> = layers(&src(), &[&["rules/printable"], &shared, &["rules/systems"], &groups, &["rules"]])
        .into_iter()
        .filter(|arrow| arrow.from.starts_with("rules") && arrow.to.starts_with("rules"))
        .collect();
    assert!(up.is_empty(), "{}", shown(&up));
}
