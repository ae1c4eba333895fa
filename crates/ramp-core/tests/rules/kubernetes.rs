//! Manifests of a cluster on Kubernetes: for each rule some that trip it, and a twin, one step away, that does not.

use std::collections::BTreeSet;
use std::sync::Arc;

use ramp_core::kubernetes::{
    Bundle, Cluster, Database, Identity, Manifests, Place, Scheme, Secret, Source, Text, UserDefinedModule,
};
use ramp_core::metadata::json;
use ramp_core::{Finding, KubernetesReport, Level, Policy, PolicyName, judge_kubernetes, rules};
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::json;

use crate::cases::{good, set};

mod listed;

pub(crate) use listed::MANIFEST_CASES;

/// Manifests and the bundles that they are to load.
type Given = (Manifests, Vec<Bundle>);

/// One rule, tripped and not.
pub(crate) struct ManifestCase {
    pub(crate) rule: &'static str,
    pub(crate) name: &'static str,
    bad: Given,
    good: Given,
    /// Another rule that the bad manifests trip by their nature.
    also: &'static [&'static str],
    noted: bool,
}

impl ManifestCase {
    pub(crate) fn report(&self, policy: &Policy) -> KubernetesReport {
        judge_kubernetes(&self.bad.0, &self.bad.1, policy)
    }

    pub(crate) fn findings(&self, policy: &Policy) -> Vec<Finding> {
        self.report(policy).findings.into_iter().filter(|finding| finding.rule == self.rule).collect()
    }
}

fn place(line: u64) -> Place {
    Place { file: Arc::from("rec.yaml"), line, column: 3 }
}

fn text(value: &str, line: u64) -> Text {
    Text { value: value.to_owned(), is_string: true, place: place(line) }
}

fn identity(name: &str, line: u64) -> Identity {
    Identity { name: name.to_owned(), namespace: None, place: place(line) }
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
    let (identity, auto_upgrade, secrets_in_vault) = (identity("rec", 1), None, false);
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
    manifests.secrets.extend(keys.map(|keys| Secret { identity: identity(name, 30), keys }));
    manifests
}

fn with_database(active_active: bool, redis_version: &str, module: &str) -> Manifests {
    let redis_version = Some(text(redis_version, 45));
    let (identity, modules) = (identity("orders", 40), vec![text(module, 47)]);
    let database = Database { identity, active_active, cluster: None, redis_version, modules };
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
    ManifestCase { rule, name, bad: (bad, bundles(&BundleBuilder::good())), good, also: &[], noted: false }
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
        let twin = judge_kubernetes(&case.good.0, &case.good.1, &Policy::strict());
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
    let of = |file: &str, redis: &str| bundle(file, &set("compatible_redis_version", redis));
    let mut given = vec![of("b/testmodule-1.2.4.zip", "8.2"), of("a/testmodule-1.2.3.zip", "7.4")];
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
    // Nor which of two clusters a database without a name of one is in.
    let mut manifests = with_database(false, "8.2", "tset");
    let other = Cluster { identity: identity("other", 60), ..manifests.clusters[0].clone() };
    manifests.clusters.push(other);
    let report = judge_kubernetes(&manifests, &bundles(&good()), &Policy::strict());
    assert_eq!(report.findings, []);
    manifests.databases[0].cluster = Some("other".to_owned());
    let report = judge_kubernetes(&manifests, &bundles(&good()), &Policy::strict());
    assert_eq!(report.findings[0].data["cluster"], "other".into());
}

#[test]
fn secrets_are_not_repeated() {
    let url = |url: &str| judge_kubernetes(&at(url), &[], &Policy::strict());
    let secret = judge_kubernetes(&with_credentials("robot:Passw0rd", None), &[], &Policy::strict());
    let signed = url("https://x.example.com/m.zip?X-Amz-Signature=Passw0rd#Passw0rd");
    for report in
        [secret, signed, url("https://robot:Passw0rd@x.example.com/a@b.zip"), url("ftp://robot:Passw0rd@x/m.zip")]
    {
        let json = serde_json::to_string(&report).unwrap();
        assert!(!json.contains("Passw0rd") && report.findings.len() == 2, "{json}");
    }
    let shown = |text: &str| url(text).findings[0].data["url"].clone();
    assert_eq!(shown("https://robot:Passw0rd@x.example.com/b.zip"), "https://…@x.example.com/b.zip".into());
    // What is not escaped, or has a slash too few, is masked too.
    for text in ["https:/robot:Passw0rd@h/x.zip", "https://robot:Pass/w0rd@h/x.zip", "https://robot:Pass?w0rd@h/x.zip"]
    {
        let shown = format!("{:?}", shown(text));
        assert!(!shown.contains("w0rd"), "{text}: {shown}");
    }
}

#[test]
fn an_object_of_another_namespace_is_another() {
    let mut manifests = with_credentials("repo", Some(&["token"]));
    manifests.clusters[0].identity.namespace = Some("redis".to_owned());
    manifests.secrets[0].identity.namespace = Some("other".to_owned());
    let report = judge_kubernetes(&manifests, &bundles(&good()), &Policy::strict());
    assert_eq!(report.findings[0].level, Level::Note);
}
