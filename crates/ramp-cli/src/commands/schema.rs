//! `ramp schema`: the JSON Schema of what `ramp validate --format json` prints, or of what `ramp pack --manifest` reads.

use ramp_pack::manifest;

use crate::args::manifest::{Schema, SchemaOf};
use crate::error::CliError;
use crate::output::{Content, Sink, json};
use crate::status::Status;

pub(crate) fn run(args: &Schema) -> Result<Status, CliError> {
    let mut out = Sink::stdout(Content::Data);
    out.line(&match args.of {
        SchemaOf::Report => json::pretty(&json::schema())?,
        SchemaOf::Manifest => json::pretty(&manifest::schema())?,
    })?;
    out.close()?;
    Ok(Status::Clean)
}
