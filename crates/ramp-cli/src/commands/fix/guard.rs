//! What is read is not written over, whatever it is called: nor is any other file, unless that is asked for.

#[cfg(unix)]
use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use crate::args::format::Output;
use crate::error::CliError;
use crate::input;
use crate::output::Place;

/// Refuses a place that is the bundle's own, or at which there is something.
pub(super) fn check(bundle: &Path, output: &Path, force: bool) -> Result<(), CliError> {
    let path = || output.to_owned();
    // Not to standard output: a bundle is read back before it is one.
    if input::is_stdin(output) {
        return Err(CliError::NotAFile { path: path() });
    }
    let spelt = output.to_str().and_then(|text| text.parse::<Output>().ok());
    if matches!(spelt, Some(Output::File(Some(_), _) | Output::Stdout(_))) {
        return Err(CliError::OutputIsReport { path: path() });
    }
    match Place::of(output) {
        Place::File => {}
        Place::Directory => {
            return Err(CliError::WriteFile { path: path(), source: io::ErrorKind::IsADirectory.into() });
        }
        Place::Device => return Err(CliError::NotAFile { path: path() }),
    }
    let is_same = if input::is_stdin(bundle) { is_stdin_of(output) } else { is_same(bundle, output) };
    if is_same {
        return Err(CliError::OutputIsInput { path: path() });
    }
    if !force && output.symlink_metadata().is_ok() {
        return Err(CliError::Exists { path: path() });
    }
    Ok(())
}

/// Whether two names are of one file: by links of either kind, or in another case where that does not matter.
fn is_same(one: &Path, other: &Path) -> bool {
    let same = |(a, b): (std::path::PathBuf, std::path::PathBuf)| a == b;
    let by_name = one.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(same);
    by_name || is_same_file(one, other)
}

#[cfg(unix)]
fn is_same_file(one: &Path, other: &Path) -> bool {
    one.metadata().ok().zip(other.metadata().ok()).is_some_and(|(one, other)| number(&one) == number(&other))
}

/// Whether standard input is read of that file, by whatever name it was opened.
#[cfg(unix)]
fn is_stdin_of(path: &Path) -> bool {
    use std::os::fd::AsFd as _;
    let stdin = io::stdin().as_fd().try_clone_to_owned().map(File::from).and_then(|file| file.metadata());
    stdin.ok().zip(path.metadata().ok()).is_some_and(|(one, other)| number(&one) == number(&other))
}

/// What a file has as its own, whatever it is called.
#[cfg(unix)]
fn number(file: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn is_same_file(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(not(unix))]
fn is_stdin_of(_: &Path) -> bool {
    false
}
