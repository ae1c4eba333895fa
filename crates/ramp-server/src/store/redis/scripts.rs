//! The scripts: each is one step that nobody else's comes between.

use redis::Script;

/// What they have in common.
pub(super) const COMMON: &str = include_str!("catalogue.lua");

/// uid, name, version, metadata, claim, owner, blob, details, stored, places…; the module's uid, or nothing where all is taken.
const RESERVE: &str = "
if ARGV[9] == '1' and knows(ARGV[7]) then return false end
local field = ARGV[3] .. ':' .. ARGV[2]
local uid = redis.call('HGET', k('names'), field) or ARGV[1]
local builds = k('b:' .. uid)
if redis.call('HEXISTS', builds, '*') == 1 then return false end
local free = {}
for i = 10, #ARGV do
  if ARGV[i] == '*' and redis.call('HLEN', builds) > 0 then return false end
  if redis.call('HEXISTS', builds, ARGV[i]) == 0 then free[#free + 1] = ARGV[i] end
end
if #free == 0 then return false end
if redis.call('HSETNX', k('names'), field, uid) == 1 then
  redis.call('HSET', k('m:' .. uid), 'name', ARGV[2], 'version', ARGV[3], 'metadata', ARGV[4], 'defined', '0')
end
for _, place in ipairs(free) do redis.call('HSET', builds, place, ARGV[5]) end
make_claim(ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], 'uid', uid)
return uid
";

/// claim, action's uid, action, most actions; whether the claim was there.
const COMMIT: &str = "
local claim = k('c:' .. ARGV[1])
local of = redis.call('HMGET', claim, 'owner', 'uid')
if not of[1] then return 0 end
redis.call('HSET', claim, 'committed', '1')
redis.call('SREM', k('pending:' .. of[1]), ARGV[1])
if of[2] then revise(of[2]) end
keep(ARGV[2], ARGV[3], tonumber(ARGV[4]))
return 1
";

/// claim; whether it is gone.
const ABANDON: &str = "
if committed(ARGV[1]) then return 0 end
drop_claim(ARGV[1])
return 1
";

/// uid, action's uid, action, most actions; what became of it, and the blobs, or the databases that use the module.
const REMOVE: &str = "
local databases = using(ARGV[1])
if databases then return { 'used', databases } end
local blobs, seen = {}, false
local builds = redis.call('HGETALL', k('b:' .. ARGV[1]))
if redis.call('HGET', k('m:' .. ARGV[1]), 'defined') == '1' then
  redis.call('HSET', k('m:' .. ARGV[1]), 'defined', '0')
  seen = true
