//! What a catalogue holds, or a copy of one: read row by row as a server reads it, so that what cannot be read is named, and the rest is known.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;

use super::error::StoreError;

/// A record that no server could read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where it is: the table, or the key in Redis.
    pub table: String,
    /// Which record it is there; empty where it is all of them.
    pub key: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, key, what } = self;
        write!(f, "`{}`", table.escape_debug())?;
        if !key.is_empty() {
            write!(f, " {}", key.escape_debug())?;
        }
        write!(f, ": {}", what.escape_debug())
    }
}

/// What a catalogue holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// The blobs of what is committed, and of each the modules and artifacts that are in it, by name and version.
    pub blobs: BTreeMap<String, BTreeSet<(String, i64)>>,
    /// The settings, by name, as the text that is kept of each.
    pub settings: BTreeMap<String, String>,
    /// The records that cannot be read. Their blobs are not among the others.
    pub faults: Vec<Fault>,
}

impl Contents {
    /// Takes a build or an artifact that is committed.
    pub(crate) fn has(&mut self, blob: String, module_name: String, version: i64) {
        self.blobs.entry(blob).or_default().insert((module_name, version));
    }

    /// Takes a record that cannot be read.
    pub(crate) fn fault(&mut self, table: impl Into<String>, key: impl Into<String>, what: impl Into<String>) {
        self.faults.push(Fault { table: table.into(), key: key.into(), what: what.into() });
    }

    /// Takes what came of reading a record.
    pub(crate) fn judge<T>(&mut self, table: &str, key: &str, read: Result<T, StoreError>) -> Option<T> {
        match read {
            Ok(record) => Some(record),
            Err(err) => {
                self.fault(table, key, why(&err));
                None
            }
        }
    }

    /// A blob that is discarded is removed from the storage by the next server, whoever else has it.
    pub(crate) fn must_not_have(&mut self, table: &str, discarded: &str) {
        if self.blobs.contains_key(discarded) {
            self.fault(table, discarded, "is to be removed, and a module has it");
        }
    }
}

/// What is wrong with a record: the cause alone, since where it is, is told anyhow.
fn why(err: &StoreError) -> String {
    match err {
        StoreError::Corrupt { what, source } => format!("the {what} cannot be read: {source}"),
        err => err.source().map_or_else(|| err.to_string(), ToString::to_string),
    }
}
