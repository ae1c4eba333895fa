#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

/// The text of a table that the build script made of a TOML file.
macro_rules! table {
    ($path:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $path))
    };
}

pub mod address;
mod answer;
pub mod bundle;
mod checksum;
mod consequences;
mod cure;
pub mod databases;
mod date;
mod datum;
pub mod dependency;
mod digest;
mod endpoint;
mod error;
mod error_code;
pub mod facts;
mod finding;
mod gate_report;
pub mod given;
mod group;
mod inflation;
pub mod inspection;
mod judge_files;
mod judge_kubernetes;
pub mod knowledge;
pub mod kubernetes;
pub mod layout;
mod level;
mod limits;
pub mod metadata;
pub mod module;
pub mod name;
mod objects;
mod policy;
mod policy_name;
pub mod rehearsal;
pub mod release_set;
mod report;
pub mod rules;
mod stated;
mod suppression;
mod target;
pub mod text;
pub mod upgrade;
mod upgrade_report;
pub mod url;
mod validate;
pub mod version;

pub use answer::{Answer, Condition, Refusal};
pub use consequences::Consequences;
pub use cure::{Cure, Edit, Repair};
pub use date::{Date, NotADate};
pub use datum::{Data, Datum};
pub use digest::{Digest256, NotADigest};
pub use endpoint::{Endpoint, Part, Request, UnknownEndpoint};
pub use error::{Error, Limit};
pub use error_code::{UnknownErrorCode, UploadErrorCode};
pub use finding::{Curable, Finding, Location, Rule};
pub use gate_report::GateReport;
pub use group::{Group, UnknownGroup};
pub use inflation::InflationLimits;
pub use judge_files::{judge_set, judge_stated, judge_upgrade};
pub use judge_kubernetes::judge_kubernetes;
pub use level::{FailOn, Level, UnknownLevel};
pub use limits::Limits;
pub use policy::{Override, Policy, PolicyError};
pub use policy_name::{PolicyName, UnknownPolicy};
pub use report::Report;
pub use stated::Stated;
pub use suppression::Suppression;
pub use target::{InstalledArtifact, InstalledModule, Target, TargetError, TargetNode};
pub use upgrade_report::UpgradeReport;
pub use validate::{cures, judge, judge_artifact, validate, validate_within};