end
for i = 2, #builds, 2 do
  if committed(builds[i]) then
    blobs[#blobs + 1] = drop_claim(builds[i])
    seen = true
  end
end
drop_empty(ARGV[1])
if not seen then return { 'unknown', {} } end
revise(ARGV[1])
keep(ARGV[2], ARGV[3], tonumber(ARGV[4]))
return { 'done', blobs }
";

/// uid, name, version, metadata; whether name and version were free.
const DEFINE: &str = "
if redis.call('HSETNX', k('names'), ARGV[3] .. ':' .. ARGV[2], ARGV[1]) == 0 then return 0 end
redis.call('HSET', k('m:' .. ARGV[1]), 'name', ARGV[2], 'version', ARGV[3], 'metadata', ARGV[4], 'defined', '1')
revise(ARGV[1])
return 1
";

/// uid, or empty for all; rows of modules.
const LIST: &str = "
if ARGV[1] == '' then return visible(redis.call('HVALS', k('names'))) end
return visible({ ARGV[1] })
";

/// Revision; the one now, the uids of what has changed since, or `false` where that is not known, and rows of those, or of all.
const CHANGES: &str = "
local now, number = revision(), tonumber(ARGV[1]:match('^%d+'))
if ARGV[1] == now then return { now, {}, {} } end
local passed = number and tonumber(now:match('^%d+')) - number
local since = passed and passed > 0 and redis.call('LINDEX', k('changes'), passed)
if not since or since:match('^%S+') ~= ARGV[1] then return { now, false, visible(redis.call('HVALS', k('names'))) } end
local uids, seen = {}, {}
for _, change in ipairs(redis.call('LRANGE', k('changes'), 0, passed - 1)) do
  local uid = change:match(' (.*)$')
  if not seen[uid] then uids[#uids + 1], seen[uid] = uid, true end
end
return { now, uids, visible(uids) }
";

/// node; rows of field and details.
const ARTIFACTS: &str = "
local found, rows = redis.call('HGETALL', k('a:' .. ARGV[1])), {}
for i = 1, #found, 2 do
  if committed(found[i + 1]) then rows[#rows + 1] = { found[i], redis.call('HGET', k('c:' .. found[i + 1]), 'details') } end
end
return rows
";

/// field, claim, owner, blob, details, stored, node; whether the place was free.
const RESERVE_ARTIFACT: &str = "
if ARGV[6] == '1' and knows(ARGV[4]) then return 0 end
if redis.call('HSETNX', k('a:' .. ARGV[7]), ARGV[1], ARGV[2]) == 0 then return 0 end
make_claim(ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], 'node', ARGV[7], 'field', ARGV[1])
return 1
";

/// field, node; what became of it, and the blob, or the databases that use the module.
const REMOVE_ARTIFACT: &str = "
local claim = redis.call('HGET', k('a:' .. ARGV[2]), ARGV[1])
if not claim or not committed(claim) then return { 'unknown', {} } end
local module = redis.call('HGET', k('names'), ARGV[1])
local databases = module and using(module)
if databases then return { 'used', databases } end
return { 'done', { drop_claim(claim) } }
";

/// owner; rows of claim and blob.
const PENDING: &str = "
local rows = {}
for _, claim in ipairs(redis.call('SMEMBERS', k('pending:' .. ARGV[1]))) do
  rows[#rows + 1] = { claim, redis.call('HGET', k('c:' .. claim), 'blob') }
end
return rows
";

/// blob; whether no build and no claim speaks of it.
const DISCARD: &str = "
if redis.call('HEXISTS', k('blobs'), ARGV[1]) == 1 then return 0 end
redis.call('SADD', k('discarded'), ARGV[1])
return 1
";

/// Rows of blob, and whether its claim is committed.
const BLOBS: &str = "
local found, rows = redis.call('HGETALL', k('blobs')), {}
for _, blob in ipairs(redis.call('SMEMBERS', k('discarded'))) do rows[#rows + 1] = { blob, 0 } end
for i = 1, #found, 2 do rows[#rows + 1] = { found[i], committed(found[i + 1]) and 1 or 0 } end
return rows
";

/// All that are kept, newest first.
const ACTIONS: &str = "
local uids = redis.call('LRANGE', k('actions'), 0, -1)
if #uids == 0 then return {} end
return redis.call('HMGET', k('action'), unpack(uids))
";

/// Every script, ready to be called.
#[derive(Debug)]
pub(super) struct Scripts {
    pub(super) reserve: Script,
    pub(super) commit: Script,
    pub(super) abandon: Script,
    pub(super) remove: Script,
    pub(super) define: Script,
    pub(super) list: Script,
    pub(super) changes: Script,
    pub(super) artifacts: Script,
    pub(super) reserve_artifact: Script,
    pub(super) remove_artifact: Script,
    pub(super) pending: Script,
    pub(super) blobs: Script,
    pub(super) discard: Script,
    pub(super) actions: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        let script = |text: &str| Script::new(&format!("{COMMON}{text}"));
        Self {
            reserve: script(RESERVE),
            commit: script(COMMIT),
            abandon: script(ABANDON),
            remove: script(REMOVE),
            define: script(DEFINE),
            list: script(LIST),
            changes: script(CHANGES),
            artifacts: script(ARTIFACTS),
            reserve_artifact: script(RESERVE_ARTIFACT),
            remove_artifact: script(REMOVE_ARTIFACT),
            pending: script(PENDING),
            blobs: script(BLOBS),
            discard: script(DISCARD),
            actions: script(ACTIONS),
        }
    }
}
