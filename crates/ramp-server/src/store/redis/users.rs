//! The users in the Redis server: a hash for each, and who has which e-mail address, which name, and is admin.

use redis::{Connection, RedisResult, Script};

use crate::store::error::StoreError;
use crate::store::users::{NewUser, Role, User, UserChange, UserPatch};
use crate::store::{json, numbers};

/// What is kept of a user, in the order of the rows that are answered.
pub(super) const FIELDS: [&str; 6] = ["email", "name", "password_hash", "issued", "role", "email_alerts"];

/// What the scripts about users have in common.
const COMMON: &str = "
local FIELDS = { 'email', 'name', 'password_hash', 'issued', 'role', 'email_alerts' }
local function row(uid)
  local values = redis.call('HMGET', k('u:' .. uid), unpack(FIELDS))
  return { 'done', uid, unpack(values) }
end
local function taken(index, value) return value ~= '' and redis.call('HEXISTS', k(index), value) == 1 end
local function note(index, value, uid) if value ~= '' then redis.call('HSET', k(index), value, uid) end end
local function last_admin(role) return role == 'admin' and redis.call('SCARD', k('admins')) == 1 end
";

/// email, name, password hash, issued, role, alerts.
const ADD: &str = "
if taken('emails', ARGV[1]) then return { 'email' } end
if taken('usernames', ARGV[2]) then return { 'name' } end
local uid = next_uid('user-uid', function(free) return redis.call('EXISTS', k('u:' .. free)) == 0 end)
for i, field in ipairs(FIELDS) do redis.call('HSET', k('u:' .. uid), field, ARGV[i]) end
redis.call('HSET', k('emails'), ARGV[1], uid)
note('usernames', ARGV[2], uid)
if ARGV[5] == 'admin' then redis.call('SADD', k('admins'), uid) end
return row(uid)
";

/// uid, and fields with their new values.
const CHANGE: &str = "
local uid, user = ARGV[1], k('u:' .. ARGV[1])
local before = redis.call('HMGET', user, 'email', 'name', 'role')
if not before[1] then return { 'unknown' } end
local new = {}
for i = 2, #ARGV, 2 do new[ARGV[i]] = ARGV[i + 1] end
if new.role and new.role ~= 'admin' and last_admin(before[3]) then return { 'admin' } end
if new.email and new.email ~= before[1] and taken('emails', new.email) then return { 'email' } end
if new.name and new.name ~= before[2] and taken('usernames', new.name) then return { 'name' } end
if new.email then
  redis.call('HDEL', k('emails'), before[1])
  redis.call('HSET', k('emails'), new.email, uid)
end
if new.name then
  redis.call('HDEL', k('usernames'), before[2])
  note('usernames', new.name, uid)
end
if new.role then redis.call(new.role == 'admin' and 'SADD' or 'SREM', k('admins'), uid) end
for field, value in pairs(new) do redis.call('HSET', user, field, value) end
return row(uid)
";

/// uid.
const REMOVE: &str = "
local gone = row(ARGV[1])
if not gone[3] then return { 'unknown' } end
if last_admin(gone[7]) then return { 'admin' } end
redis.call('HDEL', k('emails'), gone[3])
redis.call('HDEL', k('usernames'), gone[4])
redis.call('SREM', k('admins'), ARGV[1])
redis.call('DEL', k('u:' .. ARGV[1]))
return gone
";

/// How, and whom: `uid` or `email` and its value, or `all`; a row for each.
const FIND: &str = "
local uids = {}
if ARGV[1] == 'all' then
  uids = redis.call('HVALS', k('emails'))
elseif ARGV[1] == 'uid' then
  if redis.call('EXISTS', k('u:' .. ARGV[2])) == 1 then uids[1] = ARGV[2] end
else
  uids[1] = redis.call('HGET', k('emails'), ARGV[2]) or nil
end
local rows = {}
for i, uid in ipairs(uids) do rows[i] = row(uid) end
return rows
";

#[derive(Debug)]
pub(super) struct UserScripts {
    add: Script,
    change: Script,
    remove: Script,
    find: Script,
}

/// What is answered: what became of it, and the user.
type Row = Vec<String>;

impl UserScripts {
    /// `common` is what all scripts have in common.
    pub(super) fn new(common: &str) -> Self {
        let script = |text: &str| Script::new(&format!("{common}{COMMON}{text}"));
        Self { add: script(ADD), change: script(CHANGE), remove: script(REMOVE), find: script(FIND) }
    }

    pub(super) fn add(&self, connection: &mut Connection, prefix: &str, user: &NewUser) -> RedisResult<Row> {
        let mut call = self.add.key(prefix);
        call.arg(&user.email).arg(&user.name).arg(&user.password_hash).arg(user.issued).arg(user.role.as_str());
        call.arg(u8::from(user.email_alerts)).invoke(connection)
    }

    pub(super) fn change(
        &self,
        connection: &mut Connection,
        prefix: &str,
        uid: u32,
        patch: &UserPatch,
    ) -> RedisResult<Row> {
        let mut call = self.change.key(prefix);
        call.arg(uid);
        let UserPatch { email, name, password, role, email_alerts } = patch;
        for (field, value) in [("email", email), ("name", name)] {
            if let Some(value) = value {
                call.arg(field).arg(value);
            }
        }
        if let Some((hash, issued)) = password {
            call.arg("password_hash").arg(hash).arg("issued").arg(issued);
        }
        if let Some(role) = role {
            call.arg("role").arg(role.as_str());
        }
        if let Some(alerts) = email_alerts {
            call.arg("email_alerts").arg(u8::from(*alerts));
        }
        call.invoke(connection)
    }

    pub(super) fn remove(&self, connection: &mut Connection, prefix: &str, uid: u32) -> RedisResult<Row> {
        self.remove.key(prefix).arg(uid).invoke(connection)
    }

    pub(super) fn find(
        &self,
        connection: &mut Connection,
        prefix: &str,
        how: &str,
        whom: &str,
    ) -> RedisResult<Vec<Row>> {
        self.find.key(prefix).arg(how).arg(whom).invoke(connection)
    }
}

/// What an answer means.
pub(super) fn outcome(row: &Row) -> Result<UserChange, StoreError> {
    Ok(match row.first().map(String::as_str) {
        Some("email") => UserChange::EmailTaken,
        Some("name") => UserChange::NameTaken,
        Some("admin") => UserChange::LastAdmin,
        Some("unknown") | None => UserChange::Unknown,
        Some(_) => UserChange::Done(Box::new(user(row)?)),
    })
}

pub(super) fn user(row: &Row) -> Result<User, StoreError> {
    let text = |index: usize| row.get(index).cloned().unwrap_or_default();
    let role = Role::named(&text(6)).ok_or_else(|| StoreError::corrupt("role", format!("`{}`", text(6))))?;
    Ok(User {
        uid: numbers::uid("user", json::read("user", &text(1))?)?,
        email: text(2),
        name: text(3),
        password_hash: text(4),
        issued: json::read("user", &text(5))?,
        role,
        email_alerts: text(7) == "1",
    })
}
