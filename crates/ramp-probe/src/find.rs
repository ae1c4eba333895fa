//! Where the server is.

use std::env;
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::error::{ProbeError, Tried};
use crate::options::ProbeOptions;

const VARIABLES: [&str; 2] = ["REDIS_PATH", "REDIS_SERVER"];
const NAMES: [&str; 2] = ["redis-server", "valkey-server"];

/// The server to start. One that was named, by option or environment, is never replaced by another.
pub(crate) fn server(options: &ProbeOptions) -> Result<PathBuf, ProbeError> {
    let variables = VARIABLES.iter().filter_map(|name| Some((*name, PathBuf::from(env::var_os(name)?))));
    search(options.redis_server.as_deref(), variables, env::var_os("PATH").as_deref())
}

fn search(
    option: Option<&Path>,
    variables: impl Iterator<Item = (&'static str, PathBuf)>,
    path: Option<&OsStr>,
) -> Result<PathBuf, ProbeError> {
    let asked = option.map(|path| Tried::Option(path.to_owned())).or_else(|| {
        let mut set = variables.filter(|(_, value)| !value.as_os_str().is_empty());
        set.next().map(|(variable, value)| Tried::Environment { variable, value })
    });
    if let Some(tried) = asked {
        let (Tried::Option(named) | Tried::Environment { value: named, .. }) = &tried else {
            return Err(ProbeError::ServerNotFound { tried: vec![tried] });
        };
        return named_server(named, path).ok_or(ProbeError::ServerNotFound { tried: vec![tried] });
    }
    NAMES
        .iter()
        .find_map(|name| on_path(Path::new(name), path))
        .ok_or_else(|| ProbeError::ServerNotFound { tried: NAMES.map(Tried::OnPath).to_vec() })
}

/// A path, a directory that holds the server, or a name on `PATH`.
fn named_server(named: &Path, path: Option<&OsStr>) -> Option<PathBuf> {
    if named.components().count() == 1 && !named.as_os_str().as_encoded_bytes().contains(&b'/') {
        return on_path(named, path).or_else(|| absolute(named));
    }
    absolute(named)
}

fn absolute(named: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(named).ok()?;
    if path.is_dir() {
        return NAMES.iter().map(|name| path.join(name)).find(|path| path.is_file());
    }
    // A file that cannot be executed is told from one that is missing when it is started.
    path.is_file().then_some(path)
}

fn on_path(name: &Path, path: Option<&OsStr>) -> Option<PathBuf> {
    env::split_paths(path?)
        .filter(|directory| directory.is_absolute())
        .map(|directory| directory.join(name))
        .find(|file| file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn bin(names: &[&str]) -> tempfile::TempDir {
        let bin = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(bin.path().join(name), "#!/bin/sh\n").unwrap();
            fs::set_permissions(bin.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        bin
    }

    fn none() -> std::iter::Empty<(&'static str, PathBuf)> {
        std::iter::empty()
    }

    #[test]
    fn the_option_the_environment_then_the_path() {
        let bin = bin(&["redis-server", "valkey-server", "other"]);
        let at = |name| bin.path().join(name);
        let path = Some(bin.path().as_os_str());
        let variables = || [("REDIS_PATH", PathBuf::new()), ("REDIS_SERVER", "other".into())].into_iter();
        assert_eq!(search(Some(&at("valkey-server")), variables(), path).unwrap(), at("valkey-server"));
        assert_eq!(search(None, variables(), path).unwrap(), at("other"));
        assert_eq!(search(None, none(), path).unwrap(), at("redis-server"));
        fs::remove_file(at("redis-server")).unwrap();
        assert_eq!(search(None, none(), path).unwrap(), at("valkey-server"));
        assert_eq!(search(Some(bin.path()), none(), None).unwrap(), at("valkey-server"));
    }

    #[test]
    fn what_was_named_is_not_replaced() {
        let bin = bin(&["redis-server"]);
        let tried = |option: Option<&Path>, variable: Option<&str>, path| {
            let variables = variable.into_iter().map(|value| ("REDIS_PATH", PathBuf::from(value)));
            match search(option, variables, path) {
                Err(ProbeError::ServerNotFound { tried }) => tried,
                other => panic!("{other:?}"),
            }
        };
        let path = Some(bin.path().as_os_str());
        assert_eq!(tried(Some(Path::new("/no/such")), None, path), [Tried::Option("/no/such".into())]);
        let named = Tried::Environment { variable: "REDIS_PATH", value: "no-such".into() };
        assert_eq!(tried(None, Some("no-such"), path), [named]);
        assert_eq!(tried(None, None, None), NAMES.map(Tried::OnPath));
    }
}
