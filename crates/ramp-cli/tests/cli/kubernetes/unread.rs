//! Manifests that cannot be read: results like all others, and the bundles are judged all the same.

use serde_json::{Value, json};

use super::{shop, testdata};
use crate::shop::{Run, Shop};

fn with_tabs() -> Shop {
    shop().file("tabs.yaml", String::from_utf8(testdata("rec.yaml")).unwrap().replace("    ", "\t"))
}

fn validate(more: &[&str]) -> Run {
    let run = with_tabs().ramp(&[&["validate", "testmodule-1.2.3.zip", "--kubernetes"], more].concat());
    assert_eq!((run.status, run.stderr.as_str()), (2, ""), "{run}");
    run
}

fn results(run: &Run) -> Vec<Value> {
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    document["results"].as_array().unwrap().clone()
}

#[test]
fn they_are_results_in_every_format() {
    for file in ["tabs.yaml", "missing.yaml"] {
        let results = results(&validate(&[file, "--format", "json"]));
        let [bundle, manifest] = results.as_slice() else { panic!("{results:#?}") };
        assert_eq!((&bundle["bundle"], &bundle["passed"]), (&json!("testmodule-1.2.3.zip"), &json!(true)));
        assert_eq!((&manifest["bundle"], &manifest["passed"]), (&json!(file), &json!(false)));
        assert!(manifest["failure"].as_str().unwrap().contains(file) && manifest["help"].is_string(), "{manifest}");

        let sarif: Value = serde_json::from_str(&validate(&[file, "--format", "sarif"]).stdout).unwrap();
        let invocation = &sarif["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let failure = &invocation["toolExecutionNotifications"][0];
        assert_eq!(failure["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], file);

        let junit = validate(&[file, "--format", "junit"]).stdout;
        let suite = format!("<testsuite name=\"{file}\" tests=\"1\" skipped=\"0\" errors=\"1\" failures=\"0\">");
        assert!(junit.contains(&suite) && junit.contains("<testsuite name=\"testmodule-1.2.3.zip\""), "{junit}");
        let github = validate(&[file, "--format", "github"]).stdout;
        assert!(github.contains(&format!("::error file={file},title=not evaluated::")), "{github}");
        assert_eq!(validate(&[file, "--format", "jsonl"]).stdout.lines().count(), 2);
        let human = validate(&[file]).stdout;
        assert!(
            human.ends_with("\n1 bundle: 1 passed; answer: 1 accepted; manifests: 1 file not evaluated\n"),
            "{human}"
        );
    }
}

#[test]
fn a_file_of_the_report_is_written() {
    let shop = with_tabs();
    let more = ["tabs.yaml", "--format", "junit", "--output", "report.xml"];
    let run = shop.ramp(&[&["validate", "testmodule-1.2.3.zip", "--kubernetes"], &more[..]].concat());
    assert_eq!(run.status, 2);
    assert!(shop.tree("").contains(&"report.xml".to_owned()), "{run}");
}

/// The others are judged, where a cluster is in them.
#[test]
fn the_other_manifests_are_judged() {
    let results = results(&validate(&["rec.yaml", "tabs.yaml", "redb.yaml", "--format", "json"]));
    let names: Vec<_> = results.iter().map(|result| (&result["bundle"], result.get("failure").is_some())).collect();
    let expected = [("testmodule-1.2.3.zip", false), ("tabs.yaml", true), ("rec.yaml", false)];
    assert_eq!(names.len(), expected.len());
    for ((name, failed), (expected, fails)) in names.into_iter().zip(expected) {
        assert_eq!((name, failed), (&json!(expected), fails));
    }
    assert_eq!(results[2]["files"], json!(["rec.yaml", "redb.yaml"]));
    assert_eq!(results[0]["target"]["cluster_version"], "8.0.10-64");
    let human = validate(&["rec.yaml", "tabs.yaml"]).stdout;
    assert!(human.ends_with("manifests: passed, 1 file not evaluated\n"), "{human}");
}
