//! Who is asked for what a module says of itself.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use clap::ValueEnum;
use ramp_probe::Asking;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProbeHow {
    /// The built-in host; and a server, where one is named or there is no host on this system
    Auto,
    /// The built-in host, with no Redis at all
    Builtin,
    /// A redis-server
    RedisServer,
}

impl From<ProbeHow> for Asking {
    fn from(how: ProbeHow) -> Self {
        match how {
            ProbeHow::Auto => Self::Auto,
            ProbeHow::Builtin => Self::Builtin,
            ProbeHow::RedisServer => Self::RedisServer,
        }
    }
}
