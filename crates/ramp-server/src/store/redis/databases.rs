//! The databases in the Redis server, and which modules they use.

use redis::{Connection, RedisResult, Script};

use super::actions::{Kept, kept};
use crate::store::actions::Action;
use crate::store::databases::{Database, DatabaseAdded, DatabaseChanged, DatabaseSpec};
use crate::store::error::StoreError;
use crate::store::modules::Removed;
use crate::store::{json, numbers};

/// What keeps a database from using a module.
const LACKING: &str = "
local function lacking(module, node)
  local m = redis.call('HMGET', k('m:' .. module), 'name', 'version', 'defined')
  if not m[1] then return 'module' end
  local builds = redis.call('HVALS', k('b:' .. module))
  for _, claim in ipairs(builds) do
    if committed(claim) then return nil end
  end
  if m[3] ~= '1' then return 'module' end
  local artifact = redis.call('HGET', k('a:' .. node), m[2] .. ':' .. m[1])
  if not artifact or not committed(artifact) then return 'artifact' end
  return nil
end
";

/// uid or empty, node, spec, action's uid, action without its database, most actions, uids of modules…; what became of it, and the uid that this is about.
const ADD: &str = "
local uid = ARGV[1]
if uid ~= '' and redis.call('HEXISTS', k('databases'), uid) == 1 then return { 'taken', uid } end
for i = 7, #ARGV do
  local what = lacking(ARGV[i], ARGV[2])
  if what then return { what, ARGV[i] } end
end
if uid == '' then
  uid = next_uid('database-uid', function(free) return redis.call('HEXISTS', k('databases'), free) == 0 end)
elseif tonumber(uid) > tonumber(redis.call('GET', k('database-uid')) or 0) then
  redis.call('SET', k('database-uid'), uid)
end
redis.call('HSET', k('databases'), uid, ARGV[3])
for i = 7, #ARGV do
  redis.call('SADD', k('d:' .. uid), ARGV[i])
  redis.call('SADD', k('uses:' .. ARGV[i]), uid)
end
if ARGV[4] ~= '' then
  local action = cjson.decode(ARGV[5])
  action.bdb_uid = tonumber(uid)
  keep(ARGV[4], cjson.encode(action), tonumber(ARGV[6]))
end
return { 'done', uid }
";

/// uid, node, spec, spec as it is, action's uid, action, most actions, uids of modules…; what became of it, and the uid that this is about.
const CHANGE: &str = "
local uid = ARGV[1]
local there = redis.call('HGET', k('databases'), uid)
if not there then return { 'unknown', uid } end
if there ~= ARGV[4] then return { 'stale', uid } end
for i = 8, #ARGV do
  local used = redis.call('SISMEMBER', k('d:' .. uid), ARGV[i]) == 1
  local what = not used and lacking(ARGV[i], ARGV[2])
  if what then return { what, ARGV[i] } end
end
for _, module in ipairs(redis.call('SMEMBERS', k('d:' .. uid))) do
  redis.call('SREM', k('uses:' .. module), uid)
end
redis.call('DEL', k('d:' .. uid))
redis.call('HSET', k('databases'), uid, ARGV[3])
for i = 8, #ARGV do
  redis.call('SADD', k('d:' .. uid), ARGV[i])
  redis.call('SADD', k('uses:' .. ARGV[i]), uid)
end
keep(ARGV[5], ARGV[6], tonumber(ARGV[7]))
return { 'done', uid }
";

/// uid; whether there was one.
const REMOVE: &str = "
if redis.call('HDEL', k('databases'), ARGV[1]) == 0 then return 0 end
for _, module in ipairs(redis.call('SMEMBERS', k('d:' .. ARGV[1]))) do
  redis.call('SREM', k('uses:' .. module), ARGV[1])
end
redis.call('DEL', k('d:' .. ARGV[1]))
return 1
";

#[derive(Debug)]
pub(super) struct DatabaseScripts {
    add: Script,
    change: Script,
    remove: Script,
}

