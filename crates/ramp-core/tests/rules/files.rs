//! Sets of bundles, policy files and upgrades: for each rule some that trip it, and a twin, one step away, that does not.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ramp_core::metadata::json;
use ramp_core::release_set::{Member, ReleaseSet};
use ramp_core::upgrade::Upgrade;
use ramp_core::{
    Finding, GateReport, Level, Policy, Stated, Suppression, Target, judge_set, judge_stated, judge_upgrade, rules,
};
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::json;

use crate::upgrade_cases::upgrade_cases;

/// One rule, tripped and not.
pub(crate) struct FileCase {
    pub(crate) rule: &'static str,
    pub(crate) name: &'static str,
    pub(crate) bad: Given,
    pub(crate) good: Given,
}

pub(crate) enum Given {
    Set(Box<ReleaseSet>, Box<Target>),
    Stated(Vec<Stated>),
    Upgrade(Box<Upgrade>, Box<Target>),
}

impl Given {
    fn report(&self, policy: &Policy) -> GateReport {
        match self {
            Self::Set(set, target) => judge_set(set, target, policy),
            Self::Stated(stated) => judge_stated(stated, policy),
            Self::Upgrade(upgrade, target) => judge_upgrade(upgrade, target, policy).gate,
        }
    }
}

impl FileCase {
    pub(crate) fn report(&self, policy: &Policy) -> GateReport {
        self.bad.report(policy)
    }

    pub(crate) fn findings(&self, policy: &Policy) -> Vec<Finding> {
        self.report(policy).findings.into_iter().filter(|finding| finding.rule == self.rule).collect()
    }
}

/// Every case, built once.
pub(crate) static FILE_CASES: LazyLock<Vec<FileCase>> = LazyLock::new(|| {
    let mut cases = set_cases();
    cases.extend(stated_cases());
    cases.extend(upgrade_cases());
    cases
});

fn member(file: &str, of: &BundleBuilder) -> Member {
    Member::new(file, Some(&json::read(&of.metadata_text()).unwrap().root))
}

fn of_system(system: &str, bundle: BundleBuilder) -> BundleBuilder {
    bundle.set("operating_systems", json!([system])).set("git_sha", "0123456789abcdef0123456789abcdef01234567")
}

/// Three that belong together, the last one changed.
fn three(change: impl Fn(BundleBuilder) -> BundleBuilder) -> ReleaseSet {
    let members = vec![
        member("dist/rhel8.zip", &of_system("rhel8", BundleBuilder::good())),
        member("dist/rhel9.zip", &of_system("rhel9", BundleBuilder::good())),
        member("dist/ubuntu22.zip", &change(of_system("ubuntu22", BundleBuilder::good()))),
    ];
    ReleaseSet { members, required: Vec::new() }
}

fn set_case(rule: &'static str, name: &'static str, bad: ReleaseSet) -> FileCase {
    let target = || Box::new(Target::default());
    FileCase {
        rule,
        name,
        bad: Given::Set(Box::new(bad), target()),
        good: Given::Set(Box::new(three(|b| b)), target()),
    }
}

fn nodes(systems: &[&str]) -> Target {
    let target = Target::named("7.8").unwrap();
    systems.iter().fold(target, |target, system| target.with_operating_system(system).unwrap())
}

