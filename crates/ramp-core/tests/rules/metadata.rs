//! Metadata that will hurt later.

use ramp_core::Policy;
use ramp_fixtures::bundle::{BundleBuilder, sha256_hex};
use serde_json::json;

use crate::cases::{Case, case, cluster, good, on_systems, report, set, with_deps};
use crate::schema::DIGEST;

pub(crate) fn cases() -> Vec<Case> {
    [document(), versions(), names(), commands(), dependencies()].concat()
}

fn document() -> Vec<Case> {
    vec![
        case("unknown-key", "a misspelt key", set("min_redis_verison", "7.2")),
        case("unknown-key", "a key with a slash", set("a/b", 1)),
        case(
            "unknown-key",
            "a misspelt key of a dependency",
            of_optional(&json!({"url": "https://example.com/a.tgz", "sha256": DIGEST, "sha265": "a"})),
        )
        .twin(of_optional(&downloaded("https://example.com/a.tgz", 0))),
        case("unknown-key", "a key of a platform", set("platforms", json!({"rhel8/x86_64": {"x": 1}})))
            .twin(set("platforms", json!({"rhel8/x86_64": {}}))),
        case(
            "unknown-key",
            "a key of three letters beside the right one",
            of_optional(&json!({"url": "https://example.com/a.tgz", "sha256": DIGEST, "ulr": "x"})),
        )
        .twin(of_optional(&downloaded("https://example.com/a.tgz", 0))),
        case("unknown-key", "a key of a command", with_member("arity", 1)).twin(with_member("command_arity", 1)),
        case("placeholder", "a template that nobody filled in", set("description", "for {{PRODUCT}}")),
        case(
            "placeholder",
            "arguments that the reference packer evaluates",
            set("command_line_args", "{os.getenv('HOME')}"),
        ),
        case("placeholder", "a key of a template", set("{{KEY}}", 1)),
        case("placeholder", "a value that is all placeholder", set("license", "<license>")),
        case("placeholder", "a note to oneself", set("description", "TODO"))
            .twin(set("description", "Keeps a TODO list")),
        case("placeholder", "what Python writes for nothing", set("author", "None")).twin(set("license", "None")),
        case("placeholder", "what JavaScript writes for nothing", set("license", "undefined")),
        case("placeholder", "a command called by a note", with_member("command_name", "TODO"))
            .twin(with_member("command_name", "todo.add")),
        case("placeholder", "nothing in an address", at(&["https://example.com/None/a.tgz"]))
            .twin(set("homepage", "https://example.com/nil/x")),
        case("placeholder", "a variable of one letter in an address", set("homepage", "https://example.com/$V/"))
            .twin(set("description", "costs $V")),
        case("placeholder", "a version in an address", set("homepage", "https://example.com/{version}/"))
            .twin(set("description", "keeps {version} for each {user}")),
        case("variable-empty", "an option in place of the name", set("module_name", "--verbose")),
        case("variable-empty", "a name with a blank", set("module_name", "test module")),
        case("variable-empty", "a name with a brace", set("module_name", "test{}module")),
    ]
}

fn versions() -> Vec<Case> {
    vec![
        case("version-not-an-integer", "a version as the reference packer writes it", set("version", 10203.0))
            .on(cluster("8.0")),
        case("semantic-version-mismatch", "another patch number", set("semantic_version", "1.2.4")),
        case("min-version-build", "a build number", set("min_redis_pack_version", "7.2.0-5")),
        case(
            "compatible-redis-version-missing",
            "a package of an older packer",
            good().without("compatible_redis_version"),
        ),
        case("compatible-redis-version-placeholder", "a development branch", set("compatible_redis_version", "99.99")),
        case(
            "compatible-redis-version-unmatched",
            "a module for 8.4 and a cluster of 7.22",
            set("compatible_redis_version", "8.4"),
        )
        .on(cluster("7.22")),
        case("needed-version-unknown", "a version without its dot", set("compatible_redis_version", "74"))
            .twin(set("compatible_redis_version", "7.4")),
        case("needed-version-unknown", "a version of a cluster", set("min_redis_version", "7.22"))
            .twin(set("min_redis_pack_version", "7.22")),
        case("needed-version-unknown", "a cluster that nobody has", set("min_redis_pack_version", "70.2"))
            .twin(set("min_redis_pack_version", "9.0")),
        case(
            "min-redis-version-above-compatible",
            "a manifest that leaves the other to the packer",
            set("min_redis_version", "8.0"),
        )
        .twin(set("min_redis_version", "7.0")),
    ]
}

