//! A live cluster: who asks it, whom it is trusted as, and what it tells.

use std::io::{self, IsTerminal as _, Write as _};

use ramp_client::{Cluster, ClusterModules, Credentials, Survey, Trust, Warning};
use ramp_core::{Level, Target};

use crate::args::cluster::ClusterArgs;
use crate::environment::variable;
use crate::error::CliError;
use crate::tell;

const USER: &str = "RAMP_CLUSTER_USER";
const PASSWORD: &str = "RAMP_CLUSTER_PASSWORD";

/// The cluster that the arguments name, if they name one.
pub(crate) fn connect(args: &ClusterArgs) -> Result<Option<Cluster>, CliError> {
    let Some(url) = &args.cluster else { return Ok(None) };
    let url = url.parse().map_err(CliError::cluster)?;
    let trust = match &args.certificates {
        Some(path) => Trust::File(path.clone()),
        None if args.insecure => Trust::Anybody,
        None => Trust::System,
    };
    if trust == Trust::Anybody {
        tell::notice(Level::Warning, &format!("whoever answers at {url} is trusted, and gets the password"));
    }
    let credentials = credentials(args, &url)?;
    Cluster::new(url, &credentials, trust).map(Some).map_err(CliError::cluster)
}

/// What it tells of itself; what it does not is told to the user.
pub(crate) fn survey(cluster: &Cluster) -> Result<Survey, CliError> {
    let survey = cluster.survey().map_err(CliError::cluster)?;
    warn(&survey.warnings);
    Ok(survey)
}

/// The modules that it has; what it does not tell is told to the user.
pub(crate) fn modules(cluster: &Cluster) -> Result<ClusterModules, CliError> {
    let modules = cluster.modules().map_err(CliError::cluster)?;
    warn(&modules.warnings);
    Ok(modules)
}

fn warn(warnings: &[Warning]) {
    for warning in warnings {
        tell::notice(Level::Warning, &warning.to_string());
    }
}

/// The same as a target; the default, no cluster, where none is named.
pub(crate) fn target(args: &ClusterArgs) -> Result<Target, CliError> {
    match connect(args)? {
        Some(cluster) => Ok(survey(&cluster)?.target),
        None => Ok(Target::default()),
    }
}

/// From the file, else from the environment, else from whoever sits at the terminal.
fn credentials(args: &ClusterArgs, url: &ramp_client::ClusterUrl) -> Result<Credentials, CliError> {
    if let Some(path) = &args.credentials {
        return Credentials::read(path).map_err(CliError::cluster);
    }
    let (user, password) = match (variable(USER)?, variable(PASSWORD)?) {
        (Some(user), Some(password)) => (user, password),
        _ if !(io::stdin().is_terminal() && io::stderr().is_terminal()) => return Err(CliError::NoCredentials),
        (user, password) => {
            let user = user.map_or_else(|| ask(&format!("User at {url}: ")), Ok)?;
            let password = password.map_or_else(|| ask_password(&user), Ok)?;
            (user, password)
        }
    };
    Credentials::new(user, password).map_err(CliError::cluster)
}

fn ask(question: &str) -> Result<String, CliError> {
    let unanswered = |source| CliError::Prompt { source };
    let mut stderr = tell::stderr();
    stderr.write_all(question.as_bytes()).and_then(|()| stderr.flush()).map_err(unanswered)?;
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(unanswered)?;
    Ok(line.trim().to_owned())
}

/// Nothing is shown of what is typed.
fn ask_password(user: &str) -> Result<String, CliError> {
    rpassword::prompt_password(format!("Password for {}: ", crate::style::printable(user)))
        .map_err(|source| CliError::Prompt { source })
}
