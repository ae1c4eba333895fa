//! Files that are new: all of them are written, or none, and never over what is there.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::error::CliError;
use crate::output::Beside;

/// A file that is to be.
#[derive(Debug)]
pub(super) struct NewFile<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

/// Refuses a path at which something is, be it a link that leads nowhere.
pub(super) fn check<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<(), CliError> {
    for path in paths {
        if path.symlink_metadata().is_ok() {
            return Err(CliError::IsThere { path: path.to_owned() });
        }
    }
    Ok(())
}

/// Writes them, each beside its place first. Where one cannot be put there, those before it are taken away again.
pub(super) fn write(files: &[NewFile<'_>]) -> Result<(), CliError> {
    check(files.iter().map(|file| file.path))?;
    let mut ready = Vec::new();
    for file in files {
        let fail = |source: io::Error| CliError::WriteFile { path: file.path.to_owned(), source };
        let folder = file.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // That of a manifest is named by its author; that of a workflow is where it has to be.
        if folder.starts_with(".github") {
            fs::create_dir_all(folder).map_err(fail)?;
        }
        let mut beside = Beside::new(file.path).map_err(fail)?;
        beside.file().write_all(file.text.as_bytes()).map_err(fail)?;
        ready.push((beside, file.path));
    }
    let mut done: Vec<&Path> = Vec::new();
    for (beside, path) in ready {
        if let Err(err) = put(beside, path) {
            for path in done {
                // Nothing better can be done about one that stays.
                let _ = fs::remove_file(path);
            }
            return Err(err);
        }
        done.push(path);
    }
    Ok(())
}

fn put(beside: Beside, path: &Path) -> Result<(), CliError> {
    beside.put_new().map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => CliError::IsThere { path: path.to_owned() },
        _ => CliError::WriteFile { path: path.to_owned(), source },
    })
}
