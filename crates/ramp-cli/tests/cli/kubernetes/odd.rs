//! Manifests as they come: misspelt, of other shapes, given twice, not whole.

use insta::assert_snapshot;
use serde_json::json;

use super::{manifests, shop, testdata};

/// Every slip that a reader of YAML takes without a word.
#[test]
fn nothing_is_passed_over_in_silence() {
    let run = shop().file("odd.yaml", testdata("odd.yaml")).ramp(&["validate", "--kubernetes", "odd.yaml", "--all"]);
    assert_snapshot!(run);
}

/// All keys that the definitions have beside those that count; none of them is taken for one of these.
#[test]
fn the_keys_of_the_definitions_are_not_misspelt() {
    let shop = shop().file("keys.yaml", testdata("keys.yaml"));
    let run = shop.ramp(&["validate", "--kubernetes", "keys.yaml", "--format", "json"]);
    assert_eq!(manifests(&run)["findings"], json!([]), "{run}");
}

#[test]
fn a_file_that_is_given_twice_is_read_once() {
    let manifest =
        ["validate", "--kubernetes", "rec.yaml", "--kubernetes", "./rec.yaml", "sub/../rec.yaml", "redb.yaml"];
    let bundles = ["testmodule-1.2.3.zip", "sub/../testmodule-1.2.3.zip", "second-0.4.1.zip", "--format", "json"];
    let result = manifests(&shop().directory("sub").ramp(&[&manifest[..], &bundles].concat()));
    assert_eq!((&result["files"], &result["findings"]), (&json!(["rec.yaml", "redb.yaml"]), &json!([])));
}

/// What `kubectl` takes, or hands on to an API server that does not.
#[test]
fn slips_that_a_reader_of_yaml_does_not_see() {
    let text = "apiVersion:\tapp.redislabs.com/v1\nkind:\tRedisEnterpriseCluster\nmetadata:\n  name:\tMy_Cluster\n  \
                labels: {a: 1, b: 2, a: 3}\nspec:\n  foo: 1\n  redisEnterpriseImageSpec: {versionTag: ' 8.0.10-64'}\n  \
                upgradeSpec: {autoUpgradeRedisEnterprise: \"true\"}\n  foo: 2\n  userDefinedModules:\n  \
                - {name: y, source: {https: {url: 'https://x/y-1.0.zip'}}}\n  \
                - {name: 'y', source: {https: {url: 'https://x/y-1.0.zip'}}}\n";
    let run = shop().file("slips.yaml", text).ramp(&["validate", "--kubernetes", "slips.yaml", "--format", "json"]);
    let result = manifests(&run);
    let found = result["findings"].as_array().unwrap().iter().map(|finding| {
        let at = &finding["location"];
        format!("{}:{} {}", at["line"], at["column"], finding["rule"].as_str().unwrap())
    });
    let found: Vec<String> = found.filter(|found| !found.ends_with("bundle-missing")).collect();
    let expected = [
        "5:24 kubernetes-key-twice",
        "10:3 kubernetes-key-twice",
        "4:9 kubernetes-name-form",
        "8:42 kubernetes-version-tag",
        "12:12 kubernetes-not-a-string",
        "9:45 kubernetes-not-a-boolean",
        "13:5 kubernetes-module-twice",
    ];
    assert_eq!(found, expected, "{run}");
}

#[test]
fn two_files_with_the_same_objects() {
    let shop = shop().file("copy.yaml", testdata("rec.yaml"));
    let run = shop.ramp(&["validate", "--kubernetes", "rec.yaml", "copy.yaml"]);
    for place in ["copy.yaml:2:1", "copy.yaml:33:1"] {
        assert!(run.stdout.contains(&format!("kubernetes-object-twice  {place}")), "{run}");
    }
}

#[test]
fn another_target_than_the_cluster() {
    let bundles = ["testmodule-1.2.3.zip", "second-0.4.1.zip"];
    assert_snapshot!(
        shop().ramp(&[&["validate", "--kubernetes", "rec.yaml", "--target", "8.2"], &bundles[..]].concat())
    );
}

