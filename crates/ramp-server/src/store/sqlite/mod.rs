//! The catalogue in a SQLite file.

mod artifacts;
mod blobs;
mod databases;
mod failure;
mod place;
mod users;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use self::failure::Failure;
use self::place::{Place, beside};
use super::actions::{Action, MAX_ACTIONS};
use super::catalogue::Store;
use super::databases::{Database, DatabaseAdded, DatabaseSpec};
use super::error::StoreError;
use super::json;
use super::modules::{ArtifactRecord, Build, Claim, ModuleRecord, NewBuild, NewModule, Removed, Reserved};
use super::users::{NewUser, User, UserChange, UserPatch};
use crate::private;

/// The number of the schema, kept in `user_version`.
const SCHEMA: i64 = 4;

/// How long another process may hold the file.
const BUSY: Duration = Duration::from_secs(10);

const MODULE: &str = "SELECT uid, module_name, version, metadata FROM modules m WHERE \
    (defined = 1 OR EXISTS (SELECT 1 FROM builds b WHERE b.uid = m.uid AND b.committed = 1))";

/// A catalogue in one file, in WAL mode; what was committed survives the loss of power.
///
/// Who reads does not wait for who writes, and for the disk: each has a connection. Where the file is not at its path any more, nothing is
/// answered: what is written there then, nobody would find again. It is for its owner alone, since it has hashes of passwords.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    place: Place,
}

impl SqliteStore {
    /// Opens the file, and makes it if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] where it cannot be opened, [`StoreError::Schema`] where it is of another version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(open(path)?)
    }

    /// Asks over the connection that reads.
    fn read<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, StoreError> {
        let reader = self.reader.lock().map_err(|_| StoreError::Poisoned)?;
        self.place.confirm()?;
        Ok(ask(&reader)?)
    }

    /// Runs `work` in a transaction that is the only writing one from its beginning.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, StoreError> {
        let mut writer = self.writer.lock().map_err(|_| StoreError::Poisoned)?;
        let result = || {
            self.place.confirm()?;
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            self.place.confirm()?;
            Ok(result)
        };
        result().map_err(|failure: Failure| failure.into())
    }

    fn one(&self, condition: &str, values: impl rusqlite::Params) -> Result<Option<ModuleRecord>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{MODULE} AND {condition}"))?;
            let row = statement.query_row(values, module_row).optional()?;
            row.map(|row| with_builds(connection, row)).transpose()
        })
    }
}

