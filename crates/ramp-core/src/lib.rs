//! Reads and validates RAMP packages.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod knowledge;
pub mod metadata;
pub mod module;
pub mod version;
