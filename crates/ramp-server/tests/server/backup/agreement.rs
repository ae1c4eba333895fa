//! Backups of which the parts say different things: each is refused before anything is made.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{backed_up, config, put_back};
use ramp_fixtures::bundle::sha256_hex;

/// Changes the manifest of a backup.
fn with_manifest(folder: &Path, change: impl FnOnce(&mut Value)) {
    let path = folder.join("backup.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    std::fs::write(path, manifest.to_string()).unwrap();
}

/// Changes the catalogue of a backup, and has the manifest say that it is as it was written.
fn with_catalogue(folder: &Path, change: impl FnOnce(&Connection)) {
    let path = folder.join("catalogue.sqlite");
    let catalogue = Connection::open(&path).unwrap();
    change(&catalogue);
    drop(catalogue);
    let bytes = std::fs::read(&path).unwrap();
    with_manifest(folder, |manifest| {
        manifest["catalogue"]["size"] = json!(bytes.len());
        manifest["catalogue"]["sha256"] = json!(sha256_hex(&bytes));
    });
}

fn refused(folder: &Path, what: &str) {
    let data = folder.parent().unwrap().join("data");
    let err = put_back(&config(&data), folder).unwrap_err();
    assert!(err.to_string().contains(what), "{err}\nand not: {what}");
    assert!(!data.exists(), "nothing was made: {what}");
}

type Change = fn(&mut Value);

#[test]
fn a_manifest_that_nobody_wrote() {
    let (_place, folder) = backed_up();
    let whole = std::fs::read(folder.join("backup.json")).unwrap();
    let changes: [(Change, &str); 11] = [
        (|it| it["format"] = json!(-1), "has the format -1, and there are those from 1 on"),
        (|it| it["catalogue"]["schema"] = json!(-1), "of the schema -1, and there are those from 1 on"),
        (|it| it["catalogue"]["schema"] = json!(1), "it has the schema 5, and not 1"),
        (|it| it["catalogue"]["schema"] = json!(i64::MAX), "a catalogue of the schema 9223372036854775807;"),
        (
            |it| it["bundles"] = json!([]),
            "the catalogue has 1 bundle that `backup.json` does not have, of which the first is",
        ),
        (
            |it| {
                let again = it["bundles"][0].clone();
                it["bundles"].as_array_mut().unwrap().push(again);
            },
            "more than once",
        ),
        (|it| it["lacking"] = json!([it["bundles"][0]["name"]]), "more than once"),
        (|it| it["lacking"] = json!(["other"]), "has the bundle `other`, which the catalogue does not have"),
        (
            |it| it["bundles"][0]["sha256"] = json!("ab".repeat(32)),
            "which is not the name of one with the SHA-256 `abab",
        ),
        (
            |it| it["bundles"][0]["name"] = json!(it["bundles"][0]["name"].as_str().unwrap().replace(".zip", ".part")),
            ".part`, which is not the name of one",
        ),
        (|it| it["bundles"][0]["size"] = json!(u64::MAX), "and was written with 18446744073709551615"),
    ];
    for (change, what) in changes {
        with_manifest(&folder, change);
        refused(&folder, what);
        std::fs::write(folder.join("backup.json"), &whole).unwrap();
    }
}

/// What no server could read is not put back, though it is as it was written.
#[test]
fn a_catalogue_that_no_server_reads() {
    for (sql, what) in [
        (
            "UPDATE users SET role = 'emperor'",
            "1 record that cannot be read: `users` 1: the role cannot be read: `emperor`",
        ),
        ("UPDATE modules SET metadata = '{'", "`modules` "),
        ("UPDATE builds SET blob = 'other'", "which the catalogue does not have"),
        ("DROP TABLE uses", "its table `uses` is not that of a catalogue"),
        (
            "DROP TABLE settings; CREATE VIEW settings (name, value) AS WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) \
             SELECT 'a' || x, '1' FROM c",
            "its table `settings` is not that of a catalogue",
        ),
        ("ALTER TABLE users RENAME COLUMN email TO x", "its table `users` is not that of a catalogue"),
        ("PRAGMA user_version = 4", "it has the schema 4, and not 5"),
        ("INSERT INTO discarded SELECT blob FROM builds", "is to be removed, and a module has it"),
    ] {
        let (_place, folder) = backed_up();
        with_catalogue(&folder, |catalogue| catalogue.execute_batch(sql).unwrap());
        refused(&folder, what);
    }
    let (_place, folder) = backed_up();
    std::fs::write(folder.join("catalogue.sqlite"), b"other").unwrap();
    with_manifest(&folder, |manifest| {
        manifest["catalogue"]["size"] = json!(5);
        manifest["catalogue"]["sha256"] = json!(sha256_hex(b"other"));
    });
    refused(&folder, "the backup contradicts itself: its catalogue is none: ");
}

/// Tables that are none of a catalogue are left where they are, whatever they are called.
#[test]
fn tables_of_somebody_else() {
    let (place, folder) = backed_up();
    with_catalogue(&folder, |catalogue| {
        catalogue.execute_batch("CREATE TABLE \"x\"\" SELECT 1; --\" (a); CREATE TABLE mine (a)").unwrap();
    });
    put_back(&config(&place.path().join("data")), &folder).unwrap();
    let restored = Connection::open(place.path().join("data/catalogue.sqlite")).unwrap();
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'mine' OR name LIKE 'x%'";
    assert_eq!(restored.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}
