//! `ramp store check`: what a server keeps, against its catalogue.

use std::fmt::Write as _;
use std::path::Path;

use ramp_core::Target;
use ramp_core::text::count;
use ramp_server::{Checked, Config, Fate, Strangers, check, open_storage, open_store};
use serde::Serialize;

use super::target::named_or_file;
use crate::args::format::ListFormat;
use crate::args::serve::KeptArgs;
use crate::args::store::{Check, Store, StoreCommand};
use crate::error::CliError;
use crate::output::{Content, Sink, json};
use crate::progress::Progress;
use crate::status::Status;
use crate::style::{bytes, printable};

pub(crate) fn run(args: &Store) -> Result<Status, CliError> {
    let StoreCommand::Check(args) = &args.command;
    let strangers = match (args.remove_orphans, args.adopt) {
        (true, _) => Strangers::Remove,
        (_, true) => Strangers::Adopt,
        _ => Strangers::Keep,
    };
    let config = configure(args)?;
    let progress = Progress::of_check();
    let checked = check(&config, strangers, &mut |done, of| progress.reach_of(done, of));
    progress.finish();
    let checked = checked.map_err(|source| CliError::Store { source })?;
    let mut out = Sink::stdout(Content::Data);
    match args.format {
        ListFormat::Json => out.line(&json::compact(&View::from(&checked))?)?,
        ListFormat::Human => out.write(&describe(&checked))?,
    }
    out.close()?;
    Ok(if checked.is_clean() { Status::Clean } else { Status::Found })
}

fn configure(args: &Check) -> Result<Config, CliError> {
    let mut config =
        Config::new(args.target.as_deref().map_or_else(|| Ok(Target::default()), named_or_file)?, &args.kept.data_dir);
    keep(&mut config, &args.kept)?;
    Ok(config)
}

/// Where modules are kept. Nothing is made that is not there: a typo would find a catalogue with nothing in it.
fn keep(config: &mut Config, args: &KeptArgs) -> Result<(), CliError> {
    let must_be = |path: &Path| match path.metadata() {
        Ok(_) => Ok(()),
        Err(source) => Err(CliError::Read { path: path.to_owned(), source }),
    };
    must_be(&args.data_dir)?;
    if args.store == "sqlite" {
        must_be(&args.data_dir.join("catalogue.sqlite"))?;
    }
    if let Some(blobs) = args.blobs.as_deref().filter(|location| !location.contains("://")) {
        must_be(Path::new(blobs))?;
    }
    let failed = |source| CliError::Store { source };
    config.store = Some(open_store(&args.store, &args.data_dir).map_err(failed)?);
    config.storage = args.blobs.as_deref().map(open_storage).transpose().map_err(failed)?;
    Ok(())
}

fn describe(checked: &Checked) -> String {
    let mut text = String::new();
    let mut line = |what: &str, name: &str, more: &str| {
        let _ = writeln!(text, "{what:<9}{}{more}", printable(name)); // cannot fail
    };
    for (what, names) in [("missing", &checked.missing), ("damaged", &checked.damaged)] {
        for name in names {
            let of = checked.concerned.iter().filter(|(_, _, blob)| blob == name);
            let of: Vec<String> = of.map(|(module, version, _)| format!("{} {version}", printable(module))).collect();
            let of = if of.is_empty() { String::new() } else { format!("  {}", of.join(", ")) };
            line(what, name, &of);
        }
    }
    for (name, fate) in &checked.unknown {
        match fate {
            Fate::Removed => line("removed", name, ""),
            Fate::Adopted(module, version) => line("adopted", name, &format!("  {} {version}", printable(module))),
            Fate::NotAdopted(why) => line("unknown", name, &format!("  not adopted: {}", printable(why))),
            _ => line("unknown", name, ""),
        }
    }
    let Checked { missing, damaged, unknown, .. } = checked;
    let of = |is_one: fn(&Fate) -> bool| unknown.iter().filter(|(_, fate)| is_one(fate)).count();
    let wrong = [
        (missing.len(), "missing"),
        (damaged.len(), "damaged"),
        (of(|fate| matches!(fate, Fate::Kept | Fate::NotAdopted(_))), "unknown"),
    ];
    let done =
        [(of(|fate| matches!(fate, Fate::Adopted(..))), "adopted"), (of(|fate| *fate == Fate::Removed), "removed")];
    let told = |counts: &[(usize, &str)]| -> Vec<String> {
        counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect()
    };
    let mut words = told(&wrong);
    if words.is_empty() {
        words.push("all there, and as they were stored".to_owned());
    }
    words.extend(told(&done));
    let _ = writeln!(text, "{}, {}: {}", count(checked.bundles, "bundle"), bytes(checked.bytes), words.join("; ")); // cannot fail
    if unknown.iter().any(|(_, fate)| *fate == Fate::Kept) {
        text.push_str(
            "help: Put the unknown ones into the catalogue with `--adopt --target RELEASE`, or remove them with `--remove-orphans`.\n",
        );
    }
    if !missing.is_empty() || !damaged.is_empty() {
        text.push_str("help: Delete the modules named and upload them again, or put the bundles back from a backup.\n");
    }
    text
}

/// As JSON.
#[derive(Debug, Serialize)]
struct View<'a> {
    schema_version: u32,
    bundles: usize,
    bytes: u64,
    missing: &'a [String],
    damaged: &'a [String],
    unknown: Vec<&'a str>,
    removed: Vec<&'a str>,
    adopted: Vec<&'a str>,
}

impl<'a> From<&'a Checked> for View<'a> {
    fn from(checked: &'a Checked) -> Self {
        let of = |is_one: fn(&Fate) -> bool| {
            checked.unknown.iter().filter(move |(_, fate)| is_one(fate)).map(|(name, _)| name.as_str()).collect()
        };
        Self {
            schema_version: json::SCHEMA_VERSION,
            bundles: checked.bundles,
            bytes: checked.bytes,
            missing: &checked.missing,
            damaged: &checked.damaged,
            unknown: of(|fate| matches!(fate, Fate::Kept | Fate::NotAdopted(_))),
            removed: of(|fate| *fate == Fate::Removed),
            adopted: of(|fate| matches!(fate, Fate::Adopted(..))),
        }
    }
}
