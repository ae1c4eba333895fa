//! What the built-in host and whoever starts it tell each other: a request, and then events, each a line of JSON.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use crate::played::PlayedVersion;
use crate::registration::Registration;

/// The first argument by which a program that can be the host is told to be it.
pub(crate) const ARGUMENT: &str = "__ramp-probe-host";

/// The first argument by which it is told to start a server shut in: its folder, and the server's command line follow.
pub(crate) const FENCE: &str = "__ramp-probe-fence";
/// What it then begins a line of the log with, where this system does not have all of what shuts a server in.
pub(crate) const UNFENCED: &str = "ramp-probe-fence: without ";
/// And where the server cannot be started: the number of the error follows.
pub(crate) const NOT_STARTED: &str = "ramp-probe-fence: not started: ";
/// With which it then ends, since a module can write such a line too.
pub(crate) const NOT_STARTED_STATUS: i32 = 126;

/// Whether this program can be it.
pub(crate) const HAS_HOST: bool =
    cfg!(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")));

/// Whether this program becomes the host where it is started for it: it has said so.
pub(crate) static CAN_BE_HOST: AtomicBool = AtomicBool::new(false);

/// What the host is to load, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// The module, by an absolute path.
    pub(crate) module: PathBuf,
    /// The module's own arguments.
    pub(crate) arguments: Vec<String>,
    /// What it is shown.
    pub(crate) redis_version: PlayedVersion,
    /// What it may read beside its own folder and the system's libraries.
    pub(crate) readable: Vec<PathBuf>,
    /// How many seconds of processor time it may take.
    pub(crate) seconds: u64,
}

/// What the host tells while it works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// What of the sandbox this system does not have.
    Unguarded(Vec<String>),
    /// The sandbox could not be made; nothing was loaded.
    NoSandbox(String),
    /// The loader is asked, and runs constructors.
    Loading,
    /// The loader's refusal, in its words.
    NotLoaded(String),
    /// There is no `RedisModule_OnLoad`.
    NoOnLoad,
    /// `RedisModule_OnLoad` runs.
    Initializing,
    /// A function was asked for that this version does not have.
    Missing(String),
    /// `RedisModule_OnLoad` gave an error; why, if anywhere, is in the log.
    Refused,
    /// What a server that loads it would not take.
    Unfit(String),
    /// It is loaded, and this is what it registered.
    Loaded(Box<Registration>),
}
