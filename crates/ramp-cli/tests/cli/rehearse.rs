//! `ramp rehearse`: what a cluster would answer to each request of a module's life.

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::{Value, json};

use crate::samples;
use crate::shop::{Shop, published_schema};

fn next() -> BundleBuilder {
    BundleBuilder::good().set("version", 10300).set("semantic_version", "1.3.0")
}

fn shop() -> Shop {
    Shop::new()
        .bundle("old.zip", &BundleBuilder::good())
        .bundle("new.zip", &next())
        .bundle("eight.zip", &next().set("compatible_redis_version", "8.0"))
}

#[test]
fn for_people() {
    let there =
        r#"{"cluster_version": "7.22", "installed_modules": [{"module_name": "testmodule", "version": 10203}]}"#;
    let shop = shop().file("cluster.json", there);
    assert_snapshot!("passed", shop.ramp(&["rehearse", "old.zip", "--target", "7.22"]));
    assert_snapshot!("upgraded", shop.ramp(&["rehearse", "new.zip", "--from", "old.zip", "--target", "7.22"]));
    let to = ["rehearse", "eight.zip", "--from", "old.zip", "--target", "8.2", "--database", "7.4", "--to", "8.0"];
    assert_snapshot!("upgraded_database", shop.ramp(&to));
    let asking = ["rehearse", "old.zip", "--target", "7.22", "--database", "7.4", "--database-option"];
    let asking = |more: &[&str]| shop.ramp(&[&asking[..], more].concat());
    assert_snapshot!("refused", asking(&["eviction_policy=allkeys-lru"]));
    assert_snapshot!(
        "from_what_is_there",
        shop.ramp(&["rehearse", "new.zip", "--from", "old.zip", "--target", "cluster.json"])
    );
    let bootstrap = ["rehearse", "old.zip", "--target", "8.2", "--endpoint", "bootstrap", "--database", "7.4"];
    assert_snapshot!("bootstrapped", shop.ramp(&bootstrap));
    assert_eq!(asking(&["replication", "--database-option", "data_persistence=aof"]).status, 0);
    assert_snapshot!("targets", shop.ramp(&["rehearse", "eight.zip", "--target", "7.22,8.0", "--database", "8.0"]));
    assert_snapshot!("not_taken", shop.ramp(&["rehearse", "old.zip", "--target", "7.22", "--os", "rhel8"]));
}

#[test]
fn as_json_that_fits_its_schema() {
    let shop = shop();
    let schema = published_schema("rehearse");
    let runs = [
        (&["old.zip", "--target", "7.22"][..], 0, 5),
        (&["new.zip", "--from", "old.zip", "--target", "8.2", "--database", "7.4"], 0, 13),
        (&["old.zip", "--target", "7.22", "--database-option", "crdt", "--to", "7.4"], 1, 7),
    ];
    for (args, status, steps) in runs {
        let run = shop.ramp(&[&["rehearse", "--format", "json"][..], args].concat());
        assert_eq!(run.status, status, "{run}");
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
        assert_eq!(document["results"][0]["passed"], status == 0);
        assert_eq!(document["results"][0]["steps"].as_array().unwrap().len(), steps, "{document}");
    }
    let run = shop.ramp(&["rehearse", "old.zip", "--target", "7.22", "--format", "json", "--database-option", "crdt"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let result = &document["results"][0];
    assert_eq!(result["database"], json!({"redis_version": null, "upgrade_to": null, "options": {"crdt": true}}));
    let step = &result["steps"][1];
    assert_eq!((&step["action"], &step["hoped"]), (&json!("create-database"), &json!("accepted")));
    assert_eq!(step["answer"]["error_code"], "unsupported_module_capabilities");
    assert_eq!(step["answer"]["http_status"], 406);
    assert_eq!(step["request"]["body"]["crdt"], true);
    let run = shop.ramp(&["rehearse", "old.zip", "--target", "7.22", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["results"][0]["steps"][1]["answer"]["redis_version"], "7.4.3");
    assert_eq!(result["steps"][2]["answer"], Value::Null);
}

#[test]
fn what_cannot_be_played() {
    let shop = shop().bundle("other.zip", &next().set("module_name", "other")).file("notes.txt", b"notes");
    assert_snapshot!("no_release", shop.ramp(&["rehearse", "old.zip"]));
    let target = ["--target", "7.22"];
    let with = |more: &[&str]| shop.ramp(&[&["rehearse"][..], more, &target].concat());
    assert_snapshot!("other_module", with(&["other.zip", "--from", "old.zip"]));
    assert_snapshot!("missing", with(&["missing.zip"]));
    assert_snapshot!("twice", with(&["-", "--from", "-"]));
    let option = |option: &str| with(&["old.zip", "--database-option", option]);
    assert_snapshot!("option_meant", option("replicaton"));
    assert_snapshot!("option_unknown", option("x"));
    assert_snapshot!("option_value", option("data_persistence=rdb"));
    assert_snapshot!("option_without_value", option("shards_count"));
    assert_snapshot!("from_missing", with(&["old.zip", "--from", "missing.zip"]));
    assert_snapshot!("from_a_text", with(&["new.zip", "--from", "notes.txt"]));
    assert_snapshot!("from_itself", with(&["old.zip", "--from", "./old.zip"]));
    // Before a bundle is read.
    assert_snapshot!("database_no_version", with(&["missing.zip", "--database", "seven"]));
    assert_snapshot!("to_no_version", with(&["missing.zip", "--to", "8.x"]));
    let from = with(&["new.zip", "--from", "notes.txt"]);
    for run in [with(&["missing.zip"]), option("x"), from, with(&["missing.zip", "--database", "seven"])] {
        assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    }
    // A bundle that the cluster does not take was evaluated; and nothing in it steers a terminal.
    let shop = Shop::new().file("hostile.zip", samples::hostile());
    for format in ["human", "json"] {
        let run = shop.ramp(&["rehearse", "hostile.zip", "--target", "7.22", "--format", format]);
        assert_eq!(run.status, 1, "{run}");
        let steers = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!run.stdout.contains(steers), "{format}: {:?}", run.stdout);
    }
}

/// What the command tells is as its page shows it.
#[test]
fn the_page_shows_what_is_printed() {
    let page = include_str!("../../../../docs/rehearse.md");
    let shown = page.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let (typed, printed) = shown.split_once('\n').unwrap();
    let args: Vec<&str> = typed.trim_start_matches("$ ramp ").split(' ').collect();
    let hello = BundleBuilder::good().set("module_name", "hello");
    let shop = Shop::new().bundle("hello-1.2.3.zip", &hello).env("COLUMNS", "100");
    assert_eq!(shop.ramp(&args).stdout, printed);
}
