//! Upgrading modules of a database, which keeps its Redis.

use semver::Version;

use super::capable::lacking;
use super::cause::Cause;
use super::database::{Database, UsedModule};
use super::fit::{Unsuited, newer_cluster, reaches, unsuited};
use super::module::Module;
use super::refused::Refused;
use super::request::DatabaseRequest;
use super::wanted::WantedModule;
use crate::metadata::needs;
use crate::target::Target;

/// What a request says of a module to upgrade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleUpgrade {
    /// The module that the database uses: `current_module`, its `uid`; or `module_name`.
    pub current: String,
    /// `new_module`: the `uid` of the one that it is to use.
    pub new: String,
    /// `new_module_args`; those that it has where nothing is said.
    pub args: Option<String>,
}

/// A module that a database uses, and the one that it is to use.
pub(super) struct Step<'a> {
    /// Which of the database's it is.
    pub(super) index: usize,
    pub(super) old: Option<&'a Module>,
    pub(super) new: &'a Module,
    pub(super) args: String,
}

/// The database with the new versions of its modules.
///
/// # Errors
///
/// [`Refused`], for the first in the order of the documentation's table: a module that is not there, a lower version, one for another or
/// a newer Redis, one for a newer cluster, a capability that it lacks.
pub fn upgrade_modules(
    request: DatabaseRequest,
    database: &Database,
    upgrades: &[ModuleUpgrade],
    modules: &[Module],
    target: &Target,
) -> Result<Database, Refused> {
    upgraded(database, upgrades, modules, target).map_err(|cause| Refused::new(request, cause))
}

fn upgraded(
    database: &Database,
    upgrades: &[ModuleUpgrade],
    modules: &[Module],
    target: &Target,
) -> Result<Database, Cause> {
    let steps: Vec<Step<'_>> = upgrades.iter().map(|one| one.step(database, modules)).collect::<Result<_, _>>()?;
    steps.iter().try_for_each(Step::must_not_go_down)?;
    for step in &steps {
        if let Some(why) = step.unsuited(&database.redis, target) {
            let (module, redis, why) = (step.new.into(), Box::new(database.redis.clone()), Box::new(why));
            let is_newer = |other: &Version| other.cmp_precedence(&redis).is_gt();
            let all = target.exact_databases().into_iter().filter(is_newer);
            let suited = all.filter(|redis| step.unsuited(redis, target).is_none()).collect();
            return Err(Cause::Unsuited { module, redis, why, suited });
        }
    }
    for step in &steps {
        if let Some(needs) = newer_cluster(&step.new.metadata, target) {
            let has = target.cluster_version().unwrap_or_default().into();
            return Err(Cause::NewerCluster { module: step.new.into(), needs, has });
        }
    }
    if let Some(cause) = lacking(steps.iter().map(|step| step.new), &database.options, &database.redis) {
        return Err(cause);
    }
    Ok(with(database, &steps))
}

impl ModuleUpgrade {
    /// The module that is meant, and the one that is to take its place.
    pub(super) fn step<'a>(&self, database: &Database, modules: &'a [Module]) -> Result<Step<'a>, Cause> {
        let is_current = |used: &UsedModule| used.uid == self.current || used.name == self.current;
        let index = database.modules.iter().position(is_current).ok_or_else(|| Cause::NotUsed {
            asked: self.current.clone(),
            uses: database.modules.iter().map(|used| used.name.clone()).collect(),
        })?;
        let used = database.modules.get(index);
        let old = used.and_then(|used| used.of(modules));
        let new = modules.iter().find(|module| module.uid() == self.new).ok_or_else(|| Cause::MissingModule {
            asked: Box::new(WantedModule::of_uid(&self.new)),
            there: Vec::new(),
        })?;
        if let Some(other) = used.filter(|used| used.name != new.name()) {
            return Err(Cause::OtherModule { from: other.name.clone(), to: new.name().to_owned() });
        }
        let args = self.args.clone().or_else(|| Some(used?.args.clone())).unwrap_or_default();
        Ok(Step { index, old, new, args })
    }
}

impl Step<'_> {
    /// What keeps databases of this Redis from the new version. The documented code is about `min_redis_version`, whatever else the module
    /// says.
    fn unsuited(&self, redis: &Version, target: &Target) -> Option<Unsuited> {
        let metadata = &self.new.metadata;
        let needs = needs::version_of(metadata, "min_redis_version").filter(|needs| !reaches(redis, needs));
        unsuited(metadata, redis, target).or_else(|| Some(Unsuited::Older { needs: needs? }))
    }

    pub(super) fn must_not_go_down(&self) -> Result<(), Cause> {
        match self.old.filter(|old| self.new.compared_with(old).is_lt()) {
            Some(old) => Err(Cause::Downgrade { from: old.into(), to: self.new.shown_version() }),
            None => Ok(()),
        }
    }
}

/// The database after those steps.
pub(super) fn with(database: &Database, steps: &[Step<'_>]) -> Database {
    let mut upgraded = database.clone();
    for step in steps {
        if let Some(used) = upgraded.modules.get_mut(step.index) {
            *used = UsedModule::new(step.new, step.args.as_str());
        }
    }
    upgraded
}