impl DatabaseScripts {
    /// `common` is what all scripts have in common.
    pub(super) fn new(common: &str) -> Self {
        let script = |text: &str| Script::new(&format!("{common}{LACKING}{text}"));
        Self { add: script(ADD), change: script(CHANGE), remove: script(REMOVE) }
    }

    pub(super) fn add(
        &self,
        connection: &mut Connection,
        prefix: &str,
        uid: Option<u32>,
        spec: (&DatabaseSpec, &str),
        node: &str,
        action: &Kept,
    ) -> RedisResult<(String, String)> {
        let mut call = self.add.key(prefix);
        call.arg(uid.map(|uid| uid.to_string()).unwrap_or_default()).arg(node).arg(spec.1).arg(action);
        for module in spec.0.uploaded_modules() {
            call.arg(module);
        }
        call.invoke(connection)
    }

    pub(super) fn change(
        &self,
        connection: &mut Connection,
        prefix: &str,
        wish: &Wish<'_>,
    ) -> RedisResult<(String, String)> {
        let mut call = self.change.key(prefix);
        call.arg(wish.uid).arg(wish.node).arg(&wish.text).arg(&wish.there).arg(&wish.action);
        for module in wish.spec.uploaded_modules() {
            call.arg(module);
        }
        call.invoke(connection)
    }

    pub(super) fn remove(&self, connection: &mut Connection, prefix: &str, uid: u32) -> RedisResult<bool> {
        self.remove.key(prefix).arg(uid).invoke(connection)
    }
}

/// What the answer to a wish for a database means.
pub(super) fn added((what, uid): (String, String)) -> Result<DatabaseAdded, StoreError> {
    Ok(match what.as_str() {
        "taken" => DatabaseAdded::UidTaken,
        "module" => DatabaseAdded::NoModule(uid),
        "artifact" => DatabaseAdded::NoArtifact(uid),
        _ => DatabaseAdded::Done(number(&uid)?),
    })
}

/// How a database is to be changed.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    uid: u32,
    node: &'a str,
    /// The text that the database has now.
    there: String,
    /// The text that it is to have, and what that is made of.
    text: String,
    spec: &'a DatabaseSpec,
    action: Kept,
}

/// What is wished for a database that has this text now; or why it is not changed.
pub(super) fn wish<'a>(
    there: Option<String>,
    before: &Database,
    spec: &'a DatabaseSpec,
    node: &'a str,
    action: Option<&Action>,
) -> Result<Result<Wish<'a>, DatabaseChanged>, StoreError> {
    let Some(there) = there else { return Ok(Err(DatabaseChanged::Unknown)) };
    // What was written before there were all of its fields is written in other words.
    if database(&before.uid.to_string(), &there)? != *before {
        return Ok(Err(DatabaseChanged::Stale));
    }
    let (text, action) = (json::write("database", spec)?, kept(action)?);
    Ok(Ok(Wish { uid: before.uid, node, there, text, spec, action }))
}

/// What the answer to a wish to change a database means.
pub(super) fn changed((what, uid): (String, String)) -> DatabaseChanged {
    match what.as_str() {
        "unknown" => DatabaseChanged::Unknown,
        "stale" => DatabaseChanged::Stale,
        "module" => DatabaseChanged::NoModule(uid),
        "artifact" => DatabaseChanged::NoArtifact(uid),
        _ => DatabaseChanged::Done,
    }
}

/// What the answer to a wish to take something out means: the blobs of what is gone, or the databases that use it.
pub(super) fn removed((what, names): (String, Vec<String>)) -> Result<Removed<Vec<String>>, StoreError> {
    Ok(match what.as_str() {
        "unknown" => Removed::Unknown,
        "used" => {
            let mut uids = names.iter().map(|uid| number(uid)).collect::<Result<Vec<_>, _>>()?;
            uids.sort_unstable();
            Removed::InUse(uids)
        }
        _ => Removed::Done(names),
    })
}

pub(super) fn database(uid: &str, spec: &str) -> Result<Database, StoreError> {
    Ok(Database { uid: number(uid)?, spec: json::read("database", spec)? })
}

fn number(uid: &str) -> Result<u32, StoreError> {
    numbers::uid("database", json::read("database", uid)?)
}
