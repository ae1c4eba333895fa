//! What keeps the command from doing what it was asked.

use std::io;
use std::path::{Path, PathBuf};

#[cfg(feature = "cluster")]
use ramp_core::text::count;
use ramp_core::url::{is_url, shown};

mod config;
mod form;
mod help;

pub(crate) use config::{ConfigError, place};
pub(crate) use form::{Form, not_json};
pub(crate) use help::of_remark as help_with;

/// A command that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error("cannot read `{}`", told(path))]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write `{}`", path.display())]
    WriteFile { path: PathBuf, source: io::Error },
    #[error("cannot write the output")]
    Write(#[from] io::Error),
    #[error("cannot take note of signals")]
    Signals { source: io::Error },
    #[error("cannot make a temporary file")]
    Temporary { source: io::Error },
    #[error("cannot write `{}`: it is not a file, but a device, a pipe or a socket", path.display())]
    NotAFile { path: PathBuf },
    #[error("`{}` is an input, and would be overwritten", path.display())]
    OutputIsInput { path: PathBuf },
    #[error("two reports would be written to {}", .path.as_ref().map_or_else(|| "standard output".to_owned(), |path| format!("`{}`", path.display())))]
    OutputTwice { path: Option<PathBuf> },
    #[error("`{}` is there, and is not a report: it would be overwritten", path.display())]
    OutputIsNoReport { path: PathBuf },
    #[error("`{}` is given for both the bundle and its name; they are two files", path.display())]
    NameFileIsOutput { path: PathBuf },
    #[error("the value of `{option}` is empty")]
    EmptyOption { option: &'static str },
    #[error("`{}` is not a module but {format}", path.display())]
    NotAModule { path: PathBuf, format: ramp_core::module::ModuleFormat },
    #[error("`{}` is a directory without a file that ends in `.zip` or `.ramp`", told(path))]
    Directory { path: PathBuf },
    #[error("no file fits the pattern `{}`", path.display())]
    FitsNothing { path: PathBuf },
    #[error("`-`, standard input, can be read only once")]
    StdinTwice,
    #[error("`{}` could not be evaluated", told(path))]
    Evaluate { path: PathBuf, source: ramp_core::Error },
    #[error("`{}` cannot be compared: {what}", told(path))]
    NotCompared { path: PathBuf, what: String, help: Option<String> },
    #[error("`{}` would be the name of a bundle; that is how `ramp validate` is told to write a report", told(path))]
    OutputIsReport { path: PathBuf },
    #[error("target `{name}` cannot be used")]
    Target { name: String, source: ramp_core::TargetError },
    #[error(transparent)]
    TargetPart(#[from] ramp_core::TargetError),
    #[error(transparent)]
    Policy(#[from] ramp_core::PolicyError),
    #[error("`--database-option` cannot be used")]
    DatabaseOption {
        #[from]
        source: ramp_core::databases::OptionError,
    },
    #[error("`--from {}` cannot be used", told(path))]
    From { path: PathBuf, source: Box<CliError> },
    #[error("`--from` names the bundle itself, `{}`", told(path))]
    FromItself { path: PathBuf },
    #[error("`{option}` is \"{}\", which is not a Redis version", text.escape_debug())]
    RedisVersion { option: &'static str, text: String, has: Vec<String> },
    #[error("nothing can be rehearsed")]
    Rehearsal {
        #[from]
        source: ramp_core::rehearsal::RehearsalError,
    },
    #[error("the output cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("the output cannot be written as JUnit XML")]
    Junit(#[source] quick_junit::SerializeError),
    #[error("`{name}` is not a rule, group, code, field or topic")]
    UnknownTopic { name: String, hint: Option<String> },
    #[error("the list `{}` names no bundle", path.display())]
    EmptyList { path: PathBuf },
    #[error("`@` is to name a list, and no name follows it")]
    NoList,
    #[error("the list `{}`, line {line}", list.display())]
    Listed { list: PathBuf, line: usize, source: Box<CliError> },
    #[error("`ramp {name}` is not a command")]
    UnknownCommand { name: String, hint: Option<String> },
    #[error("`{name}` is not a key of a manifest")]
    UnknownKey { name: String, hint: Option<String>, option: Option<String> },
    #[error("`ramp explain {topic}` takes nothing after it")]
    NoKeys { topic: String },
    #[error("the policy file `{}` belongs to another user", path.display())]
    ConfigOfAnother { path: PathBuf },
    #[error("`{name}` is not a key of `ramp.toml`")]
    UnknownConfigKey { name: String, hint: Option<String> },
    #[error("`{}` is there already", path.display())]
    IsThere { path: PathBuf, option: &'static str },
    #[error("cannot read an answer from the terminal")]
    Prompt { source: io::Error },
    #[error("no manifest was written, since no bundle could be packed with it: {what}")]
    Draft { what: String, help: Option<String> },
    #[error("`{}` is not a module that can be packed: {}", path.display(), fault.message)]
    NotPacked { path: PathBuf, fault: Box<ramp_core::Finding> },
    #[error("`{option}` writes a file that goes with the manifest, which has no name on standard output")]
    BesideStdout { option: &'static str },
    #[error("it cannot be told on which systems `{}` loads", path.display())]
    Systems { path: PathBuf, source: Box<ramp_pack::propose::SystemsError> },
    #[error("no Redis version is in every target: {what}")]
    NoCommonVersion { what: String },
    #[error("`{}` exists; `--force` overwrites it", path.display())]
    Exists { path: PathBuf },
    #[error("`{}` is a link, and what is unpacked would be written through it", path.display())]
    Link { path: PathBuf },
    #[error("`{}` is a link that leads nowhere", path.display())]
    LinkToNothing { path: PathBuf },
    #[error("`{}` is a directory, and a file would be unpacked to it", path.display())]
    IsFolder { path: PathBuf },
    #[error("another `ramp unpack` is at work in `{}`", path.display())]
    Busy { path: PathBuf },
    #[error("`{}` is not from `ramp unpack`, which needs the name to write to first", path.display())]
    InTheWay { path: PathBuf },
    #[error("cannot put back `{}`, which is kept as `{}`", path.display(), kept.display())]
    Replaced { kept: PathBuf, path: PathBuf, source: io::Error },
    #[error("cannot unpack to `{name}`: {what}")]
    UnsafeName { name: String, what: String },
    #[error("the entry `{name}` cannot be unpacked")]
    Copy { name: String, source: Box<dyn std::error::Error + Send + Sync> },
    #[error("`{}` cannot be probed", path.display())]
    Probe { path: PathBuf, source: Box<ramp_probe::ProbeError>, packing: Option<Packing> },
    #[error("`{}` cannot be used", path.display())]
    Config { path: PathBuf, source: ConfigError },
    #[error("the working directory is not known")]
    WorkingDirectory { source: io::Error },
    #[error("the manifest `{}` cannot be used", path.display())]
    Manifest { path: PathBuf, source: ramp_pack::manifest::ManifestError },
    #[error("`{}` cannot be read as a Kubernetes manifest", path.display())]
    Kubernetes { path: PathBuf, source: ramp_pack::manifest::ManifestError, form: Form },
    #[error("there is no RedisEnterpriseCluster in {files}")]
    NoKubernetesCluster { files: String, kind: Option<Box<ramp_core::kubernetes::Misspelt>> },
    #[error("the value of `{option}` is not JSON: {}", form::not_json(fault))]
    OptionJson { option: &'static str, fault: ramp_core::metadata::ReadError },
    #[error("the options cannot be used")]
    Options { source: Box<dyn std::error::Error + Send + Sync> },
    #[error("`--probe none` does not ask the module: `--module-name` and `--module-version` must be given")]
    NobodyAsked,
    #[error("`{}` does not give a module's name, version and commands: {what}", path.display())]
    CommandsFrom { path: PathBuf, what: String },
    #[error("the metadata cannot be made{}", .at.map(|at| format!(": manifest, {at}")).unwrap_or_default())]
    Assemble { at: Option<ramp_pack::manifest::Position>, source: ramp_pack::AssembleError },
    #[error("`{field}` cannot be expanded")]
    Arguments { field: &'static str, text: String, source: ramp_pack::expand::ExpandError },
    #[error("the `local_path` of the dependency `{name}` cannot be expanded")]
    LocalPath { name: String, source: ramp_pack::expand::ExpandError },
    #[error("the server cannot be given these arguments")]
    RedisArg(#[from] ramp_probe::RedisArgError),
    #[error("the bundle cannot be named")]
    Name(#[from] ramp_pack::name::NameError),
    #[error("`SOURCE_DATE_EPOCH` cannot be used")]
    Epoch(#[from] ramp_pack::EpochError),
    #[error("dependency `{name}` cannot be packed")]
    Dependency { name: String, source: ramp_pack::ArchiveError },
    #[error("no file can be packed for the dependency `{name}`: its URL `{url}` does not end in a file name")]
    DependencyFile { name: String, url: String },
    #[error("`{}` is not the dependency `{name}`: its SHA-256 is {sha256}, not {claimed}", path.display())]
    DependencyDigest { name: String, path: PathBuf, sha256: String, claimed: String },
    #[error(
        "the dependencies `{}` and `{}` are not the same file, and nodes look for both as `deps/{file}`", .names[0], .names[1]
    )]
    DependencyClash { names: [String; 2], file: String },
    #[error("`{}` was changed while it was read", path.display())]
    ChangedWhileRead { path: PathBuf },
    #[error("`{}` has changed while it was packed: what was asked need not be what was read", path.display())]
    Changed { path: PathBuf },
    #[error("`{}` cannot be compressed", path.display())]
    Compress { path: PathBuf, source: io::Error },
    #[error("no bundle was written to `{}`, since it could not be read back", path.display())]
    ReadBack { path: PathBuf, source: ramp_pack::ReadBackError },
    #[error("`{}` could not be repaired", path.display())]
    Repair { path: PathBuf, source: Box<ramp_pack::repair::RepairError> },
    #[error("the bundle cannot be written")]
    WriteBundle(#[from] ramp_pack::WriteError),
    #[cfg(feature = "serve")]
    #[error("the server cannot serve")]
    Serve(#[from] ramp_server::ServerError),
    #[cfg(feature = "serve")]
    #[error("the store cannot be checked")]
    Store { source: ramp_server::ServerError },
    #[cfg(feature = "serve")]
    #[error("what the server keeps cannot be opened")]
    Kept { source: ramp_server::ServerError },
    #[cfg(feature = "serve")]
    #[error("nothing was backed up")]
    Backup { source: ramp_server::BackupError },
    #[cfg(feature = "serve")]
    #[error("the backup cannot be restored")]
    Restore { source: ramp_server::BackupError },
    #[cfg(feature = "serve")]
    #[error("no password was set")]
    Password { source: ramp_server::PasswordError },
    #[cfg(feature = "serve")]
    #[error("the two passwords are not the same")]
    PasswordsDiffer,
    #[cfg(feature = "serve")]
    #[error("no password was given")]
    NoPassword,
    #[cfg(feature = "serve")]
    #[error("`RAMP_LOG` cannot be used: {source}")]
    LogFilter { source: tracing_subscriber::filter::ParseError },
    #[cfg(feature = "serve")]
    #[error(
        "`RAMP_LOG` has \"{}\", which is not a level: there are off, error, warn, info, debug and trace",
        word.escape_debug()
    )]
    LogLevel { word: String },
    #[error("the environment variable `{name}` is not UTF-8 text")]
    Environment { name: &'static str },
    #[cfg(feature = "cluster")]
    #[error(transparent)]
    Cluster(Box<ramp_client::ClientError>),
    #[cfg(feature = "cluster")]
    #[error("no credentials were given")]
    NoCredentials,
    #[cfg(feature = "cluster")]
    #[error("{cluster} has no module `{module}`{}", version.as_ref().map(|version| format!(" in version {version}")).unwrap_or_default())]
    NoSuchModule {
        cluster: String,
        module: String,
        version: Option<String>,
        hint: Option<String>,
        versions: Vec<String>,
    },
    #[cfg(feature = "cluster")]
    #[error("`{module}` may be any of {}: {}", count(found.len(), "module"), found.join("; "))]
    SeveralModules { module: String, found: Vec<String> },
    #[cfg(feature = "cluster")]
    #[error("{what} was not deleted: there is no terminal to ask at")]
    NotConfirmed { what: String },
    #[cfg(feature = "cluster")]
    #[error(transparent)]
    Remote(std::sync::Arc<ramp_client::remote::RemoteError>),
    #[cfg(not(feature = "s3"))]
    #[error("cannot read `{}`: this `ramp` was built without the feature `{feature}`", told(path))]
    WithoutFeature { path: PathBuf, feature: &'static str },
    #[cfg(feature = "s3")]
    #[error("cannot read `{}`", told(path))]
    Bucket { path: PathBuf, source: ramp_server::storage::StorageError },
    #[error("`{}` is not a bundle: {what}", told(path))]
    NotABundle { path: PathBuf, what: String },
}

/// That a module was to be asked so that it can be packed, which can be done in other ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packing {
    /// Whether the built-in host was asked.
    pub(crate) asked_the_host: bool,
}

/// A path as messages write it; a URL without what may be secret in it.
fn told(path: &Path) -> String {
    let text = path.display().to_string();
    if is_url(&text) { shown(&text) } else { text }
}

#[cfg(feature = "cluster")]
impl CliError {
    pub(crate) fn remote(err: ramp_client::remote::RemoteError) -> Self {
        Self::Remote(std::sync::Arc::new(err))
    }

    pub(crate) fn cluster(err: ramp_client::ClientError) -> Self {
        Self::Cluster(Box::new(err))
    }
}

/// How many characters of an error are told: like a finding, it may quote a value as long as a file.
const LONGEST: usize = 2000;

/// The error and its causes on one line, its front where a value in it is very long.
pub(crate) fn one_line(err: &(dyn std::error::Error + 'static)) -> String {
    let mut line = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        // Some errors say themselves what caused them.
        let text = err.to_string();
        if !line.ends_with(&text) {
            line = format!("{line}: {text}");
        }
        cause = err.source();
    }
    ramp_core::text::shorten(&line, LONGEST).into_owned()
}
