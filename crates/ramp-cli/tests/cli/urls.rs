//! Bundles at URLs.

use std::sync::Arc;

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::files::{FileServer, Reply};
use serde_json::Value;

use crate::samples;
use crate::shop::{Run, Shop};

const PAGE: &[u8] = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Who are you?</body></html>\n";

/// A server with a bundle, and whatever else is found where one should be.
fn server() -> FileServer {
    let bundle: Arc<[u8]> = samples::good().build().into();
    let older: Arc<[u8]> = samples::good().set("version", 10202).set("semantic_version", "1.2.2").build().into();
    let large: Arc<[u8]> = large().build().into();
    FileServer::start(move |asked| match asked.path.split('?').next().unwrap_or_default() {
        "/good.zip" => Reply::File(Arc::clone(&bundle), "\"1\""),
        "/older.zip" => Reply::File(Arc::clone(&older), "\"1\""),
        "/large.zip" => Reply::File(Arc::clone(&large), "\"1\""),
        "/whole.zip" => Reply::Whole(Arc::clone(&bundle)),
        "/moved.zip" => Reply::Redirect("/good.zip?token=hunter2".to_owned()),
        "/round.zip" => Reply::Redirect("/round.zip".to_owned()),
        "/login.zip" => Reply::Whole(PAGE.into()),
        "/private.zip" => Reply::Status(403),
        "/broken.zip" if asked.headers["range"].starts_with("bytes=0-") => Reply::File(Arc::clone(&large), "\"1\""),
        "/broken.zip" => Reply::File(Arc::clone(&large), "\"2\""),
        _ => Reply::Status(404),
    })
}

/// A bundle whose dependency is most of it.
fn large() -> BundleBuilder {
    let mut dice = 1_u32;
    let noise = std::iter::repeat_with(|| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        dice.to_be_bytes()[0]
    });
    let mut bundle = BundleBuilder::with_dependency();
    bundle.dependencies.push(("deps/model.bin".to_owned(), noise.take(40 << 20).collect()));
    bundle
}

/// What was printed, without the port; no secret is in it.
fn told(server: &FileServer, run: &Run) -> String {
    let text = run.to_string().replace(&server.host(), "[HOST]");
    assert!(!text.contains("hunter2"), "{text}");
    text
}

fn with_secrets(url: &str) -> String {
    format!("{}?X-Signature=hunter2", url.replace("http://", "http://me:hunter2@"))
}

