//! `ramp inspect`: every fact known of a bundle or a bare module.

use std::path::Path;

use ramp_core::Limits;
use ramp_core::facts::BundleFacts;
use ramp_core::given::{Described, Given};
use ramp_core::module::{self, ModuleFacts};
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

/// What a file turned out to be.
#[derive(Debug)]
enum Inspected {
    Bundle(Box<BundleFacts>),
    /// A module, or a file that is nothing else either, and what it is then.
    Module(Box<ModuleFacts>, Option<Described>),
}

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
        (ListFormat::Human, Inspected::Bundle(facts)) => out.write(&output::facts::bundle(facts))?,
        (ListFormat::Human, Inspected::Module(facts, described)) => {
            out.write(&output::facts::module(&name, facts, described.as_ref()))?;
        }
        (ListFormat::Json, Inspected::Bundle(facts)) => {
            let mut document = output::facts::bundle_json(&name, facts);
            add_probe(&mut document, &inspected, asked.as_ref())?;
            out.line(&json::pretty(&document)?)?;
        }
        (ListFormat::Json, Inspected::Module(facts, described)) => {
            let mut document = json!({"file": name, "kind": "module", "module": facts});
            if let Some(described) = described {
                document["what"] = described.what.as_str().into();
                document["help"] = described.help.as_str().into();
            }
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
        Inspected::Bundle(facts) if !is_bundle(facts) => Status::Found,
        _ => Status::Clean,
    })
}

/// What to do where it could not be asked; what was logged is not shown.
fn help(not: &NotAsked, inspected: &Inspected) -> Option<String> {
    let log = match inspected {
        _ if !not.has_logged => None,
        Inspected::Module(..) => Some("`ramp probe` shows what was logged.".to_owned()),
        Inspected::Bundle(_) => Some(
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
    inspected: &Inspected,
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
fn inspect(args: &Inspect, reader: &mut impl Input) -> Result<(Inspected, Asked), CliError> {
    // Nothing is loaded out of what was not looked at.
    let whole = args.all || args.probe;
    let facts = if whole { judging::facts(&args.file, reader) } else { judging::facts_at_hand(&args.file, reader) }?;
    let called = input::name(&args.file);
    let called_zip = Path::new(&called).extension().is_some_and(|e| e.eq_ignore_ascii_case("zip"));
    let is_object = matches!(facts.given, Given::Elf { .. } | Given::MachO | Given::Pe);
    let is_zip = facts.archive.is_ok() || matches!(facts.given, Given::CutOff { .. } | Given::Part);
    if is_zip || (called_zip && !is_object) {
        let asked = if args.probe { probing::of_bundle(&facts, reader) } else { None };
        return Ok((Inspected::Bundle(Box::new(facts)), asked));
    }
    reader.rewind().map_err(|source| CliError::Read { path: args.file.clone(), source })?;
    let limits = Limits::default();
    let bytes = input::read_module(&args.file, reader, &limits)?;
    let described = facts.described().filter(|_| !is_object);
    let facts = module::inspect(&bytes, &limits.module);
    let asked = (args.probe && is_object).then(|| probing::of_bytes(&bytes, &facts));
    Ok((Inspected::Module(Box::new(facts), described), asked))
}
