//! The same manifests to us and to the reference packer's YAML loader; equal values, or both fail.
//!
//! Opt-in: `RAMP_REFERENCE_PYTHON=/path/to/python3.11`, one that has the package `ramp-packer`; and, for real
//! manifests, `RAMP_REFERENCE_MANIFESTS`, a folder of them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ramp_core::metadata::Value;
use ramp_core::metadata::json::read;
use ramp_core::module::Discovery;
use ramp_fixtures::dice::Dice;
use ramp_pack::manifest::Manifest;
use ramp_pack::{Options, json};

use crate::assemble::{command, options, shown_plainly};
use crate::documents::{SCALARS, document};
use crate::testdata;

/// Every value as Python writes it; `None` if it cannot be read.
fn ours(bytes: &[u8]) -> Result<String, String> {
    let manifest = Manifest::read(bytes).map_err(|error| error.to_string())?;
    let mut members: Vec<_> = manifest.entries.iter().map(|(key, value, _)| (key, json::to_string(value))).collect();
    members.sort();
    Ok(format!("{members:?}"))
}

fn theirs(line: &str) -> Result<String, String> {
    let answer: serde_json::Value = serde_json::from_str(line).unwrap();
    let Some(text) = answer["json"].as_str() else {
        return Err(format!("{}: {}", answer["exception"], answer["text"]));
    };
    let Value::Object(object) = read(text.as_bytes()).unwrap().root else { panic!("{text}") };
    let mut members: Vec<_> = object.iter().map(|(key, value)| (key.to_owned(), json::to_string(value))).collect();
    members.sort();
    Ok(format!("{members:?}"))
}

/// What a script answers to each line.
fn ask(python: &str, script: &str, input: String) -> Vec<String> {
    let mut child = Command::new(python)
        .arg(testdata("reference").join(script))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the reference's Python");
    let mut stdin = child.stdin.take().unwrap();
    let lines = input.lines().count();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let answers: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), lines);
    answers
}

