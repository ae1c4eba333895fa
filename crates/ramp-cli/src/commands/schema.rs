//! `ramp schema`: the JSON Schema of what `ramp validate`, `diff`, `rehearse` and `fix` print with `--format json`, of what `ramp pack --manifest` reads, or of `ramp.toml`.

use ramp_pack::manifest;

use crate::args::manifest::{Schema, SchemaOf};
use crate::config;
use crate::error::CliError;
use crate::output::{Content, Sink, diff, fixed, json, rehearsed};
use crate::status::Status;

pub(crate) fn run(args: &Schema) -> Result<Status, CliError> {
    let mut out = Sink::stdout(Content::Data);
    out.line(&match args.of {
        SchemaOf::Report => json::pretty(&json::schema())?,
        SchemaOf::Diff => json::pretty(&diff::json::schema())?,
        SchemaOf::Rehearse => json::pretty(&rehearsed::json::schema())?,
        SchemaOf::Fix => json::pretty(&fixed::schema())?,
        SchemaOf::Manifest => json::pretty(&manifest::schema())?,
        SchemaOf::Config => json::pretty(&config::schema())?,
    })?;
    out.close()?;
    Ok(Status::Clean)
}
