//! `ramp validate --kubernetes`.

use std::path::Path;

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::{Value, json};

use crate::shop::{Run, Shop};

mod odd;
mod unread;

fn testdata(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/kubernetes").join(name)).unwrap()
}

fn second() -> BundleBuilder {
    let named = BundleBuilder::good().set("module_name", "second").set("display_name", "Second module");
    named.set("version", 401).set("semantic_version", "0.4.1")
}

/// Two bundles, and manifests that are right and wrong.
fn shop() -> Shop {
    ["rec.yaml", "redb.yaml", "rec-wrong.yaml", "redb-wrong.yaml"]
        .into_iter()
        .fold(Shop::new(), |shop, name| shop.file(name, testdata(name)))
        .bundle("testmodule-1.2.3.zip", &BundleBuilder::good())
        .bundle("testmodule.zip", &BundleBuilder::good().set("commands", json!([])))
        .bundle("second-0.4.1.zip", &second())
        .bundle(
            "ubuntu.zip",
            &BundleBuilder::good().set("module_name", "ubuntu").set("operating_systems", ["ubuntu22"].as_slice()),
        )
}

fn wrong(more: &[&str]) -> Run {
    let args = ["validate", "--kubernetes", "rec-wrong.yaml", "redb-wrong.yaml", "testmodule.zip", "second-0.4.1.zip"];
    shop().ramp(&[&args[..], &["ubuntu.zip"], more].concat())
}

/// The result on the manifests, which is the last.
fn manifests(run: &Run) -> Value {
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    document["results"].as_array().unwrap().last().unwrap().clone()
}

#[test]
fn a_cluster_that_loads_its_modules() {
    assert_snapshot!(shop().ramp(&[
        "validate",
        "--kubernetes",
        "rec.yaml",
        "redb.yaml",
        "testmodule-1.2.3.zip",
        "second-0.4.1.zip"
    ]));
}

#[test]
fn a_cluster_that_does_not() {
    assert_snapshot!(wrong(&[]));
}

#[test]
fn a_place_in_each_format() {
    let result = manifests(&wrong(&["--format", "json"]));
    let found = result["findings"].as_array().unwrap();
    let scheme = found.iter().find(|finding| finding["rule"] == "kubernetes-url-scheme").unwrap();
    let at =
        json!({"entry": null, "pointer": null, "offset": null, "file": "rec-wrong.yaml", "line": 22, "column": 16});
    assert_eq!(scheme["location"], at);
    assert_eq!((&result["bundle"], &result["answer"]), (&json!("rec-wrong.yaml"), &Value::Null));
    assert_eq!(result["files"], json!(["rec-wrong.yaml", "redb-wrong.yaml"]));

    let sarif: Value = serde_json::from_str(&wrong(&["--format", "sarif"]).stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["ruleId"] == "kubernetes-url-scheme").unwrap();
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "rec-wrong.yaml");
    assert_eq!(physical["region"], json!({"startLine": 22, "startColumn": 16}));
    let missing = results.iter().find(|result| result["ruleId"] == "kubernetes-metadata-missing").unwrap();
    let inside = &missing["locations"][0]["logicalLocations"][0]["fullyQualifiedName"];
    assert_eq!(inside, "module.json#/commands");

    let github = wrong(&["--format", "github"]).stdout;
    let annotation = "::error file=rec-wrong.yaml,line=22,col=16,title=kubernetes-url-scheme::the URL of `second` is";
    assert!(github.contains(annotation), "{github}");
    let junit = wrong(&["--format", "junit"]).stdout;
    let case = r#"name="kubernetes-url-scheme rec-wrong.yaml:22:16" classname="rec-wrong.yaml" file="rec-wrong.yaml" line="22""#;
    assert!(junit.contains(case), "{junit}");
}

