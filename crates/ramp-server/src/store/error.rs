//! What keeps a store from answering.

use std::borrow::Cow;
use std::error::Error;
use std::path::PathBuf;

/// What keeps a store from answering.
///
/// Where an [`io::Error`](std::io::Error) of the kind `StorageFull` or `QuotaExceeded` is among the causes, clients are told
/// that there is no space left; whatever else it is, that the catalogue cannot be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// What is behind the store failed, or cannot be reached.
    #[error("{what} failed")]
    Failed {
        /// What it is: `the catalogue's database`.
        what: Cow<'static, str>,
        /// Why it failed.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A claim is gone that should be committed: somebody else has emptied the catalogue.
    #[error("the claim is gone from the catalogue")]
    ClaimLost,
    /// What the store holds is not what was put into it.
    #[error("the catalogue holds a {what} that cannot be read")]
    Corrupt {
        /// What kind of record.
        what: Cow<'static, str>,
        /// What is wrong with it.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The catalogue was written by a newer version of this program.
    #[error(
        "the catalogue has the schema {found}{}, and this program, ramp {}, knows those up to {known}",
        .by.as_ref().map(|by| format!(", written by ramp {by}")).unwrap_or_default(), env!("CARGO_PKG_VERSION")
    )]
    NewerSchema {
        /// The number found.
        found: i64,
        /// The newest number known.
        known: i64,
        /// The version of the program that wrote it, where it says so.
        by: Option<String>,
        /// The copy of it that was made before it was brought to that schema, and that this program can read, where there is one.
        copy: Option<PathBuf>,
    },
    /// The catalogue was written by an older version of this program, and nobody has brought it forward.
    #[error("the catalogue has the schema {found}, and a server of this version, ramp {}, brings it to {known}", env!("CARGO_PKG_VERSION"))]
    OlderSchema {
        /// The number found.
        found: i64,
        /// The number that it is brought to.
        known: i64,
    },
    /// The catalogue was written by an older version of this program, and is in use, so that it cannot be brought forward.
    #[error("the catalogue has the schema {found}, and is brought to {known} only while nobody else uses it")]
    SchemaInUse {
        /// The number found.
        found: i64,
        /// The number that it is to be brought to.
        known: i64,
    },
    /// This kind of catalogue makes no copies of itself.
    #[error("this kind of catalogue cannot be copied")]
    NoCopies,
    /// Too many wait for their turn.
    #[error("the catalogue does not answer fast enough")]
    Busy,
    /// A lock or a thread of this process died.
    #[error("the catalogue's connection was left in the middle of its work")]
    Poisoned,
}

impl StoreError {
    /// What is behind the store failed.
    pub fn failed(what: impl Into<Cow<'static, str>>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed { what: what.into(), source: source.into() }
    }

    /// A record of that kind cannot be read.
    pub fn corrupt(what: impl Into<Cow<'static, str>>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Corrupt { what: what.into(), source: source.into() }
    }
}
