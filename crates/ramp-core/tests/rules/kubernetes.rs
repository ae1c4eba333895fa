//! Manifests of a cluster on Kubernetes: for each rule some that trip it, and a twin, one step away, that does not.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use ramp_core::kubernetes::{
    Bundle, Cluster, Database, Identity, Manifests, Place, Scheme, Secret, Source, Text, UserDefinedModule,
};
use ramp_core::metadata::json;
use ramp_core::{Finding, KubernetesReport, Level, Policy, PolicyName, judge_kubernetes, rules};
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::json;

use crate::cases::{good, set};

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

fn type_cases() -> Vec<ManifestCase> {
    let number = |value: &str, line| Text { is_string: false, ..text(value, line) };
    vec![
        case("kubernetes-not-a-string", "a version without quotes", {
            let mut manifests = with_database(false, "7.4", "testmodule");
            manifests.databases[0].redis_version = Some(number("7.4", 45));
            manifests
        })
        .twin(with_database(false, "7.4", "testmodule")),
        case("kubernetes-not-a-string", "a number for a Secret", {
            let mut manifests = with_credentials("12345", Some(&["username", "password"]));
            manifests.clusters[0].modules[0].sources[0].credentials = Some(number("12345", 24));
            manifests
        })
        .twin(with_credentials("12345", Some(&["username", "password"]))),
    ]
}

fn list_cases() -> Vec<ManifestCase> {
    let named = |name: Option<&str>, change: fn(&mut UserDefinedModule)| {
        with(|manifests| {
            let module = &mut manifests.clusters[0].modules[0];
            module.name = name.map(|name| text(name, 20));
            change(module);
        })
    };
    let both = ["username", "password"];
    vec![
        case("kubernetes-module-incomplete", "an item without a name", named(None, |_| ())),
        case(
            "kubernetes-module-incomplete",
            "a source with nothing in it",
            named(Some("testmodule"), |module| module.sources.clear()),
        ),
        case("kubernetes-module-incomplete", "a source without a URL", with_source(|source| source.url = None)),
        case(
            "kubernetes-url-scheme",
            "a URL of HTTP under `https`",
            at("http://modules.example.com/testmodule-1.2.3.zip"),
        ),
        case(
            "kubernetes-url-scheme",
            "a URL of HTTPS under `http`",
            in_the_clear(|source| source.url = Some(text("https://modules.example.com/testmodule-1.2.3.zip", 23))),
        ),
        case("kubernetes-url-scheme", "a bucket", at("s3://modules/testmodule-1.2.3.zip")),
        case("kubernetes-url-http", "a module that is downloaded in the clear", in_the_clear(|_| ())),
        case(
            "kubernetes-url-http",
            "a password that is sent in the clear",
            in_the_clear(|source| source.credentials = Some(text("repo", 24))),
        )
        .also(&["kubernetes-credentials-secret"]),
        case("kubernetes-url-version", "a URL without a version", at("https://10.0.0.1/testmodule.zip?v=1.2"))
            .twin(at("https://modules.example.com/1.2/testmodule.zip")),
        case(
            "kubernetes-credentials-secret",
            "what is not the name of a Secret",
            with_credentials("robot:Passw0rd", None),
        )
        .twin(with_credentials("robot", Some(&both))),
        case("kubernetes-credentials-secret", "a Secret without the keys", with_credentials("repo", Some(&["token"])))
            .twin(with_credentials("repo", Some(&both))),
        case(
            "kubernetes-credentials-secret",
            "a Secret without one of the keys",
            with_credentials("repo", Some(&["username"])),
        )
        .twin(with_credentials("repo", Some(&both))),
        case("kubernetes-credentials-secret", "a Secret that is somewhere else", with_credentials("repo", None))
            .twin({
                let mut manifests = with_credentials("secret/data/repo", None);
                manifests.clusters[0].secrets_in_vault = true;
                manifests
            })
            .noted(),
    ]
}

