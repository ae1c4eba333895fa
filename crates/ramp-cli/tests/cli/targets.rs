//! Several targets in one run, and several reports.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;

use crate::samples;
use crate::shop::Shop;

const TARGETS: [&str; 6] = ["--target", "7.4", "--target", "7.22", "--target", "8.2"];

fn shop() -> Shop {
    Shop::new()
        .bundle("good.zip", &samples::good())
        .bundle("new.zip", &samples::good().set("min_redis_pack_version", "7.8"))
        .file("many.zip", samples::wrong_in_many_ways())
}

fn judged(shop: &Shop, more: &[&str]) -> crate::shop::Run {
    let bundles = ["validate", "good.zip", "new.zip", "many.zip", "missing.zip"];
    shop.ramp(&[&bundles[..], &TARGETS, more].concat())
}

#[test]
fn a_table_of_answers_and_each_finding_once() {
    assert_snapshot!(judged(&shop(), &[]));
}

#[test]
fn a_list_where_a_table_is_too_wide() {
    let shop = shop().env("COLUMNS", "44").bundle("of-a-rather-long-name.zip", &samples::good());
    assert_snapshot!(shop.ramp(&[&["validate", "of-a-rather-long-name.zip", "new.zip"][..], &TARGETS].concat()));
}

/// What is said for each target is what is said for it alone.
#[test]
fn each_target_is_judged_as_if_it_were_alone() {
    let shop = shop();
    let results = |run: &crate::shop::Run| -> Vec<Value> {
        serde_json::from_str::<Value>(&run.stdout).unwrap()["results"].as_array().unwrap().clone()
    };
    let together = results(&judged(&shop, &["--format", "json"]));
    for (index, target) in ["7.4", "7.22", "8.2"].into_iter().enumerate() {
        let names = ["validate", "good.zip", "new.zip", "many.zip", "missing.zip", "--format", "json"];
        let alone = results(&shop.ramp(&[&names[..], &["--target", target]].concat()));
        let of_target: Vec<Value> = together.iter().skip(index).step_by(3).cloned().collect();
        assert_eq!(of_target, alone, "{target}");
    }
}

