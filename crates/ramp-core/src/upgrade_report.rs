//! What comes of comparing two builds.

use serde::{Deserialize, Serialize};

use crate::gate_report::GateReport;
use crate::upgrade::{Change, UpgradeAnswer};

/// What an upgrade changes, what a cluster answers to it, and the gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UpgradeReport {
    /// What a cluster answers to the upgrade of a database; null where the builds are of different modules.
    pub answer: Option<UpgradeAnswer>,
    /// The gate, and what was found.
    #[serde(flatten)]
    pub gate: GateReport,
    /// What is different.
    pub changes: Vec<Change>,
}
