//! `ramp check`: manifests in, what `ramp pack` would say of them out.

use std::path::Path;

use ramp_pack::check::{Remark, Surroundings, check};
use ramp_pack::manifest::MAX_BYTES;

use crate::args::format::ListFormat;
use crate::args::manifest::Check;
use crate::error::CliError;
use crate::input;
use crate::output::Sink;
use crate::output::manifests::{Checked, human, json};
use crate::status::Status;

pub(crate) fn run(args: &Check) -> Result<Status, CliError> {
    if input::reads_stdin_twice(&args.manifests) {
        return Err(CliError::StdinTwice);
    }
    let fail_on = args.fail_on.into();
    let mut is_new = input::each_once();
    let paths = args.manifests.iter().filter(|path| is_new(path));
    let checked: Vec<Checked> = paths.map(|path| Checked::new(input::name(path), remarks(path), fail_on)).collect();
    let mut out = Sink::stdout(args.format.content());
    match args.format {
        ListFormat::Human => out.write(&human(&checked))?,
        ListFormat::Json => out.line(&json(&checked)?)?,
    }
    out.close()?;
    Ok(checked.iter().map(Checked::status).max().unwrap_or(Status::Clean))
}

/// What packing would say of a manifest.
fn remarks(path: &Path) -> Result<Vec<Remark>, CliError> {
    // One byte more than a manifest may have, so that it is refused for what it is.
    let bytes = input::read_start(path, MAX_BYTES as u64 + 1)?;
    Ok(of(&bytes))
}

/// What packing here and now would say of a manifest.
pub(super) fn of(bytes: &[u8]) -> Vec<Remark> {
    let variable = |name: &str| std::env::var(name).ok();
    check(bytes, &Surroundings { variable: &variable, exists: &|path| Path::new(path).exists() })
}
