//! Questions that a user need not be allowed to ask.

use serde_json::Value;

use crate::error::ClientError;
use crate::http::Peer;
use crate::warning::Warning;

/// The answer; `None`, and a warning, where the user may not ask or there is nothing to ask.
pub(crate) fn ask(
    peer: &Peer,
    request: &'static str,
    what: &'static str,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Value>, ClientError> {
    let path = request.trim_start_matches("GET ");
    match peer.get(path)?.json() {
        Ok(value) => Ok(Some(value)),
        Err(ClientError::Refused(refused)) if matches!(refused.status, 403..=405) => {
            warnings.push(Warning::NotTold { request, what, status: refused.status });
            Ok(None)
        }
        Err(err) => Err(err),
    }
}

/// The items of an answer that must be a list.
pub(crate) fn list<'a>(peer: &Peer, request: &str, value: &'a Value) -> Result<&'a [Value], ClientError> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| ClientError::Unexpected {
        request: request.to_owned(),
        at: peer.at().to_owned(),
        what: "something other than a list".to_owned(),
    })
}
