//! Options about asking a module that had no effect, since whom they are for was not asked.

use ramp_core::Level;
use ramp_probe::{Asked, Probed};

use crate::tell;

/// What was said about asking, and who says it: an option, or a key of the manifest.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// `--redis-version`, which is for the built-in host.
    pub(crate) redis_version: bool,
    /// `--redis-server`.
    pub(crate) redis_server: bool,
    /// Settings of a server.
    pub(crate) redis_args: Option<&'static str>,
    /// Whether the built-in host is to be asked, and no server.
    pub(crate) is_host_meant: bool,
    /// Options that are for whoever is asked.
    pub(crate) others: Vec<&'static str>,
}

impl Said {
    /// Warns of what had no effect where this was the answer; of all, where nobody was asked.
    pub(crate) fn warn(&self, found: Option<&Probed>) {
        for message in self.messages(found.map(|found| (found.by, found.asked()))) {
            tell::notice(Level::Warning, &message);
        }
    }

    /// Of who was asked, and how that is called.
    fn messages(&self, asked: Option<(Asked, String)>) -> Vec<String> {
        let version = self.redis_version.then_some("--redis-version");
        let server = self.redis_server.then_some("--redis-server");
        match asked {
            None => {
                let settings = self.redis_args.filter(|said| said.starts_with("--"));
                let all = version.into_iter().chain(server).chain(settings).chain(self.others.iter().copied());
                all.map(|option| format!("`{option}` has no effect: the module was not asked")).collect()
            }
            Some((Asked::Builtin(_), _)) => {
                let why = if self.is_host_meant { "as `--probe builtin` says" } else { "since no server was found" };
                let said = self.redis_args.into_iter().chain(server);
                let message = |said| {
                    format!(
                        "`{said}` had no effect: it is for a redis-server; the module was asked by the built-in host, {why}"
                    )
                };
                said.map(message).collect()
            }
            Some((_, asked)) => {
                let message = |option| {
                    format!(
                        "`{option}` had no effect: it is for the built-in host, and the module was asked by {asked}"
                    )
                };
                version.map(message).into_iter().collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ramp_probe::PlayedVersion;

    use super::*;

    #[test]
    fn what_had_no_effect() {
        let all = Said {
            redis_version: true,
            redis_server: true,
            redis_args: Some("--redis-args"),
            others: vec!["--env", "--runcmdargs"],
            ..Said::default()
        };
        let host = || Some((Asked::Builtin(PlayedVersion::NEWEST), "the built-in host".to_owned()));
        let server = || Some((Asked::RedisServer, "the redis-server /x (Redis 7.0.15)".to_owned()));
        let by_host = "had no effect: it is for a redis-server; the module was asked by the built-in host";
        assert_eq!(
            all.messages(None),
            ["--redis-version", "--redis-server", "--redis-args", "--env", "--runcmdargs"]
                .map(|option| format!("`{option}` has no effect: the module was not asked"))
        );
        let meant = Said { is_host_meant: true, ..all };
        assert_eq!(
            meant.messages(host()),
            ["--redis-args", "--redis-server"].map(|said| format!("`{said}` {by_host}, as `--probe builtin` says"))
        );
        assert_eq!(
            meant.messages(server()),
            [
                "`--redis-version` had no effect: it is for the built-in host, and the module was asked by the redis-server /x \
              (Redis 7.0.15)"
            ]
        );
        // A manifest may be for several ways of packing.
        let of_manifest = Said { redis_args: Some("redis_args"), ..Said::default() };
        assert_eq!(of_manifest.messages(None), [""; 0]);
        assert_eq!(of_manifest.messages(server()), [""; 0]);
        assert_eq!(of_manifest.messages(host()), [format!("`redis_args` {by_host}, since no server was found")]);
    }
}
