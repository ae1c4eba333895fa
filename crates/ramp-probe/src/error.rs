//! What keeps a module from answering.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use ramp_core::module::ModuleFormat;

use crate::cause::LoadCause;
use crate::played::{self, PlayedVersion};

/// What keeps a module from answering. The messages do not name the module; whoever shows them does.
///
/// `log` is what server and module wrote: the last lines, and of a crash those around it. It is text from outside;
/// escape it before it reaches a terminal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// There is no such file.
    #[error("there is no such file")]
    ModuleMissing {
        /// The path asked for.
        path: PathBuf,
    },
    /// The file is not an object file.
    #[error("it is not a module but {format}")]
    NotAModule {
        /// The file.
        path: PathBuf,
        /// What it is.
        format: ModuleFormat,
    },
    /// There is no server to load it.
    #[error("no redis-server was found; looked for {}", list(tried))]
    ServerNotFound {
        /// Where it was looked for.
        tried: Vec<Tried>,
    },
    /// The server cannot be executed.
    #[error("the redis-server `{}` cannot be started", path.display())]
    ServerNotStarted {
        /// The server.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What loads the module ended by itself, for no reason that it told as a failure to load: a server was set up wrongly, or the
    /// module ended it.
    #[error("{by} ended ({status}) before it had loaded the module")]
    ServerFailed {
        /// What was to load it.
        by: Asked,
        /// How it ended.
        status: ExitStatus,
        /// Its own words.
        log: String,
    },
    /// The server, or its loader, refuses the module, or the module refuses the server.
    #[error("the module cannot be loaded: {cause}")]
    LoadFailed {
        /// Why, as far as it was recognised.
        cause: LoadCause,
        /// The server's own words; empty where no server was started.
        log: String,
    },
    /// What loads the module crashed.
    #[error("the module crashed {by} (signal {signal}{}){}", signal_name(*signal), lacking(missing))]
    Crashed {
        /// What was to load it.
        by: Asked,
        /// Functions of the module API that it asked for and was not given, where that is known.
        missing: Vec<String>,
        /// The signal that it tells of in its report of the crash, or else the one that ended it.
        signal: i32,
        /// Its own words.
        log: String,
    },
    /// It took too long.
    #[error("{by} gave no answer within {} s", after.as_secs_f64())]
    TimedOut {
        /// What was to load it.
        by: Asked,
        /// The limit that it reached.
        after: Duration,
        /// The server's own words until then.
        log: String,
    },
    /// The answer makes no sense.
    #[error("the answer of {by} makes no sense: {what}")]
    Protocol {
        /// What answered.
        by: Asked,
        /// What.
        what: String,
        /// The server's own words until then.
        log: String,
    },
    /// A file or a pipe failed.
    #[error("cannot {what}")]
    Io {
        /// What was to be done.
        what: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// The built-in host cannot be used here.
    #[error("the built-in host cannot be used: {why}")]
    NoHost {
        /// Why.
        why: String,
    },
    /// There is no program to watch over a server here, without which none is started.
    #[error("the process that watches over a redis-server cannot be used: {why}")]
    NoKeeper {
        /// Why.
        why: String,
    },
    /// This system has no Unix sockets.
    #[error("a module cannot be probed on this system")]
    Unsupported,
}

impl ProbeError {
    /// What server and module wrote, if a server was started.
    pub fn log(&self) -> Option<&str> {
        match self {
            Self::ServerFailed { log, .. }
            | Self::LoadFailed { log, .. }
            | Self::Crashed { log, .. }
            | Self::TimedOut { log, .. }
            | Self::Protocol { log, .. } => Some(log.as_str()).filter(|log| !log.is_empty()),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::ServerNotFound { tried } => match tried.first() {
                Some(Tried::Option(_)) => {
                    "Check the path: it must be that of a redis-server, of a folder with one, or a name on PATH.".into()
                }
                Some(Tried::Environment { variable, .. }) => {
                    format!("Set {variable} to the path of a redis-server, or leave it out.")
                }
                _ => "Install it (Debian: `apt-get install redis-server`), or set REDIS_PATH to its path.".into(),
            },
            Self::LoadFailed { cause, .. } => return cause.help(),
            Self::NoHost { .. } => "Have a redis-server asked in its place: set REDIS_PATH to the path of one.".into(),
            Self::Crashed { by: Asked::Builtin(_), signal: 4 | 6 | 7 | 8 | 11, .. } => {
                "Try another version of Redis, or, where you trust the module, a redis-server, which shuts it in less."
                    .into()
            }
            Self::Crashed { signal, .. } => crash_help(*signal).into(),
            Self::ServerFailed { status, .. } if status.success() => {
                "Check whether the module ends the server, such as by `exit`, while it is loaded.".into()
            }
            Self::ServerFailed { .. } => {
                "One of the server's settings may be wrong, or the module may have ended it; what was logged may say."
                    .into()
            }
            Self::TimedOut { .. } => "Allow it more time, unless the module hangs while it is loaded.".into(),
            _ => return None,
        })
    }
}

/// What is asked to load a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asked {
    /// The built-in host, which shows the module this Redis version.
    Builtin(PlayedVersion),
    /// A `redis-server`.
    RedisServer,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin(version) => write!(f, "the built-in host (as Redis {version})"),
            Self::RedisServer => f.write_str("the redis-server"),
        }
    }
}

/// A place where a server was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tried {
    /// The one that was asked for.
    Option(PathBuf),
    /// The one that an environment variable names.
    Environment {
        /// The variable.
        variable: &'static str,
        /// Its value.
        value: PathBuf,
    },
    /// A name on `PATH`.
    OnPath(&'static str),
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(path) => write!(f, "`{}`", path.display()),
            Self::Environment { variable, value } => write!(f, "`{}` ({variable})", value.display()),
            Self::OnPath(name) => write!(f, "`{name}` on PATH"),
        }
    }
}

/// Which functions a module was not given that this project knows: the rest no server has.
fn lacking(missing: &[String]) -> String {
    let known: Vec<String> = missing
        .iter()
        .filter_map(|name| played::since(name).map(|(major, minor)| format!("{name} of {major}.{minor}")))
        .take(3)
        .collect();
    if known.is_empty() { String::new() } else { format!(", and asked for {}", known.join(", ")) }
}

fn list(tried: &[Tried]) -> String {
    tried.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What to do about a crash, by its signal: who sends it is known of some.
fn crash_help(signal: i32) -> &'static str {
    match signal {
        6 => {
            "The module, or a library of it, gave up by `abort`; its last words were logged. Some modules do so in a version of Redis \
             that is older than the one they were made for."
        }
        9 | 15 => {
            "Something outside ended the server, such as the kernel where memory is short, or the module did so itself."
        }
        24 | 25 => "The server was ended by a limit on its time or on the size of files: see `ulimit -a`.",
        31 => "The server made a system call that is forbidden where it runs: see the rules of the container.",
        _ => "Try the version of Redis that the module was made for: some modules crash older ones.",
    }
}

fn signal_name(signal: i32) -> &'static str {
    match signal {
        4 => ", SIGILL",
        6 => ", SIGABRT",
        8 => ", SIGFPE",
        9 => ", SIGKILL",
        11 => ", SIGSEGV",
        15 => ", SIGTERM",
        24 => ", SIGXCPU",
        25 => ", SIGXFSZ",
        31 => ", SIGSYS",
        _ => "",
    }
}
