//! As JSON.

use ramp_core::Target;
use ramp_core::databases::Options;
use ramp_core::rehearsal::Rehearsal;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Played, Rehearsed};
use crate::error::CliError;
use crate::output::json::{SCHEMA_VERSION, compact};

/// What `ramp rehearse --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
struct Document<'a> {
    /// Raised when a field changes its meaning or goes away.
    schema_version: u32,
    /// The bundle, as it was named on the command line.
    bundle: &'a str,
    /// The bundle of the build that is in use before; null where there is none.
    from: Option<&'a str>,
    /// What was played on each target, in the order given.
    results: Vec<ResultView<'a>>,
}

/// What was played on one target.
#[derive(Debug, Serialize, JsonSchema)]
struct ResultView<'a> {
    /// The cluster.
    target: &'a Target,
    /// The database.
    database: DatabaseView<'a>,
    #[serde(flatten)]
    rehearsal: &'a Rehearsal,
}

/// The database that was asked for.
#[derive(Debug, Serialize, JsonSchema)]
struct DatabaseView<'a> {
    /// Its Redis version; null for what the release makes.
    redis_version: Option<&'a str>,
    /// The Redis version to which it is upgraded; null where it is not.
    upgrade_to: Option<&'a str>,
    /// What else it was asked for.
    options: &'a Options,
}

pub(crate) fn text(rehearsed: &Rehearsed) -> Result<String, CliError> {
    compact(&Document {
        schema_version: SCHEMA_VERSION,
        bundle: &rehearsed.bundle,
        from: rehearsed.from.as_deref(),
        results: rehearsed.played.iter().map(view).collect(),
    })
}

fn view(played: &Played) -> ResultView<'_> {
    let plan = &played.plan;
    ResultView {
        target: &plan.target,
        database: DatabaseView {
            redis_version: plan.redis_version.as_deref(),
            upgrade_to: plan.upgrade_to.as_deref(),
            options: &plan.options,
        },
        rehearsal: &played.rehearsal,
    }
}

/// The JSON Schema of it.
pub(crate) fn schema() -> schemars::Schema {
    crate::output::json::schema_of::<Document<'_>>()
}
