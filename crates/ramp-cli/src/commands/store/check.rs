//! `ramp store check`: what a server keeps, against its catalogue.

use std::fmt::Write as _;

use ramp_core::Target;
use ramp_core::text::count;
use ramp_server::{Checked, Config, Fate, Strangers, check};
use serde::Serialize;

use crate::args::format::ListFormat;
use crate::args::store::Check;
use crate::commands::kept;
use crate::commands::target::named_or_file;
use crate::error::CliError;
use crate::output::{Content, Sink, json};
use crate::progress::Progress;
use crate::status::Status;
use crate::style::{bytes, printable};

pub(super) fn run(args: &Check) -> Result<Status, CliError> {
    let strangers = match (args.remove_orphans, args.adopt) {
        (true, _) => Strangers::Remove,
        (_, true) => Strangers::Adopt,
        _ => Strangers::Keep,
    };
    let config = configure(args)?;
    let progress = Progress::one_by_one("bundle");
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
    kept::open(&mut config, &args.kept)?;
    Ok(config)
}

fn describe(checked: &Checked) -> String {
    let mut text = String::new();
    let mut line = |what: &str, name: &str, more: &str| {
        let _ = writeln!(text, "{what:<12}{}{more}", printable(name)); // cannot fail
    };
    for (what, names) in [("missing", &checked.missing), ("damaged", &checked.damaged)] {
        for name in names {
            line(what, name, &modules_in(checked, name));
        }
    }
    for (name, why) in &checked.unreadable {
        line("unreadable", name, &format!("{}  {}", modules_in(checked, name), printable(why)));
    }
    for fault in &checked.faults {
        line("unreadable", &fault.to_string(), "");
    }
    for (name, fate) in &checked.unknown {
        match fate {
            Fate::Removed => line("removed", name, ""),
            Fate::Adopted(module, version) => line("adopted", name, &format!("  {} {version}", printable(module))),
            Fate::NotAdopted(why) => line("unknown", name, &format!("  not adopted: {}", printable(why))),
            _ => line("unknown", name, ""),
        }
    }
    let Checked { missing, damaged, unreadable, unknown, faults, .. } = checked;
    let of = |is_one: fn(&Fate) -> bool| unknown.iter().filter(|(_, fate)| is_one(fate)).count();
    let wrong = [
        (missing.len(), "missing"),
        (damaged.len(), "damaged"),
        (unreadable.len(), "unreadable"),
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
    if !faults.is_empty() {
        let _ = writeln!(text, "the catalogue: {} unreadable", count(faults.len(), "record")); // cannot fail
    }
    if checked.foreign > 0 {
        let names: Vec<String> = checked.first_foreign.iter().map(|name| format!("`{}`", printable(name))).collect();
        let more = if checked.foreign > names.len() { ", …" } else { "" };
        let there = count(checked.foreign, "file");
        let _ = writeln!(text, "others' files beside the bundles: {there}, left alone: {}{more}", names.join(", ")); // cannot fail
    }
    if unknown.iter().any(|(_, fate)| *fate == Fate::Kept) {
        text.push_str(
            "help: Put the unknown ones into the catalogue with `--adopt --target RELEASE`, or remove them with `--remove-orphans`.\n",
        );
    }
    if !faults.is_empty() {
        text.push_str("help: A server cannot read those records. Restore a backup that was made before.\n");
    }
    if !unreadable.is_empty() {
        text.push_str("help: See to the files that cannot be read, and check again; what is lost is put back as what is damaged.\n");
    }
    if !missing.is_empty() || !damaged.is_empty() {
        text.push_str("help: Delete the modules named and upload them again, or put the bundles back from a backup.\n");
    }
    text
}

/// The modules that are in a bundle, after two spaces.
fn modules_in(checked: &Checked, bundle: &str) -> String {
    let of = checked.concerned.iter().filter(|(_, _, blob)| blob == bundle);
    let of: Vec<String> = of.map(|(module, version, _)| format!("{} {version}", printable(module))).collect();
    if of.is_empty() { String::new() } else { format!("  {}", of.join(", ")) }
}

/// As JSON.
#[derive(Debug, Serialize)]
struct View<'a> {
    schema_version: u32,
    bundles: usize,
    bytes: u64,
    missing: &'a [String],
    damaged: &'a [String],
    unreadable: Vec<UnreadableBundle<'a>>,
    /// The modules and artifacts in those three.
    modules: Vec<Concerned<'a>>,
    records: Vec<Record<'a>>,
    /// How many files are no bundles, and the first of them.
    other_files: usize,
    first_other_files: &'a [String],
    unknown: Vec<&'a str>,
    removed: Vec<&'a str>,
    adopted: Vec<&'a str>,
}

/// A bundle that cannot be read.
#[derive(Debug, Serialize)]
struct UnreadableBundle<'a> {
    bundle: &'a str,
    problem: &'a str,
}

/// A module that is in a bundle that is missing, damaged or unreadable.
#[derive(Debug, Serialize)]
struct Concerned<'a> {
    module_name: &'a str,
    version: i64,
    bundle: &'a str,
}

/// A record of the catalogue that cannot be read.
#[derive(Debug, Serialize)]
struct Record<'a> {
    table: &'a str,
    key: &'a str,
    problem: &'a str,
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
            unreadable: checked
                .unreadable
                .iter()
                .map(|(bundle, problem)| UnreadableBundle { bundle, problem })
                .collect(),
            modules: (checked.concerned.iter())
                .map(|(module_name, version, bundle)| Concerned { module_name, version: *version, bundle })
                .collect(),
            records: (checked.faults.iter())
                .map(|fault| Record { table: &fault.table, key: &fault.key, problem: &fault.what })
                .collect(),
            other_files: checked.foreign,
            first_other_files: &checked.first_foreign,
            unknown: of(|fate| matches!(fate, Fate::Kept | Fate::NotAdopted(_))),
            removed: of(|fate| *fate == Fate::Removed),
            adopted: of(|fate| matches!(fate, Fate::Adopted(..))),
        }
    }
}