fn compare(python: &str, documents: &[Vec<u8>]) {
    let input = documents.iter().map(|document| STANDARD.encode(document) + "\n").collect();
    let (mut read, mut refused, mut differ) = (0, 0, Vec::new());
    for (document, line) in documents.iter().zip(ask(python, "manifest_outcomes.py", input)) {
        match (ours(document), theirs(&line)) {
            (Ok(ours), Ok(theirs)) if ours == theirs => read += 1,
            (Err(_), Err(_)) => refused += 1,
            (ours, theirs) => {
                differ.push(format!("{:?}\n  ours   {ours:?}\n  theirs {theirs:?}", String::from_utf8_lossy(document)));
            }
        }
    }
    println!("{read} read alike, {refused} refused by both, {} differ", differ.len());
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// The options of a case as the command line has them, and as the library does.
fn option_sets() -> Vec<(Vec<&'static str>, Options)> {
    let value = |text: &str| read(text.as_bytes()).unwrap().root;
    vec![
        (vec![], Options::default()),
        (
            vec![
                "-n", "named", "-a", "me", "-e", "", "-d", "Näme", "-b", "Cap", "-h", "http://x", "-l", "MIT", "-D",
                "d",
            ],
            options([
                ("module_name", "named".into()),
                ("author", "me".into()),
                ("email", "".into()),
                ("display_name", "Näme".into()),
                ("capability_name", "Cap".into()),
                ("homepage", "http://x".into()),
                ("license", "MIT".into()),
                ("description", "d".into()),
            ]),
        ),
        (
            vec![
                "-A",
                "x86_64",
                "-O",
                "Linux",
                "-c",
                "A 1",
                "--runcmdargs",
                "B 2",
                "-r",
                "7.2",
                "-R",
                "7.4",
                "-cr",
                "8.0",
                "-cc",
                "CONF",
                "--bigstore-version-2-support",
                "-C",
                "types",
                "-E",
                "ft.search",
                "--overide-command",
                r#"{"command_name": "FT.ADD", "command_arity": 1.5}"#,
                "--add-command",
                r#"{"command_name": "NEW", "x": null}"#,
            ],
            options([
                ("architecture", "x86_64".into()),
                ("os", "Linux".into()),
                ("command_line_args", "A 1".into()),
                ("run_command_line_args", "B 2".into()),
                ("min_redis_version", "7.2".into()),
                ("min_redis_pack_version", "7.4".into()),
                ("compatible_redis_version", "8.0".into()),
                ("config_command", "CONF".into()),
                ("bigstore_version_2_support", true.into()),
                ("capabilities", vec!["types"].into()),
                ("exclude_commands", vec!["ft.search"].into()),
                ("overide_command", vec![value(r#"{"command_name": "FT.ADD", "command_arity": 1.5}"#)].into()),
                ("add_command", vec![value(r#"{"command_name": "NEW", "x": null}"#)].into()),
            ]),
        ),
    ]
}

#[test]
fn metadata_is_what_the_reference_writes() {
    let Some(python) = reference() else { return };
    let mut cases = Vec::new();
    for manifest in manifests().into_iter().filter(|text| Manifest::read(text.as_bytes()).is_ok()) {
        for (arguments, options) in option_sets() {
            cases.push((manifest.clone(), arguments, options));
        }
    }
    let names = ["FT.ADD", "FT.SUGADD", "ft.search", "FT.CREATE", "FT.AGGREGATE"];
    let discovery =
        Discovery { module_name: "search".to_owned(), version: 20803, commands: names.map(command).to_vec() };
    let template = "x-{module_name}.{os}-{architecture}.{semantic_version}-{min_redis_version}.zip";
    let input = cases.iter().map(|(manifest, arguments, _)| {
        let case = serde_json::json!({ "manifest": manifest, "options": arguments, "template": template, "discovery": discovery });
        case.to_string() + "\n"
    });
    let answers = ask(&python, "assemble_outcomes.py", input.collect());
    let mut differ = Vec::new();
    for ((manifest, arguments, options), line) in cases.iter().zip(answers) {
        let theirs: serde_json::Value = serde_json::from_str(&line).unwrap();
        let ours = shown_plainly(manifest, options, &discovery, template);
        let ours = ours.map(|(json, name)| serde_json::json!({ "json": json, "name": name }));
        if ours.as_ref() != Ok(&theirs) {
            differ.push(format!("{arguments:?}\n{manifest}\n  ours   {ours:?}\n  theirs {theirs}"));
        }
    }
    println!("{} packed alike, {} differ", cases.len() - differ.len(), differ.len());
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

fn reference() -> Option<String> {
    let python = std::env::var("RAMP_REFERENCE_PYTHON").ok();
    if python.is_none() {
        println!("skipped: RAMP_REFERENCE_PYTHON is not set");
    }
    python
}

#[test]
fn generated_manifests_are_read_as_the_reference_reads_them() {
    let Some(python) = reference() else { return };
    let mut dice = Dice::new(11);
    let mut documents: Vec<Vec<u8>> = SCALARS.iter().map(|scalar| format!("k: {scalar}\n").into_bytes()).collect();
    documents.extend((0..6000).map(|_| document(&mut dice).into_bytes()));
    compare(&python, &documents);
}

#[test]
fn whole_manifests_are_read_as_the_reference_reads_them() {
    let Some(python) = reference() else { return };
    let documents: Vec<Vec<u8>> = manifests().into_iter().map(String::into_bytes).collect();
    compare(&python, &documents);
}

/// Our manifests and those of the folder given, in all forms.
fn manifests() -> Vec<String> {
    let mut folders = vec![testdata("manifests")];
    folders.extend(std::env::var_os("RAMP_REFERENCE_MANIFESTS").map(Into::into));
    let mut documents = Vec::new();
    for folder in folders {
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.extension() == Some("yml".as_ref())) {
            documents.extend(filled_in(file));
        }
    }
    documents
}

/// A manifest as it is, and with its placeholders filled in, with each end of line.
fn filled_in(file: &Path) -> [String; 3] {
    let text = std::fs::read_to_string(file).unwrap();
    let mut filled = String::new();
    for (index, part) in text.split("{{").enumerate() {
        match part.split_once("}}").filter(|_| index > 0) {
            Some((name, rest)) => filled.extend(["value_of_", name.trim(), rest]),
            None => filled += part,
        }
    }
    let windows = filled.replace('\n', "\r\n");
    [text, filled, windows]
}
