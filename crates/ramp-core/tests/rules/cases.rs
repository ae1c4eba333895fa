//! A case: a bundle that trips a rule, and its twin, one step away, that does not.

use std::io::Cursor;
use std::sync::LazyLock;

use ramp_core::module::ProbeOutcome;
use ramp_core::{Finding, Limits, Policy, Report, Target, facts, judge, rules, validate};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::tgz;
use ramp_fixtures::zip::{Entry, ZipBuilder};
use serde_json::{Value, json};

use crate::files::FILE_CASES;
use crate::kubernetes::MANIFEST_CASES;

/// One rule, tripped and not.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// The rule.
    pub(crate) rule: &'static str,
    /// What the bad bundle is.
    pub(crate) name: &'static str,
    /// Trips the rule.
    pub(crate) bad: Vec<u8>,
    /// Does not.
    pub(crate) good: Vec<u8>,
    /// What the bad bundle is checked against.
    pub(crate) target: Target,
    /// What the twin is checked against.
    pub(crate) good_target: Target,
    /// What the module of the bad bundle says of itself, where it is asked.
    pub(crate) asked: Option<ProbeOutcome>,
    /// What that of the twin says.
    pub(crate) twin_asked: Option<ProbeOutcome>,
    /// Other rules that the bad bundle trips by its nature, and why.
    pub(crate) also: Vec<(&'static str, &'static str)>,
    /// Whether the rule only notes it here, so that it decides nothing.
    pub(crate) noted: bool,
}

/// A case whose twin is the good bundle, checked against no cluster.
pub(crate) fn case(rule: &'static str, name: &'static str, bad: impl Into<Vec<u8>>) -> Case {
    let (bad, good) = (bad.into(), BundleBuilder::good().build());
    let (target, good_target) = (Target::default(), Target::default());
    let (asked, twin_asked) = (None, None);
    Case { rule, name, bad, good, target, good_target, asked, twin_asked, also: Vec::new(), noted: false }
}

impl Case {
    /// The rule only notes it here.
    pub(crate) fn noted(mut self) -> Self {
        self.noted = true;
        self
    }

    /// With another twin.
    pub(crate) fn twin(mut self, good: impl Into<Vec<u8>>) -> Self {
        self.good = good.into();
        self
    }

    /// Both checked against a cluster.
    pub(crate) fn on(self, target: Target) -> Self {
        Self { good_target: target.clone(), target, ..self }
    }

    /// The twin checked against another cluster.
    pub(crate) fn twin_on(self, good_target: Target) -> Self {
        Self { good_target, ..self }
    }

    /// Both modules asked, saying the same.
    pub(crate) fn asked(self, outcome: ProbeOutcome) -> Self {
        Self { twin_asked: Some(outcome.clone()), asked: Some(outcome), ..self }
    }

    /// The twin's module says something else.
    pub(crate) fn twin_asked(self, outcome: ProbeOutcome) -> Self {
        Self { twin_asked: Some(outcome), ..self }
    }

    /// The bad bundle cannot but trip another rule too.
    pub(crate) fn also(mut self, rule: &'static str, why: &'static str) -> Self {
        self.also.push((rule, why));
        self
    }

    /// The report on the bad bundle.
    pub(crate) fn report(&self, policy: &Policy) -> Report {
        report_asked(&self.bad, &self.target, policy, self.asked.as_ref())
    }

    /// The report on its twin.
    pub(crate) fn twin_report(&self, policy: &Policy) -> Report {
        report_asked(&self.good, &self.good_target, policy, self.twin_asked.as_ref())
    }

    /// The findings of the case's own rule.
    pub(crate) fn findings(&self, policy: &Policy) -> Vec<Finding> {
        let report = self.report(policy);
        report.findings().iter().filter(|finding| finding.rule == self.rule).cloned().collect()
    }
}

/// What the cases of a rule find, bundles, manifests and other files: by the case's name.
pub(crate) fn found(rule: &str, policy: &Policy) -> Vec<(&'static str, Vec<Finding>)> {
    let bundles = CASES.iter().filter(|case| case.rule == rule).map(|case| (case.name, case.findings(policy)));
    let manifests = MANIFEST_CASES.iter().filter(|case| case.rule == rule);
    let files = FILE_CASES.iter().filter(|case| case.rule == rule);
    let manifests = manifests.map(|case| (case.name, case.findings(policy)));
    bundles.chain(manifests).chain(files.map(|case| (case.name, case.findings(policy)))).collect()
}

