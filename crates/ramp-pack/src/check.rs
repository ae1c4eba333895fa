//! What packing would say of a manifest, before there is a module.
//!
//! The manifest is packed in memory, with a module that stands in for the one to come: whatever depends on the module itself is
//! left out, and everything else is said by those who say it of a real one.

mod remark;
mod rules;
mod stand_in;

pub use remark::{Remark, What};
pub use rules::{REMARKS, RemarkRule};

use crate::assemble::{AssembleError, Assembled, Inputs, PackWarning, assemble_all, launch_all};
use crate::expand::expand;
use crate::manifest::{Manifest, Oddity, Position};
use crate::options::Options;
use ramp_core::layout::steps;
use ramp_core::metadata::fields;
use ramp_core::{Finding, Level};

/// What a manifest may name of the machine that packs.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The value of a variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Whether there is a file or folder at a path.
    pub exists: &'a dyn Fn(&str) -> bool,
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Surroundings")
    }
}

/// What packing with a manifest would say, in the order of its text, and what is about none of its lines at the end.
///
/// Nothing is written, and no file but the manifest is read. What the machine lacks now it may have when the module is packed: that is a
/// warning, where it would keep packing from its end.
///
/// ```
/// use ramp_pack::check::{Surroundings, check};
///
/// let nowhere = Surroundings { variable: &|_| None, exists: &|_| false };
/// let manifest = b"compatible_redis_version: \"7.4\"\ncapabilities: [typs]\nredis-min-version: \"7.2\"\n";
/// let remarks = check(manifest, &nowhere);
/// let said = remarks.iter().map(|remark| (remark.position.map(|at| at.line), remark.what.rule()));
/// assert!(said.eq([
///     (Some(2), "capability-unknown"),
///     (Some(3), "key-unknown"),
///     (None, "version-default"),
///     (None, "version-default"),
/// ]));
/// ```
pub fn check(manifest: &[u8], surroundings: &Surroundings<'_>) -> Vec<Remark> {
    let (manifest, errors) = match Manifest::read_all(manifest) {
        Ok(read) => read,
        Err(error) => return vec![Remark::new(Some(error.position), What::Unreadable(error.problem))],
    };
    let mut checking = Checking {
        manifest: &manifest,
        surroundings,
        of_commands: stand_in::keys_of_commands(&manifest),
        remarks: Vec::new(),
    };
    let unusable = errors.into_iter().map(|error| Remark::new(Some(error.position), What::Unusable(error.problem)));
    checking.remarks.extend(unusable);
    checking.run();
    let mut remarks = checking.remarks;
    remarks.sort_by_key(|remark| (remark.position.is_none(), remark.position));
    remarks
}

/// A manifest, and what was said of it so far.
struct Checking<'a> {
    manifest: &'a Manifest,
    surroundings: &'a Surroundings<'a>,
    /// The keys that have what are the commands of the metadata, number by number.
    of_commands: Vec<&'static str>,
    remarks: Vec<Remark>,
}

