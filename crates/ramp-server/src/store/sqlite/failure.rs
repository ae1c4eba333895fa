//! What fails inside: the file's own failures, which become [`StoreError`]s where they leave.

use std::io;

use rusqlite::ErrorCode;

use crate::store::error::StoreError;

/// What keeps a step from being done.
#[derive(Debug)]
pub(super) enum Failure {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        const WHAT: &str = "the catalogue's database";
        match failure {
            Failure::Store(error) => error,
            Failure::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => {
                Self::failed(WHAT, io::Error::new(io::ErrorKind::StorageFull, error))
            }
            Failure::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::corrupt("file", error),
                _ => Self::failed(WHAT, error),
            },
        }
    }
}