fn names() -> Vec<Case> {
    vec![
        case("module-name-characters", "a letter that is not ASCII", set("module_name", "größe"))
            .twin(set("module_name", "groesse")),
        case("module-name-characters", "a character that shells act on", set("module_name", "a&b"))
            .twin(set("module_name", "a-b_c.d")),
        case("module-name-deprecated", "the name of RedisGraph", set("module_name", "graph")),
        case("module-name-bundled", "the name of RediSearch", set("module_name", "search")),
        case("display-name-empty", "an empty name", set("display_name", "")),
        case("capability-unknown", "two in one", set("capabilities", json!(["types,flash"])))
            .twin(set("capabilities", json!(["types", "flash"]))),
        case("capability-unknown", "a name that never was one", set("capabilities", json!(["types", "resharding"])))
            .twin(set("capabilities", json!(["types", "reshard_rebalance"]))),
        case(
            "capability-twice",
            "one capability twice",
            set("capabilities", json!(["types", "hash_policy", "hash_policy"])),
        )
        .twin(set("capabilities", json!(["types", "hash_policy"]))),
        case("list-value-twice", "one system twice", on_systems(&["rhel9", "ubuntu22", "rhel9"]))
            .twin(on_systems(&["rhel9", "ubuntu22", "rhel8"])),
        case("list-value-twice", "one command left out twice", set("exclude_commands", vec!["a", "a"]))
            .twin(set("exclude_commands", vec!["a", "b"])),
        case("operating-system-unknown", "a platform", set("platforms", json!({"solaris11/x86_64": {}})))
            .twin(set("platforms", json!({"ubuntu22/x86_64": {}}))),
        case("operating-system-spelling", "a platform", set("platforms", json!({"rocky8/x86_64": {}})))
            .twin(set("platforms", json!({"rhel8/x86_64": {}}))),
        case("operating-systems-missing", "a package of an older packer", good().without("operating_systems")),
        case("operating-system-unknown", "two in one", on_systems(&["rhel9,rhel8"]))
            .twin(on_systems(&["rhel9", "rhel8"])),
        case("operating-system-unknown", "Debian", on_systems(&["debian12"])),
        case("operating-system-unknown", "a slip of the fingers", on_systems(&["ubunut22"]))
            .twin(on_systems(&["ubuntu22"])),
        case("operating-system-spelling", "capitals", on_systems(&["RHEL9"])).twin(on_systems(&["rhel9"])),
        case("operating-systems-differ", "an older list with another system", set("os_list", vec!["rhel8"]))
            .twin(set("os_list", vec!["rhel9.2"])),
        case("operating-system-spelling", "a minor version", on_systems(&["ubuntu22.04"]))
            .twin(on_systems(&["ubuntu22"])),
        case("command-line-args-characters", "a quoted argument", set("command_line_args", "PLUGIN \"a b\"")),
        case(
            "crdb-declared",
            "a manifest copied from RedisJSON",
            set("crdb", json!({"name": "testmodule", "supported_featureset_versions": [1]})),
        ),
        case("sha256-missing", "metadata written by hand", good().without("sha256")),
        case("git-sha-bytes", "a commit as the reference packer writes it", set("git_sha", "b'0a1b2c3'"))
            .twin(set("git_sha", "0a1b2c3")),
    ]
}

fn command(name: &str) -> serde_json::Value {
    json!({"command_arity": -1, "command_name": name, "first_key": 0, "flags": [], "last_key": 0, "step": 0})
}

