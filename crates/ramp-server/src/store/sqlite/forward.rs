//! Files that an older version of this program wrote, brought to the schema of this one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::changes;
use super::copy::vacuum_into;
use super::failure::Failure;
use super::opening::must_be_files;
use super::schema::{SCHEMA, became, copies, newer, version};
use crate::durable;
use crate::store::error::StoreError;

/// What leads from each schema to the next, from 1 on.
const STEPS: [&str; 4] =
    [include_str!("from-1.sql"), include_str!("from-2.sql"), include_str!("from-3.sql"), changes::SCHEMA];
#[expect(clippy::cast_possible_wrap, reason = "there are a few of them")]
const _: () = assert!(STEPS.len() as i64 == SCHEMA - 1, "each schema has a step that leads to it");

/// How long to wait for others to close the file.
const PATIENCE: Duration = Duration::from_secs(1);

/// Brings a catalogue forward, and leaves a copy as it was beside it; where that is. `None` where it is there already, or not at all, or
/// newer.
pub(super) fn bring(path: &Path) -> Result<Option<PathBuf>, Failure> {
    if !path.exists() {
        return Ok(None);
    }
    must_be_files(path)?;
    // What is asked first takes no lock that others could wait for.
    let found = version(&Connection::open(path)?)?;
    if !(1..SCHEMA).contains(&found) {
        return Ok(None);
    }
    let mut connection = alone(path, found)?;
    let found = version(&connection)?;
    if !(1..SCHEMA).contains(&found) {
        return Ok(None);
    }
    let copy = keep_copy(&connection, path, found)?;
    step(&mut connection, found)?;
    Ok(Some(copy))
}

/// Brings a copy forward that is nobody's catalogue.
pub(super) fn bring_copy(path: &Path) -> Result<(), Failure> {
    let mut connection = Connection::open(path)?;
    match version(&connection)? {
        found if found > SCHEMA => Err(newer(&connection, path, found).into()),
        _ => bring_nobodys(&mut connection),
    }
}

/// The same of one that is open, and is none of a newer version.
pub(super) fn bring_nobodys(connection: &mut Connection) -> Result<(), Failure> {
    match version(connection)? {
        found @ 1..SCHEMA => step(connection, found),
        SCHEMA => Ok(()),
        found => Err(StoreError::corrupt("schema", format!("it has the number {found}")).into()),
    }
}

/// A connection that nobody else has one beside, and that keeps others out until it is closed.
fn alone(path: &Path, found: i64) -> Result<Connection, Failure> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    // Whoever has the file open in WAL mode holds a lock on it all the time, also where it is idle.
    match connection.execute_batch("BEGIN EXCLUSIVE; COMMIT") {
        Err(err) if err.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            Err(StoreError::SchemaInUse { found, known: SCHEMA }.into())
        }
        locked => locked.map(|()| connection).map_err(Failure::from),
    }
}

fn step(connection: &mut Connection, from: i64) -> Result<(), Failure> {
    // Tables are made anew under their names, and what refers to them stays.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let done = usize::try_from(from).unwrap_or(1).saturating_sub(1);
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step)?;
    }
    became(&transaction, SCHEMA)?;
    Ok(transaction.commit()?)
}

/// Copies the catalogue as it is to a file beside it that is not there yet, and is whole once it has its name.
fn keep_copy(connection: &Connection, path: &Path, schema: i64) -> Result<PathBuf, Failure> {
    let failed = |source| StoreError::failed("the copy of the catalogue beside it", source);
    let part = path.with_file_name("catalogue-schema.part");
    match std::fs::remove_file(&part) {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => return Err(failed(err).into()),
        _ => {}
    }
    vacuum_into(connection, &part)?;
    let to = copies(path, schema).find(|copy| !copy.exists()).ok_or_else(|| {
        failed(std::io::Error::new(std::io::ErrorKind::AlreadyExists, "there are too many of them already"))
    })?;
    std::fs::rename(&part, &to).map_err(failed)?;
    durable::directory_of(&to).map_err(failed)?;
    Ok(to)
}
