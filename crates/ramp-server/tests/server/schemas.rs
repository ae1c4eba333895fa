//! Data directories of older versions: what was kept there is kept on, and a copy of the catalogue stays as it was.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use ramp_fixtures::bundle::sha256_hex;
use ramp_server::store::{SqliteStore, StoreError};
use ramp_server::{Config, Server, ServerError, Strangers, check};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{ADMIN, BundleBuilder, TestServer, files};

/// The schema of this version.
const NOW: i64 = 5;
const OLDER: [(i64, &str); 4] = [
    (1, include_str!("schemas/1.sql")),
    (2, include_str!("schemas/2.sql")),
    (3, include_str!("schemas/3.sql")),
    (4, include_str!("schemas/4.sql")),
];

/// By which a storage knows the catalogue of schema 4.
const IDENTITY: &str = "fedcba9876543210fedcba9876543210";

/// A data directory as a version with that schema has left it.
fn of_before(sql: &str) -> Arc<TempDir> {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let bundle = BundleBuilder::good();
    let (bytes, claim) = (bundle.build(), "c".repeat(32));
    let sha256 = sha256_hex(&bytes);
    let blob = format!("{}/{sha256}-{claim}.zip", &sha256[..2]);
    let path = directory.path().join("blobs").join(&blob);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    let hash: PasswordHash =
        Argon2::default().hash_password_with_salt(ADMIN.1.as_bytes(), b"0123456789abcdef").unwrap();
    let sql = sql
        .replace("{{HASH}}", &hash.to_string())
        .replace("{{VERSION}}", &bundle.metadata["version"].to_string())
        .replace("{{METADATA}}", &Value::from(bundle.metadata.clone()).to_string().replace('\'', "''"))
        .replace("{{CLAIM}}", &claim)
        .replace("{{BLOB}}", &blob);
    if sql.contains(IDENTITY) {
        std::fs::write(directory.path().join("blobs/catalogue-id"), IDENTITY).unwrap();
    }
    let connection = Connection::open(directory.path().join("catalogue.sqlite")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch(&sql).unwrap();
    Arc::new(directory)
}

fn version(path: &Path) -> i64 {
    Connection::open(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// The columns of each table, and the indexes.
fn layout(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk FROM sqlite_schema t, \
             pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' UNION ALL \
             SELECT i.tbl_name || ' by ' || i.name || ': ' || ifnull(i.sql, '') FROM sqlite_schema i WHERE i.type IN ('index', 'trigger') UNION ALL \
             SELECT t.name || ' -> ' || f.\"table\" || ' ' || f.on_delete FROM sqlite_schema t, pragma_foreign_key_list(t.name) f ORDER BY 1",
        )
        .unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn copies(directory: &Path) -> Vec<String> {
    files(directory).into_iter().filter(|name| name.starts_with("catalogue-schema")).collect()
}

#[test]
fn what_an_older_version_kept_is_kept_on() {
    let fresh = TestServer::of("7.22").end();
    let wanted = layout(&fresh.path().join("catalogue.sqlite"));
    assert!(wanted.len() > 40, "{wanted:?}");
    for (schema, sql) in OLDER {
        let directory = of_before(sql);
        let (catalogue, copy) = (
            directory.path().join("catalogue.sqlite"),
            directory.path().join(format!("catalogue-schema-{schema}.sqlite")),
        );
        let before = layout(&catalogue);
        let server = TestServer::start(Arc::clone(&directory), "7.22", |_| {});
        let modules: Value = server.get("/v1/modules").ok().json();
        assert_eq!((modules.as_array().unwrap().len(), &modules[0]["module_name"]), (1, &"testmodule".into()));
        let users = server.get("/v1/users").ok().json();
        let emails: Vec<&Value> = users.as_array().unwrap().iter().map(|user| &user["email"]).collect();
        assert_eq!(emails, ["admin@test", "viewer@test"]);
        server.request(Some(("viewer@test", ADMIN.1)), "GET", "/v1/bdbs", None).ok();
        let actions = server.get("/v1/actions").ok().json();
        assert_eq!(actions["actions"][0]["action_uid"], "7e1f0000-0000-4000-8000-000000000000", "{actions}");
        assert_eq!(server.get("/v1/cluster").ok().json()["module_upload_max_size_mb"], 5);
        let uid = server.only_module();
        if schema >= 3 {
            server.delete(&format!("/v2/modules/{uid}")).is_refused(406, "module_in_use");
            server.delete("/v1/bdbs/7").ok();
        }
        server.upload("/v2/modules", BundleBuilder::good().set("version", 99999)).ok();
        server.delete(&format!("/v2/modules/{uid}")).ok();
        assert_eq!(server.files("blobs").len(), 1);
        let directory = server.end();
        assert_eq!((version(&catalogue), layout(&catalogue)), (NOW, wanted.clone()));
        assert_eq!((version(&copy), layout(&copy)), (schema, before));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        let config = Config::new(ramp_core::Target::named("7.22").unwrap(), directory.path());
        assert!(check(&config, Strangers::Keep, &mut |_, _| {}).unwrap().is_clean());
        // Once it is there nothing is copied again; but whoever goes back and forward again has both.
        let server = TestServer::start(directory, "7.22", |_| {});
        assert_eq!(copies(server.directory.path()).len(), 1);
        let directory = server.end();
        std::fs::copy(&copy, &catalogue).unwrap();
        let err = refusal(directory.path());
        let is_refused = |err: &ServerError| match err {
            ServerError::OtherCatalogue { .. } => schema < 4,
            // As any older copy of a catalogue is.
            ServerError::OlderCatalogue { .. } => schema == 4,
            _ => false,
        };
        assert!(is_refused(&err), "{schema}: {err:?}");
        let mut both = [format!("catalogue-schema-{schema}.sqlite"), format!("catalogue-schema-{schema}.2.sqlite")];
        both.sort();
        assert_eq!(copies(directory.path()), both);
        // What came since is the catalogue's again once it is adopted.
        assert!(check(&config, Strangers::Adopt, &mut |_, _| {}).is_ok());
        let server = TestServer::start(directory, "7.22", |_| {});
        let modules: Value = server.get("/v1/modules").ok().json();
        assert!(modules.as_array().unwrap().iter().any(|module| module["version"] == 99999), "{modules}");
    }
}

/// Nobody but a server that starts changes what a catalogue is.
#[test]
fn an_older_one_is_brought_forward_by_a_start_alone() {
    let directory = of_before(OLDER[2].1);
    let catalogue = directory.path().join("catalogue.sqlite");
    let err = SqliteStore::open(&catalogue).unwrap_err();
    assert!(matches!(err, StoreError::OlderSchema { found: 3, known: NOW }), "{err:?}");
    // Somebody has it open, as a server of the older version does.
    let other = Connection::open(&catalogue).unwrap();
    let users: i64 = other.query_row("SELECT count(*) FROM users", [], |row| row.get(0)).unwrap();
    assert_eq!(users, 2);
    let err = SqliteStore::bring_forward(&catalogue).unwrap_err();
    assert!(matches!(err, StoreError::SchemaInUse { found: 3, known: NOW }), "{err:?}");
    assert_eq!((version(&catalogue), copies(directory.path())), (3, Vec::new()));
    drop(other);
    let copy = SqliteStore::bring_forward(&catalogue).unwrap();
    assert_eq!(copy, Some(directory.path().join("catalogue-schema-3.sqlite")));
    assert_eq!(SqliteStore::bring_forward(&catalogue).unwrap(), None);
    assert_eq!(SqliteStore::bring_forward(&directory.path().join("none.sqlite")).unwrap(), None);
    assert!(!directory.path().join("none.sqlite").exists());
}

fn refusal(data_dir: &Path) -> ServerError {
    let mut config = Config::new(ramp_core::Target::named("7.22").unwrap(), data_dir);
    config.listen = "127.0.0.1:0".parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Server::start(&config)).unwrap_err()
}

#[test]
fn a_newer_one_is_refused_with_the_way_out() {
    let directory = of_before(OLDER[0].1);
    TestServer::start(Arc::clone(&directory), "7.22", |_| {}).end();
    let catalogue: PathBuf = directory.path().join("catalogue.sqlite");
    let connection = Connection::open(&catalogue).unwrap();
    connection
        .execute_batch("UPDATE settings SET value = '9.8.7' WHERE name = 'ramp version'; PRAGMA user_version = 12")
        .unwrap();
    drop(connection);
    let ServerError::Store(err) = refusal(directory.path()) else { panic!("not refused") };
    assert_eq!(
        err.to_string(),
        format!(
            "the catalogue has the schema 12, written by ramp 9.8.7, and this program, ramp {}, knows those up to {NOW}",
            env!("CARGO_PKG_VERSION")
        )
    );
    let StoreError::NewerSchema { copy, .. } = err else { panic!("{err:?}") };
    assert_eq!(copy, Some(directory.path().join("catalogue-schema-1.sqlite")));
    assert_eq!(version(&catalogue), 12);
    // One that does not say who wrote it is refused, too.
    let connection = Connection::open(&catalogue).unwrap();
    connection.execute_batch("DROP TABLE settings").unwrap();
    drop(connection);
    let err = refusal(directory.path());
    assert!(err.to_string().contains("cannot be used"), "{err}");
}
