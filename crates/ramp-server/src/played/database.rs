//! The bdb object: as much of a database as matters to modules.
//!
//! What else of the object a request says is neither kept nor answered: what a database is given for its shards, its backups
//! and its clients changes nothing where no Redis is started.

use axum::http::StatusCode;
use ramp_core::knowledge::Release;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::characters::special;
use super::{module, releases};
use crate::http::{Fields, Refusal};
use crate::store::{Database, DatabaseKind, DatabaseSpec, ModuleRecord, StoreError, UsedModule};

/// Longest name of a database, in bytes.
const LONGEST_NAME: usize = 256;
/// Longest arguments of a module, in bytes.
const LONGEST_ARGS: usize = 4096;
/// Largest number that can be asked for: the ones after it must be numbers too.
const LARGEST_UID: u64 = i32::MAX as u64;

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
    /// Always `active`: nothing is started.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<&'static str>,
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

/// A database to create; further fields are ignored.
#[derive(Debug, ToSchema)]
#[schema(as = BdbToMake)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ToMake {
    name: String,
    /// In bytes; 0 is as much as there is.
    memory_size: u64,
    /// A number that no other database has; otherwise the next one is given.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    uid: Option<u32>,
    /// `redis` or `memcached`; `redis` if not given.
    #[serde(rename = "type")]
    kind: Option<String>,
    module_list: Option<Vec<ModuleToUse>>,
}

/// A module that a database is to use.
#[derive(Debug, ToSchema)]
#[schema(as = BdbModuleToUse)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ModuleToUse {
    module_name: String,
    /// The module's `uid`. Up to 7.2 this or `semantic_version` must be there.
    module_id: Option<String>,
    /// Where neither is given, it is the highest version of that name.
    semantic_version: Option<String>,
    /// Without `&`, `<`, `>` and quotes.
    module_args: Option<String>,
}

/// What a request says of a database.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) uid: Option<u32>,
    name: String,
    kind: DatabaseKind,
    memory_size: u64,
    pub(crate) modules: Vec<WantedModule>,
}

/// What a request says of a module.
#[derive(Debug)]
pub(crate) struct WantedModule {
    name: String,
    uid: Option<String>,
    semantic_version: Option<String>,
    args: String,
}

impl Wanted {
    /// Reads the body of a request to a release.
    pub(crate) fn read(body: &[u8], release: &Release) -> Result<Self, Refusal> {
        let fields = Fields::read(body).map_err(bad)?;
        // What is null is not given.
        let given = |name: &str| fields.get(name).filter(|value| !value.is_null());
        let name = match given("name") {
            None => return Err(invalid("missing_db_name", "DB name is a required property", "`name` is missing")),
            Some(name) => name.as_str().and_then(good_name).ok_or_else(|| {
                bad(format!("`name` must be a string of 1 to {LONGEST_NAME} bytes without control characters"))
            })?,
        };
        let memory_size = given("memory_size").ok_or_else(|| {
            invalid("missing_memory_size", "Memory Size is a required property", "`memory_size` is missing")
        })?;
        let memory_size = memory_size.as_u64().ok_or_else(|| bad("`memory_size` must be a number of bytes"))?;
        let uid = given("uid").map(|uid| {
            let uid = uid.as_u64().filter(|uid| (1..=LARGEST_UID).contains(uid));
            uid.and_then(|uid| u32::try_from(uid).ok())
                .ok_or_else(|| bad(format!("`uid` must be an integer from 1 to {LARGEST_UID}")))
        });
        let kind = match given("type").map(Value::as_str) {
            None | Some(Some("redis")) => DatabaseKind::Redis,
            Some(Some("memcached")) => DatabaseKind::Memcached,
            Some(_) => return Err(bad("`type` must be `redis` or `memcached`")),
        };
        let modules = read_modules(given("module_list"), release)?;
        if kind == DatabaseKind::Memcached && !modules.is_empty() {
            let message = "Cannot create a memcached database with modules";
            return Err(invalid("memcached_cannot_use_modules", message, "`module_list` must be empty"));
        }
        Ok(Self { uid: uid.transpose()?, name: name.to_owned(), kind, memory_size, modules })
    }

    /// The database, with the modules that are meant of those that there are; or why there is no such database.
    pub(crate) fn with(&self, modules: &[ModuleRecord]) -> Result<Result<DatabaseSpec, Refusal>, StoreError> {
        let there = modules.iter().map(There::new).collect::<Result<Vec<_>, _>>()?;
        let modules: Result<_, _> = self.modules.iter().map(|wanted| wanted.choose(&there)).collect();
        let spec =
            |modules| DatabaseSpec { name: self.name.clone(), kind: self.kind, memory_size: self.memory_size, modules };
        Ok(modules.map(spec))
    }
}