impl Checking<'_> {
    fn run(&mut self) {
        for warning in &self.manifest.warnings {
            self.remarks.push(Remark::new(Some(warning.position), What::Odd(warning.clone())));
        }
        for field in fields::manifest_keys().filter(|field| field.from_module) {
            if self.manifest.position(&field.name).is_some() {
                self.say(Some(&field.name), What::NotUsed { field: &field.name });
            }
        }
        let options = Options::default();
        let (launch, mut errors) = launch_all(self.manifest, &options);
        self.expand(launch.module_args_field, &launch.module_args);
        let (module, discovery) = (stand_in::module(self.manifest), stand_in::discovery(self.manifest));
        let systems = [stand_in::SYSTEM.to_owned()];
        let mut inputs = Inputs::new(&module, self.manifest, &options, &discovery);
        inputs.operating_systems = &systems;
        let (assembled, not_made) = assemble_all(&inputs);
        errors.extend(not_made);
        for error in &errors {
            self.say(error.field(), What::NotMade(error.clone()));
        }
        let told: Vec<String> = errors.iter().flat_map(AssembleError::places).collect();
        self.check_made(assembled, &told);
    }

    /// Adds a remark at the place of a field, where the manifest has it.
    fn say(&mut self, field: Option<&str>, what: What) {
        let position = field.and_then(|field| self.manifest.position(field));
        self.remarks.push(Remark::new(position, what));
    }

    fn expand(&mut self, field: &str, text: &str) -> Option<String> {
        let expanded = expand(text, self.surroundings.variable);
        expanded.map_err(|source| self.say(Some(field), What::NotExpanded(source))).ok()
    }

    /// Judges the metadata. Of what is missing in these places, JSON pointers, it was told.
    fn check_made(&mut self, mut assembled: Assembled, told: &[String]) {
        for warning in std::mem::take(&mut assembled.warnings) {
            // What the module itself says is not known, and is remarked upon already; what cannot be used is there all the same.
            let is_broken = warning.field().is_some_and(|field| self.is_broken(field));
            if !matches!(warning, PackWarning::Overruled { .. }) && !is_broken {
                self.say(warning.field(), What::Made(warning));
            }
        }
        for dependency in &assembled.dependencies {
            if let Some(path) = self.expand("dependencies", &dependency.local_path) {
                if !(self.surroundings.exists)(&path) {
                    let name = dependency.name.clone();
                    self.say(Some("dependencies"), What::NotThere { name, path });
                }
            }
        }
        match stand_in::judge(&mut assembled) {
            Ok(report) => {
                let findings: Vec<&Finding> = report
                    .findings()
                    .iter()
                    .filter(|finding| finding.level >= Level::Warning && !is_told(finding, told))
                    .collect();
                for finding in &findings {
                    if !findings.iter().any(|other| is_repeated(finding, other)) {
                        self.found(finding);
                    }
                }
            }
            Err(error) => self.say(None, What::NotJudged(error.to_string())),
        }
    }

    /// Whether the manifest has a key with a value that cannot be used, so that it is not in the metadata.
    fn is_broken(&self, field: &str) -> bool {
        self.manifest.broken.iter().any(|key| key == field)
    }

    /// What is found in the metadata, unless it is about the module that is not there, or was said already.
    fn found(&mut self, finding: &Finding) {
        let Some(pointer) = pointer(finding) else { return };
        let mut steps = steps(pointer);
        let top = steps.next().unwrap_or_default();
        let field = match (top.as_str(), steps.next().and_then(|index| index.parse::<usize>().ok())) {
            ("commands", Some(index)) => self.of_commands.get(index).copied().unwrap_or("add_command"),
            (field, _) => field,
        };
        let Some(known) = fields::field(field).filter(|known| known.manifest && !known.from_module) else { return };
        let is_written = self.manifest.position(field).is_some();
        let is_told = finding.rule == "wrong-type" && {
            let mut odd = self.manifest.warnings.iter().filter(|warning| warning.key == known.name);
            odd.any(|warning| matches!(warning.oddity, Oddity::WrongType { .. }))
        };
        // What it is without a word in the manifest is the machine's or a default, but for what is missed.
        if is_told || self.is_broken(field) || (!is_written && !stand_in::is_of_manifest(field)) {
            return;
        }
        let position: Option<Position> = self.manifest.position(field);
        self.remarks.push(Remark::new(position, What::Found(Box::new(finding.clone()))));
    }
}

fn is_told(finding: &Finding, told: &[String]) -> bool {
    pointer(finding).is_some_and(|at| told.iter().any(|place| place == at))
}

fn pointer(finding: &Finding) -> Option<&str> {
    finding.location.as_ref()?.pointer.as_deref()
}

/// Whether what is found in a command is found in the key of the manifest, too, from which the command is taken.
fn is_repeated(finding: &Finding, other: &Finding) -> bool {
    let member = |finding, keys: &[&str]| {
        let (key, rest) = pointer(finding)?.strip_prefix('/')?.split_once('/')?;
        keys.contains(&key).then(|| rest.split_once('/').map(|(_, member)| member.to_owned()))?
    };
    let here = member(finding, &["commands"]);
    here.is_some() && finding.rule == other.rule && here == member(other, &["overide_command", "add_command"])
}
