//! The bundles of one release, judged together.

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::{Value, json};

use crate::shop::{Run, Shop};

fn of(system: &str) -> BundleBuilder {
    BundleBuilder::good().set("operating_systems", json!([system]))
}

fn shop() -> Shop {
    Shop::new()
        .directory("dist")
        .bundle("dist/m-rhel8.zip", &of("rhel8"))
        .bundle("dist/m-rhel9.zip", &of("rhel9"))
        .bundle("dist/m-ubuntu22.zip", &of("ubuntu22").set("version", 10204))
}

fn answers(run: &Run) -> Vec<Value> {
    let results: Value = serde_json::from_str(&run.stdout).unwrap();
    let all = results["results"].as_array().unwrap().iter();
    all.map(|result| result["answer"]["error_code"].clone()).collect()
}

#[test]
fn the_odd_one_out() {
    assert_snapshot!(shop().ramp(&["validate", "--set", "dist"]));
}

#[test]
fn a_bundle_for_each_node_is_enough() {
    let shop = shop();
    let target = [
        "validate",
        "dist/m-rhel8.zip",
        "dist/m-rhel9.zip",
        "--target",
        "8.0",
        "--os",
        "rhel8,rhel9",
        "--format",
        "json",
    ];
    assert_eq!(answers(&shop.ramp(&target))[..2], [json!("os_not_supported"), json!("os_not_supported")]);
    let set = shop.ramp(&[&target[..], &["--set"]].concat());
    assert_eq!(answers(&set), [Value::Null, Value::Null, Value::Null]);
    assert_eq!(set.status, 0, "{set}");
}

/// What is refused is refused, and does not count where the others are there.
#[test]
fn a_bundle_for_other_nodes_is_no_fault() {
    let shop = shop().bundle("dist/m-amzn2.zip", &of("amzn2")).bundle("dist/m-debian12.zip", &of("debian12"));
    let target = ["validate", "--set", "dist/m-rhel9.zip", "dist/m-amzn2.zip", "--target", "8.0", "--os", "rhel9"];
    assert_snapshot!(shop.ramp(&target));
    let none = shop.ramp(&["validate", "--set", "dist/m-debian12.zip", "--target", "8.0"]);
    assert!(none.status == 1 && none.stdout.contains("and no bundle is for any of them"), "{none}");
}

#[test]
fn platforms_without_a_bundle() {
    let shop = shop();
    let run = |more: &[&str]| {
        shop.ramp(
            &[&["validate", "--set", "dist/m-rhel8.zip", "dist/m-rhel9.zip", "--target", "7.8"][..], more].concat(),
        )
    };
    assert_snapshot!("of_nodes", run(&["--os", "rhel9,amzn2"]));
    assert_snapshot!("required", run(&["--require", "rhel9/x86_64,rhel9/aarch64"]));
    assert_snapshot!("not_a_platform", run(&["--require", "x86_64"]));
    assert_snapshot!("without_set", shop.ramp(&["validate", "dist", "--require", "rhel9"]));
}
