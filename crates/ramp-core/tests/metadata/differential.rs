//! The same documents to us and to the reference unpacker, in Python; every outcome must be the same.
//!
//! Opt-in: `RAMP_REFERENCE_PYTHON=/path/to/python3.11`, one that has the package `ramp-packer`.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ramp_core::metadata::json::{self, MAX_DEPTH};
use ramp_core::metadata::python::{REPR_LIMIT, int_of_float, parse_os};
use ramp_core::metadata::{Document, Note, Value};
use ramp_fixtures::dice::Dice;

use crate::first_rejection;
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

const FIELDS: [&str; 6] = ["module_name", "module_file", "architecture", "version", "os_list", "operating_systems"];

const DEFAULTS: [&str; 6] =
    [r#""m""#, r#""m.so""#, r#""x86_64""#, "20803.0", r#"["rhel8"]"#, r#"["ubuntu22", "rhel9"]"#];

/// Values of every type and trick.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "0.0",
    "-0.0",
    "1",
    "-5",
    "1.9",
    "-1.9",
    "1e3",
    "1E+2",
    "1e-999",
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "-Infinity",
    "9007199254740993",
    "18446744073709551616",
    "123456789.5e-3",
    "1e16",
    "1e15",
    "1e22",
    "0.0001",
    "0.00001",
    "5e-324",
    "1.7976931348623157e308",
    "1.7976931348623159e308",
    "0.1e1",
    r#""""#,
    r#"" ""#,
    r#""0""#,
    r#"" 7 ""#,
    r#""10_203""#,
    r#""1__0""#,
    r#""_1""#,
    r#""1_""#,
    r#""1_0 ""#,
    r#""1.5e1""#,
    r#""1e400""#,
    r#""inf""#,
    r#""-Infinity""#,
    r#""nan""#,
    r#""+NaN""#,
    r#""infin""#,
    r#""8.4.0""#,
    r#""abc""#,
    r#"".5""#,
    r#""5.""#,
    r#"".""#,
    r#""0x10""#,
    r#""\u0661\u0662""#,
    r#""\uff11e\u0967""#,
    r#""\ud835\udfd9""#,
    r#""\u00a07\u2003""#,
    r#""\u001c7""#,
    r#""7\u0085""#,
    r#""1\u0000""#,
    r#""\u00b2""#,
    r#""\ufeff1""#,
    r#""1\u066b5""#,
    r#""\ud800""#,
    r#""\udc00\ud800""#,
    r#""\ufffd""#,
    r#""x86_64""#,
    r#""aarch64""#,
    r#""arm64""#,
    r#""X86_64""#,
    r#""rhel8""#,
    r#""ubuntu18.04""#,
    r#""bionic""#,
    r#""8""#,
    r#""22ubuntu""#,
    r#""Red Hat 8.9.1.2""#,
    r#""a\u0661.\u0662""#,
    r#""a1..2""#,
    r#""a.1""#,
    r#""_1""#,
    r#""\u00e98""#,
    r#""it's""#,
    r#""\"'\n\u007f\u200b\\""#,
    "[]",
    "[1]",
    r#"["rhel8"]"#,
    r#"["rhel8", "bionic"]"#,
    r#"["rhel8", null]"#,
    "[[]]",
    r#"[["a", 1, null, true, 1.0]]"#,
    "[8]",
    "[NaN]",
    r#"[{"a": {"b": ["c", 1e16]}}]"#,
    r#"["it's", 1]"#,
    r#"[["it's", "\"", "\u00a0\u0000\ud83d\ude00"]]"#,
    r#"["amzn2023", "\u0661a"]"#,
    r#"["\ud800a1", "b2"]"#,
    r#"["\ud800"]"#,
    "[1.5e300]",
    "[-0]",
    "[false]",
    "{}",
    r#"{"a": 1}"#,
    r#"{"rhel8": null, "amzn2": []}"#,
    r#"{"rhel8": 1, "rhel8": 2}"#,
    r#"{"bionic": 1}"#,
    r#"{"a1\ud800": 1, "a1\ud801": 2}"#,
];

fn document(values: &[&str; 6], order: &[usize]) -> String {
    let members: Vec<_> = order.iter().map(|i| format!("\"{}\": {}", FIELDS[*i], values[*i])).collect();
    format!("{{{}}}", members.join(", "))
}

