//! Cures that fit the case, and findings that know what they follow from.

use ramp_core::{Datum, Finding, Policy, Target};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::zip::{Entry, ZipBuilder};
use serde_json::json;

use crate::cases::{Case, case, cluster, dep, good, module, on_systems, report, set, with_deps, zip};

pub(crate) fn cases() -> Vec<Case> {
    let exporting = |name: &str| module(&ElfBuilder::new().needed("libc.so.6").export(name));
    vec![
        case("wrong-form", "digits in front", on_systems(&["22ubuntu"])).twin(on_systems(&["ubuntu22"])),
        case("operating-system-unknown", "a name that means nothing", on_systems(&["plan9"])),
        case("module-architecture-not-supported", "what Docker calls x86_64", set("architecture", "amd64")),
        case("module-architecture-not-supported", "a word", set("architecture", "native")),
        case("module-no-onload", "a module built with Valkey's header", exporting("ValkeyModule_OnLoad")),
        case(
            "module-no-onload",
            "a function as C++ names it",
            exporting("_Z18RedisModule_OnLoadP14RedisModuleCtxPP17RedisModuleStringi"),
        ),
        case("module-no-onload", "other letter case", exporting("redismodule_onload")),
    ]
}

fn findings(bundle: impl Into<Vec<u8>>, target: &Target) -> Vec<Finding> {
    report(&bundle.into(), target, &Policy::strict()).findings().to_vec()
}

fn of<'a>(findings: &'a [Finding], rule: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.rule == rule).unwrap_or_else(|| panic!("no {rule}: {findings:#?}"))
}

#[test]
fn a_misspelt_system_is_suggested() {
    for (name, meant) in [
        ("ubuntu-22", "ubuntu22"),
        ("ubuntu2204", "ubuntu22"),
        ("22ubuntu", "ubuntu22"),
        ("ubuntu_22.04", "ubuntu22"),
        ("rockylinux-9", "rhel9"),
        ("redhat8", "rhel8"),
        ("amazon-linux-2023", "amzn2023"),
    ] {
        let found = findings(on_systems(&[name]), &Target::default());
        let rule = if name.starts_with('2') { "wrong-form" } else { "operating-system-unknown" };
        let unknown = of(&found, rule);
        assert_eq!(unknown.help, format!("Did you mean `{meant}`?"), "{name}");
        assert_eq!(unknown.data["suggestion"], Datum::Text(meant.to_owned()));
    }
    // Known by another name, or right.
    let help = |name| findings(on_systems(&[name]), &Target::default()).first().map(|finding| finding.help.clone());
    assert_eq!(help("ubuntu22.04").as_deref(), Some("Write `ubuntu22`."));
    assert_eq!(help("ubuntu22"), None);
    let codename = findings(set("operating_systems", json!(["bionic"])), &Target::default());
    assert_eq!(of(&codename, "module-os-list-invalid").help, "Write `ubuntu18`.");
}

#[test]
fn the_system_of_the_machine_that_packs_is_not_that_of_nodes() {
    let help = |target: &Target, rule: &str| of(&findings(on_systems(&["debian12"]), target), rule).help.clone();
    let (unknown, refused) = ("operating-system-unknown", "os-not-supported");
    assert!(help(&Target::default(), unknown).contains("--operating-systems rhel9,ubuntu22"));
    assert!(help(&cluster("7.2"), refused).contains("--operating-systems rhel8,ubuntu20"));
    let nodes = cluster("8.0").with_operating_system("rhel8").unwrap();
    assert!(help(&nodes, refused).contains("--operating-systems rhel8`"));
    // It is said once: the rest follows from it.
    assert_eq!(help(&nodes, unknown), "Fix `os-not-supported` first: this may follow from it.");
    // A system that nodes of others run has another help.
    let other = findings(on_systems(&["ubuntu22"]), &nodes);
    assert!(of(&other, "os-not-supported").help.starts_with("Upload the build for the nodes' system"));
}

