//! The typed model: what it takes, what it complains of.

use ramp_core::metadata::json::read;
use ramp_core::metadata::model::MAX_PROBLEMS;
use ramp_core::metadata::{Metadata, fields};

fn model(text: &str) -> Metadata {
    Metadata::from_document(read(text.as_bytes()).unwrap())
}

fn problems(text: &str) -> Vec<String> {
    model(text).problems.iter().map(ToString::to_string).collect()
}

#[test]
fn every_known_field_has_a_type() {
    let written = serde_json::to_value(Metadata::default()).unwrap();
    let mut typed: Vec<_> = written.as_object().unwrap().keys().map(String::as_str).collect();
    let mut known: Vec<_> = fields::fields().iter().map(|field| field.name.as_str()).collect();
    typed.sort_unstable();
    known.sort_unstable();
    assert_eq!(typed, known);
}

#[test]
fn wrong_types_are_problems_not_failures() {
    for (text, expected) in [
        ("5", vec![": expected object, found integer"]),
        (r#"{"author": null, "version": 1, "run_command_line_args": null}"#, vec![]),
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
                "/dependencies/a~1b/url: expected string, found integer",
                "/dependencies/c: expected object, found integer",
            ],
        ),
        (r#"{"commands": {}}"#, vec!["/commands: expected array, found object"]),
        (
            r#"{"commands": [1, {"command_arity": "1", "flags": "write", "step": 1.5}]}"#,
            vec![
                "/commands/0: expected object, found integer",
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
            "dependencies": {"d": {"url": "u", "sha256": "s"}}, "crdb": {"name": "n"},
            "platforms": {"rhel9/x86_64": {"sha256": "s", "dependencies": {}}}, "operating_systems": ["rhel9"]}"#,
    );
    assert_eq!(metadata.problems, []);
    let command = &metadata.commands.as_ref().unwrap()[0];
    assert_eq!(
        (command.command_name.as_deref(), command.command_arity, command.last_key, command.step),
        (Some("a.b"), Some(-2), Some(1), Some(-1))
    );
    assert_eq!(metadata.dependencies.as_ref().unwrap()[0].url.as_deref(), Some("u"));
    assert_eq!(metadata.platforms.as_ref().unwrap()[0].name, "rhel9/x86_64");
    assert_eq!(metadata.crdb.as_ref().unwrap().name.as_deref(), Some("n"));
    assert_eq!(metadata.missing_for_user_defined().count(), 7);
    assert!(metadata.raw().pointer("/commands/0/x").is_some());
}

#[test]
fn keeps_unknown_keys() {
    let metadata = model(r#"{"min_redis_verison": "4", "redis_ref": "x", "author": "a"}"#);
    let unknown: Vec<_> = metadata.unknown.iter().map(|u| (u.key.as_str(), u.suggestion)).collect();
    assert_eq!(unknown, [("min_redis_verison", Some("min_redis_version")), ("redis_ref", None)]);
}
