//! The one-word answers of the modules REST API, and the HTTP status each comes with.
//!
//! Source: the REST API reference of Redis Software 6.2 to 7.22 (`POST /v1/modules`, `POST /v2/modules`), the
//! user-defined pages of 8.0 and later, the 8.2 release notes, and answers observed from a live 8.0.10 cluster.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::endpoint::Endpoint;

/// Why an upload is refused: the `error_code` of the cluster's answer.
///
/// The order of the variants is the order in which they are decided when a bundle is wrong in several ways (no order
/// is published; this is the order of the documented table, uploads being disabled before anything is looked at).
///
/// ```
/// use ramp_core::{Endpoint, UploadErrorCode};
///
/// let code: UploadErrorCode = "min_redis_pack_version".parse().unwrap();
/// assert_eq!(code.http_status(Endpoint::V2), Some(400));
/// assert_eq!(code.to_string(), "min_redis_pack_version");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UploadErrorCode {
    /// The cluster takes no uploads at all (8.2 and later, `allow_modules_upload` off).
    ModulesUploadDisabled,
    /// No file came with the request.
    NoModule,
    /// The bundle is corrupted, or its files or metadata are wrong.
    InvalidModule,
    /// The cluster has this module in this version.
    ModuleExists,
    /// The module wants a newer cluster.
    MinRedisPackVersion,
    /// The module lacks a capability that the cluster requires.
    UnsupportedModuleCapabilities,
    /// The module is not for the operating system of the cluster.
    OsNotSupported,
    /// The module has dependencies and the endpoint takes none.
    DependenciesNotSupported,
    /// The metadata describes its dependencies in an unexpected form.
    InvalidDependencyData,
    /// A node could not download and install the bundle while it joined: the warning of a bootstrap, which goes on.
    ModuleDownloadFailed,
}

impl UploadErrorCode {
    /// Every code, in the order in which they are decided.
    pub const ALL: &'static [Self] = &[
        Self::ModulesUploadDisabled,
        Self::NoModule,
        Self::InvalidModule,
        Self::ModuleExists,
        Self::MinRedisPackVersion,
        Self::UnsupportedModuleCapabilities,
        Self::OsNotSupported,
        Self::DependenciesNotSupported,
        Self::InvalidDependencyData,
        Self::ModuleDownloadFailed,
    ];

    /// The exact string of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ModulesUploadDisabled => "modules_upload_disabled",
            Self::NoModule => "no_module",
            Self::InvalidModule => "invalid_module",
            Self::ModuleExists => "module_exists",
            Self::MinRedisPackVersion => "min_redis_pack_version",
            Self::UnsupportedModuleCapabilities => "unsupported_module_capabilities",
            Self::OsNotSupported => "os_not_supported",
            Self::DependenciesNotSupported => "dependencies_not_supported",
            Self::InvalidDependencyData => "invalid_dependency_data",
            Self::ModuleDownloadFailed => "module_download_failed",
        }
    }

    /// The words the documentation puts beside the code.
    pub const fn message(self) -> &'static str {
        match self {
            Self::ModulesUploadDisabled => "Uploading custom modules to the cluster is disabled",
            Self::NoModule => "Module wasn't provided or could not be found",
            Self::InvalidModule => "Module either corrupted or packaged files are wrong",
            Self::ModuleExists => "Module already in system",
            Self::MinRedisPackVersion => "Module isn't supported yet in this Redis pack",
            Self::UnsupportedModuleCapabilities => "The module does not support required capabilities",
            Self::OsNotSupported => "This module is not supported for this operating system",
            Self::DependenciesNotSupported => "This endpoint does not support dependencies, see v2",
            Self::InvalidDependencyData => "Provided dependencies have an unexpected format",
            Self::ModuleDownloadFailed => "Failed to download and install custom module",
        }
    }

    /// The HTTP status the code comes with on `endpoint`.
    ///
    /// `v1` and `v2` answer 400 to all. On the user-defined endpoint a missing artifact is 400 and what is wrong
    /// with the metadata or the module is 406. Disabled uploads are 403 everywhere. A bootstrap is answered before its nodes
    /// have downloaded anything, so there is none: it warns.
    pub const fn http_status(self, endpoint: Endpoint) -> Option<u16> {
        match (self, endpoint) {
            (Self::ModuleDownloadFailed, _) | (_, Endpoint::Bootstrap) => None,
            (Self::ModulesUploadDisabled, _) => Some(403),
            (Self::NoModule, _) | (_, Endpoint::V1 | Endpoint::V2) => Some(400),
            (_, Endpoint::UserDefined) => Some(406),
        }
    }
}

impl fmt::Display for UploadErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is not an upload code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an upload error code")]
pub struct UnknownErrorCode(pub String);

impl FromStr for UploadErrorCode {
    type Err = UnknownErrorCode;

    fn from_str(text: &str) -> Result<Self, UnknownErrorCode> {
        Self::ALL.iter().copied().find(|c| c.as_str() == text).ok_or_else(|| UnknownErrorCode(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_the_same_everywhere() {
        for &code in UploadErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert_eq!(code.as_str().parse(), Ok(code));
        }
    }

    #[test]
    fn all_is_in_deciding_order() {
        assert!(UploadErrorCode::ALL.is_sorted());
    }
}
