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
//! | `revision` | hash | number and time of the last change that can be seen |
//! | `blobs` | hash | blob → claim |
//! | `discarded` | set | blobs that may be in the storage still, and are nobody's |
//! | `actions`, `action`, `settings`, `schema`, `identity` | | as their names say |

mod connections;
mod databases;
mod scripts;
mod users;

use std::collections::HashMap;

use redis::Commands as _;

use self::connections::Connections;
use self::databases::DatabaseScripts;
use self::scripts::Scripts;
use self::users::UserScripts;
use super::actions::{Action, MAX_ACTIONS};
use super::catalogue::Store;
use super::databases::{Database, DatabaseAdded, DatabaseSpec};
use super::error::StoreError;
use super::json;
use super::modules::{ArtifactRecord, Build, Claim, ModuleRecord, NewBuild, NewModule, Removed, Reserved};
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
}

impl RedisStore {
    /// Connects to the server that the URL names: `redis://[user:password@]host[:port][/db]`, `redis+unix:///path`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] where it cannot be reached, [`StoreError::Schema`] where its catalogue is of another version.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let store = Self {
            connections: Connections::new(url)?,
            scripts: Scripts::new(),
            databases: DatabaseScripts::new(scripts::COMMON),
            users: UserScripts::new(scripts::COMMON),
        };
        let found: i64 = store.connections.with(|connection| {
            let _: bool = connection.set_nx(key("schema"), SCHEMA)?;
            connection.get(key("schema"))
        })?;
        if found == SCHEMA { Ok(store) } else { Err(StoreError::Schema { found, known: SCHEMA }) }
    }

    fn get(&self, hash: &str, field: &str) -> Result<Option<String>, StoreError> {
        self.connections.with(|connection| connection.hget(key(hash), field))
    }

    fn find_users(&self, how: &str, whom: &str) -> Result<Vec<User>, StoreError> {
        let rows = self.connections.with(|connection| self.users.find(connection, PREFIX, how, whom))?;
        rows.iter().map(users::user).collect()
    }

    /// The visible modules, or the one of that uid.
    fn list(&self, uid: &str) -> Result<Vec<ModuleRecord>, StoreError> {
        type Row = (String, String, i64, String, Vec<(String, String, String)>);
        let rows: Vec<Row> =
            self.connections.with(|connection| self.scripts.list.key(PREFIX).arg(uid).invoke(connection))?;
        let mut modules = Vec::with_capacity(rows.len());
        for (uid, module_name, version, metadata, builds) in rows {
            let mut builds: Vec<Build> =
                builds.into_iter().map(|(place, blob, details)| Build { place, blob, details }).collect();
            builds.sort_by(|a, b| a.place.cmp(&b.place));
            modules.push(ModuleRecord { uid, module_name, version, metadata, builds });
        }
        modules.sort_by(|a, b| (&a.module_name, a.version).cmp(&(&b.module_name, b.version)));
        Ok(modules)
    }
}

fn key(name: &str) -> String {
    format!("{PREFIX}:{name}")
}

fn field(module_name: &str, version: i64) -> String {
    format!("{version}:{module_name}")
}

fn text(action: Option<&Action>) -> Result<(String, String), StoreError> {
    let Some(action) = action else { return Ok(Default::default()) };
    let text = json::write("action", action)?;
    Ok((action.action_uid.clone(), text))
}

impl Store for RedisStore {
    fn revision(&self) -> Result<String, StoreError> {
        // Number and time: a number can come again where Redis has lost something.
        let (number, time): (Option<u64>, Option<String>) =
            self.connections.with(|connection| connection.hmget(key("revision"), &["number", "time"]))?;
        Ok(format!("{}-{}", number.unwrap_or_default(), time.unwrap_or_default()))
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
        let (uid, action) = text(action)?;
        let done: bool = self.connections.with(|connection| {
            let mut call = self.scripts.commit.key(PREFIX);
            call.arg(&claim.id).arg(&uid).arg(&action).arg(MAX_ACTIONS).invoke(connection)
        })?;
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
        let (action_uid, action) = text(action)?;
        let answer = self.connections.with(|connection| {
            let mut call = self.scripts.remove.key(PREFIX);
            call.arg(uid).arg(&action_uid).arg(&action).arg(MAX_ACTIONS).invoke(connection)
        })?;
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
        let mut artifacts = Vec::with_capacity(rows.len());
        for (field, details) in rows {
            let Some((version, module_name)) = field.split_once(':') else { continue };
            let Ok(version) = version.parse() else { continue };
            let module_name = module_name.to_owned();
            artifacts.push(ArtifactRecord { module_name, version, details });
        }
        artifacts.sort_by(|a, b| (&a.module_name, a.version).cmp(&(&b.module_name, b.version)));
        Ok(artifacts)
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

    fn add_database(&self, uid: Option<u32>, spec: &DatabaseSpec, node: &str) -> Result<DatabaseAdded, StoreError> {
        let text = json::write("database", spec)?;
        let add = |connection: &mut _| self.databases.add(connection, PREFIX, uid, (spec, &text), node);
        databases::added(self.connections.with(add)?)
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
}