#[test]
fn the_result_is_valid_by_the_schema() {
    let schema: Value = serde_json::from_str(&Shop::new().ramp(&["schema"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut document: Value = serde_json::from_str(&wrong(&["--format", "json"]).stdout).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(wrong, [""; 0]);
    let results = document["results"].as_array_mut().unwrap();
    results.last_mut().unwrap().as_object_mut().unwrap().remove("files");
    assert!(!validator.is_valid(&document), "neither a bundle's nor that of manifests");
}

#[test]
fn without_a_bundle_the_list_itself_is_checked() {
    let run = shop().ramp(&["validate", "--kubernetes", "rec.yaml", "--format", "json"]);
    assert_eq!((run.status, manifests(&run)["passed"].as_bool()), (0, Some(true)));
    let rules: Vec<Value> = manifests(&run)["findings"].as_array().unwrap().iter().map(|f| f["rule"].clone()).collect();
    assert_eq!(rules, ["kubernetes-bundle-missing", "kubernetes-bundle-missing"]);
    let run = shop().ramp(&["validate", "--kubernetes", "rec-wrong.yaml"]);
    assert_eq!(run.status, 1);
}

#[test]
fn the_bundles_are_checked_against_the_cluster_of_the_manifests() {
    let target = |args: &[&str]| {
        let run =
            shop().ramp(&[&["validate", "--format", "json", "ubuntu.zip", "--kubernetes", "rec.yaml"], args].concat());
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        document["results"][0]["target"].clone()
    };
    let own = target(&[]);
    assert_eq!((&own["cluster_version"], &own["operating_systems"]), (&json!("8.0.10-64"), &json!(["rhel9"])));
    assert_eq!(own["endpoint"], "bootstrap");
    assert_eq!(target(&["--endpoint", "user-defined"])["endpoint"], "user-defined");
    let named = target(&["--target", "7.22"]);
    assert_eq!((&named["cluster_version"], &named["operating_systems"]), (&json!("7.22"), &json!(["rhel9"])));
    // That release downloads nothing; the answer is to the upload that it has.
    assert_eq!(named["endpoint"], "v2");
    assert_eq!(target(&["--target", "8.2"])["endpoint"], "bootstrap");
    assert_eq!(target(&["--os", "ubuntu22"])["cluster_version"], "8.0.10-64");
}

#[test]
fn a_policy_and_a_level_count_for_manifests_too() {
    assert_eq!(wrong(&["--policy", "reference", "--fail-on", "error"]).status, 1, "the bundles are refused");
    let lenient = shop().ramp(&["validate", "--kubernetes", "rec-wrong.yaml", "--policy", "reference"]);
    assert_eq!(lenient.status, 0);
    let strictest = shop().ramp(&["validate", "--kubernetes", "rec.yaml", "--fail-on", "note"]);
    assert_eq!(strictest.status, 1);
}

#[test]
fn manifests_come_from_standard_input_too() {
    let run = shop().stdin(testdata("rec.yaml")).ramp(&["validate", "--kubernetes", "-", "testmodule-1.2.3.zip"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(run.stdout.contains("<stdin>:27:7"), "{run}");
    let twice = shop().stdin("").ramp(&["validate", "--kubernetes", "-", "-"]);
    assert_eq!(twice.status, 2);
}

#[test]
fn documents_of_other_kinds_need_not_be_understood() {
    let others =
        "---\nkind: CustomResourceDefinition\nspec:\n  a:\n    b: 'one\n  two'\n---\nkind: {{ .Values.kind }}\nx: {{\n";
    let text = format!("{others}---\n{}\n{others}", String::from_utf8(testdata("rec.yaml")).unwrap());
    let run = shop().file("all.yaml", text).ramp(&["validate", "--kubernetes", "all.yaml", "testmodule-1.2.3.zip"]);
    assert_eq!(run.status, 0, "{run}");
    // The places are those of the whole file.
    assert!(run.stdout.contains("all.yaml:37:7"), "{run}");
}

/// However a kind is written, a database that asks for a module that nobody defines is found.
#[test]
fn a_kind_can_be_written_in_many_ways() {
    let rec = String::from_utf8(testdata("rec.yaml")).unwrap();
    let of = |kind: &str| {
        let database = format!("{kind}\nmetadata: {{name: db}}\nspec: {{modulesList: [{{name: nosuch}}]}}\n");
        let text = format!("{rec}\n---\napiVersion: app.redislabs.com/v1alpha1\n{database}");
        let arguments = ["validate", "--kubernetes", "all.yaml", "testmodule-1.2.3.zip", "--format", "json"];
        shop().file("all.yaml", text).ramp(&arguments).stdout
    };
    for kind in ["kind: K", "kind: \"K\"", "kind: !!str K", "kind: &k K", "kind: >-\n  K", "kind: |-\n  K"] {
        let found = of(&kind.replace('K', "RedisEnterpriseDatabase").replace("&kind", "&k"));
        assert!(found.contains("kubernetes-database-module"), "{kind}: {found}");
    }
}

#[test]
fn files_that_are_not_manifests() {
    let shop = shop()
        .file("chart.yaml", "apiVersion: app.redislabs.com/v1\nspec:\n  nodes: {{ .Values.nodes }}\n  a: [b: {\n")
        .file("latin.yaml", b"name: \xe9\n");
    let runs = [
        &["redb.yaml"][..],
        &["redb.yaml", "testmodule-1.2.3.zip"],
        &["chart.yaml"],
        &["latin.yaml"],
        &["missing.yaml"],
        &["testmodule.zip"],
        &["redb.yaml", "--kubernetes", "missing.yaml"],
    ];
    let said: String = runs
        .iter()
        .map(|args| {
            let run = shop.ramp(&[&["validate", "--kubernetes"][..], args].concat());
            assert_eq!((run.status, run.stderr.as_str()), (2, ""), "{args:?}");
            run.stdout
        })
        .collect();
    assert_snapshot!(said);
}
