//! What is asked in each step.

use serde_json::{Map, Value, json};

use super::build::Build;
use super::plan::Plan;
use super::step::StepRequest;
use crate::endpoint::{Endpoint, Request};

/// The number of the database.
pub(super) const DATABASE: u32 = 1;
/// What it is called.
const NAME: &str = "rehearsal";
/// Its memory, in bytes.
const MEMORY: u64 = 1 << 30;

fn request(method: &str, path: impl Into<String>, body: impl Into<Option<Value>>) -> StepRequest {
    StepRequest { method: method.to_owned(), path: path.into(), body: body.into() }
}

pub(super) fn allow_uploads() -> StepRequest {
    request("PUT", "/v1/cluster", json!({"allow_modules_upload": true}))
}

/// The cluster is made with all of them: each node downloads them from wherever they are put.
pub(super) fn bootstrap(builds: &[&Build<'_>]) -> StepRequest {
    let module = |build: &&Build<'_>| {
        let name = percent_encode(build.module.name());
        let url = format!("https://files.example.com/{name}.{}.zip", build.module.version());
        json!({"name": build.module.name(), "location": {"location_type": "https", "url": url}})
    };
    let modules: Vec<Value> = builds.iter().map(module).collect();
    let body = json!({
        "action": "create_cluster",
        "cluster": {"name": format!("{NAME}.example.com")},
        "credentials": {"username": "admin@example.com", "password": "..."},
        "user_defined_modules": modules,
    });
    request("POST", Request::Bootstrap.path(), body)
}

/// What shows that the cluster has what this request of an upload would bring.
pub(super) fn find(which: Request) -> StepRequest {
    match which {
        Request::Artifact => request("GET", which.path(), None),
        _ => request("GET", "/v1/modules", None),
    }
}

pub(super) fn upload(which: Request, build: &Build<'_>) -> StepRequest {
    let body = (which == Request::Definition).then(|| build.definition());
    request("POST", which.path(), body)
}

pub(super) fn create_database(plan: &Plan, build: &Build<'_>) -> StepRequest {
    let module = &build.module;
    let mut body = Map::new();
    body.insert("name".to_owned(), NAME.into());
    body.insert("memory_size".to_owned(), MEMORY.into());
    body.extend(plan.redis_version.as_ref().map(|version| ("redis_version".to_owned(), version.as_str().into())));
    body.extend(plan.options.iter().map(|(name, value)| (name.to_owned(), value.clone())));
    let used = json!([{"module_name": module.name(), "module_id": module.uid(), "semantic_version": module.semantic_version()}]);
    body.insert("module_list".to_owned(), used);
    request("POST", "/v1/bdbs", Value::Object(body))
}

pub(super) fn upgrade_database(to: &str, latest: bool, tried: bool) -> StepRequest {
    let body =
        if latest { json!({"redis_version": to, "latest_with_modules": true}) } else { json!({"redis_version": to}) };
    let question = if tried { "?dry_run=true" } else { "" };
    request("POST", format!("/v1/bdbs/{DATABASE}/upgrade{question}"), body)
}

pub(super) fn upgrade_module(old: &Build<'_>, new: &Build<'_>) -> StepRequest {
    let module = json!({"current_module": old.module.uid(), "new_module": new.module.uid(), "new_module_args": ""});
    request("POST", format!("/v1/bdbs/{DATABASE}/modules/upgrade"), json!({"modules": [module]}))
}

pub(super) fn delete_database() -> StepRequest {
    request("DELETE", format!("/v1/bdbs/{DATABASE}"), None)
}

pub(super) fn delete_module(endpoint: Endpoint, build: &Build<'_>) -> StepRequest {
    let below = match endpoint {
        Endpoint::V1 => "/v1/modules",
        Endpoint::V2 => "/v2/modules",
        _ => "/v2/modules/user-defined",
    };
    request("DELETE", format!("{below}/{}", build.module.uid()), None)
}

/// From 8.0 on, what a node has goes by itself.
pub(super) fn delete_artifact(build: &Build<'_>) -> StepRequest {
    let (name, version) = (build.module.name(), build.module.version());
    let name = percent_encode(name);
    request("DELETE", format!("/v2/local/modules/user-defined/artifacts/{name}/{version}"), None)
}

/// A name as a part of a path.
fn percent_encode(name: &str) -> impl std::fmt::Display {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC)
}
