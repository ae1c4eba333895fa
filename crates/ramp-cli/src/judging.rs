//! A file judged by the name that it has here, so that what is said of it can be copied into a shell.

use std::path::Path;

use ramp_core::facts::{self, BundleFacts};
use ramp_core::{Limits, Policy, Report, Target, judge};

use crate::error::CliError;
use crate::input::Input;
use crate::{input, probing};

/// What is known of a file.
pub(crate) fn facts(path: &Path, reader: &mut impl Input) -> Result<BundleFacts, CliError> {
    let gathered = facts::gather(&mut *reader, &Limits::default());
    named(path, reader, gathered)
}

/// The same, without the content of dependencies where that would have to be fetched; not where more than that is then made of it.
pub(crate) fn facts_at_hand(path: &Path, reader: &mut impl Input) -> Result<BundleFacts, CliError> {
    if !reader.is_far() {
        return facts(path, reader);
    }
    let gathered = facts::gather_without_dependencies(&mut *reader, &Limits::default());
    named(path, reader, gathered)
}

fn named(
    path: &Path,
    reader: &impl Input,
    gathered: Result<BundleFacts, ramp_core::Error>,
) -> Result<BundleFacts, CliError> {
    input::sound(reader)?;
    let facts = gathered.map_err(|source| CliError::Evaluate { path: path.to_owned(), source })?;
    // Commands take no URL where they take a file.
    let is_file = !input::is_stdin(path) && !input::is_url(path);
    Ok(if is_file { facts.called(input::name(path)) } else { facts })
}

/// The same, where the module is asked, too.
pub(crate) fn facts_probed(path: &Path, reader: &mut impl Input) -> Result<BundleFacts, CliError> {
    let facts = facts(path, reader)?;
    let asked = probing::of_bundle(&facts, &mut *reader).and_then(probing::outcome);
    input::sound(reader)?;
    Ok(asked.into_iter().fold(facts, BundleFacts::asked))
}

/// What is to be said of a bundle.
pub(crate) fn report(
    path: &Path,
    reader: &mut impl Input,
    target: &Target,
    policy: &Policy,
) -> Result<Report, CliError> {
    Ok(judge(&facts(path, reader)?, target, policy))
}
