//! What is said of a manifest without a module.

use std::fmt::Write as _;

use ramp_core::metadata::fields::manifest_keys;
use ramp_core::module::Discovery;
use ramp_pack::check::{Remark, RemarkRule, Surroundings, check};
use ramp_pack::manifest::{Drafted, Manifest, draft, written};
use ramp_pack::{Inputs, ModuleInput, Options, assemble};

fn remarks(manifest: &str) -> Vec<Remark> {
    let variable = |name: &str| (name == "SET").then(|| "there".to_owned());
    check(manifest.as_bytes(), &Surroundings { variable: &variable, exists: &|path| path == "there" })
}

/// With the versions set whose defaults would be told.
fn said(manifest: &str) -> Vec<(String, Option<usize>)> {
    let set = "compatible_redis_version: \"7.4\"\nmin_redis_version: \"7.2\"\nmin_redis_pack_version: \"7.2\"\ndisplay_name: \"M\"\n";
    let remarks = remarks(&format!("{manifest}\n{set}"));
    remarks.iter().map(|remark| (remark.what.rule().to_owned(), remark.position.map(|at| at.line))).collect()
}

#[test]
fn each_remark_has_its_manifest() {
    let cases: [(&str, &str); 21] = [
        ("author: [me\n", "manifest-unreadable"),
        ("description: 2026-01-01", "value-unreadable"),
        ("capabilities: types", "key-type"),
        ("license: 7.10", "key-type"),
        ("colour: red", "key-unknown"),
        ("author: a\nauthor: b", "key-twice"),
        ("version: 5", "key-not-used"),
        ("dependencies: {a: {url: \"https://example.com/a.tgz\"}}", "metadata-not-made"),
        ("dependencies: {a/b: {local_path: there}}", "metadata-not-made"),
        ("redis_args: {save: []}", "metadata-not-made"),
        ("dependencies: {a: {local_path: gone, url: \"https://example.com/a.tgz\"}}", "local-path-missing"),
        (
            "dependencies: {a: {local_path: \"{os.environ['GONE']}\", url: \"https://example.com/a.tgz\"}}",
            "variable-not-set",
        ),
        ("command_line_args: \"{open('x')}\"", "expression"),
        ("architecture: amd64", "architecture-spelling"),
        ("architecture: sparc", "module-architecture-not-supported"),
        ("os: ubuntu", "os-name"),
        ("overide_command: [{command_arity: 1}]", "command-unused"),
        ("exclude_commands: [a.b]\noveride_command: [{command_name: a.b}]", "command-unused"),
        ("capabilities: [typs]", "capability-unknown"),
        ("operating_systems: [bionic]", "module-os-list-invalid"),
        ("overide_command: [{command_name: a.b, command_arity: 1, flags: [wrte]}]", "command-flag-unknown"),
    ];
    for (manifest, rule) in cases {
        let said = said(manifest);
        assert!(said.iter().any(|(told, line)| told == rule && line.is_some()), "{manifest}: {said:?}");
    }
    let known = |rule: &str| RemarkRule::find(rule).is_some() || ramp_core::rules::find(rule).is_some();
    for (_, rule) in cases {
        assert!(known(rule), "{rule}");
    }
}

/// What is wrong with one value does not hide what is wrong with another, nor is it another thing for it.
#[test]
fn everything_is_said_in_one_run() {
    let told = |manifest: &str| {
        let told = remarks(manifest).into_iter().map(|remark| {
            let line = remark.position.map(|at| at.line);
            (line, remark.level().to_string(), remark.what.rule().to_owned(), remark.what.to_string())
        });
        // What is missed where a key is not there at all.
        told.filter(|(_, _, rule, _)| rule != "version-default" && rule != "display-name-empty").collect::<Vec<_>>()
    };
    for lines in [
        &["display_name: [a]", "author: [b]", "autor: x", "capabilities: types"][..],
        &["dependencies: {x: {}, y: {local_pth: there}}", "homepage: www.x", "capabilities: [bogus]"],
        &["module_file: 5", "architecture: 5", "os: 7"],
        &[
            "operating_systems: [rhel]",
            "license: 2026-01-01",
            "author: !x y",
            "email: no",
            "description: {1: 2026-01-01}",
        ],
        &["redis_args: {save: [], x: []}", "dependencies: {a/b: {local_path: there}, b: 5}", "license: no"],
        &["compatible_redis_version: [8]", "crdb: []", "optional-dependencies: {x: {local_path: there}, y: {url: 5}}"],
    ] {
        // Each alone, on its line.
        let each = lines.iter().enumerate().flat_map(|(at, line)| told(&format!("{}{line}", "\n".repeat(at))));
        let mut each: Vec<_> = each.collect();
        each.sort();
        let mut all = told(&lines.join("\n"));
        all.sort();
        assert_eq!(all, each, "{lines:?}");
        assert!((1..=lines.len()).all(|line| all.iter().any(|told| told.0 == Some(line))), "{all:?}");
    }
    let systems = told("operating_systems: [rhel, rhel9, jammy]");
    assert!(systems.len() == 2 && systems.iter().all(|(_, level, ..)| level == "error"), "{systems:?}");
    let dependencies = told("dependencies: {x: {}, y: {}}");
    assert_eq!(dependencies.len(), 2, "{dependencies:?}");
    // What keeps the rest from being read is said to.
    assert!(told("author: a\nemail: [\n")[0].3.ends_with("; nothing else was checked"));
}

