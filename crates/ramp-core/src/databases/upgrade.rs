//! Upgrading a database to a newer Redis, with the modules that it uses.

use semver::Version;

use super::capable::lacking;
use super::cause::Cause;
use super::choice::newest_fit;
use super::database::{Database, UsedModule};
use super::fit::unsuited;
use super::module::Module;
use super::module_upgrade::{ModuleUpgrade, Step, with};
use super::refused::Refused;
use super::request::DatabaseRequest;
use super::versions;
use crate::target::Target;

/// The first release line that takes the newest modules that fit where nothing else is said: "default: true as of v7.8.2".
const TAKES_LATEST_FROM: Version = Version::new(7, 8, 0);

/// What a request says of the upgrade.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedUpgrade {
    /// `redis_version`; the newest that the cluster has where nothing is said.
    pub redis_version: Option<String>,
    /// `keep_redis_version`.
    pub keep_redis_version: bool,
    /// `latest_with_modules`: whether modules that still fit are upgraded, too. From 7.8 on they are where nothing is said.
    pub latest_with_modules: Option<bool>,
    /// `modules`: those whose new version is named.
    pub modules: Vec<ModuleUpgrade>,
}

/// The database as it then is; so says a dry run, too.
///
/// # Errors
///
/// [`Refused`], for the first of: a module that is named and not there, a Redis that the cluster does not have, or an older one, a module
/// without a build for it, a lower version of a module, a capability that a module lacks.
pub fn upgrade(
    request: DatabaseRequest,
    database: &Database,
    wanted: &WantedUpgrade,
    modules: &[Module],
    target: &Target,
) -> Result<Database, Refused> {
    upgraded(database, wanted, modules, target).map_err(|cause| Refused::new(request, cause))
}

fn upgraded(
    database: &Database,
    wanted: &WantedUpgrade,
    modules: &[Module],
    target: &Target,
) -> Result<Database, Cause> {
    let named: Vec<Step<'_>> =
        wanted.modules.iter().map(|one| one.step(database, modules)).collect::<Result<_, _>>()?;
    let redis = match &wanted.redis_version {
        Some(text) => versions::asked(text, target)?,
        None if wanted.keep_redis_version => database.redis.clone(),
        None => versions::latest(target)?,
    };
    if redis.cmp_precedence(&database.redis).is_lt() {
        return Err(Cause::OlderRedis { asked: redis, has: database.redis.clone() });
    }
    let newest = wanted.latest_with_modules.unwrap_or_else(|| takes_latest_modules(target));
    let mut steps = named;
    for step in &steps {
        newest_fit(&[step.new], &redis, target)?;
    }
    for (index, used) in database.modules.iter().enumerate() {
        if steps.iter().any(|step| step.index == index) {
            continue;
        }
        let new = next(used, newest, &redis, modules, target)?;
        steps.push(Step { index, old: used.of(modules), new, args: used.args.clone() });
    }
    steps.iter().try_for_each(Step::must_not_go_down)?;
    if let Some(cause) = lacking(steps.iter().map(|step| step.new), &database.options, &redis) {
        return Err(cause);
    }
    Ok(Database { redis, ..with(database, &steps) })
}

/// The version of a module that the database gets where none is named: the newest that fits, or its own where that fits and is to stay.
fn next<'a>(
    used: &UsedModule,
    newest: bool,
    redis: &Version,
    modules: &'a [Module],
    target: &Target,
) -> Result<&'a Module, Cause> {
    let own = used.of(modules).filter(|own| !newest && unsuited(&own.metadata, redis, target).is_none());
    if let Some(own) = own {
        return Ok(own);
    }
    let builds: Vec<&Module> = modules.iter().filter(|module| module.name() == used.name).collect();
    newest_fit(&builds, redis, target).map_err(|cause| match cause {
        Cause::NoBuild { redis, there, suited, .. } => Cause::NoBuild { name: used.name.clone(), redis, there, suited },
        other => other,
    })
}

/// Whether the upgrade of a database takes the newest modules that fit where nothing else is said.
pub(crate) fn takes_latest_modules(target: &Target) -> bool {
    target.newest_version().is_none_or(|cluster| cluster.cmp_precedence(&TAKES_LATEST_FROM).is_ge())
}
