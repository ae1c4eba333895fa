//! What a probe may leave behind, and must not.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The directories of probes.
const MARK: &str = "ramp-probe-";
/// How a process is started as the built-in host, or as what watches over a server and shuts it in.
const STARTED: [&str; 3] = ["__ramp-probe-host", "__ramp-probe-keep", "__ramp-probe-fence"];

/// Lets one test probe at a time, so that what is left is that test's.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Command lines that name the directory of a probe: the server's and its children's; and those of who is started to shut modules in.
pub(crate) fn processes() -> Vec<String> {
    let homes: Vec<String> = roots().iter().map(|root| root.join(MARK).display().to_string()).collect();
    let is_ours =
        |line: &String| STARTED.iter().any(|how| line.contains(how)) || homes.iter().any(|home| line.contains(home));
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).filter(is_ours).collect()
}

fn roots() -> Vec<PathBuf> {
    let mut roots = vec![std::env::temp_dir(), PathBuf::from("/tmp")];
    roots.dedup();
    roots
}

pub(crate) fn directories() -> Vec<PathBuf> {
    let entries = roots().into_iter().flat_map(|root| fs::read_dir(root).unwrap().flatten());
    entries.map(|entry| entry.path()).filter(|path| path.to_string_lossy().contains(MARK)).collect()
}

/// A process that was killed but not waited for by its new parent is gone after a moment.
pub(crate) fn assert_none_left() {
    for _ in 0..100 {
        if processes().is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!((processes(), directories()), (vec![], vec![]));
}
