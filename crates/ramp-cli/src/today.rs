//! The day that bundles are judged on.

use std::time::{SystemTime, UNIX_EPOCH};

use ramp_core::{Date, Target};

use crate::environment;
use crate::error::CliError;

/// `SOURCE_DATE_EPOCH`, so that a run can be repeated, else the clock's.
pub(crate) fn today() -> Result<Option<Date>, CliError> {
    let seconds = match environment::epoch()? {
        Some(epoch) => u64::try_from(epoch.seconds()).unwrap_or_default(),
        None => SystemTime::now().duration_since(UNIX_EPOCH).map(|passed| passed.as_secs()).unwrap_or_default(),
    };
    Ok(Date::of_unix_seconds(seconds))
}

/// The target, judged today unless it says on which day; nothing depends on the day where no release is known.
pub(crate) fn judged(target: Target) -> Result<Target, CliError> {
    if target.as_of().is_some() || target.release().is_none() {
        return Ok(target);
    }
    Ok(target.with_as_of(today()?))
}
