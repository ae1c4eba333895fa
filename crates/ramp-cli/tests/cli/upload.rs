//! What talks to a cluster: `ramp upload`, `ramp validate --cluster`, `ramp target show --cluster`.

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::redis::RedisServer;
use serde_json::Value;

use crate::cluster::{Cluster, json, shop};
use crate::samples;
use crate::shop::{Run, Shop};

#[test]
fn to_7_22() {
    let shop = shop();
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", "7.22"]);
    let upload = |more: &[&str]| shop.ramp(&[&["upload", "a.zip", "--cluster", &cluster.url], more].concat());
    let dry = upload(&["--dry-run"]);
    assert_snapshot!("dry_run", cluster.told(&dry));
    assert_eq!(json(&upload(&["--dry-run", "--format", "json"]))["sent"], false);
    assert_snapshot!("uploaded_v2", cluster.told(&upload(&[])));
    // It is there now, and that is known before.
    let again = upload(&[]);
    assert_eq!(again.status, 1, "{again}");
    assert_snapshot!("known_to_be_there", cluster.told(&again));
    // Who does not want to know hears it from the cluster.
    let insisted = upload(&["--force"]);
    assert_eq!(insisted.status, 1, "{insisted}");
    assert_snapshot!("refused_by_the_cluster", cluster.told(&insisted));
    let told = json(&upload(&["--force", "--format", "json"]));
    assert_eq!((&told["sent"], &told["uploaded"], &told["failure"]), (&true.into(), &Value::Null, &Value::Null));
    assert_eq!(told["error"]["error_code"], "module_exists");
    assert_eq!(told["error"]["http_status"], 400);
    assert_eq!(told["report"]["answer"]["error_code"], "module_exists", "nothing makes an answer another");
    let allowed = upload(&["--allow", "module-exists"]);
    assert!(allowed.status == 1 && allowed.stdout.contains("not sent to"), "{allowed}");
}

/// What is there is not sent again: neither what was sent before, nor what somebody else was faster with.
#[test]
fn only_what_is_missing() {
    let module = [ElfBuilder::module().build(), b"rebuilt".to_vec()].concat();
    let shop = shop()
        .bundle("rebuilt.zip", &samples::good().module(module))
        .bundle("redescribed.zip", &samples::good().set("command_line_args", "other"))
        .bundle("other.zip", &samples::good().set("operating_systems", vec!["rhel8"]));
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", "7.22"]);
    let upload = |bundle: &str, more: &[&str]| {
        shop.ramp(&[&["upload", bundle, "--cluster", &cluster.url, "--if-missing"], more].concat())
    };
    assert!(upload("a.zip", &["--dry-run"]).stdout.contains("would be sent to"));
    let first = upload("a.zip", &[]);
    assert!(first.status == 0 && first.stdout.contains("uploaded to"), "{first}");
    let mut told = String::new();
    for arguments in [&[][..], &["--dry-run"]] {
        let again = upload("a.zip", arguments);
        assert_eq!((again.status, again.stderr.as_str()), (0, ""), "{again}");
        told += &cluster.told(&again);
        told.push('\n');
    }
    let rebuilt = upload("rebuilt.zip", &[]);
    assert_eq!(rebuilt.status, 1, "{rebuilt}");
    told += &cluster.told(&rebuilt);
    told.push('\n');
    let redescribed = upload("redescribed.zip", &[]);
    assert_eq!(redescribed.status, 1, "{redescribed}");
    told += &cluster.told(&redescribed);
    assert_snapshot!("if_missing", told);
    let document = json(&upload("redescribed.zip", &["--format", "json"]));
    let differences = &document["there"]["differences"];
    assert_eq!((&differences[0]["field"], &differences[0]["here"]), (&"command_line_args".into(), &"\"other\"".into()));
    // For another platform it is missing.
    let other = upload("other.zip", &["--policy", "reference"]);
    assert!(other.status == 0 && other.stdout.contains("uploaded to"), "{other}");
    for (bundle, status, same) in [("a.zip", 0, true), ("other.zip", 0, true), ("rebuilt.zip", 1, false)] {
        let run = upload(bundle, &["--format", "json"]);
        let told = json(&run);
        assert_eq!((run.status, &told["sent"], &told["uploaded"]), (status, &false.into(), &Value::Null), "{run}");
        assert_eq!(told["there"]["same"], same, "{told}");
        assert_eq!(told["report"]["answer"]["error_code"], "module_exists", "nothing makes an answer another");
        assert_eq!(told["there"]["module_uid"].as_str().unwrap().len(), 32);
    }
    let both = upload("a.zip", &["--force"]);
    assert!(both.status == 2 && both.stderr.contains("cannot be used with"), "{both}");
}

