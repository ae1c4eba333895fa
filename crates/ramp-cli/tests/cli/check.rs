//! `ramp check`: what is said of manifests, and the exit status.

use insta::assert_snapshot;
use serde_json::Value;

use crate::shop::Shop;

const GOOD: &str = "display_name: Hello\ncompatible_redis_version: \"7.4\"\nmin_redis_version: \"7.2\"\nmin_redis_pack_version: \"7.2\"\n\
                    capabilities: [types]\n";
const WRONG: &str = "isplay_name: Hello\nmin_rlec_version: \"7.2\"\noutput: hello.zip\ncapabilities: [typs]\nversion: 2\n\
                     dependencies: {a: {url: \"https://example.com/a.tgz\"}}\n";

fn shop() -> Shop {
    Shop::new().file("good.yml", GOOD).file("wrong.yml", WRONG).file("odd.yml", format!("{GOOD}colour: red\n"))
}

#[test]
fn for_people() {
    assert_snapshot!(shop().ramp(&["check", "good.yml", "wrong.yml", "missing.yml"]));
}

#[test]
fn for_programs() {
    let shop = shop();
    let run = shop.ramp(&["check", "wrong.yml", "missing.yml", "--format", "json"]);
    assert_eq!((run.status, run.stderr.as_str()), (2, ""));
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["schema_version"], 1);
    let [wrong, missing] = [0, 1].map(|at| document["results"][at].clone());
    assert_eq!((&wrong["manifest"], &wrong["passed"]), (&"wrong.yml".into(), &false.into()));
    let finding = &wrong["findings"][1];
    assert_eq!((&finding["rule"], &finding["level"]), (&"key-unknown".into(), &"warning".into()));
    assert_eq!((&finding["location"]["file"], &finding["location"]["line"]), (&"wrong.yml".into(), &2.into()));
    assert!(finding["message"].as_str().unwrap().ends_with("did you mean `min_redis_pack_version`?"), "{finding}");
    assert!(missing["failure"].as_str().unwrap().starts_with("cannot read `missing.yml`"), "{missing}");
}

/// Everything in one run, and what is an error elsewhere is said to be.
#[test]
fn everything_that_is_wrong() {
    let shop = Shop::new().file(
        "ramp.yml",
        "display_name: [a]\nauthor: [b]\nautor: x\nhomepage: \"http://\"\nbigstore_version_2_support: \"no\"\n\
         dependencies: {x: {local_pth: a}, y: {}}\noptional-dependencies: {z: {local_path: a}}\nmodule_file: 5\n\
         compatible_redis_version: \"7.6\"\nmin_redis_version: \"7.2\"\nmin_redis_pack_version: \"9.9\"\n",
    );
    assert_snapshot!(shop.ramp(&["check", "ramp.yml"]));
    let run = shop.ramp(&["check", "ramp.yml", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = document["results"][0]["findings"].as_array().unwrap();
    for finding in findings {
        let (rule, level) = (finding["rule"].as_str().unwrap(), &finding["level"]);
        let fails = level == "error" || ["wrong-form", "dependency-nowhere"].contains(&rule) || rule == "key-type";
        assert_eq!(finding["fails_validation"], fails, "{finding}");
    }
}

/// Whatever rule is named can be looked up.
#[test]
fn every_rule_that_is_named_can_be_explained() {
    let shop = shop().file("unreadable.yml", "author: [\n").file("date.yml", "author: 2026-01-01\n");
    let files = ["good.yml", "wrong.yml", "odd.yml", "unreadable.yml", "date.yml"];
    let run = shop.ramp(&[&["check", "--format", "json"], &files[..]].concat());
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = document["results"].as_array().unwrap().iter().flat_map(|of| of["findings"].as_array().unwrap());
    let rules: std::collections::BTreeSet<&str> = findings.map(|finding| finding["rule"].as_str().unwrap()).collect();
    assert!(rules.len() >= 6, "{rules:?}");
    for rule in rules {
        let explained = shop.ramp(&["explain", rule]);
        assert!(explained.status == 0 && explained.stdout.starts_with(rule), "{rule}: {explained}");
    }
    assert_snapshot!("explain_key_type", shop.ramp(&["explain", "key-type"]));
}

#[test]
fn the_exit_status() {
    let shop = shop().stdin(GOOD);
    for (arguments, status) in [
        (&["good.yml"][..], 0),
        (&["odd.yml"], 0),
        (&["odd.yml", "--fail-on", "warning"], 1),
        (&["good.yml", "--fail-on", "note"], 0),
        (&["wrong.yml"], 1),
        (&["wrong.yml", "--fail-on", "never"], 0),
        (&["good.yml", "wrong.yml", "missing.yml"], 2),
        (&["-"], 0),
        (&["-", "-"], 2),
        (&["."], 2),
        (&[], 2),
    ] {
        let run = shop.ramp(&[&["check"], arguments].concat());
        assert_eq!(run.status, status, "{arguments:?}: {run}");
    }
    // Nothing is written.
    assert_eq!(shop.tree(""), ["good.yml", "odd.yml", "wrong.yml"]);
}

/// What is printed of them is what an editor reads.
#[test]
fn the_schema_of_manifests() {
    let shop = shop();
    let run = shop.ramp(&["schema", "manifest"]);
    let printed: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(printed, ramp_pack::manifest::schema());
    assert_eq!(shop.ramp(&["schema"]).stdout, shop.ramp(&["schema", "report"]).stdout);
}
