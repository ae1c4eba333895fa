//! Manifests of a cluster on Kubernetes: for each rule some that trip it, and a twin, one step away, that does not.

use std::collections::BTreeSet;
use std::sync::Arc;

use ramp_core::kubernetes::{
    Bundle, Cluster, Database, DatabaseModule, Identity, Kind, Manifests, Misplaced, Misshapen, Misspelt, Place,
    Repeated, Scheme, Secret, Shape, Source, Text, Typed, UserDefinedModule, Word,
};
use ramp_core::metadata::json;
use ramp_core::{Finding, GateReport, Level, Policy, PolicyName, Target, rules};
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::json;

use crate::cases::{good, set};

mod listed;
mod objects;
mod told;

pub(crate) use listed::MANIFEST_CASES;

/// Manifests and the bundles that they are to load.
type Given = (Manifests, Vec<Bundle>);

/// One rule, tripped and not.
pub(crate) struct ManifestCase {
    pub(crate) rule: &'static str,
    pub(crate) name: &'static str,
    bad: Given,
    good: Given,
    /// What the bundles were judged against, in both.
    targets: [Target; 2],
    /// Another rule that the bad manifests trip by their nature.
    also: &'static [&'static str],
    noted: bool,
}

impl ManifestCase {
    pub(crate) fn report(&self, policy: &Policy) -> GateReport {
        ramp_core::judge_kubernetes(&self.bad.0, &self.bad.1, &self.targets[0], policy)
    }

    pub(crate) fn findings(&self, policy: &Policy) -> Vec<Finding> {
        self.report(policy).findings.into_iter().filter(|finding| finding.rule == self.rule).collect()
    }
}

/// What is found where the bundles were judged against the cluster of these manifests.
fn judge_kubernetes(manifests: &Manifests, bundles: &[Bundle], policy: &Policy) -> GateReport {
    ramp_core::judge_kubernetes(manifests, bundles, &own_target(), policy)
}

/// That cluster; what its nodes run is left open.
fn own_target() -> Target {
    Target::named("8.0.10-64").unwrap()
}

fn place(line: u64) -> Place {
    Place { file: Arc::from("rec.yaml"), line, column: 3 }
}

fn text(value: &str, line: u64) -> Text {
    Text { value: value.to_owned(), typed: Typed::String, place: place(line) }
}

fn identity(kind: Kind, name: &str, line: u64) -> Identity {
    let api_version = Some(text(kind.api_versions()[0], line));
    Identity { kind, name: name.to_owned(), namespace: None, written: Vec::new(), api_version, place: place(line) }
}

fn listed(name: &str, scheme: Scheme, url: &str) -> UserDefinedModule {
    let source = Source { scheme, place: place(22), url: Some(text(url, 23)), credentials: None };
    UserDefinedModule { place: place(20), name: Some(text(name, 20)), sources: vec![source] }
}

/// A cluster with the module of the good bundle.
fn cluster() -> Manifests {
    of_modules(vec![listed("testmodule", Scheme::Https, "https://modules.example.com/testmodule-1.2.3.zip")])
}

fn of_modules(modules: Vec<UserDefinedModule>) -> Manifests {
    let version_tag = Some(text("8.0.10-64", 10));
    let (identity, auto_upgrade, secrets_in_vault) = (identity(Kind::Cluster, "rec", 1), None, false);
    let cluster = Cluster { identity, version_tag, auto_upgrade, secrets_in_vault, modules };
    Manifests { clusters: vec![cluster], ..Manifests::default() }
}

fn with(change: impl FnOnce(&mut Manifests)) -> Manifests {
    let mut manifests = cluster();
    change(&mut manifests);
    manifests
}

fn with_source(change: impl FnOnce(&mut Source)) -> Manifests {
    with(|manifests| change(&mut manifests.clusters[0].modules[0].sources[0]))
}

fn at(url: &str) -> Manifests {
    with_source(|source| source.url = Some(text(url, 23)))
}

fn in_the_clear(change: impl FnOnce(&mut Source)) -> Manifests {
    with_source(|source| {
        source.scheme = Scheme::Http;
        source.url = Some(text("http://modules.example.com/testmodule-1.2.3.zip", 23));
        change(source);
    })
}

