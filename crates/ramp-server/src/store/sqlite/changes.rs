//! What has changed in the SQLite file since somebody looked.

use rusqlite::Connection;

use super::failure::Failure;
use super::modules;
use crate::store::changes::{Changed, Changes};

/// The table that it is kept in, and the triggers that write it; it wants those of the modules and the builds.
pub(super) const SCHEMA: &str = include_str!("changes.sql");

pub(super) fn since(connection: &Connection, since: Option<&str>) -> Result<Changes, Failure> {
    let since: Option<i64> = since.and_then(|since| since.parse().ok());
    // Most often nothing has changed, and one statement says so.
    if let Some(since) = since {
        if newest(connection)? == since {
            return Ok(Changes { revision: since.to_string(), modules: Changed::default() });
        }
    }
    // So that all is of one moment.
    let moment = connection.unchecked_transaction()?;
    let newest = newest(&moment)?;
    let modules = match since {
        Some(since) if reaches_back_to(&moment, since, newest)? => some(&moment, since)?,
        _ => Changed::All(modules::all(&moment)?),
    };
    Ok(Changes { revision: newest.to_string(), modules })
}

/// The number of the latest change, 0 where there was none.
fn newest(connection: &Connection) -> rusqlite::Result<i64> {
    let mut statement = connection.prepare_cached("SELECT ifnull(max(number), 0) FROM changes")?;
    statement.query_row([], |row| row.get(0))
}

/// Whether every change after that one is still there.
fn reaches_back_to(connection: &Connection, since: i64, newest: i64) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached("SELECT ifnull(min(number), 1) FROM changes")?;
    let oldest: i64 = statement.query_row([], |row| row.get(0))?;
    Ok((oldest.saturating_sub(1)..=newest).contains(&since))
}

fn some(connection: &Connection, since: i64) -> rusqlite::Result<Changed> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT uid FROM changes WHERE number > ?")?;
    let (mut gone, mut there) = (Vec::new(), Vec::new());
    for uid in statement.query_map([since], |row| row.get::<_, String>(0))? {
        let uid = uid?;
        match modules::one(connection, "uid = ?", [&uid])? {
            Some(module) => there.push(module),
            None => gone.push(uid),
        }
    }
    Ok(Changed::Some { gone, there })
}