fn bundle_cases() -> Vec<ManifestCase> {
    let (other, second) = (set("module_name", "other").set("display_name", "Other"), "second.zip");
    vec![
        case("kubernetes-module-name", "another name than the bundle's", cluster()).of(bundles(&other)),
        case("kubernetes-module-name", "one module and one bundle, called otherwise", cluster())
            .of(vec![bundle("build/out.zip", &other)])
            .twin_of(vec![bundle("build/out.zip", &good())]),
        case("kubernetes-module-name", "a bundle without a display name", cluster())
            .of(bundles(&set("module_name", "other").without("display_name")))
            .also(&["kubernetes-metadata-missing"])
            .twin_of(bundles(&set("display_name", "testmodule").set("module_name", "other"))),
        case("kubernetes-metadata-missing", "a bundle without a field", cluster())
            .of(bundles(&good().without("compatible_redis_version"))),
        case("kubernetes-metadata-missing", "a bundle with nothing in a field", cluster())
            .of(bundles(&set("commands", json!([])).set("display_name", " "))),
        case("kubernetes-node-os", "a build for another system", cluster())
            .of(bundles(&set("operating_systems", json!(["ubuntu20", "ubuntu22"]))))
            .twin_of(bundles(&set("operating_systems", json!(["ubuntu22", "rocky9"])))),
        case("kubernetes-bundle-not-listed", "one bundle more than the list has", cluster()).of([
            bundles(&good()),
            vec![bundle(second, &other)],
        ]
        .concat()),
        case("kubernetes-bundle-not-listed", "one more that could not be read", cluster()).of([
            bundles(&good()),
            vec![Bundle::new(second, None)],
        ]
        .concat()),
        case("kubernetes-bundle-missing", "no bundle at all", cluster()).of(Vec::new()),
        case(
            "kubernetes-bundle-missing",
            "an item without a name, and no bundle",
            with(|manifests| manifests.clusters[0].modules[0].name = None),
        )
        .of(Vec::new())
        .also(&["kubernetes-module-incomplete"]),
    ]
}

fn database_cases() -> Vec<ManifestCase> {
    let two = {
        let mut manifests = with_database(false, "7.4", "testmodule");
        let more = listed("testmodule", Scheme::Https, "https://modules.example.com/testmodule-1.2.4.zip");
        manifests.clusters[0].modules.push(more);
        manifests
    };
    let newer = |redis: &str| bundle("testmodule-1.2.4.zip", &set("compatible_redis_version", redis));
    vec![
        case("kubernetes-database-module", "a module that is not there", with_database(false, "7.4", "tset"))
            .twin(with_database(false, "7.4", "ReJSON")),
        case("kubernetes-database-version", "a database of another Redis", with_database(false, "8.2", "testmodule"))
            .twin(with_database(false, "7.4", "testmodule")),
        case("kubernetes-database-version", "two bundles for the same Redis", two.clone())
            .of([bundles(&good()), vec![newer("7.4")]].concat())
            .twin(two)
            .twin_of([bundles(&good()), vec![newer("8.2")]].concat()),
        case("kubernetes-active-active", "an Active-Active database", with_database(true, "7.4", "Test module"))
            .twin(with_database(true, "7.4", "search")),
    ]
}

fn cluster_cases() -> Vec<ManifestCase> {
    let tagged = |tag: &str| with(|manifests| manifests.clusters[0].version_tag = Some(text(tag, 10)));
    vec![
        case("kubernetes-cluster-version", "a cluster of 8.0.2", tagged("8.0.2-17")).twin(tagged("8.0.6-54")),
        case(
            "kubernetes-auto-upgrade",
            "a cluster that upgrades by itself",
            with(|manifests| manifests.clusters[0].auto_upgrade = Some(place(12))),
        )
        .twin({
            let mut manifests = of_modules(Vec::new());
            manifests.clusters[0].auto_upgrade = Some(place(12));
            manifests
        })
        .twin_of(Vec::new()),
    ]
}

/// Every case, built once.
pub(crate) static MANIFEST_CASES: LazyLock<Vec<ManifestCase>> = LazyLock::new(|| {
    [cluster_cases(), type_cases(), list_cases(), bundle_cases(), database_cases()].into_iter().flatten().collect()
});

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
