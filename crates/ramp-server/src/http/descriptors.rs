//! How many files and connections the process may have open.

/// Descriptors that a connection can take: its own, the file that it uploads, and the same file while it is judged or stored.
const EACH: u64 = 3;
/// Descriptors for everything else: the catalogue, the log, directories.
const BESIDE: u64 = 64;

/// Raises the process's limit as far as it may be; systems set it low for the sake of old programs.
#[cfg(unix)]
pub(crate) fn raise() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        if let Err(err) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(error = %err, "the limit on open files cannot be raised");
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn raise() {}

/// How many connections there may be: as many as are wanted, or as there are descriptors for.
pub(crate) fn connections(wanted: usize) -> usize {
    let Some(limit) = limit() else { return wanted };
    let enough = usize::try_from(limit.saturating_sub(BESIDE) / EACH).unwrap_or(usize::MAX).max(1);
    if enough < wanted {
        tracing::warn!(limit, connections = enough, "the limit on open files allows fewer connections");
    }
    wanted.min(enough)
}

#[cfg(unix)]
fn limit() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn limit() -> Option<u64> {
    None
}
