//! `ramp store backup` and `ramp store restore`.

use std::fmt::Write as _;
use std::path::Path;

use ramp_core::Target;
use ramp_core::text::count;
use ramp_server::{BackedUp, Config, open_storage, open_store};
use serde::Serialize;

use crate::args::format::ListFormat;
use crate::args::store::Backup;
use crate::commands::kept;
use crate::error::CliError;
use crate::output::{Content, Sink, json};
use crate::progress::Progress;
use crate::status::Status;
use crate::style::{bytes, printable};

pub(super) fn back_up(args: &Backup) -> Result<Status, CliError> {
    let mut config = Config::new(Target::default(), &args.kept.data_dir);
    kept::open(&mut config, &args.kept)?;
    let progress = Progress::one_by_one("bundle");
    let done = ramp_server::backup(&config, &args.directory, &mut |done, of| progress.reach_of(done, of));
    progress.finish();
    let done = done.map_err(|source| CliError::Backup { source })?;
    tell(args, &done, "backed up to", args.directory.as_path())
}

pub(super) fn restore(args: &Backup) -> Result<Status, CliError> {
    let mut config = Config::new(Target::default(), &args.kept.data_dir);
    let failed = |source| CliError::Kept { source };
    // What is in the data directory is opened once that is locked.
    if args.kept.store != "sqlite" {
        config.store = Some(open_store(&args.kept.store, &args.kept.data_dir).map_err(failed)?);
    }
    config.storage = args.kept.blobs.as_deref().map(open_storage).transpose().map_err(failed)?;
    let progress = Progress::one_by_one("step");
    let done = ramp_server::restore(&config, &args.directory, &mut |done, of| progress.reach_of(done, of));
    progress.finish();
    let done = done.map_err(|source| CliError::Restore { source })?;
    tell(args, &done, "restored from", args.directory.as_path())
}

fn tell(args: &Backup, done: &BackedUp, what: &str, place: &Path) -> Result<Status, CliError> {
    let mut out = Sink::stdout(Content::Data);
    match args.format {
        ListFormat::Json => out.line(&json::compact(&View {
            schema_version: json::SCHEMA_VERSION,
            bundles: done.bundles,
            bytes: done.bytes,
            lacking: &done.lacking,
        })?)?,
        ListFormat::Human => out.write(&describe(done, what, place))?,
    }
    out.close()?;
    Ok(if done.lacking.is_empty() { Status::Clean } else { Status::Found })
}

fn describe(done: &BackedUp, what: &str, place: &Path) -> String {
    let mut text = String::new();
    for name in &done.lacking {
        let _ = writeln!(text, "lacking  {}", printable(name)); // cannot fail
    }
    let place = printable(&place.display().to_string());
    let (bundles, size) = (count(done.bundles, "bundle"), bytes(done.bytes));
    let lacking = if done.lacking.is_empty() { String::new() } else { format!("; {} lacking", done.lacking.len()) };
    let _ = writeln!(text, "the catalogue and {bundles}, {size}: {what} `{place}`{lacking}"); // cannot fail
    if !done.lacking.is_empty() {
        text.push_str(
            "help: Run `ramp store check`, which names the modules of bundles that are missing or damaged; delete those and upload them again.\n",
        );
    }
    text
}

/// As JSON.
#[derive(Debug, Serialize)]
struct View<'a> {
    schema_version: u32,
    bundles: usize,
    bytes: u64,
    lacking: &'a [String],
}
