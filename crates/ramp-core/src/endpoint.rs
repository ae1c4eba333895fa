//! The ways in which a bundle is uploaded, and the requests each is made of.
//!
//! Source: the REST API reference of Redis Software 6.2 to 8.2.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

/// The way a bundle is uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// `POST /v1/modules`: one multipart upload, no dependencies. Deprecated as of 7.2, gone in 8.0.
    V1,
    /// `POST /v2/modules`: asynchronous, with dependencies. 6.0.12 to 7.22.
    V2,
    /// `POST /v2/modules/user-defined`, then the artifact on every node. 8.0 and later.
    UserDefined,
    /// `user_defined_modules` of the bootstrap: each node downloads the bundle when it joins. 8.0.6 and later.
    Bootstrap,
}

impl Endpoint {
    /// Every endpoint, oldest first.
    pub const ALL: &'static [Self] = &[Self::V1, Self::V2, Self::UserDefined, Self::Bootstrap];

    /// The name used on the command line and in JSON.
    ///
    /// ```
    /// assert_eq!(ramp_core::Endpoint::UserDefined.as_str(), "user-defined");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
            Self::UserDefined => "user-defined",
            Self::Bootstrap => "bootstrap",
        }
    }

    /// The requests that an upload through this endpoint is made of, in their order.
    ///
    /// ```
    /// use ramp_core::{Endpoint, Request};
    ///
    /// assert_eq!(Endpoint::V2.requests(), [Request::V2Upload]);
    /// assert_eq!(Endpoint::UserDefined.requests(), [Request::Definition, Request::Artifact]);
    /// ```
    pub const fn requests(self) -> &'static [Request] {
        match self {
            Self::V1 => &[Request::V1Upload],
            Self::V2 => &[Request::V2Upload],
            Self::UserDefined => &[Request::Definition, Request::Artifact],
            Self::Bootstrap => &[Request::Bootstrap],
        }
    }

    /// The request that answers for a part of what is uploaded.
    pub fn request_of(self, part: Part) -> Request {
        match (self, part) {
            (Self::V1, _) => Request::V1Upload,
            (Self::V2, _) => Request::V2Upload,
            (Self::UserDefined, Part::Object) => Request::Definition,
            (Self::UserDefined, Part::Bundle) => Request::Artifact,
            (Self::Bootstrap, _) => Request::Bootstrap,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an endpoint; the endpoints are v1, v2, user-defined and bootstrap")]
pub struct UnknownEndpoint(pub String);

impl FromStr for Endpoint {
    type Err = UnknownEndpoint;

    fn from_str(text: &str) -> Result<Self, UnknownEndpoint> {
        Self::ALL.iter().copied().find(|e| e.as_str() == text).ok_or_else(|| UnknownEndpoint(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// What of an upload is wrong. From 8.0 on the two are sent in requests of their own, the object first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The module's object: the JSON that is sent to `POST /v2/modules/user-defined`, made of `module.json`.
    Object,
    /// The bundle itself.
    Bundle,
}

/// Requests, each with its method and path: as in JSON, and as people are told.
macro_rules! requests {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// Every request.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Method and path, as in JSON.
            ///
            /// ```
            /// assert_eq!(ramp_core::Request::Artifact.as_str(), "POST /v2/local/modules/user-defined/artifacts");
            /// ```
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

requests! {
    /// A request that uploads, or that is part of an upload.
    Request {
        /// `POST /v1/modules`: the bundle, as a form.
        V1Upload => "POST /v1/modules",
        /// `POST /v2/modules`: the bundle, as a form.
        V2Upload => "POST /v2/modules",
        /// `POST /v2/modules/user-defined`: the module's object, as JSON.
        Definition => "POST /v2/modules/user-defined",
        /// `POST /v2/local/modules/user-defined/artifacts`: the bundle, as a form, to each node.
        Artifact => "POST /v2/local/modules/user-defined/artifacts",
        /// `POST /v1/bootstrap/create_cluster`, and the ones by which nodes join: where to download the bundle from, as JSON.
        Bootstrap => "POST /v1/bootstrap/create_cluster",
    }
}

impl Request {
    /// Its path alone.
    ///
    /// ```
    /// assert_eq!(ramp_core::Request::V2Upload.path(), "/v2/modules");
    /// ```
    pub fn path(self) -> &'static str {
        self.as_str().split_once(' ').map_or_else(|| self.as_str(), |(_, path)| path)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_the_same_everywhere() {
        for &endpoint in Endpoint::ALL {
            assert_eq!(serde_json::to_value(endpoint).unwrap(), endpoint.as_str());
            assert_eq!(endpoint.as_str().parse(), Ok(endpoint));
            for part in [Part::Object, Part::Bundle] {
                assert!(endpoint.requests().contains(&endpoint.request_of(part)));
            }
        }
        for &request in Request::ALL {
            assert_eq!(serde_json::to_value(request).unwrap(), request.as_str());
        }
    }
}
