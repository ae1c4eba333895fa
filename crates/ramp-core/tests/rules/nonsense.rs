//! Values that nobody can mean, one by one, and those that are meant.

use ramp_core::Level;
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::{Value, json};

use crate::cases::{good, set};
use crate::schema::{DIGEST, URL, command, dependency, found, replaced};

/// The good bundle with an optional dependency.
fn optional(key: &str, value: impl Into<Value>) -> BundleBuilder {
    set("optional-dependencies", json!({ key: value.into() }))
}

/// The good bundle with what a cluster shows of a platform.
fn platform(key: &str, value: impl Into<Value>) -> BundleBuilder {
    set("platforms", json!({ key: value.into() }))
}

/// Nonsense of each kind, in an otherwise good bundle: it is said once, by one rule, at its place, and strict refuses it.
#[test]
fn nonsense_is_an_error_and_said_once() {
    let digits = "a".repeat(40);
    let listed = format!("{}  a.tgz", "a".repeat(64));
    let values = |key: &str, rule: &'static str, values: &[Value]| -> Vec<(BundleBuilder, &'static str, String)> {
        values.iter().map(|value| (set(key, value.clone()), rule, format!("/{key}"))).collect()
    };
    let of_dependency =
        |key: &str, rule: &'static str, values: &[Value]| -> Vec<(BundleBuilder, &'static str, String)> {
            let bundle = |value: &Value| {
                let mut members = json!({"url": URL});
                members[key] = value.clone();
                dependency(&members)
            };
            values.iter().map(|value| (bundle(value), rule, format!("/dependencies/data/{key}"))).collect()
        };
    let packed = || json!({"url": URL, "sha256": DIGEST});
    let raw = |from: &str, to: &str, rule: &'static str, at: &str| vec![(replaced(from, to), rule, at.to_owned())];
    let version = |to: &str, rule: &'static str| raw("10203", to, rule, "/version");
    let checks = [
        values(
            "module_name",
            "wrong-form",
            &[
                json!("../../x"),
                json!("a/b"),
                json!(" "),
                json!("a\nb"),
                json!("<script>"),
                json!("a\\b"),
                json!("con"),
                json!("a\u{200b}b"),
                json!("a\u{2028}b"),
            ],
        ),
        values("module_name", "wrong-type", &[json!(5), json!(["a"]), json!({"a": 1}), json!(true)]),
        values("module_name", "module-name-missing", &[json!(""), json!(null), json!(0)]),
        values("version", "wrong-type", &[json!(true), json!("0"), json!(" 10203 "), json!("10_203"), json!("١٠")]),
        values("version", "out-of-range", &[json!(-1), json!(10203.5), json!(1e300), json!(2_147_483_648_u32)]),
        values("version", "module-version-not-integer", &[json!("banana"), json!([1])]),
        version("1000000000000000000000000000000", "out-of-range"),
        raw("\"module_name\": \"testmodule\"", "\"module_name\": 1e300", "wrong-type", "/module_name"),
        raw("\"module_name\": \"testmodule\"", "\"module_name\": 1e999", "wrong-type", "/module_name"),
        raw("\"module_name\": \"testmodule\"", "\"module_name\": 9007199254740993", "wrong-type", "/module_name"),
        raw("\"module_name\": \"testmodule\"", "\"module_name\": -0.5", "wrong-type", "/module_name"),
        raw("\"command_arity\": 2", "\"command_arity\": 9007199254740993", "out-of-range", "/commands/0/command_arity"),
        version("-0", "module-version-missing"),
        version("NaN", "module-version-not-integer"),
        values(
            "semantic_version",
            "wrong-form",
            &[json!("banana"), json!(""), json!("1.2"), json!("v1.2.3"), json!("{{V}}")],
        ),
        values("sha256", "wrong-form", &[json!(digits), json!("aa"), json!("")]),
        values("sha256", "wrong-type", &[json!(null), json!(1)]),
        values("capabilities", "wrong-type", &[json!("types"), json!(null)]),
        values("commands", "wrong-type", &[json!(null), json!({}), json!("a")]),
        values(
            "min_redis_version",
            "wrong-form",
            &[json!("banana"), json!("7.x"), json!(""), json!("07.4"), json!("7.4-5"), json!("7.4.2-54")],
        ),
        values(
            "min_redis_pack_version",
            "wrong-form",
            &[json!("banana"), json!("07.4"), json!("7.04"), json!("7.4-5"), json!("7.4.2-054"), json!("7.4.2-rc1")],
        ),
        values("compatible_redis_version", "wrong-form", &[json!("latest"), json!("07.4"), json!("7.4-5")]),
        values("semantic_version", "wrong-form", &[json!("01.2.3"), json!("7.4-5")]),
        values(
            "homepage",
            "wrong-form",
            &[
                json!("javascript:alert(1)"),
                json!("data:text/html,x"),
                json!("example.com"),
                json!("//example.com"),
                json!("ftp://example.com"),
                json!("https://"),
                json!("https://a b"),
            ],
        ),
        values(
            "homepage",
            "wrong-form",
            &[json!("https://h:443:443"), json!("https://-"), json!("https://https://h"), json!("https://h/%zz")],
        ),
        values("email", "wrong-form", &[json!("banana"), json!("@"), json!("me at example.com")]),
        values("email", "wrong-type", &[json!(5), json!(["me@example.com"])]),
        values("min_redis_version", "wrong-form", &[json!("9999999999.1"), json!("7.256")]),
        values(
            "author",
            "control-character",
            &[
                json!("a\u{2028}b"),
                json!("a\u{2029}b"),
                json!("a\u{85}b"),
                json!("a \u{2067}b"),
                json!("a\u{2069}b"),
                json!("\u{ad}"),
            ],
        ),
        values("display_name", "control-character", &[json!("\u{200d}\u{200e}")]),
        values("is_bundled", "wrong-type", &[json!("yes"), json!(0), json!(null)]),
        values("uid", "wrong-type", &[json!(5), json!(null)]),
        values("uid", "wrong-form", &[json!(""), json!("1"), json!("../x")]),
        values("platforms", "wrong-type", &[json!([]), json!("rhel9/x86_64"), json!(null)]),
        values("ramp_format_version", "ramp-format-unknown", &[json!(2), json!(0), json!(1.5)]),
        values("os", "module-os-mismatch", &[json!("Darwin"), json!("windows")]),
        values("operating_systems", "wrong-type", &[json!({"rhel9": 1})]),
        values("dependencies", "wrong-type", &[json!(null), json!("a.tgz"), json!(["a.tgz"]), json!(1)]),
        of_dependency("sha256", "wrong-form", &[json!("aa"), json!("not-a-digest"), json!(listed), json!("")]),
        of_dependency("sha256", "wrong-type", &[json!(null), json!(1)]),
        of_dependency(
            "url",
            "wrong-form",
            &[
                json!("redisai/a.tgz"),
                json!("http://x/dir/"),
                json!("file:///a.tgz"),
                json!("s3://b/a.tgz"),
                json!(""),
                json!("${URL}"),
                json!("https://h:443:443/a.tgz"),
                json!("https://a.com-/a.tgz"),
                json!("https://https://h/a.tgz"),
                json!("https://h%00/a.tgz"),
                json!("https://h/x/%2e%2e/a.tgz"),
            ],
        ),
        of_dependency("url", "wrong-type", &[json!(null), json!({})]),
        raw("\"sha256\":", "\"sha256\": \"a\", \"sha256\":", "json-key-twice", "/sha256"),
        raw("\"command_arity\": 2", "\"command_arity\": 1e999", "json-non-finite", "/commands/0/command_arity"),
        vec![
            (set("operating_systems", vec!["rhel9", "22ubuntu"]), "wrong-form", "/operating_systems/1".to_owned()),
            (command("command_arity", json!("2")), "wrong-type", "/commands/0/command_arity".to_owned()),
            (command("command_arity", json!(1e10)), "out-of-range", "/commands/0/command_arity".to_owned()),
            (command("command_name", json!("")), "wrong-form", "/commands/0/command_name".to_owned()),
            (command("flags", json!("write")), "wrong-type", "/commands/0/flags".to_owned()),
            (set("commands", json!(["test.get"])), "wrong-type", "/commands/0".to_owned()),
            (set("dependencies", json!({"a~b": "x"})), "wrong-type", "/dependencies/a~0b".to_owned()),
            (optional("../a", json!({})), "wrong-form", "/optional-dependencies/..~1a".to_owned()),
            (optional("", json!({})), "wrong-form", "/optional-dependencies/".to_owned()),
            (optional("a", json!({"url": "x"})), "wrong-form", "/optional-dependencies/a/url".to_owned()),
            (optional("a", json!("x")), "wrong-type", "/optional-dependencies/a".to_owned()),
            (platform("", json!({})), "wrong-form", "/platforms/".to_owned()),
            (platform("rhel9", json!({})), "wrong-form", "/platforms/rhel9".to_owned()),
            (platform("../../x", json!({})), "wrong-form", "/platforms/..~1..~1x".to_owned()),
            (platform("rhel9/amd64", json!({})), "wrong-form", "/platforms/rhel9~1amd64".to_owned()),
            (platform("rhel8/x86_64", json!("x")), "wrong-type", "/platforms/rhel8~1x86_64".to_owned()),
            (
                platform("rhel8/x86_64", json!({"sha256": "aa"})),
                "wrong-form",
                "/platforms/rhel8~1x86_64/sha256".to_owned(),
            ),
            (
                platform("rhel8/x86_64", json!({"dependencies": {"../a": {}}})),
                "wrong-form",
                "/platforms/rhel8~1x86_64/dependencies/..~1a".to_owned(),
            ),
            (set("dependencies", json!({"a": {}})), "dependency-nowhere", "/dependencies/a/url".to_owned()),
            (optional("a", json!({})), "dependency-nowhere", "/optional-dependencies/a/url".to_owned()),
            (set("dependencies", json!({"a/b": {}})), "wrong-form", "/dependencies/a~1b".to_owned()),
            (optional("a\u{200b}", packed()), "wrong-form", "/optional-dependencies/a\u{200b}".to_owned()),
            (optional("\u{202e}a", packed()), "wrong-form", "/optional-dependencies/\u{202e}a".to_owned()),
            (optional(".", packed()), "wrong-form", "/optional-dependencies/.".to_owned()),
            (optional("CON", packed()), "wrong-form", "/optional-dependencies/CON".to_owned()),
        ],
    ];
    let mut problems = Vec::new();
    for (bundle, rule, place) in checks.concat() {
        let (level, found) = found(&bundle);
        if level != Some(Level::Error) || found != [(rule, place.clone())] {
            problems.push(format!("{rule} at {place}: {found:?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What the reference packer writes, and what the documentation allows.
#[test]
fn what_is_documented_is_no_finding() {
    for bundle in [
        set("run_command_line_args", json!(null)),
        // A manifest of RedisDebug has the key and nothing behind it.
        set("description", json!(null)),
        set("dependencies", json!([])),
        set("optional-dependencies", json!([])),
        set("redis_args", json!({})),
        set("operating_systems", vec!["rhel9", "rhel8"]),
        set("min_redis_version", "7"),
        set("min_redis_pack_version", "7.20.0"),
        set("compatible_redis_version", "8.0.0"),
        set("homepage", ""),
        set("homepage", json!(null)),
        set("homepage", "https://oss.redis.com/redistimeseries/#a"),
        set("is_bundled", false),
        set("uid", "1952fcf9a5109fb59e61b1ad4d7e2d88"),
        platform("rhel8/x86_64", json!({"dependencies": {}, "sha256": "a".repeat(64)})),
        platform("ubuntu22/aarch64", json!({"dependencies": []})),
        optional("a", json!({"url": URL, "sha256": DIGEST})),
        set("config_command", "TEST.GET SET"),
        command("step", -3),
        command("last_key", -1),
        command("command_arity", 2.0),
        set("description", "{tag}, $5 and 100% of a@b"),
        set("command_line_args", "JSON {'a': {'b': 1}} --verbose"),
        set("display_name", "می\u{200c}خواهم"),
        set("author", "می\u{200c}خواهم"),
        set("homepage", "https://münchen.de/größe"),
        set("homepage", "https://web.archive.org/web/1,https://example.com/"),
        set("capability_name", "می\u{200c}خواهم"),
        set("email", "Team: a@example.com, b@example.com;"),
        set("email", "a@münchen.de"),
        set("email", ""),
        set("email", "Doe, John <john@example.com>"),
        set("author", "a \u{2067}b\u{2069}"),
        set("description", "מודול חיפוש (Redis)\u{200f}"),
        set("command_line_args", "PASSWORD Pa$$W0RD"),
        optional("a", json!({"url": "https://example.com/%C3%BC.tgz", "sha256": DIGEST})),
        optional("a", json!({"url": "https://github.com/o/r/blob/main/a.tgz?raw=true", "sha256": DIGEST})),
        set("email", "Jane Doe <jane@example.com>, Joe <joe@example.com>"),
        set("min_redis_version", "7.0"),
        set("compatible_redis_version", "9.0"),
        set("min_redis_pack_version", "9.0"),
    ] {
        assert_eq!(found(&bundle), (None, Vec::new()), "{:?}", bundle.metadata);
    }
}

/// What is one fault is said once: by whoever knows most of it, at its place.
#[test]
fn one_fault_is_said_once() {
    let renamed = |from: &str, to: &str| {
        let value = good().metadata.remove(from).unwrap();
        good().without(from).set(to, value)
    };
    let optional = |members: Value| optional("a", members);
    for (bundle, rule, place) in [
        (set("os", "{{OS}}"), "module-os-mismatch", "/os"),
        (set("os", "-"), "module-os-mismatch", "/os"),
        (set("os", "a\u{7}"), "module-os-mismatch", "/os"),
        (set("crdb", "yes"), "wrong-type", "/crdb"),
        (set("command_line_args", "<args>"), "placeholder", "/command_line_args"),
        (set("command_line_args", "{os.getenv(\"X\")}"), "placeholder", "/command_line_args"),
        (set("dependencies", json!({"url": URL, "sha256": DIGEST})), "wrong-type", "/dependencies"),
        (set("dependencies", json!({"<name>": {"url": URL, "sha256": DIGEST}})), "wrong-form", "/dependencies/<name>"),
        (optional(json!({"uri": URL, "sha256": DIGEST})), "dependency-nowhere", "/optional-dependencies/a/url"),
        (optional(json!({"URL": URL, "sha256": DIGEST})), "dependency-nowhere", "/optional-dependencies/a/url"),
        (optional(json!({"url": URL, "sha-256": DIGEST})), "unknown-key", "/optional-dependencies/a/sha-256"),
        (dependency(&json!({"url": "https://example.com/a b/data.tgz"})), "wrong-form", "/dependencies/data/url"),
        (renamed("module_name", "module-name"), "metadata-key-missing", "/module_name"),
        (renamed("version", "Version"), "metadata-key-missing", "/version"),
        (renamed("commands", "comands"), "commands-empty", "/commands"),
        (renamed("operating_systems", "operating-systems"), "operating-systems-missing", "/operating_systems"),
        (
            renamed("compatible_redis_version", "compatible_redis_verison"),
            "compatible-redis-version-missing",
            "/compatible_redis_version",
        ),
        (renamed("display_name", "display-name"), "unknown-key", "/display-name"),
        (renamed("sha256", "sha-256"), "unknown-key", "/sha-256"),
        (
            set("commands", json!([{"command-name": "test.get", "command_arity": 1}])),
            "member-missing",
            "/commands/0/command_name",
        ),
        (command("flags", json!(["{{FLAG}}"])), "placeholder", "/commands/0/flags/0"),
        (
            optional(json!({"url": "https://${U}:${P}@example.com/a.tgz", "sha256": DIGEST})),
            "placeholder",
            "/optional-dependencies/a/url",
        ),
        (set("operating_systems", json!(["rhel8", "centos8"])), "operating-system-spelling", "/operating_systems/1"),
        (set("os_list", json!(["bionic"])), "module-os-list-invalid", "/os_list/0"),
        (set("license", "-"), "variable-empty", "/license"),
        (command("first_key", 2_147_483_648_u32), "out-of-range", "/commands/0/first_key"),
        (set("min_redis_version", "9.9"), "needed-version-unknown", "/min_redis_version"),
        (set("min_redis_version", "7.5"), "needed-version-unknown", "/min_redis_version"),
        (set("min_redis_version", "6.4"), "needed-version-unknown", "/min_redis_version"),
        (set("min_redis_version", "8.74"), "needed-version-unknown", "/min_redis_version"),
        (set("min_redis_pack_version", "9.9"), "needed-version-unknown", "/min_redis_pack_version"),
        (set("min_redis_version", "99.0"), "needed-version-unknown", "/min_redis_version"),
        (set("compatible_redis_version", "74"), "needed-version-unknown", "/compatible_redis_version"),
    ] {
        assert_eq!(found(&bundle).1, [(rule, place.to_owned())], "{:?}", bundle.metadata);
    }
}

/// Releases, those to come, and development branches: what manifests of Redis's modules have.
#[test]
fn versions_that_modules_need() {
    let redis =
        ["2.8", "4.0", "5.0", "6.0.12", "6.1", "6.2", "6.9", "7.0", "7.1", "7.2", "7.3", "7.4.0", "7.9", "8.0", "8.1"];
    let later = ["8.8", "8.9", "8.9.80", "8.10", "9.0"];
    let clusters =
        ["5.0", "5.4.14", "5.5", "6.0.20", "7.2.0", "7.6", "7.20.0", "7.28", "8.0", "8.2", "8.4", "8.10", "9.0"];
    for (field, versions) in
        [("min_redis_version", [&redis[..], &later].concat()), ("min_redis_pack_version", clusters.to_vec())]
    {
        for version in versions {
            let of_field: Vec<_> = found(&set(field, version))
                .1
                .into_iter()
                .filter(|(rule, _)| *rule == "needed-version-unknown")
                .collect();
            assert_eq!(of_field, [], "{field} {version}");
        }
    }
}