#[test]
fn an_architecture_by_another_name_is_one_finding() {
    for target in [Target::default(), cluster("7.22").with_architecture("x86_64").unwrap(), cluster("8.0")] {
        for name in ["amd64", "X86_64", "x86-64", "linux/amd64"] {
            let found = findings(set("architecture", name), &target);
            let [finding] = found.as_slice() else { panic!("{name}: {found:#?}") };
            assert_eq!((&*finding.rule, &*finding.help), ("module-architecture-not-supported", "Write `x86_64`."));
        }
    }
    let arm = module(&ElfBuilder::module().aarch64()).set("architecture", "arm64");
    let found = findings(arm, &Target::default());
    assert_eq!((found.len(), &*found[0].help), (1, "Write `aarch64`."));
    // Where the name is right, no other is.
    for (elf, name) in [(ElfBuilder::module().arm(), "arm"), (ElfBuilder::module().s390x(), "s390x")] {
        let found = findings(module(&elf).set("architecture", name), &Target::default());
        let help = &of(&found, "module-architecture-not-supported").help;
        assert_eq!(help, "Build the module for `x86_64` or `aarch64`.", "{name}");
    }
    // That of another module is another finding, and what the module was built for decides.
    let found = findings(set("architecture", "arm64"), &Target::default());
    assert_eq!(of(&found, "module-architecture-not-supported").help, "Write `x86_64`, for which the module was built.");
    let mismatch = of(&found, "module-architecture-mismatch");
    assert_eq!(mismatch.follows.as_deref(), Some("module-architecture-not-supported"));
}

#[test]
fn a_function_that_was_meant_to_be_on_load_is_named() {
    let help = |name: &str| {
        let bundle = module(&ElfBuilder::new().needed("libc.so.6").export(name));
        of(&findings(bundle, &Target::default()), "module-no-onload").help.clone()
    };
    assert!(help("ValkeyModule_OnLoad").contains("built for Valkey, or with its header"));
    assert!(help("_Z18RedisModule_OnLoadPv").contains("extern \"C\""));
    assert!(help("redismodule_onload").contains("exactly"));
    assert!(help("something_else").contains("-fvisibility"));
    let both = ElfBuilder::module().export("ValkeyModule_OnLoad");
    assert_eq!(findings(module(&both), &Target::default()), []);
}

/// The finding that others follow from, and those.
fn consequences(bundle: impl Into<Vec<u8>>, target: &Target) -> Vec<(String, String)> {
    let found = findings(bundle, target);
    for finding in &found {
        if let Some(cause) = &finding.follows {
            assert!(found.iter().any(|other| other.rule == *cause && other.follows.is_none()), "{finding:#?}");
            assert_eq!(finding.help, format!("Fix `{cause}` first: this may follow from it."));
        }
    }
    found.into_iter().filter_map(|finding| Some((finding.follows?.to_string(), finding.rule.to_string()))).collect()
}

#[test]
fn what_follows_from_another_finding_says_so() {
    let follows = |bundle: Vec<u8>, cause: &str, rules: &[&str]| {
        let expected: Vec<(String, String)> = rules.iter().map(|rule| (cause.to_owned(), (*rule).to_owned())).collect();
        assert_eq!(consequences(bundle, &Target::default()), expected, "{cause}");
    };
    let encrypted = |index: usize| {
        move |zip: &mut ZipBuilder| {
            zip.entries[index] = zip.entries[index].clone().both(|header| header.flags |= 1);
        }
    };
    // What is wrong with a value is said once.
    follows(set("version", "1.2.3").build(), "module-version-not-integer", &[]);
    follows(zip(encrypted(0)).build(), "module-file-unreadable", &["archive-encrypted"]);
    follows(zip(encrypted(1)).build(), "module-json-unreadable", &["archive-encrypted"]);
    let method = dep(|entry| *entry = entry.clone().both(|header| header.method = 93));
    follows(method.build(), "entry-unreadable", &["archive-method"]);
    let changed = zip(|zip| {
        zip.entries[1] = Entry::stored("module.json", &good().metadata_text());
        zip.entries[1].data[5] ^= 1;
    });
    follows(changed.build(), "module-json-unreadable", &["content-crc32"]);
    let mut cut = ElfBuilder::module().undefined("RedisModule_CreateCommand").without_section_headers();
    cut.comments.clear();
    let mut cut = cut.build();
    cut.truncate(cut.len() - 1);
    follows(BundleBuilder::of_module(cut).build(), "module-truncated", &["load-unresolved-api"]);
    // What has a cause of its own follows from nothing.
    for bundle in [set("version", 10203).set("license", false), with_deps(&["a"]).set("display_name", "")] {
        assert_eq!(consequences(bundle, &Target::default()), []);
    }
}

#[test]
fn a_misspelt_system_of_a_target_is_suggested() {
    let said = |name: &str| cluster("7.22").with_operating_system(name).unwrap_err().to_string();
    assert!(said("ubuntu-22").contains("(did you mean `ubuntu22`?)"), "{}", said("ubuntu-22"));
    assert!(!said("plan9").contains("did you mean"), "{}", said("plan9"));
}

/// What was built elsewhere does not become a module by another name.
#[test]
fn a_library_of_another_system_is_not_a_file_too_many() {
    for name in ["testmodule.dylib", "testmodule.dll"] {
        let entries = [
            Entry::deflated(name, &ElfBuilder::module().build()),
            Entry::deflated("module.json", &good().metadata_text()),
        ];
        let found = findings(ZipBuilder::new(entries).build(), &Target::default());
        let help = &of(&found, "invalid-number-of-files").help;
        assert_eq!(help, "Build the module on Linux, as a `.so`: Redis Enterprise runs nothing else.", "{name}");
    }
}