pub(crate) fn report(bundle: &[u8], target: &Target, policy: &Policy) -> Report {
    validate(Cursor::new(bundle), target, policy).expect("a bundle that can be evaluated")
}

fn report_asked(bundle: &[u8], target: &Target, policy: &Policy, outcome: Option<&ProbeOutcome>) -> Report {
    let facts = facts::gather(Cursor::new(bundle), &Limits::default()).expect("a bundle that can be evaluated");
    let facts = outcome.iter().fold(facts, |facts, outcome| facts.asked((*outcome).clone()));
    judge(&facts, target, policy)
}

/// Every case, built once.
pub(crate) static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    [
        crate::unpack::cases(),
        crate::given::cases(),
        crate::helps::cases(),
        crate::archive::cases(),
        crate::archive_headers::cases(),
        crate::dependency_archive::cases(),
        crate::two_formats::cases(),
        crate::integrity::cases(),
        crate::target::cases(),
        crate::load::cases(),
        crate::probe::cases(),
        crate::schema::cases(),
        crate::metadata::cases(),
    ]
    .concat()
});

/// The cluster of that name.
pub(crate) fn cluster(name: &str) -> Target {
    Target::named(name).expect("a release")
}

pub(crate) fn good() -> BundleBuilder {
    BundleBuilder::good()
}

/// The good bundle with one field of the metadata set.
pub(crate) fn set(key: &str, value: impl Into<Value>) -> BundleBuilder {
    good().set(key, value)
}

/// The good bundle for these operating systems.
pub(crate) fn on_systems(systems: &[&str]) -> BundleBuilder {
    set("operating_systems", systems.to_vec())
}

/// The good bundle of this module.
pub(crate) fn module(elf: &ElfBuilder) -> BundleBuilder {
    good().module(elf.build())
}

/// A bundle with these files under `deps/`, each listed.
pub(crate) fn with_deps(names: &[&str]) -> BundleBuilder {
    let mut bundle = good();
    let mut listed = serde_json::Map::new();
    for name in names {
        listed.insert((*name).to_owned(), json!({}));
        bundle.dependencies.push((format!("deps/{name}.tgz"), tgz::good()));
    }
    bundle.set("dependencies", listed)
}

/// The zip of a bundle, one thing of it changed.
pub(crate) fn zip_of(bundle: &BundleBuilder, change: impl FnOnce(&mut ZipBuilder)) -> ZipBuilder {
    let mut zip = bundle.zip();
    change(&mut zip);
    zip
}

/// The good bundle's zip, one thing of it changed.
pub(crate) fn zip(change: impl FnOnce(&mut ZipBuilder)) -> ZipBuilder {
    zip_of(&good(), change)
}

/// A bundle with `deps/a.tgz`, whose entry is changed.
pub(crate) fn dep(change: impl FnOnce(&mut Entry)) -> ZipBuilder {
    zip_of(&with_deps(&["a"]), |zip| change(&mut zip.entries[2]))
}

/// The rule that a finding is of, as the catalogue has it.
pub(crate) fn rule_of(finding: &Finding) -> &'static str {
    rules::find(&finding.rule).expect("a rule of the catalogue").id
}

/// Writes every bundle into a folder, for tests of others, where `RAMP_CASES` names one.
#[test]
fn the_bundles_are_there_for_others() {
    let Some(folder) = std::env::var_os("RAMP_CASES") else {
        println!("skipped: RAMP_CASES is not set");
        return;
    };
    std::fs::create_dir_all(&folder).unwrap();
    for (number, case) in CASES.iter().enumerate() {
        for (which, bundle) in [("bad", &case.bad), ("good", &case.good)] {
            let name = format!("{number:03}-{}-{which}.zip", case.rule);
            std::fs::write(std::path::Path::new(&folder).join(name), bundle).unwrap();
        }
    }
}