fn commands() -> Vec<Case> {
    let long = |len: usize| set("commands", json!([command(&"a".repeat(len))]));
    vec![
        case("commands-empty", "no commands", set("commands", json!([]))),
        case(
            "command-without-arity",
            "a command by its name only",
            set("commands", json!([{"command_name": "test.get"}])),
        ),
        case("command-name-too-long", "a name of 65 characters", long(65)).twin(long(64)),
        case(
            "command-twice",
            "one command in two spellings",
            set("commands", json!([command("test.get"), command("TEST.GET")])),
        )
        .twin(set("commands", json!([command("test.get"), command("test.set")]))),
        case("command-name-refused", "a name with a blank", set("commands", json!([command("test get")])))
            .twin(set("commands", json!([command("test.get")]))),
        case(
            "command-name-refused",
            "a name with a comma, in place of one",
            set("overide_command", json!([command("a,b")])),
        )
        .twin(set("overide_command", json!([command("test.get")]))),
        case("command-name-taken", "a command of Redis", set("commands", json!([command("GET")])))
            .twin(set("commands", json!([command("test.get")]))),
        case(
            "command-name-taken",
            "a command of a later Redis, for databases of it",
            set("add_command", json!([command("hgetex")])).set("compatible_redis_version", "8.0"),
        )
        .twin(set("add_command", json!([command("hgetex")])).set("compatible_redis_version", "7.4")),
        case("command-name-signs", "a pattern of a shell", with_member("command_name", "*"))
            .twin(with_member("command_name", "*a")),
        case("config-command-unknown", "a path", set("config_command", "../x SET"))
            .twin(set("config_command", "CONFIG SET")),
        case("config-command-unknown", "a command of another module", set("config_command", "FT.CONFIG SET"))
            .twin(set("config_command", "TEST.GET SET")),
        case("command-arity-zero", "a zero with a fraction", with_member("command_arity", 0.0))
            .twin(with_member("command_arity", 1.0)),
        case("command-arity-zero", "a command of no arguments at all", with_member("command_arity", 0))
            .twin(with_member("command_arity", 1)),
        case("command-flag-unknown", "a flag as modules declare it", with_member("flags", vec!["deny-oom"]))
            .twin(with_member("flags", vec!["denyoom"])),
        case("command-contradicts-itself", "a key behind the last argument", with_arity(2)).twin(with_arity(-2)),
        case(
            "command-contradicts-itself",
            "a command that writes and only reads",
            with_member("flags", vec!["write", "readonly"]),
        )
        .twin(with_member("flags", vec!["write", "denyoom"])),
        case("command-contradicts-itself", "a flag twice", with_member("flags", vec!["write", "write"])),
        case("command-contradicts-itself", "a last key before the first", with_keys([5, 1, 1]))
            .twin(with_keys([1, 5, 1])),
        case("command-contradicts-itself", "a last key without a first", with_keys([0, 5, 1]))
            .twin(with_keys([0, 1, -1])),
        case("command-contradicts-itself", "a step beyond the last key", with_keys([1, 3, 99_999]))
            .twin(with_keys([1, -1, 2])),
        case("command-contradicts-itself", "a last key before the first, from the end", with_last(-4, 3))
            .twin(with_last(-2, 3)),
        case("command-contradicts-itself", "keys without a step", with_keys([1, 2, 0])).twin(with_keys([1, 1, 0])),
        case("command-first-key-negative", "a first key counted from the end", with_member("first_key", -1))
            .twin(with_keys([1, 1, 1])),
    ]
}

/// The good bundle with one command that has one member set.
fn with_member(key: &str, value: impl Into<serde_json::Value>) -> BundleBuilder {
    let mut command = command("test.get");
    command[key] = value.into();
    set("commands", json!([command]))
}

/// The good bundle with a command of that arity, and keys at 1 and 2.
fn with_arity(arity: i64) -> BundleBuilder {
    let mut command = command("test.get");
    (command["command_arity"], command["first_key"]) = (arity.into(), 1.into());
    (command["last_key"], command["step"]) = (2.into(), 1.into());
    set("commands", json!([command]))
}