fn with_credentials(name: &str, keys: Option<&[&str]>) -> Manifests {
    let mut manifests = with_source(|source| source.credentials = Some(text(name, 24)));
    let keys = keys.map(|keys| keys.iter().map(|key| (*key).to_owned()).collect());
    manifests.secrets.extend(keys.map(|keys| Secret { identity: identity(Kind::Secret, name, 30), keys }));
    manifests
}

fn with_database(active_active: bool, redis_version: &str, module: &str) -> Manifests {
    let kind = if active_active { Kind::ActiveActive } else { Kind::Database };
    let redis_version = Some(text(redis_version, 45));
    let modules = vec![DatabaseModule { place: place(47), name: Some(text(module, 47)), version: None }];
    let database = Database { identity: identity(kind, "orders", 40), cluster: None, redis_version, modules };
    with(|manifests| manifests.databases.push(database))
}

/// What is known of a bundle, as its report has it.
fn bundle(file: &str, of: &BundleBuilder) -> Bundle {
    let document = json::read(&of.metadata_text()).unwrap();
    Bundle::new(file, Some(&document.root))
}

fn bundles(of: &BundleBuilder) -> Vec<Bundle> {
    vec![bundle("out/testmodule-1.2.3.zip", of)]
}

fn case(rule: &'static str, name: &'static str, bad: Manifests) -> ManifestCase {
    let good = (cluster(), bundles(&good()));
    let (bad, targets) = ((bad, bundles(&BundleBuilder::good())), [own_target(), own_target()]);
    ManifestCase { rule, name, bad, good, targets, also: &[], noted: false }
}

impl ManifestCase {
    fn of(mut self, bundles: Vec<Bundle>) -> Self {
        self.bad.1 = bundles;
        self
    }

    fn twin(mut self, manifests: Manifests) -> Self {
        self.good.0 = manifests;
        self
    }

    fn twin_of(mut self, bundles: Vec<Bundle>) -> Self {
        self.good.1 = bundles;
        self
    }

    /// The bundles of the bad case were judged against this, those of the twin against that.
    fn against(mut self, bad: Target, twin: Target) -> Self {
        self.targets = [bad, twin];
        self
    }

    fn also(mut self, rules: &'static [&'static str]) -> Self {
        self.also = rules;
        self
    }

    fn noted(mut self) -> Self {
        self.noted = true;
        self
    }
}

#[test]
fn good_manifests_trip_nothing() {
    let report = judge_kubernetes(&cluster(), &bundles(&good()), &Policy::strict());
    assert_eq!(report.findings, []);
    assert!(report.passed);
}

#[test]
fn each_case_of_manifests_trips_its_rule_and_its_twin_does_not() {
    for case in MANIFEST_CASES.iter() {
        let about = format!("{}: {}", case.rule, case.name);
        let rule = rules::find(case.rule).unwrap();
        let report = case.report(&Policy::strict());
        let found: BTreeSet<&str> = report.findings.iter().map(|finding| &*finding.rule).collect();
        let expected: BTreeSet<&str> = case.also.iter().copied().chain([case.rule]).collect();
        assert_eq!(found, expected, "{about}: {:#?}", report.findings);
        for finding in case.findings(&Policy::strict()) {
            let level = if case.noted { Level::Note } else { rule.strict_level };
            assert_eq!((finding.level, finding.error_code, finding.decides_answer), (level, None, false), "{about}");
            let location = finding.location.unwrap();
            assert!(location.file.as_deref() == Some("rec.yaml") && location.line.is_some(), "{about}: {location}");
        }
        assert_eq!(report.passed, report.findings.iter().all(|finding| finding.level < Level::Error), "{about}");
        let twin = ramp_core::judge_kubernetes(&case.good.0, &case.good.1, &case.targets[1], &Policy::strict());
        assert_eq!(twin.findings, [], "{about}");
    }
}

#[test]
fn manifests_only_warn_under_the_reference_policy() {
    for case in MANIFEST_CASES.iter() {
        let rule = rules::find(case.rule).unwrap();
        let report = case.report(&Policy::reference());
        assert!(report.passed && report.policy == PolicyName::Reference, "{}", case.rule);
        for finding in case.findings(&Policy::reference()) {
            let level = if case.noted { Level::Note } else { rule.level(PolicyName::Reference) };
            assert_eq!(finding.level, level, "{}", case.rule);
        }
    }
}