#[test]
fn slips_of_json_have_their_cure() {
    for (text, help) in [
        ("{'a': 1}", "Write `\"` around keys and texts: JSON has no other quotes."),
        ("{\"a\": “b”}", "Write `\"` around keys and texts: JSON has no other quotes."),
        ("{\"a\": 1, // b\n}", "Remove the comment: JSON has none."),
        ("{\"a\": 1 # b\n}", "Remove the comment: JSON has none."),
        ("{a: 1}", "Write `\"` around the key."),
        ("{\"a\": True}", "Write `true` or `false`, in small letters."),
        ("{\"a\": None}", "Write `null` where there is no value, or leave the field out."),
        ("{\"a\": 1 \"b\": 2}", "Write a comma before what is there; or `\\\"` for a quote inside of a text."),
        (
            "{\"a\": 1.2.3}",
            "Write `\"` around a text, a number without signs that it cannot have, or what closes the list or object.",
        ),
        ("{\"a\": MIT}", "Write `\"` around a text."),
        ("{\"a\": {{B}}}", "Fill in the template: there is a placeholder."),
        ("{\"a\": /MIT}", "Correct the place that the message names, or pack the bundle again."),
        ("{\"a\": \"b\tc\"}", "Write `\\t` for a tab."),
        ("{\"a\": \"b\u{1b}c\"}", "Remove the character, or write its escape."),
        ("{\"a\" 1}", "Write a colon between the key and its value."),
        ("{\"a\": 1,}", "Remove the comma at line 1 column 8: no value follows it."),
        ("{\"a\": \"b\nc\"}", "Write the quote that ends the text, or `\\n` where a line ends inside of it."),
        ("{\"a\": \"\\x\"}", "Write `\\\\` for a backslash."),
        ("{\"a\": \"b}", "Write the quote that ends the string which begins there."),
        (
            "{\"a\": 1",
            "The document ends too early: look whether it was cut off, or write what closes its objects and lists.",
        ),
        ("{} {}", "Remove what stands behind the object, or move it into it."),
        ("{\"a\": ]}", "Correct the place that the message names, or pack the bundle again."),
    ] {
        let found = findings(good().metadata_bytes(text), &Target::default());
        assert_eq!(of(&found, "module-json-unreadable").help, help, "{text}");
    }
}

#[test]
fn what_has_no_place_is_named_in_the_cure() {
    let zip = ZipBuilder::new([
        Entry::deflated("module.json", &good().metadata_text()),
        Entry::deflated("testmodule.so", &good().module),
        Entry::deflated("README.md", b"x"),
    ]);
    let found = findings(zip.build(), &Target::default());
    let help = "Leave out `README.md`; what the module needs besides goes into a `.tgz` under `deps/`.";
    assert_eq!(of(&found, "invalid-number-of-files").help, help);
}

/// As `zip -e` writes it: each entry has a descriptor.
#[test]
fn all_of_an_encrypted_entry_follows_from_the_password() {
    let encrypted = |entry: Entry| {
        let crc32 = entry.central.crc32;
        let mut entry = entry.streamed().both(|header| header.flags |= 1);
        // `zip` knows the sum before it writes, and says it twice.
        entry.local.crc32 = crc32;
        entry
    };
    let zip = ZipBuilder::new([
        encrypted(Entry::deflated("module.json", &good().metadata_text())),
        encrypted(Entry::deflated("testmodule.so", &good().module)),
    ]);
    let found = findings(zip.build(), &Target::default());
    let causes: Vec<&Finding> = found.iter().filter(|finding| finding.follows.is_none()).collect();
    let rules: Vec<&str> = causes.iter().map(|finding| &*finding.rule).collect();
    assert_eq!(rules, ["module-json-unreadable", "entry-unreadable"], "{found:#?}");
    assert!(causes.iter().all(|finding| finding.help == "Pack the bundle again, without a password."));
}

