//! What is answered when something is refused: a status and a JSON object with `error_code`, `message`, `description`.
//!
//! The REST pages speak of `error_code` and `message`, the installation guide of `error_code` and `description`; both are
//! there. `message` has the documentation's words, `description` says what is wrong with this request.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ramp_core::{Endpoint, UploadErrorCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ServerError;
use crate::storage::StorageError;
use crate::store::StoreError;

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
}

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        error_code: &'static str,
        message: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self { status, error_code, message, description: description.into() }
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
        let description = match &refusal.reason {
            Some(reason) => format!("{reason}: {found}"),
            None => found.clone(),
        };
        Self::upload(refusal.error_code, endpoint, description)
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
        response
    }
}

impl From<ServerError> for Refusal {
    /// What went wrong inside is logged, and not told to whoever asks.
    fn from(error: ServerError) -> Self {
        let full = error.out_of_space();
        tracing::error!(error = &error as &dyn std::error::Error, "the request could not be served");
        if full {
            return Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "insufficient_storage",
                "The server has no space left",
                "nothing was stored; try again when there is space",
            );
        }
        if matches!(error, ServerError::Storage(StorageError::Taken)) {
            return Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "store_unavailable",
                "The storage is unavailable",
                "another server has taken over the storage of this one; nothing was changed",
            );
        }
        if matches!(error, ServerError::Store(_)) {
            return Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "store_unavailable",
                "The catalogue is unavailable",
                "try again later",
            );
        }
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "The server failed", "see the server's log")
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        ServerError::from(error).into()
    }
}
