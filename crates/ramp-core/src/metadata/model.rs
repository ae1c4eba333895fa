//! `module.json` with types: every known field, leniently read.

use serde::Serialize;

use super::fields::{self, suggest};
use super::json::Document;
use super::number::Number;
use super::python;
use super::reader::Reader;
use super::value::{Kind, Object, Value};

/// The metadata of a package. A field that is absent, null or of the wrong type is `None`; the last is also among
/// [`problems`](Self::problems).
///
/// ```
/// use ramp_core::metadata::{Metadata, json};
///
/// let document = json::read(br#"{"module_name": "m", "version": 10203.0, "license": false, "isplay_name": "M"}"#)?;
/// let metadata = Metadata::from_document(document);
/// assert_eq!(metadata.module_name.as_deref(), Some("m"));
/// assert_eq!(metadata.numeric_version(), Some(10203));
/// assert_eq!(metadata.problems[0].to_string(), "/license: expected string, found boolean");
/// assert_eq!(metadata.unknown[0].suggestion, Some("display_name"));
/// # Ok::<(), json::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Metadata {
    /// Name of the module, as it registers itself with Redis.
    ///
    /// Documented in every version; written by RAMP.
    pub module_name: Option<String>,
    /// Name of the zip entry that holds the module.
    ///
    /// Documented in every version; written by RAMP.
    pub module_file: Option<String>,
    /// Version as one number: major * 10000 + minor * 100 + patch. RAMP writes a float.
    ///
    /// Documented in every version; written by RAMP.
    pub version: Option<Number>,
    /// Version in three dotted parts.
    ///
    /// Documented in every version; written by RAMP.
    pub semantic_version: Option<String>,
    /// Name for people.
    ///
    /// Documented in every version; written by RAMP.
    pub display_name: Option<String>,
    /// Short description of what the module does.
    ///
    /// Documented since 7.2; written by RAMP.
    pub capability_name: Option<String>,
    /// Who wrote the module.
    ///
    /// Documented in every version; written by RAMP.
    pub author: Option<String>,
    /// Address of the author.
    ///
    /// Documented in every version; written by RAMP.
    pub email: Option<String>,
    /// Short description of the module.
    ///
    /// Documented in every version; written by RAMP.
    pub description: Option<String>,
    /// Home page of the module.
    ///
    /// Documented in every version; written by RAMP.
    pub homepage: Option<String>,
    /// License of the module.
    ///
    /// Documented in every version; written by RAMP.
    pub license: Option<String>,
    /// Arguments the module is loaded with by default.
    ///
    /// Documented in every version; written by RAMP.
    pub command_line_args: Option<String>,
    /// Arguments for running the module that differ from those for packing it; null by default.
    ///
    /// Not documented by Redis; written by RAMP.
    pub run_command_line_args: Option<String>,
    /// Command that configures the module at run time.
    ///
    /// Documented in every version; written by RAMP.
    pub config_command: Option<String>,
    /// What a database with the module can still do.
    ///
    /// Documented in every version; written by RAMP.
    pub capabilities: Option<Vec<String>>,
    /// Commands the module provides.
    ///
    /// Documented since 8.0; written by RAMP.
    pub commands: Option<Vec<Command>>,
    /// Commands left out when packing.
    ///
    /// Not documented by Redis; written by RAMP.
    pub exclude_commands: Option<Vec<String>>,
    /// Commands that replace those the module reported (spelled like this).
    ///
    /// Not documented by Redis; written by RAMP.
    pub overide_command: Option<Vec<Command>>,
    /// Commands added to those the module reported.
    ///
    /// Not documented by Redis; written by RAMP.
    pub add_command: Option<Vec<Command>>,
    /// Least Redis version; only relevant for databases earlier than 7.4.
    ///
    /// Documented in every version; written by RAMP.
    pub min_redis_version: Option<String>,
    /// Least Redis Enterprise cluster version.
    ///
    /// Documented since 5.0 until 7.22; written by RAMP.
    pub min_redis_pack_version: Option<String>,
    /// The Redis version, major and minor, whose databases can have the module.
    ///
    /// Documented since 7.8; written by RAMP.
    pub compatible_redis_version: Option<String>,
    /// Supports `bigstore_version_2` without the capability of that name.
    ///
    /// Documented since 7.22; written by RAMP.
    pub bigstore_version_2_support: Option<bool>,
    /// Archives the module needs, by name; RAMP may write `[]` for none.
    ///
    /// Documented in every version; written by RAMP.
    pub dependencies: Option<Vec<Dependency>>,
    /// Archives the module can do without, by name; RAMP may write `[]` for none.
    ///
    /// Not documented by Redis; written by RAMP.
    #[serde(rename = "optional-dependencies")]
    pub optional_dependencies: Option<Vec<Dependency>>,
    /// What the module says to Active-Active databases.
    ///
    /// Documented since 7.4; written by RAMP.
    pub crdb: Option<Crdb>,
    /// Arguments of the Redis server that probes the module; RAMP takes them out when packing.
    ///
    /// Not documented by Redis; written by RAMP.
    pub redis_args: Option<Object>,
    /// Architecture the module was compiled for: `x86_64` or `aarch64`.
    ///
    /// Documented since 5.0 until 7.2; written by RAMP.
    pub architecture: Option<String>,
    /// Operating system the module was compiled on, such as Linux.
    ///
    /// Documented since 5.0 until 7.2; written by RAMP.
    pub os: Option<String>,
    /// Supported operating systems, with full version; written by RAMP 2.5.0 and 2.5.1 only.
    ///
    /// Documented since 5.0 until 7.2.
    pub os_list: Option<Vec<String>>,
    /// Supported operating systems: name and major version, such as `rhel9`.
    ///
    /// Not documented by Redis; written by RAMP.
    pub operating_systems: Option<Vec<String>>,
    /// Module information by operating system and architecture, such as `rhel9/x86_64` (read-only).
    ///
    /// Documented since 7.4 until 7.22.
    pub platforms: Option<Vec<Platform>>,
    /// Version of the format; 1.
    ///
    /// Not documented by Redis; written by RAMP.
    pub ramp_format_version: Option<Number>,
    /// SHA-256 of the module; deprecated since 7.4.
    ///
    /// Documented in every version; written by RAMP.
    pub sha256: Option<String>,
    /// Commit the module was packed at; RAMP writes `b'...'`, the quotes included.
    ///
    /// Not documented by Redis; written by RAMP.
    pub git_sha: Option<String>,
    /// Commit of the Speedb the module was built with.
    ///
    /// Not documented by Redis; written by RAMP.
    pub speedb_git_sha: Option<String>,
    /// Whether the module came with the cluster.
    ///
    /// Documented in every version.
    pub is_bundled: Option<bool>,
    /// Unique ID given by the cluster.
    ///
    /// Documented in every version.
    pub uid: Option<String>,
    /// Values that are not of the type they should be, in the order of the fields, at most [`MAX_PROBLEMS`].
    #[serde(skip)]
    pub problems: Vec<FieldProblem>,
    /// Keys that are not known, in the order of the text.
    #[serde(skip)]
    pub unknown: Vec<UnknownKey>,
    #[serde(skip)]
    raw: Value,
}

