//! In what a module that a cluster has differs from that of a bundle, by all that the cluster's object of it says.

use ramp_core::metadata;
use ramp_core::metadata::fields::{Field, fields};
use ramp_core::version::parse;
use serde_json::Value;

/// A field in which a module of the cluster differs from that of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The field of the module's object, such as `capabilities`; `sha256` is that of the module itself.
    pub field: String,
    /// The platform of the build that it is said of, where the cluster names platforms.
    pub platform: Option<String>,
    /// What the cluster says, as JSON.
    pub there: String,
    /// What the bundle says, as JSON; for `sha256`, what was measured.
    pub here: String,
}

/// What a module is known by, what the cluster gives it, and what is told by platform: fields that are compared elsewhere, or say nothing of
/// the bundle's `module.json`.
const ELSEWHERE: &[&str] = &[
    "architecture",
    "is_bundled",
    "module_file",
    "module_name",
    "operating_systems",
    "os",
    "os_list",
    "platforms",
    "sha256",
    "uid",
    "version",
];

/// The fields in which the object of a cluster differs from the metadata of a bundle, of those that it tells. Where an object has nothing
/// in a field, such as `""`, a `module.json` may lack it. What a `module.json` writes in another type than the field has, a cluster need
/// not tell.
pub(super) fn of_metadata(object: &Value, metadata: &metadata::Value) -> Vec<Difference> {
    fields().iter().filter_map(|field| of_field(field, object.get(&field.name)?, metadata.get(&field.name))).collect()
}

fn of_field(field: &Field, there: &Value, here: Option<&metadata::Value>) -> Option<Difference> {
    let is_of_its_type = here.is_none_or(|here| field.field_type.accepts(here));
    // From 7.4 on they are told by platform, and may be told there alone.
    let is_told = field.name != "dependencies" || !is_nothing(there);
    if ELSEWHERE.contains(&field.name.as_str()) || !is_of_its_type || !is_told {
        return None;
    }
    let here = here.map_or(Value::Null, Value::from);
    (!is_same(&field.name, there, &here)).then(|| Difference {
        field: field.name.clone(),
        platform: None,
        there: there.to_string(),
        here: here.to_string(),
    })
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn is_same(field: &str, there: &Value, here: &Value) -> bool {
    if there == here || (is_nothing(there) && is_nothing(here)) {
        return true;
    }
    match (there, here) {
        // In any order, each once or more often.
        (Value::Array(there), Value::Array(here)) if field == "capabilities" => {
            there.iter().all(|name| here.contains(name)) && here.iter().all(|name| there.contains(name))
        }
        // `7.4` is `7.4.0`.
        (Value::String(there), Value::String(here))
            if field.starts_with("min_") || field.starts_with("compatible_") =>
        {
            matches!((parse(there), parse(here)), (Ok(there), Ok(here)) if there == here)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use ramp_core::metadata::json::read;
    use serde_json::json;

    use super::*;

    fn differing(object: &Value, metadata: &Value) -> Vec<String> {
        let metadata = read(metadata.to_string().as_bytes()).unwrap().root;
        of_metadata(object, &metadata).into_iter().map(|it| format!("{} {} {}", it.field, it.there, it.here)).collect()
    }

    #[test]
    fn each_kind_of_field_is_compared() {
        for (field, there, here) in [
            ("capabilities", json!(["a"]), json!(["a", "b"])),
            ("command_line_args", json!("x"), json!("y")),
            ("compatible_redis_version", json!("7.4"), json!("8.0")),
            ("min_redis_version", json!("7.4"), json!("7.4.1")),
            ("bigstore_version_2_support", json!(true), json!(false)),
            ("crdb", json!({}), json!({"supported_featureset_versions": [1]})),
            ("dependencies", json!({"d": {"sha256": "0"}}), json!({"d": {"sha256": "1"}})),
            ("commands", json!([{"command_name": "a"}]), json!([{"command_name": "b"}])),
        ] {
            let told = format!("{field} {there} {here}");
            assert_eq!(differing(&json!({field: there}), &json!({field: here})), [told]);
            assert_eq!(differing(&json!({field: there}), &json!({field: there})), [""; 0]);
            assert_eq!(differing(&json!({}), &json!({field: here})), [""; 0], "what is not told is not compared");
        }
        assert_eq!(differing(&json!({"author": "x"}), &json!({})), ["author \"x\" null"]);
        assert_eq!(differing(&json!({"author": ""}), &json!({"author": "x"})), ["author \"\" \"x\""]);
    }

    #[test]
    fn what_says_the_same_is_the_same() {
        for (object, metadata) in [
            (json!({"capabilities": ["b", "a"]}), json!({"capabilities": ["a", "b", "a"]})),
            (json!({"min_redis_version": "7.4.0"}), json!({"min_redis_version": "7.4"})),
            (json!({"author": "", "crdb": {}, "capabilities": [], "bigstore_version_2_support": false}), json!({})),
            (json!({"dependencies": {}}), json!({"dependencies": {"d": {"sha256": "1"}}})),
            // A cluster that reads text has none of a number.
            (json!({"compatible_redis_version": ""}), json!({"compatible_redis_version": 7.4})),
            (json!({"uid": "f00d", "is_bundled": true, "sha256": "0", "created": 1}), json!({"sha256": "1"})),
        ] {
            assert_eq!(differing(&object, &metadata), [""; 0], "{object} {metadata}");
        }
    }
}
