//! The databases in the SQLite file, and which modules they use.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::actions::keep;
use super::failure::Failure;
use super::numbers::next_uid;
use crate::store::actions::{Action, ActionObject, NewAction};
use crate::store::databases::{Database, DatabaseAdded, DatabaseChanged, DatabaseSpec};
use crate::store::{json, numbers};

pub(super) fn database(row: &Row<'_>) -> Result<Database, Failure> {
    let (uid, spec): (i64, String) = (row.get(0)?, row.get(1)?);
    Ok(Database { uid: numbers::uid("database", uid)?, spec: json::read("database", &spec)? })
}

pub(super) fn all(connection: &Connection) -> Result<Vec<Database>, Failure> {
    let mut statement = connection.prepare_cached("SELECT uid, spec FROM databases ORDER BY uid")?;
    statement.query_and_then([], database)?.collect()
}

pub(super) fn by_uid(connection: &Connection, uid: u32) -> Result<Option<Database>, Failure> {
    let mut statement = connection.prepare_cached("SELECT uid, spec FROM databases WHERE uid = ?")?;
    statement.query_and_then([uid], database)?.next().transpose()
}

/// The databases that use a module.
pub(super) fn using(transaction: &Transaction<'_>, module_uid: &str) -> Result<Vec<u32>, Failure> {
    let mut statement = transaction.prepare_cached("SELECT database FROM uses WHERE module = ? ORDER BY database")?;
    Ok(statement.query_map([module_uid], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The databases that use the module of an artifact.
pub(super) fn using_version(
    transaction: &Transaction<'_>,
    module_name: &str,
    version: i64,
) -> Result<Vec<u32>, Failure> {
    let mut statement = transaction.prepare_cached("SELECT uid FROM modules WHERE module_name = ? AND version = ?")?;
    let uid: Option<String> = statement.query_row(params![module_name, version], |row| row.get(0)).optional()?;
    uid.map_or_else(|| Ok(Vec::new()), |uid| using(transaction, &uid))
}

/// What keeps a database from using a module.
enum Lacking {
    Module,
    Artifact,
}

/// What keeps a database from using a module, if anything does.
fn lacking(transaction: &Transaction<'_>, module_uid: &str, node: &str) -> Result<Option<Lacking>, Failure> {
    let mut statement = transaction.prepare_cached(
        "SELECT m.defined, \
         EXISTS (SELECT 1 FROM builds b WHERE b.uid = m.uid AND b.committed = 1), \
         EXISTS (SELECT 1 FROM artifacts a WHERE a.module_name = m.module_name AND a.version = m.version \
         AND a.node = ?2 AND a.committed = 1) FROM modules m WHERE m.uid = ?1",
    )?;
    let found = statement.query_row([module_uid, node], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    Ok(match found.optional()? {
        // Bundled with the object, or beside it on the node.
        Some((_, true, _) | (true, _, true)) => None,
        Some((true, false, false)) => Some(Lacking::Artifact),
        // That a build is just being uploaded makes no module.
        Some((false, false, _)) | None => Some(Lacking::Module),
    })
}

pub(super) fn add(
    transaction: &Transaction<'_>,
    uid: Option<u32>,
    spec: &DatabaseSpec,
    node: &str,
    action: Option<&NewAction>,
) -> Result<DatabaseAdded, Failure> {
    if let Some(uid) = uid {
        if by_uid(transaction, uid)?.is_some() {
            return Ok(DatabaseAdded::UidTaken);
        }
    }
    for uid in spec.uploaded_modules() {
        match lacking(transaction, uid, node)? {
            Some(Lacking::Module) => return Ok(DatabaseAdded::NoModule(uid.to_owned())),
            Some(Lacking::Artifact) => return Ok(DatabaseAdded::NoArtifact(uid.to_owned())),
            None => {}
        }
    }
    let text = json::write("database", spec)?;
    let uid = uid.map_or_else(|| next_uid(transaction, "databases"), Ok)?;
    transaction.execute("INSERT INTO databases (uid, spec) VALUES (?, ?)", params![uid, text])?;
    uses(transaction, uid, spec)?;
    keep(transaction, action.cloned().map(|action| action.of(ActionObject::Database(uid))).as_ref())?;
    Ok(DatabaseAdded::Done(uid))
}

fn uses(transaction: &Transaction<'_>, uid: u32, spec: &DatabaseSpec) -> Result<(), Failure> {
    for module in spec.uploaded_modules() {
        transaction.execute("INSERT INTO uses (database, module) VALUES (?, ?)", params![uid, module])?;
    }
    Ok(())
}

pub(super) fn change(
    transaction: &Transaction<'_>,
    before: &Database,
    after: &DatabaseSpec,
    node: &str,
    action: Option<&Action>,
) -> Result<DatabaseChanged, Failure> {
    match by_uid(transaction, before.uid)? {
        None => return Ok(DatabaseChanged::Unknown),
        Some(there) if there != *before => return Ok(DatabaseChanged::Stale),
        Some(_) => {}
    }
    for uid in after.new_modules(&before.spec) {
        match lacking(transaction, uid, node)? {
            Some(Lacking::Module) => return Ok(DatabaseChanged::NoModule(uid.to_owned())),
            Some(Lacking::Artifact) => return Ok(DatabaseChanged::NoArtifact(uid.to_owned())),
            None => {}
        }
    }
    let text = json::write("database", after)?;
    transaction.execute("UPDATE databases SET spec = ? WHERE uid = ?", params![text, before.uid])?;
    transaction.execute("DELETE FROM uses WHERE database = ?", [before.uid])?;
    uses(transaction, before.uid, after)?;
    keep(transaction, action)?;
    Ok(DatabaseChanged::Done)
}

pub(super) fn remove(transaction: &Transaction<'_>, uid: u32) -> Result<bool, Failure> {
    Ok(transaction.execute("DELETE FROM databases WHERE uid = ?", [uid])? == 1)
}
