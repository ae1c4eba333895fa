//! The module object that a release answers.
//!
//! Which fields it has is the documentation's: ramp-core's table of fields says since when and until when. Two fields of the
//! table stay away: `commands`, documented for the request of the user-defined endpoint and in no answer observed, and
//! `operating_systems`, documented nowhere.

use std::borrow::Cow;

use ramp_core::knowledge::Release;
use ramp_core::metadata::Value as Json;
use ramp_core::metadata::fields::{Field, FieldType, fields};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::asked::Asked;
use crate::store::{self, Build, ModuleRecord, StoreError};

/// The object of a module, as a release answers it.
#[derive(Debug)]
pub(crate) struct Shown {
    uid: String,
    module_name: String,
    version: i64,
    metadata: Json,
    /// What is said of each platform: `{"dependencies": {}, "sha256": "…"}`.
    platforms: Platforms,
    is_bundled: bool,
    /// The action of its upload, where that is answered.
    action_uid: Option<String>,
    asked: Asked,
    release: &'static Release,
}

impl Shown {
    /// The object of a record that can be read.
    pub(crate) fn new(record: &ModuleRecord, release: &'static Release) -> Result<Self, StoreError> {
        let named = record.builds.iter().filter(|build| build.place != Build::ANY_PLATFORM);
        // A list that has one object too deep for who reads it would be lost as a whole; the catalogue keeps what was uploaded.
        let shown = |value: Json| value.shown().into_owned();
        let platforms =
            named.map(|build| Ok((build.place.clone(), shown(store::json::value("build", &build.details)?))));
        Ok(Self {
            uid: record.uid.clone(),
            module_name: record.module_name.clone(),
            version: record.version,
            metadata: shown(metadata(record)?),
            platforms: Platforms(platforms.collect::<Result<_, StoreError>>()?),
            is_bundled: record.is_bundled,
            action_uid: None,
            asked: Asked::default(),
            release,
        })
    }

    /// The same, with the action of its upload.
    pub(crate) fn with_action(self, action_uid: String) -> Self {
        Self { action_uid: Some(action_uid), ..self }
    }

    /// The same, with these fields alone.
    pub(crate) fn with_fields(self, asked: Asked) -> Self {
        Self { asked, ..self }
    }

    fn value(&self, field: &Field) -> Answer<'_> {
        let given = |name: &str| self.metadata.get(name);
        match field.name.as_str() {
            "uid" => Answer::Text(&self.uid),
            // By which it is known, where the metadata has a name that is not text.
            "module_name" => Answer::Text(&self.module_name),
            "version" => Answer::Number(self.version),
            "is_bundled" => Answer::Flag(self.is_bundled),
            "platforms" => Answer::Platforms(&self.platforms),
            "os_list" => match given("os_list") {
                Some(list) if self.platforms.0.is_empty() && FieldType::Strings.accepts(list) => Answer::Given(list),
                _ => Answer::Names(self.platforms.systems()),
            },
            name => match (given(name), field.field_type) {
                (Some(value), kind) if kind.accepts(value) => Answer::Given(value),
                (_, FieldType::Boolean) => Answer::Flag(false),
                (_, FieldType::Strings | FieldType::Commands) => Answer::List([]),
                (_, FieldType::Number) => Answer::Number(0),
                (_, FieldType::String) => Answer::Text(""),
                _ => Answer::Object {},
            },
        }
    }
}

/// `module.json` of a record, as it was uploaded.
pub(crate) fn metadata(record: &ModuleRecord) -> Result<Json, StoreError> {
    store::json::value("module", &record.metadata)
}

/// The value of a field: what the metadata has, or what stands for nothing there.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Answer<'a> {
    Given(&'a Json),
    Text(&'a str),
    Number(i64),
    Flag(bool),
    List([(); 0]),
    Object {},
    Platforms(&'a Platforms),
    Names(Vec<&'a str>),
}

/// By name, in the order of the names.
#[derive(Debug)]
struct Platforms(Vec<(String, Json)>);

impl Platforms {
    /// Their operating systems: of `rhel9/x86_64`, `rhel9`.
    fn systems(&self) -> Vec<&str> {
        let mut systems: Vec<&str> = self.0.iter().map(|(name, _)| name.split('/').next().unwrap_or(name)).collect();
        systems.dedup();
        systems
    }
}

impl Serialize for Platforms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, details)| (name, details)))
    }
}

impl Serialize for Shown {
    /// The fields in the order of the table.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for field in answered(&self.release.name).filter(|field| self.asked.has(&field.name)) {
            map.serialize_entry(&field.name, &self.value(field))?;
        }
        if let Some(action_uid) = &self.action_uid {
            map.serialize_entry("action_uid", action_uid)?;
        }
        map.end()
    }
}

