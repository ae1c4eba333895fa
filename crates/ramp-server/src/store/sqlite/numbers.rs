//! The numbers that are given in the SQLite file.

use rusqlite::{OptionalExtension as _, Transaction};

use super::failure::Failure;
use crate::store::error::StoreError;
use crate::store::numbers::{self, LARGEST_UID};

/// How much of a table's sequence must be left: no server ever comes to its end.
const LARGEST_NUMBER: i64 = i64::MAX / 2;

/// The next number of a table: one more than any that was given, and where there is none, the first that is free.
pub(super) fn next_uid(transaction: &Transaction<'_>, table: &'static str) -> Result<u32, Failure> {
    let last = transaction.query_row("SELECT seq FROM sqlite_sequence WHERE name = ?", [table], |row| row.get(0));
    let last: i64 = last.optional()?.unwrap_or_default();
    if let Some(next) = last.checked_add(1).filter(|next| (1..=i64::from(LARGEST_UID)).contains(next)) {
        return Ok(numbers::uid(table, next)?);
    }
    let sql = format!(
        "SELECT min(free) FROM (SELECT 1 AS free UNION ALL SELECT uid + 1 FROM {table}) \
         WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE uid = free)"
    );
    Ok(numbers::uid(table, transaction.query_row(&sql, [], |row| row.get(0))?)?)
}

/// Refuses a sequence that has no numbers left to give.
pub(super) fn sequence(last: i64) -> Result<(), StoreError> {
    if (0..=LARGEST_NUMBER).contains(&last) {
        return Ok(());
    }
    Err(StoreError::corrupt("sequence", format!("its last number is {last}, after which there are none")))
}
