//! What is answered when something is refused: a status and a JSON object with `error_code`, `message`, `description`.
//!
//! The REST pages speak of `error_code` and `message`, the installation guide of `error_code` and `description`; both are
//! there. `message` has the documentation's words, `description` says what is wrong with this request.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ramp_core::databases::Refused;
use ramp_core::text::shorten;
use ramp_core::{Endpoint, UploadErrorCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::causes::causes;
use crate::error::ServerError;
use crate::storage::StorageError;
use crate::store::StoreError;

/// Longest description, in characters.
const LONGEST_DESCRIPTION: usize = 4096;

/// After how long to try again where the catalogue or the storage is away.
const AWAY: Duration = Duration::from_secs(5);

/// Why a request was refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct Refusal {
    #[serde(skip)]
    pub(crate) status: StatusCode,
    /// The code, for programs.
    pub(crate) error_code: &'static str,
    /// What the documentation says of the code.
    pub(crate) message: &'static str,
    /// What is wrong with this request.
    pub(crate) description: String,
    /// The finer code under `error_code`, for the log: of a bundle that the cluster's unpacker refuses.
    #[serde(skip)]
    pub(crate) reason: Option<String>,
    /// Whether the description may quote what is a secret, and is not logged.
    #[serde(skip)]
    pub(crate) is_confidential: bool,
    /// After how long it may be otherwise, where that is likely.
    #[serde(skip)]
    pub(crate) retry_after: Option<Duration>,
}

/// What the log is told of a refusal: an extension of the response.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) error_code: &'static str,
    pub(crate) reason: Option<String>,
    pub(crate) description: Option<String>,
}

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        error_code: &'static str,
        message: &'static str,
        description: impl Into<String>,
    ) -> Self {
        // What was sent is quoted, and a client that sends much gets no more back than it can read.
        let description = shorten(&description.into(), LONGEST_DESCRIPTION).into_owned();
        let (reason, is_confidential, retry_after) = (None, false, None);
        Self { status, error_code, message, description, reason, is_confidential, retry_after }
    }

    /// The same, with the finer code under `error_code`.
    pub(crate) fn for_reason(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// The same, with nothing in the log of what is said of this request.
    pub(crate) fn in_confidence(self) -> Self {
        Self { is_confidential: true, ..self }
    }

    /// The same, for a client that tries again after so long.
    pub(crate) fn retry_after(self, after: Duration) -> Self {
        Self { retry_after: Some(after), ..self }
    }

    /// The refusal that the documentation has for an upload.
    pub(crate) fn upload(code: UploadErrorCode, endpoint: Endpoint, description: impl Into<String>) -> Self {
        let status = code.http_status(endpoint).and_then(|status| StatusCode::from_u16(status).ok());
        let status = status.unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, code.as_str(), code.message(), description)
    }

    /// A refusal by the rules, or by the policy that is enforced. The description is what was found.
    pub(crate) fn of_rules(refusal: &ramp_core::Refusal, endpoint: Endpoint) -> Self {
        let found = &refusal.description;
        match &refusal.reason {
            Some(reason) => {
                Self::upload(refusal.error_code, endpoint, format!("{reason}: {found}")).for_reason(reason.to_string())
            }
            None => Self::upload(refusal.error_code, endpoint, found.clone()),
        }
    }

    /// A refusal by the rules of what comes after the upload.
    pub(crate) fn of_database(refused: &Refused) -> Self {
        let status = StatusCode::from_u16(refused.http_status()).unwrap_or(StatusCode::NOT_ACCEPTABLE);
        Self::new(status, refused.error_code(), refused.message(), refused.description())
    }

    /// The cluster has that module in that version.
    pub(crate) fn module_exists(endpoint: Endpoint, module_name: &str, version: i64) -> Self {
        let description = format!("the cluster already has `{module_name}` in version {version}");
        Self::upload(UploadErrorCode::ModuleExists, endpoint, description)
    }

    pub(crate) fn not_found(description: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Not found", description)
    }

    /// What should be deleted is used by databases.
    pub(crate) fn in_use(what: &str, databases: &[u32]) -> Self {
        /// How many databases are named.
        const NAMED: usize = 10;
        let named: Vec<String> = databases.iter().take(NAMED).map(u32::to_string).collect();
        let others = databases.len().saturating_sub(NAMED);
        let more = if others == 0 { String::new() } else { format!(" and {others} more") };
        let plural = if databases.len() == 1 { "" } else { "s" };
        let who = format!("database{plural} {}{more}", named.join(", "));
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            "module_in_use",
            "The request is not acceptable",
            format!("{what} is in use by {who}; DELETE /v1/bdbs/{{uid}} deletes a database"),
        )
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Authentication information was missing or incorrect",
            "send a user's name and password with HTTP basic authentication",
        )
    }

    /// A password that was not looked at.
    pub(crate) fn one_of_many() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_tries",
            "There were too many wrong passwords",
            "passwords from this address were wrong, and others are waited for; try again in a few seconds",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(&self)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"ramp\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(after) = self.retry_after {
            // Part of a second is not to be had there.
            let seconds = after.as_secs().saturating_add(u64::from(after.subsec_nanos() > 0));
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        let description = Some(self.description).filter(|_| !self.is_confidential);
        response.extensions_mut().insert(Told { error_code: self.error_code, reason: self.reason, description });
        response
    }
}

impl From<ServerError> for Refusal {
    /// What went wrong inside is logged, and not told to whoever asks.
    fn from(error: ServerError) -> Self {
        let full = error.out_of_space();
        tracing::error!(error = causes(&error), "the request could not be served");
        if full {
            return Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "insufficient_storage",
                "The server has no space left",
                "nothing was stored; try again when there is space",
            );
        }
        let unavailable = |message, description: &str| {
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", message, description).retry_after(AWAY)
        };
        match error {
            ServerError::Storage(StorageError::Taken) => {
                let description = "another server has taken over the storage of this one; nothing was changed";
                return unavailable("The storage is unavailable", description);
            }
            // A file that a request needs is one of where bundles are received, or kept.
            ServerError::Storage(StorageError::File { .. } | StorageError::Failed { .. })
            | ServerError::File { .. } => {
                return unavailable("The storage is unavailable", "nothing was stored; try again later");
            }
            ServerError::Store(_) => return unavailable("The catalogue is unavailable", "try again later"),
            _ => {}
        }
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "The server failed", "see the server's log")
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        ServerError::from(error).into()
    }
}
