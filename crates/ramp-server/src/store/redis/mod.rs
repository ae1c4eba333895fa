//! The catalogue in a Redis server, which several servers can share.
//!
//! Each change is one script, so it is whole or not at all, and who is first wins. Keys begin with `{ramp}:`
//!
//! | key | type | what |
//! |---|---|---|
//! | `names` | hash | `version:name` of a module → uid |
//! | `m:<uid>` | hash | `name`, `version`, `metadata`, `defined` |
//! | `b:<uid>` | hash | place → claim |
//! | `c:<claim>` | hash | `owner`, `blob`, `details`, `committed`, and `uid`, or `node` and `field` |
//! | `a:<node>` | hash | `version:name` of an artifact → claim |
//! | `pending:<owner>` | set | claims that are not committed |
//! | `databases` | hash | uid of a database → what it is |
//! | `d:<uid>` | set | uids of the modules that a database uses |
//! | `uses:<uid>` | set | uids of the databases that use a module |
//! | `u:<uid>` | hash | a user |
//! | `emails`, `usernames`, `admins` | hash, hash, set | e-mail address → uid, name → uid, uids |
//! | `user-uid`, `database-uid` | number | the last that was given |
//! | `revision`, `changes` | hash, list | the last change of a module that can be seen; the latest, newest first: `number-time uid` |
//! | `blobs` | hash | blob → claim |
//! | `discarded` | set | blobs that may be in the storage still, and are nobody's |
//! | `actions`, `action`, `settings`, `schema`, `written-by`, `identity` | | as their names say |

mod actions;
mod connections;
mod contents;
mod copies;
mod databases;
mod modules;
mod scripts;
mod users;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use redis::Commands as _;

use self::connections::Connections;
use self::copies::CopyScripts;
use self::databases::DatabaseScripts;
use self::modules::{Row, field, records};
use self::scripts::Scripts;
use self::users::UserScripts;
use super::actions::{Action, NewAction};
use super::catalogue::Store;
use super::changes::{Changed, Changes};
use super::contents::Contents;
use super::copies::CopyForm;
use super::databases::{Database, DatabaseAdded, DatabaseChanged, DatabaseSpec};
use super::error::StoreError;
use super::json;
use super::modules::{ArtifactRecord, Claim, ModuleRecord, NewBuild, NewModule, Removed, Reserved};
use super::users::{NewUser, User, UserChange, UserPatch};

/// What all keys begin with; the braces keep them in one slot of a cluster.
const PREFIX: &str = "{ramp}";
/// The number of the layout, kept in `schema`.
const SCHEMA: i64 = 5;

/// A catalogue in a Redis server.
#[derive(Debug)]
pub struct RedisStore {
    connections: Connections,
    scripts: Scripts,
    databases: DatabaseScripts,
    users: UserScripts,
    copies: CopyScripts,
}

impl RedisStore {
    /// Connects to the server that the URL names: `redis://[user:password@]host[:port][/db]`, `rediss://…` (the same over TLS, by the
    /// certificates that the system trusts, or those in `SSL_CERT_FILE`), `redis+unix:///path`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] where it cannot be reached, [`StoreError::NewerSchema`] and [`StoreError::OlderSchema`] where its
    /// catalogue is of another version.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let store = Self {
            connections: Connections::new(url)?,
            scripts: Scripts::new(),
            databases: DatabaseScripts::new(scripts::COMMON),
            users: UserScripts::new(scripts::COMMON),
            copies: CopyScripts::new(scripts::COMMON),
        };
        let (found, by): (i64, Option<String>) = store.connections.with(|connection| {
            if connection.set_nx(key("schema"), SCHEMA)? {
                let _: () = connection.set(key("written-by"), env!("CARGO_PKG_VERSION"))?;
            }
            Ok((connection.get(key("schema"))?, connection.get(key("written-by"))?))
        })?;
        must_be_known(found, by)?;
        Ok(store)
    }

    fn get(&self, hash: &str, field: &str) -> Result<Option<String>, StoreError> {
        self.connections.with(|connection| connection.hget(key(hash), field))
    }

    fn find_users(&self, how: &str, whom: &str) -> Result<Vec<User>, StoreError> {
        let rows = self.connections.with(|connection| self.users.find(connection, PREFIX, how, whom))?;
        rows.iter().map(users::user).collect()
    }

    /// Every key of the catalogue, at one moment.
    fn dumped(&self) -> Result<Vec<copies::Key>, StoreError> {
        copies::texts(self.connections.with(|connection| self.copies.dump(connection, PREFIX))?)
    }

    /// The visible modules, or the one of that uid.
    fn list(&self, uid: &str) -> Result<Vec<ModuleRecord>, StoreError> {
        let rows = self.connections.with(|connection| self.scripts.list.key(PREFIX).arg(uid).invoke(connection))?;
        Ok(records(rows))
    }
}

