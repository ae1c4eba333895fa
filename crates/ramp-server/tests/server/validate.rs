//! Judging a bundle without storing it.

use std::sync::Arc;

use ramp_core::{Policy, Target};
use serde_json::{Value, json};

use crate::support::{BundleBuilder, TestServer, form, form_of, part};

const VALIDATE: &str = "/ramp/v1/validate";

#[test]
fn a_report_is_that_of_the_library() {
    let server = TestServer::of("7.22");
    let bundle = BundleBuilder::good().set("version", "8.4.0").build();
    let report = server.upload(VALIDATE, bundle.clone()).ok().json();
    assert_eq!(report["bundle"], "x.zip");
    assert_eq!((&report["answer"]["accepted"], &report["passed"]), (&json!(false), &json!(false)));
    assert_eq!(report["answer"]["error_code"], "invalid_module");
    let target = Target::named("7.22").unwrap().with_operating_system("rhel9").unwrap();
    let target = target.with_architecture("x86_64").unwrap();
    let expected = ramp_core::validate(std::io::Cursor::new(bundle), &target, &Policy::strict()).unwrap();
    assert_eq!(report["findings"], serde_json::to_value(expected.findings()).unwrap());
    assert_eq!(report["metadata"], Value::from(expected.metadata().unwrap()));
    assert_eq!(report["module"], serde_json::to_value(expected.module()).unwrap());
}

#[test]
fn nothing_is_kept_and_what_is_there_counts() {
    let server = TestServer::of("7.22");
    let report = server.upload(VALIDATE, BundleBuilder::good()).ok().json();
    assert_eq!((&report["answer"]["accepted"], &report["answer"]["error_code"]), (&json!(true), &json!(null)));
    assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
    assert_eq!((server.files("blobs"), server.files("incoming")), (vec![], vec![]));
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let report = server.upload(VALIDATE, BundleBuilder::good()).ok().json();
    assert_eq!(report["answer"]["error_code"], "module_exists");
    assert_eq!(report["answer"]["http_status"], 400);

    let server = TestServer::of("8.2");
    let report = server.upload(VALIDATE, BundleBuilder::good()).ok().json();
    assert_eq!(report["answer"]["error_code"], "modules_upload_disabled");
    assert_eq!(report["answer"]["http_status"], 403);
}

#[test]
fn what_is_no_bundle_is_refused() {
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "8.0", |config| {
        config.limits.max_upload_bytes = 100_000;
    });
    let post = |body: (&str, Vec<u8>)| server.request(Some(crate::support::ADMIN), "POST", VALIDATE, Some(body));
    post(("application/json", b"{}".to_vec())).is_refused(400, "no_module");
    let file = part("name=\"module\"; filename=\"x.zip\"", b"x");
    post(form_of(&[file.clone(), file])).is_refused(400, "invalid_module");
    post(form(&vec![0; 200_000])).is_refused(413, "request_too_large");
    let report = server.upload(VALIDATE, b"no zip".to_vec()).ok().json();
    assert_eq!(report["findings"][0]["rule"], "bundle-not-a-zip");
    // More than the limit for metadata.
    let large = TestServer::of("7.22");
    let bundle = BundleBuilder::good().set("description", "x".repeat(10 << 20));
    large.upload(VALIDATE, bundle.clone()).is_refused(422, "not_evaluated");
    // A cluster may take it, so nothing that a cluster answers is said.
    for path in ["/v1/modules", "/v2/modules"] {
        let refused = large.upload(path, bundle.clone());
        refused.is_refused(422, "not_evaluated");
        let description = refused.json()["description"].to_string();
        assert!(description.contains("over the limit of 1048576; this is a bound of this server"), "{description}");
    }
}

#[test]
fn who_may_list_may_judge() {
    let server = TestServer::with_roles("7.22");
    let judge = |role| server.request(Some((role, "password")), "POST", VALIDATE, Some(form(b"no zip")));
    judge("db_viewer").ok();
    judge("none").is_refused(403, "insufficient_permissions");
    server.request(None, "POST", VALIDATE, Some(form(b"no zip"))).is_refused(401, "unauthorized");
}