/// The good bundle with a command of that last key and arity, and a key at 1.
fn with_last(last: i64, arity: i64) -> BundleBuilder {
    let mut command = command("test.get");
    (command["command_arity"], command["first_key"]) = (arity.into(), 1.into());
    (command["last_key"], command["step"]) = (last.into(), 1.into());
    set("commands", json!([command]))
}

/// The good bundle with a command of these first and last key, and step.
fn with_keys([first, last, step]: [i64; 3]) -> BundleBuilder {
    let mut command = command("test.get");
    (command["first_key"], command["last_key"], command["step"]) = (first.into(), last.into(), step.into());
    set("commands", json!([command]))
}

/// A bundle with an optional dependency.
fn of_optional(members: &serde_json::Value) -> BundleBuilder {
    set("optional-dependencies", json!({ "a": members }))
}

/// A bundle with an optional dependency of that digest.
fn of_digest(digest: &str) -> BundleBuilder {
    of_optional(&json!({"url": "https://example.com/a.tgz", "sha256": digest}))
}

fn dependencies() -> Vec<Case> {
    let named = |file: &str| {
        let dependency = json!({"python": {"url": "https://example.com/python.linux.tgz"}});
        let mut bundle = set("dependencies", dependency);
        bundle.dependencies.push((file.to_owned(), ramp_fixtures::tgz::good()));
        bundle
    };
    vec![
        case("dependency-name", "a file named by its key and not by its URL", named("deps/python.tgz"))
            .twin(named("deps/python.linux.tgz")),
        case(
            "dependency-local-path",
            "an archive of the machine that packed",
            of_optional(&json!({"url": "https://example.com/a.tgz", "sha256": DIGEST, "local_path": "/home/me/a.tgz"})),
        )
        .twin(of_optional(&downloaded("https://example.com/a.tgz", 0))),
        case(
            "dependency-unlisted",
            "a file that no dependency names",
            with_deps(&["a"]).set("dependencies", json!({})),
        )
        .twin(with_deps(&["a"])),
        case("url-credentials", "a user in the address of the home page", set("homepage", "https://me@example.com/"))
            .twin(set("homepage", "https://example.com/@me")),
        case("url-credentials", "a password in an address", at(&["https://build:secret@example.com/a.tgz"]))
            .twin(at(&["https://example.com/a.tgz"])),
        case("email-unusual", "a link", set("email", "mailto:me@example.com")).twin(set("email", "me@example.com")),
        case("email-unusual", "two addresses without a comma", set("email", "a@example.com b@example.com"))
            .twin(set("email", "a@example.com, b@example.com")),
        case("dependency-url-characters", "a letter that is not ASCII", at(&["https://example.com/größe/a.tgz"]))
            .twin(at(&["https://example.com/gr%C3%B6%C3%9Fe/a.tgz"])),
        case("dependency-url-characters", "a host that is not ASCII", at(&["https://größe.example/a.tgz"]))
            .twin(at(&["https://xn--gre-6ka8i.example/a.tgz"])),
        case("dependency-sha256-of-nothing", "the digest of no bytes", of_digest(&sha256_hex(b"")))
            .twin(of_digest(DIGEST)),
        case("dependency-sha256-of-nothing", "zeros", of_digest(&"0".repeat(64))).twin(of_digest(DIGEST)),
        case("dependency-url-fragment", "a digest in an address", at(&["https://example.com/a.tgz#sha256=aa"]))
            .twin(at(&["https://example.com/a.tgz?sha256=aa"])),
        case("dependency-url-localhost", "a server of one's own", at(&["http://localhost:8000/a.tgz"]))
            .twin(at(&["https://localhost.example.com/a.tgz"])),
        case("dependency-url-localhost", "an address of one's own", at(&["https://127.0.0.1/a.tgz"]))
            .twin(at(&["https://10.0.0.1/a.tgz"])),
        case("dependency-url-page", "a page of GitHub", at(&["https://github.com/me/m/blob/main/a.tgz"]))
            .twin(at(&["https://github.com/me/m/raw/main/a.tgz"])),
        case("dependency-url-http", "no encryption", at(&["http://example.com/a.tgz"]))
            .twin(at(&["https://example.com/a.tgz"])),
        case("dependency-sha256-missing", "no digest", of_optional(&json!({"url": "https://example.com/a.tgz"})))
            .twin(of_optional(&downloaded("https://example.com/a.tgz", 0))),
        case(
            "dependency-file-shared",
            "two files of one name",
            at(&["https://example.com/x/a.tgz", "https://example.com/y/a.tgz"]),
        )
        .twin(at(&["https://example.com/x/a.tgz", "https://example.com/y/b.tgz"])),
        case("dependency-twice", "a key in both lists", in_both("d0")).twin(in_both("d1")),
    ]
}