fn must_be_known(found: i64, by: Option<String>) -> Result<(), StoreError> {
    match found {
        SCHEMA => Ok(()),
        _ if found < SCHEMA => Err(StoreError::OlderSchema { found, known: SCHEMA }),
        _ => Err(StoreError::NewerSchema { found, known: SCHEMA, by, copy: None }),
    }
}

fn key(name: &str) -> String {
    format!("{PREFIX}:{name}")
}

impl Store for RedisStore {
    fn changes(&self, since: Option<&str>) -> Result<Changes, StoreError> {
        let since = since.unwrap_or_default();
        let (revision, uids, rows): (String, Option<Vec<String>>, Vec<Row>) =
            self.connections.with(|connection| self.scripts.changes.key(PREFIX).arg(since).invoke(connection))?;
        let there = records(rows);
        let modules = match uids {
            None => Changed::All(there),
            Some(mut gone) => {
                let seen: HashSet<&str> = there.iter().map(|module| module.uid.as_str()).collect();
                gone.retain(|uid| !seen.contains(uid.as_str()));
                Changed::Some { gone, there }
            }
        };
        Ok(Changes { revision, modules })
    }

    fn modules(&self) -> Result<Vec<ModuleRecord>, StoreError> {
        self.list("")
    }

    fn module(&self, uid: &str) -> Result<Option<ModuleRecord>, StoreError> {
        // The empty uid means all of them.
        if uid.is_empty() { Ok(None) } else { Ok(self.list(uid)?.pop()) }
    }

    fn find(&self, module_name: &str, version: i64) -> Result<Option<ModuleRecord>, StoreError> {
        match self.get("names", &field(module_name, version))? {
            Some(uid) => self.module(&uid),
            None => Ok(None),
        }
    }

    fn reserve(&self, module: &NewModule, build: &NewBuild) -> Result<Reserved, StoreError> {
        let uid: Option<String> = self.connections.with(|connection| {
            self.scripts
                .reserve
                .key(PREFIX)
                .arg(&module.uid)
                .arg(&module.module_name)
                .arg(module.version)
                .arg(&module.metadata)
                .arg(&build.claim)
                .arg(&build.owner)
                .arg(&build.blob)
                .arg(&build.details)
                .arg(u8::from(build.stored))
                .arg(&build.places)
                .invoke(connection)
        })?;
        let id = build.claim.clone();
        Ok(uid.map_or(Reserved::Taken, |module_uid| Reserved::Claimed(Claim { id, module_uid })))
    }

    fn commit(&self, claim: &Claim, action: Option<&Action>) -> Result<(), StoreError> {
        let kept = actions::kept(action)?;
        let done: bool = self
            .connections
            .with(|connection| self.scripts.commit.key(PREFIX).arg(&claim.id).arg(&kept).invoke(connection))?;
        if done { Ok(()) } else { Err(StoreError::ClaimLost) }
    }

    fn abandon(&self, claim: &Claim) -> Result<bool, StoreError> {
        self.connections.with(|connection| self.scripts.abandon.key(PREFIX).arg(&claim.id).invoke(connection))
    }

    fn pending(&self, owner: &str) -> Result<Vec<(Claim, String)>, StoreError> {
        let rows: Vec<(String, String)> =
            self.connections.with(|connection| self.scripts.pending.key(PREFIX).arg(owner).invoke(connection))?;
        Ok(rows.into_iter().map(|(id, blob)| (Claim { id, module_uid: String::new() }, blob)).collect())
    }

