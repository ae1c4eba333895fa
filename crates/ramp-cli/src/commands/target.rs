//! `ramp target`, and how the arguments of the other commands become a target.

use std::io;
use std::path::Path;
use std::sync::Arc;

use ramp_core::knowledge::{Knowledge, Release};
use ramp_core::{Level, Target, TargetNode};

#[cfg(feature = "cluster")]
use super::cluster;
use crate::args::format::ListFormat;
use crate::args::target::{List, Show, Target as TargetCommandArgs, TargetArgs, TargetCommand};
use crate::config::Config;
use crate::error::CliError;
use crate::input;
use crate::output::{Content, Sink, json};
use crate::status::Status;
use crate::{tell, today};

mod list;

/// The largest file that is taken for a target: one of 100,000 nodes has 10 MB.
const MAX_TARGET_BYTES: u64 = 64 << 20;

/// A target, and what it is called.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) name: Arc<str>,
    pub(crate) target: Target,
}

/// The targets that the arguments describe, each once, in the order given: one at least. Where they name no cluster, it is `unnamed`.
pub(crate) fn build(args: &TargetArgs, config: &Config, unnamed: &Target) -> Result<Vec<Named>, CliError> {
    let names = if args.names_one() { args.target.clone() } else { config.targets()? };
    if names.is_empty() {
        #[cfg(feature = "cluster")]
        let target = cluster::target(&args.cluster)?;
        #[cfg(not(feature = "cluster"))]
        let target = Target::default();
        return Ok(vec![Named { name: "".into(), target: on(target, args, config, unnamed)? }]);
    }
    let mut all: Vec<Named> = Vec::new();
    for name in &names {
        if all.iter().all(|named| *named.name != **name) {
            all.push(Named { name: name.as_str().into(), target: on(named_or_file(name)?, args, config, unnamed)? });
        }
    }
    Ok(all)
}

/// The same with what else the arguments say of it.
fn on(target: Target, args: &TargetArgs, config: &Config, unnamed: &Target) -> Result<Target, CliError> {
    let live = target.nodes().iter().find_map(|node| node.operating_system.clone());
    let target = if target.is_unknown() { unnamed.clone() } else { target };
    let target = if args.nodes.is_empty() { usual_nodes(target, config)? } else { args.nodes.apply(target)? };
    if let Some(system) = live.filter(|system| !target.operating_systems().contains(system)) {
        let named = target.operating_systems().join(", ");
        let message = format!("checked as if the cluster's nodes ran {named}, as `--os` says; they run {system}");
        tell::notice(Level::Warning, &message);
    }
    // What a target says of its own is not to be guessed.
    let usual = config.file().endpoint.filter(|_| target.endpoint().is_none());
    let target = match args.endpoint.or(usual) {
        Some(endpoint) => target.with_endpoint(endpoint)?,
        None => target,
    };
    today::judged(target)
}

/// The nodes that the policy file names, where the target names none.
fn usual_nodes(target: Target, config: &Config) -> Result<Target, CliError> {
    let is_known = !target.operating_systems().is_empty() || !target.architectures().is_empty();
    let mut nodes = config.file().nodes.iter().filter(|_| !is_known);
    Ok(nodes.try_fold(target, |target, node| {
        target.with_node(TargetNode {
            uid: None,
            operating_system: Some(node.0.operating_system.clone()),
            architecture: node.0.architecture.clone(),
        })
    })?)
}

/// A name is a release or a version; what has a path's or a JSON file's form is a file, and so is what is there and
/// called like no release.
pub(crate) fn named_or_file(name: &str) -> Result<Target, CliError> {
    let wrap = |source| CliError::Target { name: name.to_owned(), source };
    let path = Path::new(name);
    if input::is_target_file(name) {
        return read_file(path);
    }
    match Target::named(name) {
        Err(_) if path.is_file() => read_file(path),
        named => named.map_err(wrap),
    }
}

fn read_file(path: &Path) -> Result<Target, CliError> {
    let json = input::read_start(path, MAX_TARGET_BYTES + 1)?;
    if json.len() as u64 > MAX_TARGET_BYTES {
        let source = io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("a target may have at most {} MiB", MAX_TARGET_BYTES >> 20),
        );
        return Err(CliError::Read { path: path.to_owned(), source });
    }
    Target::from_json(&json).map_err(|source| CliError::Target { name: path.display().to_string(), source })
}

pub(crate) fn run(args: &TargetCommandArgs) -> Result<Status, CliError> {
    let (content, text) = match &args.command {
        TargetCommand::List(args) => listed(args)?,
        TargetCommand::Show(args) => (Content::Data, json::pretty(&shown(args)?.completed())? + "\n"),
    };
    let mut out = Sink::stdout(content);
    out.write(&text)?;
    out.close()?;
    Ok(Status::Clean)
}

fn shown(args: &Show) -> Result<Target, CliError> {
    match &args.name {
        Some(name) => named_or_file(name),
        #[cfg(feature = "cluster")]
        None => cluster::target(&args.cluster),
        #[cfg(not(feature = "cluster"))]
        None => Ok(Target::default()),
    }
}

fn listed(args: &List) -> Result<(Content, String), CliError> {
    let knowledge = Knowledge::builtin();
    // A name that is a target's is a release's.
    let of_name = |name: &String| -> Result<Option<&Release>, CliError> {
        let target = Target::named(name).map_err(|source| CliError::Target { name: name.clone(), source })?;
        Ok(target.release())
    };
    let named = args.releases.iter().filter_map(|name| of_name(name).transpose()).collect::<Result<Vec<_>, _>>()?;
    let today = today::today()?;
    Ok(match (args.format, named.as_slice()) {
        (ListFormat::Json, []) => (Content::Data, json::pretty(&knowledge.releases())? + "\n"),
        (ListFormat::Json, named) => (Content::Data, json::pretty(&named)? + "\n"),
        (ListFormat::Human, []) => {
            (Content::Styled, list::overview(&knowledge.releases().iter().collect::<Vec<_>>(), today))
        }
        (ListFormat::Human, named) => {
            let details: Vec<String> = named.iter().map(|release| list::details(release, today)).collect();
            (Content::Styled, details.join("\n"))
        }
    })
}
