//! Metadata that cannot be what the documentation says, or can be read in two ways.

use ramp_core::{Level, Policy, Target};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::tgz;
use serde_json::{Value, json};

use crate::cases::{Case, case, good, report, rule_of, set};
use crate::unpack::text;

/// The good metadata's text, one place of it replaced.
pub(crate) fn replaced(from: &str, to: &str) -> BundleBuilder {
    let text = text(&good().metadata_text());
    assert!(text.contains(from));
    good().metadata_bytes(text.replace(from, to))
}

/// The good bundle with one command that has one member set.
pub(crate) fn command(key: &str, value: impl Into<Value>) -> BundleBuilder {
    let mut command =
        json!({"command_arity": -1, "command_name": "test.get", "first_key": 0, "flags": [], "last_key": 0, "step": 0});
    command[key] = value.into();
    set("commands", json!([command]))
}

/// The good bundle with a dependency that is packed, and described by these members.
pub(crate) fn dependency(members: &Value) -> BundleBuilder {
    let mut bundle = set("dependencies", json!({ "data": members }));
    bundle.dependencies.push(("deps/data.tgz".to_owned(), tgz::good()));
    bundle
}

pub(crate) const URL: &str = "https://example.com/files/data.tgz";

/// The SHA-256 of `test`.
pub(crate) const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

pub(crate) fn cases() -> Vec<Case> {
    let utf16 = text(&good().metadata_text()).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    vec![
        case("json-byte-order-mark", "a byte order mark", replaced("{\n  \"arch", "\u{feff}{\n  \"arch")),
        case("json-encoding", "UTF-16 with its mark", good().metadata_bytes([b"\xFF\xFE".to_vec(), utf16].concat())),
        case("json-key-twice", "two versions", replaced("\"version\": 10203", "\"version\": 1, \"version\": 10203")),
        case("json-key-twice", "two names", replaced("\"module_name\":", "\"module_name\": \"x\", \"module_name\":")),
        case(
            "json-key-twice",
            "one version twice",
            replaced("\"version\": 10203", "\"version\": 10203, \"version\": 10203"),
        ),
        case(
            "json-non-finite",
            "a format version that is not a number",
            replaced("\"ramp_format_version\": 1", "\"ramp_format_version\": NaN"),
        ),
        case(
            "json-large-integer",
            "an argument beyond 2^53",
            set("redis_args", json!({"a": 9_007_199_254_740_993_u64})),
        )
        .twin(set("redis_args", json!({"a": 9_007_199_254_740_992_u64}))),
        case("json-negative-zero", "minus zero", replaced("\"step\": 1", "\"step\": -0"))
            .twin(replaced("\"step\": 1", "\"step\": 0")),
        case("json-deep", "a value that was wrapped in itself", set("redis_args", nested(60)))
            .twin(set("redis_args", nested(59))),
        case("json-surrogate", "half a character in the author's name", replaced("Someone", "\\ud83d")),
        case("wrong-type", "a license that YAML read as false", set("license", false)),
        case("control-character", "a line that ends in the arguments", set("command_line_args", "A 1\nloadmodule x"))
            .twin(set("command_line_args", "A 1 loadmodule x")),
        case("control-character", "a NUL in a description", set("description", "a\u{0}b"))
            .twin(set("description", "a\nb")),
        case(
            "wrong-form",
            "a dependency called by a path",
            set("dependencies", json!({"../a": {"url": URL, "sha256": DIGEST}})),
        )
        .twin(set("dependencies", json!({"a": {"url": URL, "sha256": DIGEST}}))),
        case("control-character", "an override", set("author", "a\u{202e}b"))
            .twin(set("author", "דוד \u{200e}(David)")),
        case("control-character", "a soft hyphen in an argument", set("command_line_args", "a\u{ad}b"))
            .twin(set("description", "Daten\u{ad}bank 🏴\u{e0067}\u{e007f}")),
        case("control-character", "a joiner in an argument", set("command_line_args", "a\u{200d}b"))
            .twin(set("display_name", "a\u{200d}b")),
        case("wrong-type", "a name that is a number", set("module_name", 5)),
        case("wrong-type", "no digest but null", set("sha256", json!(null))),
        case("wrong-type", "commands by name", set("commands", json!({"test.get": {}}))),
        case("wrong-type", "an arity in quotes", command("command_arity", "2")).twin(command("command_arity", 2)),
        case("out-of-range", "a negative version", set("version", -1)),
        case("out-of-range", "a version with a fraction", set("version", 10203.5)),
        case("out-of-range", "a version of 31 digits", replaced("10203", &format!("1{}", "0".repeat(30)))),
        case("out-of-range", "a key beyond 2^53", replaced("\"first_key\": 1", "\"first_key\": 9007199254740993")),
        case("wrong-form", "a home page that is a script", set("homepage", "javascript:alert(1)"))
            .twin(set("homepage", "http://redisgraph.io")),
        case("wrong-form", "a platform that is a path", set("platforms", json!({"../../x": {}})))
            .twin(set("platforms", json!({"rhel8/x86_64": {"dependencies": {}}}))),
        case("wrong-form", "a name that leads out of the directory", set("module_name", "../../x")),
        case("wrong-form", "a semantic version that is a word", set("semantic_version", "banana"))
            .twin(set("semantic_version", "1.2.3")),
        case("wrong-form", "a digest with the name of its file", set("sha256", format!("{}  m.so", "a".repeat(64)))),
        case("wrong-form", "a system with its version in front", set("operating_systems", vec!["22ubuntu"]))
            .twin(set("operating_systems", vec!["ubuntu22"])),
        case("wrong-form", "a file of the machine that packed", dependency(&json!({"url": "file:///files/data.tgz"})))
            .twin(dependency(&json!({"url": URL}))),
        case(
            "wrong-form",
            "a digest that a template left empty",
            dependency(&json!({"url": URL, "sha256": "{{SHA256}}"})),
        )
        .twin(dependency(&json!({"url": URL}))),
        case("member-missing", "a command without a name", set("commands", json!([{"command_arity": 1}])))
            .twin(set("commands", json!([{"command_arity": 1, "command_name": "test.get"}]))),
        case("ramp-format-unknown", "format 2", set("ramp_format_version", 2)),
        case(
            "dependency-nowhere",
            "a dependency with nothing but a digest",
            set("dependencies", json!({"data": {"sha256": DIGEST}})),
        )
        .twin(dependency(&json!({}))),
        case("dependency-digests-differ", "one address with two digests", at_one_address("a", "b"))
            .twin(at_one_address("a", "A")),
        case(
            "wrong-form",
            "a port that there is not",
            dependency(&json!({"url": "https://example.com:99999/data.tgz"})),
        )
        .twin(dependency(&json!({"url": "https://example.com:9443/data.tgz"}))),
    ]
}

