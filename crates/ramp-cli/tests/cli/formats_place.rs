//! Where formats for reviews of code point.

use insta::assert_snapshot;
use serde_json::Value;

use crate::formats::{FORMATS, three};
use crate::kubernetes;
use crate::samples;
use crate::shop::Shop;

/// A bundle is in no repository, the manifest that it is made by is.
#[test]
fn at_a_file_of_the_repository() {
    let shop = three().file("build/ramp.yml", "");
    let run = |format: &str, option: &str| {
        let bundles = ["validate", "worrying.zip", "refused.zip", "missing.zip", "--target", "7.22"];
        shop.ramp(&[&bundles[..], &["--format", format, option, "./build/ramp.yml"]].concat())
    };
    for format in ["github", "gitlab", "azure", "rdjson"] {
        assert_snapshot!(format!("at_ramp_yml_{format}"), run(format, "--location"));
    }
    let sarif: Value = serde_json::from_str(&run("sarif", "--sarif-location").stdout).unwrap();
    let results = &sarif["runs"][0]["results"];
    assert_snapshot!("at_ramp_yml_sarif", serde_json::to_string_pretty(results).unwrap());
    // The rest tells of bundles and not of places.
    for format in ["human", "json", "jsonl", "junit", "markdown"] {
        assert!(!run(format, "--location").stdout.contains("ramp.yml"), "{format}");
    }
}

/// What has a file and a line keeps them.
#[test]
fn what_is_wrong_in_a_manifest_stays_there() {
    for format in ["sarif", "github", "gitlab", "azure", "rdjson"] {
        let told = kubernetes::wrong(&["--format", format, "--location", "ramp.yml"]).stdout;
        assert!(told.contains("rec-wrong.yaml") && told.contains("22"), "{format}: {told}");
        assert!(told.contains("ramp.yml"), "{format}: {told}");
    }
    let sarif = kubernetes::wrong(&["--format", "sarif", "--location", "ramp.yml"]).stdout;
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let scheme = results.iter().find(|result| result["ruleId"] == "kubernetes-url-scheme").unwrap();
    assert!(scheme["message"]["text"].as_str().unwrap().starts_with("the URL of"), "{scheme}");
}

/// Alerts are told apart by file and fingerprint; at one file by the latter alone.
#[test]
fn fingerprints_at_one_file_differ_by_bundle() {
    let shop = Shop::new().bundle("a.zip", &samples::refused()).bundle("b.zip", &samples::refused());
    let prints = |more: &[&str]| -> Vec<String> {
        let run = shop.ramp(&[&["validate", "a.zip", "b.zip", "--format", "sarif"], more].concat());
        let sarif: Value = serde_json::from_str(&run.stdout).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect()
    };
    let [a, b] = &prints(&[])[..] else { panic!("two") };
    assert_eq!(a, b, "the path tells them apart");
    let [a, b] = &prints(&["--location", "ramp.yml"])[..] else { panic!("two") };
    assert_ne!(a, b);
}

/// As forges want them: from the working directory.
#[test]
fn absolute_paths_below_the_working_directory_are_relative() {
    let shop = Shop::new().bundle("dist/a.zip", &samples::refused());
    let outside = Shop::new().bundle("b c.zip", &samples::refused());
    let (inside, outside) = (shop.path("dist/a.zip"), outside.path("b c.zip"));
    let (inside, outside) = (inside.to_str().unwrap(), outside.to_str().unwrap());
    let told = |format: &str| shop.ramp(&["validate", inside, outside, "--format", format]).stdout;
    let sarif: Value = serde_json::from_str(&told("sarif")).unwrap();
    let uris: Vec<&str> = sarif["runs"][0]["results"].as_array().unwrap().iter().map(uri).collect();
    assert_eq!(uris, ["dist/a.zip", &format!("file://{}", outside.replace(' ', "%20"))]);
    let gitlab: Value = serde_json::from_str(&told("gitlab")).unwrap();
    assert_eq!([&gitlab[0]["location"]["path"], &gitlab[1]["location"]["path"]], ["dist/a.zip", outside]);
    let rdjson: Value = serde_json::from_str(&told("rdjson")).unwrap();
    assert_eq!(rdjson["diagnostics"][0]["location"]["path"], "dist/a.zip");
    assert!(told("github").starts_with("::error file=dist/a.zip,title="));
    assert!(told("azure").starts_with("##vso[task.logissue type=error;sourcepath=dist/a.zip;"));
}

fn uri(result: &Value) -> &str {
    result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap()
}

/// The exit status is the gate's, whatever the report.
#[test]
fn no_format_changes_the_exit_status() {
    let shop = three().file("x", "");
    for format in FORMATS {
        for (bundle, more, status) in [
            ("good.zip", &[][..], 0),
            ("worrying.zip", &["--fail-on", "warning"], 1),
            ("refused.zip", &["--fail-on", "never"], 0),
            ("refused.zip", &["--location", "x"], 1),
            ("missing.zip", &[], 2),
        ] {
            let run = shop.ramp(&[&["validate", bundle, "--format", format], more].concat());
            assert_eq!((run.status, run.stderr.as_str()), (status, ""), "{format} {bundle}");
        }
    }
}

/// The bundles of a set are in no repository either.
#[test]
fn what_is_wrong_in_a_set_is_told_there_too() {
    let shop = Shop::new().bundle("dist/a.zip", &samples::good()).bundle("dist/b.zip", &samples::refused());
    for format in ["sarif", "github", "gitlab", "azure", "rdjson"] {
        let arguments = ["validate", "--set", "dist", "--target", "7.22", "--location", "ramp.yml", "--format", format];
        let told = shop.ramp(&arguments).stdout;
        assert!(told.contains("ramp.yml"), "{format}: {told}");
        for place in ["file=dist", "\"path\":\"dist", "\"uri\":\"dist", "sourcepath=dist", "\"path\": \"dist"] {
            assert!(!told.contains(place), "{format}: {told}");
        }
    }
}
