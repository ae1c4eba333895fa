//! The typed model: what it takes, what it complains of.

use ramp_core::metadata::json::read;
use ramp_core::metadata::{Dependency, MAX_PROBLEMS, Metadata, Value, fields};

fn model(text: &str) -> Metadata {
    Metadata::from_document(read(text.as_bytes()).unwrap())
}

fn problems(text: &str) -> Vec<String> {
    model(text).problems.iter().map(ToString::to_string).collect()
}

#[test]
fn every_known_field_has_a_type() {
    for field in fields::fields() {
        let wrong = if field.field_type.accepts(&true.into()) { Value::from("") } else { true.into() };
        let text = serde_json::json!({ field.name.as_str(): wrong }).to_string();
        assert_eq!(model(&text).problems.len(), 1, "{text}");
    }
}

#[test]
fn wrong_types_are_problems_not_failures() {
    for (text, expected) in [
        ("5", vec![": expected object, found integer"]),
        (r#"{"author": null, "version": 1, "run_command_line_args": null}"#, vec![]),
        (r#"{"config_command": null}"#, vec!["/config_command: expected string, found null"]),
        (r#"{"version": 0}"#, vec!["/version: not a whole number from 1 to 2147483647"]),
        (r#"{"version": 2147483647.0}"#, vec![]),
        (r#"{"min_redis_version": "7.x"}"#, vec!["/min_redis_version: not of the form Version"]),
        (r#"{"os_list": ["9rhel"]}"#, vec!["/os_list/0: not of the form OperatingSystem"]),
        (
            r#"{"author": 1.5, "version": "1"}"#,
            vec!["/version: expected number, found string", "/author: expected string, found float"],
        ),
        (
            r#"{"capabilities": ["a", 1], "is_bundled": 0}"#,
            vec!["/capabilities/1: expected string, found integer", "/is_bundled: expected boolean, found integer"],
        ),
        (r#"{"dependencies": [], "optional-dependencies": {}}"#, vec![]),
        (r#"{"dependencies": [1]}"#, vec!["/dependencies: expected object, found array"]),
        (
            r#"{"dependencies": {"a/b": {"url": 1}, "c": 2}}"#,
            vec![
                "/dependencies/a~1b: its key is not of the form DependencyName",
                "/dependencies/a~1b/url: expected string, found integer",
                "/dependencies/c: expected object, found integer",
            ],
        ),
        (r#"{"commands": {}}"#, vec!["/commands: expected array, found object"]),
        (
            r#"{"commands": [1, {"command_arity": "1", "flags": "write", "step": 1.5}]}"#,
            vec![
                "/commands/0: expected object, found integer",
                "/commands/1: no command_name",
                "/commands/1/command_arity: expected integer, found string",
                "/commands/1/flags: expected array, found string",
                "/commands/1/step: expected integer, found float",
            ],
        ),
        (
            r#"{"crdb": {"supported_featureset_versions": [1, "2"]}, "redis_args": []}"#,
            vec![
                "/crdb/supported_featureset_versions/1: expected integer, found string",
                "/redis_args: expected object, found array",
            ],
        ),
    ] {
        assert_eq!(problems(text), expected, "{text}");
    }
    let many = format!("{{\"capabilities\": [{}]}}", vec!["1"; 5000].join(","));
    assert_eq!(problems(&many).len(), MAX_PROBLEMS);
}

#[test]
fn reads_what_is_there() {
    let metadata = model(
        r#"{"commands": [{"command_name": "a.b", "command_arity": -2, "flags": ["write"], "first_key": 1,
            "last_key": 1.0, "step": -1, "x": 0}],
            "dependencies": {"d": {"url": "https://h/u", "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}},
            "crdb": {"name": "n"}, "platforms": {"rhel9/x86_64": {"dependencies": {}}}, "operating_systems": ["rhel9"]}"#,
    );
    assert_eq!(metadata.problems, []);
    let dependencies: Vec<_> = Dependency::all(metadata.root(), "dependencies").collect();
    assert_eq!(
        dependencies.iter().map(|d| (d.name, d.url, d.sha256.map(str::len))).collect::<Vec<_>>(),
        [("d", Some("https://h/u"), Some(64))]
    );
    assert!(metadata.operating_systems().unwrap().eq(["rhel9"]));
    assert_eq!(ramp_core::metadata::definition::flaws(metadata.root()).count(), 7);
    assert!(metadata.root().pointer("/commands/0/x").is_some());
}

#[test]
fn keeps_unknown_keys() {
    let metadata = model(r#"{"min_redis_verison": "4", "redis_ref": "x", "author": "a"}"#);
    let unknown: Vec<_> = metadata.unknown.iter().map(|u| (u.key.as_str(), u.suggestion.as_deref())).collect();
    assert_eq!(unknown, [("min_redis_verison", Some("min_redis_version")), ("redis_ref", None)]);
    let metadata = model(
        r#"{"commands": [{"arity": 1}], "x": 1, "dependencies": {"a/b": {"sha265": "", "url": ""}}, "redis_args": {"a": 1}}"#,
    );
    let unknown: Vec<_> = metadata.unknown.iter().map(|u| (u.pointer.as_str(), u.suggestion.as_deref())).collect();
    let expected =
        [("/x", None), ("/commands/0/arity", Some("command_arity")), ("/dependencies/a~1b/sha265", Some("sha256"))];
    assert_eq!(unknown, expected);
}

/// A key that is as long as the document is not kept for each of the many things in it.
#[test]
fn what_is_kept_of_pointers_is_bounded() {
    let members = |value: &str| (0..5000).map(|n| format!("\"m{n}\": {value}")).collect::<Vec<_>>().join(",");
    let long = "k".repeat(1 << 20);
    let metadata =
        model(&format!(r#"{{"platforms": {{"{long}": {{"dependencies": {{{}}}, {}}}}}}}"#, members("1"), members("2")));
    let bytes: usize =
        metadata.problems.iter().map(|p| p.pointer.len()).chain(metadata.unknown.iter().map(|u| u.pointer.len())).sum();
    assert!(bytes < 4 << 20, "{bytes}");
    assert!(!metadata.problems.is_empty() && metadata.unknown.len() == 1000);
}
