//! Which release a catalogue was last served as. A cluster is upgraded, and the modules, databases and settings that it has stay; to an older
//! release there is no way back, since a catalogue may have what that knows nothing of, such as artifacts.

use std::collections::BTreeMap;

use ramp_core::knowledge::{Knowledge, Release};

use crate::error::ServerError;
use crate::store::{Asking, StoreError, json};

/// Kept beside the settings, under a name that none of the cluster's has.
const NAME: &str = "played release";

/// What a start with a release comes to, for a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// It was served as that release, and none other.
    Same,
    /// It was never served.
    First,
    /// It was served as this, an older one.
    Upgrade(String),
}

/// The release that is kept under that setting; an error where it is something else.
fn read(kept: &str) -> Result<String, StoreError> {
    json::read("release", kept)
}

/// Holds what a catalogue keeps under that setting against what it must be.
///
/// # Errors
///
/// [`StoreError::Corrupt`].
pub(crate) fn must_be_readable(settings: &BTreeMap<String, String>) -> Result<(), (&'static str, StoreError)> {
    settings.get(NAME).map_or(Ok(()), |kept| read(kept).map(drop).map_err(|err| (NAME, err)))
}

/// Holds a release against the one that the catalogue was last served as. Changes nothing.
///
/// # Errors
///
/// [`ServerError::NewerRelease`] where that was a later one, [`ServerError::OlderRelease`] where it was an older one, and nothing
/// [is to be upgraded](crate::Config::upgrades), [`ServerError::UnknownRelease`] where this version does not know it;
/// [`ServerError::Store`].
pub(crate) async fn step(asking: &Asking, release: &Release, upgrades: bool) -> Result<Step, ServerError> {
    let Some(kept) = asking.ask(|store| store.setting(NAME)).await? else { return Ok(Step::First) };
    let was = read(&kept)?;
    if was == release.name {
        return Ok(Step::Same);
    }
    // The table is in ascending order.
    let place = |name: &str| Knowledge::builtin().releases().iter().position(|row| row.name == name);
    match place(&was) {
        None => Err(ServerError::UnknownRelease { was }),
        before if before < place(&release.name) && upgrades => Ok(Step::Upgrade(was)),
        before if before < place(&release.name) => Err(ServerError::OlderRelease { was, now: release.name.clone() }),
        _ => Err(ServerError::NewerRelease { was, now: release.name.clone() }),
    }
}

/// Keeps which release the catalogue is served as from now on, and says where that is another.
///
/// # Errors
///
/// [`ServerError::Store`].
pub(crate) async fn take(asking: &Asking, step: Step, release: &Release) -> Result<(), ServerError> {
    match step {
        Step::Same => return Ok(()),
        Step::First => {}
        Step::Upgrade(was) => {
            let now = &release.name;
            tracing::warn!(was, now, "the catalogue was served as an older release: its cluster is upgraded");
        }
    }
    let text = json::write("release", &release.name)?;
    Ok(asking.ask(move |store| store.set_settings(&[(NAME, text)])).await?)
}
