//! Changing the arguments of a database's modules.

use super::cause::Cause;
use super::database::Database;
use super::module::Module;
use super::refused::Refused;
use super::request::DatabaseRequest;

/// The database with these arguments of its modules, each by the module's name.
///
/// # Errors
///
/// [`Refused`]: the database does not use one of the modules, or a module cannot be configured while it runs.
pub fn configure(
    request: DatabaseRequest,
    database: &Database,
    arguments: &[(String, String)],
    modules: &[Module],
) -> Result<Database, Refused> {
    let mut after = database.clone();
    for (name, args) in arguments {
        let all = || database.modules.iter().map(|used| used.name.clone()).collect();
        let used = after.modules.iter_mut().find(|used| used.name == *name);
        let used = used.ok_or_else(|| Refused::new(request, Cause::NotUsed { asked: name.clone(), uses: all() }))?;
        if let Some(module) = used.of(modules).filter(|module| !module.is_configurable()) {
            return Err(Refused::new(request, Cause::NotConfigurable { module: module.into() }));
        }
        used.args.clone_from(args);
    }
    Ok(after)
}
