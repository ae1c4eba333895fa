//! What becomes in each format of a finding that does not count.

use std::io::{Cursor, Write as _};

use clap::ValueEnum as _;
use ramp_core::{Policy, Suppression, Target};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Look, Outcome, Sink, Verdict, reporter};
use crate::args::format::Format;

const REASON: &str = "the build server reads it";

/// A bundle with a key that nothing reads, and a module that is none.
fn bundle() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [("module.json", r#"{"module_name": "a", "colour": "red"}"#), ("a.so", "no module")] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn outcome(policy: &Policy) -> Outcome {
    let target = Target::default();
    let report = ramp_core::validate(Cursor::new(bundle()), &target, policy).unwrap();
    let verdict = Verdict::Judged(Box::new(report));
    Outcome { bundle: "a.zip".to_owned(), verdict, policy: policy.clone(), target, label: None, asked: None }
}

fn written(format: Format, look: &Look, policy: &Policy) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    let mut sink = Sink::file(&path, format.content()).unwrap();
    let mut report = reporter(format, look);
    report.add(&[outcome(policy)], &mut sink).unwrap();
    report.finish(&mut sink).unwrap();
    sink.close().unwrap();
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn what_is_suppressed_is_marked_or_left_out() {
    let known = Suppression::new(REASON).until("2030-01-31".parse().unwrap());
    let suppressing = Policy::strict().suppressing("unknown-key", known).unwrap();
    let message = "is not a key of";
    for format in Format::value_variants() {
        let counts = written(*format, &Look::default(), &Policy::strict());
        assert!(counts.contains(message) && !counts.contains(REASON), "{format:?}: {counts}");
        let text = written(*format, &Look::default(), &suppressing);
        let (is_there, is_marked) = (text.contains(message), text.contains(REASON));
        match format {
            Format::Human | Format::Markdown => {
                assert!(!is_there && text.contains("1 suppressed"), "{format:?}: {text}");
                let all = written(*format, &Look { all: true, ..Look::default() }, &suppressing);
                let all: Vec<&str> = all.split_whitespace().collect();
                let told = format!("suppressed until 2030-01-31: {REASON}");
                assert!(all.join(" ").contains(message) && all.join(" ").contains(&told), "{all:?}");
            }
            Format::Json | Format::Jsonl | Format::Sarif | Format::Junit => assert!(is_there && is_marked, "{text}"),
            Format::Github | Format::Gitlab | Format::Azure | Format::Rdjson => assert!(!is_there, "{text}"),
        }
    }
}