/// What is packed and does not pass then is said to, whichever key it is: this is held against what is found in the bundle.
#[test]
fn what_fails_validation_is_said_to() {
    for field in manifest_keys().filter(|field| !field.from_module) {
        for value in ["5", "7.10", "no", "text", "null"] {
            let remarks = remarks(&format!("{}: {value}", field.name));
            let of_field = |remark: &&Remark| remark.position.is_some();
            for remark in remarks.iter().filter(of_field).filter(|remark| remark.what.rule() == "key-type") {
                let is_error = remark.level() == ramp_core::Level::Error;
                let said = is_error || remark.fails_validation();
                assert_eq!(said, fails(&field.name, value), "{}: {value}", field.name);
            }
        }
    }
    let fails = |manifest: &str| remarks(manifest).iter().any(Remark::fails_validation);
    assert!(fails("homepage: \"http://\"") && fails("email: \"no\"") && !fails("capabilities: [typs]"));
}

/// Whether the metadata of a manifest with that key has something of the wrong type there.
fn fails(key: &str, value: &str) -> bool {
    let Ok(manifest) = Manifest::read(format!("{key}: {value}").as_bytes()) else { return true };
    let module = ModuleInput {
        file_name: "m.so".into(),
        sha256: String::new(),
        architecture: Some(ramp_core::module::Architecture::X86_64),
        os: None,
    };
    let discovery = Discovery { module_name: "m".into(), version: 1, commands: vec![] };
    let options = Options::default();
    let Ok(assembled) = assemble(&Inputs::new(&module, &manifest, &options, &discovery)) else { return true };
    let document = ramp_core::metadata::json::read(ramp_pack::json::to_string(&assembled.metadata).as_bytes()).unwrap();
    let facts = ramp_core::metadata::Metadata::from_document(document);
    facts.problems.iter().any(|problem| problem.pointer == format!("/{key}"))
}

/// Nothing is said of a module that is not there: of its commands, of what it needs.
#[test]
fn a_good_manifest_is_not_remarked_upon() {
    for manifest in [
        "",
        "capabilities: [types]",
        "overide_command: [{command_name: a.b, command_arity: 2, flags: [write], first_key: 1, last_key: 1, step: 1}]",
        "exclude_commands: [a.b, A.B]",
        "config_command: A.CONFIG SET",
        "dependencies: {a: {local_path: there, url: \"https://example.com/a.tgz\"}}",
        "dependencies: {a: {local_path: \"{os.environ['SET']}\", url: \"https://example.com/a.tgz\"}}",
        "operating_systems: [rhel9, ubuntu22]",
        "architecture: aarch64",
    ] {
        assert_eq!(said(manifest), [], "{manifest}");
    }
}

/// What people write is told in its place, once.
#[test]
fn what_is_said_and_where() {
    let manifest = "isplay_name: M\nmin_rlec_version: \"5.0\"\ncmdargs: x\noutput: a.zip\nlicense: no\ncapabilities: [typs]\nversion: 3\n\
                    add_command: [{command_name: a.b, command_arity: \"2\"}]\noperating_systems: [rhel9, jammy]\n";
    let mut out = String::new();
    for remark in remarks(manifest) {
        let line = remark.position.map(|at| at.to_string()).unwrap_or_default();
        writeln!(out, "{} {} {line}: {}", remark.level(), remark.what.rule(), remark.what).unwrap();
    }
    insta::assert_snapshot!(out);
}

/// The examples that people copy are good ones, each alone and all together in a draft.
#[test]
fn every_example_is_a_good_one() {
    for field in manifest_keys().filter(|field| !field.from_module) {
        let example = field.example.as_ref().unwrap();
        assert_eq!(
            said(&written(&field.name, example)).iter().filter(|(rule, _)| rule != "key-twice").count(),
            0,
            "{}",
            field.name
        );
    }
    let set: Vec<Drafted> = manifest_keys()
        .filter(|field| !field.from_module && field.name != "redis_args")
        .map(|field| Drafted { key: &field.name, value: field.example.clone().unwrap(), notes: Vec::new() })
        .collect();
    let told: Vec<String> = remarks(&draft(&[], &set)).iter().map(|remark| remark.what.to_string()).collect();
    assert_eq!(told, [""; 0]);
    // Uncommented, the rest of a draft is the same.
    let mut whole = String::new();
    for line in draft(&[], &[]).lines().filter_map(|line| line.strip_prefix("# ")) {
        let key = line.split_once(':').map_or("", |(key, _)| key);
        if line.starts_with("  ") || manifest_keys().any(|field| field.name == key) {
            writeln!(whole, "{line}").unwrap();
        }
    }
    let told: Vec<String> = remarks(&whole).iter().map(|remark| remark.what.to_string()).collect();
    assert_eq!(told, [""; 0], "{whole}");
}