    fn remove(&self, uid: &str, action: Option<&Action>) -> Result<Removed<Vec<String>>, StoreError> {
        let kept = actions::kept(action)?;
        let answer = self
            .connections
            .with(|connection| self.scripts.remove.key(PREFIX).arg(uid).arg(&kept).invoke(connection))?;
        databases::removed(answer)
    }

    fn define(&self, module: &NewModule) -> Result<bool, StoreError> {
        self.connections.with(|connection| {
            let mut call = self.scripts.define.key(PREFIX);
            call.arg(&module.uid).arg(&module.module_name).arg(module.version);
            call.arg(&module.metadata).invoke(connection)
        })
    }

    fn artifacts(&self, node: &str) -> Result<Vec<ArtifactRecord>, StoreError> {
        let rows: Vec<(String, String)> =
            self.connections.with(|connection| self.scripts.artifacts.key(PREFIX).arg(node).invoke(connection))?;
        Ok(modules::artifacts(rows))
    }

    fn reserve_artifact(&self, module_name: &str, version: i64, build: &NewBuild) -> Result<Reserved, StoreError> {
        let claimed: bool = self.connections.with(|connection| {
            let mut call = self.scripts.reserve_artifact.key(PREFIX);
            call.arg(field(module_name, version)).arg(&build.claim).arg(&build.owner).arg(&build.blob);
            call.arg(&build.details).arg(u8::from(build.stored)).arg(&build.places).invoke(connection)
        })?;
        let claim = Claim { id: build.claim.clone(), module_uid: String::new() };
        Ok(if claimed { Reserved::Claimed(claim) } else { Reserved::Taken })
    }

    fn remove_artifact(&self, module_name: &str, version: i64, node: &str) -> Result<Removed<String>, StoreError> {
        let answer = self.connections.with(|connection| {
            self.scripts.remove_artifact.key(PREFIX).arg(field(module_name, version)).arg(node).invoke(connection)
        })?;
        Ok(match databases::removed(answer)? {
            Removed::Done(blobs) => blobs.into_iter().next().map_or(Removed::Unknown, Removed::Done),
            Removed::Unknown => Removed::Unknown,
            Removed::InUse(databases) => Removed::InUse(databases),
        })
    }

    fn databases(&self) -> Result<Vec<Database>, StoreError> {
        let rows: Vec<(String, String)> = self.connections.with(|connection| connection.hgetall(key("databases")))?;
        let mut databases =
            rows.iter().map(|(uid, spec)| databases::database(uid, spec)).collect::<Result<Vec<_>, _>>()?;
        databases.sort_by_key(|database| database.uid);
        Ok(databases)
    }

    fn database(&self, uid: u32) -> Result<Option<Database>, StoreError> {
        let uid = uid.to_string();
        self.get("databases", &uid)?.map(|spec| databases::database(&uid, &spec)).transpose()
    }

    fn add_database(
        &self,
        uid: Option<u32>,
        spec: &DatabaseSpec,
        node: &str,
        action: Option<&NewAction>,
    ) -> Result<DatabaseAdded, StoreError> {
        let (text, kept) = (json::write("database", spec)?, actions::kept_new(action)?);
        let add = |connection: &mut _| self.databases.add(connection, PREFIX, uid, (spec, &text), node, &kept);
        databases::added(self.connections.with(add)?)
    }

    fn change_database(
        &self,
        before: &Database,
        after: &DatabaseSpec,
        node: &str,
        action: Option<&Action>,
    ) -> Result<DatabaseChanged, StoreError> {
        let there = self.get("databases", &before.uid.to_string())?;
        let wish = match databases::wish(there, before, after, node, action)? {
            Ok(wish) => wish,
            Err(why) => return Ok(why),
        };
        let change = |connection: &mut _| self.databases.change(connection, PREFIX, &wish);
        Ok(databases::changed(self.connections.with(change)?))
    }

