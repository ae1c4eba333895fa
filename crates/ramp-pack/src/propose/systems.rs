//! On which systems a module would load.

use std::io::Cursor;

use crate::assemble::{AssembleError, Inputs, ModuleInput, assemble};
use crate::json;
use crate::manifest::Manifest;
use crate::options::Options;
use crate::writer::{BundleParts, ModulePart, WriteError, WriteOptions, write_bundle};
use ramp_core::facts::gather;
use ramp_core::knowledge::{Knowledge, Platform};
use ramp_core::module::{Discovery, ModuleFacts};
use ramp_core::{Digest256, Finding, Group, Level, Limits, Policy, Target, TargetError, judge};

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

/// How a module fits each system that a node of one of the targets can run; without targets, of any release. Those come first that
/// most targets have.
///
/// The rules of the group load judge, each system by itself: what is an error there does not fit.
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
) -> Result<Vec<Fit>, SystemsError> {
    let input = ModuleInput::new(file_name, Digest256::of(module).to_string(), facts);
    let (manifest, options) = (Manifest::default(), Options::default());
    let metadata = assemble(&Inputs::new(&input, &manifest, &options, discovery))?.metadata;
    let metadata = json::to_string(&metadata);
    let parts = BundleParts {
        module_file: file_name,
        module: ModulePart::Bytes(module),
        metadata: metadata.as_bytes(),
        dependencies: Vec::new(),
    };
    let mut bundle = Cursor::new(Vec::new());
    write_bundle(&mut bundle, parts, &WriteOptions::default())?;
    bundle.set_position(0);
    let facts = gather(bundle, &Limits::default())?;
    let architecture = input.architecture.map(|architecture| architecture.as_str().into_owned()).unwrap_or_default();
    let mut fits = Vec::new();
    for platform in candidates(targets, &architecture) {
        let target = Target::default().with_operating_system(&platform.id)?;
        let report = judge(&facts, &target, &Policy::strict());
        let is_fault = |finding: &&Finding| finding.group == Group::Load && finding.level == Level::Error;
        let fault = report.findings().iter().find(is_fault).map(|finding| finding.message.clone());
        fits.push(Fit { system: &platform.id, title: &platform.title, fault });
    }
    Ok(fits)
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
