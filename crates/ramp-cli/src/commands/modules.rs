//! `ramp modules`: what a cluster has, all that it says of a module, and away with one.

use ramp_client::{Cluster, ClusterModule, ClusterModules, Event};
use ramp_core::{Endpoint, Level};

use super::{cluster, question};
use crate::args::cluster::ClusterArgs;
use crate::args::modules::{Delete, List, Meant, Modules, ModulesCommand, Show};
use crate::error::CliError;
use crate::output::Sink;
use crate::output::modules::{BUNDLED, Deletion, Outcome, write_deletion, write_list, write_shown};
use crate::progress::Progress;
use crate::status::Status;
use crate::tell;

pub(crate) fn run(args: &Modules) -> Result<Status, CliError> {
    match &args.command {
        ModulesCommand::List(args) => list(args),
        ModulesCommand::Show(args) => show(args),
        ModulesCommand::Delete(args) => delete(args),
    }
}

fn list(args: &List) -> Result<Status, CliError> {
    let (cluster, modules) = ask(&args.cluster)?;
    let mut out = Sink::stdout(args.format.content());
    write_list(args.format, &cluster.url().to_string(), &modules, &mut out)?;
    out.close()?;
    Ok(Status::Clean)
}

fn show(args: &Show) -> Result<Status, CliError> {
    let (cluster, modules) = ask(&args.cluster)?;
    let found = modules.find(&args.meant.module, args.meant.module_version.as_deref());
    if found.is_empty() {
        tell::failure(&missing(&cluster, &modules, &args.meant));
        return Ok(Status::Found);
    }
    let mut out = Sink::stdout(args.format.content());
    write_shown(args.format, &cluster.url().to_string(), &modules, &found, &mut out)?;
    out.close()?;
    Ok(Status::Clean)
}

fn delete(args: &Delete) -> Result<Status, CliError> {
    let (cluster, modules) = ask(&args.cluster)?;
    let endpoint = match args.endpoint.or(modules.endpoint) {
        Some(Endpoint::Bootstrap) => return Err(CliError::cluster(ramp_client::ClientError::NotAnUpload)),
        Some(endpoint) => endpoint,
        None => return Err(CliError::cluster(ramp_client::ClientError::UnknownRelease)),
    };
    let found = modules.find(&args.meant.module, args.meant.module_version.as_deref());
    let module = match found.as_slice() {
        [module] => *module,
        [] => {
            tell::failure(&missing(&cluster, &modules, &args.meant));
            return Ok(Status::Found);
        }
        several => {
            let found = several.iter().map(|module| named(module)).collect();
            tell::failure(&CliError::SeveralModules { module: args.meant.module.clone(), found });
            return Ok(Status::Found);
        }
    };
    let is_used = module.used_by.as_ref().is_some_and(|databases| !databases.is_empty());
    let outcome = if is_used {
        Outcome::InUse
    } else if args.dry_run {
        Outcome::DryRun
    } else if !args.yes && !question::is_answered() {
        return Err(CliError::NotConfirmed { what: module.to_string() });
    } else if !args.yes && !question::confirmed(&asked(&cluster, module))? {
        Outcome::Kept
    } else {
        match away(&cluster, &modules, endpoint, module) {
            Ok(deleted) => Outcome::Deleted(deleted),
            Err(err) => Outcome::Failed(err),
        }
    };
    let deletion = Deletion { cluster: cluster.url().to_string(), endpoint, module, outcome };
    let mut out = Sink::stdout(args.format.content());
    write_deletion(args.format, &deletion, &mut out)?;
    out.close()?;
    Ok(match deletion.outcome {
        Outcome::DryRun => Status::Clean,
        Outcome::InUse | Outcome::Kept => Status::Found,
        Outcome::Deleted(deleted) if deleted.left.is_empty() => Status::Clean,
        Outcome::Deleted(deleted) if deleted.left.iter().all(|(_, err)| err.is_verdict()) => Status::Found,
        Outcome::Deleted(_) => Status::NotEvaluated,
        Outcome::Failed(err) if err.is_verdict() => Status::Found,
        Outcome::Failed(err) => {
            tell::failure(&CliError::cluster(err));
            Status::NotEvaluated
        }
    })
}

/// What is asked before a module is deleted.
fn asked(cluster: &Cluster, module: &ClusterModule) -> String {
    let question = format!("Delete {module} from {}?", cluster.url());
    if module.is_bundled { format!("{module} {BUNDLED}.\n{question}") } else { question }
}

fn ask(args: &ClusterArgs) -> Result<(Cluster, ClusterModules), CliError> {
    // `--cluster` is required.
    let cluster = cluster::connect(args)?.ok_or(CliError::NoCredentials)?;
    let modules = cluster::modules(&cluster)?;
    Ok((cluster, modules))
}

/// What it is called where it is to be told from all others.
fn named(module: &ClusterModule) -> String {
    match &module.uid {
        Some(uid) => format!("{module}, uid {uid}"),
        None => format!("{module}, of which there are only artifacts"),
    }
}

fn missing(cluster: &Cluster, modules: &ClusterModules, meant: &Meant) -> CliError {
    let others = modules.find(&meant.module, None);
    CliError::NoSuchModule {
        cluster: cluster.url().to_string(),
        module: meant.module.clone(),
        version: meant.module_version.clone(),
        hint: modules.closest(&meant.module).map(str::to_owned),
        versions: others
            .iter()
            .map(|module| module.semantic_version.clone().unwrap_or_else(|| module.version.to_string()))
            .collect(),
    }
}

fn away(
    cluster: &Cluster,
    modules: &ClusterModules,
    endpoint: Endpoint,
    module: &ClusterModule,
) -> Result<ramp_client::Deleted, ramp_client::ClientError> {
    let progress = Progress::of_steps();
    let outcome = cluster.delete(modules, endpoint, module, &mut |event| match event {
        Event::Step(step) => progress.say(step),
        Event::Acting { progress: percent, .. } => {
            progress.say(&percent.map_or_else(|| "deleting".to_owned(), |percent| format!("deleting, {percent} %")));
        }
        Event::Unknown(what) => progress.suspend(|| tell::notice(Level::Warning, &format!("not known: {what}"))),
        _ => {}
    });
    progress.finish();
    outcome
}
