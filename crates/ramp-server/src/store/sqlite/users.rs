//! The users in the SQLite file.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::failure::Failure;
use super::numbers::next_uid;
use crate::store::error::StoreError;
use crate::store::numbers;
use crate::store::users::{NewUser, Role, User, UserChange, UserPatch};

pub(super) const USER: &str = "SELECT uid, email, name, password_hash, issued, role, email_alerts FROM users";

pub(super) fn user(row: &Row<'_>) -> Result<User, Failure> {
    let role: String = row.get(5)?;
    let role = Role::named(&role).ok_or_else(|| StoreError::corrupt("role", format!("`{role}`")))?;
    Ok(User {
        uid: numbers::uid("user", row.get(0)?)?,
        email: row.get(1)?,
        name: row.get(2)?,
        password_hash: row.get(3)?,
        issued: row.get(4)?,
        role,
        email_alerts: row.get(6)?,
    })
}

pub(super) fn all(connection: &Connection) -> Result<Vec<User>, Failure> {
    let mut statement = connection.prepare_cached(&format!("{USER} ORDER BY uid"))?;
    statement.query_and_then([], user)?.collect()
}

pub(super) fn by_uid(connection: &Connection, uid: u32) -> Result<Option<User>, Failure> {
    let mut statement = connection.prepare_cached(&format!("{USER} WHERE uid = ?"))?;
    statement.query_and_then([uid], user)?.next().transpose()
}

pub(super) fn by_email(connection: &Connection, email: &str) -> Result<Option<User>, Failure> {
    let mut statement = connection.prepare_cached(&format!("{USER} WHERE email = ?"))?;
    statement.query_and_then([email], user)?.next().transpose()
}

/// Whether somebody else has that e-mail address or, unless it is empty, that name.
fn taken(transaction: &Transaction<'_>, uid: u32, email: &str, name: &str) -> Result<Option<UserChange>, Failure> {
    let other = |column: &str, value: &str| {
        let sql = format!("SELECT 1 FROM users WHERE {column} = ? AND uid <> ?");
        transaction.query_row(&sql, params![value, uid], |_| Ok(())).optional()
    };
    if other("email", email)?.is_some() {
        return Ok(Some(UserChange::EmailTaken));
    }
    let name = !name.is_empty() && other("name", name)?.is_some();
    Ok(name.then_some(UserChange::NameTaken))
}

fn is_last_admin(transaction: &Transaction<'_>, user: &User) -> Result<bool, Failure> {
    let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE role = ? AND uid <> ?)";
    let other: bool = transaction.query_row(sql, params![Role::Admin.as_str(), user.uid], |row| row.get(0))?;
    Ok(user.role == Role::Admin && !other)
}

pub(super) fn add(transaction: &Transaction<'_>, new: &NewUser) -> Result<UserChange, Failure> {
    // No user has this number.
    if let Some(taken) = taken(transaction, 0, &new.email, &new.name)? {
        return Ok(taken);
    }
    transaction.execute(
        "INSERT INTO users (uid, email, name, password_hash, issued, role, email_alerts) VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![
            next_uid(transaction, "users")?,
            new.email,
            new.name,
            new.password_hash,
            new.issued,
            new.role.as_str(),
            new.email_alerts
        ],
    )?;
    let user = by_email(transaction, &new.email)?;
    Ok(user.map_or(UserChange::Unknown, |user| UserChange::Done(Box::new(user))))
}

pub(super) fn change(transaction: &Transaction<'_>, uid: u32, patch: &UserPatch) -> Result<UserChange, Failure> {
    let Some(before) = by_uid(transaction, uid)? else { return Ok(UserChange::Unknown) };
    if patch.role.is_some_and(|role| role != Role::Admin) && is_last_admin(transaction, &before)? {
        return Ok(UserChange::LastAdmin);
    }
    let after = patch.applied(before);
    if let Some(taken) = taken(transaction, uid, &after.email, &after.name)? {
        return Ok(taken);
    }
    transaction.execute(
        "UPDATE users SET email = ?, name = ?, password_hash = ?, issued = ?, role = ?, email_alerts = ? WHERE uid = ?",
        params![
            after.email,
            after.name,
            after.password_hash,
            after.issued,
            after.role.as_str(),
            after.email_alerts,
            after.uid
        ],
    )?;
    Ok(UserChange::Done(Box::new(after)))
}

pub(super) fn remove(transaction: &Transaction<'_>, uid: u32) -> Result<UserChange, Failure> {
    let Some(user) = by_uid(transaction, uid)? else { return Ok(UserChange::Unknown) };
    if is_last_admin(transaction, &user)? {
        return Ok(UserChange::LastAdmin);
    }
    transaction.execute("DELETE FROM users WHERE uid = ?", [user.uid])?;
    Ok(UserChange::Done(Box::new(user)))
}
