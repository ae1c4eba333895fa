//! What holds of every case, and that every rule has one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ramp_core::rules;
use ramp_core::{Group, Level, Location, Policy, PolicyName, Report, Request, Target, UploadErrorCode};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::words::slips_told;

use crate::cases::{CASES, cluster, found, report, rule_of};
use crate::files::FILE_CASES;
use crate::kubernetes::MANIFEST_CASES;

/// Rules about the bundle as a whole, which point nowhere in particular.
const NOWHERE: [&str; 8] = [
    "bundle-not-a-zip",
    "module-json-missing",
    "no-module",
    "uploads-disabled",
    "archive-other-view",
    "nodes-impossible",
    "release-past-end-of-life",
    "release-unknown",
];

#[test]
fn every_rule_has_a_case() {
    let covered: BTreeSet<&str> = CASES
        .iter()
        .map(|case| case.rule)
        .chain(MANIFEST_CASES.iter().map(|case| case.rule))
        .chain(FILE_CASES.iter().map(|case| case.rule))
        .chain(["no-module"])
        .collect();
    let missing: Vec<&str> = rules::all().map(|rule| rule.id).filter(|id| !covered.contains(id)).collect();
    assert_eq!(missing, [""; 0], "rules without a fixture");
    for id in covered {
        assert!(rules::find(id).is_some(), "{id} is not a rule");
    }
}

#[test]
fn the_good_bundle_trips_nothing() {
    for target in [Target::default(), cluster("7.8"), cluster("7.22"), cluster("8.0")] {
        for bundle in [BundleBuilder::good(), BundleBuilder::with_dependency()] {
            for policy in [Policy::strict(), Policy::reference()] {
                let report = report(&bundle.build(), &target, &policy);
                assert_eq!(report.findings(), [], "{target:?}");
                assert!(report.answer().accepted() && report.passed() && report.refusal().is_none());
            }
        }
    }
}

#[test]
fn each_case_trips_its_rule_and_its_twin_does_not() {
    for case in CASES.iter() {
        let about = format!("{}: {}", case.rule, case.name);
        let rule = rules::find(case.rule).unwrap();
        let found = case.findings(&Policy::strict());
        let tripped = || case.report(&Policy::strict()).findings().iter().map(rule_of).collect::<Vec<_>>();
        assert!(!found.is_empty(), "{about}: not tripped, but {:?}", tripped());
        for finding in &found {
            // What is only noted decides nothing; else the group says what does.
            let noted = finding.level < rule.strict_level;
            assert_eq!(noted, case.noted, "{about}: {finding:#?}");
            let (level, code) = if noted { (Level::Note, None) } else { (rule.strict_level, rule.error_code) };
            assert_eq!((finding.level, finding.error_code), (level, code), "{about}");
            assert_eq!(finding.decides_answer, code.is_some(), "{about}");
            assert_eq!(finding.reason.as_deref(), rule.reason.filter(|_| !noted), "{about}");
            assert_eq!(finding.group, rule.group, "{about}");
            assert!(!finding.message.is_empty() && !finding.help.is_empty(), "{about}");
            let pointed = finding.location.as_ref().is_some_and(|location| *location != Location::default());
            assert!(pointed || NOWHERE.contains(&case.rule), "{about}: {finding:#?}");
        }
        let twin = case.twin_report(&Policy::strict());
        let still: Vec<_> = twin.findings().iter().filter(|finding| finding.rule == case.rule).collect();
        assert!(still.is_empty(), "{about}: the twin trips it too: {still:#?}");
    }
}

