//! Changing a database.

use super::capable::lacking;
use super::cause::Cause;
use super::database::{Database, UsedModule};
use super::module::Module;
use super::options::Options;
use super::refused::Refused;
use super::request::DatabaseRequest;
use super::wanted::WantedModule;
use super::{fit, versions};
use crate::target::Target;

/// What a request says of a database that there is. What it does not say stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WantedChange {
    /// `redis_version`, which must be the database's own.
    pub redis_version: Option<String>,
    /// The fields that are to be otherwise.
    pub options: Options,
    /// `module_list`, which must have the database's own modules; their arguments may be others.
    pub modules: Option<Vec<WantedModule>>,
}

/// The database as it then is.
///
/// # Errors
///
/// [`Refused`]: a capability is asked for that one of its modules lacks, or it is asked for another Redis or for other modules, which only
/// an upgrade changes.
pub fn change(
    request: DatabaseRequest,
    database: &Database,
    wanted: &WantedChange,
    modules: &[Module],
    target: &Target,
) -> Result<Database, Refused> {
    changed(database, wanted, modules, target).map_err(|cause| Refused::new(request, cause))
}

fn changed(database: &Database, wanted: &WantedChange, modules: &[Module], target: &Target) -> Result<Database, Cause> {
    if let Some(text) = &wanted.redis_version {
        let is_own = versions::asked(text, target).is_ok_and(|asked| fit::line(&asked) == fit::line(&database.redis));
        if !is_own {
            return Err(Cause::RedisIsFixed { asked: text.clone(), has: database.redis.clone() });
        }
    }
    let used = match &wanted.modules {
        Some(wanted) => with_arguments(&database.modules, wanted)?,
        None => database.modules.clone(),
    };
    let options = database.options.changed_by(&wanted.options);
    if let Some(cause) = lacking(used.iter().filter_map(|used| used.of(modules)), &options, &database.redis) {
        return Err(cause);
    }
    Ok(Database { options, modules: used, redis: database.redis.clone() })
}

/// The same modules, with the arguments that are given.
fn with_arguments(used: &[UsedModule], wanted: &[WantedModule]) -> Result<Vec<UsedModule>, Cause> {
    let fixed = |name: &str| Cause::ModulesAreFixed { name: name.to_owned() };
    if let Some(other) = wanted.iter().find(|wanted| !used.iter().any(|used| wanted.means_used(used))) {
        return Err(fixed(other.name.as_deref().or(other.uid.as_deref()).unwrap_or_default()));
    }
    let with = |used: &UsedModule| {
        let wanted = wanted.iter().find(|wanted| wanted.means_used(used)).ok_or_else(|| fixed(&used.name))?;
        Ok(UsedModule { args: wanted.args.clone(), ..used.clone() })
    };
    used.iter().map(with).collect()
}