#[test]
fn a_cluster_whose_nodes_download_nothing() {
    let older = String::from_utf8(testdata("rec.yaml")).unwrap().replace("8.0.10-64", "7.22.0-95");
    let bundles = ["testmodule-1.2.3.zip", "second-0.4.1.zip"];
    assert_snapshot!(
        shop().file("old.yaml", older).ramp(&[&["validate", "--kubernetes", "old.yaml"], &bundles[..]].concat())
    );
}

#[test]
fn databases_of_other_clusters_and_with_other_modules() {
    let shop = shop().file("redb-more.yaml", testdata("redb-more.yaml"));
    assert_snapshot!(shop.ramp(&[
        "validate",
        "--kubernetes",
        "rec.yaml",
        "redb-more.yaml",
        "testmodule-1.2.3.zip",
        "second-0.4.1.zip",
    ]));
}

/// Windows' ends of lines, a byte order mark and JSON with tabs are read like all else, and places stay right.
#[test]
fn other_ways_to_write_the_same() {
    let wrong = String::from_utf8(testdata("rec-wrong.yaml")).unwrap();
    let json = [
        r#"{"apiVersion": "v1", "kind": "List", "items": ["#,
        "\t{",
        "\t\t\"apiVersion\": \"app.redislabs.com/v1\", \"kind\": \"RedisEnterpriseCluster\", \"metadata\": {\"name\": \"rec\"},",
        r#"    "spec": {"userDefinedModules": [{"name": "second", "source": {"https": {"url": "s3://x/y-1.0.zip"}}}]}}]}"#,
    ];
    let shop = shop()
        .file("crlf.yaml", wrong.replace('\n', "\r\n"))
        .file("bom.yaml", format!("\u{feff}{wrong}"))
        .file("rec.json", json.join("\n"));
    for (file, place) in [("crlf.yaml", "22:16"), ("bom.yaml", "22:16"), ("rec.json", "4:84")] {
        let run = shop.ramp(&["validate", "--kubernetes", file]);
        assert!(run.stdout.contains(&format!("kubernetes-url-scheme  {file}:{place}")), "{run}");
    }
}

#[test]
fn files_that_cannot_be_read() {
    let rec = String::from_utf8(testdata("rec.yaml")).unwrap();
    // What comes behind the largest text that is read would be looked for in vain.
    let large = format!("kind: ConfigMap\ndata: {{a: {}}}\n---\n{rec}", "x".repeat(5 << 20));
    let nested = format!("kind: RedisEnterpriseCluster\nspec: {}{}\n", "[".repeat(500), "]".repeat(500));
    let (items, database) = ("*i,".repeat(100_000), "  - {kind: RedisEnterpriseDatabase, spec: {modulesList: *m}}\n");
    let aliases = format!("kind: List\nx: &m [&i {{name: y}},{items}]\nitems:\n{}", database.repeat(100));
    let shop = shop()
        .file("tabs.yaml", rec.replace("    ", "\t"))
        .file("latin.yaml", [b"# caf\xe9\n", rec.as_bytes()].concat())
        .file("large.yaml", large)
        .file("nested.yaml", nested)
        .file("aliases.yaml", aliases)
        .file("kind.yaml", rec.replace("RedisEnterpriseCluster", "redisEnterpriseCluster"))
        .file("empty.yaml", "")
        .file("list.yaml", "- kind: RedisEnterpriseCluster\n");
    let mut said = String::new();
    for name in ["tabs", "latin", "large", "nested", "aliases", "kind", "empty", "list"] {
        let run = shop.ramp(&["validate", "--kubernetes", &format!("{name}.yaml")]);
        assert_eq!((run.status, run.stderr.as_str()), (2, ""), "{name}: {run}");
        said.push_str(&run.stdout);
    }
    assert_snapshot!(said);
}

