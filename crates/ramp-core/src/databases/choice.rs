//! Which module is meant.

use semver::Version;

use super::cause::Cause;
use super::fit::{Unsuited, unsuited};
use super::module::Module;
use super::wanted::WantedModule;
use crate::target::Target;

/// Those that are meant; an error where there is none.
pub(super) fn meant<'a>(wanted: &WantedModule, modules: &'a [Module]) -> Result<Vec<&'a Module>, Cause> {
    let meant: Vec<&Module> = modules.iter().filter(|module| wanted.means(module)).collect();
    if meant.is_empty() {
        let there = modules.iter().filter(|module| wanted.name.as_deref() == Some(module.name()));
        let there = there.map(|module| (module.shown_version(), module.uid().to_owned())).collect();
        return Err(Cause::MissingModule { asked: Box::new(wanted.clone()), there });
    }
    Ok(meant)
}

/// The one that a database of that Redis gets.
pub(super) fn choose<'a>(
    wanted: &WantedModule,
    redis: &Version,
    modules: &'a [Module],
    target: &Target,
) -> Result<&'a Module, Cause> {
    newest_fit(&meant(wanted, modules)?, redis, target)
}

/// Of several builds of a module, one at least, the highest version that a database of that Redis can have: a cluster's own choice, as
/// was seen.
pub(super) fn newest_fit<'a>(builds: &[&'a Module], redis: &Version, target: &Target) -> Result<&'a Module, Cause> {
    let fits = |module: &&&Module| unsuited(&module.metadata, redis, target).is_none();
    let by_version =
        |one: &&&Module, other: &&&Module| one.compared_with(other).then_with(|| one.version().cmp(&other.version()));
    if let Some(best) = builds.iter().filter(fits).max_by(by_version) {
        return Ok(best);
    }
    let there: Vec<(String, Unsuited)> = builds
        .iter()
        .filter_map(|module| Some((module.shown_version(), unsuited(&module.metadata, redis, target)?)))
        .collect();
    let name = builds.first().map(|module| module.name().to_owned()).unwrap_or_default();
    let suits = |redis: &Version| builds.iter().any(|module| unsuited(&module.metadata, redis, target).is_none());
    let suited = target.exact_databases().into_iter().filter(suits).collect();
    Err(Cause::NoBuild { name, redis: redis.clone(), there, suited })
}