#[test]
fn names_of_files_come_before_names_of_modules() {
    let url = |n: u8| format!("https://modules.example.com/testmodule-1.2.{n}.zip?token=x");
    let manifests = of_modules((3..5).map(|n| listed("testmodule", Scheme::Https, &url(n))).collect());
    let of = |version: &str, redis: &str| {
        let of = set("compatible_redis_version", redis).set("semantic_version", version);
        bundle(&format!("a/testmodule-{version}.zip"), &of)
    };
    let mut given = vec![of("1.2.4", "8.2"), of("1.2.3", "7.4")];
    let report = judge_kubernetes(&manifests, &given, &Policy::strict());
    assert_eq!(report.findings, []);
    // The same file cannot be both; the second is not given.
    given.pop();
    let report = judge_kubernetes(&manifests, &given, &Policy::strict());
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!(finding.rule, "kubernetes-bundle-missing");
}

#[test]
fn what_cannot_be_known_is_not_said() {
    // Of a module whose bundle is not given nobody knows which Redis it is for; nor what `latest` is.
    for (version, given) in [("8.2", Vec::new()), ("latest", bundles(&good()))] {
        let report = judge_kubernetes(&with_database(false, version, "testmodule"), &given, &Policy::strict());
        assert!(report.findings.iter().all(|finding| finding.rule == "kubernetes-bundle-missing"), "{version}");
    }
}

/// A database is in the cluster that it names, whatever its namespace; else in the only one, or the only one beside it.
#[test]
fn the_cluster_of_a_database() {
    let mut manifests = with_database(false, "8.2", "tset");
    let other = Cluster { identity: identity(Kind::Cluster, "other", 60), ..manifests.clusters[0].clone() };
    manifests.clusters.push(other);
    let found = |manifests: &Manifests| {
        let report = judge_kubernetes(manifests, &bundles(&good()), &Policy::strict());
        let finding = report.findings.first().unwrap().clone();
        (finding.rule.to_string(), finding.data.get("cluster").cloned())
    };
    assert_eq!(found(&manifests), ("kubernetes-database-cluster".to_owned(), None));
    manifests.databases[0].cluster = Some(text("other", 43));
    let in_other = ("kubernetes-database-module".to_owned(), Some("other".into()));
    assert_eq!(found(&manifests), in_other);
    // One cluster can have databases of many namespaces.
    manifests.clusters[1].identity.namespace = Some("redis".to_owned());
    manifests.databases[0].identity.namespace = Some("shop".to_owned());
    assert_eq!(found(&manifests), in_other);
    manifests.clusters[0].identity.namespace = Some("shop".to_owned());
    manifests.databases[0].cluster = None;
    assert_eq!(found(&manifests), ("kubernetes-database-module".to_owned(), Some("rec".into())));
}

/// What comes with a release depends on the release, and a product's name is not that of its module.
#[test]
fn modules_that_come_with_a_release() {
    let found = |tag: Option<&str>, module: &str| {
        let mut manifests = with_database(false, "7.4", module);
        manifests.clusters[0].version_tag = tag.map(|tag| text(tag, 10));
        manifests.clusters[0].modules.clear();
        let report = ramp_core::judge_kubernetes(&manifests, &[], &Target::default(), &Policy::strict());
        let finding = report.findings.into_iter().find(|finding| finding.rule == "kubernetes-database-module");
        finding.map(|finding| (finding.level, finding.help.clone()))
    };
    for (tag, module) in [(Some("7.4.6-22"), "redisgears_2"), (Some("8.2.0-25"), "ReJSON"), (None, "search")] {
        assert_eq!(found(tag, module), None, "{tag:?}: {module}");
    }
    let retired = "Leave it out of the database; no version of Redis Software from 8.0 on has it.".to_owned();
    for tag in ["7.8.2-34", "7.22.0-95", "8.0.10-64", "8.2.0-25"] {
        for module in ["graph", "redisgears_2"] {
            assert_eq!(found(Some(tag), module), Some((Level::Error, retired.clone())), "{tag}: {module}");
        }
    }
    for tag in [None, Some("nightly")] {
        assert_eq!(found(tag, "graph"), Some((Level::Note, retired.clone())));
    }
    let (_, help) = found(Some("8.0.10-64"), "RedisJSON").unwrap();
    assert_eq!(help, "Write `name: ReJSON`, if that is what is meant.");
}
