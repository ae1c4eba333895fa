//! What `ramp fix` makes of the bundle of every case: repaired, left, or not touched. The table of docs/fix.md is made of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;

use ramp_core::{Limits, Policy, Repair, Report, facts, judge, rules};
use ramp_pack::WriteOptions;
use ramp_pack::repair::{self, Change};

use crate::cases::{CASES, Case};

/// What came of one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The rule is silent afterwards, and a change says that it is by its doing.
    Repaired,
    /// It is silent, since what else was changed has cured it.
    Gone,
    /// It still speaks.
    Left,
    /// The bundle is not touched.
    Prevented,
}

fn plan(bundle: &[u8]) -> repair::Repair {
    repair::plan(Cursor::new(bundle), &Limits::default()).unwrap()
}

/// The repaired bundle.
fn repaired(bundle: &[u8], repair: &repair::Repair) -> Vec<u8> {
    if repair.changes().is_empty() {
        return bundle.to_vec();
    }
    let mut out = Cursor::new(Vec::new());
    repair.write(Cursor::new(bundle), &mut out, &Limits::default(), &WriteOptions::default()).unwrap();
    out.into_inner()
}

fn report(case: &Case, bundle: &[u8]) -> Report {
    let facts = facts::gather(Cursor::new(bundle), &Limits::default()).unwrap();
    let facts = case.asked.clone().into_iter().fold(facts, facts::BundleFacts::asked);
    judge(&facts, &case.target, &Policy::strict())
}

fn outcome(case: &Case) -> (Outcome, repair::Repair) {
    let repair = plan(&case.bad);
    if !repair.obstacles().is_empty() {
        assert!(repair.changes().is_empty(), "{}: {}", case.rule, case.name);
        return (Outcome::Prevented, repair);
    }
    let new = repaired(&case.bad, &repair);
    let (old_report, new_report) = (report(case, &case.bad), report(case, &new));
    // Nothing gets worse, and what was repaired has nothing more to be repaired.
    assert!(!old_report.answer().accepted() || new_report.answer().accepted(), "{}: {}", case.rule, case.name);
    assert!(!old_report.passed() || new_report.passed(), "{}: {}", case.rule, case.name);
    let again = plan(&new);
    assert!(again.changes().is_empty() && again.obstacles().is_empty(), "{}: {}: {again:?}", case.rule, case.name);
    let speaks = new_report.findings().iter().any(|finding| finding.rule == case.rule);
    let told = repair.changes().iter().any(|change| change.rules.contains(&case.rule));
    let outcome = match (speaks, told) {
        (true, _) => Outcome::Left,
        (false, true) => Outcome::Repaired,
        (false, false) => Outcome::Gone,
    };
    (outcome, repair)
}

/// What is told of one case.
fn told(case: &Case) -> (Outcome, String) {
    let (outcome, repair) = outcome(case);
    let own = |change: &&Change| change.rules.contains(&case.rule);
    let mut text = format!("{} ({})\n    {outcome:?}\n", case.rule, case.name);
    for change in repair.changes().iter().filter(own) {
        let _ = writeln!(text, "    {change}");
    }
    for obstacle in repair.obstacles().iter().take(3) {
        let _ = writeln!(text, "    {obstacle}");
    }
    (outcome, text)
}

#[test]
fn every_case_is_repaired_left_or_not_touched() {
    let mut all: BTreeMap<&str, Vec<(Outcome, String)>> = BTreeMap::new();
    for case in CASES.iter() {
        all.entry(case.rule).or_default().push(told(case));
    }
    let (mut text, mut wrong) = (String::new(), Vec::new());
    for rule in rules::all() {
        let cases = || all.get(rule.id).into_iter().flatten();
        for (outcome, told) in cases() {
            text.push_str(told);
            let is_right = match rule.repair {
                Repair::Prevents => matches!(outcome, Outcome::Prevented | Outcome::Repaired),
                Repair::Zip => *outcome != Outcome::Left,
                Repair::Never => *outcome != Outcome::Repaired,
                _ => true,
            };
            if !is_right {
                wrong.push(told.clone());
            }
        }
        let is_repaired = cases().any(|(outcome, _)| *outcome == Outcome::Repaired);
        if matches!(rule.repair, Repair::Value | Repair::Text | Repair::Zip) && !is_repaired {
            wrong.push(format!("no case of {} is repaired\n", rule.id));
        }
    }
    insta::assert_snapshot!(text);
    assert!(wrong.is_empty(), "{}", wrong.concat());
}
