//! The bdb object as it is answered: as much of a database as matters to modules.
//!
//! What else of the object a request says is neither kept nor answered: what a database is given for its backups and its clients
//! changes nothing where no Redis is started.

use ramp_core::knowledge::{DatabaseFieldKind, Knowledge};
use ramp_core::version::parse;
use ramp_core::{Target, databases};
use semver::Version;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::asked::Asked;
use super::module;
use crate::store::{Database, DatabaseKind, DatabaseSpec, ModuleRecord, StoreError, UsedModule};

/// A database, as far as this server supports one: all of its fields, or those that are asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bdb)]
pub(crate) struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    uid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// `redis` or `memcached`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<String>)]
    kind: Option<DatabaseKind>,
    /// In bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    memory_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    module_list: Option<Vec<ShownModule>>,
    /// In two numbers, of a database of Redis.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    redis_version: Option<String>,
    /// In three.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<String>,
    /// The fields that matter to modules; their schema is made of ramp-core's table.
    #[serde(flatten)]
    #[schema(ignore)]
    options: Map<String, Value>,
    /// Always `active`: nothing is started.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<&'static str>,
    /// The action of what was asked for, in the answer to it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    action_uid: Option<String>,
}

/// A module that a database uses.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BdbModule)]
pub(crate) struct ShownModule {
    module_id: String,
    module_name: String,
    semantic_version: String,
    module_args: String,
}

impl Shown {
    /// A database with the fields that are asked for.
    pub(crate) fn new(Database { uid, spec }: Database, asked: &Asked, target: &Target) -> Self {
        Self::of(Some(uid), spec, asked, target)
    }

    /// The same of one that is not there yet, which may have no number.
    pub(crate) fn of(uid: Option<u32>, spec: DatabaseSpec, asked: &Asked, target: &Target) -> Self {
        let asked = |name: &str| asked.has(name);
        let module = |module: UsedModule| ShownModule {
            module_id: module.module_uid,
            module_name: module.module_name,
            semantic_version: module.semantic_version,
            module_args: module.module_args,
        };
        let redis = (spec.kind == DatabaseKind::Redis).then(|| redis_version(&spec, target));
        // Of what is one of Redis, what it is without being asked for, too; of each, all that it was asked for.
        let value = |name: &str| {
            let is = redis.as_ref().and_then(|redis| spec.options.value(name, redis));
            is.or_else(|| spec.options.get(name).cloned())
        };
        let fields = Knowledge::builtin().database_fields().iter().filter(|field| asked(&field.name));
        let options = fields.filter_map(|field| Some((field.name.clone(), value(&field.name)?)));
        let options: Map<String, Value> = options.collect();
        Self {
            options,
            uid: uid.filter(|_| asked("uid")),
            name: asked("name").then_some(spec.name),
            kind: asked("type").then_some(spec.kind),
            memory_size: asked("memory_size").then_some(spec.memory_size),
            redis_version: redis.as_ref().filter(|_| asked("redis_version")).map(two_numbers),
            version: redis.filter(|_| asked("version")).map(|redis| redis.to_string()),
            module_list: asked("module_list").then(|| spec.modules.into_iter().map(module).collect()),
            status: asked("status").then_some("active"),
            action_uid: None,
        }
    }

    /// With the uid of the action that was begun with it, if any was.
    pub(crate) fn with_action(self, action_uid: Option<String>) -> Self {
        Self { action_uid, ..self }
    }
}

fn two_numbers(version: &Version) -> String {
    format!("{}.{}", version.major, version.minor)
}

/// The properties that the schema of a database has of the fields that matter to modules, by name.
pub(crate) fn properties() -> impl Iterator<Item = (String, Value)> {
    Knowledge::builtin().database_fields().iter().map(|field| {
        let mut schema = match &field.kind {
            DatabaseFieldKind::Flag => json!({"type": "boolean"}),
            DatabaseFieldKind::Number { from, to } => json!({"type": "integer", "minimum": from, "maximum": to}),
            DatabaseFieldKind::OneOf(names) => json!({"type": "string", "enum": names}),
            _ => json!({"type": "array", "items": {"type": "object"}}),
        };
        schema["description"] = json!(field.description);
        (field.name.clone(), schema)
    })
}

/// The Redis version of a database; of one that was made when there were none, that of the release.
fn redis_version(spec: &DatabaseSpec, target: &Target) -> Version {
    let own = spec.redis_version.as_deref().and_then(|text| parse(text).ok());
    own.or_else(|| databases::default_version(target)).unwrap_or_else(|| Version::new(0, 0, 0))
}

/// A database of the catalogue, as the rules take it.
pub(crate) fn ruled(spec: &DatabaseSpec, target: &Target) -> databases::Database {
    databases::Database {
        redis: redis_version(spec, target),
        options: spec.options.clone(),
        modules: spec
            .modules
            .iter()
            .map(|used| databases::UsedModule {
                uid: used.module_uid.clone(),
                name: used.module_name.clone(),
                semantic_version: used.semantic_version.clone(),
                args: used.module_args.clone(),
            })
            .collect(),
    }
}

/// What comes of a database by the rules, as the catalogue keeps it.
pub(crate) fn kept(database: databases::Database, spec: &DatabaseSpec) -> DatabaseSpec {
    let modules = database.modules.into_iter().map(|used| UsedModule {
        module_uid: used.uid,
        module_name: used.name,
        semantic_version: used.semantic_version,
        module_args: used.args,
        is_bundled: false,
    });
    DatabaseSpec {
        modules: modules.collect(),
        redis_version: Some(database.redis.to_string()),
        options: database.options,
        ..spec.clone()
    }
}

/// The modules that there are, as the rules take them.
pub(crate) fn modules(records: &[ModuleRecord]) -> Result<Vec<databases::Module>, StoreError> {
    let module = |record: &ModuleRecord| {
        let module = databases::Module::new(record.uid.clone(), module::metadata(record)?);
        Ok(module.known_as(record.module_name.clone(), record.version))
    };
    records.iter().map(module).collect()
}
