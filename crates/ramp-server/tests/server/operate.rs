//! What who operates a server relies on: whether it is ready, what it measures, by what a request is known, who is believed.

mod away;
mod certificates;

use std::collections::BTreeMap;
use std::net::{IpAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ramp_server::Config;
use serde_json::json;
use ureq::http::HeaderValue;

use crate::support::{BundleBuilder, TestServer};

const PAGE: &str = include_str!("../../../../docs/operate.md");

fn server(change: impl FnOnce(&mut Config)) -> TestServer {
    TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", change)
}

#[test]
fn a_server_that_can_take_an_upload_is_ready() {
    let server = TestServer::of("7.22");
    let ready = server.request(None, "GET", "/readyz", None).ok().json();
    assert_eq!(ready["status"], "ready");
    for part in ["cluster", "catalogue", "storage", "incoming"] {
        assert_eq!(ready[part], json!({"ok": true}), "{part}");
    }
    let space = &ready["space"];
    assert_eq!((&space["ok"], &space["needed_bytes"]), (&json!(true), &json!(128 << 20)));
    assert!(space["data_bytes"].as_u64().unwrap() > 0 && space["bundles_bytes"].as_u64().unwrap() > 0, "{space}");
    // Nothing is left of trying.
    assert_eq!((server.files("blobs"), server.files("incoming")), (Vec::new(), Vec::new()));
}

/// Whoever sends uploads only to what is ready sends it none before there is a cluster, which takes them.
#[test]
fn a_node_without_a_cluster_is_not_ready() {
    let server = server(|config| {
        config.unbootstrapped = true;
        config.limits.readiness_interval = Duration::ZERO;
    });
    let ready = || server.request(None, "GET", "/readyz", None);
    let answer = ready();
    assert_eq!((answer.status, &answer.json()["status"]), (503, &json!("not_ready")));
    let problem = "the node is part of no cluster yet";
    assert_eq!(answer.json()["cluster"], json!({"ok": false, "problem": problem}));
    assert_eq!(
        (&answer.json()["catalogue"], &answer.headers["retry-after"]),
        (&json!({"ok": true}), &HeaderValue::from(1))
    );
    let (username, password) = ("first@test", "f1rst pass");
    let wanted = json!({"cluster": {"name": "c"}, "credentials": {"username": username, "password": password}});
    let body = Some(("application/json", wanted.to_string().into_bytes()));
    server.request(None, "POST", "/v1/bootstrap/create_cluster", body).ok();
    let began = Instant::now();
    while ready().status == 503 {
        assert!(began.elapsed() < Duration::from_secs(60), "{}", ready().text);
        std::thread::sleep(Duration::from_millis(20));
    }
    let answer = ready().ok().json();
    assert_eq!((&answer["status"], &answer["cluster"]), (&json!("ready"), &json!({"ok": true})));
    let metrics = server.request(Some((username, password)), "GET", "/metrics", None).ok().text;
    assert!(metrics.contains("\nramp_ready{part=\"cluster\"} 1\n"), "{metrics}");
}

#[test]
fn too_little_space_is_told() {
    let server = server(|config| config.limits.min_free_bytes = u64::MAX);
    let ready = server.request(None, "GET", "/readyz", None);
    assert_eq!((ready.status, &ready.json()["status"]), (503, &json!("not_ready")));
    assert_eq!(ready.headers["retry-after"], "5");
    let space = &ready.json()["space"];
    assert_eq!(space["problem"], "too little space is left where uploads are received");
    // It is told, and takes what there is room for.
    server.upload("/v2/modules", BundleBuilder::good()).ok();
}

#[test]
fn a_data_directory_that_is_away_is_told() {
    let server = TestServer::of("7.22");
    std::fs::remove_dir(server.directory.path().join("incoming")).unwrap();
    let ready = server.request(None, "GET", "/readyz", None);
    assert_eq!(ready.status, 503);
    let problem = "the data directory cannot be written to";
    assert_eq!(ready.json()["incoming"], json!({"ok": false, "problem": problem}));
    let refused = server.upload("/v2/modules", BundleBuilder::good());
    refused.is_refused(503, "store_unavailable");
    assert_eq!(refused.headers["retry-after"], "5");
}

#[test]
fn a_request_has_an_id() {
    let server = TestServer::of("7.22");
    let id = |headers: &str| server.raw("GET", "/v1/modules", headers).ok().headers["x-request-id"].clone();
    assert_eq!(id("X-Request-Id: from-the-proxy/7\r\n"), "from-the-proxy/7");
    let made = [id(""), id("X-Request-Id: \"quoted\"\r\n"), id("X-Request-Id: a\r\nX-Request-Id: b\r\n")];
    let made: Vec<&str> = made.iter().map(|id| id.to_str().unwrap()).collect();
    assert!(made.iter().all(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())), "{made:?}");
    assert!(made[0] != made[1] && made[1] != made[2], "{made:?}");
    // Whatever is answered has one, also where nobody is let in.
    let refused = server.request(None, "GET", "/v1/modules", None);
    assert_eq!((refused.status, refused.headers["x-request-id"].len()), (401, 32));
}

/// Name and type of each family, with the labels that its rows have.
type Families = BTreeMap<String, (String, Vec<String>)>;

