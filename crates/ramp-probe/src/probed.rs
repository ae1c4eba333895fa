//! What comes of a probe.

use ramp_core::module::Discovery;

use crate::error::Asked;
use crate::registration::Registration;

/// What a module says of itself, and who was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probed {
    /// Name, version and commands.
    pub discovery: Discovery,
    /// Who was asked.
    pub by: Asked,
    /// All that it registered, where the built-in host was asked.
    pub registration: Option<Registration>,
    /// What this system does not have of what shuts in the built-in host or the server.
    pub unguarded: Vec<String>,
}
