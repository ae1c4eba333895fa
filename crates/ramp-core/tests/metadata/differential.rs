//! The same documents to us and to the reference unpacker, in Python; every outcome must be the same.
//!
//! Opt-in: `RAMP_REFERENCE_PYTHON=/path/to/python3.11`, one that has the package `ramp-packer`.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ramp_core::metadata::json;
use ramp_core::metadata::python::{REPR_LIMIT, int_of_float, parse_os};
use ramp_core::metadata::{Document, Note, Value};
use ramp_fixtures::dice::Dice;

use crate::first_rejection;
use crate::inputs::{crafted, mutated};
use crate::python::{leaves, raised_by};

/// What decides: an acceptance, or the exception and the unpacker's code, and the text if it is comparable.
#[derive(Debug, PartialEq)]
enum Outcome {
    Accepted { version: i64, os_list: serde_json::Value, operating_systems: serde_json::Value },
    Failed { exception: String, error_code: Option<String>, text: Option<String> },
}

/// What the unpacker makes of a list of systems that it accepts; iterating a dictionary gives its keys.
fn pairs(list: Option<&Value>) -> serde_json::Value {
    let items: Vec<Value> = match list {
        None => return serde_json::Value::Null,
        Some(Value::Array(items)) => items.clone(),
        Some(Value::Object(object)) => object.keys().map(Value::from).collect(),
        Some(other) => other.as_str().unwrap().chars().map(|c| c.to_string().into()).collect(),
    };
    let parsed = items.iter().map(|item| parse_os(item).unwrap());
    parsed.map(|os| serde_json::json!([os.name, os.version])).collect()
}

fn ours(bytes: &[u8]) -> Outcome {
    let document = match json::read(bytes) {
        Ok(document) => document,
        Err(error) => {
            let exception = raised_by(&error).unwrap();
            let text = (exception == "JSONDecodeError").then(|| error.to_string());
            return Outcome::Failed { exception: exception.to_owned(), error_code: None, text };
        }
    };
    match first_rejection(&document) {
        None => Outcome::Accepted {
            version: int_of_float(document.root.get("version").unwrap()).unwrap(),
            os_list: pairs(document.root.get("os_list")),
            operating_systems: pairs(document.root.get("operating_systems")),
        },
        Some(rejection) => Outcome::Failed {
            exception: leaves(&rejection).to_owned(),
            error_code: rejection.reason().map(str::to_owned),
            text: Some(rejection.to_string()).filter(|text| text.len() < REPR_LIMIT && is_exact(&document)),
        },
    }
}

/// Lone surrogates cannot be printed alike.
fn is_exact(document: &Document) -> bool {
    !document.notes.iter().any(|note| matches!(note, Note::LoneSurrogate { .. }))
}

fn theirs(line: &str, compare_text: bool) -> Outcome {
    let answer: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = |key: &str| answer[key].as_str().map(str::to_owned);
    match text("exception") {
        Some(exception) => {
            Outcome::Failed { exception, error_code: text("error_code"), text: text("text").filter(|_| compare_text) }
        }
        None => Outcome::Accepted {
            version: clamp(answer["version"].as_str().unwrap()),
            os_list: answer["os_list"].clone(),
            operating_systems: answer["operating_systems"].clone(),
        },
    }
}

fn clamp(version: &str) -> i64 {
    version.parse().unwrap_or(if version.starts_with('-') { i64::MIN } else { i64::MAX })
}

#[test]
fn agrees_with_the_reference_unpacker() {
    let Some(python) = std::env::var_os("RAMP_REFERENCE_PYTHON") else {
        println!("skipped: RAMP_REFERENCE_PYTHON is not set");
        return;
    };
    let mut documents = crafted();
    let mut dice = Dice::new(2_519);
    documents.extend((0..20_000).map(|_| mutated(&mut dice)));

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/reference/metadata_outcomes.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the reference runs");
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<_> = documents.iter().map(|document| STANDARD.encode(document) + "\n").collect();
    let writer = std::thread::spawn(move || lines.iter().try_for_each(|line| stdin.write_all(line.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "the reference failed");
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), documents.len());

    let mut differences = 0;
    let mut accepted = 0;
    for (bytes, answer) in documents.iter().zip(answers.lines()) {
        let ours = ours(bytes);
        let theirs = theirs(answer, !matches!(&ours, Outcome::Failed { text: None, .. }));
        accepted += usize::from(matches!(theirs, Outcome::Accepted { .. }));
        if ours != theirs {
            differences += 1;
            let shown = String::from_utf8_lossy(bytes);
            let shown: String = shown.chars().take(300).collect();
            println!("{shown:?}\n  ours   {ours:?}\n  theirs {theirs:?}");
        }
    }
    println!("{} documents, of which {accepted} accepted; {differences} differences", documents.len());
    assert_eq!(differences, 0);
}
