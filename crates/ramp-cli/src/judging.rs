//! A file judged by the name that it has here, so that what is said of it can be copied into a shell.

use std::io::{Read, Seek};
use std::path::Path;

use ramp_core::facts::{self, BundleFacts};
use ramp_core::{Limits, Policy, Report, Target, judge};

use crate::error::CliError;
use crate::{input, probing};

/// What is known of a file.
pub(crate) fn facts(path: &Path, reader: impl Read + Seek) -> Result<BundleFacts, CliError> {
    let facts = facts::gather(reader, &Limits::default())
        .map_err(|source| CliError::Evaluate { path: path.to_owned(), source })?;
    Ok(if input::is_stdin(path) { facts } else { facts.called(input::name(path)) })
}

/// The same, where the module is asked, too.
pub(crate) fn facts_probed(path: &Path, mut reader: impl Read + Seek) -> Result<BundleFacts, CliError> {
    let facts = facts(path, &mut reader)?;
    let asked = probing::of_bundle(&facts, reader).and_then(probing::outcome);
    Ok(asked.into_iter().fold(facts, BundleFacts::asked))
}

/// What is to be said of a bundle.
pub(crate) fn report(
    path: &Path,
    reader: impl Read + Seek,
    target: &Target,
    policy: &Policy,
) -> Result<Report, CliError> {
    Ok(judge(&facts(path, reader)?, target, policy))
}
