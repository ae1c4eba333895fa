//! Copies of the file, made while others use it, and what is taken from one.

use std::io;
use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::blobs;
use super::failure::Failure;
use super::schema::{self, connect};
use crate::store::copies::OWN_SETTINGS;
use crate::store::error::StoreError;
use crate::{durable, private};

/// What is called so while its tables are read.
const COPY: &str = "copy";

/// Copies the catalogue to a file that is not there yet.
pub(super) fn take(catalogue: &Path, to: &Path) -> Result<(), Failure> {
    // A connection of its own: copying waits for nobody, and nobody for it.
    vacuum_into(&connect(catalogue)?, to)?;
    let mut copy = Connection::open(to)?;
    copy.pragma_update(None, "foreign_keys", true)?;
    let transaction = copy.transaction()?;
    blobs::drop_own(&transaction)?;
    transaction.commit()?;
    drop(copy);
    sync(to)
}

/// Writes what is committed at this moment to a file that is not there yet; without what was deleted, of which pages of the catalogue
/// itself may still have something. It is on disk afterwards, and for its owner alone.
pub(super) fn vacuum_into(connection: &Connection, to: &Path) -> Result<(), Failure> {
    // It takes an empty one, too; this one is nobody else's.
    private::new_file().open(to).map_err(failed)?;
    let path = to.to_str().ok_or_else(|| {
        failed(io::Error::new(io::ErrorKind::InvalidFilename, format!("the path `{}` is not UTF-8", to.display())))
    })?;
    connection.execute("VACUUM INTO ?", [path])?;
    sync(to)
}

fn sync(path: &Path) -> Result<(), Failure> {
    Ok(durable::file(path).map_err(failed)?)
}

fn failed(source: io::Error) -> StoreError {
    StoreError::failed("the copy of the catalogue", source)
}

/// Takes all that a copy of the same schema has, where there is nothing yet but settings; whether that was so.
pub(super) fn put_back(writer: &mut Connection, from: &Path) -> Result<bool, Failure> {
    let path = from.to_str().ok_or_else(|| failed(io::Error::from(io::ErrorKind::InvalidFilename)))?;
    writer.execute("ATTACH DATABASE ? AS copy", [path])?;
    let done = all_of(writer);
    writer.execute("DETACH DATABASE copy", [])?;
    done
}

fn all_of(writer: &mut Connection) -> Result<bool, Failure> {
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // In whichever order tables are filled.
    transaction.pragma_update(None, "defer_foreign_keys", true)?;
    // What was changed is of no use to whoever begins with all of it.
    let mut tables = tables(&transaction)?;
    tables.retain(|table| !["settings", "changes"].contains(&table.as_str()));
    for table in &tables {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM main.\"{table}\")");
        if transaction.query_row(&sql, [], |row| row.get(0))? {
            return Ok(false);
        }
    }
    for table in &tables {
        transaction.execute(&format!("INSERT INTO main.\"{table}\" SELECT * FROM {COPY}.\"{table}\""), [])?;
    }
    let [restore, terms] = OWN_SETTINGS;
    transaction.execute(
        "INSERT OR REPLACE INTO main.settings SELECT name, value FROM copy.settings WHERE name NOT IN (?1, ?2, ?3, ?4)",
        [blobs::IDENTITY, schema::WRITTEN_BY, restore, terms],
    )?;
    // The last numbers that were given, also where what had them is gone.
    transaction.execute_batch(
        "DELETE FROM main.sqlite_sequence; INSERT INTO main.sqlite_sequence SELECT * FROM copy.sqlite_sequence",
    )?;
    transaction.commit()?;
    Ok(true)
}

/// The tables of the catalogue. A copy may have more, of which nothing is taken.
fn tables(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    transaction.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}