/// A dependency `d0` that is needed, and an optional one of that key.
fn in_both(key: &str) -> BundleBuilder {
    let optional = json!({key: downloaded("https://example.com/y/b.tgz", 1)});
    at(&["https://example.com/x/a.tgz"]).set("optional-dependencies", optional)
}

/// A dependency at that address, with a digest of its own.
fn downloaded(url: &str, index: usize) -> serde_json::Value {
    json!({"url": url, "sha256": format!("{:064x}", index + 1)})
}

/// The good bundle with dependencies at these addresses.
fn at(urls: &[&str]) -> BundleBuilder {
    let dependencies: serde_json::Map<_, _> =
        urls.iter().enumerate().map(|(index, url)| (format!("d{index}"), downloaded(url, index))).collect();
    set("dependencies", json!(dependencies))
}

/// What real bundles have: one file for two keys, by its digest or its address; commands of the proxy, whose `step` is a policy.
#[test]
fn what_ordinary_metadata_has_is_not_odd() {
    let digest = DIGEST;
    let dependencies = |url: &str, sha256: &str| {
        json!({
            "a": {"url": "https://example.com/x/a.tgz", "sha256": digest},
            "b": {"url": url, "sha256": sha256},
        })
    };
    let flags = ["readonly", "module", "movablekeys", "skip_slowlog", "_proxy-filtered"];
    let command = json!({
        "command_arity": -1, "command_name": "FT.CURSOR", "first_key": 3, "flags": flags, "last_key": 1, "step": -3
    });
    for bundle in [
        set("dependencies", dependencies("https://example.com/y/a.tgz", &digest.to_uppercase())),
        set("dependencies", dependencies("https://example.com/x/a.tgz", digest)),
        set("commands", json!([command])),
        set("min_redis_version", "7.4.0"),
    ] {
        let report = report(&bundle.build(), &ramp_core::Target::default(), &Policy::strict());
        assert!(report.findings().is_empty(), "{:#?}", report.findings());
    }
}

/// RFC 6901: `/` and `~` in a name would be read as steps.
#[test]
fn pointers_escape_the_names_of_the_document() {
    let pointers = |bundle: BundleBuilder, rule: &str| -> Vec<String> {
        let report = report(&bundle.build(), &cluster("8.0"), &Policy::strict());
        let found = report.findings().iter().filter(|finding| finding.rule == rule);
        found.filter_map(|finding| finding.location.clone()?.pointer).collect()
    };
    assert_eq!(pointers(set("a/b", 1), "unknown-key"), ["/a~1b"]);
    let dependency = |value| set("dependencies", json!({"a/b~c": value}));
    assert_eq!(pointers(dependency(json!(1)), "invalid-dependency-data"), ["/dependencies/a~1b~0c"]);
    assert_eq!(pointers(dependency(json!({"url": 1})), "invalid-dependency-data"), ["/dependencies/a~1b~0c/url"]);
    assert_eq!(pointers(dependency(json!({"url": "x/y.tgz"})), "dependency-missing"), ["/dependencies/a~1b~0c"]);
}
