//! What a cluster says when it refuses.

use std::fmt;

use ramp_core::UploadErrorCode;
use serde_json::Value;

use crate::json::shortened;

/// What a cluster says when it refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct Refused {
    /// The request.
    pub request: String,
    /// Who refused: the cluster's address, or a node.
    pub at: String,
    /// The HTTP status.
    pub status: u16,
    /// The `error_code`.
    pub error_code: Option<String>,
    /// The `message`.
    pub message: Option<String>,
    /// The `description`.
    pub description: Option<String>,
}

impl Refused {
    pub(crate) fn of(request: &str, at: &str, status: u16, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |key: &str| {
            let text = body.get(key)?.as_str()?.trim();
            (!text.is_empty()).then(|| shortened(text))
        };
        Self {
            request: request.to_owned(),
            at: at.to_owned(),
            status,
            error_code: text("error_code"),
            message: text("message"),
            description: text("description"),
        }
    }

    /// The upload code, if it is one.
    pub fn upload_code(&self) -> Option<UploadErrorCode> {
        self.error_code.as_deref()?.parse().ok()
    }

    /// Whether it is the bundle or the cluster's settings that are refused; otherwise the user may not, the endpoint is not
    /// there, or the cluster has failed.
    pub fn is_verdict(&self) -> bool {
        self.upload_code().is_some()
            || matches!(self.status, 400..=499) && !matches!(self.status, 401 | 403 | 405 | 408 | 429)
    }

    /// Whether the user is unknown, or the password wrong.
    pub fn is_unauthorized(&self) -> bool {
        self.status == 401
    }

    /// Whether the user lacks a permission.
    pub fn is_forbidden(&self) -> bool {
        self.status == 403 && self.upload_code().is_none()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answers HTTP {} to {}", self.at, self.status, self.request)?;
        if let Some(code) = &self.error_code {
            write!(f, ", {code}")?;
        }
        let said = [&self.message, &self.description];
        let mut said: Vec<&str> = said.into_iter().filter_map(Option::as_deref).collect();
        said.dedup();
        if said.is_empty() { Ok(()) } else { write!(f, ": {}", said.join("; ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> Refused {
        Refused::of("POST /v2/modules", "https://a:9443", status, body.as_bytes())
    }

    /// The REST page says `message`, the installation guide `description`, and both are seen.
    #[test]
    fn both_forms_of_a_refusal_are_read() {
        let one = refused(400, r#"{"error_code": "invalid_module", "message": "Module either corrupted"}"#);
        assert_eq!(
            one.to_string(),
            "https://a:9443 answers HTTP 400 to POST /v2/modules, invalid_module: Module either corrupted"
        );
        assert_eq!(one.upload_code(), Some(UploadErrorCode::InvalidModule));
        let other = refused(406, r#"{"description": "Unable to find module", "error_code": null}"#);
        assert_eq!(other.to_string(), "https://a:9443 answers HTTP 406 to POST /v2/modules: Unable to find module");
        for body in ["", "<html>", "[]", "7", "null", r#"{"message": 7}"#] {
            assert_eq!(refused(502, body).to_string(), "https://a:9443 answers HTTP 502 to POST /v2/modules");
        }
    }

    #[test]
    fn a_verdict_is_told_from_a_failure() {
        let disabled = r#"{"error_code": "modules_upload_disabled"}"#;
        for (status, body, verdict) in [
            (400, "", true),
            (406, "", true),
            (403, disabled, true),
            (401, "", false),
            (403, "", false),
            (405, "", false),
            (500, "", false),
        ] {
            assert_eq!(refused(status, body).is_verdict(), verdict, "{status} {body}");
        }
    }
}
