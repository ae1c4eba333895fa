//! Copies of what the Redis server holds: a document with every key of the catalogue, and nobody else's.

use std::io::Write as _;
use std::path::Path;

use redis::{Connection, RedisResult, Script};
use serde::{Deserialize, Serialize};

use crate::private;
use crate::store::copies::OWN_SETTINGS;
use crate::store::error::StoreError;
use crate::store::json;

/// Rows of a key's name, its type, and what is in it, of all keys at one moment.
const DUMP: &str = "
local rows = {}
for _, key in ipairs(redis.call('KEYS', p .. ':*')) do
  local kind = redis.call('TYPE', key).ok
  local values = {}
  if kind == 'string' then values = { redis.call('GET', key) }
  elseif kind == 'hash' then values = redis.call('HGETALL', key)
  elseif kind == 'set' then values = redis.call('SMEMBERS', key)
  elseif kind == 'list' then values = redis.call('LRANGE', key, 0, -1)
  elseif kind == 'zset' then values = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  end
  rows[#rows + 1] = { string.sub(key, #p + 2), kind, values }
end
return rows
";

/// Rows as above, as JSON, and the names of settings that stay; whether they were taken. What is under way in them is dropped as where a server died
/// with it.
const LOAD: &str = "
local own = { schema = true, ['written-by'] = true, identity = true, revision = true, changes = true }
for _, key in ipairs(redis.call('KEYS', p .. ':*')) do
  local name = string.sub(key, #p + 2)
  if not own[name] and name ~= 'settings' then return 0 end
end
local stays = {}
for i = 2, #ARGV do stays[ARGV[i]] = true end
local claims = {}
for _, row in ipairs(cjson.decode(ARGV[1])) do
  local key, kind, values = k(row[1]), row[2], row[3]
  if own[row[1]] then
    -- Nobody's copy has it.
  elseif row[1] == 'settings' then
    for i = 1, #values, 2 do
      if not stays[values[i]] then redis.call('HSET', key, values[i], values[i + 1]) end
    end
  elseif kind == 'string' then redis.call('SET', key, values[1])
  elseif kind == 'hash' then
    for i = 1, #values, 2 do redis.call('HSET', key, values[i], values[i + 1]) end
    if string.sub(row[1], 1, 2) == 'c:' then claims[#claims + 1] = string.sub(row[1], 3) end
  elseif kind == 'set' then for _, value in ipairs(values) do redis.call('SADD', key, value) end
  elseif kind == 'list' then for _, value in ipairs(values) do redis.call('RPUSH', key, value) end
  else for i = 1, #values, 2 do redis.call('ZADD', key, values[i + 1], values[i]) end end
end
for _, claim in ipairs(claims) do
  if not committed(claim) then drop_claim(claim) end
end
-- Whoever follows the changes sees that they do not reach back, and looks at all.
redis.call('DEL', k('discarded'), k('changes'))
redis.call('HINCRBY', k('revision'), 'number', 1)
redis.call('HSET', k('revision'), 'time', table.concat(redis.call('TIME'), '.'))
return 1
";

/// Keys that only the catalogue itself may have, and no copy of it; and those of whoever has a claim.
const OWN: [&str; 6] = ["schema", "written-by", "identity", "revision", "changes", "discarded"];
const PENDING: &str = "pending:";

/// A key's name without what all begin with, its type, and what is in it: of a hash fields and values in turn, of a sorted set values and
/// scores.
pub(super) type Key = (String, String, Vec<String>);

/// The same as Redis gives it, which keeps bytes.
pub(super) type Dumped = (Vec<u8>, String, Vec<Vec<u8>>);

/// What the file holds.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    /// The layout of the keys.
    schema: i64,
    keys: Vec<Key>,
}

#[derive(Debug)]
pub(super) struct CopyScripts {
    dump: Script,
    load: Script,
}

impl CopyScripts {
    /// `common` is what all scripts have in common.
    pub(super) fn new(common: &str) -> Self {
        let script = |text: &str| Script::new(&format!("{common}{text}"));
        Self { dump: script(DUMP), load: script(LOAD) }
    }

    /// All keys, at one moment.
    pub(super) fn dump(&self, connection: &mut Connection, prefix: &str) -> RedisResult<Vec<Dumped>> {
        self.dump.key(prefix).invoke(connection)
    }

    /// Takes keys, where there are none but those that every catalogue has; whether that was so.
    pub(super) fn load(&self, connection: &mut Connection, prefix: &str, keys: &str) -> RedisResult<bool> {
        self.load.key(prefix).arg(keys).arg(&OWN_SETTINGS).invoke(connection)
    }
}

/// Writes what was dumped to a file that is not there yet. It is on disk afterwards, and for its owner alone.
pub(super) fn write(mut keys: Vec<Key>, schema: i64, file: &Path) -> Result<(), StoreError> {
    keys.retain(|(name, _, _)| !OWN.contains(&name.as_str()) && !name.starts_with(PENDING));
    keys.sort_unstable();
    let text = json::write("copy", &Document { schema, keys })?;
    let written = private::new_file().open(file).and_then(|mut copy| {
        copy.write_all(text.as_bytes())?;
        copy.sync_all()
    });
    written.map_err(failed)
}

/// What is in a copy: the layout, and the keys.
pub(super) fn read(copy: &[u8]) -> Result<(i64, Vec<Key>), StoreError> {
    let Document { schema, keys } =
        serde_json::from_slice(copy).map_err(|source| StoreError::corrupt("copy", source))?;
    Ok((schema, keys))
}

/// What is in a file.
pub(super) fn read_file(file: &Path) -> Result<(i64, Vec<Key>), StoreError> {
    read(&std::fs::read(file).map_err(failed)?)
}

/// Keys as texts, which all that a catalogue has is.
pub(super) fn texts(dumped: Vec<Dumped>) -> Result<Vec<Key>, StoreError> {
    let key = |(name, kind, values): Dumped| {
        let name = String::from_utf8_lossy(&name).into_owned();
        let values: Result<_, _> = values.into_iter().map(String::from_utf8).collect();
        let values = values.map_err(|source| StoreError::corrupt(format!("key `{}`", name.escape_debug()), source))?;
        Ok((name, kind, values))
    };
    dumped.into_iter().map(key).collect()
}

fn failed(source: std::io::Error) -> StoreError {
    StoreError::failed("the copy of the catalogue", source)
}
