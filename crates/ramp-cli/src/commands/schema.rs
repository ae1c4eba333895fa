//! `ramp schema`: the JSON Schema of what `ramp validate --format json` prints.

use crate::Status;
use crate::error::CliError;
use crate::output::{Content, Sink, json};

pub(crate) fn run() -> Result<Status, CliError> {
    let mut out = Sink::stdout(Content::Data);
    out.line(&json::pretty(&json::schema())?)?;
    out.close()?;
    Ok(Status::Clean)
}
