//! `ramp serve`: the arguments to a configuration. What is served is `ramp-server`'s.

mod log;

#[cfg(feature = "cluster")]
use std::net::{Ipv4Addr, Ipv6Addr};
#[cfg(feature = "cluster")]
use std::time::Duration;

#[cfg(feature = "cluster")]
use ramp_client::ClientError;
use ramp_core::{Policy, PolicyError};
use ramp_server::{Config, Server, Transport, open_storage, open_store};

use super::target::named_or_file;
use crate::args::serve::{LogFormat, Serve};
use crate::environment::variable;
use crate::error::CliError;
use crate::output::{Content, Sink};
use crate::status::Status;
#[cfg(feature = "cluster")]
use crate::tell;

/// How long a server that is well may take to say so.
#[cfg(feature = "cluster")]
const HEALTH: Duration = Duration::from_secs(5);

pub(crate) fn run(args: &Serve) -> Result<Status, CliError> {
    #[cfg(feature = "cluster")]
    if args.health {
        return Ok(health(args));
    }
    match (serve(args), args.log_format) {
        (Err(err), LogFormat::Json) => {
            log::fail_in_json(&err);
            Ok(Status::NotEvaluated)
        }
        (served, _) => served,
    }
}

fn serve(args: &Serve) -> Result<Status, CliError> {
    log::begin(args.log_format)?;
    let config = configure(args)?;
    ramp_server::run(&config, |server| announce(&config, server))?;
    Ok(Status::Clean)
}

/// Whether the server is well that listens there. One that turns out not to speak TLS is asked without, and one that turns out to, with it: what checks a
/// container need not know how its server was started. A container's runtime knows 0 and 1 alone.
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
    let ask = |scheme: &str| format!("{scheme}://{address}").parse().and_then(|url| ramp_client::health(&url, &limits));
    let (first, other) = if args.plain_http { ("http", "https") } else { ("https", "http") };
    let asked = ask(first).or_else(|err| match err.cause() {
        ClientError::NoTls { .. } | ClientError::Interrupted { .. } => ask(other),
        _ => Err(err),
    });
    match asked {
        Ok(()) => Status::Clean,
        Err(err) => {
            tell::failure(&CliError::cluster(err));
            Status::Found
        }
    }
}

fn configure(args: &Serve) -> Result<Config, CliError> {
    let target = named_or_file(args.target.as_deref().unwrap_or("latest"))?;
    let mut config = Config::new(args.nodes.apply(target)?, &args.kept.data_dir);
    config.upgrades = args.target.is_some();
    config.listen = args.listen;
    // What is in the data directory, the server opens itself: once it has the directory for its own.
    if args.kept.store != "sqlite" {
        config.store = Some(open_store(&args.kept.store, &args.kept.data_dir)?);
    }
    let named = |name: &String| name.parse().map(Policy::named).map_err(PolicyError::from);
    config.gate = args.gate.as_ref().map(named).transpose()?;
    config.unbootstrapped = args.unbootstrapped;
    config.without_bundled = args.without_bundled;
    config.hosts.clone_from(&args.hosts);
    config.check_every = args.check_every;
    config.dependencies_from.clone_from(&args.dependencies_from);
    config.proxies.clone_from(&args.proxies);
    config.tls_names.clone_from(&args.tls_names);
    config.limits.shutdown_timeout = args.stop_timeout;
    config.transport = match (&args.certificate, &args.key) {
        (Some(certificate), Some(key)) => Transport::Files { certificate: certificate.clone(), key: key.clone() },
        _ if args.plain_http => Transport::Plain,
        _ => Transport::SelfMade,
    };
    if let Some(name) = variable("RAMP_ADMIN_USER")? {
        config.admin_user = name;
    }
    config.admin_password = variable("RAMP_ADMIN_PASSWORD")?;
    // Last, as a directory is made where there is none.
    config.storage = args.kept.blobs.as_deref().map(open_storage).transpose()?;
    Ok(config)
}

fn announce(config: &Config, server: &Server) {
    for platform in config.target.impossible_nodes() {
        let release = config.target.cluster_version().unwrap_or_default();
        let systems = config.target.possible_operating_systems().join(", ");
        tracing::warn!(
            "Redis Software {release} does not run on {platform}, but is simulated on it anyway; it runs on {systems}"
        );
    }
    let scheme = if server.is_tls() { "https" } else { "http" };
    let mut out = Sink::stdout(Content::Data);
    let written = out.line(&format!("{scheme}://{}", server.address())).and_then(|()| out.close());
    if let Err(err) = written {
        // The server serves whether or not anybody reads this.
        tracing::warn!(error = &err as &dyn std::error::Error, "the address could not be printed");
    }
}
