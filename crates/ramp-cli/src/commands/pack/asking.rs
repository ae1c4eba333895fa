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
use super::origin::Origin;
use crate::args::pack::{Pack, Probe};
use crate::error::{CliError, Packing, not_json, one_line};
use crate::unused::Said;
use crate::{input, probing, tell};

/// The longest `module.json` that is read: what the JSON reader takes.
const LONGEST: usize = 16 << 20;

pub(super) fn discover(
    args: &Pack,
    facts: &ModuleFacts,
    manifest: &Manifest,
    options: &Options,
) -> Result<(Discovery, Option<Origin>), CliError> {
    if let Some(path) = &args.asking.commands_from {
        said(args, manifest, options).warn(None);
        return from_file(path).map(|(discovery, origin)| (discovery, Some(origin)));
    }
    let asking = match args.asking.probe {
        Probe::Auto => Asking::Auto,
        Probe::Builtin => Asking::Builtin,
        Probe::RedisServer => Asking::RedisServer,
        Probe::None => {
            said(args, manifest, options).warn(None);
            return Ok((nobody(options)?, None));
        }
    };
    Ok((ask(args, asking, facts, manifest, options)?, None))
}

/// What was said about asking, which may not be for whoever is asked.
fn said(args: &Pack, manifest: &Manifest, options: &Options) -> Said {
    let has = |value: Option<&Value>| value.and_then(Value::as_object).is_some_and(|object| !object.is_empty());
    let redis_args = match (options.get("redis_args"), manifest.get("redis_args")) {
        (Some(given), _) => has(Some(given)).then_some("--redis-args"),
        (None, given) => has(given).then_some("redis_args"),
    };
    let environment = (!args.asking.environment.is_empty()).then_some("--env");
    let run = options.get("run_command_line_args").map(|_| "--runcmdargs");
    Said {
        redis_version: args.asking.redis_version.is_some(),
        redis_server: args.asking.redis_server.is_some(),
        redis_args,
        is_host_meant: args.asking.probe == Probe::Builtin,
        others: environment.into_iter().chain(run).collect(),
    }
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

/// The versions that the built-in host shows: the one that was named, or the newest that the bundle will say it is for, also by default,
/// so that the commands are those of the databases that will have it; and then, for modules that need another, the usual ones.
fn versions(args: &Pack, named: &[String]) -> Vec<PlayedVersion> {
    if let Some(version) = args.asking.redis_version {
        return vec![version];
    }
    let newest = named.iter().filter_map(|version| PlayedVersion::in_place_of(version)).max();
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
    let said = said(args, manifest, options);
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
    said.warn(Some(&found));
    told("asked by", found.asked());
    let discovery = found.discovery;
    told("its name and version", format!("{} {}", discovery.module_name, discovery.version));
    let commands = discovery.commands.iter().map(|command| command.command_name.as_str());
    told("its commands", commands.collect::<Vec<_>>().join(" "));
    Ok(discovery)
}

/// From a bundle's metadata, or from JSON of that form, which is also what `ramp probe --format json` prints.
fn from_file(path: &Path) -> Result<(Discovery, Origin), CliError> {
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
    let is_json = || bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let root = json::read(&bytes).map_err(|fault| {
        no_commands(if is_json() { not_json(&fault) } else { "it is neither a bundle nor a JSON object".to_owned() })
    })?;
    let discovery = discovery_of(&root.root).map_err(no_commands)?;
    Ok((discovery, Origin::new(path.to_owned(), &root.root)))
}

fn discovery_of(root: &Value) -> Result<Discovery, String> {
    let mut json = serde_json::Value::from(root);
    // The reference writes the version as a float.
    if let Some(version) = root.get("version").and_then(|v| ramp_core::metadata::python::int_of_float(v).ok()) {
        json["version"] = version.into();
    }
    serde_json::from_value(json).map_err(|err| err.to_string())
}
