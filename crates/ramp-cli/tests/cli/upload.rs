//! What talks to a cluster: `ramp upload`, `ramp validate --cluster`, `ramp target show --cluster`.

use std::path::Path;
use std::process::Child;

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::redis::RedisServer;
use serde_json::Value;

use crate::process::serve;
use crate::samples;
use crate::shop::{Run, Shop};

const PASSWORD: &str = "correct horse";

/// `ramp serve`, as the cluster; it ends with its test.
struct Cluster {
    child: Child,
    url: String,
}

impl Cluster {
    fn start(directory: &Path, arguments: &[&str]) -> Self {
        let (child, url) = serve(directory, |command| {
            command
                .args(["--os", "rhel9", "--arch", "x86_64"])
                .args(arguments)
                .env("RAMP_ADMIN_USER", "admin")
                .env("RAMP_ADMIN_PASSWORD", PASSWORD)
                .env("RAMP_LOG", "off")
        });
        Self { child, url }
    }

    /// What was printed, without what differs from run to run; the password is in none of it.
    fn told(&self, run: &Run) -> String {
        let text = run.to_string().replace(&self.url, "[CLUSTER]");
        assert!(!text.contains(PASSWORD) && !text.contains("YWRt"), "{text}");
        let is_uid = |word: &str| word.len() >= 32 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        let mut lines = Vec::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').map(|word| if is_uid(word) { "[UID]" } else { word }).collect();
            lines.push(words.join(" "));
        }
        lines.join("\n")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn shop() -> Shop {
    Shop::new()
        .env("RAMP_CLUSTER_USER", "admin")
        .env("RAMP_CLUSTER_PASSWORD", PASSWORD)
        .bundle("a.zip", &samples::good())
        .directory("data")
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|err| panic!("{err}: {run}"))
}

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
