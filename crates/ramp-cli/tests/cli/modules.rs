//! `ramp modules`: list, show, delete.

use std::fmt::Write as _;

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::json as value;

use crate::cluster::{Cluster, json, shop};
use crate::shop::{Run, Shop};

fn next() -> BundleBuilder {
    BundleBuilder::good().set("version", 10204).set("semantic_version", "1.2.4")
}

/// Two versions of a module on a cluster, the older of which a database uses.
fn started(release: &str) -> (Shop, Cluster) {
    let shop = shop().bundle("next.zip", &next());
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", release]);
    for bundle in ["a.zip", "next.zip"] {
        let run = shop.ramp(&["upload", bundle, "--cluster", &cluster.url]);
        assert_eq!(run.status, 0, "{run}");
    }
    let used = value!([{"module_name": "testmodule", "semantic_version": "1.2.3"}]);
    cluster.ask(
        "POST",
        "/v1/bdbs",
        &value!({"name": "orders", "memory_size": 1, "redis_version": "7.4", "module_list": used}),
    );
    (shop, cluster)
}

fn modules(shop: &Shop, cluster: &Cluster, arguments: &[&str]) -> Run {
    shop.ramp(&[&["modules"], arguments, &["--cluster", &cluster.url]].concat())
}

/// The whole life of a module, as a script has it, on both generations.
fn life(release: &str, name: &str) {
    let (shop, cluster) = started(release);
    let run = |arguments: &[&str]| modules(&shop, &cluster, arguments);
    let mut told = String::new();
    let mut step = |arguments: &[&str], status: i32| {
        let run = run(arguments);
        assert_eq!(run.status, status, "{arguments:?}: {run}");
        write!(told, "$ ramp modules {}\n{}\n\n", arguments.join(" "), cluster.told(&run)).unwrap();
    };
    step(&["list"], 0);
    step(&["show", "testmodule", "1.2.4"], 0);
    step(&["delete", "testmodule", "--yes"], 1);
    step(&["delete", "testmodule", "1.2.3", "--yes"], 1);
    step(&["delete", "testmodule", "10204", "--dry-run"], 0);
    // There is no terminal to ask at.
    step(&["delete", "testmodule", "10204"], 2);
    step(&["delete", "testmodule", "10204", "--yes"], 0);
    step(&["delete", "testmodule", "10204", "--yes"], 1);
    step(&["show", "test_module"], 1);
    step(&["show", "search"], 1);
    cluster.ask("DELETE", "/v1/bdbs/1", &value!(null));
    step(&["delete", "testmodule", "--yes"], 0);
    step(&["list"], 0);
    assert_snapshot!(name, told);
}

#[test]
fn up_to_7_22() {
    life("7.22", "life_7_22");
}

#[test]
fn from_8_0_on() {
    life("8.0", "life_8_0");
}