#[test]
fn bundles_are_validated() {
    let (server, shop) = (server(), Shop::new().bundle("a.zip", &samples::good()));
    let url = with_secrets(&server.url("/good.zip"));
    let run = shop.ramp(&["validate", &url, "a.zip", &server.url("/moved.zip"), &server.url("/whole.zip"), &url]);
    assert_snapshot!("validated", told(&server, &run));
    let asked = server.asked();
    let signed = asked.iter().find(|asked| asked.path == "/good.zip?X-Signature=hunter2").unwrap();
    assert_eq!(signed.headers["authorization"], "Basic bWU6aHVudGVyMg==");
    for format in ["json", "jsonl", "sarif", "github", "gitlab", "azure", "rdjson", "junit", "markdown", "human"] {
        let bad = with_secrets(&server.url("/login.zip"));
        let (one, again) =
            (shop.ramp(&["validate", &bad, "--format", format]), bad.replace("hunter2", "another-hunter2"));
        let again = shop.ramp(&["validate", &again, "--format", format]);
        assert_eq!(told(&server, &one), told(&server, &again), "{format}");
        assert_eq!(one.status, 1, "{one}");
    }
    let sarif = shop.ramp(&["validate", &server.url("/login.zip"), "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif.stdout).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place["uri"], server.url("/login.zip"));
}

#[test]
fn lists_name_urls_too() {
    let server = server();
    let list = format!("# release\na.zip\n{}\n", with_secrets(&server.url("/good.zip")));
    let shop = Shop::new().bundle("a.zip", &samples::good()).file("list.txt", list);
    assert_snapshot!("listed", told(&server, &shop.ramp(&["validate", "@list.txt"])));
}

#[test]
fn what_does_not_count_is_told_by_pattern() {
    let server = server();
    let config = |pattern: &str| {
        format!("[[allow]]\nrule = \"metadata\"\nreason = \"known\"\nbundle = \"{pattern}\"\n")
            .replace("HOST", &server.host())
    };
    for (pattern, fits) in [
        ("good.zip", true),
        ("**/good.zip", true),
        ("http://HOST/*.zip", true),
        ("http://HOST/*/*.zip", false),
        ("dist/*.zip", false),
    ] {
        let shop = Shop::new().file("ramp.toml", config(pattern));
        let run = shop.ramp(&["validate", &server.url("/good.zip"), "--format", "json", "--target", "6.2"]);
        assert!(run.stdout.contains("\"suppressed\":{") == fits, "{pattern}: {run}");
    }
}

#[test]
fn inspecting_fetches_what_is_shown() {
    let (server, shop) = (server(), Shop::new());
    let url = with_secrets(&server.url("/large.zip"));
    assert_snapshot!("inspected", told(&server, &shop.ramp(&["inspect", &url])));
    assert!(server.sent() <= 1 << 20, "{} were sent", server.sent());
    let before = server.sent();
    let json = shop.ramp(&["inspect", &url, "--format", "json"]);
    assert!(server.sent() - before <= 1 << 20, "{} were sent", server.sent() - before);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    let entry = |json: &Value, name: &str| {
        json["entries"].as_array().unwrap().iter().find(|e| e["name"] == name).unwrap().clone()
    };
    let model = entry(&json, "deps/model.bin");
    assert_eq!((&model["left_out"], &model["sha256"]), (&Value::Bool(true), &Value::Null));
    assert_eq!(entry(&json, "module.json")["left_out"], false);
    let all: Value = serde_json::from_str(&shop.ramp(&["inspect", &url, "--all", "--format", "json"]).stdout).unwrap();
    let model = entry(&all, "deps/model.bin");
    assert!(model["left_out"] == false && model["sha256"].is_string());
}

#[test]
fn builds_are_compared() {
    let (server, shop) = (server(), Shop::new().bundle("a.zip", &samples::good()));
    let run = shop.ramp(&["diff", &with_secrets(&server.url("/older.zip")), "a.zip"]);
    assert_snapshot!("compared", told(&server, &run));
    let run = shop.ramp(&["diff", "a.zip", &with_secrets(&server.url("/login.zip"))]);
    assert_snapshot!("not_compared", told(&server, &run));
}

#[test]
fn a_bundle_is_unpacked() {
    let (server, shop) = (server(), Shop::new().directory("out"));
    let run = shop.ramp(&["unpack", &with_secrets(&server.url("/good.zip")), "-C", "out"]);
    assert_snapshot!("unpacked", format!("{}\n{:?}", told(&server, &run), shop.tree("out")));
    // It is fetched once, and unpacked from there.
    assert_eq!(server.sent(), samples::good().build().len() as u64);
    let run = shop.ramp(&["unpack", &server.url("/broken.zip"), "-C", "out", "--force"]);
    assert_snapshot!("unpacked_changed", told(&server, &run));
}

/// With it, `s3::reading` of the tests of faults asks a bucket.
#[cfg(not(feature = "s3"))]
#[test]
fn buckets_want_a_feature() {
    let shop = Shop::new();
    for (name, url) in [("bundle", "s3://bucket/prefix/a.zip"), ("prefix", "s3://bucket/prefix")] {
        assert_snapshot!(format!("bucket_{name}"), shop.ramp(&["validate", url, "--recursive"]));
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let (server, shop) = (server(), Shop::new());
    for (name, url) in [
        ("missing", server.url("/missing.zip")),
        ("forbidden", with_secrets(&server.url("/private.zip"))),
        ("round", server.url("/round.zip")),
        ("changed", server.url("/broken.zip")),
        ("login", server.url("/login.zip")),
        ("no_tls", server.url("/good.zip").replace("http:", "https:")),
        ("scheme", "ftp://me:hunter2@files.example.com/a.zip?hunter2".to_owned()),
        ("unreadable", "https://me:hun/ter2@files.example.com/a.zip".to_owned()),
    ] {
        let run = shop.ramp(&["validate", &url]);
        let text = run.to_string().replace(&server.host(), "[HOST]");
        assert!(!text.contains("me:") && !text.contains("ter2"), "{text}");
        assert_snapshot!(format!("cannot_{name}"), text);
    }
    // What the system says of names that it does not know differs.
    let run = shop.ramp(&["validate", "https://nobody.invalid/a.zip"]);
    assert!(run.status == 2 && run.stdout.contains("nobody.invalid cannot be reached:"), "{run}");
    let run = shop.ramp(&["inspect", &server.url("/missing.zip")]);
    assert_snapshot!("cannot_inspect", told(&server, &run));
}