fn exposed(text: &str) -> Families {
    let mut families = Families::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').unwrap();
        let ends = ["", "_count"].map(|end| format!("{name}{end}"));
        let rows = text.lines().filter(|row| ends.iter().any(|name| row.starts_with(&format!("{name}{{"))));
        let mut labels: Vec<String> = rows
            .flat_map(|row| row.split(['{', '}']).nth(1).unwrap().split("\",").map(str::to_owned).collect::<Vec<_>>())
            .map(|label| label.split('=').next().unwrap().to_owned())
            .collect();
        labels.sort();
        labels.dedup();
        families.insert(name.to_owned(), (kind.to_owned(), labels));
    }
    families
}

fn documented() -> Families {
    let section = PAGE.split("\n## Metrics").nth(1).unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `ramp_"));
    let named = |cell: &str| -> Vec<String> {
        let mut names: Vec<String> = cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        names.sort();
        names
    };
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).split('|').map(str::trim).collect();
        (named(cells[0]).concat(), (cells[1].to_owned(), named(cells[2])))
    })
    .collect()
}

#[test]
fn the_table_of_metrics_is_what_is_exposed() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    server.upload("/v2/modules", BundleBuilder::good()).is_refused(400, "module_exists");
    let text = server.get("/metrics").ok().text;
    assert_eq!(exposed(&text), documented());
    assert!(documented().len() > 10);
}

#[test]
fn metrics_count_what_has_happened() {
    let server = TestServer::of("7.22");
    let bundle = BundleBuilder::good().build();
    server.upload("/v2/modules", bundle.clone()).ok();
    server.upload("/v2/modules", bundle.clone()).is_refused(400, "module_exists");
    server.request(None, "GET", "/v1/modules", None).is_refused(401, "unauthorized");
    let text = server.get("/metrics").ok().text;
    for line in [
        "ramp_request_duration_seconds_count{method=\"POST\",route=\"/v2/modules\",status=\"200\"} 1".to_owned(),
        "ramp_request_duration_seconds_bucket{method=\"POST\",route=\"/v2/modules\",status=\"400\",le=\"300\"} 1"
            .to_owned(),
        "ramp_refusals_total{error_code=\"module_exists\"} 1".to_owned(),
        "ramp_refusals_total{error_code=\"unauthorized\"} 1".to_owned(),
        format!("ramp_received_bytes_total {}", 2 * bundle.len()),
        format!("ramp_stored_bytes_total {}", bundle.len()),
        "ramp_modules 1".to_owned(),
        "ramp_queue_length{queue=\"uploads\"} 0".to_owned(),
        "ramp_queue_length{queue=\"passwords\"} 0".to_owned(),
        "ramp_ready{part=\"storage\"} 1".to_owned(),
        "ramp_used_bytes{place=\"bundles\"} 0".to_owned(),
    ] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    // What bundles take is known when the storage was looked at, as by a start.
    let server = TestServer::start(server.end(), "7.22", |_| {});
    let line = format!("ramp_used_bytes{{place=\"bundles\"}} {}", bundle.len());
    let text = server.get("/metrics").ok().text;
    assert!(text.lines().any(|found| found == line), "{line}: {text}");
}

/// An address of this machine that is not a loopback address, if it has one; nothing is sent.
fn address_of_this_machine() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|address| !address.is_loopback())
}

#[test]
fn without_tls_only_proxies_are_answered() {
    let Some(own) = address_of_this_machine() else {
        eprintln!("skipped: this machine has no address but loopback");
        return;
    };
    let listening = |proxy: String| {
        let mut server = server(|config| {
            config.listen = "0.0.0.0:0".parse().unwrap();
            config.proxies = vec![proxy.parse().unwrap()];
        });
        // This machine is answered in any case.
        server.address.set_ip("127.0.0.1".parse().unwrap());
        server.get("/v1/modules").ok();
        server.address.set_ip(own);
        server
    };
    listening("192.0.2.1".to_owned()).get("/v1/modules").is_refused(403, "proxy_required");
    listening(format!("{own}/32")).get("/v1/modules").ok();
}

/// Wrong passwords slow down the client that sends them, and not all who come by the same proxy.
#[test]
fn who_comes_by_a_proxy_is_told_from_others() {
    let trying = |server: &TestServer, client: &str| {
        let began = Instant::now();
        let headers =
            format!("X-Forwarded-For: {client}\r\nAuthorization: {}\r\n", crate::support::basic("a@b", "wrong"));
        let mut stream = std::net::TcpStream::connect(server.address).unwrap();
        let head = format!("GET /v1/modules HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
        std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
        let mut answer = String::new();
        std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
        began.elapsed()
    };
    let slowed = |config: &mut Config| config.proxies = vec!["127.0.0.1".parse().unwrap()];
    let server = server(slowed);
    for _ in 0..8 {
        trying(&server, "198.51.100.1");
    }
    let wait = trying(&server, "198.51.100.1");
    assert!(wait.as_millis() >= 800, "{wait:?}");
    // The name is slowed down for everybody, so that is another one.
    let began = Instant::now();
    let answer = server.raw("GET", "/v1/modules", "X-Forwarded-For: 198.51.100.2\r\n").ok();
    assert!(began.elapsed().as_millis() < 700, "{:?} {answer:?}", began.elapsed());
}
