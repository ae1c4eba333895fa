//! Builders of bundles and modules, good and bad, for the tests of this workspace.
//!
//! Nothing here is a fixture file: each test builds what it needs from parts, changes one field, and has a bad
//! bundle and its good twin one step apart.

pub mod bundle;
#[cfg(feature = "circles")]
pub mod circles;
pub mod dice;
pub mod directory;
pub mod elf;
pub mod files;
pub mod readers;
pub mod recipe;
#[cfg(unix)]
pub mod redis;
pub mod synthetic;
pub mod tgz;
#[cfg(feature = "words")]
pub mod words;
pub mod zip;
