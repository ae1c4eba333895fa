//! The artifacts in the SQLite file.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::blobs;
use super::databases;
use super::failure::Failure;
use crate::store::modules::{ArtifactRecord, Claim, NewBuild, Removed, Reserved};

pub(super) fn on(connection: &Connection, node: &str) -> rusqlite::Result<Vec<ArtifactRecord>> {
    let mut statement = connection.prepare_cached(
        "SELECT module_name, version, details FROM artifacts WHERE node = ? AND committed = 1 \
         ORDER BY module_name, version",
    )?;
    let rows = statement.query_map([node], |row| {
        Ok(ArtifactRecord { module_name: row.get(0)?, version: row.get(1)?, details: row.get(2)? })
    })?;
    rows.collect()
}

pub(super) fn reserve(
    transaction: &Transaction<'_>,
    module_name: &str,
    version: i64,
    build: &NewBuild,
) -> rusqlite::Result<Reserved> {
    if build.stored && blobs::knows(transaction, &build.blob)? {
        return Ok(Reserved::Taken);
    }
    let mut claimed = 0;
    for node in &build.places {
        claimed += transaction.execute(
            "INSERT INTO artifacts (module_name, version, node, claim, owner, committed, blob, details) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (module_name, version, node) DO NOTHING",
            params![module_name, version, node, build.claim, build.owner, build.stored, build.blob, build.details],
        )?;
    }
    let claim = Claim { id: build.claim.clone(), module_uid: String::new() };
    Ok(if claimed == 0 { Reserved::Taken } else { Reserved::Claimed(claim) })
}

pub(super) fn remove(
    transaction: &Transaction<'_>,
    module_name: &str,
    version: i64,
    node: &str,
) -> Result<Removed<String>, Failure> {
    const THIS: &str = "FROM artifacts WHERE module_name = ? AND version = ? AND node = ? AND committed = 1";
    let this = params![module_name, version, node];
    let blob: Option<String> =
        transaction.query_row(&format!("SELECT blob {THIS}"), this, |row| row.get(0)).optional()?;
    let Some(blob) = blob else { return Ok(Removed::Unknown) };
    let databases = databases::using_version(transaction, module_name, version)?;
    if !databases.is_empty() {
        return Ok(Removed::InUse(databases));
    }
    transaction.execute(&format!("DELETE {THIS}"), this)?;
    blobs::discard(transaction, &blob)?;
    Ok(Removed::Done(blob))
}
