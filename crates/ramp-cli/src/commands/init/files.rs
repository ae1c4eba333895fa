//! Files that are new: all of them are written, or none, and never over what is there.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::CliError;
use crate::output::Beside;

/// A file that is to be.
#[derive(Debug)]
pub(super) struct NewFile<'a> {
    pub(super) place: &'a NewPlace,
    pub(super) text: &'a str,
}

/// Where a file is to be, and the option by which it is there.
#[derive(Debug)]
pub(super) struct NewPlace {
    pub(super) path: PathBuf,
    pub(super) option: &'static str,
}

/// Refuses a path at which something is, be it a link that leads nowhere.
pub(super) fn check<'a>(places: impl IntoIterator<Item = &'a NewPlace>) -> Result<(), CliError> {
    for place in places {
        if place.path.symlink_metadata().is_ok() {
            return Err(place.is_taken());
        }
    }
    Ok(())
}

impl NewPlace {
    fn is_taken(&self) -> CliError {
        CliError::IsThere { path: self.path.clone(), option: self.option }
    }
}

/// Writes them, each beside its place first. Where one cannot be put there, those before it are taken away again.
pub(super) fn write(files: &[NewFile<'_>]) -> Result<(), CliError> {
    check(files.iter().map(|file| file.place))?;
    let mut ready = Vec::new();
    for file in files {
        let path = &file.place.path;
        let fail = |source: io::Error| CliError::WriteFile { path: path.clone(), source };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // That of a manifest is named by its author; that of a workflow is where it has to be.
        if folder.starts_with(".github") {
            fs::create_dir_all(folder).map_err(fail)?;
        }
        let mut beside = Beside::new(path).map_err(fail)?;
        beside.file().write_all(file.text.as_bytes()).map_err(fail)?;
        ready.push((beside, file.place));
    }
    let mut done: Vec<&Path> = Vec::new();
    for (beside, place) in ready {
        if let Err(err) = put(beside, place) {
            for path in done {
                // Nothing better can be done about one that stays.
                let _ = fs::remove_file(path);
            }
            return Err(err);
        }
        done.push(&place.path);
    }
    Ok(())
}

fn put(beside: Beside, place: &NewPlace) -> Result<(), CliError> {
    beside.put_new().map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => place.is_taken(),
        _ => CliError::WriteFile { path: place.path.clone(), source },
    })
}