/// The words of a table may change; what programs read are names.
#[test]
fn for_programs() {
    let (shop, cluster) = started("8.0");
    let run = |arguments: &[&str]| modules(&shop, &cluster, &[arguments, &["--format", "json"]].concat());
    let listed = json(&run(&["list"]));
    assert_eq!((&listed["schema_version"], &listed["cluster"]), (&value!(1), &value!(cluster.url)));
    assert!(listed["cluster_version"].as_str().unwrap().starts_with("8.0."), "{listed}");
    let older = &listed["modules"][0];
    let uid = older["uid"].as_str().unwrap();
    assert_eq!((&older["module_name"], &older["version"]), (&value!("testmodule"), &value!(10203)));
    assert_eq!((&older["semantic_version"], &older["is_bundled"]), (&value!("1.2.3"), &value!(false)));
    assert_eq!(older["used_by"], value!([{"uid": 1, "name": "orders"}]));
    assert_eq!(older["artifacts"], value!({"on": [1], "missing_on": [], "unknown_on": []}));
    assert_eq!(older["object"]["uid"], uid);
    assert_eq!(listed["modules"].as_array().unwrap().len(), 2);
    let shown = json(&run(&["show", uid]));
    assert_eq!(shown["modules"], value!([older]));
    let kept = run(&["delete", uid, "--yes"]);
    let told = json(&kept);
    assert_eq!((kept.status, &told["deleted"], &told["gone"]), (1, &value!(false), &value!([])));
    assert_eq!(told["failure"], "it is in use by database 1 (orders)");
    let done = run(&["delete", "testmodule", "1.2.4", "--yes"]);
    let told = json(&done);
    assert_eq!((done.status, &told["deleted"], &told["left"]), (0, &value!(true), &value!([])));
    assert_eq!(told["gone"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!(
        (&told["endpoint"], &told["error"], &told["failure"]),
        (&value!("user-defined"), &value!(null), &value!(null))
    );
    // What is not there has nothing to say for a program but its status.
    let missing = run(&["show", "search"]);
    assert_eq!((missing.status, missing.stdout.as_str()), (1, ""));
}

/// What a cluster does with those is not documented, so nothing says that they would be gone; ours refuses.
#[test]
fn one_that_came_with_the_cluster_may_be_refused() {
    let shop = shop();
    let cluster = Cluster::with_bundled(&shop.path("data"), &["--plain-http", "--target", "7.22"]);
    let run = |arguments: &[&str]| modules(&shop, &cluster, &[&["delete", "search", "2.10.17"], arguments].concat());
    let tried = run(&["--dry-run"]);
    assert_eq!(tried.status, 0, "{tried}");
    assert_snapshot!("bundled_dry_run", cluster.told(&tried));
    let refused = run(&["--yes"]);
    assert!(refused.status == 1 && refused.stdout.starts_with("not deleted by"), "{refused}");
    #[cfg(target_os = "linux")]
    if let Some(run) = at_a_terminal(&shop.stdin("y\n"), &cluster, "delete search 2.10.17") {
        let before = "search 2.10.17 (21017) came with the cluster, which may refuse to delete it: what it answers is not documented.";
        let asked = format!("{before}\r\nDelete search 2.10.17 (21017) from {}? [y/N]", cluster.url);
        assert!(run.status == 1 && run.stdout.contains(&asked) && run.stdout.contains("not deleted by"), "{run}");
    }
}

/// `ramp modules` at a terminal, which is on standard output; nothing where there is no program that makes one.
#[cfg(target_os = "linux")]
fn at_a_terminal(shop: &Shop, cluster: &Cluster, arguments: &str) -> Option<Run> {
    let script = "/usr/bin/script";
    if !std::path::Path::new(script).exists() {
        return None;
    }
    let typed = format!("{} modules {arguments} --cluster {}", env!("CARGO_BIN_EXE_ramp"), cluster.url);
    let mut shell = shop.command_of(script);
    shell.args(["-qec", &typed, "/dev/null"]).stdin(std::process::Stdio::piped());
    Some(shop.run(shell))
}

/// At a terminal it is asked before, and whatever is not yes is no.
#[cfg(target_os = "linux")]
#[test]
fn at_a_terminal_it_is_asked_before() {
    let (mut shop, cluster) = started("7.22");
    for (answer, status, said, left) in [("\n", 1, "not deleted from", 2), ("y\n", 0, "deleted from", 1)] {
        shop = shop.stdin(answer);
        let Some(run) = at_a_terminal(&shop, &cluster, "delete testmodule 1.2.4") else { return };
        let asked = format!("Delete testmodule 1.2.4 (10204) from {}? [y/N]", cluster.url);
        assert!(run.status == status && run.stdout.contains(&asked) && run.stdout.contains(said), "{run}");
        let listed = json(&modules(&shop, &cluster, &["list", "--format", "json"]));
        assert_eq!(listed["modules"].as_array().unwrap().len(), left, "{answer:?}");
    }
}

/// What a cluster says of its modules may be meant to steer a terminal.
#[test]
fn names_are_told_as_they_are_and_steer_nothing() {
    let hostile = BundleBuilder::good().set("module_name", "a\u{1b}[31mb").set("author", "x\u{202e}y");
    let shop = shop().bundle("hostile.zip", &hostile);
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", "7.22"]);
    let run = shop.ramp(&["upload", "hostile.zip", "--cluster", &cluster.url, "--policy", "reference", "--force"]);
    assert_eq!(run.status, 0, "{run}");
    for arguments in [&["list"][..], &["show", "a\u{1b}[31mb"], &["delete", "a\u{1b}[31mb", "--dry-run"]] {
        let run = modules(&shop, &cluster, arguments);
        assert_eq!(run.status, 0, "{run}");
        assert!(run.stdout.contains("a\\u{1b}[31mb") && !run.stdout.contains(['\u{1b}', '\u{202e}']), "{run}");
    }
}

#[test]
fn one_cluster_has_to_be_named() {
    let shop = shop();
    for arguments in [&["modules"][..], &["modules", "list"], &["modules", "show", "m"], &["modules", "delete", "m"]] {
        let run = shop.ramp(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}: {run}");
    }
    let nowhere = shop.ramp(&["modules", "list", "--cluster", "http://127.0.0.1:1"]);
    assert!(nowhere.status == 2 && nowhere.stderr.contains("cannot be reached"), "{nowhere}");
}
