//! The bdb object as requests have it: a database to make, and what is to be otherwise of one that there is.

use axum::http::StatusCode;
use ramp_core::databases::{Options, WantedChange, WantedDatabase, WantedModule};
use ramp_core::knowledge::Release;
use ramp_core::text::count;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::characters::wrong_arguments;
use super::releases;
use crate::http::{Fields, Refusal};
use crate::store::{DatabaseKind, DatabaseSpec, LARGEST_UID};

/// Longest name of a database, in bytes.
const LONGEST_NAME: usize = 256;
/// Most modules that one request names.
const MOST_MODULES: usize = 100;
/// Longest value of a field that matters to modules, in bytes of JSON: each database keeps it.
const LONGEST_OPTION: usize = 16 << 10;

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
    /// A version that the release has, such as 7.4; its own if not given.
    redis_version: Option<String>,
}

/// A module that a database is to use.
#[derive(Debug, ToSchema)]
#[schema(as = BdbModuleToUse)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ModuleToUse {
    /// Up to 7.4, `module_id` alone does as well.
    module_name: String,
    /// The module's `uid`. Up to 7.2 this or `semantic_version` must be there.
    module_id: Option<String>,
    /// Where neither is given, it is the highest version of that name.
    semantic_version: Option<String>,
    /// Without `&`, `<`, `>` and quotes.
    module_args: Option<String>,
}

/// A database to create, and what else of the body is ignored.
#[derive(Debug, ToSchema)]
#[schema(as = BdbToMakeV2)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ToMakeV2 {
    bdb: ToMake,
}

/// What is to be otherwise of a database; further fields are ignored.
#[derive(Debug, ToSchema)]
#[schema(as = BdbToChange)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ToChange {
    name: Option<String>,
    /// In bytes.
    memory_size: Option<u64>,
    /// The database's own: an upgrade changes it.
    redis_version: Option<String>,
    /// The database's own modules, whose arguments may be others.
    module_list: Option<Vec<ModuleToUse>>,
}

/// What is to be otherwise of a database, and what else of the body is ignored.
#[derive(Debug, ToSchema)]
#[schema(as = BdbToChangeV2)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ToChangeV2 {
    bdb: ToChange,
}

/// What a request says of a database.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) uid: Option<u32>,
    pub(crate) database: WantedDatabase,
    /// Name, kind and memory of the database.
    pub(crate) spec: DatabaseSpec,
}

/// What a request says of a database that there is.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) database: WantedChange,
    name: Option<String>,
    memory_size: Option<u64>,
}

/// A body, the object of which is under `bdb`.
#[derive(Deserialize)]
struct Under {
    bdb: Fields,
}

/// The fields of a body, of the first or the second version of the API.
pub(crate) fn fields(body: &[u8], is_v2: bool) -> Result<Fields, Refusal> {
    if is_v2 {
        let under = serde_json::from_slice::<Under>(body);
        return under.map(|under| under.bdb).map_err(|err| bad(format!("the body has no object `bdb`: {err}")));
    }
    Fields::read(body).map_err(bad)
}

impl Wanted {
    /// Reads what a request to a release says.
    pub(crate) fn read(fields: &Fields, release: &Release) -> Result<Self, Refusal> {
        let name = name(fields)?;
        let name =
            name.ok_or_else(|| invalid("missing_db_name", "DB name is a required property", "`name` is missing"))?;
        let memory_size = memory_size(fields)?.ok_or_else(|| {
            invalid("missing_memory_size", "Memory Size is a required property", "`memory_size` is missing")
        })?;
        let uid = given(fields, "uid").map(|uid| {
            let uid = uid.as_u64().and_then(|uid| u32::try_from(uid).ok());
            uid.filter(|uid| (1..=LARGEST_UID).contains(uid))
                .ok_or_else(|| bad(format!("`uid` must be an integer from 1 to {LARGEST_UID}")))
        });
        let kind = match given(fields, "type").map(Value::as_str) {
            None | Some(Some("redis")) => DatabaseKind::Redis,
            Some(Some("memcached")) => DatabaseKind::Memcached,
            Some(_) => return Err(bad("`type` must be `redis` or `memcached`")),
        };
        let database = WantedDatabase {
            redis_version: redis_version(fields).map_err(bad)?,
            is_memcached: kind == DatabaseKind::Memcached,
            options: options(fields)?,
            modules: modules(fields, release)?.unwrap_or_default(),
        };
        let spec = DatabaseSpec {
            name,
            kind,
            memory_size,
            modules: Vec::new(),
            redis_version: None,
            options: Options::default(),
        };
        Ok(Self { uid: uid.transpose()?, database, spec })
    }
}

impl Change {
    /// Reads what a request to a release says.
    pub(crate) fn read(fields: &Fields, release: &Release) -> Result<Self, Refusal> {
        Ok(Self {
            name: name(fields)?,
            memory_size: memory_size(fields)?,
            database: WantedChange {
                redis_version: redis_version(fields).map_err(bad)?,
                options: options(fields)?,
                modules: modules(fields, release)?,
            },
        })
    }

