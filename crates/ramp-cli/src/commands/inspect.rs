//! `ramp inspect`: every fact known of a bundle or a bare module.

use std::io::{Read, Seek};

use ramp_core::Limits;
use ramp_core::facts::{self, BundleFacts};
use ramp_core::module::{self, ModuleFacts};
use serde_json::json;

use crate::args::Inspect;
use crate::args::format::ListFormat;
use crate::error::CliError;
use crate::input;
use crate::output::{self, Sink, json};
use crate::progress::Progress;
use crate::status::Status;

/// What a file turned out to be.
#[derive(Debug)]
enum Inspected {
    Bundle(Box<BundleFacts>),
    Module(Box<ModuleFacts>),
}

pub(crate) fn run(args: &Inspect) -> Result<Status, CliError> {
    let progress = Progress::new(args.file.metadata().map_or(0, |m| m.len()));
    let reader =
        progress.wrap(input::open(&args.file)?).map_err(|source| CliError::Read { path: args.file.clone(), source })?;
    let inspected = inspect(args, reader)?;
    progress.finish();
    let name = input::name(&args.file);
    let mut out = Sink::stdout(args.format.content());
    match (args.format, &inspected) {
        (ListFormat::Human, Inspected::Bundle(facts)) => out.write(&output::facts::bundle(facts))?,
        (ListFormat::Human, Inspected::Module(facts)) => out.write(&output::facts::module(&name, facts))?,
        (ListFormat::Json, Inspected::Bundle(facts)) => {
            out.line(&json::pretty(&output::facts::bundle_json(&name, facts))?)?;
        }
        (ListFormat::Json, Inspected::Module(facts)) => {
            let document = json!({"file": name, "kind": "module", "module": facts});
            out.line(&json::pretty(&document)?)?;
        }
    }
    out.close()?;
    let is_bundle = |facts: &BundleFacts| facts.archive.is_ok();
    Ok(match &inspected {
        Inspected::Bundle(facts) if !is_bundle(facts) => Status::Found,
        _ => Status::Clean,
    })
}

/// What starts like a zip, or is called one, is a bundle; anything else is looked at as a module.
fn inspect(args: &Inspect, mut reader: impl Read + Seek) -> Result<Inspected, CliError> {
    let is_zip = input::begins_as_zip(&mut reader);
    let is_zip = is_zip.map_err(|source| CliError::Read { path: args.file.clone(), source })?;
    let called_zip = args.file.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip"));
    let limits = Limits::default();
    if called_zip || is_zip {
        let facts =
            facts::gather(reader, &limits).map_err(|source| CliError::Evaluate { path: args.file.clone(), source })?;
        return Ok(Inspected::Bundle(Box::new(facts)));
    }
    let bytes = input::read_module(&args.file, reader, &limits)?;
    Ok(Inspected::Module(Box::new(module::inspect(&bytes, &limits.module))))
}
