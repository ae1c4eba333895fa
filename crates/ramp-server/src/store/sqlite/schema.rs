//! Which schema a file has, who gave it that, and the copies that are kept of older ones.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use crate::store::error::StoreError;

/// The number of the schema, kept in `user_version`.
pub(super) const SCHEMA: i64 = 5;

/// How long another process may hold the file.
const BUSY: Duration = Duration::from_secs(10);

/// How many copies of one schema are kept beside a catalogue, of which none is ever removed.
const MOST_COPIES: usize = 1000;

pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// The number of a file's schema; 0 where there is nothing in it.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Where the version of the program stands that gave the file its schema: beside the settings, under a name that none of the cluster's has.
pub(super) const WRITTEN_BY: &str = "ramp version";

/// Says that the file has that schema now, and who gave it that.
pub(super) fn became(transaction: &Transaction<'_>, schema: i64) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        params![WRITTEN_BY, env!("CARGO_PKG_VERSION")],
    )?;
    transaction.pragma_update(None, "user_version", schema)
}

/// That a file has a schema that only a newer program knows, which may have other tables.
pub(super) fn newer(connection: &Connection, path: &Path, found: i64) -> StoreError {
    let by = connection.query_row("SELECT value FROM settings WHERE name = ?", [WRITTEN_BY], |row| row.get(0));
    StoreError::NewerSchema { found, known: SCHEMA, by: by.optional().ok().flatten(), copy: newest_copy(path) }
}

/// The names of copies of a schema: `catalogue-schema-3.sqlite`, then `catalogue-schema-3.2.sqlite`, where somebody went back to one and
/// forward again.
pub(super) fn copies(path: &Path, schema: i64) -> impl Iterator<Item = PathBuf> {
    let names = (1..=MOST_COPIES).map(move |number| match number {
        1 => format!("catalogue-schema-{schema}.sqlite"),
        _ => format!("catalogue-schema-{schema}.{number}.sqlite"),
    });
    names.map(|name| path.with_file_name(name))
}

/// The newest copy beside a catalogue that this program can read.
fn newest_copy(path: &Path) -> Option<PathBuf> {
    let there = |schema| copies(path, schema).take_while(|copy| copy.exists()).last();
    (1..=SCHEMA).rev().find_map(there)
}
