//! Asks a Redis module for its name, version and commands.
//!
//! Only the module itself knows them: it registers them with the server that loads it. So [`probe`] starts a private
//! `redis-server` (or `valkey-server`) that loads the module as it starts, asks it, and kills it. The server
//!
//! - listens on a Unix socket in a temporary directory that only its owner can enter, and on no network port;
//! - persists nothing, reads no configuration but the one in that directory, and logs into a bounded buffer;
//! - is a process group of its own, killed whole when the probe is over, however it ends. Should this process be killed
//!   itself, by Ctrl-C or worse, a watchdog (`sh`, in the same group) notices, removes the directory and kills the group.
//!   A process that the module starts in a session of its own escapes both, unless orphans are adopted
//!   ([`ProbeOptions::adopt_orphans`]);
//! - has a time limit from start to end ([`ProbeOptions::timeout`]).
//!
//! What cannot load at all, such as a build for another architecture, is refused before a server is started.
//!
//! The answer depends on the server a little: the flag `module` is among a command's flags from Redis 7.0 on, and the
//! `step` of a command without keys is 0 then, where before it is what the module registered. All is passed on as the
//! server gives it, letter case included. Subcommands are not listed, as the reference packer does not.
//!
//! A module is code, and is run: probe only what you would also load into a server of your own.
//!
//! ```no_run
//! use std::path::Path;
//! use ramp_probe::{ProbeOptions, probe};
//!
//! let options = ProbeOptions { arguments: vec!["PARTITIONS".into(), "AUTO".into()], ..ProbeOptions::default() };
//! let discovery = probe(Path::new("redisearch.so"), &options)?;
//! println!("{} {}: {} commands", discovery.module_name, discovery.version, discovery.commands.len());
//! # Ok::<(), ramp_probe::ProbeError>(())
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod cause;
mod error;
mod options;

#[cfg(unix)]
mod ask;
#[cfg(unix)]
mod config;
#[cfg(unix)]
mod find;
#[cfg(unix)]
mod home;
#[cfg(unix)]
mod log;
#[cfg(target_os = "linux")]
mod orphans;
#[cfg(unix)]
mod preflight;
#[cfg(unix)]
mod resp;
#[cfg(unix)]
mod server;

use std::path::Path;

use ramp_core::module::{Discovery, ModuleFacts};

pub use cause::{LoadCause, OfferedBy};
pub use error::{ProbeError, Tried};
pub use options::{ProbeOptions, RedisArg, RedisArgError};

/// Asks the module in a file for its name, version and commands, the latter sorted by their bytes.
///
/// # Errors
///
/// Everything that keeps the module from answering: see [`ProbeError`].
#[cfg(unix)]
pub fn probe(module: &Path, options: &ProbeOptions) -> Result<Discovery, ProbeError> {
    let facts = preflight::inspect(module)?;
    probe_inspected(module, &facts, options)
}

/// [`probe`] for a file that was inspected already, so that it need not be read again.
///
/// # Errors
///
/// As those of [`probe`].
#[cfg(unix)]
pub fn probe_inspected(module: &Path, facts: &ModuleFacts, options: &ProbeOptions) -> Result<Discovery, ProbeError> {
    let executable = find::server(options)?;
    preflight::check(facts, &executable)?;
    let plan = server::Plan::new(module, facts, executable, options)?;
    // Dropped when all servers are gone.
    #[cfg(target_os = "linux")]
    let _orphans = options.adopt_orphans.then(orphans::Orphans::adopt);
    ask::discover(&plan)
}

/// Not possible here: a server needs Unix sockets.
///
/// # Errors
///
/// Always [`ProbeError::Unsupported`].
#[cfg(not(unix))]
pub fn probe(_: &Path, _: &ProbeOptions) -> Result<Discovery, ProbeError> {
    Err(ProbeError::Unsupported)
}

/// Not possible here: a server needs Unix sockets.
///
/// # Errors
///
/// Always [`ProbeError::Unsupported`].
#[cfg(not(unix))]
pub fn probe_inspected(_: &Path, _: &ModuleFacts, _: &ProbeOptions) -> Result<Discovery, ProbeError> {
    Err(ProbeError::Unsupported)
}
