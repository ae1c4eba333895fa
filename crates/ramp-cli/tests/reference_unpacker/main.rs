//! Whole bundles: the answer is the reference unpacker's, by whatever policy.
//!
//! It is a Python package, so this test is ignored unless asked for:
//!
//! ```text
//! python3.11 -m venv /tmp/reference && /tmp/reference/bin/pip install ramp-packer==2.5.19
//! RAMP_REFERENCE_PYTHON=/tmp/reference/bin/python cargo test -p ramp-cli --test reference_unpacker -- --ignored
//! ```

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout, reason = "test code")]

mod cases;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

/// What `testdata/reference/unpack.py` prints of a bundle.
#[derive(Debug, Deserialize)]
struct Theirs {
    accepted: bool,
    error_code: Option<String>,
    exception: Option<String>,
    message: Option<String>,
}

#[test]
#[ignore = "needs the reference unpacker: see the top of tests/reference_unpacker/main.rs"]
fn the_answer_agrees_with_the_reference_unpacker() {
    let cases = cases::all();
    let directory = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..cases.len()).map(|index| format!("{index:05}.zip")).collect();
    for (name, case) in names.iter().zip(&cases) {
        fs::write(directory.path().join(name), &case.bytes).unwrap();
    }
    let (ours, theirs) = (ours(directory.path(), &names), theirs(directory.path(), &names));
    let (mut seen, mut failures) = (BTreeMap::<_, usize>::new(), Vec::new());
    for (((case, name), ours), theirs) in cases.iter().zip(&names).zip(&ours).zip(&theirs) {
        assert_eq!(ours["bundle"], **name, "one result a bundle, in order");
        let answer = &ours["answer"];
        let (code, reason) = (answer["error_code"].as_str(), answer["reason"].as_str());
        let accepted = answer["accepted"] == true;
        let refused_as_invalid = accepted || code == Some("invalid_module");
        if accepted != theirs.accepted || reason != theirs.error_code.as_deref() || !refused_as_invalid {
            let Theirs { accepted, error_code, exception, message } = theirs;
            failures.push(format!(
                "{}: the reference says {accepted}, {error_code:?} ({exception:?}: {message:?}); we say {answer}",
                case.what
            ));
        }
        *seen.entry((theirs.accepted, theirs.exception.as_deref(), theirs.error_code.as_deref())).or_default() += 1;
    }
    for ((accepted, exception, error_code), count) in &seen {
        println!("{count:6}  accepted {accepted}, {exception:?}, {error_code:?}");
    }
    // Were one of them missing, the cases would not be worth much.
    for code in [
        "invalid_number_of_files",
        "module_architecture_not_supported",
        "module_name_missing",
        "module_os_list_invalid",
        "module_version_missing",
        "module_version_not_integer",
    ] {
        assert!(theirs.iter().any(|t| t.error_code.as_deref() == Some(code)), "no case is refused as {code}");
    }
    let shown = failures.iter().take(60).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} of {} cases differ:\n{shown}", failures.len(), cases.len());
    println!("{} cases agree", cases.len());
}

fn ours(directory: &Path, names: &[String]) -> Vec<Value> {
    let results = names.chunks(1000).flat_map(|names| {
        let output = Command::new(env!("CARGO_BIN_EXE_ramp"))
            .args(["validate", "--policy", "strict", "--format", "jsonl", "--fail-on", "never"])
            .args(names)
            .current_dir(directory)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        let lines = serde_json::Deserializer::from_slice(&output.stdout).into_iter().collect::<Result<Vec<_>, _>>();
        lines.unwrap()
    });
    let results: Vec<Value> = results.collect();
    assert_eq!(results.len(), names.len());
    results
}

fn theirs(directory: &Path, names: &[String]) -> Vec<Theirs> {
    let python = std::env::var_os("RAMP_REFERENCE_PYTHON")
        .expect("RAMP_REFERENCE_PYTHON must name a Python 3.11 that has the package ramp-packer");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/reference/unpack.py");
    let mut child = Command::new(python)
        .arg(script)
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the Python of RAMP_REFERENCE_PYTHON runs");
    let mut input = child.stdin.take().unwrap();
    let list = names.join("\n") + "\n";
    // Beside the reading: neither pipe holds it all.
    let writer = std::thread::spawn(move || input.write_all(list.as_bytes()));
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the reference unpacker could not be run: {}", output.status);
    writer.join().unwrap().unwrap();
    let answers: Result<Vec<Theirs>, _> = serde_json::Deserializer::from_slice(&output.stdout).into_iter().collect();
    let answers = answers.unwrap();
    assert_eq!(answers.len(), names.len());
    answers
}
