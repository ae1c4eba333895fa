//! `ramp schema`: the JSON Schema of what `ramp validate --format json` prints.

use crate::error::CliError;
use crate::output::{Content, Sink, json};
use crate::status::Status;

pub(crate) fn run() -> Result<Status, CliError> {
    let mut out = Sink::stdout(Content::Data);
    out.line(&json::pretty(&json::schema())?)?;
    out.close()?;
    Ok(Status::Clean)
}