#[test]
fn a_case_trips_no_other_rule_without_need() {
    let mut problems = String::new();
    for case in CASES.iter() {
        let (bad, twin) = (case.report(&Policy::strict()), case.twin_report(&Policy::strict()));
        let others = |report: &Report| -> BTreeSet<&str> {
            report.findings().iter().map(rule_of).filter(|id| *id != case.rule).collect()
        };
        let allowed: BTreeSet<&str> = case.also.iter().map(|(rule, _)| *rule).collect();
        if others(&bad) != allowed {
            writeln!(problems, "{}: {}: {:?}, not {allowed:?}", case.rule, case.name, others(&bad)).unwrap();
        }
        if !others(&twin).is_subset(&allowed) {
            writeln!(problems, "{}: the twin of {}: {:?}", case.rule, case.name, others(&twin)).unwrap();
        }
        for finding in bad.findings().iter().filter(|_| others(&bad) != allowed) {
            writeln!(problems, "    {}: {}", finding.rule, finding.message).unwrap();
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
}

#[test]
fn hardening_only_warns_under_the_reference_policy() {
    for case in CASES.iter() {
        let rule = rules::find(case.rule).unwrap();
        let hardening = matches!(rule.group, Group::Archive | Group::Integrity | Group::Load | Group::Schema);
        let (strict, reference) = (case.report(&Policy::strict()), case.report(&Policy::reference()));
        let levels: BTreeSet<Level> = case.findings(&Policy::reference()).iter().map(|f| f.level).collect();
        let level = if case.noted { Level::Note } else { rule.level(PolicyName::Reference) };
        assert_eq!(levels, BTreeSet::from([level]), "{}", case.rule);
        if hardening {
            assert!(levels.iter().all(|level| *level < Level::Error), "{}", case.rule);
        }
        assert_eq!(reference.answer(), strict.answer(), "{}", case.rule);
        assert_eq!(reference.findings().len(), strict.findings().len(), "{}", case.rule);
    }
}

#[test]
fn no_module_is_its_own_report() {
    for policy in [Policy::strict(), Policy::reference()] {
        let report = Report::no_module(&Target::default(), &policy);
        let [finding] = report.findings() else { panic!("{:?}", report.findings()) };
        assert_eq!((&*finding.rule, finding.error_code), ("no-module", Some(UploadErrorCode::NoModule)));
        assert_eq!(finding.location, None);
        assert_eq!(report.answer().refusal().unwrap().error_code, UploadErrorCode::NoModule);
        let report = Report::no_module(&cluster("8.0"), &policy);
        let refusal = report.answer().refusal().unwrap();
        assert_eq!((refusal.request, refusal.http_status), (Some(Request::Artifact), Some(400)));
    }
}

#[test]
fn the_same_bundle_gives_the_same_report() {
    for case in CASES.iter().filter(|case| case.rule != "archive-bomb") {
        let once = case.report(&Policy::strict());
        assert_eq!(once.findings(), case.report(&Policy::strict()).findings(), "{}", case.rule);
    }
}

/// All wording in one place, group by group, so that a change of it is seen.
#[test]
fn wording() {
    for &group in Group::ALL {
        let mut page = String::new();
        let mut cases: Vec<(&str, &str)> = CASES.iter().map(|case| (case.rule, case.name)).collect();
        cases.extend(MANIFEST_CASES.iter().map(|case| (case.rule, case.name)));
        cases.extend(FILE_CASES.iter().map(|case| (case.rule, case.name)));
        cases.retain(|(rule, _)| rules::find(rule).unwrap().group == group);
        for (rule, name) in cases {
            let found = found(rule, &Policy::strict()).into_iter().filter(|(of, _)| *of == name);
            for finding in found.flat_map(|(_, findings)| findings) {
                let code = finding.error_code.map_or("-", UploadErrorCode::as_str);
                let reason = finding.reason.as_deref().unwrap_or("-");
                let at = finding.location.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
                writeln!(page, "{} | {} | {code} | {reason} | {at}", finding.rule, finding.level).unwrap();
                writeln!(page, "  {name}: {}", finding.message).unwrap();
                writeln!(page, "  help: {}", finding.help).unwrap();
            }
        }
        insta::assert_snapshot!(format!("wording_{group}"), page);
    }
}

/// Where something is, the location says, and the message does not say it again.
#[test]
fn no_place_is_said_twice() {
    for case in CASES.iter() {
        for finding in case.report(&Policy::strict()).findings() {
            let Some(offset) = finding.location.as_ref().and_then(|location| location.offset) else { continue };
            let said = finding.message.contains(&format!("at offset {offset}"));
            assert!(!said, "{}: {}: {}", finding.rule, case.name, finding.message);
        }
    }
}

/// Messages and helps as they are told, with the numbers that stand in them.
#[test]
fn what_is_told_is_english() {
    let mut slips = String::new();
    let mut look = |rule: &str, text: &str| {
        for slip in slips_told(text) {
            writeln!(slips, "{rule}: {slip}: {text}").unwrap();
        }
    };
    for rule in rules::all() {
        for text in [rule.title, rule.what, rule.why, rule.help, rule.example] {
            look(rule.id, text);
        }
        for (_, findings) in found(rule.id, &Policy::strict()) {
            for finding in findings {
                look(rule.id, &finding.message);
                look(rule.id, &finding.help);
            }
        }
    }
    assert!(slips.is_empty(), "\n{slips}");
}
