//! What the manifest is to say, before and after its author is asked.

use std::io::{BufRead, Write};

use ramp_core::knowledge::{Capability, Knowledge};
use ramp_core::metadata::Value;
use ramp_core::{Level, Target};
use ramp_pack::manifest::Drafted;
use ramp_pack::propose::{Fit, Versions, versions};

use super::asking::Known;
use super::questions::Questions;
use crate::args::manifest::Init;
use crate::error::CliError;
use crate::tell;

/// Keys with a text, in the order in which they are asked for.
const TEXTS: [&str; 4] = ["author", "description", "homepage", "license"];

/// What the manifest is to say.
#[derive(Debug)]
pub(super) struct Proposal {
    display_name: String,
    texts: Vec<(&'static str, String)>,
    arguments: String,
    capabilities: Vec<String>,
    compatible: String,
    minimum: String,
    versions: Versions,
    /// Whether it was tried out which versions the module loads into.
    tried: bool,
    systems: Vec<String>,
    fits: Vec<Fit>,
}

impl Proposal {
    pub(super) fn new(args: &Init, known: Option<&Known>, targets: &[Target]) -> Result<Self, CliError> {
        let versions = versions(targets);
        let newest = || {
            let databases = versions.databases.iter().map(|(name, has)| format!("{name} has {}", has.join(", ")));
            let what = databases.collect::<Vec<_>>().join("; ");
            versions.compatible.first().cloned().ok_or(CliError::NoCommonVersion { what })
        };
        let compatible = match known.and_then(|known| known.asked_in.clone()) {
            Some(version) => version,
            None => newest()?,
        };
        let oldest = known.and_then(|known| known.oldest.clone());
        let tried = oldest.is_some();
        let minimum = oldest.or_else(|| versions.at_most.clone()).unwrap_or_else(|| compatible.clone());
        let newer = |one: &str, other: &str| {
            let [one, other] = [one, other].map(ramp_core::version::parse);
            one.ok().zip(other.ok()).is_some_and(|(one, other)| one > other)
        };
        if let Some(most) = versions.at_most.as_ref().filter(|most| newer(&minimum, most)) {
            let message =
                format!("the module loads into Redis {minimum} and later; a cluster that it is for has {most} at most");
            tell::notice(Level::Warning, &message);
        }
        let fits = known.map(|known| known.systems.clone()).unwrap_or_default();
        let fitting = || fits.iter().filter(|fit| fit.fault.is_none()).map(|fit| fit.system.to_owned()).collect();
        let systems: Vec<String> = args.operating_systems.clone().unwrap_or_else(fitting);
        if known.is_some() && systems.is_empty() {
            let faults = fits.iter().filter_map(|fit| Some(format!("{}: {}", fit.system, fit.fault.as_ref()?)));
            let faults = faults.collect::<Vec<_>>().join("; ");
            tell::notice(Level::Warning, &format!("the module fits no system of the targets: {faults}"));
        }
        let capabilities = args.capabilities.clone().unwrap_or_else(|| capabilities(known, targets));
        Ok(Self {
            display_name: known.map_or_else(|| "My Module".to_owned(), |known| known.discovery.module_name.clone()),
            texts: Vec::new(),
            arguments: args.arguments.join(" "),
            capabilities,
            compatible,
            minimum,
            versions,
            tried,
            systems,
            fits,
        })
    }

    /// Asks the author; an empty answer is what is proposed.
    pub(super) fn ask<R: BufRead, W: Write>(&mut self, questions: &mut Questions<R, W>) -> Result<(), CliError> {
        self.display_name = questions.text("display_name", &self.display_name)?;
        for key in TEXTS {
            let answer = questions.text(key, "")?;
            if !answer.is_empty() {
                self.texts.push((key, answer));
            }
        }
        self.compatible = questions.text("compatible_redis_version", &self.compatible)?;
        self.minimum = questions.text("min_redis_version", &self.minimum)?;
        self.systems = questions.list("operating_systems", &self.systems, &self.systems_told())?;
        self.capabilities = questions.list("capabilities", &self.capabilities, &told_capabilities())?;
        Ok(())
    }

    /// The keys, in the order in which they are written.
    pub(super) fn drafted(&self) -> Vec<Drafted> {
        let mut drafted = vec![set("display_name", &*self.display_name, Vec::new())];
        drafted.extend(self.texts.iter().map(|(key, text)| set(key, &**text, Vec::new())));
        if !self.arguments.is_empty() {
            drafted.push(set("command_line_args", &*self.arguments, Vec::new()));
        }
        let databases =
            self.versions.databases.iter().map(|(name, has)| format!("  cluster {name}: {}", has.join(", ")));
        let mut told = vec!["Databases of the clusters that this is for:".to_owned()];
        told.extend(databases);
        let told = if told.len() > 1 { told } else { Vec::new() };
        drafted.push(set("compatible_redis_version", &*self.compatible, told));
        let tried = self
            .tried
            .then(|| "The module loads into this version, and into none before it of these databases.".to_owned());
        drafted.push(set("min_redis_version", &*self.minimum, tried.into_iter().collect()));
        drafted.extend(
            self.versions.cluster.as_ref().map(|cluster| set("min_redis_pack_version", &**cluster, Vec::new())),
        );
        if !self.systems.is_empty() {
            drafted.push(set("operating_systems", strings(&self.systems), self.systems_told()));
        }
        drafted.push(set("capabilities", strings(&self.capabilities), told_capabilities()));
        drafted
    }

    fn systems_told(&self) -> Vec<String> {
        let line = |fit: &Fit| match &fit.fault {
            None => format!("  {:12} {}", fit.system, fit.title),
            Some(fault) => format!("  {:12} {}: not, since {}", fit.system, fit.title, fault.replace('\n', " ")),
        };
        let mut told: Vec<String> = self.fits.iter().map(line).collect();
        if !told.is_empty() {
            told.insert(0, "By what the module asks of the loader:".to_owned());
        }
        told
    }
}

/// A key that is set.
fn set(key: &'static str, value: impl Into<Value>, notes: Vec<String>) -> Drafted {
    Drafted { key, value: value.into(), notes }
}

fn strings(items: &[String]) -> Value {
    items.iter().map(String::as_str).collect()
}

/// What can be told of a module without its author, which is not much: that it takes one key at a time cannot be seen from what it
/// registers. And what a target wants.
fn capabilities(known: Option<&Known>, targets: &[Target]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    if known.and_then(|known| known.has_types) == Some(true) {
        names.push("types".to_owned());
    }
    for name in targets.iter().flat_map(Target::required_capabilities) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// All of them, and what each means.
fn told_capabilities() -> Vec<String> {
    let real = |capability: &&Capability| !capability.is_mistaken();
    let line = |capability: &Capability| {
        let gates = capability.gates.as_ref().map(|gates| format!("; needed for {gates}")).unwrap_or_default();
        format!("  {:21} {}{gates}", capability.name, capability.description)
    };
    let mut told = vec!["All there are, and what the module then has to do:".to_owned()];
    told.extend(Knowledge::builtin().capabilities().iter().filter(real).map(line));
    told
}
