//! Environment variables.

use std::env::{self, VarError};

use ramp_pack::Epoch;

use crate::error::CliError;

/// A variable that is set and not empty.
pub(crate) fn variable(name: &'static str) -> Result<Option<String>, CliError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(CliError::Environment { name }),
    }
}

/// The point in time that `SOURCE_DATE_EPOCH` gives.
pub(crate) fn epoch() -> Result<Option<Epoch>, CliError> {
    Ok(variable("SOURCE_DATE_EPOCH")?.map(|text| text.parse()).transpose()?)
}

/// Has temporary files go to the usual place where a variable that is empty names another.
pub(crate) fn name_temporary() {
    if cfg!(unix) && env::temp_dir().as_os_str().is_empty() {
        // Only the first word counts, and this is the same.
        let _ = tempfile::env::override_temp_dir("/tmp".as_ref());
    }
}
