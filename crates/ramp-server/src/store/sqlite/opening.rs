//! Opening the file, and making it.

use std::io;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::changes;
use super::failure::Failure;
use super::place::beside;
use super::schema::{SCHEMA, became, connect, newer, version};
use crate::store::error::StoreError;
use crate::{private, regular};

/// What SQLite has beside a database: what was committed last, what is shared of it, and what was begun where there is no such log.
pub(super) const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Refuses what SQLite would wait for, or read for ever.
pub(super) fn must_be_files(path: &Path) -> Result<(), Failure> {
    let all = BESIDE.iter().map(|end| beside(path, end)).chain([path.to_owned()]);
    for file in all {
        let wrong = |source: io::Error| {
            let kind = source.kind();
            failed(io::Error::new(kind, format!("`{}` cannot be used: {source}", file.display())))
        };
        regular::must_be(&file).map_err(wrong)?;
    }
    Ok(())
}

fn failed(source: io::Error) -> StoreError {
    StoreError::failed("the catalogue's file", source)
}

/// Makes the tables of a catalogue, where there are none.
pub(super) fn make_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(include_str!("schema.sql"))?;
    connection.execute_batch(changes::SCHEMA)
}

/// Two connections to the file, which is made if there is none: one that writes, and one that reads.
pub(super) fn open(path: &Path) -> Result<(Connection, Connection), Failure> {
    must_be_files(path)?;
    private::file(path).map_err(failed)?;
    // What SQLite makes beside it is for whom it is for.
    for end in BESIDE {
        private::close(&beside(path, end));
    }
    let mut writer = connect(path)?;
    writer.pragma_update(None, "journal_mode", "WAL")?;
    writer.pragma_update(None, "synchronous", "FULL")?;
    writer.pragma_update(None, "foreign_keys", true)?;
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match version(&transaction)? {
        0 => {
            make_tables(&transaction)?;
            became(&transaction, SCHEMA)?;
        }
        SCHEMA => {}
        found if found < SCHEMA => return Err(StoreError::OlderSchema { found, known: SCHEMA }.into()),
        found => return Err(newer(&transaction, path, found).into()),
    }
    transaction.commit()?;
    let reader = connect(path)?;
    reader.pragma_update(None, "query_only", true)?;
    Ok((writer, reader))
}
