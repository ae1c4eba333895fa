//! What a module sees of the environment.

use std::ffi::OsString;
use std::path::PathBuf;

/// Variables that a server cannot do without, or its module; none of them holds a secret.
const NEEDED: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

/// What of this process's environment a server is given: what it needs, and what is named.
pub(crate) fn environment(wanted: &[String]) -> Vec<(String, OsString)> {
    let names = NEEDED.into_iter().chain(wanted.iter().map(String::as_str));
    names.filter_map(|name| Some((name.to_owned(), std::env::var_os(name)?))).collect()
}

/// Where temporary files go; a variable that is empty names no place.
pub(crate) fn temporary() -> PathBuf {
    let named = tempfile::env::temp_dir();
    if named.as_os_str().is_empty() { PathBuf::from("/tmp") } else { named }
}
