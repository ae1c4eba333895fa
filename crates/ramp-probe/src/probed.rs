//! What comes of a probe.

use std::fmt;
use std::path::PathBuf;

use ramp_core::module::Discovery;

use crate::error::Asked;
use ramp_core::module::Registration;

/// What a module says of itself, and who was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probed {
    /// Name, version and commands.
    pub discovery: Discovery,
    /// Who was asked.
    pub by: Asked,
    /// The server, where one was asked.
    pub server: Option<AskedServer>,
    /// All that it registered, where the built-in host was asked.
    pub registration: Option<Registration>,
    /// What this system does not have of what shuts in the built-in host or the server.
    pub unguarded: Vec<String>,
}

impl Probed {
    /// Who was asked, in words: of a server also which.
    pub fn asked(&self) -> String {
        match &self.server {
            Some(server) => format!("{} {server}", self.by),
            None => self.by.to_string(),
        }
    }
}

/// A server that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AskedServer {
    /// Its program.
    pub path: PathBuf,
    /// The version of Redis that it says it is, or is compatible with.
    pub redis_version: Option<String>,
    /// The version of Valkey that it says it is, if it does.
    pub valkey_version: Option<String>,
}

impl AskedServer {
    /// By what the server answers to `INFO server`.
    #[cfg(unix)]
    pub(crate) fn new(path: PathBuf, info: &str) -> Self {
        let of = |key: &str| {
            let mut lines = info.lines().filter_map(|line| line.trim_end().split_once(':'));
            lines.find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
        };
        Self { path, redis_version: of("redis_version"), valkey_version: of("valkey_version") }
    }
}

impl fmt::Display for AskedServer {
    /// `/usr/bin/redis-server (Redis 7.0.15)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        match (&self.valkey_version, &self.redis_version) {
            (Some(version), _) => write!(f, " (Valkey {version})"),
            (None, Some(version)) => write!(f, " (Redis {version})"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_what_it_is() {
        let of = |info: &str| AskedServer::new("/bin/redis-server".into(), info).to_string();
        assert_eq!(of("# Server\r\nredis_version:7.0.15\r\nos:Linux\r\n"), "/bin/redis-server (Redis 7.0.15)");
        let valkey = "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\n";
        assert_eq!(of(valkey), "/bin/redis-server (Valkey 8.1.1)");
        assert_eq!(of(""), "/bin/redis-server");
    }
}
