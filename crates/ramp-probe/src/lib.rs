#![doc = include_str!("../README.md")]
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