/// What is followed does not lead to another finding.
#[test]
fn cures_lead_to_what_is_right() {
    for (bundle, rule, help) in [
        (set("operating_systems", "bionic"), "module-os-list-invalid", "Write a list: `[\"ubuntu18\"]`."),
        (
            set("operating_systems", "rhel9, bionic"),
            "module-os-list-invalid",
            "Write a list: `[\"rhel9\", \"ubuntu18\"]`.",
        ),
        (on_systems(&["rhel8", "centos8"]), "operating-system-spelling", "Remove it: `rhel8` is listed besides."),
        (set("semantic_version", "10203"), "wrong-form", "Write `1.2.3`."),
        (set("semantic_version", "1.2"), "wrong-form", "Write `1.2.3`."),
        (set("semantic_version", "v2.0.1"), "wrong-form", "Write `2.0.1`."),
        (set("semantic_version", "2.0"), "wrong-form", "Write `2.0.0`."),
        (set("capabilities", "TODO"), "wrong-type", "Write an array."),
        (set("min_redis_version", "7.22"), "needed-version-unknown", "Write `7.4`, if that is what was meant."),
        (
            set("license", "-"),
            "variable-empty",
            "Check whether a variable was empty or unquoted, and write what is meant.",
        ),
        (set("display_name", "TODO"), "placeholder", "Write what is meant."),
        (
            set("homepage", "TODO"),
            "wrong-form",
            "Fill in the placeholder `TODO`. Write an https or http address, such as `https://example.com/mymodule`, or leave the field out.",
        ),
        (set("commands", json!(null)), "wrong-type", "Write an array."),
        (set("author", json!(5)), "wrong-type", "Write `\"5\"`, in quotes."),
    ] {
        let found = findings(bundle, &Target::default());
        assert_eq!(of(&found, rule).help, help, "{rule}");
    }
}

/// From 8.0 on the cluster refuses what is not in the bundle; that its address is nonsense does not follow from it.
#[test]
fn what_is_wrong_with_an_address_does_not_follow_from_the_missing_file() {
    let target = cluster("8.0");
    for (members, rule) in [
        (json!({"ulr": "https://example.com/a.tgz"}), "unknown-key"),
        (json!({"url": "https://example.com/{{V}}.tgz"}), "placeholder"),
        (json!({"url": "https://example.com/.."}), "wrong-form"),
    ] {
        let found = findings(set("dependencies", json!({"a": members})), &target);
        assert_eq!(of(&found, rule).follows, None, "{rule}");
        let missing = of(&found, "dependency-missing");
        let is_told = missing.help.starts_with("Correct the `url` first");
        assert_eq!(is_told, rule != "unknown-key", "{rule}: {}", missing.help);
    }
}

/// Where it is put where it is looked for, the bundle has two modules.
#[test]
fn a_dependency_that_no_bundle_can_hold() {
    for (file, expected) in
        [("a.so", "pack this one into an archive"), ("a.so.tgz", "Pack the dependency into the bundle")]
    {
        let members = json!({"url": format!("https://example.com/{file}"), "sha256": "1".repeat(64)});
        let found = findings(set("dependencies", json!({"a": members})), &cluster("8.0"));
        let help = &of(&found, "dependency-missing").help;
        assert!(help.contains(expected), "{file}: {help}");
    }
}

/// Bytes that were changed or lost on the way: what is odd about the zip follows from the entry that cannot be opened.
#[test]
fn damage_is_told_by_what_cannot_be_opened() {
    let whole = good().build();
    let changed = {
        let mut bytes = whole.clone();
        bytes[0] ^= 1;
        bytes
    };
    let lost = [&whole[..60], &whole[160..]].concat();
    for (name, bytes) in [("changed", changed), ("lost", lost)] {
        let found = findings(bytes, &Target::default());
        let causes: Vec<&Finding> = found.iter().filter(|finding| finding.follows.is_none()).collect();
        assert!(causes.iter().all(|finding| finding.rule.ends_with("-unreadable")), "{name}: {causes:#?}");
        let help = "Transfer the bundle again (compare its checksum), or pack it again.";
        assert!(!causes.is_empty() && causes.iter().all(|finding| finding.help == help), "{name}: {causes:#?}");
    }
}

/// As packers write it of `hello.so.debug`: it is the module, and is to be called otherwise, not left out.
#[test]
fn a_module_under_a_name_of_none_is_to_be_renamed() {
    for (name, right) in [("hello.so.debug", "hello.so"), ("hello.module", "hello.module.so")] {
        let of_name = |file: &str| {
            let packed = good().set("module_file", file).zip();
            let entries = packed.entries.into_iter().map(|entry| {
                let is_module = entry.central.name.ends_with(b".so");
                if is_module { entry.both(|header| header.name = file.as_bytes().to_vec()) } else { entry }
            });
            ZipBuilder::new(entries).build()
        };
        let found = findings(of_name(name), &Target::default());
        let expected =
            format!("Name the module `{name}` so that it ends in `.so`, such as `{right}`, here and in `module_file`.");
        assert_eq!(of(&found, "invalid-number-of-files").help, expected);
        assert!(
            findings(of_name(right), &Target::default())
                .iter()
                .all(|finding| finding.rule != "invalid-number-of-files")
        );
    }
}
