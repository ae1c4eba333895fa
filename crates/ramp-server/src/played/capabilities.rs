//! The cluster's list of capabilities: those of ramp-core's table that the documentation names, in its words.

use ramp_core::knowledge::Knowledge;
use serde::Serialize;
use utoipa::ToSchema;

/// A capability that a module can declare.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Capability {
    name: &'static str,
    desc: &'static str,
}

/// All of them, in the documentation's order.
pub(crate) fn all() -> Vec<Capability> {
    let rows = Knowledge::builtin().capabilities().iter();
    rows.filter_map(|row| Some(Capability { name: &row.name, desc: row.wording.as_deref()? })).collect()
}
