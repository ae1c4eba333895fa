//! Values of which one can tell what they were meant to be: the help is to write that.

use ramp_core::{Datum, Finding, Policy, Target};
use serde_json::{Value, json};

use crate::cases::{good, on_systems, report, set};
use crate::schema::{DIGEST, command, dependency, replaced};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::zip::{Entry, ZipBuilder};

/// What is found about a bundle.
fn findings(bundle: impl Into<Vec<u8>>) -> Vec<Finding> {
    report(&bundle.into(), &Target::default(), &Policy::strict()).findings().to_vec()
}

/// The only finding.
fn only(bundle: impl Into<Vec<u8>>) -> Finding {
    let found = findings(bundle);
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    finding.clone()
}

#[test]
fn the_value_that_was_meant_is_named() {
    let digest = "a".repeat(64);
    for (key, value, help) in [
        ("version", json!("10203"), "Write `10203`, without quotes."),
        ("version", json!("1.2"), "Write `10200`: major × 10000 + minor × 100 + patch."),
        ("version", json!("1.2.3"), "Write `10203`: major × 10000 + minor × 100 + patch."),
        ("version", json!(1.2), "Write `10200`: major × 10000 + minor × 100 + patch."),
        ("bigstore_version_2_support", json!("true"), "Write `true`, without quotes."),
        ("bigstore_version_2_support", json!(0), "Write `false`."),
        ("bigstore_version_2_support", json!("perhaps"), "Write a boolean."),
        ("min_redis_version", json!(7.2), "Write `\"7.2\"`, in quotes."),
        ("min_redis_version", json!(">=7.2"), "Write `7.2`."),
        ("min_redis_pack_version", json!("7.22.0-28"), "Write `7.22.0`."),
        ("semantic_version", json!("v1.2.3"), "Write `1.2.3`."),
        ("semantic_version", json!(["1.2.3"]), "Write `\"1.2.3\"`, without brackets."),
        ("semantic_version", json!("banana"), "Write `1.2.3`."),
        ("capabilities", json!("types"), "Write a list: `[\"types\"]`."),
        ("capabilities", json!("types, flash"), "Write a list: `[\"types\", \"flash\"]`."),
        ("capabilities", json!(["types,flash"]), "Write each as a string of its own: `\"types\", \"flash\"`."),
        ("capabilities", json!(null), "Write an array."),
        ("operating_systems", json!("rhel9"), "Write a list: `[\"rhel9\"]`."),
        ("operating_systems", json!(["rhel9,rhel8"]), "Write each as a string of its own: `\"rhel9\", \"rhel8\"`."),
        ("os_list", json!("rhel9"), "Write a list: `[\"rhel9\"]`."),
        ("homepage", json!("example.com/m"), "Write `https://example.com/m`."),
        ("sha256", json!(format!("sha256:{digest}")), &format!("Write `{digest}`.")),
        ("platforms", json!({"rhel9/amd64": {}}), "Write `rhel9/x86_64`."),
    ] {
        assert_eq!(only(set(key, value.clone())).help, help, "{key}: {value}");
    }
    let finding = only(command("command_arity", "2"));
    assert_eq!(finding.help, "Write `2`, without quotes.");
    assert_eq!(finding.data["suggestion"], Datum::Text("2".to_owned()));
    assert_eq!(
        only(command("flags", vec!["write denyoom"])).help,
        "Write each as a string of its own: `\"write\", \"denyoom\"`."
    );
    let url = json!({"url": "https:/example.com/data.tgz", "sha256": digest});
    assert!(findings(dependency(&url)).iter().any(|found| found.help == "Write `https://example.com/data.tgz`."));
}

#[test]
fn a_list_of_systems_that_is_none_is_shown_as_it_is() {
    let said = |value: Value| only(set("operating_systems", value)).message;
    assert_eq!(said(json!("rhel9")), "`operating_systems` is \"rhel9\", a string, not a list");
    assert_eq!(said(json!([9])), "`operating_systems` has 9, not a name with a version");
    assert_eq!(said(json!(["bionic"])), "`operating_systems` has \"bionic\", not a name with a version");
    assert_eq!(said(json!(["9"])), "`operating_systems` has \"9\", not a name with a version");
    assert_eq!(
        only(on_systems(&[])).message,
        "neither `operating_systems` nor `os_list` names a system",
        "an empty list is missing"
    );
}

