//! The reference unpacker itself, asked about the same bundles.
//!
//! Opt-in: `RAMP_REFERENCE_PYTHON=/path/to/python3.11`, one that has the package `ramp-packer`.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ramp_core::rules;
use ramp_core::{Group, Policy, Report, Target};
use ramp_fixtures::zip::Entry;

use crate::cases::{CASES, good, report, with_deps, zip};
use crate::unpacker_truth::{Outcome, rows};

/// The bundles with one bit of them changed, the module stored so that flips in it stay in it.
fn flipped() -> Vec<Vec<u8>> {
    let mut bundles = Vec::new();
    let stored = zip(|zip| {
        zip.entries[0] = Entry::stored("testmodule.so", b"\x7fELF");
        zip.entries[1] = Entry::stored("module.json", &good().metadata_text());
    });
    let zip64 = zip(|zip| zip.zip64 = true);
    for bundle in [stored.build(), zip64.build(), with_deps(&["a"]).build()] {
        for at in 0..bundle.len() * 8 {
            let mut bundle = bundle.clone();
            bundle[at / 8] ^= 1 << (at % 8);
            bundles.push(bundle);
        }
    }
    bundles
}

/// What a report says, in the reference's terms; which exception it would have been is no part of a report.
fn ours(report: &Report) -> String {
    match report.answer().refusal() {
        None => "accepted".to_owned(),
        Some(refusal) => {
            refusal.reason.as_ref().map_or_else(|| "no reason".to_owned(), |reason| format!("reason {reason}"))
        }
    }
}

fn ask(python: &std::ffi::OsStr, bundles: &[Vec<u8>]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/reference/bundle_outcomes.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the reference runs");
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<String> = bundles.iter().map(|bundle| STANDARD.encode(bundle) + "\n").collect();
    let writer = std::thread::spawn(move || lines.iter().try_for_each(|line| stdin.write_all(line.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "the reference failed");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn agrees_with_the_reference_unpacker() {
    let Some(python) = std::env::var_os("RAMP_REFERENCE_PYTHON") else {
        println!("skipped: RAMP_REFERENCE_PYTHON is not set");
        return;
    };
    let table = rows();
    let bundles: Vec<Vec<u8>> = table.iter().map(|row| row.bundle.clone()).collect();
    for (row, answer) in table.iter().zip(ask(&python, &bundles)) {
        let expected = match row.outcome {
            Outcome::Accepted => "accepted".to_owned(),
            Outcome::Reason(reason) => format!("reason {reason}"),
            Outcome::Refused(words) => format!("refused {words}"),
            Outcome::Exception(name) => format!("exception {name}"),
        };
        assert_eq!(answer, expected, "{}", row.input);
    }

    // What a cluster refuses is not for the unpacker to say.
    let of_target = |id: &str| rules::find(id).is_some_and(|rule| rule.group == Group::Target);
    let no_cluster = |case: &&crate::cases::Case| !of_target(case.rule) && case.rule != "archive-bomb";
    let mut bundles: Vec<Vec<u8>> =
        CASES.iter().filter(no_cluster).flat_map(|case| [case.bad.clone(), case.good.clone()]).collect();
    bundles.extend(flipped());
    let answers = ask(&python, &bundles);
    assert_eq!(answers.len(), bundles.len());
    let mut differences = 0;
    for (bundle, theirs) in bundles.iter().zip(answers) {
        let ours = ours(&report(bundle, &Target::default(), &Policy::reference()));
        let without_reason = theirs.starts_with("refused") || theirs.starts_with("exception");
        if ours != theirs && !(ours == "no reason" && without_reason) {
            differences += 1;
            println!("ours {ours}, theirs {theirs}: {}", STANDARD.encode(bundle));
        }
    }
    println!("{} bundles, {differences} differences", bundles.len());
    assert_eq!(differences, 0);
}
