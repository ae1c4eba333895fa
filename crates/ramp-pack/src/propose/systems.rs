//! On which systems a module would load.

use std::io::Cursor;

use crate::assemble::{AssembleError, Inputs, ModuleInput, assemble};
use crate::json;
use crate::manifest::Manifest;
use crate::options::Options;
use crate::writer::{BundleParts, ModulePart, WriteError, WriteOptions, write_bundle};
use ramp_core::facts::gather;
use ramp_core::knowledge::{Knowledge, Platform, ReleasePlatform};
use ramp_core::metadata::Value;
use ramp_core::module::{Discovery, ModuleFacts};
use ramp_core::{Digest256, Finding, Group, Level, Limits, Policy, Target, TargetError, judge};

/// What is known of where a module loads.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Fits {
    /// What is wrong with the file itself, wherever it is to load: the errors of the group integrity.
    pub faults: Vec<Finding>,
    /// How it fits each system that was asked about; empty where none runs on its architecture, or none can load its format.
    pub systems: Vec<Fit>,
}

/// How a module fits a system.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fit {
    /// The system, as `operating_systems` has it.
    pub system: &'static str,
    /// How to speak of it.
    pub title: &'static str,
    /// Why the module would not load there; `None` where nothing is known against it.
    pub fault: Option<String>,
}

/// Why it cannot be told how a module fits.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SystemsError {
    /// No metadata can be made of the module.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
    /// The module cannot be packed.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A limit was hit.
    #[error(transparent)]
    Evaluate(#[from] ramp_core::Error),
    /// A system that no target can have.
    #[error(transparent)]
    Target(#[from] TargetError),
}

/// How a module fits each system that a node of one of the targets can run; without targets, of any release. They come in the order of
/// the platform table.
///
/// The rules of the group load judge, each system by itself: what is an error there does not fit. No node runs macOS.
///
/// # Errors
///
/// [`SystemsError`].
pub fn systems(
    file_name: &str,
    module: &[u8],
    facts: &ModuleFacts,
    discovery: &Discovery,
    targets: &[Target],
) -> Result<Fits, SystemsError> {
    let input = ModuleInput::new(file_name, Digest256::of(module).to_string(), facts);
    let (manifest, options) = (Manifest::default(), Options::default());
    let metadata = assemble(&Inputs::new(&input, &manifest, &options, discovery))?.metadata;
    // As it is packed, which is not always as the file is called.
    let packed = metadata.get("module_file").and_then(Value::as_str).unwrap_or(file_name).to_owned();
    let metadata = json::to_string(&metadata);
    let parts = BundleParts {
        module_file: &packed,
        module: ModulePart::Bytes(module),
        metadata: metadata.as_bytes(),
        dependencies: Vec::new(),
    };
    let mut bundle = Cursor::new(Vec::new());
    write_bundle(&mut bundle, parts, &WriteOptions::default())?;
    bundle.set_position(0);
    let facts = gather(bundle, &Limits::default())?;
    let architecture = input.architecture.map(|architecture| architecture.as_str().into_owned()).unwrap_or_default();
    let is_error = |finding: &&Finding, group| finding.group == group && finding.level == Level::Error;
    let report = judge(&facts, &Target::default(), &Policy::strict());
    let faults = report.findings().iter().filter(|finding| is_error(finding, Group::Integrity)).cloned().collect();
    let mut fits = Fits { faults, systems: Vec::new() };
    if input.os.is_some_and(|os| os != ModuleInput::LINUX) {
        return Ok(fits);
    }
    for platform in candidates(targets, &architecture) {
        let target = Target::default().with_operating_system(&platform.id)?;
        let report = judge(&facts, &target, &Policy::strict());
        let fault = report.findings().iter().find(|finding| is_error(finding, Group::Load));
        let fault = fault.map(|finding| finding.message.clone());
        fits.systems.push(Fit { system: &platform.id, title: &platform.title, fault });
    }
    Ok(fits)
}

/// Whether nodes of a target can have that architecture, as far as is known.
///
/// ```
/// use ramp_core::Target;
/// use ramp_pack::propose::has_nodes_of;
///
/// let has = |name, architecture| has_nodes_of(&Target::named(name).unwrap(), architecture);
/// assert!(has("7.4", "x86_64") && !has("7.4", "aarch64") && has("8.2", "aarch64"));
/// assert!(has_nodes_of(&Target::default(), "aarch64"));
/// ```
pub fn has_nodes_of(target: &Target, architecture: &str) -> bool {
    let named = target.architectures();
    if !named.is_empty() {
        return named.iter().any(|name| name == architecture);
    }
    let has = |row: &ReleasePlatform| row.architectures.iter().any(|name| name == architecture);
    target.release().is_none_or(|release| release.platforms_in(None).any(has))
}

/// What nodes of the targets run or can run, on that architecture, in the order of the platform table.
fn candidates(targets: &[Target], architecture: &str) -> Vec<&'static Platform> {
    let knowledge = Knowledge::builtin();
    let all: Vec<Target> =
        knowledge.releases().iter().filter_map(|release| Target::named(&release.name).ok()).collect();
    let targets = if targets.is_empty() { all.as_slice() } else { targets };
    let is_run = |target: &Target, platform: &Platform| {
        if !target.operating_systems().is_empty() {
            return target.operating_systems().contains(&platform.id);
        }
        let rows = target.release().into_iter().flat_map(|release| release.platforms_in(None));
        let mut rows = rows.filter(|row| row.architectures.iter().any(|name| name == architecture));
        rows.any(|row| row.os == platform.id)
    };
    let platforms = knowledge.platforms().iter();
    platforms.filter(|platform| targets.iter().any(|target| is_run(target, platform))).collect()
}