/// From 8.0 on it is there when every node has the artifact; where one has not, only that is sent.
#[test]
fn only_the_artifact_that_is_missing() {
    let shop = shop();
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", "8.0"]);
    let upload =
        |more: &[&str]| shop.ramp(&[&["upload", "a.zip", "--cluster", &cluster.url, "--if-missing"], more].concat());
    assert_eq!(upload(&[]).status, 0);
    let again = upload(&[]);
    assert!(again.status == 0 && again.stdout.starts_with("already there, on http://"), "{again}");
    cluster.ask("DELETE", "/v2/local/modules/user-defined/artifacts/testmodule/10203", &Value::Null);
    let completed = upload(&[]);
    assert_eq!(completed.status, 0, "{completed}");
    assert_snapshot!("completed", cluster.told(&completed));
    assert_eq!(json(&upload(&["--format", "json"]))["there"]["same"], true);
}

#[test]
fn to_8_2() {
    let shop = shop();
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", "8.2"]);
    let upload = |more: &[&str]| shop.ramp(&[&["upload", "a.zip", "--cluster", &cluster.url], more].concat());
    let off = upload(&[]);
    assert_eq!(off.status, 1, "{off}");
    assert!(off.stdout.contains("modules_upload_disabled") && off.stdout.contains("not sent to"), "{off}");
    drop(cluster);
    std::fs::write(shop.path("open.json"), r#"{"cluster_version": "8.2.0-25", "allow_modules_upload": true}"#).unwrap();
    let target = shop.path("open.json");
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", target.to_str().unwrap()]);
    let upload = |more: &[&str]| shop.ramp(&[&["upload", "a.zip", "--cluster", &cluster.url], more].concat());
    assert_snapshot!("uploaded_user_defined", cluster.told(&upload(&[])));
    let next = BundleBuilder::good().set("version", 10204).set("semantic_version", "1.2.4");
    std::fs::write(shop.path("a.zip"), next.build()).unwrap();
    let told = json(&upload(&["--format", "json"]));
    assert_eq!((&told["endpoint"], &told["error"]), (&"user-defined".into(), &Value::Null));
    assert_eq!(told["uploaded"]["nodes"], serde_json::json!([1]));
    assert_eq!(told["uploaded"]["module_uid"].as_str().unwrap().len(), 32);
    // The object is taken back when the artifact is refused, and both are told.
    let wrong = BundleBuilder::good().set("version", 10205).set("operating_systems", vec!["ubuntu22"]);
    std::fs::write(shop.path("a.zip"), wrong.build()).unwrap();
    let undone = upload(&["--force"]);
    assert_eq!(undone.status, 1, "{undone}");
    assert_snapshot!("refused_and_undone", cluster.told(&undone));
}

#[test]
fn through_v1() {
    let shop = shop();
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", "7.22"]);
    let run = shop.ramp(&["upload", "-", "--cluster", &cluster.url, "--endpoint", "user-defined"]);
    assert_eq!(run.status, 2, "{run}");
    let shop = shop.stdin(samples::good().build());
    let run = shop.ramp(&["upload", "-", "--cluster", &cluster.url, "--endpoint", "v1"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(run.stdout.contains("through v1"), "{run}");
}

#[test]
fn the_policy_decides_what_is_sent() {
    let bundle = BundleBuilder::good().set("sha256", "0".repeat(64));
    let shop = shop().bundle("damaged.zip", &bundle);
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", "7.22"]);
    let upload = |policy: &str| shop.ramp(&["upload", "damaged.zip", "--cluster", &cluster.url, "--policy", policy]);
    let strict = upload("strict");
    assert!(strict.status == 1 && strict.stdout.contains("not sent"), "{strict}");
    assert!(strict.stdout.contains("which would take it") && strict.stdout.contains("--force"), "{strict}");
    let reference = upload("reference");
    assert!(reference.status == 0 && reference.stdout.contains("uploaded to"), "{reference}");
}

#[test]
fn what_does_not_pass_is_sent_by_force() {
    let shop = shop().bundle("damaged.zip", &BundleBuilder::good().set("sha256", "0".repeat(64)));
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", "7.22"]);
    let run = shop.ramp(&["upload", "damaged.zip", "--cluster", &cluster.url, "--force"]);
    assert!(run.status == 0 && run.stdout.contains("uploaded to"), "{run}");
    // A server that enforces the gate says no, with the code that fits.
    let enforcing = Cluster::start(&shop.path("other"), &["--plain-http", "--target", "7.22", "--gate", "strict"]);
    let run = shop.ramp(&["upload", "damaged.zip", "--cluster", &enforcing.url, "--force", "--format", "json"]);
    assert_eq!((run.status, json(&run)["error"]["error_code"].as_str()), (1, Some("invalid_module")), "{run}");
}

#[test]
fn a_bundle_is_held_against_a_live_cluster() {
    let shop = shop().bundle("other.zip", &BundleBuilder::good().set("operating_systems", vec!["ubuntu22"]));
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", "8.0"]);
    let run = shop.ramp(&["validate", "a.zip", "other.zip", "--cluster", &cluster.url]);
    assert_eq!(run.status, 1, "{run}");
    assert_snapshot!("validated", cluster.told(&run));
    // What is shown is a target that comes to the same.
    let shown = shop.ramp(&["target", "show", "--cluster", &cluster.url]);
    assert_snapshot!("target_show", cluster.told(&shown));
    std::fs::write(shop.path("target.json"), &shown.stdout).unwrap();
    let findings = |arguments: &[&str]| {
        let run = shop.ramp(&[&["validate", "other.zip", "--format", "json"], arguments].concat());
        json(&run)["results"][0]["findings"].clone()
    };
    assert_eq!(findings(&["--cluster", &cluster.url]), findings(&["--target", "target.json"]));
    // Another system than the nodes', for whoever wants to know.
    let other = shop.ramp(&["validate", "other.zip", "--cluster", &cluster.url, "--os", "ubuntu22"]);
    assert_eq!(other.status, 0, "{other}");
}

#[test]
fn over_tls() {
    let shop = shop();
    let cluster = Cluster::start(&shop.path("data"), &["--target", "7.22"]);
    assert!(cluster.url.starts_with("https://"), "{}", cluster.url);
    let run = |more: &[&str]| shop.ramp(&[&["upload", "a.zip", "--cluster", &cluster.url], more].concat());
    let unknown = run(&[]);
    assert_eq!((unknown.status, unknown.stdout.as_str()), (2, ""), "{unknown}");
    assert_snapshot!("not_trusted", cluster.told(&unknown));
    let insecure = run(&["--insecure", "--dry-run"]);
    assert_eq!(insecure.status, 0, "{insecure}");
    assert!(insecure.stderr.starts_with("warning: whoever answers at https://"), "{insecure}");
    let known = run(&["--cacert", "data/certificate.pem"]);
    assert_eq!((known.status, known.stderr.as_str()), (0, ""), "{known}");
}

#[test]
fn who_asks_is_never_said_on_the_command_line() {
    let shop = Shop::new().bundle("a.zip", &samples::good()).directory("data").file("who", "admin\ncorrect horse\n");
    let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", "7.22"]);
    let mode = |mode: u32| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(shop.path("who"), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let asked = |more: &[&str]| shop.ramp(&[&["target", "show", "--cluster"], more].concat());
    let mut told = String::new();
    let mut refused = |run: &Run| {
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
        told += &cluster.told(run);
        told.push('\n');
    };
    refused(&asked(&[&cluster.url]));
    mode(0o644);
    refused(&asked(&[&cluster.url, "--credentials", "who"]));
    mode(0o600);
    assert_eq!(asked(&[&cluster.url, "--credentials", "who"]).status, 0);
    refused(&asked(&[&cluster.url.replace("//", "//admin:battery@")]));
    refused(&asked(&["http://cluster.example"]));
    refused(&asked(&["http://127.0.0.1:1", "--credentials", "who"]));
    std::fs::write(shop.path("who"), "admin\nbattery\n").unwrap();
    refused(&asked(&[&cluster.url, "--credentials", "who"]));
    assert!(!told.contains("battery"), "{told}");
    assert_snapshot!("refused_to_ask", told);
    let shop = shop.env("RAMP_CLUSTER_CREDENTIALS", "nowhere");
    let missing = shop.ramp(&["target", "show", "--cluster", &cluster.url]);
    assert!(missing.status == 2 && missing.stderr.contains("cannot read `nowhere`"), "{missing}");
    // It does not matter to who asks nobody.
    assert_eq!(shop.ramp(&["validate", "a.zip"]).status, 0);
}

#[test]
fn one_cluster_is_enough() {
    let shop = shop();
    for arguments in [
        &["validate", "a.zip", "--target", "7.22", "--cluster", "https://a"][..],
        &["target", "show", "7.22", "--cluster", "https://a"],
        &["upload", "a.zip"],
        &["upload", "a.zip", "--cluster", "https://a", "--insecure", "--cacert", "x"],
        &["validate", "a.zip", "--insecure"],
        &["validate", "a.zip", "--cacert", "x"],
    ] {
        let run = shop.ramp(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}: {run}");
    }
}

#[test]
#[ignore = "wants redis-server"]
fn to_a_catalogue_in_redis() {
    for target in ["7.22", "8.0"] {
        let (shop, redis) = (shop(), RedisServer::start().unwrap());
        let store = redis.url();
        let cluster = Cluster::start(&shop.path("data"), &["--plain-http", "--target", target, "--store", &store]);
        let upload = |more: &[&str]| shop.ramp(&[&["upload", "a.zip", "--cluster", &cluster.url], more].concat());
        let outcomes = [upload(&[]).status, upload(&[]).status, upload(&["--force"]).status];
        assert_eq!(outcomes, [0, 1, 1], "{target}");
    }
}
