//! `/v1/bootstrap`: a node that has no cluster yet, and how it gets one.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ramp_server::store::{Claim, DatabaseAdded, DatabaseSpec, NewBuild, NewModule, Reserved, Store};
use ramp_server::{Config, Server, ServerError, open_store};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::files::{Files, Reply, content, elsewhere, status};
use crate::support::{Answer, BundleBuilder, TestServer};

const PATH: &str = "/v1/bootstrap";
const CREATE: &str = "/v1/bootstrap/create_cluster";
const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";
const FIRST: (&str, &str) = ("first@test", "f1rst pass");

/// A node without a cluster, which may download from these.
fn node_in(directory: Arc<TempDir>, release: &str, sources: &[&str]) -> TestServer {
    TestServer::start(directory, release, |config| {
        config.unbootstrapped = true;
        config.dependencies_from = sources.iter().map(|source| source.parse().unwrap()).collect();
    })
}

fn node(release: &str) -> TestServer {
    node_in(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), release, &[])
}

/// What scripts send.
fn configuration() -> Value {
    json!({
        "action": "create_cluster",
        "cluster": {"nodes": [], "name": "my.cluster"},
        "node": {"paths": {"persistent_path": "/var/opt/persist", "ephemeral_path": "/var/opt/tmp"}, "identity": {"addr": "127.0.0.1"}},
        "license": "",
        "credentials": {"username": FIRST.0, "password": FIRST.1},
    })
}

fn with_modules(modules: &Value) -> Value {
    let mut body = configuration();
    body["user_defined_modules"] = modules.clone();
    body
}

fn module(name: &str, url: &str) -> Value {
    json!({"name": name, "location": {"location_type": "http", "url": url}})
}

/// As scripts send it: by nobody.
fn post(server: &TestServer, path: &str, body: &Value) -> Answer {
    server.request(None, "POST", path, Some(("application/json", body.to_string().into_bytes())))
}

