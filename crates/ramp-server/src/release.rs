//! Which release a catalogue was last served as. A cluster is upgraded, and the modules, databases and settings that it has stay; to an older
//! release there is no way back, since a catalogue may have what that knows nothing of, such as artifacts.

use ramp_core::knowledge::{Knowledge, Release};

use crate::error::ServerError;
use crate::store::{Asking, json};

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

/// Holds a release against the one that the catalogue was last served as. Changes nothing.
///
/// # Errors
///
/// [`ServerError::NewerRelease`] where that was a later one, [`ServerError::UnknownRelease`] where this version does not know it;
/// [`ServerError::Store`].
pub(crate) async fn step(asking: &Asking, release: &Release) -> Result<Step, ServerError> {
    let Some(kept) = asking.ask(|store| store.setting(NAME)).await? else { return Ok(Step::First) };
    let was: String = json::read("release", &kept)?;
    if was == release.name {
        return Ok(Step::Same);
    }
    // The table is in ascending order.
    let place = |name: &str| Knowledge::builtin().releases().iter().position(|row| row.name == name);
    match place(&was) {
        None => Err(ServerError::UnknownRelease { was }),
        before if before < place(&release.name) => Ok(Step::Upgrade(was)),
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
