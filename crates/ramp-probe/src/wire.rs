//! What the built-in host, or who watches over a server, and whoever starts them tell each other: a request, and then events, each a line
//! of JSON. Paths are bytes, which need not be text.

use std::ffi::OsString;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use crate::played::PlayedVersion;
use ramp_core::module::{RegisteredCommand, Registration};

/// The first argument by which a program that can be the host is told to be it.
pub(crate) const ARGUMENT: &str = "__ramp-probe-host";

/// The first argument by which it is told to start a server shut in; see there for those that follow.
pub(crate) const FENCE: &str = "__ramp-probe-fence";

/// The first argument by which it is told to watch over a folder, and a server that lives there; see there for those that follow.
pub(crate) const KEEP: &str = "__ramp-probe-keep";

/// Whether this program can be it.
pub(crate) const HAS_HOST: bool =
    cfg!(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")));

/// Whether this program becomes the host where it is started for it: it has said so.
pub(crate) static CAN_BE_HOST: AtomicBool = AtomicBool::new(false);

/// What the host is to load, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// The module, by an absolute path.
    pub(crate) module: OsString,
    /// The module's own arguments.
    pub(crate) arguments: Vec<String>,
    /// What it is shown.
    pub(crate) redis_version: PlayedVersion,
    /// What it may read beside its own folder and the system's libraries.
    pub(crate) readable: Vec<OsString>,
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
    /// Some of the commands that it registered.
    Commands(Vec<RegisteredCommand>),
    /// It is loaded, and this is what it registered, but for the commands, which were told before. Nothing comes after it.
    Loaded(Box<Registration>),
}

/// What a server is, and how it is started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The program that shuts it in.
    pub(crate) program: OsString,
    /// The server's own.
    pub(crate) server: OsString,
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// After how many seconds nobody waits for it any more.
    pub(crate) seconds: u64,
    /// How much of what it writes is kept.
    pub(crate) max_log_bytes: usize,
}

/// What is told of a server, by who watches over it and by what shuts it in: neither is within a module's reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Told {
    /// Where the folder is.
    Folder(OsString),
    /// There is none: the number of the error.
    NoFolder(i32),
    /// What of the sandbox this system does not have.
    Unguarded(Vec<String>),
    /// The server runs, or what becomes it, as this process.
    Started(i32),
    /// It cannot be started: the number of the error.
    NotStarted(i32),
    /// It is dead, and all that it had started.
    Ended {
        /// How it ended, as the system has it, where it did so by itself.
        status: Option<i32>,
        /// What it wrote.
        log: String,
    },
}

impl Told {
    /// As a line, of which no other comes into the middle.
    pub(crate) fn line(&self) -> Option<Vec<u8>> {
        let mut line = serde_json::to_vec(self).ok()?;
        line.push(b'\n');
        Some(line)
    }
}
