-- What the scripts have in common. Each is this text and a few lines more.
local p = KEYS[1]
local function k(name) return p .. ':' .. name end

-- A module that nothing makes visible any more, now or later, goes.
local function drop_empty(uid)
  local m = redis.call('HMGET', k('m:' .. uid), 'name', 'version', 'defined')
  if m[1] and m[3] ~= '1' and redis.call('HLEN', k('b:' .. uid)) == 0 then
    redis.call('HDEL', k('names'), m[2] .. ':' .. m[1])
    redis.call('DEL', k('m:' .. uid))
  end
end

-- A word for how things are: number and time, since a number can come again where Redis has lost something.
local function revision()
  local now = redis.call('HMGET', k('revision'), 'number', 'time')
  return (now[1] or '0') .. '-' .. (now[2] or '')
end

-- Something of a module that can be seen is different now. The latest changes are kept, newest first.
local function revise(uid)
  redis.call('HINCRBY', k('revision'), 'number', 1)
  redis.call('HSET', k('revision'), 'time', table.concat(redis.call('TIME'), '.'))
  redis.call('LPUSH', k('changes'), revision() .. ' ' .. uid)
  redis.call('LTRIM', k('changes'), 0, 1023)
end

-- Whether a build or a claim speaks of a blob, or it is discarded.
local function knows(blob)
  return redis.call('HEXISTS', k('blobs'), blob) == 1 or redis.call('SISMEMBER', k('discarded'), blob) == 1
end

-- Where the blob is stored ('1'), it is committed with that.
local function make_claim(claim, owner, blob, details, stored, kind, of, ...)
  redis.call('HSET', k('c:' .. claim), 'owner', owner, 'blob', blob, 'details', details, 'committed', stored, kind, of, ...)
  redis.call('HSET', k('blobs'), blob, claim)
  if stored ~= '1' then
    redis.call('SADD', k('pending:' .. owner), claim)
  elseif kind == 'uid' then
    revise(of)
  end
end

-- Takes a claim away, and discards its blob; the blob.
local function drop_claim(claim)
  local c = redis.call('HMGET', k('c:' .. claim), 'owner', 'blob', 'uid', 'node', 'field')
  if not c[1] then return nil end
  if c[3] then
    local builds = redis.call('HGETALL', k('b:' .. c[3]))
    for i = 1, #builds, 2 do
      if builds[i + 1] == claim then redis.call('HDEL', k('b:' .. c[3]), builds[i]) end
    end
    drop_empty(c[3])
  elseif redis.call('HGET', k('a:' .. c[4]), c[5]) == claim then
    redis.call('HDEL', k('a:' .. c[4]), c[5])
  end
  redis.call('SREM', k('pending:' .. c[1]), claim)
  redis.call('HDEL', k('blobs'), c[2])
  redis.call('SADD', k('discarded'), c[2])
  redis.call('DEL', k('c:' .. claim))
  return c[2]
end

local function committed(claim) return redis.call('HGET', k('c:' .. claim), 'committed') == '1' end

-- The visible ones of these modules: uid, name, version, metadata, and rows of place, blob, details.
local function visible(uids)
  local rows = {}
  for _, uid in ipairs(uids) do
    local m = redis.call('HMGET', k('m:' .. uid), 'name', 'version', 'metadata', 'defined')
    local builds, kept = redis.call('HGETALL', k('b:' .. uid)), {}
    for i = 1, #builds, 2 do
      local c = redis.call('HMGET', k('c:' .. builds[i + 1]), 'blob', 'details', 'committed')
      if c[3] == '1' then kept[#kept + 1] = { builds[i], c[1], c[2] } end
    end
    if m[1] and (m[4] == '1' or #kept > 0) then rows[#rows + 1] = { uid, m[1], m[2], m[3], kept } end
  end
  return rows
end

-- The next number: one more than any that was given, and where there is none, the first that is free.
local function next_uid(counter, is_free)
  local uid = tonumber(redis.call('GET', k(counter)) or 0) + 1
  if uid <= 2147483647 then
    redis.call('SET', k(counter), string.format('%d', uid))
  else
    uid = 1
    while not is_free(uid) do uid = uid + 1 end
  end
  return string.format('%d', uid)
end

-- The databases that use a module, if any do.
local function using(uid)
  local databases = redis.call('SMEMBERS', k('uses:' .. uid))
  return #databases > 0 and databases or nil
end

-- Keeps an action, and forgets the oldest beyond the limit.
local function keep(uid, action, most)
  if uid == '' then return end
  redis.call('HSET', k('action'), uid, action)
  redis.call('LPUSH', k('actions'), uid)
  for _, old in ipairs(redis.call('LRANGE', k('actions'), most, -1)) do redis.call('HDEL', k('action'), old) end
  redis.call('LTRIM', k('actions'), 0, most - 1)
end
