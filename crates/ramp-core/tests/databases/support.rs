//! Modules and databases to ask about.

use ramp_core::Target;
use ramp_core::databases::{Database, DatabaseRequest, Module, Options, Refused, WantedDatabase, WantedModule, create};
use ramp_core::metadata::json;
use serde_json::{Value, json};

/// A module of the cluster: `m` with capabilities for everything, unless something else is said.
pub(crate) fn module(uid: &str, semantic_version: &str, more: Value) -> Module {
    let parts: Vec<i64> = semantic_version.split('.').map(|part| part.parse().unwrap()).collect();
    let capabilities: Vec<&str> = ramp_core::knowledge::Knowledge::builtin()
        .capabilities()
        .iter()
        .map(|capability| capability.name.as_str())
        .collect();
    let mut metadata = json!({"module_name": "m", "semantic_version": semantic_version, "capabilities": capabilities,
        "version": parts[0] * 10000 + parts[1] * 100 + parts[2]});
    for (name, value) in more.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    let text = serde_json::to_vec(&metadata).unwrap();
    Module::new(uid, json::read(&text).unwrap().root)
}

/// One for that Redis.
pub(crate) fn for_redis(uid: &str, semantic_version: &str, redis: &str) -> Module {
    module(uid, semantic_version, json!({"compatible_redis_version": redis}))
}

pub(crate) fn target(name: &str) -> Target {
    Target::named(name).unwrap()
}

pub(crate) fn options(fields: Value) -> Options {
    Options::of(fields.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value))).unwrap()
}

/// A database of that Redis with `m`.
pub(crate) fn wanted(redis: Option<&str>, fields: Value) -> WantedDatabase {
    WantedDatabase {
        redis_version: redis.map(ToOwned::to_owned),
        is_memcached: false,
        options: options(fields),
        modules: vec![WantedModule::named("m")],
    }
}

pub(crate) fn made(redis: Option<&str>, fields: Value, modules: &[Module], release: &str) -> Result<Database, Refused> {
    create(DatabaseRequest::CreateV1, &wanted(redis, fields), modules, &target(release))
}

/// The uids of what a database uses, and its Redis.
pub(crate) fn has(database: &Database) -> String {
    let uids: Vec<&str> = database.modules.iter().map(|used| used.uid.as_str()).collect();
    format!("{} with {}", database.redis, uids.join(" "))
}

/// Status, code and what is wrong.
pub(crate) fn told<T: std::fmt::Debug>(answer: Result<T, Refused>) -> String {
    let refused = answer.unwrap_err();
    format!("{} {}: {}", refused.http_status(), refused.error_code(), refused.description())
}
