//! What is read is not written over, whatever it is called: nor is any other file, unless that is asked for.

use std::io;
use std::path::Path;

use crate::args::format::Output;
use crate::error::CliError;
use crate::output::Place;
use crate::{input, same};

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
    if same::is_same(bundle, output) {
        return Err(CliError::OutputIsInput { path: path() });
    }
    if !force && output.symlink_metadata().is_ok() {
        return Err(CliError::Exists { path: path() });
    }
    Ok(())
}
