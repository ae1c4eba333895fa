//! What the module says of itself, and in which Redis versions it loads.

use std::ffi::OsStr;
use std::path::Path;

use ramp_core::module::{self, Discovery, ModuleFacts, ModuleFormat};
use ramp_core::{Level, Limits, Target};
use ramp_pack::propose::{Fit, Versions, systems, versions};
use ramp_probe::{Asking, PlayedVersion, ProbeError, ProbeOptions, Probed};

use crate::args::ProbeHow;
use crate::args::manifest::Init;
use crate::error::{CliError, one_line};
use crate::{input, probing, tell};

/// What is known of a module without its author.
#[derive(Debug)]
pub(super) struct Known {
    /// What it says, or what stands for that where it cannot be asked.
    pub(super) discovery: Discovery,
    /// Whether it was asked.
    pub(super) is_asked: bool,
    /// Whether it has data types of its own, where that can be told.
    pub(super) has_types: Option<bool>,
    /// Of the Redis versions, the one that it was asked in, and the oldest in which it loads; where the host was asked.
    pub(super) asked_in: Option<String>,
    pub(super) oldest: Option<String>,
    pub(super) systems: Vec<Fit>,
}

pub(super) fn ask(args: &Init, path: &Path, targets: &[Target]) -> Result<Known, CliError> {
    let limits = Limits::default();
    let file = input::open_file(path)?;
    let bytes = input::read_module(path, file, &limits)?;
    let facts = module::inspect(&bytes, &limits.module);
    if !matches!(facts.format, ModuleFormat::Elf | ModuleFormat::MachO) {
        return Err(CliError::NotAModule { path: path.to_owned(), format: facts.format });
    }
    let wanted = versions(targets);
    let (probed, asked_in) = match discover(args, path, &facts, &wanted) {
        Ok((probed, asked_in)) => (Some(probed), asked_in),
        // Such as one for another machine.
        Err(source) => {
            let error = CliError::Probe { path: path.to_owned(), packing: None, source: Box::new(source) };
            let message = format!("{}; the manifest is written without what it says of itself", one_line(&error));
            tell::notice(Level::Warning, &message);
            (None, None)
        }
    };
    let oldest = asked_in.as_ref().and_then(|newest| {
        let until = wanted.minimum.iter().position(|version| version == newest).unwrap_or(wanted.minimum.len());
        let older = wanted.minimum.iter().take(until);
        let loads = |version: &&String| {
            let played = version.parse().ok();
            played.is_some_and(|played| probe(args, path, &facts, Asking::Builtin, vec![played]).is_ok())
        };
        older.clone().find(loads).or(Some(newest)).cloned()
    });
    let text = |name: Option<&OsStr>| name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let has_types = probed.as_ref().and_then(|probed| Some(!probed.registration.as_ref()?.data_types.is_empty()));
    let is_asked = probed.is_some();
    let unknown = || Discovery { module_name: text(path.file_stem()), version: 1, commands: Vec::new() };
    let discovery = probed.map_or_else(unknown, |probed| probed.discovery);
    let systems = systems(&text(path.file_name()), &bytes, &facts, &discovery, targets)
        .map_err(|source| CliError::Systems { path: path.to_owned(), source: Box::new(source) })?;
    Ok(Known { discovery, is_asked, has_types, asked_in, oldest, systems })
}

/// Asks in the newest version that all targets have, or in the next into which it loads.
fn discover(
    args: &Init,
    path: &Path,
    facts: &ModuleFacts,
    wanted: &Versions,
) -> Result<(Probed, Option<String>), ProbeError> {
    let chosen = args.redis_version.is_some() || args.redis_server.is_some() || args.how == ProbeHow::RedisServer;
    let playable =
        wanted.compatible.iter().filter_map(|version| Some((version, version.parse::<PlayedVersion>().ok()?)));
    for (version, played) in playable.filter(|_| !chosen) {
        if let Ok(probed) = probe(args, path, facts, Asking::Builtin, vec![played]) {
            return Ok((probed, Some(version.clone())));
        }
    }
    let usual = ProbeOptions::default().redis_versions;
    let shown = args.redis_version.map_or(usual, |version| vec![version]);
    Ok((probe(args, path, facts, args.how.into(), shown)?, None))
}

fn probe(
    args: &Init,
    path: &Path,
    facts: &ModuleFacts,
    asking: Asking,
    redis_versions: Vec<PlayedVersion>,
) -> Result<Probed, ProbeError> {
    let options = ProbeOptions {
        asking,
        redis_versions,
        arguments: args.arguments.clone(),
        redis_server: args.redis_server.clone(),
        environment: args.environment.clone(),
        timeout: args.timeout,
        ..probing::usual()
    };
    ramp_probe::probe_inspected(path, facts, &options)
}
