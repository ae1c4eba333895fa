//! The blobs that the SQLite file speaks of, and by which id a storage knows it.

use std::collections::HashMap;

use rusqlite::{Connection, Transaction};

use crate::store::modules::Claim;

pub(super) fn all(connection: &Connection) -> rusqlite::Result<HashMap<String, bool>> {
    let sql = "SELECT blob, max(committed) FROM (SELECT blob, committed FROM builds UNION ALL \
               SELECT blob, committed FROM artifacts) GROUP BY blob";
    let mut statement = connection.prepare(sql)?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

pub(super) fn pending(connection: &Connection, owner: &str) -> rusqlite::Result<Vec<(Claim, String)>> {
    let sql = "SELECT claim, blob FROM builds WHERE owner = ?1 AND committed = 0 UNION \
               SELECT claim, blob FROM artifacts WHERE owner = ?1 AND committed = 0";
    let mut statement = connection.prepare(sql)?;
    let claim = |id| Claim { id, module_uid: String::new() };
    statement.query_map([owner], |row| Ok((claim(row.get(0)?), row.get(1)?)))?.collect()
}

/// The id that there is, else `new`. It stands beside the settings, under a name that none of the cluster's has.
pub(super) fn identity(transaction: &Transaction<'_>, new: &str) -> rusqlite::Result<String> {
    const NAME: &str = "catalogue identity";
    transaction.execute("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", [NAME, new])?;
    transaction.query_row("SELECT value FROM settings WHERE name = ?", [NAME], |row| row.get(0))
}