    /// Name and memory as they then are.
    pub(crate) fn named(&self, spec: &DatabaseSpec) -> DatabaseSpec {
        DatabaseSpec {
            name: self.name.clone().unwrap_or_else(|| spec.name.clone()),
            memory_size: self.memory_size.unwrap_or(spec.memory_size),
            ..spec.clone()
        }
    }
}

/// What is null is not given.
pub(super) fn given<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    fields.get(name).filter(|value| !value.is_null())
}

fn name(fields: &Fields) -> Result<Option<String>, Refusal> {
    let name = given(fields, "name").map(|name| {
        let good = |name: &&str| !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
        name.as_str().filter(good).map(ToOwned::to_owned).ok_or_else(|| {
            bad(format!("`name` must be a string of 1 to {LONGEST_NAME} bytes without control characters"))
        })
    });
    name.transpose()
}

fn memory_size(fields: &Fields) -> Result<Option<u64>, Refusal> {
    let size = given(fields, "memory_size");
    size.map(|size| size.as_u64().ok_or_else(|| bad("`memory_size` must be a number of bytes"))).transpose()
}

/// `redis_version`, if it is given; what is wrong with it, where it is not a string.
pub(super) fn redis_version(fields: &Fields) -> Result<Option<String>, &'static str> {
    let version = given(fields, "redis_version").map(|version| {
        version.as_str().map(ToOwned::to_owned).ok_or("`redis_version` must be a string, such as \"7.4\"")
    });
    version.transpose()
}

/// The fields that matter to modules. Of the sources of a replica only their number is kept: passwords are in them.
fn options(fields: &Fields) -> Result<Options, Refusal> {
    let mut options = Options::of(fields.iter()).map_err(|err| bad(err.to_string()))?;
    if let Some(sources) = options.get("replica_sources").and_then(Value::as_array).map(Vec::len) {
        let bare = Value::from(vec![json!({}); sources]);
        options.set("replica_sources", bare).map_err(|err| bad(err.to_string()))?;
    }
    let is_long = |name: &&str| options.get(name).is_some_and(|value| value.to_string().len() > LONGEST_OPTION);
    match fields.iter().map(|(name, _)| name).find(is_long) {
        Some(name) => Err(bad(format!("`{name}` is longer than {LONGEST_OPTION} bytes"))),
        None => Ok(options),
    }
}

/// The modules of `module_list`: objects; up to 7.2 also their `uid`s alone, whose arguments are in `module_list_args`.
fn modules(fields: &Fields, release: &Release) -> Result<Option<Vec<WantedModule>>, Refusal> {
    let Some(list) = given(fields, "module_list") else { return Ok(None) };
    let list = list.as_array().ok_or_else(|| bad("`module_list` must be an array of objects"))?;
    if let Some(what) = too_many(list) {
        return Err(bad(format!("`module_list` {what}")));
    }
    let mut modules: Vec<WantedModule> = Vec::new();
    for (index, module) in list.iter().enumerate() {
        let at = |field: &str| format!("`module_list[{index}].{field}`");
        let module = match module {
            Value::String(uid) if releases::takes_a_list_of_uids(release) => {
                let args = given(fields, "module_list_args").and_then(|args| args.get(index));
                let args = args.and_then(Value::as_str).unwrap_or_default();
                WantedModule { args: args.to_owned(), ..WantedModule::of_uid(uid) }
            }
            module => wanted(module, &at, release)?,
        };
        if let Some(what) = wrong_arguments(&module.args) {
            return Err(bad(format!("{} {what}", at("module_args"))));
        }
        let is_same = |other: &WantedModule| module.name.is_some() && other.name == module.name;
        if modules.iter().any(is_same) {
            let name = module.name.as_deref().unwrap_or_default().escape_debug().to_string();
            return Err(bad(format!("{} appears twice: `{name}`", at("module_name"))));
        }
        modules.push(module);
    }
    Ok(Some(modules))
}

/// What is wrong with a list of modules that has too many.
pub(super) fn too_many(list: &[Value]) -> Option<String> {
    (list.len() > MOST_MODULES).then(|| format!("has {}, and {MOST_MODULES} are taken", count(list.len(), "module")))
}

/// An item of `module_list`.
fn wanted(module: &Value, at: &dyn Fn(&str) -> String, release: &Release) -> Result<WantedModule, Refusal> {
    let text = |field: &str| match module.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(bad(format!("{} must be a string", at(field)))),
    };
    let (name, uid, semantic_version) = (text("module_name")?, text("module_id")?, text("semantic_version")?);
    if name.is_none() && (uid.is_none() || !releases::takes_a_module_by_its_uid(release)) {
        return Err(bad(format!("{} is missing", at("module_name"))));
    }
    if uid.is_none() && semantic_version.is_none() && !releases::takes_a_module_by_its_name(release) {
        let neither = format!("{} or `semantic_version` must be given in this release", at("module_id"));
        return Err(bad(neither));
    }
    let args = text("module_args")?.unwrap_or_default();
    Ok(WantedModule { name, uid, semantic_version, args })
}

/// 406, "Invalid configuration parameters provided". The code is ours: none is documented for it here.
pub(crate) fn bad(description: impl Into<String>) -> Refusal {
    invalid("invalid_schema", "Invalid configuration parameters provided", description)
}

fn invalid(code: &'static str, message: &'static str, description: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::NOT_ACCEPTABLE, code, message, description)
}