/// A known key counts only at its place; wherever else it is, that place is named.
#[test]
fn a_key_that_is_not_where_it_belongs() {
    let rec = |spec: &str, top: &str| {
        let head = "apiVersion: app.redislabs.com/v1\nkind: RedisEnterpriseCluster\nmetadata: {name: rec}\n";
        format!("{head}spec:\n  nodes: 3\n{spec}{top}")
    };
    let redb = |spec: &str| {
        let head = "apiVersion: app.redislabs.com/v1alpha1\nkind: RedisEnterpriseDatabase\nmetadata: {name: db}\n";
        format!("{}---\n{head}spec:\n{spec}", rec("", ""))
    };
    let module = "[{name: a, source: {https: {url: 'https://x/a-1.0.zip'}}}]";
    let found = |text: String| {
        let run = shop().file("m.yaml", text).ramp(&["validate", "--kubernetes", "m.yaml", "--format", "json"]);
        let result = manifests(&run);
        let of_rule = |finding: &&serde_json::Value| finding["rule"] == "kubernetes-key-misplaced";
        let findings: Vec<_> = result["findings"].as_array().unwrap().iter().filter(of_rule).cloned().collect();
        let text = |finding: &serde_json::Value| {
            let at = &finding["location"];
            let message = finding["message"].as_str().unwrap();
            format!("{}:{} {message}. {}", at["line"], at["column"], finding["help"].as_str().unwrap())
        };
        findings.iter().map(text).collect::<Vec<_>>().join("\n")
    };
    let said = [
        found(rec("", &format!("userDefinedModules: {module}\n"))),
        found(rec(&format!("  modules:\n    userDefinedModules: {module}\n"), "")),
        found(rec(&format!("  modulesList:\n    userDefinedModules: {module}\n"), "")),
        found(rec("  autoUpgradeRedisEnterprise: true\n", "")),
        found(rec("  redisEnterpriseImageSpec: {autoUpgradeRedisEnterprise: true}\n  versionTag: 8.0.10-64\n", "")),
        found(rec(
            "  userDefinedModules:\n  - name: a\n    source:\n      https:\n      url: https://x/a-1.0.zip\n",
            "",
        )),
        found(rec("", "").replace("{name: rec}", "{name: rec, spec: {}}")),
        found(redb("  globalConfigurations: {modulesList: [{name: search}]}\n")),
        found(redb(&format!("  userDefinedModules: {module}\n"))),
        found(redb("  backup: {redisVersion: \"8.2\"}\n")),
    ];
    assert_snapshot!(said.join("\n"));
    // What others call so is theirs: labels, keys of a Secret, tags of other images, URLs of backups.
    let labels = "  extraLabels: {redisVersion: '8', modulesList: a}\n  bootstrapperImageSpec: {versionTag: '1'}\n";
    let more = "  backup: {s3: {url: 'https://x'}}\n  volumes: [{spec: {metadata: {}, source: a}}]\n";
    let secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, annotations: {userDefinedModules: a}}\ndata: {modulesList: YQ==}\n";
    assert_eq!(found(format!("{}{secret}", rec(&[labels, more].concat(), "status: {redisVersion: a}\n"))), "");
}

/// As `kubectl` writes them: such a list and its first item begin at the same place.
#[test]
fn items_of_a_list_without_indentation() {
    let text = "apiVersion: app.redislabs.com/v1\nkind: RedisEnterpriseCluster\nmetadata: {name: rec}\nspec:\n  \
                userDefinedModules:\n  - name: a\n    name: b\n    Source: {}\n";
    let run = shop().file("m.yaml", text).ramp(&["validate", "--kubernetes", "m.yaml"]);
    for found in ["kubernetes-key-twice  m.yaml:7:5", "kubernetes-key-misspelt  m.yaml:8:5"] {
        assert!(run.stdout.contains(found), "{run}");
    }
}

#[test]
fn a_template_that_is_not_rendered() {
    let rec = String::from_utf8(testdata("rec.yaml")).unwrap().replace("8.0.10-64", "{{ .Values.tag }}");
    let shop = shop().file("chart.yaml", rec.replace("https://modules", "https://{{ .Values.host }}"));
    let run = shop.ramp(&["validate", "--kubernetes", "chart.yaml", "--format", "json"]);
    let result = manifests(&run);
    let findings = result["findings"].as_array().unwrap().iter();
    let found: Vec<_> = findings.filter(|finding| finding["level"] == "error").map(|f| &f["message"]).collect();
    let says = |field: &str, of: &str| format!("`{field}` has the placeholder `{of}` in it, which is not filled in");
    let (tag, url) = (says("versionTag", "{{ .Values.tag }}"), says("url", "{{ .Values.host }}"));
    assert_eq!(found, [&tag, &url, &url], "{run}");
}
