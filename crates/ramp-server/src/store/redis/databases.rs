//! The databases in the Redis server, and which modules they use.

use redis::{Connection, RedisResult, Script};

use crate::store::databases::{Database, DatabaseAdded, DatabaseSpec};
use crate::store::error::StoreError;
use crate::store::json;
use crate::store::modules::Removed;

/// uid or empty, node, spec, uids of modules…; what became of it, and the uid that this is about.
const ADD: &str = "
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

local uid = ARGV[1]
if uid ~= '' and redis.call('HEXISTS', k('databases'), uid) == 1 then return { 'taken', uid } end
for i = 4, #ARGV do
  local what = lacking(ARGV[i], ARGV[2])
  if what then return { what, ARGV[i] } end
end
if uid == '' then
  uid = string.format('%d', redis.call('INCR', k('database-uid')))
elseif tonumber(uid) > tonumber(redis.call('GET', k('database-uid')) or 0) then
  redis.call('SET', k('database-uid'), uid)
end
redis.call('HSET', k('databases'), uid, ARGV[3])
for i = 4, #ARGV do
  redis.call('SADD', k('d:' .. uid), ARGV[i])
  redis.call('SADD', k('uses:' .. ARGV[i]), uid)
end
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
    remove: Script,
}

impl DatabaseScripts {
    /// `common` is what all scripts have in common.
    pub(super) fn new(common: &str) -> Self {
        let script = |text: &str| Script::new(&format!("{common}{text}"));
        Self { add: script(ADD), remove: script(REMOVE) }
    }

    pub(super) fn add(
        &self,
        connection: &mut Connection,
        prefix: &str,
        uid: Option<u32>,
        spec: (&DatabaseSpec, &str),
        node: &str,
    ) -> RedisResult<(String, String)> {
        let mut call = self.add.key(prefix);
        call.arg(uid.map(|uid| uid.to_string()).unwrap_or_default()).arg(node).arg(spec.1);
        for module in &spec.0.modules {
            call.arg(&module.module_uid);
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
    json::read("database", uid)
}