#[test]
fn a_module_that_is_not_there_is_not_a_matter_of_its_name() {
    let metadata = || Entry::deflated("module.json", &good().metadata_text());
    let finding = only(ZipBuilder::new([metadata()]).build());
    assert!(finding.help.starts_with("Put the module into the zip"), "{}", finding.help);
    let named = good().set("module_file", "other.so").build();
    assert_eq!(only(named).help, "Write `testmodule.so`.");
}

#[test]
fn fields_that_are_one_level_too_far_down_are_one_finding() {
    let metadata: Value = serde_json::from_slice(&good().metadata_text()).unwrap();
    let wrapped = |metadata: &Value| good().metadata_bytes(json!({ "module": metadata }).to_string());
    for target in [Target::default(), Target::named("7.22").unwrap()] {
        let bundle = wrapped(&metadata).build();
        let report = report(&bundle, &target, &Policy::strict());
        let [finding] = report.findings() else { panic!("{:#?}", report.findings()) };
        assert_eq!((&*finding.rule, &*finding.message), ("module-file-missing", "all fields are inside `module`"));
        assert!(finding.help.starts_with("Move the fields up"), "{}", finding.help);
    }
    // Three fields make the metadata of a module; an object with one or two is something else.
    let other = findings(wrapped(&json!({"module_name": "m", "version": 1})));
    assert!(other.iter().any(|finding| finding.message == "there is no `module_file`"), "{other:#?}");
}

#[test]
fn a_placeholder_is_told_by_what_it_is() {
    let help = |key: &str, value: &str| only(set(key, value)).help;
    assert_eq!(help("author", "Your Name"), "Write what is meant, or leave the field out.");
    assert_eq!(help("module_name", "TODO"), "Write what is meant.");
    assert!(help("author", "None").contains("programs write this"), "{}", help("author", "None"));
    for variable in ["<license>", "${LICENSE}", "under {{ license }}"] {
        assert!(help("license", variable).starts_with("Fill the template in"), "{variable}");
    }
    assert_eq!(only(set("author", "${A}")).message, "`author` is the placeholder `${A}`");
    assert_eq!(only(set("author", "by ${A}")).message, "`author` has the placeholder `${A}`");
}

#[test]
fn a_comma_too_many_is_named_where_it_is() {
    let help = |from: &str, to: &str| only(replaced(from, to)).help;
    let metadata = String::from_utf8(good().metadata_text()).unwrap();
    let (line, last) = metadata.trim_end().trim_end_matches('}').trim_end().lines().enumerate().last().unwrap();
    let place = format!("line {} column {}", line + 1, last.chars().count() + 1);
    let trailing = format!("{last}\n}}");
    let told = good().metadata_bytes(metadata.replace(&trailing, &format!("{last},\n}}")));
    assert_eq!(only(told).help, format!("Remove the comma at {place}: no value follows it."));
    assert!(help("\"version\":", ", \"version\":").starts_with("Remove the comma at"));
    // What follows this one is a key, in the wrong quotes.
    assert!(help("\"version\":", "'version':").starts_with("Write `\"` around"));
}

#[test]
fn a_key_of_three_letters_is_told_by_two_that_are_swapped() {
    let found = findings(set("optional-dependencies", json!({"a": {"ulr": "https://example.com/a.tgz"}})));
    let [finding] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((&*finding.rule, &*finding.help), ("dependency-nowhere", "Write `url` in place of `ulr`."));
}

#[test]
fn the_page_of_a_file_is_told_with_the_file() {
    let url = "https://github.com/me/m/blob/main/data.tgz";
    let bundle: BundleBuilder = dependency(&json!({"url": url, "sha256": DIGEST}));
    let finding = findings(bundle).into_iter().find(|finding| finding.rule == "dependency-url-page").unwrap();
    assert_eq!(finding.help, "Write `https://github.com/me/m/raw/main/data.tgz`.");
}
