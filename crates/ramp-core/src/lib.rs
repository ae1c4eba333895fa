#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

/// The text of a table that the build script made of a TOML file.
macro_rules! table {
    ($path:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $path))
    };
}

pub mod bundle;
pub mod dependency;
mod error;
mod error_code;
pub mod facts;
pub mod knowledge;
pub mod metadata;
pub mod module;
mod policy;
mod report;
pub mod rules;
mod target;
mod validate;
pub mod version;

pub use error::{Error, Limit};
pub use error_code::{Endpoint, UnknownEndpoint, UnknownErrorCode, UploadErrorCode};
pub use policy::{Override, Policy, PolicyError, PolicyName};
pub use report::{Finding, Level, Location, Refusal, Report};
pub use target::{InstalledModule, Target, TargetError, TargetNode};
pub use validate::{judge, validate, validate_within};
