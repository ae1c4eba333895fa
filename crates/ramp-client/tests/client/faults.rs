//! Servers that misbehave, and connections that end.

use std::time::{Duration, Instant};

use ramp_client::{ClientError, Cluster, Credentials, Trust};
use ramp_core::Endpoint;
use serde_json::json;

use crate::fake::{Fake, Reply};
use crate::support::{ADMIN, BundleBuilder, client, limits, upload, upload_as};

fn of(fake: &Fake) -> Cluster {
    client(&fake.url(), ADMIN, Trust::System)
}

fn survey_of(decide: impl Fn(&str) -> Reply + Send + Sync + 'static) -> (ClientError, Vec<String>) {
    let fake = Fake::start(decide);
    let err = of(&fake).survey().unwrap_err();
    (err, fake.requests())
}

#[test]
fn nonsense_is_no_cluster() {
    let (err, asked) = survey_of(|_| Reply::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()));
    assert!(matches!(err, ClientError::Interrupted { .. }), "{err:?}");
    assert_eq!(asked.len(), 3, "asked again, a few times");
    for body in ["<html>hello</html>", "", "{\"a\": "] {
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let (err, asked) = survey_of(move |_| Reply::Raw(answer.clone().into_bytes()));
        assert!(matches!(err, ClientError::Unexpected { .. }), "{err:?}");
        assert_eq!(asked, ["GET /v1/nodes"]);
    }
    let (err, _) = survey_of(|_| Reply::Json(200, json!({"nodes": []})));
    assert!(
        err.to_string().ends_with("answers with something other than a list; is it a cluster's REST API?"),
        "{err}"
    );
}

#[test]
fn an_endless_answer_is_given_up() {
    let (err, _) = survey_of(|_| Reply::Json(200, json!([" ".repeat(10 << 20)])));
    assert!(matches!(err, ClientError::TooLarge { most, .. } if most == 8 << 20), "{err:?}");
    // The same without a length.
    let endless = [b"HTTP/1.1 200 OK\r\n\r\n[".as_slice(), &vec![b' '; 10 << 20]].concat();
    let (err, _) = survey_of(move |_| Reply::Raw(endless.clone()));
    assert!(matches!(err, ClientError::TooLarge { .. }), "{err:?}");
}

#[test]
fn deep_json_is_no_harm() {
    let body = "[".repeat(1 << 20);
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let (err, _) = survey_of(move |_| Reply::Raw(answer.clone().into_bytes()));
    assert!(matches!(err, ClientError::Unexpected { .. }), "{err:?}");
}

/// The password must not go where an answer leads.
#[test]
fn redirects_are_not_followed() {
    let other = Fake::start(|_| Reply::Json(200, json!([])));
    for status in [301, 302, 303, 307, 308] {
        let to = other.url();
        let (err, asked) = survey_of(move |_| {
            let answer = format!("HTTP/1.1 {status} X\r\nLocation: {to}/v1/nodes\r\nContent-Length: 0\r\n\r\n");
            Reply::Raw(answer.into_bytes())
        });
        assert!(matches!(err, ClientError::Redirected { status: told, .. } if told == status), "{err:?}");
        assert_eq!(asked.len(), 1);
    }
    assert!(other.asked().is_empty());
}

