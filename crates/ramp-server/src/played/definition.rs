//! What somebody defines a module by: the body of `POST /v2/modules/user-defined`.
//!
//! Which fields it must have is in ramp-core's table of fields.

use std::borrow::Cow;

use ramp_core::metadata::definition::{self, flaws, required};
use ramp_core::metadata::{Value, json};
use ramp_core::{Endpoint, Request, UploadErrorCode};
use serde_json::Map;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::module;
use crate::http::Refusal;

/// A definition that has all it must.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) module_name: String,
    pub(crate) version: i64,
    /// The body, as JSON.
    pub(crate) metadata: String,
}

impl Definition {
    /// Reads the body of a request.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        for (start, what) in [(&b"--"[..], "a form"), (b"PK", "a zip")] {
            if body.starts_with(start) {
                let bundles = Request::Artifact;
                return Err(invalid(format!(
                    "the body is {what}; this takes an object in JSON, and bundles go to `{bundles}`"
                )));
            }
        }
        // As the unpacker reads `module.json`, which is what people send.
        let document = json::read(body).map_err(|err| invalid(format!("the body is not JSON: {err}")))?;
        if document.root.as_object().is_none() {
            return Err(invalid("the body is not a JSON object".to_owned()));
        }
        if let Some(flaw) = flaws(&document.root).next() {
            return Err(invalid(flaw.to_string()));
        }
        let root = document.root;
        let module_name = root.get("module_name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let version = definition::version(&root).ok_or_else(|| invalid("`version` is too large".to_owned()))?;
        Ok(Self { module_name, version, metadata: root.to_string() })
    }
}

impl PartialSchema for Definition {
    /// It is made of the table.
    fn schema() -> RefOr<Schema> {
        RefOr::default()
    }
}

impl ToSchema for Definition {
    fn name() -> Cow<'static, str> {
        "Definition".into()
    }
}

/// The JSON Schema of [`Definition`], by name: what the body must contain; it may contain more.
pub(crate) fn schema() -> (Cow<'static, str>, serde_json::Value) {
    let properties: Map<String, serde_json::Value> =
        required().map(|field| (field.name.clone(), module::schema(field))).collect();
    let names: Vec<&str> = required().map(|field| field.name.as_str()).collect();
    (Definition::name(), serde_json::json!({"type": "object", "properties": properties, "required": names}))
}

fn invalid(description: String) -> Refusal {
    Refusal::upload(UploadErrorCode::InvalidModule, Endpoint::UserDefined, description)
}