#[test]
fn runs_suites_and_annotations_by_target() {
    let run = judged(&shop(), &["--format", "github"]);
    assert_snapshot!("annotations", run.stdout.lines().map(|line| line.to_owned() + "\n").collect::<String>());
    let sarif: Value = serde_json::from_str(&judged(&shop(), &["--format", "sarif"]).stdout).unwrap();
    let runs = sarif["runs"].as_array().unwrap();
    let ids: Vec<&str> = runs.iter().map(|run| run["automationDetails"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["ramp/7.4/", "ramp/7.22/", "ramp/8.2/"]);
    // The same finding is another alert for another target.
    let print = |run: &Value| run["results"][0]["partialFingerprints"]["primaryLocationLineHash"].to_string();
    let first: BTreeSet<String> = runs.iter().map(print).collect();
    assert_eq!(first.len(), runs.len(), "{first:?}");
    let junit = judged(&shop(), &["--format", "junit"]).stdout;
    assert!(junit.contains("<testsuite name=\"new.zip (7.4)\""), "{junit}");
}

#[test]
fn several_reports_at_once() {
    let shop = shop();
    let run = judged(&shop, &["--output", "sarif=report.sarif", "--output", "json=report.json", "--output", "github"]);
    let (sarif, json) = (shop.read("report.sarif"), shop.read("report.json"));
    assert!(serde_json::from_str::<Value>(&sarif).unwrap()["runs"].is_array());
    assert!(serde_json::from_str::<Value>(&json).unwrap()["results"].is_array());
    assert_eq!(run.stdout, judged(&shop, &["--format", "github"]).stdout);
    // Besides that of `--format`, which is for people where nothing else is said.
    let besides = judged(&shop, &["--output", "junit=report.xml"]);
    assert_eq!(besides.stdout, judged(&shop, &[]).stdout);
    let in_its_place = judged(&shop, &["--format", "junit", "--output", "again.xml"]);
    assert_eq!((in_its_place.stdout.as_str(), shop.read("again.xml")), ("", shop.read("report.xml")));
}

#[test]
fn reports_that_cannot_be_written() {
    let shop = shop();
    let wrong: [&[&str]; 6] = [
        &["--output", "sraif=x"],
        &["--output", "sarif="],
        &["--output", "github", "--output", "json"],
        &["--output", "github", "--format", "json"],
        &["--output", "json=out", "--output", "sarif=./out"],
        &["--output", "json=good.zip"],
    ];
    let told: Vec<String> = wrong.iter().map(|more| format!("{more:?}\n{}", judged(&shop, more))).collect();
    assert_snapshot!(told.join("\n"));
    assert!(!shop.path("out").exists());
}

#[test]
fn which_bundles_are_meant() {
    let good = samples::good();
    let shop = ["dist/a.zip", "dist/b.ramp", "dist/sub/c.zip", "dist/sub/deep/d.ZIP", "other/e.zip"]
        .into_iter()
        .fold(Shop::new(), |shop, name| shop.directory(name.rsplit_once('/').unwrap().0).bundle(name, &good))
        .file("dist/notes.txt", "no bundle")
        .file("list.txt", "# two of them\ndist/a.zip\n\n  other/*.zip  \n")
        .bundle("[odd].zip", &good);
    let names = |arguments: &[&str]| -> Vec<String> {
        let run = shop.ramp(&[&["validate", "--format", "jsonl"][..], arguments].concat());
        let name = |line: &str| serde_json::from_str::<Value>(line).unwrap()["bundle"].as_str().unwrap().to_owned();
        run.stdout.lines().map(name).collect()
    };
    assert_eq!(names(&["dist"]), ["dist/a.zip", "dist/b.ramp"]);
    let all = ["dist/a.zip", "dist/b.ramp", "dist/sub/c.zip", "dist/sub/deep/d.ZIP"];
    assert_eq!(names(&["dist", "--recursive"]), all);
    assert_eq!(names(&["dist/*.zip"]), ["dist/a.zip"]);
    assert_eq!(names(&["dist/**/*.zip"]), ["dist/a.zip", "dist/sub/c.zip"]);
    assert_eq!(names(&["*/[a-d].{zip,ramp}"]), ["dist/a.zip", "dist/b.ramp"]);
    assert_eq!(names(&["@list.txt"]), ["dist/a.zip", "other/e.zip"]);
    assert_eq!(names(&["@list.txt", "dist/a.zip"]).len(), 2, "each once");
    // A file may be called as a pattern is.
    assert_eq!(names(&["[odd].zip"]), ["[odd].zip"]);
    let from_stdin = Shop::new().bundle("a.zip", &good).stdin("a.zip\n");
    assert_eq!(from_stdin.ramp(&["validate", "@-"]).status, 0);
    // All of nothing would pass.
    let shop = shop.file("empty.txt", "# none yet\n\n");
    let run = shop.ramp(&["validate", "dist/a.zip", "@empty.txt"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
    assert!(run.stderr.starts_with("error: the list `empty.txt` names no bundle\nhelp: Name a bundle"), "{run}");
    for wrong in [["validate", "dist/*.tgz"], ["validate", "@none.txt"], ["validate", "@dist/a.zip"]] {
        let run = shop.ramp(&wrong);
        assert_eq!(run.status, 2, "{run}");
    }
    assert_eq!(shop.ramp(&["validate", "-", "@-"]).status, 2);
}

/// What is wrong with a target's file is told in the words of JSON.
#[test]
fn files_that_are_no_target() {
    let files = [
        r#"{"cluster_version": 7.22}"#,
        r#"{"operating_systems": "rhel9"}"#,
        r#"{"operating_systems": null}"#,
        r#"{"nodes": {}}"#,
        r#"{"nodes": [1]}"#,
        r#"{"nodes": [{"uid": -1}]}"#,
        r#"{"nodes": [{"uid": 1, "operating_sistem": "rhel9"}]}"#,
        r#"{"allow_modules_upload": "yes"}"#,
        r#"{"max_module_bytes": 1.5}"#,
        r#"{"endpoint": 3}"#,
        r#"{"endpoint": "v3"}"#,
        r#"{"as_of": 5}"#,
        r#"{"installed_modules": [{"version": 1}]}"#,
        r#"{"os": "rhel9"}"#,
        "[]",
    ];
    let told = files.map(|file| {
        let run = shop().file("t.json", file).ramp(&["validate", "good.zip", "--target", "t.json"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{file}: {run}");
        format!("{file}\n{}\n", run.stderr.lines().next().unwrap())
    });
    assert_snapshot!(told.join("\n"));
}

/// A list's lines are told by their numbers; what it is said to be, it is.
#[test]
fn lists_of_bundles() {
    let list = "# what we ship\n\n  good.zip \nmissing.zip\n@other\n*.zop\n";
    let shop = shop().directory("lists").file("lists/all.txt", list).file("other", "good.zip\n");
    assert_snapshot!("of_a_list", shop.ramp(&["validate", "@lists/all.txt"]));
    let run = self::shop().stdin("good.zip\n# new.zip\n").ramp(&["validate", "@-", "--quiet"]);
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{run}");
    assert_snapshot!("no_list", shop.ramp(&["validate", "@"]));
}
