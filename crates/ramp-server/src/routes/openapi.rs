//! The `OpenAPI` description of what is played: paths from the handlers, what every endpoint shares, schemas by release.

use ramp_core::UploadErrorCode;
use ramp_core::knowledge::Release;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::{RefOr, Response, ResponseBuilder};

use super::dry_run;
use crate::http::Refusal;
use crate::played::settings::ALLOW_UPLOAD;
use crate::played::{database, definition, module};
use crate::upload::Judgement;

/// Where a response keeps its codes until [`describe`] makes a schema of them.
const CODES: &str = "x-error-codes";

/// The objects that may have more than their schemas say: what somebody defines a module by, what makes, changes and upgrades a
/// database, and what makes a cluster.
const OPEN: [&str; 15] = [
    "Definition",
    "BdbToMake",
    "BdbToMakeV2",
    "BdbToChange",
    "BdbToChangeV2",
    "BdbModuleToUse",
    "BdbUpgrade",
    "BdbModulesUpgrade",
    "BdbModuleUpgrade",
    "BdbModulesConfig",
    "Bootstrap",
    "BootstrapCluster",
    "BootstrapCredentials",
    "BootstrapModule",
    "BootstrapModuleLocation",
];
/// Those that have the fields of a database which matter to modules.
const DATABASES: [&str; 3] = ["Bdb", "BdbToMake", "BdbToChange"];

/// Declares what an endpoint refuses with: its statuses, and the `error_code`s of each. A status without codes is
/// documented for clusters, and this server never answers it.
macro_rules! refusals {
    ($name:ident: $($status:literal => [$($code:literal),* $(,)?]),+ $(,)?) => {
        #[derive(Debug)]
        pub(super) struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                [$((stringify!($status).to_owned(), $crate::routes::openapi::refusal(&[$($code),*]))),+].into()
            }
        }
    };
}
pub(super) use refusals;

/// The response of a status with these codes.
pub(crate) fn refusal(codes: &[&str]) -> RefOr<Response> {
    ResponseBuilder::new().extensions(Some(Extensions::builder().add(CODES, json!(codes)).build())).into()
}

/// What is true of all endpoints.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "ramp serve",
        description = "The modules REST API of Redis Enterprise, as far as it matters to those who upload modules. \
            docs/rest-api.md says what is documented, what was observed and what is our own."
    ),
    components(schemas(Refusal)),
    security(("basic" = [])),
    tags(
        (name = "modules", description = "Modules and their bundles"),
        (name = "actions", description = "What became of uploads and deletions, and of databases"),
        (name = "cluster", description = "What is worth a look before an upload"),
        (name = "databases", description = "What uses modules; no Redis is started"),
        (name = "users", description = "Who may ask"),
        (name = "server", description = "Not part of a cluster: the server itself"),
        (name = "page", description = "Not part of a cluster: the page on `/`"),
    )
)]
pub(crate) struct Base;

/// The description of a release, from the paths that the router has.
pub(crate) fn describe(paths: utoipa::openapi::OpenApi, release: &Release) -> Value {
    let mut document = serde_json::to_value(paths).unwrap_or_default();
    document["components"]["securitySchemes"] = json!({"basic": {"type": "http", "scheme": "basic"}});
    document["info"]["x-release"] = json!(release.name);
    for (method, operation) in operations(&mut document) {
        complete(method, operation, release);
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        // What is answered has what its schema has, and no more.
        for (name, schema) in schemas.iter_mut().filter(|(_, schema)| schema.get("properties").is_some()) {
            schema["additionalProperties"] = json!(OPEN.contains(&name.as_str()));
        }
        for name in DATABASES {
            if let Some(properties) = schemas.get_mut(name).and_then(|schema| schema["properties"].as_object_mut()) {
                properties.extend(database::properties());
            }
        }
        schemas.extend(module::schemas(&release.name).map(|(name, schema)| (name.into_owned(), schema)));
        schemas.extend([definition::schema()].map(|(name, schema)| (name.into_owned(), schema)));
        schemas.extend(judgement());
        if !release.upload_gated.value {
            for settings in ["Cluster", "ClusterSettings"] {
                if let Some(properties) = schemas.get_mut(settings).and_then(|s| s["properties"].as_object_mut()) {
                    properties.remove(ALLOW_UPLOAD);
                }
            }
        }
    }
    document
}

fn operations(document: &mut Value) -> impl Iterator<Item = (&str, &mut Map<String, Value>)> {
    let items = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = items.filter_map(Value::as_object_mut).flatten();
    operations.filter_map(|(method, operation)| Some((method.as_str(), operation.as_object_mut()?)))
}

/// Adds what every endpoint of its kind can answer, and makes schemas of the codes.
fn complete(method: &str, operation: &mut Map<String, Value>, release: &Release) {
    // What everybody may ask only for a while, can be refused like the rest.
    let public = operation.get("security").is_some_and(|security| *security == json!([{}]));
    let body = operation.get("requestBody").cloned();
    let mut parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let has_dry_run = parameters.any(|parameter| parameter["name"] == dry_run::NAME);
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    let mut add = |status: &str, code: &str| {
        let response = responses.entry(status).or_insert_with(|| json!({CODES: []}));
        if let Some(codes) = response[CODES].as_array_mut() {
            codes.push(json!(code));
        }
    };
    if !public {
        add("401", "unauthorized");
        add("403", "insufficient_permissions");
        add("429", "too_many_tries");
        add("500", "internal_error");
        add("503", "store_unavailable");
        add("503", "no_cluster");
        add("507", "insufficient_storage");
    }
    add("421", "host_unknown");
    add("403", "proxy_required");
    if method != "get" {
        add("403", "cross_site_request");
        if !has_dry_run {
            add("400", "dry_run_unsupported");
        }
    }
    if body.is_some() {
        add("408", "request_timeout");
        add("413", "request_too_large");
        add("415", "unsupported_media_type");
    }
    for response in responses.values_mut().filter_map(Value::as_object_mut) {
        let Some(codes) = response.remove(CODES) else { continue };
        let mut codes: Vec<Value> = codes.as_array().cloned().unwrap_or_default();
        if !release.upload_gated.value {
            codes.retain(|code| code != UploadErrorCode::ModulesUploadDisabled.as_str());
        }
        let names: Vec<String> = codes.iter().filter_map(Value::as_str).map(|code| format!("`{code}`")).collect();
        if names.is_empty() {
            response.insert("description".to_owned(), json!("Documented for clusters; this server never answers it"));
            continue;
        }
        response.insert("description".to_owned(), json!(names.join(", ")));
        let schema = json!({
            "allOf": [{"$ref": "#/components/schemas/Error"}],
            "properties": {"error_code": {"enum": codes}},
        });
        response.insert("content".to_owned(), json!({"application/json": {"schema": schema}}));
    }
}

/// The schemas of a report, which are those of `ramp schema`.
fn judgement() -> Map<String, Value> {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    let mut root = settings.into_generator().into_root_schema_for::<Judgement>().to_value();
    let mut schemas = match root["components"]["schemas"].take() {
        Value::Object(schemas) => schemas,
        _ => Map::new(),
    };
    if let Value::Object(mut own) = root {
        for key in ["$schema", "components"] {
            own.remove(key);
        }
        schemas.insert("Judged".to_owned(), Value::Object(own));
    }
    schemas
}