/// How many problems are kept: enough for any person, and a bound.
pub const MAX_PROBLEMS: usize = 1000;

/// For how many unknown keys a suggestion is looked for.
const MAX_SUGGESTIONS: usize = 256;

/// A value that is not of the type it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{pointer}: expected {expected}, found {found}")]
#[non_exhaustive]
pub struct FieldProblem {
    /// Where it is, as a JSON pointer.
    pub pointer: String,
    /// What it should be.
    pub expected: &'static str,
    /// What it is.
    pub found: Kind,
}

impl FieldProblem {
    pub(super) fn new(pointer: String, expected: &'static str, found: Kind) -> Self {
        Self { pointer, expected, found }
    }
}

/// A key that neither RAMP nor Redis know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnknownKey {
    /// The key.
    pub key: String,
    /// The known one it was probably meant to be.
    pub suggestion: Option<&'static str>,
}

/// A command as RAMP records it. Redis Enterprise looks `command_arity` up without a default, so a command must have it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Command {
    /// Its name, in the letter case it was registered with.
    pub command_name: Option<String>,
    /// How many arguments it takes, its name included; negative for "at least".
    pub command_arity: Option<i64>,
    /// Its flags, such as `write`.
    pub flags: Option<Vec<String>>,
    /// The position of the first key.
    pub first_key: Option<i64>,
    /// The position of the last key; negative from the end.
    pub last_key: Option<i64>,
    /// The distance between keys; negative values encode a routing policy.
    pub step: Option<i64>,
}

