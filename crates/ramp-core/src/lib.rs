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
mod datum;
pub mod dependency;
mod digest;
mod error;
mod error_code;
pub mod facts;
mod finding;
pub mod given;
mod inflation;
pub mod knowledge;
pub mod layout;
mod limits;
pub mod metadata;
pub mod module;
pub mod name;
mod objects;
mod policy;
mod report;
pub mod rules;
mod target;
pub mod text;
mod validate;
pub mod version;

pub use datum::{Data, Datum};
pub use digest::{Digest256, NotADigest};
pub use error::{Error, Limit};
pub use error_code::{Endpoint, UnknownEndpoint, UnknownErrorCode, UploadErrorCode};
pub use finding::{Finding, Group, Level, Location, PolicyName, Rule, UnknownLevel, UnknownPolicy};
pub use inflation::InflationLimits;
pub use limits::Limits;
pub use policy::{Override, Policy, PolicyError};
pub use report::{Refusal, Report};
pub use target::{InstalledModule, Target, TargetError, TargetNode};
pub use validate::{judge, validate, validate_within};
