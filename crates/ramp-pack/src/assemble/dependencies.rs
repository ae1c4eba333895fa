//! Dependencies: both forms of them, normalised to the mapping that `module.json` has.

use super::error::{AssembleError, PackWarning};
use super::fields::wrong_type;
use super::{EmbeddedDependency, is_safe_name};
use crate::value;
use ramp_core::metadata::Value;

const LOCAL_PATH: &str = "local_path";

/// The dependencies as a mapping without `local_path`, and those that had one.
pub(super) fn normalise(
    field: &'static str,
    given: Option<&Value>,
) -> Result<(Value, Vec<EmbeddedDependency>), AssembleError> {
    let (mut members, mut embedded): (Vec<(String, Value)>, _) = (Vec::new(), Vec::new());
    for (name, dependency) in by_name(field, given)? {
        let Value::Object(object) = &dependency else {
            return Err(wrong_type(format!("{field}/{name}"), "a mapping", dependency.kind()));
        };
        match object.get(LOCAL_PATH) {
            Some(Value::String(path)) => {
                if !is_safe_name(&name) {
                    return Err(AssembleError::UnsafeName { name });
                }
                embedded.push(EmbeddedDependency { name: name.clone(), local_path: path.clone() });
            }
            Some(other) => return Err(wrong_type(format!("{field}/{name}/{LOCAL_PATH}"), "a string", other.kind())),
            None => {
                if let Some(missing) = ["url", "sha256"].into_iter().find(|key| !object.contains_key(key)) {
                    return Err(AssembleError::Dependency { field, name, missing });
                }
            }
        }
        let kept = object.iter().filter(|(key, _)| *key != LOCAL_PATH);
        let kept = value::object(kept).ok_or(AssembleError::TooDeep)?;
        // A name that is there twice has its last meaning, as in a dictionary.
        if members.iter().any(|(other, _)| *other == name) {
            members.retain(|(other, _)| *other != name);
            let last = embedded.pop_if(|last: &mut EmbeddedDependency| last.name == name);
            embedded.retain(|other| other.name != name);
            embedded.extend(last.filter(|_| object.contains_key(LOCAL_PATH)));
        }
        members.push((name, kept));
    }
    let members = members.iter().map(|(name, dependency)| (name.as_str(), dependency));
    Ok((value::object(members).ok_or(AssembleError::TooDeep)?, embedded))
}

/// The same for those that are never embedded.
pub(super) fn normalise_optional(
    given: Option<&Value>,
    warnings: &mut Vec<PackWarning>,
) -> Result<Value, AssembleError> {
    let (dependencies, embedded) = normalise("optional-dependencies", given)?;
    warnings.extend(embedded.into_iter().map(|dependency| PackWarning::OptionalNotEmbedded { name: dependency.name }));
    Ok(dependencies)
}

/// A mapping by name; or a list, of mappings with a `name`, or of mappings of one name each.
fn by_name(field: &'static str, given: Option<&Value>) -> Result<Vec<(String, Value)>, AssembleError> {
    let mut found = Vec::new();
    match given {
        None | Some(Value::Null) => {}
        Some(Value::Object(object)) => found.extend(object.clone()),
        Some(Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                let at = || format!("{field}/{index}");
                let Value::Object(object) = item else { return Err(wrong_type(at(), "a mapping", item.kind())) };
                match (object.get("name"), object.len(), object.iter().next()) {
                    (Some(Value::String(name)), ..) => {
                        let rest = value::object(object.iter().filter(|(key, _)| *key != "name"));
                        found.push((name.clone(), rest.ok_or(AssembleError::TooDeep)?));
                    }
                    (Some(other), ..) => return Err(wrong_type(at() + "/name", "a string", other.kind())),
                    (None, 1, Some((name, inner @ Value::Object(_)))) => found.push((name.to_owned(), inner.clone())),
                    _ => return Err(AssembleError::Dependency { field, name: index.to_string(), missing: "name" }),
                }
            }
        }
        Some(other) => return Err(wrong_type(field, "a mapping or a list", other.kind())),
    }
    Ok(found)
}
