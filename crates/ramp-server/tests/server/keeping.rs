//! Checks on a schedule, passwords set on what is kept, and who may read it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ramp_fixtures::redis::RedisServer;
use ramp_server::{Config, PasswordError, open_store, set_password};
use serde_json::json;

use crate::support::{ADMIN, BundleBuilder, TestServer, files};

/// Waits until `/readyz` says this.
fn wait_for(server: &TestServer, key: &str, value: &serde_json::Value) -> serde_json::Value {
    let patience = Instant::now() + Duration::from_secs(20);
    loop {
        let health = server.request(None, "GET", "/readyz", None).ok().json();
        if health[key] == *value {
            return health;
        }
        assert!(Instant::now() < patience, "{health}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn bundles_are_checked_on_a_schedule() {
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.check_every = Some(Duration::from_millis(20));
    });
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let health = wait_for(&server, "bundles_damaged", &json!(0));
    assert_eq!(health["status"], "ready");
    let [name] = server.files("blobs").try_into().unwrap();
    let path = server.directory.path().join("blobs").join(&name[..2]).join(&name);
    let whole = std::fs::read(&path).unwrap();
    // At once, since it is read all the time.
    let beside = server.directory.path().join("beside");
    let put = |bytes: &[u8]| std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, &path)).unwrap();
    put(b"PK");
    let health = wait_for(&server, "bundles_damaged", &json!(1));
    assert_eq!((&health["status"], &health["bundles_missing"]), (&json!("degraded"), &json!(0)));
    let metrics = server.get("/metrics").ok().text;
    for line in ["\nramp_check_bundles 1\n", "\nramp_check_bundles_damaged 1\n", "\nramp_check_bytes 2\n"] {
        assert!(metrics.contains(line), "{metrics}");
    }
    assert_eq!(health["problem"], "1 bundle damaged: `ramp store check` names them");
    put(&whole);
    assert_eq!(wait_for(&server, "bundles_damaged", &json!(0))["status"], "ready");
    // What is missing is told by both who look for it.
    std::fs::remove_file(&path).unwrap();
    let health = wait_for(&server, "bundles_missing", &json!(1));
    assert_eq!((&health["status"], &health["bundles_damaged"]), (&json!("degraded"), &json!(0)));
    assert_eq!(health["problem"], "1 bundle missing: `ramp store check` names them");
    let metrics = server.get("/metrics").ok().text;
    for line in ["\nramp_check_bundles_missing 1\n", "\nramp_bundles_missing 1\n", "\n# TYPE ramp_check_bytes gauge\n"]
    {
        assert!(metrics.contains(line), "{metrics}");
    }
    // A record that cannot be read is none that is missing.
    let catalogue = rusqlite::Connection::open(server.directory.path().join("catalogue.sqlite")).unwrap();
    catalogue.execute("UPDATE actions SET action = '{'", []).unwrap();
    let health = wait_for(&server, "records_unreadable", &json!(1));
    let problem = "1 bundle missing, 1 record of the catalogue unreadable: `ramp store check` names them";
    assert_eq!(health["problem"], problem);
}

#[test]
fn without_a_schedule_nothing_is_read() {
    let server = TestServer::of("7.22");
    let health = server.request(None, "GET", "/readyz", None).ok().json();
    assert_eq!(health["bundles_damaged"], json!(null));
    assert!(!server.get("/metrics").ok().text.contains("ramp_check_"));
}

/// The server that is at work goes by the new password at once, and by the old one no more, though it remembers it.
fn a_password_is_set(server: &TestServer, config: &Config) {
    let is_right = |password: &str| server.request(Some((ADMIN.0, password)), "GET", "/v1/modules", None).status;
    assert_eq!((is_right(ADMIN.1), is_right("new")), (200, 401));
    set_password(config, ADMIN.0, "new").unwrap();
    assert_eq!((is_right("new"), is_right(ADMIN.1)), (200, 401));
    let err = set_password(config, "nobody@test", "new").unwrap_err();
    assert!(matches!(&err, PasswordError::NoUser { known, .. } if known == &[ADMIN.0]), "{err:?}");
    assert_eq!(err.to_string(), "there is no user `nobody@test`");
    for (password, what) in [(String::new(), "has 0 bytes"), ("x".repeat(1025), "has 1025 bytes")] {
        let err = set_password(config, ADMIN.0, &password).unwrap_err();
        assert!(err.to_string().contains(what), "{err}");
    }
    let on = json!({"password_complexity": true}).to_string().into_bytes();
    server.request(Some((ADMIN.0, "new")), "PUT", "/v1/cluster", Some(("application/json", on))).ok();
    let err = set_password(config, ADMIN.0, "simple").unwrap_err();
    assert!(err.to_string().ends_with("demands: it has fewer than 8 characters"), "{err}");
    set_password(config, ADMIN.0, "Not-so-s1mple").unwrap();
    assert_eq!((is_right("Not-so-s1mple"), is_right("new")), (200, 401));
}

fn config(server: &TestServer) -> Config {
    Config::new(ramp_core::Target::named("7.22").unwrap(), server.directory.path())
}

#[test]
fn a_password_is_set_beside_a_server() {
    let server = TestServer::of("7.22");
    a_password_is_set(&server, &config(&server));
}

#[test]
#[ignore = "wants redis-server"]
fn a_password_is_set_in_redis() {
    let redis = RedisServer::start().unwrap();
    let open = |data_dir: &std::path::Path| Some(open_store(&redis.url(), data_dir).unwrap());
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.store = open(&config.data_dir);
    });
    let mut config = config(&server);
    config.store = open(server.directory.path());
    a_password_is_set(&server, &config);
}

/// What a server makes is for its owner alone, whatever the umask.
#[cfg(unix)]
#[test]
fn everything_that_is_kept_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    fn walk(path: &std::path::Path, found: &mut Vec<(String, u32)>) {
        for entry in std::fs::read_dir(path).unwrap().map(Result::unwrap) {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            let is_wanted = mode == if entry.path().is_dir() { 0o700 } else { 0o600 };
            if !is_wanted {
                found.push((entry.path().display().to_string(), mode));
            }
            if entry.path().is_dir() {
                walk(&entry.path(), found);
            }
        }
    }
    let above = ramp_fixtures::directory::tempdir().unwrap();
    let data_dir = above.path().join("data");
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.data_dir.clone_from(&data_dir);
        config.transport = ramp_server::Transport::Plain;
    });
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    assert_eq!(files(&data_dir.join("blobs")).len(), 1);
    let mut config = config(&server);
    config.data_dir.clone_from(&data_dir);
    ramp_server::backup(&config, &above.path().join("backup"), &mut |_, _| {}).unwrap();
    let mut found = Vec::new();
    walk(above.path(), &mut found);
    assert_eq!(found, []);
}
