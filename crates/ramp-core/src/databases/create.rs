//! Making a database.

use std::collections::HashSet;

use super::capable::lacking;
use super::cause::Cause;
use super::choice::{choose, meant};
use super::database::{Database, UsedModule};
use super::module::Module;
use super::options::Options;
use super::refused::Refused;
use super::request::DatabaseRequest;
use super::versions;
use super::wanted::WantedModule;
use crate::target::Target;

/// What a request says of a database to make.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WantedDatabase {
    /// `redis_version`, such as 7.4; what the release makes where nothing is said.
    pub redis_version: Option<String>,
    /// Whether it is one of memcached.
    pub is_memcached: bool,
    /// What else it is asked for.
    pub options: Options,
    /// The modules that it is to use.
    pub modules: Vec<WantedModule>,
}

/// The database that is made, with the modules that are meant of those that the cluster has.
///
/// # Errors
///
/// [`Refused`], for the first of: a module for memcached, one that is not there, a Redis that the cluster does not have, a module without
/// a build for it, one that is asked for twice, a capability that a module lacks.
pub fn create(
    request: DatabaseRequest,
    wanted: &WantedDatabase,
    modules: &[Module],
    target: &Target,
) -> Result<Database, Refused> {
    made(wanted, modules, target).map_err(|cause| Refused::new(request, cause))
}

fn made(wanted: &WantedDatabase, modules: &[Module], target: &Target) -> Result<Database, Cause> {
    if wanted.is_memcached && !wanted.modules.is_empty() {
        return Err(Cause::Memcached);
    }
    wanted.modules.iter().try_for_each(|module| meant(module, modules).map(|_| ()))?;
    let asked = wanted.redis_version.as_deref();
    let redis = asked.map_or_else(|| versions::default(target), |text| versions::asked(text, target))?;
    let chosen: Vec<&Module> =
        wanted.modules.iter().map(|module| choose(module, &redis, modules, target)).collect::<Result<_, _>>()?;
    let mut names = HashSet::new();
    if let Some(twice) = chosen.iter().find(|module| !names.insert(module.name())) {
        return Err(Cause::Twice { name: twice.name().to_owned() });
    }
    if let Some(cause) = lacking(chosen.iter().copied(), &wanted.options, &redis) {
        return Err(cause);
    }
    let used = chosen.iter().zip(&wanted.modules).map(|(module, wanted)| UsedModule::new(module, wanted.args.as_str()));
    Ok(Database { modules: used.collect(), options: wanted.options.clone(), redis })
}