/// The good bundle with two dependencies at one address, whose digests have these digits.
fn at_one_address(one: &str, other: &str) -> BundleBuilder {
    let dependency = |digit: &str| json!({"url": URL, "sha256": format!("{digit}{}", &DIGEST[1..])});
    set("dependencies", json!({"data": dependency(one), "more": dependency(other)}))
}

/// An object of so many levels.
fn nested(levels: usize) -> Value {
    (1..levels).fold(json!({}), |inside, _| json!({ "a": inside }))
}

/// What strict finds: the gravest level, and each rule with its place.
pub(crate) fn found(bundle: &BundleBuilder) -> (Option<Level>, Vec<(&'static str, String)>) {
    let report = report(&bundle.build(), &Target::default(), &Policy::strict());
    let place = |finding: &ramp_core::Finding| {
        finding.location.as_ref().and_then(|location| location.pointer.clone()).unwrap_or_default()
    };
    let level = report.findings().iter().map(|finding| finding.level).max();
    (level, report.findings().iter().map(|finding| (rule_of(finding), place(finding))).collect())
}

/// Names that Redis takes and a person would not give are asked about.
#[test]
fn a_variable_that_was_empty_is_asked_about() {
    for (bundle, expected, place) in [
        (set("module_name", "--verbose"), "variable-empty", "/module_name"),
        (set("module_name", "a b"), "variable-empty", "/module_name"),
        (set("module_name", "a{b"), "variable-empty", "/module_name"),
        (set("module_name", "-"), "variable-empty", "/module_name"),
        (set("display_name", "-o"), "variable-empty", "/display_name"),
        (set("module_name", "{{N}}"), "placeholder", "/module_name"),
        (set("module_name", "{N}"), "placeholder", "/module_name"),
        (set("display_name", "changeme"), "placeholder", "/display_name"),
        (set("capabilities", json!(["types", "TODO"])), "placeholder", "/capabilities/1"),
        (set("capability_name", "undefined"), "placeholder", "/capability_name"),
        (set("a/{{b}}", 1), "placeholder", "/a~1{{b}}"),
        (set("crdb", json!({"name": ["$(whoami)"]})), "placeholder", "/crdb/name/0"),
        (set("command_line_args", "{os.getenv('HOME')}"), "placeholder", "/command_line_args"),
        (set("homepage", "https://example.com/${NAME}"), "placeholder", "/homepage"),
    ] {
        let (level, found) = found(&bundle);
        let others = |rule: &str| rule == "crdb-declared" || rule == "wrong-type";
        let said: Vec<_> = found.iter().filter(|(rule, _)| !others(rule)).collect();
        assert_eq!(said, [&(expected, place.to_owned())]);
        assert!(level == Some(Level::Warning) || place.starts_with("/crdb"), "{place}");
    }
}

/// Names of no letter, and names that are something else.
#[test]
fn why_a_name_is_none_is_said() {
    for (name, expected) in [
        (".", "it stands for a folder"),
        ("..", "it stands for a folder"),
        ("/", "it is absolute"),
        ("a\u{202e}b", "it holds U+202E, which turns the direction of what follows"),
        ("\u{1f600}", "with `\u{1f600}` in it"),
        ("a\u{200b}b", "it holds U+200B, which is not seen"),
        ("a\0b", "it holds a NUL"),
        (" ", "it is only whitespace"),
    ] {
        let report = report(&set("module_name", name).build(), &Target::default(), &Policy::strict());
        assert!(report.findings()[0].message.contains(expected), "{name:?}: {}", report.findings()[0].message);
    }
    for name in ["a", "1", "a.b", "a-b_c"] {
        assert_eq!(found(&set("module_name", name)).1, [], "{name}");
    }
}

/// Nodes name files by it; and no request could delete it by a name that is longer than a path can be.
#[test]
fn a_name_is_no_longer_than_that_of_a_file() {
    for (length, expected) in [(250, 0), (251, 1), (100_000, 1)] {
        let (_, found) = found(&set("module_name", "m".repeat(length)));
        let forms = found.iter().filter(|(rule, _)| *rule == "wrong-form");
        assert_eq!(forms.count(), expected, "{length}");
    }
}

#[test]
fn dependencies_have_names_that_files_can_have() {
    for name in ["", " ", "..", "../a", "/a", "a\0", "a\nb"] {
        let dependencies = json!({name: {"url": URL, "sha256": DIGEST}});
        let report = report(&set("dependencies", dependencies).build(), &Target::default(), &Policy::strict());
        assert!(report.answer().accepted() && !report.passed(), "{name:?}: {:#?}", report.findings());
    }
}

/// In every string, however deep; prose may have lines and what joins letters.
#[test]
fn characters_that_are_not_shown_are_found_anywhere() {
    let found = |bundle: &BundleBuilder| -> Vec<(String, String)> {
        let report = report(&bundle.build(), &Target::default(), &Policy::strict());
        let told = |finding: &ramp_core::Finding| {
            (finding.rule.to_string(), finding.location.as_ref().map(ToString::to_string).unwrap_or_default())
        };
        report.findings().iter().map(told).filter(|(rule, _)| rule == "control-character").collect()
    };
    let at = |place: &str| vec![("control-character".to_owned(), format!("module.json#{place}"))];
    let command = |name: &str| json!([{"command_name": name, "command_arity": 1, "flags": ["readonly"], "first_key": 0, "last_key": 0, "step": 0}]);
    for hidden in ["a\u{202e}b", "hello\u{200b}", "\u{feff}x", "a\u{e0041}", "\u{3164}x"] {
        assert_eq!(found(&set("commands", command(hidden))), at("/commands/0/command_name"), "{hidden:?}");
        assert_eq!(found(&set("display_name", hidden)), at("/display_name"), "{hidden:?}");
    }
    // What only people read may say where it breaks.
    assert_eq!(found(&set("commands", command("a\u{ad}b"))), at("/commands/0/command_name"));
    assert_eq!(found(&set("display_name", "a\u{ad}b")), []);
    assert_eq!(found(&set("crdb", json!({"a": [{"b/c": "x\u{0}"}]}))), at("/crdb/a/0/b~1c"));
    assert_eq!(found(&set("description", "two\nlines, \u{1f468}\u{200d}\u{1f469}, na\u{ef}ve")), []);
    assert_eq!(found(&set("description", "a\u{e0041}")), at("/description"));
}
