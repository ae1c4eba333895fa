//! What the module says of itself, and in which Redis versions it loads.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ramp_core::module::{self, Discovery, ModuleFacts, ModuleFormat};
use ramp_core::{Level, Limits, Target};
use ramp_pack::propose::{Fit, Versions, has_nodes_of, systems, versions};
use ramp_probe::{Asking, PlayedVersion, ProbeError, ProbeOptions, Probed};

use crate::args::ProbeHow;
use crate::args::manifest::Init;
use crate::error::{CliError, one_line};
use crate::{input, probing, tell};

/// Rules of what is a module, and for machines that no cluster has.
const OTHER_MACHINE: [&str; 2] = ["module-mach-o", "module-not-64-bit-little-endian"];

/// The file of a module.
#[derive(Debug)]
pub(super) struct ModuleFile {
    path: PathBuf,
    bytes: Vec<u8>,
    facts: ModuleFacts,
}

impl ModuleFile {
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let limits = Limits::default();
        let file = input::open_file(path)?;
        let bytes = input::read_module(path, file, &limits)?;
        let facts = module::inspect(&bytes, &limits.module);
        if !matches!(facts.format, ModuleFormat::Elf | ModuleFormat::MachO) {
            return Err(CliError::NotAModule { path: path.to_owned(), format: facts.format });
        }
        Ok(Self { path: path.to_owned(), bytes, facts })
    }

    /// Whether a target can have nodes on which the module runs, as far as is known.
    pub(super) fn is_for(&self, target: &Target) -> bool {
        let is_linux = self.facts.format == ModuleFormat::Elf;
        let architecture = self.facts.architecture();
        is_linux && architecture.is_none_or(|architecture| has_nodes_of(target, &architecture.as_str()))
    }

    /// What it was built for, in words.
    fn built_for(&self) -> String {
        match self.facts.architecture() {
            _ if self.facts.format == ModuleFormat::MachO => "macOS".to_owned(),
            Some(architecture) => architecture.to_string(),
            None => "an unknown architecture".to_owned(),
        }
    }
}

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

pub(super) fn ask(args: &Init, file: &ModuleFile, targets: &[Target]) -> Result<Known, CliError> {
    let ModuleFile { path, bytes, facts } = file;
    let wanted = versions(targets);
    let asked = discover(args, path, facts, &wanted);
    let text = |name: Option<&OsStr>| name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let unknown = Discovery { module_name: text(path.file_stem()), version: 1, commands: Vec::new() };
    let discovery = asked.as_ref().map_or(&unknown, |(probed, _)| &probed.discovery);
    let fits = systems(&text(path.file_name()), bytes, facts, discovery, targets)
        .map_err(|source| CliError::Systems { path: path.clone(), source: Box::new(source) })?;
    // Of what is not a module anywhere, be it for another machine.
    let fault = fits.faults.iter().find(|fault| !OTHER_MACHINE.contains(&&*fault.rule));
    let (probed, asked_in) = match (asked, fault) {
        (Ok((probed, asked_in)), _) => (Some(probed), asked_in),
        (Err(_), Some(fault)) => {
            return Err(CliError::NotPacked { path: path.clone(), fault: Box::new(fault.clone()) });
        }
        (Err(source), None) => {
            let error = CliError::Probe { path: path.clone(), packing: None, source: Box::new(source) };
            let message = format!("{}; the manifest is written without what it says of itself", one_line(&error));
            tell::notice(Level::Warning, &message);
            (None, None)
        }
    };
    let oldest = asked_in.as_ref().and_then(|newest| {
        let until = wanted.minimum.iter().position(|version| version == newest).unwrap_or(wanted.minimum.len());
        let older = wanted.minimum.iter().take(until);
        let loads = |version: &&String| {
            let played = PlayedVersion::in_place_of(version);
            played.is_some_and(|played| probe(args, path, facts, Asking::Builtin, vec![played]).is_ok())
        };
        older.clone().find(loads).or(Some(newest)).cloned()
    });
    let has_types = probed.as_ref().and_then(|probed| Some(!probed.registration.as_ref()?.data_types.is_empty()));
    let is_asked = probed.is_some();
    let discovery = probed.map_or(unknown, |probed| probed.discovery);
    warn_of_systems(args, file, targets, &fits.systems);
    Ok(Known { discovery, is_asked, has_types, asked_in, oldest, systems: fits.systems })
}

/// Says where the module does not load, unless that was said otherwise.
fn warn_of_systems(args: &Init, file: &ModuleFile, targets: &[Target], systems: &[Fit]) {
    let built_for = file.built_for();
    let warn = |message: String| tell::notice(Level::Warning, &message);
    if systems.is_empty() {
        return warn(format!("the module is built for {built_for}; the targets have no such nodes"));
    }
    for target in targets.iter().filter(|target| !file.is_for(target)) {
        let name = target.cluster_version().unwrap_or("of a target");
        warn(format!("the module is built for {built_for}; the cluster {name} has no such nodes"));
    }
    if args.operating_systems.is_none() && systems.iter().all(|fit| fit.fault.is_some()) {
        let faults = systems.iter().filter_map(|fit| Some(format!("{}: {}", fit.system, fit.fault.as_ref()?)));
        let faults = faults.collect::<Vec<_>>().join("; ");
        warn(format!("the module fits no system of the targets: {faults}"));
    }
}

/// Asks in the newest version that all targets have, or in the next into which it loads.
fn discover(
    args: &Init,
    path: &Path,
    facts: &ModuleFacts,
    wanted: &Versions,
) -> Result<(Probed, Option<String>), ProbeError> {
    let chosen = args.redis_version.is_some() || args.redis_server.is_some() || args.how == ProbeHow::RedisServer;
    let playable = wanted.compatible.iter().filter_map(|version| Some((version, PlayedVersion::in_place_of(version)?)));
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
