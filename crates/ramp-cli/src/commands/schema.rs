//! `ramp schema`: the JSON Schema of what `ramp validate --format json` prints.

use crate::Status;
use crate::error::CliError;
use crate::output::{Sink, json};

pub(crate) fn run() -> Result<Status, CliError> {
    let mut out = Sink::open(None)?;
    out.line(&serde_json::to_string_pretty(&json::schema())?)?;
    out.close()?;
    Ok(Status::Clean)
}
