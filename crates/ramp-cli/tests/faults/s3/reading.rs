//! Bundles that are judged where they are, in a bucket.

use std::process::{Command, Output};

use serde_json::Value;

use super::bucket::Bucket;
use crate::support::bundle;

fn ramp(bucket: &Bucket, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ramp"));
    let output = command.args(arguments).envs(bucket.variables()).output().unwrap();
    for text in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(text);
        assert!(!text.contains("X-Amz-Signature") && !text.contains("Credential"), "{text}");
    }
    output
}

/// The bundles of a report.
fn judged(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|err| panic!("{err}: {output:?}"));
    let results = report["results"].as_array().unwrap();
    assert!(results.iter().all(|result| result["metadata"]["version"].is_number()), "{report:#}");
    results.iter().map(|result| result["bundle"].as_str().unwrap().to_owned()).collect()
}

#[test]
#[ignore = "wants moto"]
fn bundles_are_judged_where_they_are() {
    let bucket = Bucket::start();
    let large = bundle(3, 12 << 20);
    for (key, bytes) in [
        ("dist/a.zip", bundle(1, 0)),
        ("dist/b c.RAMP", bundle(2, 300_000)),
        ("dist/notes.txt", b"notes".to_vec()),
        ("dist/more/large.zip", large.clone()),
        ("distant/a.zip", bundle(1, 0)),
    ] {
        bucket.ask("PUT", &format!("/bundles/{}", key.replace(' ', "%20")), &bytes);
    }
    let validate = |arguments: &[&str]| ramp(&bucket, &[&["validate", "--format", "json"], arguments].concat());
    let one = validate(&["s3://bundles/dist/a.zip"]);
    assert_eq!(judged(&one), ["s3://bundles/dist/a.zip"]);
    let two = ["s3://bundles/dist/a.zip", "s3://bundles/dist/b c.RAMP"];
    for prefix in ["s3://bundles/dist", "s3://bundles/dist/"] {
        assert_eq!(judged(&validate(&[prefix])), two);
    }
    let all = validate(&["s3://bundles/dist", "--recursive"]);
    assert_eq!(judged(&all), [two[0], two[1], "s3://bundles/dist/more/large.zip"]);
    assert_eq!(judged(&validate(&["s3://bundles", "--recursive"])).len(), 4);
    // What a file of the same bytes gives.
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("large.zip");
    std::fs::write(&file, &large).unwrap();
    let inspect = |what: &str| ramp(&bucket, &["inspect", "--all", "--format", "json", what]).stdout;
    let [there, here] = [inspect("s3://bundles/dist/more/large.zip"), inspect(file.to_str().unwrap())]
        .map(|text| serde_json::from_slice::<Value>(&text).unwrap()["entries"].clone());
    assert_eq!(there, here);
}

#[test]
#[ignore = "wants moto"]
fn what_is_not_there_is_told() {
    let bucket = Bucket::start();
    bucket.ask("PUT", "/bundles/notes.txt", b"notes");
    for (location, expected) in [
        ("s3://bundles/missing.zip", "HTTP status 404"),
        ("s3://bundles", "without a file that ends in `.zip`"),
        ("s3://nobodys/dist", "cannot read `s3://nobodys/dist`"),
        ("s3://bundles/a//b", "cannot read `s3://bundles/a//b`"),
    ] {
        let output = ramp(&bucket, &["validate", location]);
        let told = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(output.status.code() == Some(2) && told.contains(expected), "{location}: {told}");
    }
}
