//! `ramp inspect`: every fact known of a bundle or a bare module.

use std::sync::Arc;

use ramp_core::Limits;
use ramp_core::facts::BundleFacts;
use ramp_core::inspection::Inspection;
use ramp_probe::Probed;
use serde_json::{Value, json};

use crate::args::Inspect;
use crate::args::format::ListFormat;
use crate::error::CliError;
use crate::input::Input;
use crate::judging;
use crate::output::{self, Sink, json};
use crate::probing::NotAsked;
use crate::progress::Progress;
use crate::status::Status;
use crate::{input, probing};

/// What the module says, where it was asked.
type Asked = Option<Result<Probed, NotAsked>>;

pub(crate) fn run(args: &Inspect) -> Result<Status, CliError> {
    let progress = Progress::new(args.file.metadata().map_or(0, |m| m.len()));
    let mut reader =
        progress.wrap(input::open(&args.file)?).map_err(|source| CliError::Read { path: args.file.clone(), source })?;
    let inspected = inspect(args, &mut reader);
    input::sound(&reader)?;
    let (inspected, asked) = inspected?;
    progress.finish();
    let name = input::name(&args.file);
    let mut out = Sink::stdout(args.format.content());
    match (args.format, &inspected) {
        (ListFormat::Human, Inspection::Module(facts, described)) => {
            out.write(&output::facts::module(&name, facts, described.as_ref()))?;
        }
        (ListFormat::Human, Inspection::Bundle(facts)) => out.write(&output::facts::bundle(facts))?,
        (ListFormat::Json, _) => {
            let mut document = inspected.document(&name);
            add_probe(&mut document, &inspected, asked.as_ref())?;
            out.line(&json::pretty(&document)?)?;
        }
    }
    if let (ListFormat::Human, Some(asked)) = (args.format, &asked) {
        out.write(&match asked {
            Ok(found) => format!("\n{}", output::discovery::human(found)),
            Err(not) => output::facts::not_asked(&not.why, help(not, &inspected).as_deref()),
        })?;
    }
    out.close()?;
    let is_bundle = |facts: &BundleFacts| facts.archive.is_ok();
    Ok(match &inspected {
        Inspection::Bundle(facts) if !is_bundle(facts) => Status::Found,
        _ => Status::Clean,
    })
}

/// What to do where it could not be asked; what was logged is not shown.
fn help(not: &NotAsked, inspected: &Inspection) -> Option<String> {
    let log = match inspected {
        _ if !not.has_logged => None,
        Inspection::Module(..) => Some("`ramp probe` shows what was logged.".to_owned()),
        Inspection::Bundle(_) => Some(
            "To see what was logged, unpack the bundle with `ramp unpack`, and run `ramp probe` on the module."
                .to_owned(),
        ),
    };
    let parts: Vec<String> = not.help.clone().into_iter().chain(log).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// What the module registers, as JSON; or why that is not known.
fn add_probe(
    document: &mut Value,
    inspected: &Inspection,
    asked: Option<&Result<Probed, NotAsked>>,
) -> Result<(), CliError> {
    if let Some(asked) = asked {
        document["probe"] = match asked {
            Ok(found) => output::discovery::value(found)?,
            Err(not) => json!({"error": not.why, "help": help(not, inspected)}),
        };
    }
    Ok(())
}

/// What is a zip, or is called one, is a bundle; anything else is looked at as a module.
fn inspect(args: &Inspect, reader: &mut impl Input) -> Result<(Inspection, Asked), CliError> {
    // Nothing is loaded out of what was not looked at.
    let whole = args.all || args.probe;
    let facts = if whole { judging::facts(&args.file, reader) } else { judging::facts_at_hand(&args.file, reader) }?;
    let (mut bytes, is_object) = (None, facts.given.is_object());
    let inspected = Inspection::of(facts, &input::name(&args.file), &Limits::default().module, || {
        reader.rewind().map_err(|source| CliError::Read { path: args.file.clone(), source })?;
        let read: Arc<[u8]> = input::read_module(&args.file, &mut *reader, &Limits::default())?.into();
        Ok::<_, CliError>(bytes.insert(read).clone())
    })?;
    let asked = match (&inspected, bytes) {
        _ if !args.probe => None,
        (Inspection::Bundle(facts), _) => probing::of_bundle(facts, reader),
        (Inspection::Module(facts, _), Some(bytes)) if is_object => Some(probing::of_bytes(&bytes, facts)),
        _ => None,
    };
    Ok((inspected, asked))
}
