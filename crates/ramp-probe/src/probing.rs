//! Whom to ask, and in which order.

use std::path::Path;
use std::time::{Duration, Instant};

use ramp_core::module::ModuleFacts;

use crate::builtin::{self, Host};
use crate::cause::LoadCause;
use crate::error::{Asked, ProbeError};
use crate::options::{Asking, ProbeOptions};
use crate::probed::Probed;
use crate::{ask, find, preflight, server};

/// Asks the module in a file for its name, version and commands, the latter sorted by their bytes.
///
/// # Errors
///
/// Everything that keeps the module from answering: see [`ProbeError`].
pub fn probe(module: &Path, options: &ProbeOptions) -> Result<Probed, ProbeError> {
    // It gets ready while the file is read; one that cannot be started says why when it is its turn.
    let ready = is_host_first(options).then(|| Host::start(options).ok()).flatten();
    let facts = preflight::inspect(module)?;
    ask_with(module, &facts, options, ready)
}

/// [`probe`] for a file that was inspected already, so that it need not be read again.
///
/// # Errors
///
/// As those of [`probe`].
pub fn probe_inspected(module: &Path, facts: &ModuleFacts, options: &ProbeOptions) -> Result<Probed, ProbeError> {
    ask_with(module, facts, options, None)
}

/// Whether the built-in host is asked before any server. Settings are for a server, where there is one.
fn is_host_first(options: &ProbeOptions) -> bool {
    let is_server_named =
        || options.redis_server.is_some() || !options.redis_args.is_empty() && find::server(options).is_ok();
    match options.asking {
        Asking::RedisServer => false,
        Asking::Builtin => true,
        Asking::Auto => !is_server_named(),
    }
}

/// Asks whom the options name; a host that is ready is taken instead of starting one.
fn ask_with(
    module: &Path,
    facts: &ModuleFacts,
    options: &ProbeOptions,
    ready: Option<Host>,
) -> Result<Probed, ProbeError> {
    let now = Instant::now();
    // A limit that no clock can hold is none.
    let deadline = now.checked_add(options.timeout).unwrap_or(now + Duration::from_secs(1 << 30));
    let outcome = if is_host_first(options) {
        of_host(module, facts, options, deadline, ready).or_else(|err| {
            // A server shuts a module in less: it is no place that a module gets to by what it does in the host.
            if options.asking == Asking::Builtin || !matches!(err, ProbeError::NoHost { .. }) {
                return Err(err);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match of_server(module, facts, &ProbeOptions { timeout: left, ..options.clone() }) {
                // Where there is no server, what the host says is all that is known.
                Err(ProbeError::ServerNotFound { .. }) => Err(err),
                answer => answer,
            }
        })
    } else {
        of_server(module, facts, options)
    };
    outcome.map_err(|err| with_alike(err, facts))
}

/// Names what was probably meant for the function that is missing.
fn with_alike(mut err: ProbeError, facts: &ModuleFacts) -> ProbeError {
    if let ProbeError::LoadFailed { cause: LoadCause::NoOnLoad { alike }, .. } = &mut err {
        let found = facts.elf.as_ref().map(|elf| elf.symbols.on_load_alike.iter().cloned());
        alike.extend(found.into_iter().flatten());
    }
    err
}

fn of_host(
    module: &Path,
    facts: &ModuleFacts,
    options: &ProbeOptions,
    deadline: Instant,
    mut ready: Option<Host>,
) -> Result<Probed, ProbeError> {
    preflight::check(facts, None)?;
    let mut shown = |version| {
        let host = ready.take().map_or_else(|| Host::start(options), Ok)?;
        builtin::ask(host, module, facts, options, version, deadline).map(|answer| Probed {
            discovery: answer.registration.discovery(),
            by: Asked::Builtin(version),
            server: None,
            registration: Some(answer.registration),
            unguarded: answer.unguarded,
        })
    };
    let mut first = None;
    for version in &options.redis_versions {
        match shown(*version) {
            Ok(found) => return Ok(found),
            Err(err) if may_be_the_versions_fault(&err) => {
                // What the others say is as good as the first, of the version that was meant.
                first.get_or_insert(err);
            }
            Err(err) => return Err(first.unwrap_or(err)),
        }
    }
    Err(first.unwrap_or_else(|| ProbeError::NoHost { why: "no Redis version was named for it".to_owned() }))
}

/// Whether another version may do better.
fn may_be_the_versions_fault(err: &ProbeError) -> bool {
    match err {
        ProbeError::NoHost { .. } | ProbeError::Crashed { .. } => true,
        ProbeError::LoadFailed { cause, .. } => {
            matches!(cause, LoadCause::InitializationFailed { .. } | LoadCause::ServerVersion { .. })
        }
        _ => false,
    }
}

fn of_server(module: &Path, facts: &ModuleFacts, options: &ProbeOptions) -> Result<Probed, ProbeError> {
    let executable = find::server(options)?;
    preflight::check(facts, Some(&executable))?;
    let plan = server::Plan::new(module, facts, executable, options)?;
    ask::discover(&plan)
}
