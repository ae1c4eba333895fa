//! From all that is known to metadata: defaults < manifest < options < the module itself < options once more.

mod commands;
mod dependencies;
mod error;
mod fields;

pub use error::{AssembleError, ClaimedBy, PackWarning, Unused};

use fields::wrong_type;

use super::manifest::Manifest;
use super::options::Options;
use super::value;
use ramp_core::metadata::{Kind, Object, Value, python};
use ramp_core::module::Discovery;
use ramp_core::module::{Architecture, ModuleFacts};

/// What the packer itself sees of the module.
#[derive(Debug, Clone, PartialEq)]
pub struct ModuleInput {
    /// The name of its file, without folders.
    pub file_name: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The architecture by its header; `None` where the header does not tell.
    pub architecture: Option<Architecture>,
    /// `Linux` or `Darwin`, by its format; `None` where the format does not tell.
    pub os: Option<&'static str>,
}

impl ModuleInput {
    /// What an ELF file is for.
    pub const LINUX: &str = "Linux";
    /// What a Mach-O file is for.
    pub const DARWIN: &str = "Darwin";

    /// Takes what the facts tell.
    pub fn new(file_name: impl Into<String>, sha256: impl Into<String>, facts: &ModuleFacts) -> Self {
        let os = match (&facts.elf, &facts.mach_o) {
            (Some(_), _) => Some(Self::LINUX),
            (None, Some(_)) => Some(Self::DARWIN),
            (None, None) => None,
        };
        Self { file_name: file_name.into(), sha256: sha256.into(), architecture: facts.architecture(), os }
    }
}

/// What metadata is made of.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The module's file.
    pub module: &'a ModuleInput,
    /// The manifest; an empty one if there is none.
    pub manifest: &'a Manifest,
    /// The command line.
    pub options: &'a Options,
    /// What the module says of itself.
    pub discovery: &'a Discovery,
    /// The commit that is packed, if it is known.
    pub git_sha: Option<&'a str>,
    /// What `operating_systems` is if nobody sets it.
    pub operating_systems: &'a [String],
}

/// A dependency that goes into the bundle, as `deps/<name>.tgz`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedDependency {
    /// Its name; no path.
    pub name: String,
    /// The file or folder, as it was given: [`expand`](super::expand::expand) has yet to see it.
    pub local_path: String,
}

/// Metadata, and what else came of making it.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled {
    /// `module.json`: an object.
    pub metadata: Value,
    /// What to tell the user.
    pub warnings: Vec<PackWarning>,
    /// What to embed; the metadata has no `sha256` for it yet, see [`set_dependency_sha256`](Self::set_dependency_sha256).
    pub dependencies: Vec<EmbeddedDependency>,
}

impl Assembled {
    /// Sets the `sha256` of a dependency, once its archive is made. Answers whether there is such a dependency.
    pub fn set_dependency_sha256(&mut self, name: &str, sha256: &str) -> bool {
        let changed = || {
            let dependencies = self.metadata.get("dependencies")?;
            let dependency = with(dependencies.get(name)?.as_object()?, "sha256", &value::string(sha256))?;
            let dependencies = with(dependencies.as_object()?, name, &dependency)?;
            with(self.metadata.as_object()?, "dependencies", &dependencies)
        };
        let Some(changed) = changed() else { return false };
        self.metadata = changed;
        true
    }
}

fn with(object: &Object, key: &str, value: &Value) -> Option<Value> {
    let others = object.iter().filter(|(other, _)| *other != key);
    value::object(others.chain([(key, value)]))
}

/// What the module is to be loaded with, to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Launch {
    /// The module's arguments, as they were given: [`expand`](super::expand::expand) has yet to see them.
    pub module_args: String,
    /// The server's settings.
    pub redis_args: Vec<(String, String)>,
}

/// What the module is to be loaded with: `run_command_line_args` if it is set and not empty, else `command_line_args`.
///
/// A manifest may have a number or a truth value there: it is written as Python writes it.
///
/// # Errors
///
/// [`AssembleError::Type`] if they are lists or mappings, or `redis_args` is no mapping to plain values.
///
/// ```
/// use ramp_pack::{Options, launch, manifest::Manifest};
///
/// let manifest = Manifest::read(b"command_line_args: A 1\nredis_args: {maxmemory: 1gb, databases: 4}\n").unwrap();
/// let launch = launch(&manifest, &Options::default())?;
/// assert_eq!(launch.module_args, "A 1");
/// assert_eq!(launch.redis_args[1], ("databases".to_owned(), "4".to_owned()));
/// # Ok::<(), ramp_pack::AssembleError>(())
/// ```
pub fn launch(manifest: &Manifest, options: &Options) -> Result<Launch, AssembleError> {
    let args = |key: &str, option: &Option<String>| match (option, manifest.get(key)) {
        (Some(text), _) | (None, Some(Value::String(text))) => Ok(text.clone()),
        (None, None | Some(Value::Null)) => Ok(String::new()),
        (None, Some(value @ (Value::Number(_) | Value::Bool(_)))) => Ok(python::str(value)),
        (None, Some(other)) => Err(wrong_type(key, "a string", other.kind())),
    };
    let (run, given) = ("run_command_line_args", &options.run_command_line_args);
    let is_set =
        given.as_ref().map_or_else(|| manifest.get(run).is_some_and(python::is_truthy), |args| !args.is_empty());
    let module_args = if is_set { args(run, given)? } else { args("command_line_args", &options.command_line_args)? };
    let mut redis_args = Vec::new();
    match options.redis_args.as_ref().or_else(|| manifest.get("redis_args")) {
        None | Some(Value::Null) => {}
        Some(Value::Object(object)) => {
            for (key, value) in object.iter() {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(_) => python::str(value),
                    Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
                    other => return Err(wrong_type(format!("redis_args/{key}"), "a string or a number", other.kind())),
                };
                redis_args.push((key.to_owned(), text));
            }
        }
        Some(other) => return Err(wrong_type("redis_args", "a mapping", other.kind())),
    }
    Ok(Launch { module_args, redis_args })
}