    fn remove_database(&self, uid: u32) -> Result<bool, StoreError> {
        self.connections.with(|connection| self.databases.remove(connection, PREFIX, uid))
    }

    fn blobs(&self) -> Result<HashMap<String, bool>, StoreError> {
        let rows: Vec<(String, bool)> =
            self.connections.with(|connection| self.scripts.blobs.key(PREFIX).invoke(connection))?;
        Ok(rows.into_iter().collect())
    }

    fn discarded(&self) -> Result<Vec<String>, StoreError> {
        self.connections.with(|connection| connection.smembers(key("discarded")))
    }

    fn discard(&self, blob: &str) -> Result<bool, StoreError> {
        self.connections.with(|connection| self.scripts.discard.key(PREFIX).arg(blob).invoke(connection))
    }

    fn forget(&self, blob: &str) -> Result<(), StoreError> {
        self.connections.with(|connection| connection.srem(key("discarded"), blob))
    }

    fn identity(&self, new: &str) -> Result<String, StoreError> {
        self.connections.with(|connection| {
            let _: bool = connection.set_nx(key("identity"), new)?;
            connection.get(key("identity"))
        })
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn action(&self, action_uid: &str) -> Result<Option<Action>, StoreError> {
        self.get("action", action_uid)?.map(|text| json::read("action", &text)).transpose()
    }

    fn actions(&self) -> Result<Vec<Action>, StoreError> {
        let rows: Vec<String> =
            self.connections.with(|connection| self.scripts.actions.key(PREFIX).invoke(connection))?;
        rows.iter().map(|text| json::read("action", text)).collect()
    }

    fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.get("settings", name)
    }

    fn set_settings(&self, settings: &[(&str, String)]) -> Result<(), StoreError> {
        if settings.is_empty() {
            return Ok(());
        }
        self.connections.with(|connection| connection.hset_multiple(key("settings"), settings))
    }

    fn users(&self) -> Result<Vec<User>, StoreError> {
        let mut users = self.find_users("all", "")?;
        users.sort_by_key(|user| user.uid);
        Ok(users)
    }

    fn user(&self, uid: u32) -> Result<Option<User>, StoreError> {
        Ok(self.find_users("uid", &uid.to_string())?.pop())
    }

    fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        Ok(self.find_users("email", email)?.pop())
    }

    fn add_user(&self, user: &NewUser) -> Result<UserChange, StoreError> {
        users::outcome(&self.connections.with(|connection| self.users.add(connection, PREFIX, user))?)
    }

    fn change_user(&self, uid: u32, patch: &UserPatch) -> Result<UserChange, StoreError> {
        users::outcome(&self.connections.with(|connection| self.users.change(connection, PREFIX, uid, patch))?)
    }

    fn remove_user(&self, uid: u32) -> Result<UserChange, StoreError> {
        users::outcome(&self.connections.with(|connection| self.users.remove(connection, PREFIX, uid))?)
    }

    fn has_users(&self) -> Result<bool, StoreError> {
        let count: u64 = self.connections.with(|connection| connection.hlen(key("emails")))?;
        Ok(count > 0)
    }

    fn copies(&self) -> Option<CopyForm> {
        Some(CopyForm { kind: "redis", schema: SCHEMA })
    }

    fn copy(&self, file: &Path) -> Result<(), StoreError> {
        copies::write(self.dumped()?, SCHEMA, file)
    }

    fn contents(&self) -> Result<Contents, StoreError> {
        Ok(contents::of(&self.dumped()?))
    }

    fn contents_of_copy(&self, copy: &[u8], schema: i64) -> Result<Contents, StoreError> {
        let (found, keys) = copies::read(copy)?;
        must_be_known(schema, None)?;
        if found != schema {
            return Err(StoreError::corrupt("copy", format!("it has the schema {found}, and not {schema}")));
        }
        Ok(contents::of(&keys))
    }

    fn put_back(&self, file: &Path) -> Result<bool, StoreError> {
        let (schema, keys) = copies::read_file(file)?;
        must_be_known(schema, None)?;
        let keys = json::write("copy", &keys)?;
        self.connections.with(|connection| self.copies.load(connection, PREFIX, &keys))
    }
}