fn answered(release: &str) -> impl Iterator<Item = &'static Field> {
    fields().iter().filter(move |field| field.name != "commands" && field.is_documented_in(release))
}

/// Stands for the object in the descriptions of the endpoints; its schema depends on the release.
#[derive(Debug)]
pub(crate) struct Module;

/// Stands for the object, or for the fields of it that are asked for.
#[derive(Debug)]
pub(crate) struct ModuleView;

/// Stands for the object with the `action_uid` of its upload.
#[derive(Debug)]
pub(crate) struct UploadedModule;

impl PartialSchema for Module {
    fn schema() -> RefOr<Schema> {
        RefOr::default()
    }
}

impl PartialSchema for ModuleView {
    fn schema() -> RefOr<Schema> {
        RefOr::default()
    }
}

impl PartialSchema for UploadedModule {
    fn schema() -> RefOr<Schema> {
        RefOr::default()
    }
}

impl ToSchema for Module {
    fn name() -> Cow<'static, str> {
        "Module".into()
    }
}

impl ToSchema for ModuleView {
    fn name() -> Cow<'static, str> {
        "ModuleView".into()
    }
}

impl ToSchema for UploadedModule {
    fn name() -> Cow<'static, str> {
        "UploadedModule".into()
    }
}

/// The JSON Schemas of [`Module`], [`ModuleView`] and [`UploadedModule`] in a release, by name.
pub(crate) fn schemas(release: &str) -> [(Cow<'static, str>, Value); 3] {
    let properties: Map<String, Value> = answered(release).map(|field| (field.name.clone(), schema(field))).collect();
    let mut uploaded = properties.clone();
    uploaded.insert("action_uid".to_owned(), json!({"type": "string", "description": "The action of the upload."}));
    let view = json!({"type": "object", "properties": properties, "additionalProperties": false});
    [(Module::name(), closed(&properties)), (ModuleView::name(), view), (UploadedModule::name(), closed(&uploaded))]
}

/// An object that has these properties, all of them and no others.
fn closed(properties: &Map<String, Value>) -> Value {
    let required: Vec<&String> = properties.keys().collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

pub(super) fn schema(field: &Field) -> Value {
    let mut schema = match (field.name.as_str(), field.field_type) {
        ("version", _) => json!({"type": "integer"}),
        ("platforms", _) => json!({
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {"dependencies": {"type": "object"}, "sha256": {"type": "string"}},
                "required": ["dependencies", "sha256"],
            },
        }),
        (_, FieldType::String) => json!({"type": "string"}),
        (_, FieldType::Number) => json!({"type": "number"}),
        (_, FieldType::Boolean) => json!({"type": "boolean"}),
        (_, FieldType::Strings) => json!({"type": "array", "items": {"type": "string"}}),
        (_, FieldType::Commands) => json!({"type": "array"}),
        _ => json!({"type": "object"}),
    };
    schema["description"] = json!(field.summary);
    schema
}

#[cfg(test)]
mod tests {
    use ramp_core::knowledge::Knowledge;

    use super::*;
    use crate::http::Fields;

    #[test]
    fn answers_have_the_order_of_the_table_and_of_the_metadata() {
        let record = ModuleRecord {
            uid: "1".repeat(32),
            module_name: "m".to_owned(),
            version: 10203,
            metadata: r#"{"module_name": "m", "config_command": "", "dependencies": {"z": {"url": "u", "sha256": "s"}, "a": {}}}"#
                .to_owned(),
            builds: vec![Build {
                place: "rhel9/x86_64".to_owned(),
                blob: String::new(),
                details: r#"{"dependencies":{"z":1.50,"a":2},"sha256":"s"}"#.to_owned(),
            }],
            is_bundled: false,
        };
        let release = Knowledge::builtin().release("7.22").unwrap();
        let text = serde_json::to_string(&Shown::new(&record, release).unwrap().with_action("a".to_owned())).unwrap();
        assert!(text.contains(r#""dependencies":{"z":{"url":"u","sha256":"s"},"a":{}}"#), "{text}");
        assert!(
            text.contains(r#""platforms":{"rhel9/x86_64":{"dependencies":{"z":1.5,"a":2},"sha256":"s"}}"#),
            "{text}"
        );
        let keys: Vec<String> = Fields::read(text.as_bytes()).unwrap().into_iter().map(|(key, _)| key).collect();
        let table = answered("7.22").map(|field| field.name.as_str());
        assert_eq!(keys, table.chain(["action_uid"]).collect::<Vec<_>>());
    }
}