/// Makes metadata.
///
/// # Errors
///
/// [`AssembleError`] if what is claimed contradicts the module, or a field cannot be worked with.
///
/// ```
/// use ramp_core::module::{Discovery, ModuleLimits, inspect};
/// use ramp_pack::{Inputs, ModuleInput, Options, assemble, manifest::Manifest};
/// use ramp_fixtures::elf::ElfBuilder;
///
/// let facts = inspect(&ElfBuilder::module().aarch64().build(), &ModuleLimits::default());
/// let assembled = assemble(&Inputs {
///     module: &ModuleInput::new("hello.so", "00ff", &facts),
///     manifest: &Manifest::read(b"compatible_redis_version: \"7.2\"\n").unwrap(),
///     options: &Options { module_name: Some("hi".into()), ..Options::default() },
///     discovery: &Discovery { module_name: "hello".into(), version: 10203, commands: vec![] },
///     git_sha: None,
///     operating_systems: &["rhel9".into()],
/// })?;
/// let field = |key| assembled.metadata.get(key).unwrap().to_string();
/// assert_eq!(field("module_name"), r#""hi""#);
/// assert_eq!(field("version"), "10203");
/// assert_eq!(field("semantic_version"), r#""1.2.3""#);
/// assert_eq!(field("architecture"), r#""aarch64""#);
/// assert_eq!(assembled.warnings[0].to_string(), "`min_redis_version` is not set; its default is 4.0");
/// # Ok::<(), ramp_pack::AssembleError>(())
/// ```
pub fn assemble(inputs: &Inputs<'_>) -> Result<Assembled, AssembleError> {
    let Inputs { module, manifest, options, discovery, git_sha, .. } = *inputs;
    let mut warnings = Vec::new();
    fields::note_defaults(manifest, options, &mut warnings);
    let mut fields = fields::layered(inputs);
    fields.set("architecture", value::string(fields::architecture(inputs, &mut warnings)?));
    fields.set("os", value::string(fields::os(inputs, &mut warnings)?));
    match fields.get("module_file") {
        Some(Value::String(name)) if is_safe_name(name) => {}
        Some(Value::String(name)) => return Err(AssembleError::UnsafeName { name: name.clone() }),
        other => return Err(wrong_type("module_file", "a string", other.map_or(Kind::Null, Value::kind))),
    }

    let version = options.module_version.unwrap_or(discovery.version);
    let (major, minor, patch) = semantic(version).ok_or(AssembleError::NegativeVersion { version })?;
    let name = options.module_name.as_ref().unwrap_or(&discovery.module_name);
    for (field, counts) in [
        ("module_name", value::string(name)),
        ("version", value::integer(version)),
        ("semantic_version", value::string(format!("{major}.{minor}.{patch}"))),
        ("sha256", value::string(&module.sha256)),
    ] {
        overrule(field, manifest, &counts, &mut warnings);
        fields.set(field, counts);
    }

    let excluded = fields.list("exclude_commands")?;
    let commands = commands::commands(&fields, discovery, &excluded, &mut warnings)?;
    fields.set("commands", Value::Array(commands));
    let (normal, embedded) = dependencies::normalise("dependencies", fields.get("dependencies"))?;
    fields.set("dependencies", normal);
    let optional = dependencies::normalise_optional(fields.get("optional-dependencies"), &mut warnings)?;
    fields.set("optional-dependencies", optional);
    if let Some(sha) = git_sha {
        fields.set("git_sha", value::string(sha));
    }
    Ok(Assembled { metadata: fields.into_value()?, warnings, dependencies: embedded })
}

/// Major, minor and patch of a version; `None` if it is negative.
fn semantic(version: i64) -> Option<(i64, i64, i64)> {
    (version >= 0).then_some((version / 10_000, version / 100 % 100, version % 100))
}

/// Notes that the manifest says something else than what counts.
fn overrule(field: &'static str, manifest: &Manifest, counts: &Value, warnings: &mut Vec<PackWarning>) {
    let Some(given) = manifest.get(field) else { return };
    if python::str(given) != python::str(counts) {
        let (manifest, module) = (python::repr(given), python::repr(counts));
        warnings.push(PackWarning::Overruled { field, manifest, module });
    }
}

/// Whether it is the name of one file, with no way out of its folder.
fn is_safe_name(name: &str) -> bool {
    let plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\');
    !matches!(name, "" | "." | "..") && name.chars().all(plain)
}
