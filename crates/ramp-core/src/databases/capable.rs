//! Whether modules have the capabilities that a database asks for.

use super::cause::Cause;
use super::module::Module;
use super::options::Options;
use crate::knowledge::Knowledge;
use semver::Version;

/// The first capability that a module lacks of those that a database of that Redis asks for, in the order of the table, the modules in
/// the order given.
pub(super) fn lacking<'a>(
    modules: impl IntoIterator<Item = &'a Module>,
    options: &Options,
    redis: &Version,
) -> Option<Cause> {
    let rows = Knowledge::builtin().capabilities();
    let asked = rows.iter().filter_map(|row| {
        let asking = row.asked_by.iter().find_map(|ask| {
            let value = options.value(&ask.field, redis)?;
            ask.when.holds_for(&value).then(|| (ask.field.as_str(), value.to_string()))
        });
        asking.map(|(field, value)| (row.name.as_str(), field, value))
    });
    let asked: Vec<(&'static str, &'static str, String)> = asked.collect();
    modules.into_iter().find_map(|module| {
        let (capability, field, value) = asked.iter().find(|(name, ..)| !module.has_capability(name))?;
        Some(Cause::Capability { module: module.into(), capability, field, value: value.clone() })
    })
}
