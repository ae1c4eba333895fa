//! `ramp probe`: what a module says of itself.

use ramp_probe::{ProbeOptions, Probed};

use crate::args::Probe;
use crate::args::ProbeHow;
use crate::args::format::ListFormat;
use crate::error::CliError;
use crate::output::{self, Sink};
use crate::probing;
use crate::status::Status;
use crate::unused::Said;

pub(crate) fn run(args: &Probe) -> Result<Status, CliError> {
    let found = ask(args)?;
    let said = Said {
        redis_version: args.redis_version.is_some(),
        redis_server: args.redis_server.is_some(),
        is_host_meant: args.how == ProbeHow::Builtin,
        ..Said::default()
    };
    said.warn(Some(&found));
    let mut out = Sink::stdout(args.format.content());
    match args.format {
        ListFormat::Human => out.write(&output::discovery::human(&found))?,
        ListFormat::Json => out.line(&output::discovery::json(&found)?)?,
    }
    out.close()?;
    Ok(Status::Clean)
}

fn ask(args: &Probe) -> Result<Probed, CliError> {
    let usual = probing::usual();
    let options = ProbeOptions {
        asking: args.how.into(),
        redis_versions: args.redis_version.map_or(usual.redis_versions, |version| vec![version]),
        arguments: args.arguments.clone(),
        redis_server: args.redis_server.clone(),
        environment: args.environment.clone(),
        timeout: args.timeout,
        ..usual
    };
    ramp_probe::probe(&args.module, &options).map_err(|source| CliError::Probe {
        path: args.module.clone(),
        source: Box::new(source),
        packing: None,
    })
}
