//! How to probe.

use std::path::PathBuf;
use std::time::Duration;

use crate::played::PlayedVersion;

/// What is asked to load the module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asking {
    /// The built-in host; a `redis-server` where one is named; and where there is no host on this system and a server is found. A server
    /// shuts a module in less than the host does, so that what the module does decides nothing.
    #[default]
    Auto,
    /// The built-in host, and no server.
    Builtin,
    /// A `redis-server`, and not the host.
    RedisServer,
}

/// How a module is to be asked.
#[derive(Debug, Clone)]
pub struct ProbeOptions {
    /// The module's own arguments.
    pub arguments: Vec<String>,
    /// What is asked.
    pub asking: Asking,
    /// The Redis versions that the built-in host shows, one after the other until the module loads into one: the newest that it knows,
    /// and then 7.4.
    pub redis_versions: Vec<PlayedVersion>,
    /// The program that becomes the built-in host: one that calls [`become_host_if_asked`](crate::become_host_if_asked) first of all, as
    /// `ramp-probe-host` of this crate does. Without it, this process's own program.
    pub host_program: Option<PathBuf>,
    /// The server, by its path or by a name on `PATH`. Without it `REDIS_PATH` and `REDIS_SERVER` are asked, then
    /// `redis-server` and `valkey-server` on `PATH`.
    pub redis_server: Option<PathBuf>,
    /// Settings of the server, as in its configuration file. Those that would make it listen, persist, log elsewhere or
    /// go to the background are left out.
    pub redis_args: Vec<RedisArg>,
    /// Names of variables of this process's environment that the server is given too, and with it the module. It has a `HOME` and a
    /// `TMPDIR` of its own, `PATH`, where the loader looks for libraries (`LD_LIBRARY_PATH`, `DYLD_LIBRARY_PATH`), and nothing else: what
    /// is in the environment of a build, such as credentials, is not the module's business.
    pub environment: Vec<String>,
    /// How long it may take, all in all.
    pub timeout: Duration,
    /// How much of what server and module write is kept: the first half and the last half of as many bytes.
    pub max_log_bytes: usize,
    /// Is told what this system does not have of what shuts in the host or the server, before the module is loaded, so that it is known
    /// whatever comes of that. Where all is there, it is not called.
    pub unguarded: Option<fn(&[String])>,
}

impl Default for ProbeOptions {
    fn default() -> Self {
        Self {
            arguments: Vec::new(),
            asking: Asking::default(),
            redis_versions: vec![PlayedVersion::NEWEST, PlayedVersion::FALLBACK],
            host_program: None,
            redis_server: None,
            redis_args: Vec::new(),
            environment: Vec::new(),
            timeout: Duration::from_secs(60),
            max_log_bytes: 128 << 10,
            unguarded: None,
        }
    }
}

impl ProbeOptions {
    /// Tells what is missing, if anything is.
    #[cfg(unix)]
    pub(crate) fn tell_unguarded(&self, missing: &[String]) {
        if let Some(tell) = self.unguarded.filter(|_| !missing.is_empty()) {
            tell(missing);
        }
    }
}

/// A setting of the server: a directive of its configuration file, and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisArg {
    name: String,
    values: Vec<String>,
}

impl RedisArg {
    /// A setting by its name, with or without the two dashes of the command line.
    ///
    /// # Errors
    ///
    /// A name that no directive can have.
    ///
    /// ```
    /// use ramp_probe::RedisArg;
    ///
    /// assert_eq!(RedisArg::new("--maxmemory", ["10mb"]).unwrap().name(), "maxmemory");
    /// assert!(RedisArg::new("save \"\"\nport", ["6379"]).is_err());
    /// ```
    pub fn new(name: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, RedisArgError> {
        let bare = name.strip_prefix("--").unwrap_or(name);
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if bare.is_empty() || bare.starts_with('-') || !bare.chars().all(is_part) {
            return Err(RedisArgError::Name { name: name.to_owned() });
        }
        Ok(Self { name: bare.to_owned(), values: values.into_iter().map(Into::into).collect() })
    }

    /// Settings as they would stand on the server's command line: `--name value… --name value…`.
    ///
    /// # Errors
    ///
    /// A value before the first name, or a name that no directive can have.
    ///
    /// ```
    /// use ramp_probe::RedisArg;
    ///
    /// let settings = RedisArg::parse(["--maxmemory", "10mb", "--activedefrag", "yes"]).unwrap();
    /// assert_eq!(settings[1], RedisArg::new("activedefrag", ["yes"]).unwrap());
    /// ```
    pub fn parse(words: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<Self>, RedisArgError> {
        let mut settings: Vec<Self> = Vec::new();
        for word in words {
            let word = word.as_ref();
            if word.starts_with("--") {
                settings.push(Self::new(word, [""; 0])?);
            } else {
                let setting = settings.last_mut().ok_or_else(|| RedisArgError::NoName { value: word.to_owned() })?;
                setting.values.push(word.to_owned());
            }
        }
        Ok(settings)
    }

    /// The directive.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its values.
    pub fn values(&self) -> &[String] {
        &self.values
    }
}

/// What is not a setting of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedisArgError {
    /// No directive has such a name.
    #[error("`{name}` is not the name of a redis-server setting")]
    Name {
        /// The name.
        name: String,
    },
    /// A value stands before the first name.
    #[error("`{value}` comes before the first `--name` of a redis-server setting")]
    NoName {
        /// The value.
        value: String,
    },
}
