//! Facts that are kept as JSON are judged as they were, and so are reports read back.

use std::io::Cursor;

use ramp_core::facts::{BundleFacts, gather};
use ramp_core::{Limits, Policy, Report, Target, judge};

use crate::cases::{CASES, cluster, good};

fn kept(bundle: &[u8]) -> (BundleFacts, BundleFacts) {
    let facts = gather(Cursor::new(bundle), &Limits::default()).unwrap();
    let json = serde_json::to_string(&facts).unwrap();
    let back = serde_json::from_str(&json).unwrap();
    (facts, back)
}

/// Every kind of fact is in one of the cases.
#[test]
fn facts_come_back_from_their_json() {
    for case in CASES.iter() {
        for (bundle, target) in [(&case.bad, &case.target), (&case.good, &case.good_target)] {
            let (facts, back) = kept(bundle);
            assert_eq!(back, facts, "{}: {}", case.rule, case.name);
            let policy = Policy::strict();
            assert_eq!(judge(&back, target, &policy), judge(&facts, target, &policy), "{}: {}", case.rule, case.name);
        }
    }
}

#[test]
fn a_report_comes_back_from_its_json() {
    for case in CASES.iter() {
        let report = case.report(&Policy::strict());
        let json = serde_json::to_string(&report).unwrap();
        let back: Report = serde_json::from_str(&json).unwrap();
        assert_eq!(back.findings(), report.findings(), "{}: {}", case.rule, case.name);
        assert_eq!((back.answer(), back.target(), back.module()), (report.answer(), report.target(), report.module()));
        assert_eq!(serde_json::to_string(&back).unwrap(), json, "{}: {}", case.rule, case.name);
    }
}

/// However large a module is, what is kept of it is not.
#[test]
fn no_bytes_of_the_module_are_kept() {
    let mut large = good().module;
    large.resize(4 << 20, 0);
    let (facts, _) = kept(&good().module(large).build());
    assert!(serde_json::to_string(&facts).unwrap().len() < 64 << 10);
}

#[test]
fn facts_are_judged_against_several_targets() {
    let (facts, _) = kept(&good().build());
    let accepted = |target: &Target| judge(&facts, target, &Policy::strict()).answer().accepted();
    assert!(accepted(&cluster("7.22")));
    assert!(!accepted(&cluster("6.4")));
    assert!(accepted(&cluster("7.4")), "what was judged is as it was");
}
