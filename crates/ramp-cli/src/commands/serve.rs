//! `ramp serve`: the arguments to a configuration. What is served is `ramp-server`'s.

#[cfg(feature = "cluster")]
use std::net::{Ipv4Addr, Ipv6Addr};
#[cfg(feature = "cluster")]
use std::time::Duration;

use ramp_core::{Level, Policy, PolicyError};
use ramp_server::{Config, Server, Transport, open_storage, open_store};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::target::named_or_file;
use crate::args::serve::{LogFormat, Serve};
use crate::environment::variable;
use crate::error::CliError;
use crate::output::{Content, Sink};
use crate::status::Status;
use crate::tell;

/// How long a server that is well may take to say so.
#[cfg(feature = "cluster")]
const HEALTH: Duration = Duration::from_secs(5);

pub(crate) fn run(args: &Serve) -> Result<Status, CliError> {
    #[cfg(feature = "cluster")]
    if args.health {
        return Ok(health(args));
    }
    let config = configure(args)?;
    log(args.log_format)?;
    ramp_server::run(&config, |server| announce(&config, server))?;
    Ok(Status::Clean)
}

/// Whether a server is well that was started with the same arguments. A container's runtime knows 0 and 1 alone.
#[cfg(feature = "cluster")]
fn health(args: &Serve) -> Status {
    let mut limits = ramp_client::ClientLimits::default();
    limits.retries = 0;
    limits.connect = HEALTH;
    limits.answer = HEALTH;
    let mut address = args.listen;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    let scheme = if args.plain_http { "http" } else { "https" };
    let asked = format!("{scheme}://{address}").parse().and_then(|url| ramp_client::health(&url, &limits));
    match asked {
        Ok(()) => Status::Clean,
        Err(err) => {
            tell::failure(&CliError::cluster(err));
            Status::Found
        }
    }
}

fn configure(args: &Serve) -> Result<Config, CliError> {
    let mut config = Config::new(args.nodes.apply(named_or_file(&args.target)?)?, &args.kept.data_dir);
    config.listen = args.listen;
    // What is in the data directory, the server opens itself: once it has the directory for its own.
    if args.kept.store != "sqlite" {
        config.store = Some(open_store(&args.kept.store, &args.kept.data_dir)?);
    }
    config.storage = args.kept.blobs.as_deref().map(open_storage).transpose()?;
    let named = |name: &String| name.parse().map(Policy::named).map_err(PolicyError::from);
    config.gate = args.gate.as_ref().map(named).transpose()?;
    config.hosts.clone_from(&args.hosts);
    config.dependencies_from.clone_from(&args.dependencies_from);
    config.transport = match (&args.certificate, &args.key) {
        (Some(certificate), Some(key)) => Transport::Files { certificate: certificate.clone(), key: key.clone() },
        _ if args.plain_http => Transport::Plain,
        _ => Transport::SelfMade,
    };
    if let Some(name) = variable("RAMP_ADMIN_USER")? {
        config.admin_user = name;
    }
    config.admin_password = variable("RAMP_ADMIN_PASSWORD")?;
    Ok(config)
}

/// The log goes to standard error; standard output has the address and nothing else.
fn log(format: LogFormat) -> Result<(), CliError> {
    let wanted = variable("RAMP_LOG")?.unwrap_or_else(|| "info".to_owned());
    let filter: Targets = wanted.parse().map_err(|source| CliError::LogFilter { source })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    // Where this process has a log already, that one is used.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
    Ok(())
}

fn announce(config: &Config, server: &Server) {
    for platform in config.target.impossible_nodes() {
        let release = config.target.cluster_version().unwrap_or_default();
        let systems = config.target.possible_operating_systems().join(", ");
        let message = format!(
            "Redis Software {release} does not run on {platform}, but is simulated on it anyway; it runs on {systems}"
        );
        tell::notice(Level::Warning, &message);
    }
    if let Some(password) = server.made_password() {
        let message = format!("the admin `{}` was created, with the password {password}", config.admin_user);
        tell::notice(Level::Note, &message);
    }
    let scheme = if server.is_tls() { "https" } else { "http" };
    let mut out = Sink::stdout(Content::Data);
    let written = out.line(&format!("{scheme}://{}", server.address())).and_then(|()| out.close());
    if let Err(err) = written {
        // The server serves whether or not anybody reads this.
        tracing::warn!(error = &err as &dyn std::error::Error, "the address could not be printed");
    }
}
