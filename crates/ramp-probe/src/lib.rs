#![doc = include_str!("../README.md")]
#![deny(missing_docs, unsafe_code)]

mod cause;
mod error;
mod options;
mod outcome;
mod played;
mod probed;
mod wire;

#[cfg(unix)]
mod ask;
#[cfg(unix)]
mod builtin;
#[cfg(unix)]
mod clear;
#[cfg(unix)]
mod config;
#[cfg(unix)]
mod environment;
#[cfg(unix)]
mod events;
#[cfg(unix)]
mod find;
#[cfg(unix)]
mod helper;
#[cfg(unix)]
mod home;
// The one place for unsafe code: see there.
#[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[allow(unsafe_code)]
mod host;
#[cfg(unix)]
mod keeper;
#[cfg(unix)]
mod kept;
#[cfg(unix)]
mod log;
#[cfg(target_os = "linux")]
mod orphans;
#[cfg(unix)]
mod preflight;
mod private;
#[cfg(unix)]
mod probing;
#[cfg(unix)]
mod readable;
#[cfg(unix)]
mod resp;
#[cfg(unix)]
mod sense;
#[cfg(unix)]
mod server;

pub use cause::{LoadCause, OfferedBy};
pub use error::{Asked, ProbeError, Tried};
pub use options::{Asking, ProbeOptions, RedisArg, RedisArgError};
pub use outcome::outcome;
pub use played::{PlayedVersion, PlayedVersionError};
pub use private::PrivateFolder;
pub use probed::{AskedServer, Probed};
#[cfg(unix)]
pub use probing::{probe, probe_inspected};

/// Not possible here: neither the built-in host nor a server runs on this system.
///
/// # Errors
///
/// Always [`ProbeError::Unsupported`].
#[cfg(not(unix))]
pub fn probe(_: &std::path::Path, _: &ProbeOptions) -> Result<Probed, ProbeError> {
    Err(ProbeError::Unsupported)
}

/// Not possible here: neither the built-in host nor a server runs on this system.
///
/// # Errors
///
/// Always [`ProbeError::Unsupported`].
#[cfg(not(unix))]
pub fn probe_inspected(
    _: &std::path::Path,
    _: &ramp_core::module::ModuleFacts,
    _: &ProbeOptions,
) -> Result<Probed, ProbeError> {
    Err(ProbeError::Unsupported)
}

/// Becomes the built-in host, or what shuts in a server or watches over it, and does not return, where this process was started for it: to be called first
/// of all by a program that probes modules, before it has opened anything or started a thread. Otherwise it does nothing.
///
/// ```
/// // Of a program that was started for something else.
/// ramp_probe::become_host_if_asked();
/// ```
pub fn become_host_if_asked() {
    wire::CAN_BE_HOST.store(true, std::sync::atomic::Ordering::Relaxed);
    #[cfg(unix)]
    {
        let mut arguments = std::env::args_os().skip(1);
        match arguments.next() {
            Some(first) if first == wire::KEEP => keeper::keep(arguments),
            #[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
            Some(first) if first == wire::ARGUMENT => host::run(arguments),
            #[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
            Some(first) if first == wire::FENCE => host::fence(arguments),
            _ => {}
        }
    }
}
