//! The log of a server: where it goes, how much of it there is, and in which form.

use std::io::{self, Write};

use tracing_subscriber::Registry;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::args::serve::LogFormat;
use crate::environment::variable;
use crate::error::{CliError, one_line};
use crate::output::json;

/// What logs: these packages, and what is in them. `ramp` is what all of this workspace's begin with.
const TARGETS: [&str; 4] = ["ramp", "ramp_cli", "ramp_server", "object_store"];

/// The log goes to standard error; standard output has the address and nothing else.
pub(super) fn begin(format: LogFormat) -> Result<(), CliError> {
    let filter = filter(&variable("RAMP_LOG")?.unwrap_or_else(|| "info".to_owned()))?;
    // Where this process has a log already, that one is used.
    let _ = tracing_subscriber::registry().with(lines(format).with_filter(filter)).try_init();
    Ok(())
}

/// The lines of a log, all of them.
fn lines(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    let lines = tracing_subscriber::fmt::layer().with_target(false);
    match format {
        LogFormat::Text => lines.with_writer(io::stderr).with_ansi(false).boxed(),
        LogFormat::Json => {
            let lines = lines.with_writer(|| Inert(io::stderr())).json();
            lines.flatten_event(true).with_span_list(false).boxed()
        }
    }
}

/// What keeps the server from serving, to whoever reads each line of standard error as JSON: a line as all others are, also where nothing is logged,
/// or it cannot be read what is to be.
pub(super) fn fail_in_json(err: &CliError) {
    let (message, help) = (one_line(err), err.help());
    let all = tracing_subscriber::registry().with(lines(LogFormat::Json));
    tracing::subscriber::with_default(all, || tracing::error!(help, "{message}"));
}

/// How much is logged. A word that is alone is a level, or the name of what logs: of any other there would be no log at all, and neither would there
/// be where only libraries are named.
fn filter(wanted: &str) -> Result<Targets, CliError> {
    let is_own = |name: &str| {
        name.parse::<LevelFilter>().is_ok() || TARGETS.contains(&name.split("::").next().unwrap_or_default())
    };
    let is_wrong = |word: &&str| match word.split_once('=') {
        Some((name, level)) => name.is_empty() || level.is_empty(),
        None => !is_own(word),
    };
    let wrong = wanted.split(',').find(is_wrong);
    let is_any_own = wanted.split(',').any(|word| is_own(word.split('=').next().unwrap_or_default()));
    match wrong.or(if is_any_own { None } else { wanted.split(',').next() }) {
        Some(word) => Err(CliError::LogLevel { word: word.to_owned() }),
        None => wanted.parse().map_err(|source| CliError::LogFilter { source }),
    }
}

/// Lines of JSON, in which nothing is left that could steer a terminal: clients choose what some of the fields have.
#[derive(Debug)]
struct Inert<W>(W);

impl<W: Write> Write for Inert<W> {
    /// A line comes whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(json::inert(String::from_utf8_lossy(line).into_owned()).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_level_or_what_logs() {
        for good in [
            "off",
            "error",
            "WARN",
            "info",
            "debug",
            "trace",
            "ramp_server",
            "ramp_server::http",
            "info,ramp_server=debug",
            "warn,object_store",
            "info,hyper=debug",
            "hyper=info,ramp_server::http=debug",
        ] {
            assert!(filter(good).is_ok(), "{good}");
        }
        for (wrong, word) in [
            ("wran", "wran"),
            ("info,dbug", "dbug"),
            ("ramp_sever", "ramp_sever"),
            ("ramp_server=debug, info", " info"),
            ("ramp_servers::http", "ramp_servers::http"),
            ("foo=debug,hyper=info", "foo=debug"),
            ("=", "="),
            ("info,ramp_server=", "ramp_server="),
        ] {
            let told = filter(wrong).unwrap_err().to_string();
            let wanted = format!(
                "`RAMP_LOG` has \"{word}\", which is not a level: there are off, error, warn, info, debug and trace"
            );
            assert_eq!(told, wanted);
        }
        assert!(matches!(filter("ramp_server=loud"), Err(CliError::LogFilter { .. })));
    }

    #[test]
    fn what_steers_is_told_by_its_number() {
        let steering = "a\u{9b}31m\u{85}\u{202e}\u{2066}\u{2028}\u{200f}ä";
        let line = format!("{}\n", serde_json::json!({ "user": steering }));
        let mut written = Vec::new();
        Inert(&mut written).write_all(line.as_bytes()).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert_eq!(written, "{\"user\":\"a\\u009b31m\\u0085\\u202e\\u2066\\u2028\\u200fä\"}\n");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap()["user"], steering);
    }
}