#[test]
fn a_server_that_hangs_is_given_up() {
    let fake = Fake::start(|_| Reply::Hang);
    let mut limits = limits();
    limits.answer = Duration::from_millis(300);
    let credentials = Credentials::new("a", "b").unwrap();
    let cluster = Cluster::within(fake.url().parse().unwrap(), &credentials, Trust::System, limits).unwrap();
    let began = Instant::now();
    let err = cluster.survey().unwrap_err();
    assert!(matches!(err, ClientError::TimedOut { .. }), "{err:?}");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn a_busy_cluster_is_asked_again() {
    let (err, asked) = survey_of(|_| Reply::Json(503, json!({"error_code": "busy", "message": "later"})));
    assert_eq!(asked.len(), 3);
    let refused = err.refusal().unwrap();
    assert_eq!((refused.status, refused.is_verdict()), (503, false), "{err}");
}

#[test]
fn nobody_there_is_told() {
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let err = client(&gone, ADMIN, Trust::System).survey().unwrap_err();
    assert!(matches!(err, ClientError::NotReached { .. }), "{err:?}");
}

/// A node of 7.22 that answers what is decided to what is not a survey.
fn legacy(decide: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Fake {
    Fake::start(move |what| match what {
        "GET /v1/nodes" => Reply::Json(
            200,
            json!([{"uid": 1, "addr": "127.0.0.1", "architecture": "x86_64", "os_family": "rhel",
                    "os_semantic_version": "9.4", "software_version": "7.22.0-28"}]),
        ),
        "GET /v1/cluster" => Reply::Json(200, json!({"name": "c"})),
        "GET /v1/modules" => Reply::Json(200, json!([])),
        "GET /v1/cluster/module-capabilities" => Reply::Json(404, json!({})),
        other => decide(other),
    })
}

fn of_upload(fake: &Fake) -> Vec<String> {
    fake.requests().split_off(4)
}

/// It may have been received: only somebody who looks can know, so it is not sent again.
#[test]
fn an_upload_that_breaks_is_not_sent_again() {
    for reply in [0, 1000, u64::MAX] {
        let fake = legacy(move |_| Reply::BreakAfter(reply));
        let mut bundle = BundleBuilder::good();
        // More than what fits into the buffers of a socket.
        bundle.module.resize(8 << 20, 0);
        let err = upload(&of(&fake), &bundle).unwrap_err();
        assert!(matches!(err, ClientError::Interrupted { .. }), "{err:?}");
        assert_eq!(of_upload(&fake), ["POST /v2/modules"]);
    }
}

#[test]
fn the_body_is_a_form_of_known_length() {
    let fake = legacy(|_| Reply::Json(200, json!({"uid": "u"})));
    let bundle = BundleBuilder::good();
    assert_eq!(upload(&of(&fake), &bundle).unwrap().module_uid.as_deref(), Some("u"));
    let asked = fake.asked().pop().unwrap();
    assert_eq!(asked.headers["content-length"], asked.body.len().to_string());
    assert!(!asked.headers.contains_key("transfer-encoding"));
    let boundary = asked.headers["content-type"].strip_prefix("multipart/form-data; boundary=").unwrap();
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"module\"; filename=\"x.zip\"\r\n\
         Content-Type: application/zip\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    assert_eq!(asked.body, [head.as_bytes(), &bundle.build(), tail.as_bytes()].concat());
}

#[test]
fn an_action_is_followed_to_its_end() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    let times = AtomicUsize::new(0);
    let fake = legacy(move |what| match what {
        "POST /v2/modules" => Reply::Json(200, json!({"uid": "u", "action_uid": "a/b"})),
        "GET /v1/actions/a%2Fb" => match times.fetch_add(1, Ordering::Relaxed) {
            0 => Reply::Json(200, json!({"status": "queued"})),
            1 => Reply::Json(200, json!({"status": "running", "progress": 50.0})),
            _ => Reply::Json(200, json!({"status": "completed", "progress": "100"})),
        },
        _ => Reply::Json(404, json!({})),
    });
    let cluster = of(&fake);
    let survey = cluster.survey().unwrap();
    let (outcome, events) = upload_as(&cluster, &survey, Endpoint::V2, &BundleBuilder::good());
    assert_eq!(outcome.unwrap().action_uid.as_deref(), Some("a/b"));
    assert_eq!(
        events[1..],
        ["None", "Some(50)", "Some(100)"]
            .map(|progress| format!("Acting {{ action_uid: \"a/b\", progress: {progress} }}"))
    );
}

#[test]
fn a_failed_action_is_undone() {
    let fake = legacy(|what| match what {
        "POST /v2/modules" => {
            Reply::Json(200, json!({"uid": "u", "action_uid": "a", "module_name": "testmodule", "version": 10203}))
        }
        "GET /v1/actions/a" => Reply::Json(200, json!({"status": "failed", "error_code": "no_space"})),
        "DELETE /v2/modules/u" => Reply::Json(200, json!({"action_uid": "d"})),
        _ => Reply::Json(404, json!({})),
    });
    let err = upload(&of(&fake), &BundleBuilder::good()).unwrap_err();
    assert!(matches!(err.cause(), ClientError::ActionFailed { what: Some(what), .. } if what == "no_space"), "{err:?}");
    assert_eq!(err.undone().unwrap().undone, ["module u (testmodule 10203)"]);
    assert_eq!(of_upload(&fake), ["POST /v2/modules", "GET /v1/actions/a", "DELETE /v2/modules/u"]);
}

/// An action that nobody may see, or that is forgotten, is not a failure.
#[test]
fn an_action_that_cannot_be_seen_is_told() {
    for status in [403, 404] {
        let fake = legacy(move |what| match what {
            "POST /v2/modules" => Reply::Json(200, json!({"uid": "u", "action_uid": "a"})),
            _ => Reply::Json(status, json!({})),
        });
        let cluster = of(&fake);
        let survey = cluster.survey().unwrap();
        let (outcome, events) = upload_as(&cluster, &survey, Endpoint::V2, &BundleBuilder::good());
        outcome.unwrap();
        assert!(events.last().unwrap().starts_with("Unknown"), "{events:?}");
    }
}

#[test]
fn an_action_without_end_is_given_up_and_left() {
    let fake = legacy(|what| match what {
        "POST /v2/modules" => Reply::Json(200, json!({"uid": "u", "action_uid": "a"})),
        _ => Reply::Json(200, json!({"status": "running"})),
    });
    let mut limits = limits();
    limits.action = Duration::from_millis(50);
    let credentials = Credentials::new("a", "b").unwrap();
    let cluster = Cluster::within(fake.url().parse().unwrap(), &credentials, Trust::System, limits).unwrap();
    let err = upload(&cluster, &BundleBuilder::good()).unwrap_err();
    assert!(matches!(err, ClientError::ActionUnfinished { .. }), "{err:?}");
    assert!(!fake.requests().iter().any(|what| what.starts_with("DELETE")));
}
