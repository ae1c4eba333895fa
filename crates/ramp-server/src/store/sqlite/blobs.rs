//! The blobs that the SQLite file speaks of, and by which id a storage knows it.

use std::collections::HashMap;

use rusqlite::{Connection, Transaction};

use crate::store::modules::Claim;

pub(super) fn all(connection: &Connection) -> rusqlite::Result<HashMap<String, bool>> {
    let sql = "SELECT blob, max(committed) FROM (SELECT blob, committed FROM builds UNION ALL \
               SELECT blob, committed FROM artifacts UNION ALL SELECT blob, 0 FROM discarded) GROUP BY blob";
    let mut statement = connection.prepare(sql)?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Whether a build or a claim speaks of a blob.
pub(super) fn keeps(transaction: &Transaction<'_>, blob: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM builds WHERE blob = ?1 UNION ALL SELECT 1 FROM artifacts WHERE blob = ?1)";
    transaction.query_row(sql, [blob], |row| row.get(0))
}

/// Whether anything speaks of it.
pub(super) fn knows(transaction: &Transaction<'_>, blob: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM discarded WHERE blob = ?)";
    Ok(keeps(transaction, blob)? || transaction.query_row(sql, [blob], |row| row.get(0))?)
}

pub(super) fn discarded(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection.prepare("SELECT blob FROM discarded")?.query_map([], |row| row.get(0))?.collect()
}

pub(super) fn discard(transaction: &Transaction<'_>, blob: &str) -> rusqlite::Result<()> {
    transaction.execute("INSERT INTO discarded (blob) VALUES (?) ON CONFLICT DO NOTHING", [blob]).map(drop)
}

pub(super) fn forget(transaction: &Transaction<'_>, blob: &str) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM discarded WHERE blob = ?", [blob]).map(drop)
}

/// Drops a claim that is not committed, and discards its blob; whether it is gone.
pub(super) fn abandon(transaction: &Transaction<'_>, claim: &str) -> rusqlite::Result<bool> {
    for table in ["builds", "artifacts"] {
        let these = format!("FROM {table} WHERE claim = ? AND committed = 0");
        let sql = format!("INSERT INTO discarded (blob) SELECT blob {these} ON CONFLICT DO NOTHING");
        transaction.execute(&sql, [claim])?;
        transaction.execute(&format!("DELETE {these}"), [claim])?;
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM builds WHERE claim = ?1 UNION SELECT 1 FROM artifacts WHERE claim = ?1)";
    Ok(!transaction.query_row(sql, [claim], |row| row.get::<_, bool>(0))?)
}

pub(super) fn pending(connection: &Connection, owner: &str) -> rusqlite::Result<Vec<(Claim, String)>> {
    let sql = "SELECT claim, blob FROM builds WHERE owner = ?1 AND committed = 0 UNION \
               SELECT claim, blob FROM artifacts WHERE owner = ?1 AND committed = 0";
    let mut statement = connection.prepare(sql)?;
    let claim = |id| Claim { id, module_uid: String::new() };
    statement.query_map([owner], |row| Ok((claim(row.get(0)?), row.get(1)?)))?.collect()
}

/// Where the id stands: beside the settings, under a name that none of the cluster's has.
pub(super) const IDENTITY: &str = "catalogue identity";

/// The id that there is, else `new`.
pub(super) fn identity(transaction: &Transaction<'_>, new: &str) -> rusqlite::Result<String> {
    transaction.execute("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", [IDENTITY, new])?;
    transaction.query_row("SELECT value FROM settings WHERE name = ?", [IDENTITY], |row| row.get(0))
}

/// Drops what only the catalogue itself may have, and no copy of it: the id, claims that are not committed, what is still to be removed from
/// its storage, and what has changed in it.
pub(super) fn drop_own(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM settings WHERE name = ?", [IDENTITY])?;
    transaction.execute_batch(
        "DELETE FROM builds WHERE committed = 0; DELETE FROM artifacts WHERE committed = 0; DELETE FROM discarded; DELETE FROM changes;
         DELETE FROM modules WHERE defined = 0 AND uid NOT IN (SELECT uid FROM builds)",
    )
}
