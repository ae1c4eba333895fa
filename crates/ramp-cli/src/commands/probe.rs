//! `ramp probe`: what a module says of itself.

use ramp_core::module::Discovery;
use ramp_probe::ProbeOptions;

use crate::args::format::ListFormat;
use crate::args::{Probe, ProbeHow};
use crate::error::CliError;
use crate::output::{self, Sink, json};
use crate::status::Status;

pub(crate) fn run(args: &Probe) -> Result<Status, CliError> {
    let found = match args.how {
        ProbeHow::Auto | ProbeHow::RedisServer => ask(args)?,
    };
    let mut out = Sink::stdout(args.format.content());
    match args.format {
        ListFormat::Human => out.write(&output::discovery::human(&found))?,
        ListFormat::Json => out.line(&json::pretty(&found)?)?,
    }
    out.close()?;
    Ok(Status::Clean)
}

fn ask(args: &Probe) -> Result<Discovery, CliError> {
    let options = ProbeOptions {
        arguments: args.arguments.clone(),
        redis_server: args.redis_server.clone(),
        environment: args.environment.clone(),
        timeout: args.timeout,
        // Nothing else is started by this command meanwhile.
        adopt_orphans: true,
        ..ProbeOptions::default()
    };
    ramp_probe::probe(&args.module, &options)
        .map_err(|source| CliError::Probe { path: args.module.clone(), source: Box::new(source) })
}
