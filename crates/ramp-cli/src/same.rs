//! Whether two names are of one file: what is read is not written over, whatever it is called.

use std::collections::HashSet;
#[cfg(unix)]
use std::fs::{File, Metadata};
#[cfg(unix)]
use std::io;
use std::path::{Path, PathBuf};

use crate::input;

/// Whether what is read, which `-` is standard input of, is the file of another name: by links of either kind, or in another case where
/// that does not matter.
pub(crate) fn is_same(read: &Path, other: &Path) -> bool {
    if input::is_stdin(read) { is_stdin_of(other) } else { is_one(read, other) }
}

/// Whether two names are of one file, which need not be there yet.
pub(crate) fn is_one(one: &Path, other: &Path) -> bool {
    place(one).zip(place(other)).is_some_and(|(one, other)| one == other) || is_same_file(one, other)
}

/// Whether a file is none of those that were asked about before, each time it is asked.
pub(crate) fn each_once() -> impl FnMut(&Path) -> bool {
    let (mut places, mut numbers) = (HashSet::new(), HashSet::new());
    move |path| {
        let is_new_place = place(path).is_none_or(|place| places.insert(place));
        let is_new_file = number_of(path).is_none_or(|number| numbers.insert(number));
        is_new_place && is_new_file
    }
}

/// Where a file is, or will be; `None` where there is no folder for it.
pub(crate) fn place(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    })
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    number_of(one).zip(number_of(other)).is_some_and(|(one, other)| one == other)
}

#[cfg(unix)]
fn number_of(path: &Path) -> Option<(u64, u64)> {
    path.metadata().ok().as_ref().map(number)
}

/// Whether standard input is read of that file, by whatever name it was opened.
#[cfg(unix)]
fn is_stdin_of(path: &Path) -> bool {
    use std::os::fd::AsFd as _;
    let stdin = io::stdin().as_fd().try_clone_to_owned().map(File::from).and_then(|file| file.metadata());
    stdin.ok().zip(path.metadata().ok()).is_some_and(|(one, other)| number(&one) == number(&other))
}

/// Whether what is printed goes to that file, by whatever name it was opened; whatever is printed to a device is only seen.
#[cfg(unix)]
pub(crate) fn is_stdout_of(path: &Path) -> bool {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;
    let stdout = io::stdout().as_fd().try_clone_to_owned().map(File::from).and_then(|file| file.metadata());
    let is_same = |one: Metadata, other: Metadata| !one.file_type().is_char_device() && number(&one) == number(&other);
    stdout.ok().zip(path.metadata().ok()).is_some_and(|(one, other)| is_same(one, other))
}

#[cfg(not(unix))]
pub(crate) fn is_stdout_of(_: &Path) -> bool {
    false
}

/// What a file has as its own, whatever it is called.
#[cfg(unix)]
fn number(file: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
const fn number_of(_: &Path) -> Option<(u64, u64)> {
    None
}

#[cfg(not(unix))]
fn is_stdin_of(_: &Path) -> bool {
    false
}
