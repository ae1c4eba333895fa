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
    assert_eq!((&result["manifests"], &result["findings"]), (&json!(["rec.yaml", "redb.yaml"]), &json!([])));
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
        "9:45 kubernetes-auto-upgrade",
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
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{name}: {run}");
        said.push_str(&run.stderr);
    }
    assert_snapshot!(said);
}