fn read_modules(list: Option<&Value>, release: &Release) -> Result<Vec<WantedModule>, Refusal> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let list = list.as_array().ok_or_else(|| bad("`module_list` must be an array of objects"))?;
    let mut modules: Vec<WantedModule> = Vec::new();
    for (index, module) in list.iter().enumerate() {
        let at = |field: &str| format!("`module_list[{index}].{field}`");
        let text = |field: &str| match module.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(bad(format!("{} must be a string", at(field)))),
        };
        let name = text("module_name")?.ok_or_else(|| bad(format!("{} is missing", at("module_name"))))?;
        let (uid, semantic_version) = (text("module_id")?, text("semantic_version")?);
        if uid.is_none() && semantic_version.is_none() && !releases::takes_a_module_by_its_name(release) {
            let neither = format!("{} or `semantic_version` must be given in this release", at("module_id"));
            return Err(bad(neither));
        }
        let args = text("module_args")?.unwrap_or_default();
        if let Some(what) = special(&args) {
            return Err(bad(format!("{} {what}", at("module_args"))));
        }
        if args.len() > LONGEST_ARGS {
            return Err(bad(format!("{} is longer than {LONGEST_ARGS} bytes", at("module_args"))));
        }
        if modules.iter().any(|other| other.name == name) {
            return Err(bad(format!("{} appears twice: `{}`", at("module_name"), name.escape_debug())));
        }
        modules.push(WantedModule { name, uid, semantic_version, args });
    }
    Ok(modules)
}

/// A module that is there.
struct There<'a> {
    record: &'a ModuleRecord,
    semantic_version: String,
}

impl<'a> There<'a> {
    fn new(record: &'a ModuleRecord) -> Result<Self, StoreError> {
        let metadata = module::metadata(record)?;
        let version = metadata.get("semantic_version").and_then(|version| version.as_str());
        Ok(Self { record, semantic_version: version.unwrap_or_default().to_owned() })
    }
}

impl WantedModule {
    /// The module that is meant: of several versions the highest, as a cluster's own choice is.
    fn choose(&self, modules: &[There<'_>]) -> Result<UsedModule, Refusal> {
        let of_that_name = || modules.iter().filter(|module| module.record.module_name == self.name);
        let meant = of_that_name()
            .filter(|module| self.uid.as_ref().is_none_or(|uid| *uid == module.record.uid))
            .filter(|module| self.semantic_version.as_ref().is_none_or(|version| *version == module.semantic_version))
            .max_by_key(|module| module.record.version);
        let module = meant.ok_or_else(|| missing_module(self.told_missing(of_that_name())))?;
        Ok(UsedModule {
            module_uid: module.record.uid.clone(),
            module_name: module.record.module_name.clone(),
            semantic_version: module.semantic_version.clone(),
            module_args: self.args.clone(),
        })
    }

    /// That there is no such module, and what there is of that name.
    fn told_missing<'a>(&self, there: impl Iterator<Item = &'a There<'a>>) -> String {
        let said = [("semantic_version", &self.semantic_version), ("module_id", &self.uid)];
        let said =
            said.iter().filter_map(|(field, value)| Some(format!("`{field}` {}", value.as_ref()?.escape_debug())));
        let said: Vec<String> = said.collect();
        let with = if said.is_empty() { "" } else { " with " };
        let there: Vec<String> =
            there.map(|module| format!("{} (`module_id` {})", module.semantic_version, module.record.uid)).collect();
        let has = if there.is_empty() { "" } else { "; it has " };
        let name = self.name.escape_debug();
        format!("the cluster has no module `{name}`{with}{}{has}{}", said.join(" and "), there.join(", "))
    }
}

fn good_name(name: &str) -> Option<&str> {
    let good = !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
    good.then_some(name)
}

impl Shown {
    /// A database with the fields that are asked for, by their names with commas between them; with all where none are.
    pub(crate) fn new(Database { uid, spec }: Database, fields: Option<&str>) -> Self {
        let asked = |name: &str| fields.is_none_or(|fields| fields.split(',').any(|field| field.trim() == name));
        let module = |module: UsedModule| ShownModule {
            module_id: module.module_uid,
            module_name: module.module_name,
            semantic_version: module.semantic_version,
            module_args: module.module_args,
        };
        Self {
            uid: asked("uid").then_some(uid),
            name: asked("name").then_some(spec.name),
            kind: asked("type").then_some(spec.kind),
            memory_size: asked("memory_size").then_some(spec.memory_size),
            module_list: asked("module_list").then(|| spec.modules.into_iter().map(module).collect()),
            status: asked("status").then_some("active"),
        }
    }
}

/// What is documented for a module that is not there.
pub(crate) fn missing_module(description: impl Into<String>) -> Refusal {
    invalid("missing_module", "Modules missing from the cluster", description)
}

/// 406, "Invalid configuration parameters provided". The code is ours: none is documented for it here.
pub(crate) fn bad(description: impl Into<String>) -> Refusal {
    invalid("invalid_schema", "Invalid configuration parameters provided", description)
}

fn invalid(code: &'static str, message: &'static str, description: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::NOT_ACCEPTABLE, code, message, description)
}