/// The status that is reached, as whoever polls sees it.
#[track_caller]
fn reached(server: &TestServer, state: &str) -> Value {
    let began = Instant::now();
    loop {
        let answer = server.request(Some(FIRST), "GET", PATH, None).ok().json();
        let status = answer["bootstrap_status"].clone();
        if status["state"] == state {
            return status;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{answer}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn create(server: &TestServer, body: &Value) -> Value {
    assert_eq!(post(server, CREATE, body).ok().text, "");
    reached(server, "completed")
}

fn description(answer: &Answer) -> String {
    answer.json()["description"].as_str().unwrap().to_owned()
}

#[test]
fn a_node_without_a_cluster_says_so() {
    for release in ["6.2", "7.22", "8.2"] {
        let server = node(release);
        for user in [None, Some(FIRST), Some(("a", "b"))] {
            let answer = server.request(user, "GET", PATH, None).ok().json();
            assert_eq!(answer["bootstrap_status"], json!({"state": "idle"}));
            let node = &answer["local_node_info"];
            let addresses = json!([{"address": "127.0.0.1", "format": "ipv4", "if_name": "lo", "private": true}]);
            assert_eq!((&node["available_addresses"], node.get("uid")), (&addresses, None));
            assert_eq!(node["architecture"], "x86_64");
            for (method, path) in [
                ("GET", "/v1/cluster"),
                ("GET", "/v1/modules"),
                ("POST", "/v2/modules"),
                ("GET", "/v1/bootstraps"),
                ("GET", "/nowhere"),
            ] {
                let answer = server.request(user, method, path, None);
                answer.is_refused(503, "no_cluster");
                assert_eq!(answer.json()["message"], "No cluster bootstrapped");
            }
        }
        server.request(None, "GET", "/healthz", None).ok();
    }
}

#[test]
fn a_cluster_is_made_of_a_node() {
    for release in ["6.2", "7.22", "8.2"] {
        let server = node(release);
        let status = create(&server, &configuration());
        let (start, end) = (status["start_time"].as_str().unwrap(), status["end_time"].as_str().unwrap());
        assert!(start <= end && end.len() == "2014-08-29T11:19:49Z".len(), "{status}");
        assert_eq!(status.as_object().unwrap().len(), 3, "{status}");
        // From then on, whoever asks must say who they are.
        server.request(None, "GET", PATH, None).is_refused(401, "unauthorized");
        server.get(PATH).is_refused(401, "unauthorized");
        post(&server, CREATE, &configuration()).is_refused(401, "unauthorized");
        let ask = |path: &str| server.request(Some(FIRST), "GET", path, None).ok().json();
        assert_eq!(ask(PATH)["local_node_info"]["uid"], "1");
        assert_eq!(ask("/v1/cluster")["name"], "my.cluster");
        assert_eq!((&ask("/v1/users")[0]["email"], &ask("/v1/users")[0]["role"]), (&json!(FIRST.0), &json!("admin")));
        let body = Some(("application/json", configuration().to_string().into_bytes()));
        server.request(Some(FIRST), "POST", CREATE, body).is_refused(409, "bootstrap_in_progress");
        // It outlives the server, however that is started.
        let server = node_in(server.end(), release, &[]);
        assert_eq!(reached(&server, "completed"), status);
        let server = TestServer::start(server.end(), release, |_| {});
        assert_eq!(reached(&server, "completed"), status);
        let users = server.request(Some(FIRST), "GET", "/v1/users", None).ok().json();
        assert_eq!(users.as_array().unwrap().len(), 1, "no other admin is made");
    }
}

#[test]
fn a_server_is_a_cluster_unless_it_is_told_otherwise() {
    let server = TestServer::of("7.22");
    server.request(None, "GET", PATH, None).is_refused(401, "unauthorized");
    let answer = server.get(PATH).ok().json();
    assert_eq!(answer["bootstrap_status"]["state"], "completed");
    let first = server.get("/v1/nodes/1").ok().json();
    for field in ["architecture", "os_family", "os_version", "software_version", "supported_database_versions"] {
        assert_eq!(answer["local_node_info"][field], first[field], "{field}");
    }
    // Every role sees it: no permission is documented.
    let server = TestServer::with_roles("7.22");
    server.request(Some(("none", "password")), "GET", PATH, None).ok();
    // What was started without a cluster gets one by being started.
    let server = TestServer::start(node("7.22").end(), "7.22", |_| {});
    assert_eq!(server.get(PATH).ok().json()["bootstrap_status"]["state"], "completed");
}

#[test]
fn what_is_no_configuration_is_refused() {
    let server = node("8.0.2-17");
    let with = |field: &str, value: Value| {
        let mut body = configuration();
        body[field] = value;
        body
    };
    for (body, what) in [
        (json!({}), "`cluster` is missing"),
        (json!([]), "the body is not a JSON object"),
        (with("action", json!("join_cluster")), "the path says `create_cluster`"),
        (with("cluster", json!({"name": "a b"})), "is \"a b\", which is not a name that hosts can have"),
        (with("credentials", json!({"username": "a"})), "`credentials.password` is missing"),
        (with("user_defined_modules", json!([])), "this release has no `user_defined_modules`, which came with 8.0.6"),
    ] {
        let answer = post(&server, CREATE, &body);
        answer.is_refused(400, "invalid_schema");
        assert!(description(&answer).contains(what), "{answer:?}");
        let answer = post(&server, "/v1/bootstrap/validate/create_cluster", &body);
        assert_eq!(answer.status, 406, "{answer:?}");
        let status = answer.json();
        assert_eq!((&status["state"], &status["error_code"]), (&json!("idle"), &json!("config_error")));
        assert!(status["error_details"]["message"].as_str().unwrap().contains(what), "{answer:?}");
    }
    assert_eq!(post(&server, "/v1/bootstrap/validate/create_cluster", &configuration()).ok().text, "{}");
    for action in ["join_cluster", "recover_cluster"] {
        for path in [format!("{PATH}/{action}"), format!("{PATH}/validate/{action}")] {
            let answer = post(&server, &path, &configuration());
            answer.is_refused(501, "not_simulated");
            assert!(description(&answer).starts_with(&format!("`{action}` is not simulated")), "{answer:?}");
        }
    }
    for path in ["/v1/bootstrap/reset", "/v1/bootstrap/validate/reset"] {
        let answer = post(&server, path, &configuration());
        answer.is_refused(400, "invalid_schema");
        assert!(description(&answer).starts_with("there is no action `reset`;"), "{answer:?}");
    }
    // Nothing of it has begun.
    let answer = server.request(None, "GET", PATH, None).ok().json();
    assert_eq!(answer["bootstrap_status"], json!({"state": "idle"}));
    create(&server, &configuration());
}

#[test]
fn modules_are_downloaded() {
    let bundle = BundleBuilder::good().build();
    let other = BundleBuilder::good().set("module_name", "other").build();
    let files = Files::new(move |path| match path {
        "/moved.zip" => elsewhere("/testmodule-1.2.3.zip"),
        "/testmodule-1.2.3.zip" => content(&bundle),
        "/other.zip" => content(&other),
        "/no.zip" => content(b"not a zip"),
        "/old.zip" => content(&BundleBuilder::good().set("architecture", "i386").build()),
        "/endless.zip" => Reply::Endless(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n".to_vec()),
        _ => status("404 Not Found"),
    });
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "8.2", |config| {
        config.unbootstrapped = true;
        config.dependencies_from.push(files.address.to_string().parse().unwrap());
        config.limits.max_upload_bytes = 1 << 20;
    });
    let secured = json!({
        "name": "Secured",
        "location": {"location_type": "http", "url": files.url("/other.zip"), "credentials": {"username": "me", "password": "s3cret"}},
    });
    let modules = json!([
        module("Gone", &files.url("/gone.zip")),
        module("A", &files.url("/moved.zip")),
        secured,
        module("Again", &files.url("/testmodule-1.2.3.zip")),
        module("No zip", &files.url("/no.zip")),
        module("Old", &files.url("/old.zip")),
        module("Large", &files.url("/endless.zip")),
        module("Elsewhere", "http://127.0.0.1:1/x.zip"),
    ]);
    let status = create(&server, &with_modules(&modules));
    let warnings: Vec<(&str, &str, &str)> = status["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| {
            let name = w["details"]["module_name"].as_str().unwrap();
            (name, w["warning_type"].as_str().unwrap(), w["message"].as_str().unwrap())
        })
        .collect();
    let expected = [
        ("Gone", "HTTP status 404 Not Found"),
        ("No zip", "invalid_module: this is text, not a bundle"),
        ("Old", "module_architecture_not_supported"),
        ("Large", "this server downloads at most 1048576 bytes for a bundle"),
        ("Elsewhere", "this server may not download from that host and port"),
    ];
    assert_eq!(warnings.len(), expected.len(), "{status}");
    for ((name, kind, message), (wanted, what)) in warnings.into_iter().zip(expected) {
        assert_eq!((name, kind), (wanted, "module_download_failed"));
        assert!(message.contains(what), "{name}: {message}");
    }
    // Uploads are off in 8.2, which nobody was asked.
    let ask = |path: &str| server.request(Some(FIRST), "GET", path, None).ok().json();
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|m| m["module_name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&ask("/v1/modules")), ["other", "testmodule"]);
    assert_eq!(names(&ask(ARTIFACTS)), ["other", "testmodule"]);
    assert_eq!((server.files("blobs").len(), server.files("incoming")), (2, Vec::new()));
    // The password went where it was meant for, and is nowhere else.
    for head in files.asked() {
        let authorized = head.to_lowercase().contains("\r\nauthorization: basic bwu6cznjcmv0\r\n");
        assert_eq!(authorized, head.starts_with("GET /other.zip "), "{head}");
    }
    assert!(!status.to_string().contains("s3cret"));
}

#[test]
fn a_password_is_for_the_host_that_it_was_given_for() {
    let other = Files::new(|_| content(&BundleBuilder::good().build()));
    let to = other.url("/x.zip");
    let files = Files::new(move |_| elsewhere(&to));
    let sources = [files.address.to_string(), other.address.to_string()];
    let server = node_in(
        Arc::new(ramp_fixtures::directory::tempdir().unwrap()),
        "8.0",
        &sources.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let mut wanted = module("A", &files.url("/x.zip"));
    wanted["location"]["credentials"] = json!({"username": "me", "password": "s3cret"});
    assert_eq!(create(&server, &with_modules(&json!([wanted]))).get("warnings"), None);
    let asks = |files: &Files| files.asked().iter().any(|head| head.to_lowercase().contains("authorization"));
    assert_eq!((asks(&files), asks(&other)), (true, false));
}

#[test]
fn nothing_is_downloaded_unless_somebody_says_from_where() {
    let files = Files::new(|_| content(&BundleBuilder::good().build()));
    let server = node("8.2");
    let status = create(&server, &with_modules(&json!([module("A", &files.url("/x.zip"))])));
    let message = "this server downloads nothing; its option `--dependencies-from` says from where it may";
    assert_eq!(status["warnings"][0]["message"], message);
    assert_eq!(files.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_build_that_downloads_nothing_is_not_told_from_where() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let mut config = Config::new(ramp_core::Target::named("8.0.2-17").unwrap(), directory.path());
    config.dependencies_from.push("public".parse().unwrap());
    let err = Server::start(&config).await.unwrap_err();
    assert!(matches!(&err, ServerError::NoDownloads { release } if release == "8.0.2-17"), "{err}");
}

/// A catalogue of databases without users, whose modules are on another node.
fn with_database(directory: &TempDir) {
    let store: Arc<dyn Store> = open_store("sqlite", directory.path()).unwrap();
    let blobs = directory.path().join("blobs");
    std::fs::create_dir(&blobs).unwrap();
    std::fs::write(blobs.join("catalogue-id"), store.identity("one").unwrap()).unwrap();
    let name = || "testmodule".to_owned();
    let uid = "1".repeat(32);
    let metadata = r#"{"module_name": "testmodule", "version": 10203, "semantic_version": "1.2.3"}"#.to_owned();
    assert!(store.define(&NewModule { uid: uid.clone(), module_name: name(), version: 10203, metadata }).unwrap());
    let build = NewBuild {
        claim: "c".to_owned(),
        owner: "other".to_owned(),
        places: vec!["other".to_owned()],
        blob: "b".to_owned(),
        details: "[]".to_owned(),
        stored: false,
    };
    let reserved = store.reserve_artifact(&name(), 10203, &build).unwrap();
    assert_eq!(reserved, Reserved::Claimed(Claim { id: "c".to_owned(), module_uid: String::new() }));
    store.commit(&Claim { id: "c".to_owned(), module_uid: String::new() }, None).unwrap();
    let spec: DatabaseSpec = serde_json::from_value(json!({
        "name": "db", "kind": "redis", "memory_size": 0,
        "modules": [{"module_uid": uid, "module_name": "testmodule", "semantic_version": "1.2.3", "module_args": ""}],
    }))
    .unwrap();
    assert_eq!(store.add_database(None, &spec, "other", None).unwrap(), DatabaseAdded::Done(1));
}

#[test]
fn a_database_whose_module_is_lacking_fails_it() {
    let files = Files::new(|_| content(&BundleBuilder::good().build()));
    let directory = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    with_database(&directory);
    let server = node_in(directory, "8.2", &[&files.address.to_string()]);
    post(&server, CREATE, &configuration()).ok();
    let status = reached(&server, "error");
    assert_eq!(status["error_code"], "incompatible_modules");
    let message = "database 1 uses `testmodule` 1.2.3, of which this node has no build";
    assert_eq!(status["error_details"], json!({"message": message}));
    server.request(Some(FIRST), "GET", "/v1/modules", None).is_refused(503, "no_cluster");
    // With the module, the same node becomes a cluster.
    create(&server, &with_modules(&json!([module("A", &files.url("/x.zip"))])));
    let database = server.request(Some(FIRST), "GET", "/v1/bdbs/1", None).ok().json();
    assert_eq!(database["module_list"][0]["module_name"], "testmodule");
}

/// Public scripts wait so, some for ever.
#[test]
fn who_waits_with_curl_gets_it() {
    let wait = |server: &TestServer, user: &str, path: &str| {
        let curl = Command::new("curl")
            .args([
                "-s",
                "-o",
                "/dev/null",
                "--noproxy",
                "*",
                "--max-time",
                "60",
                "-f",
                "--retry",
                "20",
                "--retry-delay",
                "1",
            ])
            .args(["-u", user, &server.url(path)])
            .status();
        curl.ok().map(|status| status.code())
    };
    let server = node("7.22");
    let first = format!("{}:{}", FIRST.0, FIRST.1);
    let Some(code) = wait(&server, &first, PATH) else {
        eprintln!("skipped: there is no curl");
        return;
    };
    assert_eq!(code, Some(0));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| wait(&server, &first, "/v1/cluster"));
        create(&server, &configuration());
        assert_eq!(waiting.join().unwrap(), Some(Some(0)));
    });
    assert_eq!(wait(&server, &first, PATH), Some(Some(0)));
    assert_eq!(wait(&server, "nobody:x", PATH), Some(Some(22)), "a wrong password is not waited for");
}
