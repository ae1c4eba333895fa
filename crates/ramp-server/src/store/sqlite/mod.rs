//! The catalogue in a SQLite file.

mod actions;
mod artifacts;
mod blobs;
mod changes;
mod contents;
mod copy;
mod databases;
mod failure;
mod forward;
mod modules;
mod numbers;
mod opening;
mod place;
mod schema;
mod users;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use self::actions::keep;
use self::failure::Failure;
use self::modules::drop_empty;
use self::place::Place;
use super::actions::{Action, NewAction};
use super::catalogue::Store;
use super::changes::Changes;
use super::contents::Contents;
use super::copies::CopyForm;
use super::databases::{Database, DatabaseAdded, DatabaseChanged, DatabaseSpec};
use super::error::StoreError;
use super::modules::{ArtifactRecord, Build, Claim, ModuleRecord, NewBuild, NewModule, Removed, Reserved};
use super::users::{NewUser, User, UserChange, UserPatch};

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
    /// The ends of the names of what is beside the file while it is open.
    pub(crate) const BESIDE: [&str; 3] = opening::BESIDE;

    /// Opens the file, and makes it if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] where it cannot be opened, [`StoreError::NewerSchema`] and [`StoreError::OlderSchema`] where it is of another
    /// version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let (writer, reader) = opening::open(path)?;
        Ok(Self { writer: Mutex::new(writer), reader: Mutex::new(reader), place: Place::of(path)? })
    }

    /// Brings a file that an older version of this program wrote to the schema of this one, where nobody else has it open. Before, it is
    /// copied to a file beside it, `catalogue-schema-3.sqlite` for the schema 3; where that is. `None` where there is nothing to do.
    ///
    /// # Errors
    ///
    /// [`StoreError::SchemaInUse`] where somebody else has it open, [`StoreError::Failed`] where it cannot be read, copied or written; then it
    /// is as it was.
    pub fn bring_forward(path: &Path) -> Result<Option<PathBuf>, StoreError> {
        Ok(forward::bring(path)?)
    }

    /// What its copies are.
    pub(crate) const FORM: CopyForm = CopyForm { kind: "sqlite", schema: schema::SCHEMA };

    /// See [`Store::contents_of_copy`]: it takes no catalogue to read a copy of one.
    pub(crate) fn contents_of(copy: &[u8], schema: i64) -> Result<Contents, StoreError> {
        Ok(contents::of_copy(copy, schema)?)
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
}

impl Store for SqliteStore {
    fn changes(&self, since: Option<&str>) -> Result<Changes, StoreError> {
        self.read(|connection| changes::since(connection, since))
    }

    fn modules(&self) -> Result<Vec<ModuleRecord>, StoreError> {
        self.read(|connection| Ok(modules::all(connection)?))
    }

    fn module(&self, uid: &str) -> Result<Option<ModuleRecord>, StoreError> {
        self.read(|connection| Ok(modules::one(connection, "uid = ?", [uid])?))
    }

    fn find(&self, module_name: &str, version: i64) -> Result<Option<ModuleRecord>, StoreError> {
        let named = params![module_name, version];
        self.read(|connection| Ok(modules::one(connection, "module_name = ? AND version = ?", named)?))
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
            let module = "SELECT uid FROM builds WHERE claim = ?";
            let uid: Option<String> = transaction.query_row(module, [&claim.id], |row| row.get(0)).optional()?;
            let gone = blobs::abandon(transaction, &claim.id)?;
            uid.map_or(Ok(()), |uid| drop_empty(transaction, &uid))?;
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
            drop_empty(transaction, uid)?;
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

    fn add_database(
        &self,
        uid: Option<u32>,
        spec: &DatabaseSpec,
        node: &str,
        action: Option<&NewAction>,
    ) -> Result<DatabaseAdded, StoreError> {
        self.write(|transaction| databases::add(transaction, uid, spec, node, action))
    }

    fn change_database(
        &self,
        before: &Database,
        after: &DatabaseSpec,
        node: &str,
        action: Option<&Action>,
    ) -> Result<DatabaseChanged, StoreError> {
        self.write(|transaction| databases::change(transaction, before, after, node, action))
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
        self.read(|connection| actions::by_uid(connection, action_uid))
    }

    fn actions(&self) -> Result<Vec<Action>, StoreError> {
        self.read(actions::all)
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

    fn copies(&self) -> Option<CopyForm> {
        Some(Self::FORM)
    }

    fn copy(&self, file: &Path) -> Result<(), StoreError> {
        self.place.confirm()?;
        copy::take(self.place.path(), file)?;
        self.place.confirm()
    }

    /// Over a connection of its own: it takes its time, and nobody else waits for it.
    fn contents(&self) -> Result<Contents, StoreError> {
        self.place.confirm()?;
        let connection = schema::connect(self.place.path()).map_err(Failure::from)?;
        let contents = contents::of(&connection)?;
        self.place.confirm()?;
        Ok(contents)
    }

    fn contents_of_copy(&self, copy: &[u8], schema: i64) -> Result<Contents, StoreError> {
        Self::contents_of(copy, schema)
    }

    fn put_back(&self, file: &Path) -> Result<bool, StoreError> {
        forward::bring_copy(file)?;
        let mut writer = self.writer.lock().map_err(|_| StoreError::Poisoned)?;
        self.place.confirm()?;
        Ok(copy::put_back(&mut writer, file)?)
    }
}
