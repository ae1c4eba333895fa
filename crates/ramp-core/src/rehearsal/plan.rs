//! What is to be played.

use crate::databases::Options;
use crate::target::Target;

/// What is to be played, and on which cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The cluster.
    pub target: Target,
    /// `redis_version` of the database; what the release makes where there is none.
    pub redis_version: Option<String>,
    /// The Redis version that the database is upgraded to, where it is.
    pub upgrade_to: Option<String>,
    /// What else the database is asked for.
    pub options: Options,
}

impl Plan {
    /// On that cluster, a database as its release makes one.
    pub fn new(target: Target) -> Self {
        Self { target, redis_version: None, upgrade_to: None, options: Options::default() }
    }
}