fn crafted() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    let order = [0, 1, 2, 3, 4, 5];
    for (index, _) in FIELDS.iter().enumerate() {
        let without: Vec<_> = order.into_iter().filter(|i| *i != index).collect();
        all.push(document(&DEFAULTS, &without).into());
        for value in VALUES {
            let mut values = DEFAULTS;
            values[index] = value;
            all.push(document(&values, &order).into());
        }
    }
    // As the whole document, in a list, as a part of a key, and unfinished.
    for value in VALUES {
        all.push((*value).into());
        all.push(format!(" [{value} ,{value}]\n").into());
        all.push(format!("{value}x").into());
        all.push(value.get(..value.len() - 1).unwrap_or(value).into());
    }
    for literal in [
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "1.5E-",
        "--1",
        "0x1",
        "1_0",
        "nan",
        "inf",
        "-NaN",
        "Infinit",
        "- 1",
        "00",
        "-01",
        "1.5.5",
        "tru",
        "True",
        "None",
        "nulll",
        "'a'",
        "\u{a0}1",
        "1\u{b}",
        "\u{feff}1",
        "/**/1",
        "1 2",
        "[1,]",
        "{,}",
        "{1:2}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "[,1]",
        "]",
        "[1}",
        "{\"a\":1]",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\\udc00",
        "\"\\ud800\\u12zz\"",
        "\"\\ud800\\n\"",
        "\"a\nb\"",
        "\"\u{7f}\"",
        "\"\u{e9}\t\"",
        "\"\\\"",
        "\"\\",
        "[\"\\u1234",
        "[\"\\ud800\\udc0",
    ] {
        all.push(literal.into());
        all.push(format!("{{\"module_file\": {literal}}}").into());
        all.push(format!("\r\n\t [1, \"𐀀\n{literal}").into());
    }
    for digits in [4299, 4300, 4301, 5000] {
        for (before, after) in [("", ""), ("-", ""), ("", ".0"), ("", "e1"), ("0.", ""), ("\"", "\""), ("[-", "]")] {
            let number = format!("{before}{}{after}", "1".repeat(digits));
            let mut values = DEFAULTS;
            values[3] = &number;
            all.push(document(&values, &order).into());
        }
    }
    for zeros in [300, 400, 2000, 70_000] {
        for number in [
            format!("0.{}1e{zeros}", "0".repeat(zeros)),
            format!("1{}e-{zeros}", "0".repeat(zeros)),
            format!("0e{zeros}"),
            format!("1e{zeros}"),
            format!("123{}.5e-{zeros}", "0".repeat(zeros)),
        ] {
            for number in [number.clone(), format!("\"{number}\"")] {
                let mut values = DEFAULTS;
                values[3] = &number;
                all.push(document(&values, &order).into());
            }
        }
    }
    for depth in MAX_DEPTH - 8..MAX_DEPTH + 3 {
        for (open, inner, close) in [
            ("[", "", "]"),
            ("[", "1", "]"),
            ("[", "NaN", "]"),
            ("[", "1 2", "]"),
            ("[", "x", "]"),
            ("[", "\"\\x\"", "]"),
            ("{\"a\":", "1", "}"),
            ("{\"a\":", "{", "}"),
            ("{\"a\":", "{\"a\" 1}", "}"),
            ("{\"a\":", "-Infinity", "}"),
            ("[", "1", "}"),
            ("[", "\"", ""),
            ("[", "\"\\ud800\"", "]"),
            ("[", "1.5e3", "]"),
            ("[", "{}", "]"),
            ("[", "[]", "]"),
        ] {
            let nested = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
            all.push(nested.clone().into());
            all.push(format!("[{nested}").into());
        }
        all.push(format!("{}{}", "[".repeat(depth), "1".repeat(4301)).into());
        let nested = format!("[{}{}]", "[".repeat(depth - 2), "]".repeat(depth - 2));
        let mut values = DEFAULTS;
        values[4] = &nested;
        all.push(document(&values, &order).into());
    }
    all
}

fn encode(text: &str, encoding: usize) -> Vec<u8> {
    let utf16 = text.encode_utf16();
    let utf32 = text.chars().map(u32::from);
    match encoding {
        0 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        1 => utf16.flat_map(u16::to_le_bytes).collect(),
        2 => utf16.flat_map(u16::to_be_bytes).collect(),
        3 => utf32.flat_map(u32::to_le_bytes).collect(),
        4 => utf32.flat_map(u32::to_be_bytes).collect(),
        5 => [0xFEFF].into_iter().chain(utf16).flat_map(u16::to_le_bytes).collect(),
        6 => [0xFEFF].into_iter().chain(utf16).flat_map(u16::to_be_bytes).collect(),
        7 => [0xFEFF].into_iter().chain(utf32).flat_map(u32::to_le_bytes).collect(),
        _ => [0xFEFF].into_iter().chain(utf32).flat_map(u32::to_be_bytes).collect(),
    }
}

fn mutated(dice: &mut Dice) -> Vec<u8> {
    let mut values = DEFAULTS;
    for _ in 0..dice.roll(3) {
        values[dice.roll(6)] = dice.pick(VALUES);
    }
    let order: Vec<_> =
        (0..6 + dice.roll(3)).map(|i| if i < 6 && dice.roll(8) > 0 { i } else { dice.roll(6) }).collect();
    let text = document(&values, &order);
    let mut bytes = if dice.roll(3) == 0 { encode(&text, dice.roll(9)) } else { text.into_bytes() };
    for _ in 0..dice.roll(4) {
        let at = dice.roll(bytes.len().max(1));
        match dice.roll(7) {
            0 => bytes.truncate(at),
            1 if !bytes.is_empty() => bytes[at] ^= 1 << dice.roll(8),
            2 if !bytes.is_empty() => {
                bytes.remove(at);
            }
            3 => bytes
                .insert(at, *dice.pick(&[&b'"', &b'\\', &b'{', &b']', &b',', &b'0', &b'e', &0xED, &0xFF, &0, &b'\n'])),
            4 => {
                let tail = bytes.split_off(at);
                bytes.extend_from_slice(dice.pick(&[
                    &b"\xED\xA0\x80"[..],
                    b"\xED\xB0\x80",
                    b"\xC3\xA9",
                    b"\xF0\x9F\x98\x80",
                    b"\xE2\x80",
                    b"\xF4\x90\x80\x80",
                    b"\\ud83d",
                    b"\\ude00",
                    b"\\u0000",
                    b"NaN",
                    b"\x00\xD8",
                    b"\xD8\x00",
                    b"\xEF\xBB\xBF",
                    b"\xC0\x80",
                ]));
                bytes.extend_from_slice(&tail);
            }
            _ => {}
        }
    }
    bytes
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
