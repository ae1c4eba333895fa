//! What a cluster would answer in each step of a module's life: for people, as JSON.

use std::sync::Arc;

use ramp_core::rehearsal::{Plan, Rehearsal};

pub(crate) mod human;
pub(crate) mod json;

/// What was played, and with what.
#[derive(Debug)]
pub(crate) struct Rehearsed {
    /// The bundle, as it was named.
    pub(crate) bundle: String,
    /// That of the build that is in use before.
    pub(crate) from: Option<String>,
    /// For each target, one at least.
    pub(crate) played: Vec<Played>,
}

/// What was played on one cluster.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) rehearsal: Rehearsal,
    pub(crate) plan: Plan,
    /// What the target is called, where there are several.
    pub(crate) label: Option<Arc<str>>,
}

impl Rehearsed {
    pub(crate) fn passed(&self) -> bool {
        self.played.iter().all(|played| played.rehearsal.passed)
    }
}
