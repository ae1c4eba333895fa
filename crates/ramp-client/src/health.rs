//! Whether a server is well.

use crate::error::ClientError;
use crate::http::Peer;
use crate::limits::ClientLimits;
use crate::trust::Trust;
use crate::url::ClusterUrl;

/// Asks `GET /healthz`, which `ramp serve` has and a cluster has not, and anybody may ask.
///
/// No credentials are sent, so that any certificate will do. With `retries` of 0 it is asked once.
///
/// # Errors
///
/// What kept the answer from coming, or [`ClientError::Refused`] with what was answered instead of success.
///
/// ```no_run
/// use ramp_client::{ClientLimits, health};
///
/// # fn main() -> Result<(), ramp_client::ClientError> {
/// health(&"https://127.0.0.1:9443".parse()?, &ClientLimits::default())?;
/// # Ok(())
/// # }
/// ```
pub fn health(url: &ClusterUrl, limits: &ClientLimits) -> Result<(), ClientError> {
    let peer = Peer::new(url, None, Trust::Anybody.config()?, None, limits);
    peer.get("/healthz")?.ok().map(|_| ())
}
