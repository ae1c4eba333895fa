//! What `ramp pack` is given: the manifest, the options, the machine it runs on.

use std::path::Path;
use std::process::{Command, Stdio};

use ramp_core::metadata::fields::{FieldType, fields};
use ramp_core::metadata::{Value, json};
use ramp_pack::manifest::{MAX_BYTES, Manifest};
use ramp_pack::{AssembleError, Epoch, Options, comma_separated, system};
use serde_json::Value as Json;

use crate::args::pack::Pack;
use crate::args::values::Taken;
use crate::error::CliError;
use crate::{environment, input, tell};

/// Where a development container says what it is.
const DEVCONTAINER: &str = "/etc/devcontainer";
/// Where a system says what it is; the second is the vendor's own copy.
const OS_RELEASE: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];

/// Refuses what cannot be meant where a bundle is to be made: an empty name of it or of the module, an empty architecture.
pub(super) fn check_given(args: &Pack) -> Result<(), CliError> {
    let given = [
        ("--output", Some(&args.output)),
        ("--module-name", args.metadata.module_name.as_ref()),
        ("--architecture", args.metadata.architecture.as_ref()),
    ];
    let mut empty = given.into_iter().filter(|(_, value)| value.is_some_and(String::is_empty));
    match empty.next().filter(|_| !args.print_filename_only) {
        Some((option, _)) => Err(CliError::EmptyOption { option }),
        None => Ok(()),
    }
}

/// Where in the metadata the values of these options are.
pub(super) fn fields_of(taken: &[Taken]) -> impl Iterator<Item = String> + '_ {
    let sets = |taken: &'_ Taken| {
        fields().iter().find(|field| field.option.as_ref().is_some_and(|option| option.long == taken.long))
    };
    taken.iter().filter_map(sets).map(|field| format!("/{}", field.name))
}

/// The manifest; an empty one where there is none.
pub(super) fn manifest(path: Option<&Path>) -> Result<Manifest, CliError> {
    let Some(path) = path else { return Ok(Manifest::default()) };
    // One byte more than a manifest may have, so that it is refused for what it is.
    let bytes = input::read_start(path, MAX_BYTES as u64 + 1)?;
    let cannot = |source| CliError::Manifest { path: path.to_owned(), source };
    let (manifest, errors) = Manifest::read_all(&bytes).map_err(cannot)?;
    tell::failures(errors.into_iter().map(cannot))?;
    Ok(manifest)
}

/// The options that set metadata.
pub(super) fn options(args: &Pack) -> Result<Options, CliError> {
    let mut options = Options::default();
    options.module_version = args.metadata.module_version;
    let given = serde_json::to_value(args.field_options()).map_err(unusable)?;
    for field in fields() {
        let Some(option) = &field.option else { continue };
        let given = given.get(field.name.replace('-', "_")).unwrap_or(&Json::Null);
        if let Some(value) = value(field.field_type, &option.long, given)? {
            options.set(&field.name, value).map_err(unusable)?;
        }
    }
    Ok(options)
}

/// Does not happen: tests hold the table and the command's options against each other.
fn unusable(source: impl std::error::Error + Send + Sync + 'static) -> CliError {
    CliError::Options { source: Box::new(source) }
}

/// What an option says, by the type of its field; `None` where it is not there.
fn value(field_type: FieldType, option: &'static str, given: &Json) -> Result<Option<Value>, CliError> {
    let json = |text: &str| {
        let document = json::read(text.as_bytes()).map_err(|fault| CliError::OptionJson { option, fault })?;
        Ok(document.root)
    };
    Ok(match (field_type, given) {
        (_, Json::Null | Json::Bool(false)) => None,
        (FieldType::Strings, Json::String(text)) => Some(comma_separated(text).into()),
        // As the reference has it: scripts pass what is in a variable that may be empty.
        (FieldType::Object, Json::String(text)) if text.is_empty() => None,
        (FieldType::Object, Json::String(text)) => Some(json(text)?),
        (FieldType::Commands | FieldType::Dependencies, Json::Array(texts)) => {
            let texts = texts.iter().filter_map(Json::as_str);
            let texts = texts.filter(|text| field_type == FieldType::Commands || !text.is_empty());
            Some(Value::Array(texts.map(json).collect::<Result<_, CliError>>()?))
        }
        (_, given) => Some(given.clone().into()),
    })
}

/// With the place of the field that it is about, where that is the manifest.
pub(super) fn cannot_assemble(err: AssembleError, manifest: &Manifest, options: &Options) -> CliError {
    let field = err.field().unwrap_or_default();
    CliError::Assemble { at: manifest.position(field).filter(|_| options.get(field).is_none()), source: err }
}

/// The commit of the folder that is packed in, as the reference takes it; `None` without git or outside a checkout.
pub(super) fn git_sha() -> Option<String> {
    let output = Command::new("git").args(["rev-parse", "HEAD"]).stdin(Stdio::null()).output().ok()?;
    let sha = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| sha.trim().to_owned()).filter(|sha| !sha.is_empty())
}

/// The time stamp of everything in the bundle: `SOURCE_DATE_EPOCH`, else the first that zips know.
pub(super) fn epoch() -> Result<Epoch, CliError> {
    Ok(environment::epoch()?.unwrap_or_default())
}

/// What `operating_systems` is where neither an option nor the manifest says: what the policy file does, else what this machine is.
pub(super) fn usual_systems(args: &Pack) -> Vec<String> {
    if !args.usual_systems.is_empty() {
        return args.usual_systems.clone();
    }
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let container = read(DEVCONTAINER).and_then(|text| system::from_devcontainer(&text));
    let release = || OS_RELEASE.into_iter().find_map(read).and_then(|text| system::from_os_release(&text));
    container.or_else(release).into_iter().collect()
}