fn set_cases() -> Vec<FileCase> {
    let command = |arity: i64| json!([{"command_name": "test.get", "command_arity": arity, "first_key": 1, "last_key": 1, "step": 1, "flags": ["readonly"]}]);
    let with = |key: &'static str, value: serde_json::Value| three(move |bundle| bundle.set(key, value.clone()));
    let required = |platform: &str| ReleaseSet { required: vec![platform.parse().unwrap()], ..three(|b| b) };
    let mut cases = vec![
        set_case("set-module-differs", "another module", with("module_name", json!("other"))),
        set_case("set-version-differs", "another version", with("version", json!(10204))),
        set_case("set-version-differs", "the same, by its other name", with("semantic_version", json!("1.2.4"))),
        set_case("set-commands-differ", "a command less", with("commands", command(2))),
        set_case(
            "set-commands-differ",
            "another arity",
            three(|bundle| {
                let mut commands: serde_json::Value =
                    serde_json::from_slice::<serde_json::Value>(&bundle.metadata_text()).unwrap()["commands"].clone();
                commands[0]["command_arity"] = json!(3);
                bundle.set("commands", commands)
            }),
        ),
        set_case("set-capabilities-differ", "a capability less", with("capabilities", json!(["types"]))),
        set_case("set-requirements-differ", "a newer cluster", with("min_redis_pack_version", json!("7.8"))),
        set_case("set-git-sha-differs", "another commit", with("git_sha", json!("f".repeat(40)))),
        set_case("set-git-sha-differs", "no commit", three(|bundle| bundle.without("git_sha"))),
        set_case("set-platform-twice", "two for rhel9", with("operating_systems", json!(["rhel9"]))),
        set_case("set-platform-missing", "a required one", required("rhel9/aarch64")),
    ];
    let of_debian = || {
        let members = vec![member("dist/debian12.zip", &of_system("debian12", BundleBuilder::good()))];
        Box::new(ReleaseSet { members, required: Vec::new() })
    };
    cases.push(FileCase {
        rule: "set-platform-missing",
        name: "none for the release",
        bad: Given::Set(of_debian(), Box::new(Target::named("7.8").unwrap())),
        good: Given::Set(Box::new(three(|b| b)), Box::new(Target::named("7.8").unwrap())),
    });
    cases.push(FileCase {
        rule: "set-platform-missing",
        name: "a node's",
        bad: Given::Set(Box::new(three(|b| b)), Box::new(nodes(&["rhel9", "amzn2"]))),
        good: Given::Set(Box::new(three(|b| b)), Box::new(nodes(&["rhel9", "rhel8"]))),
    });
    cases
}

fn stated(change: impl FnOnce(&mut Stated)) -> Vec<Stated> {
    let known = Suppression::new("the nodes have it").until("2026-06-30".parse().unwrap());
    let (name, file) = ("load-library-extra".to_owned(), "ramp.toml".to_owned());
    let mut entry = Stated { name, known, file, line: 4, column: 1, used: true, over: false };
    change(&mut entry);
    vec![entry]
}

fn stated_cases() -> Vec<FileCase> {
    let case = |rule, name, bad| FileCase { rule, name, bad: Given::Stated(bad), good: Given::Stated(stated(|_| ())) };
    vec![
        case("suppression-unused", "nothing is found", stated(|entry| entry.used = false)),
        case("suppression-expired", "its day is over", stated(|entry| entry.over = true)),
        case(
            "suppression-expired",
            "its day is over, and nothing is found",
            stated(|entry| (entry.over, entry.used) = (true, false)),
        ),
    ]
}

#[test]
fn each_case_of_files_trips_its_rule_and_its_twin_does_not() {
    for case in FILE_CASES.iter() {
        let about = format!("{}: {}", case.rule, case.name);
        let rule = rules::find(case.rule).unwrap();
        let report = case.report(&Policy::strict());
        let found: BTreeSet<&str> = report.findings.iter().map(|finding| &*finding.rule).collect();
        assert_eq!(found, BTreeSet::from([case.rule]), "{about}: {:#?}", report.findings);
        for finding in &report.findings {
            assert_eq!((finding.level, finding.error_code), (rule.strict_level, None), "{about}");
        }
        assert_eq!(report.passed, rule.strict_level < Level::Error, "{about}");
        let twin = case.good.report(&Policy::strict());
        assert_eq!(twin.findings, [], "{about}");
    }
}

/// The odd one out is told, and not all the others, wherever it stands.
#[test]
fn what_most_have_is_right() {
    let bundles = |order: [&str; 3]| {
        let members = order.map(|system| {
            let bundle = of_system(system, BundleBuilder::good());
            member(system, &if system == "rhel8" { bundle.set("version", 9) } else { bundle })
        });
        judge_set(&ReleaseSet { members: members.to_vec(), required: vec![] }, &Target::default(), &Policy::strict())
    };
    for order in [["rhel8", "rhel9", "ubuntu22"], ["rhel9", "rhel8", "ubuntu22"], ["rhel9", "ubuntu22", "rhel8"]] {
        let findings = bundles(order).findings;
        let files: Vec<&str> = findings.iter().map(|f| f.location.as_ref().unwrap().file.as_deref().unwrap()).collect();
        assert_eq!(files, ["rhel8"], "{findings:#?}");
    }
}

/// What cannot be read is for its own report to say, and is no reason to doubt the others.
#[test]
fn a_bundle_without_metadata_is_left_out() {
    let mut set = three(|bundle| bundle);
    set.members.push(Member::new("broken.zip", None));
    assert_eq!(judge_set(&set, &Target::default(), &Policy::strict()).findings, []);
}
