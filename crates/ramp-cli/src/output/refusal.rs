//! What a cluster says when it refuses, in its own words.

use ramp_client::Refused;
use serde::Serialize;

/// A refusal, as JSON.
#[derive(Debug, Serialize)]
pub(super) struct ErrorView<'a> {
    http_status: u16,
    error_code: Option<&'a str>,
    message: Option<&'a str>,
    description: Option<&'a str>,
    request: &'a str,
    at: &'a str,
}

impl<'a> ErrorView<'a> {
    pub(super) fn of(refused: &'a Refused) -> Self {
        Self {
            http_status: refused.status,
            error_code: refused.error_code.as_deref(),
            message: refused.message.as_deref(),
            description: refused.description.as_deref(),
            request: &refused.request,
            at: &refused.at,
        }
    }
}

/// What the cluster said, line by line.
pub(super) fn words(refused: &Refused, cluster: &str) -> Vec<String> {
    let code = refused.error_code.as_deref().unwrap_or("no code");
    let mut words = vec![format!("{code}: HTTP {} from {}", refused.status, refused.request)];
    // The cluster itself is named in the line before.
    if !cluster.starts_with(&refused.at) {
        words.push(format!("at {}", refused.at));
    }
    words.extend([&refused.message, &refused.description].into_iter().flatten().cloned());
    words
}
