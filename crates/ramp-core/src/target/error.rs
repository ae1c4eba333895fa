//! Why a target cannot be had.

use crate::endpoint::Endpoint;
use crate::version::ParseVersionError;

/// Why a target cannot be had. What a part of it says is wrong is its `source`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// No release has this name.
    #[error("`{name}` is not a cluster release; the releases are {}", known.join(", "))]
    UnknownRelease {
        /// The name given.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// No platform has this name.
    #[error(
        "`{name}` is not an operating system that the platform table knows{}; it has {}",
        meant.as_ref().map(|id| format!(" (did you mean `{id}`?)")).unwrap_or_default(),
        known.join(", ")
    )]
    UnknownOperatingSystem {
        /// The name given.
        name: String,
        /// The id that was probably meant.
        meant: Option<String>,
        /// The ids there are.
        known: Vec<String>,
    },
    /// Not an architecture that Redis Enterprise runs on.
    #[error("`{name}` is not an architecture of Redis Enterprise; it runs on x86_64 and aarch64")]
    UnknownArchitecture {
        /// The name given.
        name: String,
    },
    /// The release has no such endpoint.
    #[error("Redis Software {release} has no endpoint {endpoint}; it has {}", has.join(", "))]
    NoSuchEndpoint {
        /// The release.
        release: String,
        /// The endpoint given.
        endpoint: Endpoint,
        /// The endpoints it has.
        has: Vec<String>,
    },
    /// A version in the target is none.
    #[error("`{field}` of the target cannot be read")]
    Version {
        /// The field concerned.
        field: &'static str,
        /// What is wrong with it.
        source: ParseVersionError,
    },
    /// The target file is not the JSON of a target.
    #[error("the JSON is not that of a target")]
    Json(#[source] Box<dyn std::error::Error + Send + Sync>),
}