fn open(path: &Path) -> Result<SqliteStore, Failure> {
    private::file(path).map_err(|source| StoreError::failed("the catalogue's file", source))?;
    // What SQLite makes beside it is for whom it is for.
    for end in ["-wal", "-shm"] {
        private::close(&beside(path, end));
    }
    let mut writer = connect(path)?;
    writer.pragma_update(None, "journal_mode", "WAL")?;
    writer.pragma_update(None, "synchronous", "FULL")?;
    writer.pragma_update(None, "foreign_keys", true)?;
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match transaction.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? {
        0 => {
            transaction.execute_batch(include_str!("schema.sql"))?;
            transaction.pragma_update(None, "user_version", SCHEMA)?;
        }
        SCHEMA => {}
        found => return Err(StoreError::Schema { found, known: SCHEMA }.into()),
    }
    transaction.commit()?;
    let reader = connect(path)?;
    reader.pragma_update(None, "query_only", true)?;
    Ok(SqliteStore { writer: Mutex::new(writer), reader: Mutex::new(reader), place: Place::of(path)? })
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

type ModuleRow = (String, String, i64, String);

fn module_row(row: &Row<'_>) -> rusqlite::Result<ModuleRow> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn with_builds(connection: &Connection, row: ModuleRow) -> Result<ModuleRecord, Failure> {
    let (uid, module_name, version, metadata) = row;
    let mut statement = connection
        .prepare_cached("SELECT place, blob, details FROM builds WHERE uid = ? AND committed = 1 ORDER BY place")?;
    let rows =
        statement.query_map([&uid], |row| Ok(Build { place: row.get(0)?, blob: row.get(1)?, details: row.get(2)? }))?;
    let builds = rows.collect::<Result<_, _>>()?;
    Ok(ModuleRecord { uid, module_name, version, metadata, builds })
}

fn keep(transaction: &Transaction<'_>, action: Option<&Action>) -> Result<(), Failure> {
    let Some(action) = action else { return Ok(()) };
    let text = json::write("action", action)?;
    transaction.execute("INSERT INTO actions (action_uid, action) VALUES (?, ?)", [&action.action_uid, &text])?;
    transaction.execute(
        "DELETE FROM actions WHERE number <= (SELECT max(number) FROM actions) - ?",
        [i64::try_from(MAX_ACTIONS).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}

/// Modules that nothing makes visible any more, now or later.
fn drop_empty(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM modules WHERE defined = 0 AND uid NOT IN (SELECT uid FROM builds)", []).map(drop)
}

impl Store for SqliteStore {
    fn revision(&self) -> Result<String, StoreError> {
        // Another number once another connection has committed; this one only reads.
        let version: i64 =
            self.read(|connection| Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?))?;
        Ok(version.to_string())
    }

    fn modules(&self) -> Result<Vec<ModuleRecord>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{MODULE} ORDER BY module_name, version"))?;
            let rows: Vec<ModuleRow> = statement.query_map([], module_row)?.collect::<Result<_, _>>()?;
            rows.into_iter().map(|row| with_builds(connection, row)).collect()
        })
    }

    fn module(&self, uid: &str) -> Result<Option<ModuleRecord>, StoreError> {
        self.one("uid = ?", [uid])
    }

    fn find(&self, module_name: &str, version: i64) -> Result<Option<ModuleRecord>, StoreError> {
        self.one("module_name = ? AND version = ?", params![module_name, version])
    }

    fn reserve(&self, module: &NewModule, build: &NewBuild) -> Result<Reserved, StoreError> {
        self.write(|transaction| {
            if build.stored && blobs::knows(transaction, &build.blob)? {
                return Ok(Reserved::Taken);
            }
            transaction.execute(
                "INSERT INTO modules (uid, module_name, version, metadata, defined) VALUES (?, ?, ?, ?, 0) \
                 ON CONFLICT (module_name, version) DO NOTHING",
                params![module.uid, module.module_name, module.version, module.metadata],
            )?;
            let uid: String = transaction.query_row(
                "SELECT uid FROM modules WHERE module_name = ? AND version = ?",
                params![module.module_name, module.version],
                |row| row.get(0),
            )?;
            let taken: HashSet<String> = transaction
                .prepare("SELECT place FROM builds WHERE uid = ?")?
                .query_map([&uid], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            // What is there for all platforms leaves none free, and wants all of them.
            let wants_all = build.places.iter().any(|place| place == Build::ANY_PLATFORM);
            if taken.contains(Build::ANY_PLATFORM) || (wants_all && !taken.is_empty()) {
                return Ok(Reserved::Taken);
            }
            let mut free = build.places.iter().filter(|place| !taken.contains(*place)).peekable();
            if free.peek().is_none() {
                return Ok(Reserved::Taken);
            }
            for place in free {
                transaction.execute(
                    "INSERT INTO builds (uid, place, claim, owner, committed, blob, details) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    params![uid, place, build.claim, build.owner, build.stored, build.blob, build.details],
                )?;
            }
            Ok(Reserved::Claimed(Claim { id: build.claim.clone(), module_uid: uid }))
        })
    }

    fn commit(&self, claim: &Claim, action: Option<&Action>) -> Result<(), StoreError> {
        self.write(|transaction| {
            let builds = transaction.execute("UPDATE builds SET committed = 1 WHERE claim = ?", [&claim.id])?;
            let artifacts = transaction.execute("UPDATE artifacts SET committed = 1 WHERE claim = ?", [&claim.id])?;
            if builds + artifacts == 0 {
                return Err(StoreError::ClaimLost.into());
            }
            keep(transaction, action)
        })
    }

    fn abandon(&self, claim: &Claim) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let gone = blobs::abandon(transaction, &claim.id)?;
            drop_empty(transaction)?;
            Ok(gone)
        })
    }

    fn pending(&self, owner: &str) -> Result<Vec<(Claim, String)>, StoreError> {
        self.read(|connection| Ok(blobs::pending(connection, owner)?))
    }

    fn remove(&self, uid: &str, action: Option<&Action>) -> Result<Removed<Vec<String>>, StoreError> {
        self.write(|transaction| {
            let databases = databases::using(transaction, uid)?;
            if !databases.is_empty() {
                return Ok(Removed::InUse(databases));
            }
            let blobs: Vec<String> = transaction
                .prepare("SELECT DISTINCT blob FROM builds WHERE uid = ? AND committed = 1")?
                .query_map([uid], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            for blob in &blobs {
                blobs::discard(transaction, blob)?;
            }
            transaction.execute("DELETE FROM builds WHERE uid = ? AND committed = 1", [uid])?;
            // A build that is just being uploaded keeps the module, and shows it once it is there.
            let defined = transaction.execute("UPDATE modules SET defined = 0 WHERE uid = ? AND defined = 1", [uid])?;
            if blobs.is_empty() && defined == 0 {
                return Ok(Removed::Unknown);
            }
            drop_empty(transaction)?;
            keep(transaction, action)?;
            Ok(Removed::Done(blobs))
        })
    }

    fn define(&self, module: &NewModule) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let made = transaction.execute(
                "INSERT INTO modules (uid, module_name, version, metadata, defined) VALUES (?, ?, ?, ?, 1) \
                 ON CONFLICT (module_name, version) DO NOTHING",
                params![module.uid, module.module_name, module.version, module.metadata],
            )?;
            Ok(made == 1)
        })
    }

    fn artifacts(&self, node: &str) -> Result<Vec<ArtifactRecord>, StoreError> {
        self.read(|connection| Ok(artifacts::on(connection, node)?))
    }

    fn reserve_artifact(&self, module_name: &str, version: i64, build: &NewBuild) -> Result<Reserved, StoreError> {
        self.write(|transaction| Ok(artifacts::reserve(transaction, module_name, version, build)?))
    }

    fn remove_artifact(&self, module_name: &str, version: i64, node: &str) -> Result<Removed<String>, StoreError> {
        self.write(|transaction| artifacts::remove(transaction, module_name, version, node))
    }

    fn databases(&self) -> Result<Vec<Database>, StoreError> {
        self.read(databases::all)
    }

    fn database(&self, uid: u32) -> Result<Option<Database>, StoreError> {
        self.read(|connection| databases::by_uid(connection, uid))
    }

    fn add_database(&self, uid: Option<u32>, spec: &DatabaseSpec, node: &str) -> Result<DatabaseAdded, StoreError> {
        self.write(|transaction| databases::add(transaction, uid, spec, node))
    }

    fn remove_database(&self, uid: u32) -> Result<bool, StoreError> {
        self.write(|transaction| databases::remove(transaction, uid))
    }

    fn blobs(&self) -> Result<HashMap<String, bool>, StoreError> {
        self.read(|connection| Ok(blobs::all(connection)?))
    }

    fn discarded(&self) -> Result<Vec<String>, StoreError> {
        self.read(|connection| Ok(blobs::discarded(connection)?))
    }

    fn discard(&self, blob: &str) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let is_kept = blobs::keeps(transaction, blob)?;
            if !is_kept {
                blobs::discard(transaction, blob)?;
            }
            Ok(!is_kept)
        })
    }

    fn forget(&self, blob: &str) -> Result<(), StoreError> {
        self.write(|transaction| Ok(blobs::forget(transaction, blob)?))
    }

    fn identity(&self, new: &str) -> Result<String, StoreError> {
        self.write(|transaction| Ok(blobs::identity(transaction, new)?))
    }

    /// A data directory is one server's, and this is in it.
    fn is_shared(&self) -> bool {
        false
    }

    fn action(&self, action_uid: &str) -> Result<Option<Action>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT action FROM actions WHERE action_uid = ?")?;
            let text: Option<String> = statement.query_row([action_uid], |row| row.get(0)).optional()?;
            Ok(text.map(|text| json::read("action", &text)).transpose()?)
        })
    }

    fn actions(&self) -> Result<Vec<Action>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT action FROM actions ORDER BY number DESC")?;
            let rows: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(rows.iter().map(|text| json::read("action", text)).collect::<Result<_, _>>()?)
        })
    }

    fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT value FROM settings WHERE name = ?")?;
            Ok(statement.query_row([name], |row| row.get(0)).optional()?)
        })
    }

    fn set_settings(&self, settings: &[(&str, String)]) -> Result<(), StoreError> {
        self.write(|transaction| {
            for (name, value) in settings {
                transaction.execute(
                    "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
                    params![name, value],
                )?;
            }
            Ok(())
        })
    }

    fn users(&self) -> Result<Vec<User>, StoreError> {
        self.read(users::all)
    }

    fn user(&self, uid: u32) -> Result<Option<User>, StoreError> {
        self.read(|connection| users::by_uid(connection, uid))
    }

    fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        self.read(|connection| users::by_email(connection, email))
    }

    fn add_user(&self, user: &NewUser) -> Result<UserChange, StoreError> {
        self.write(|transaction| users::add(transaction, user))
    }

    fn change_user(&self, uid: u32, patch: &UserPatch) -> Result<UserChange, StoreError> {
        self.write(|transaction| users::change(transaction, uid, patch))
    }

    fn remove_user(&self, uid: u32) -> Result<UserChange, StoreError> {
        self.write(|transaction| users::remove(transaction, uid))
    }

    fn has_users(&self) -> Result<bool, StoreError> {
        self.read(|connection| Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM users)", [], |row| row.get(0))?))
    }
}
