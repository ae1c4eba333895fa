//! What a cluster answers.

use serde_json::Value;

use crate::error::ClientError;
use crate::json::shortened;
use crate::refused::Refused;

/// An answer that came whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) request: String,
    pub(crate) at: String,
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The answer, if it is a success.
    pub(crate) fn ok(self) -> Result<Self, ClientError> {
        match self.status {
            200..=299 => Ok(self),
            300..=399 => Err(ClientError::Redirected {
                to: self.location.as_deref().map(shortened),
                request: self.request,
                at: self.at,
                status: self.status,
            }),
            status => Err(Refused::of(&self.request, &self.at, status, &self.body).into()),
        }
    }

    /// The JSON of a success.
    pub(crate) fn json(self) -> Result<Value, ClientError> {
        let answer = self.ok()?;
        serde_json::from_slice(&answer.body).map_err(|_| {
            let what = format!("HTTP {} without JSON", answer.status);
            ClientError::Unexpected { request: answer.request, at: answer.at, what }
        })
    }

    /// Whether what was to be deleted is gone; what was not there is.
    pub(crate) fn gone(self) -> Result<(), ClientError> {
        if self.status == 404 { Ok(()) } else { self.ok().map(|_| ()) }
    }
}
