//! The actions in the SQLite file: what became of uploads and deletions, and of databases.

use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::failure::Failure;
use crate::store::actions::{Action, MAX_ACTIONS};
use crate::store::json;

/// All that are kept, newest first.
pub(super) fn all(connection: &Connection) -> Result<Vec<Action>, Failure> {
    let mut statement = connection.prepare_cached("SELECT action FROM actions ORDER BY number DESC")?;
    let rows: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(rows.iter().map(|text| json::read("action", text)).collect::<Result<_, _>>()?)
}

pub(super) fn by_uid(connection: &Connection, action_uid: &str) -> Result<Option<Action>, Failure> {
    let mut statement = connection.prepare_cached("SELECT action FROM actions WHERE action_uid = ?")?;
    let text: Option<String> = statement.query_row([action_uid], |row| row.get(0)).optional()?;
    Ok(text.map(|text| json::read("action", &text)).transpose()?)
}

/// Keeps an action, and forgets the oldest beyond the limit.
pub(super) fn keep(transaction: &Transaction<'_>, action: Option<&Action>) -> Result<(), Failure> {
    let Some(action) = action else { return Ok(()) };
    let text = json::write("action", action)?;
    transaction.execute("INSERT INTO actions (action_uid, action) VALUES (?, ?)", [&action.action_uid, &text])?;
    transaction.execute(
        "DELETE FROM actions WHERE number <= (SELECT max(number) FROM actions) - ?",
        [i64::try_from(MAX_ACTIONS).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}
