//! What `ramp pack` is given: the manifest, the options, the machine it runs on.

use std::path::Path;
use std::process::{Command, Stdio};

use ramp_core::metadata::Value;
use ramp_pack::manifest::{MAX_BYTES, Manifest};
use ramp_pack::{AssembleError, ClaimedBy, Epoch, Options, comma_separated, system};

use crate::args::pack::Pack;
use crate::error::CliError;
use crate::input;

/// Where a development container says what it is.
const DEVCONTAINER: &str = "/etc/devcontainer";
/// Where a system says what it is; the second is the vendor's own copy.
const OS_RELEASE: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];

/// The manifest; an empty one where there is none.
pub(super) fn manifest(path: Option<&Path>) -> Result<Manifest, CliError> {
    let Some(path) = path else { return Ok(Manifest::default()) };
    // One byte more than a manifest may have, so that it is refused for what it is.
    let bytes = input::read_start(path, MAX_BYTES as u64 + 1)?;
    Manifest::read(&bytes).map_err(|source| CliError::Manifest { path: path.to_owned(), source })
}

/// The options that set metadata.
pub(super) fn options(args: &Pack) -> Result<Options, CliError> {
    let given = &args.metadata;
    let list = |text: &Option<String>| text.as_deref().map(comma_separated).unwrap_or_default();
    // As the reference has it: scripts pass what is in a variable that may be empty.
    let is_given = |text: &&String| !text.is_empty();
    let redis_args = args.asking.redis_args.as_ref().filter(is_given);
    Ok(Options {
        display_name: given.display_name.clone(),
        capability_name: given.capability_name.clone(),
        module_name: given.module_name.clone(),
        module_version: given.module_version,
        author: given.author.clone(),
        email: given.email.clone(),
        architecture: given.architecture.clone(),
        description: given.description.clone(),
        homepage: given.homepage.clone(),
        license: given.license.clone(),
        command_line_args: given.command_line_args.clone(),
        run_command_line_args: args.asking.run_command_line_args.clone(),
        min_redis_version: given.min_redis_version.clone(),
        min_redis_pack_version: given.min_redis_pack_version.clone(),
        compatible_redis_version: given.compatible_redis_version.clone(),
        bigstore_version_2_support: given.bigstore_version_2_support.then_some(true),
        config_command: given.config_command.clone(),
        os: given.os.clone(),
        operating_systems: given.operating_systems.clone(),
        capabilities: list(&given.capabilities),
        exclude_commands: list(&given.exclude_commands),
        overide_command: values("--overide-command", &given.overide_command)?,
        add_command: values("--add-command", &given.add_command)?,
        dependencies: values("--dependencies", given.dependencies.iter().filter(is_given))?,
        optional_dependencies: values("--optional-dependencies", given.optional_dependencies.iter().filter(is_given))?,
        redis_args: redis_args.map(|text| value("--redis-args", text)).transpose()?,
    })
}

/// With the place of the field that it is about, where that is the manifest.
pub(super) fn cannot_assemble(err: AssembleError, manifest: &Manifest, options: &Options) -> CliError {
    let field = match &err {
        AssembleError::Type { field, .. } => field.split('/').next().unwrap_or(field),
        AssembleError::Dependency { field, .. } => field,
        AssembleError::Architecture { by: ClaimedBy::Manifest, .. } => "architecture",
        AssembleError::Os { by: ClaimedBy::Manifest, .. } => "os",
        _ => "",
    };
    let overruled = match field {
        "overide_command" => !options.overide_command.is_empty(),
        "add_command" => !options.add_command.is_empty(),
        "dependencies" => !options.dependencies.is_empty(),
        "optional-dependencies" => !options.optional_dependencies.is_empty(),
        "redis_args" => options.redis_args.is_some(),
        _ => false,
    };
    CliError::Assemble { at: manifest.position(field).filter(|_| !overruled), source: err }
}

fn values<'a>(option: &'static str, texts: impl IntoIterator<Item = &'a String>) -> Result<Vec<Value>, CliError> {
    texts.into_iter().map(|text| value(option, text)).collect()
}

fn value(option: &'static str, text: &str) -> Result<Value, CliError> {
    ramp_core::metadata::json::read(text.as_bytes())
        .map(|document| document.root)
        .map_err(|source| CliError::OptionJson { option, source })
}

/// The commit of the folder that is packed in, as the reference takes it; `None` without git or outside a checkout.
pub(super) fn git_sha() -> Option<String> {
    let output = Command::new("git").args(["rev-parse", "HEAD"]).stdin(Stdio::null()).output().ok()?;
    let sha = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| sha.trim().to_owned()).filter(|sha| !sha.is_empty())
}

/// The time stamp of everything in the bundle: `SOURCE_DATE_EPOCH`, else the first that zips know.
pub(super) fn epoch() -> Result<Epoch, CliError> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => Ok(text.parse()?),
        _ => Ok(Epoch::default()),
    }
}

/// What this machine is, for `operating_systems`.
pub(super) fn operating_system() -> Vec<String> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let container = read(DEVCONTAINER).and_then(|text| system::from_devcontainer(&text));
    let release = || OS_RELEASE.into_iter().find_map(read).and_then(|text| system::from_os_release(&text));
    container.or_else(release).into_iter().collect()
}
