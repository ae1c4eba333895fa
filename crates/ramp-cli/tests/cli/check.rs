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
