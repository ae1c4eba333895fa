//! Dependencies: both forms of them, normalised to the mapping that `module.json` has.

use super::assembled::EmbeddedDependency;
use super::error::{AssembleError, PackWarning, check_name};
use ramp_core::metadata::fields::FieldType;
use ramp_core::metadata::{Object, Value, called};

const LOCAL_PATH: &str = "local_path";

/// What a dependency that is not packed must have.
const DESCRIBED: [&str; 2] = ["url", "sha256"];

/// The dependencies as a mapping without `local_path`, by name, and those that had one. What lacks something is among them, as it is.
pub(super) fn normalise(
    field: &'static str,
    given: Option<&Value>,
    errors: &mut Vec<AssembleError>,
) -> (Object, Vec<EmbeddedDependency>) {
    let (mut members, mut embedded): (Vec<(String, Object)>, _) = (Vec::new(), Vec::new());
    for (name, dependency) in by_name(field, given, errors) {
        let Value::Object(mut object) = dependency else {
            errors.push(AssembleError::wrong_type(format!("{field}/{name}"), "a mapping", &dependency));
            continue;
        };
        // A name that is there twice has its last meaning, as in a dictionary.
        members.retain(|(other, _)| *other != name);
        embedded.retain(|other: &EmbeddedDependency| other.name != name);
        // What a template left empty is not there. An optional one is looked for by nobody: it stays as it is written.
        for key in DESCRIBED.into_iter().filter(|_| field == "dependencies") {
            let is_empty = |value: &Value| matches!(value, Value::Null) || value.as_str() == Some("");
            if object.get(key).is_some_and(is_empty) {
                object.remove(key);
            }
        }
        match object.remove(LOCAL_PATH) {
            Some(Value::String(local_path)) => {
                if let Err(error) = check_name(field, &name) {
                    errors.push(error);
                    continue;
                }
                embedded.push(EmbeddedDependency { name: name.clone(), local_path });
            }
            Some(other) => {
                errors.push(AssembleError::wrong_type(format!("{field}/{name}/{LOCAL_PATH}"), "a string", &other));
                continue;
            }
            None => errors.extend(lacking(field, &name, &object)),
        }
        members.push((name, object));
    }
    // As they are written.
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    (members.into_iter().collect(), embedded)
}

/// That a dependency that is not packed lacks what it must have, if it does.
fn lacking(field: &'static str, name: &str, object: &Object) -> Option<AssembleError> {
    let missing: Vec<&str> = DESCRIBED.into_iter().filter(|key| !object.contains_key(key)).collect();
    let is_missed = |meant: &&str| missing.contains(meant) || *meant == LOCAL_PATH;
    let meant = |key: &str| called::member_of(FieldType::Dependencies, key).filter(is_missed);
    let misspelt = object.keys().filter_map(|key| Some((key.to_owned(), meant(key)?))).collect();
    let name = name.to_owned();
    (!missing.is_empty()).then_some(AssembleError::Dependency { field, name, missing, misspelt })
}

/// The same for those that are never embedded.
pub(super) fn normalise_optional(
    given: Option<&Value>,
    warnings: &mut Vec<PackWarning>,
    errors: &mut Vec<AssembleError>,
) -> Object {
    let (dependencies, embedded) = normalise("optional-dependencies", given, errors);
    warnings.extend(embedded.into_iter().map(|dependency| PackWarning::OptionalNotEmbedded { name: dependency.name }));
    dependencies
}

/// A mapping by name; or a list, of mappings with a `name`, or of mappings by name, as options give them.
fn by_name(field: &'static str, given: Option<&Value>, errors: &mut Vec<AssembleError>) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    match given {
        None | Some(Value::Null) => {}
        Some(Value::Object(object)) => found.extend(object.clone()),
        Some(Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                let at = || format!("{field}/{index}");
                let Value::Object(object) = item else {
                    errors.push(AssembleError::wrong_type(at(), "a mapping", item));
                    continue;
                };
                match object.get("name") {
                    Some(Value::String(name)) => {
                        let mut rest = object.clone();
                        rest.remove("name");
                        found.push((name.clone(), rest.into()));
                    }
                    _ if object.iter().all(|(_, inner)| inner.as_object().is_some()) => found.extend(object.clone()),
                    Some(other) => errors.push(AssembleError::wrong_type(at() + "/name", "a string", other)),
                    None => {
                        let (name, missing) = (index.to_string(), vec!["name"]);
                        errors.push(AssembleError::Dependency { field, name, missing, misspelt: Vec::new() });
                    }
                }
            }
        }
        Some(other) => errors.push(AssembleError::wrong_type(field, "a mapping or a list", other)),
    }
    found
}
