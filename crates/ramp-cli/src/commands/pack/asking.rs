//! Whom `ramp pack` asks for the module's name, version and commands.

use std::io::Read as _;
use std::path::Path;

use ramp_core::Level;
use ramp_core::bundle::{Bundle, BundleLimits, CopyError};
use ramp_core::layout::METADATA_NAME;
use ramp_core::metadata::{Value, json};
use ramp_core::module::Discovery;
use ramp_core::module::ModuleFacts;
use ramp_pack::manifest::Manifest;
use ramp_pack::{Options, expand, launch};
use ramp_probe::{Asking, PlayedVersion, ProbeOptions, RedisArg};

use super::inputs;
use crate::args::pack::{Pack, Probe};
use crate::error::{CliError, Packing, one_line};
use crate::{input, probing, tell};

/// The longest `module.json` that is read: what the JSON reader takes.
const LONGEST: usize = 16 << 20;

pub(super) fn discover(
    args: &Pack,
    facts: &ModuleFacts,
    manifest: &Manifest,
    options: &Options,
) -> Result<Discovery, CliError> {
    if let Some(path) = &args.asking.commands_from {
        return from_file(path);
    }
    let asking = match args.asking.probe {
        Probe::Auto => Asking::Auto,
        Probe::Builtin => Asking::Builtin,
        Probe::RedisServer => Asking::RedisServer,
        Probe::None => return nobody(options),
    };
    ask(args, asking, facts, manifest, options)
}

/// What the options say, where the module is not asked.
fn nobody(options: &Options) -> Result<Discovery, CliError> {
    match (options.text("module_name"), options.module_version) {
        (Some(module_name), Some(version)) => {
            Ok(Discovery { module_name: module_name.to_owned(), version, commands: Vec::new() })
        }
        _ => Err(CliError::NobodyAsked),
    }
}

/// The versions that the built-in host shows: the one that was named, or the newest that the module is said to be for, and then the usual
/// ones.
fn versions(args: &Pack, named: &[String]) -> Vec<PlayedVersion> {
    if let Some(version) = args.asking.redis_version {
        return vec![version];
    }
    let newest = named.iter().filter_map(|version| version.parse().ok()).max();
    let mut versions: Vec<PlayedVersion> = newest.into_iter().collect();
    versions.extend(ProbeOptions::default().redis_versions.into_iter().filter(|usual| newest != Some(*usual)));
    versions
}

fn ask(
    args: &Pack,
    asking: Asking,
    facts: &ModuleFacts,
    manifest: &Manifest,
    options: &Options,
) -> Result<Discovery, CliError> {
    let launch = launch(manifest, options).map_err(|err| inputs::cannot_assemble(err, manifest, options))?;
    let environment = |name: &str| std::env::var(name).ok();
    let arguments = expand::expand(&launch.module_args, environment).map_err(|source| {
        let text = launch.module_args.clone();
        CliError::Arguments { field: launch.module_args_field, text, source }
    })?;
    let asked_the_host = args.asking.asks_the_host(!launch.redis_args.is_empty());
    let redis_args = launch
        .redis_args
        .iter()
        .map(|(name, value)| RedisArg::new(name, [value.as_str()]))
        .collect::<Result<Vec<_>, _>>()?;
    let options = ProbeOptions {
        asking,
        redis_versions: versions(args, &launch.redis_versions),
        arguments: probing::arguments(&arguments),
        redis_server: args.asking.redis_server.clone(),
        redis_args,
        environment: args.asking.environment.clone(),
        timeout: args.asking.timeout,
        ..probing::usual()
    };
    let told = |what: &str, words: String| {
        if args.debug {
            tell::notice(Level::Note, &format!("{what}: {}", if words.is_empty() { "none" } else { &words }));
        }
    };
    let settings = options.redis_args.iter().map(|arg| format!("{} {}", arg.name(), arg.values().join(" ")));
    told("the server's settings", settings.collect::<Vec<_>>().join(", "));
    told("the module's arguments", options.arguments.join(" "));
    let found = ramp_probe::probe_inspected(&args.module, facts, &options).map_err(|source| {
        let packing = Some(Packing { asked_the_host });
        CliError::Probe { path: args.module.clone(), source: Box::new(source), packing }
    })?;
    told("asked by", found.by.to_string());
    let discovery = found.discovery;
    told("its name and version", format!("{} {}", discovery.module_name, discovery.version));
    let commands = discovery.commands.iter().map(|command| command.command_name.as_str());
    told("its commands", commands.collect::<Vec<_>>().join(" "));
    Ok(discovery)
}

/// From a bundle's metadata, or from JSON of that form, which is also what `ramp probe --format json` prints.
fn from_file(path: &Path) -> Result<Discovery, CliError> {
    let mut reader = input::open_zip_or_text(path, LONGEST as u64 + 1)?;
    let read = |source| CliError::Read { path: path.to_owned(), source };
    let no_commands = |what: String| CliError::CommandsFrom { path: path.to_owned(), what };
    let mut bytes = Vec::new();
    if input::begins_as_zip(&mut reader).map_err(read)? {
        let mut bundle = Bundle::open(reader, &BundleLimits::default()).map_err(|err| no_commands(one_line(&err)))?;
        let entry = bundle.directory().last_named(METADATA_NAME).cloned();
        let entry = entry.ok_or_else(|| no_commands(format!("it has no `{METADATA_NAME}`")))?;
        let copied = bundle.copy(&entry, |piece| {
            bytes.extend_from_slice(piece);
            if bytes.len() > LONGEST { Err(format!("its `{METADATA_NAME}` is too long")) } else { Ok(()) }
        });
        copied.map_err(|err| match err {
            CopyError::Sink(why) => no_commands(why),
            other => no_commands(other.to_string()),
        })?;
    } else {
        reader.take(LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(read)?;
    }
    let root = json::read(&bytes).map_err(|err| no_commands(err.to_string()))?.root;
    discovery_of(&root).map_err(no_commands)
}

fn discovery_of(root: &Value) -> Result<Discovery, String> {
    let mut json = serde_json::Value::from(root);
    // The reference writes the version as a float.
    if let Some(version) = root.get("version").and_then(|v| ramp_core::metadata::python::int_of_float(v).ok()) {
        json["version"] = version.into();
    }
    serde_json::from_value(json).map_err(|err| err.to_string())
}