/// An archive that the module needs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Dependency {
    /// Its name: the key in the object.
    pub name: String,
    /// Where it can be downloaded.
    pub url: Option<String>,
    /// Its SHA-256.
    pub sha256: Option<String>,
    /// Where it was on the machine that packed it. RAMP takes it out when it embeds the archive.
    pub local_path: Option<String>,
}

/// What the module says to Active-Active databases.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Crdb {
    /// The name of the module there.
    pub name: Option<String>,
    /// The versions of its feature set that it supports.
    pub supported_featureset_versions: Option<Vec<i64>>,
}

/// What a cluster of 7.4 to 7.22 knows of a module for one operating system and architecture.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Platform {
    /// The key, such as `rhel9/x86_64`.
    pub name: String,
    /// The SHA-256 of the module for it.
    pub sha256: Option<String>,
    /// The archives it needs there.
    pub dependencies: Option<Vec<Dependency>>,
}

impl Metadata {
    /// Reads every known field of a document. Never fails: a document that is no object has one problem, at its root.
    pub fn from_document(document: Document) -> Self {
        let raw = document.root;
        let mut reader = Reader::new(&raw);
        let mut metadata = Self {
            module_name: reader.string("module_name"),
            module_file: reader.string("module_file"),
            version: reader.number("version"),
            semantic_version: reader.string("semantic_version"),
            display_name: reader.string("display_name"),
            capability_name: reader.string("capability_name"),
            author: reader.string("author"),
            email: reader.string("email"),
            description: reader.string("description"),
            homepage: reader.string("homepage"),
            license: reader.string("license"),
            command_line_args: reader.string("command_line_args"),
            run_command_line_args: reader.string("run_command_line_args"),
            config_command: reader.string("config_command"),
            capabilities: reader.strings("capabilities"),
            commands: reader.commands("commands"),
            exclude_commands: reader.strings("exclude_commands"),
            overide_command: reader.commands("overide_command"),
            add_command: reader.commands("add_command"),
            min_redis_version: reader.string("min_redis_version"),
            min_redis_pack_version: reader.string("min_redis_pack_version"),
            compatible_redis_version: reader.string("compatible_redis_version"),
            bigstore_version_2_support: reader.boolean("bigstore_version_2_support"),
            dependencies: reader.dependencies("dependencies"),
            optional_dependencies: reader.dependencies("optional-dependencies"),
            crdb: reader.crdb("crdb"),
            redis_args: reader.object("redis_args"),
            architecture: reader.string("architecture"),
            os: reader.string("os"),
            os_list: reader.strings("os_list"),
            operating_systems: reader.strings("operating_systems"),
            platforms: reader.platforms("platforms"),
            ramp_format_version: reader.number("ramp_format_version"),
            sha256: reader.string("sha256"),
            git_sha: reader.string("git_sha"),
            speedb_git_sha: reader.string("speedb_git_sha"),
            is_bundled: reader.boolean("is_bundled"),
            uid: reader.string("uid"),
            unknown: unknown_keys(&raw),
            problems: Vec::new(),
            raw: Value::Null,
        };
        metadata.problems = reader.into_problems();
        metadata.raw = raw;
        metadata
    }

    /// The whole value, unknown fields included.
    pub fn raw(&self) -> &Value {
        &self.raw
    }

    /// `version` as the reference unpacker reads it: a string may hold it, a fraction is cut off.
    pub fn numeric_version(&self) -> Option<i64> {
        python::int_of_float(self.raw.get("version")?).ok()
    }

    /// The fields that `POST /v2/modules/user-defined` must have and this lacks, an absent and a null one alike.
    pub fn missing_for_user_defined(&self) -> impl Iterator<Item = &'static str> + '_ {
        let lacks = |name: &str| matches!(self.raw.get(name), None | Some(Value::Null));
        fields::fields()
            .iter()
            .filter(|field| field.required)
            .map(|field| field.name.as_str())
            .filter(move |n| lacks(n))
    }
}

fn unknown_keys(raw: &Value) -> Vec<UnknownKey> {
    let keys = raw.as_object().map(Object::keys).into_iter().flatten();
    keys.filter(|key| fields::field(key).is_none())
        .enumerate()
        .map(|(index, key)| UnknownKey {
            key: key.to_owned(),
            suggestion: if index < MAX_SUGGESTIONS { suggest(key) } else { None },
        })
        .collect()
}
