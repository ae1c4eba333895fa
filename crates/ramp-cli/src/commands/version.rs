//! `ramp version`: what this build is made of.

use ramp_core::knowledge::Knowledge;
use ramp_core::rules;

use crate::error::CliError;
use crate::output::{Content, Sink, json};
use crate::status::Status;

pub(crate) fn run() -> Result<Status, CliError> {
    let knowledge = Knowledge::builtin();
    let releases: Vec<&str> = knowledge.releases().iter().map(|r| r.name.as_str()).collect();
    let mut out = Sink::stdout(Content::Styled);
    out.line(&format!("ramp {}", env!("CARGO_PKG_VERSION")))?;
    out.line(&format!("rules      {}", rules::all().count()))?;
    out.line(&format!("releases   {}", releases.join(", ")))?;
    out.line(&format!("platforms  {}", knowledge.platforms().len()))?;
    out.line(&format!("schema     {}", json::SCHEMA_VERSION))?;
    out.close()?;
    Ok(Status::Clean)
}
