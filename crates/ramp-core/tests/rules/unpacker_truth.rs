//! What the reference unpacker makes of each input: a table in the documentation whose every row is tested.

use std::fmt::Write as _;

use ramp_core::{Policy, Report, Target, UploadErrorCode};
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::zip::Entry;
use serde_json::{Value, json};

use crate::cases::{good, report, set, zip};
use crate::docs::compare;
use crate::unpack::text;

/// What the reference answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It takes the bundle.
    Accepted,
    /// It refuses it with its own code.
    Reason(&'static str),
    /// It refuses it without a code, and these words.
    Refused(&'static str),
    /// It ends with an exception that it does not catch.
    Exception(&'static str),
}

use Outcome::{Accepted, Exception, Reason, Refused};

/// One input, and what becomes of it.
pub(crate) struct Row {
    pub(crate) input: &'static str,
    pub(crate) bundle: Vec<u8>,
    pub(crate) outcome: Outcome,
}

/// Every row.
pub(crate) fn rows() -> Vec<Row> {
    archive_rows().into_iter().chain(json_rows()).chain(field_rows()).collect()
}

fn row(input: &'static str, bundle: impl Into<Vec<u8>>, outcome: Outcome) -> Row {
    Row { input, bundle: bundle.into(), outcome }
}

/// A bundle with one more entry.
fn with(entry: Entry) -> Vec<u8> {
    zip(|zip| zip.entries.push(entry)).build()
}

const FILES: Outcome = Reason("invalid_number_of_files");
const EXTRACT: Outcome = Refused("Failed to extract bundle");
const READ: Outcome = Refused("Failed to read module.json");

fn archive_rows() -> Vec<Row> {
    let whole = good().build();
    let moved = |name: &str| {
        let renamed = |entry: &mut Entry| *entry = entry.clone().both(|header| header.name = name.as_bytes().to_vec());
        let mut zip = set("module_file", name).zip();
        renamed(&mut zip.entries[0]);
        zip.build()
    };
    vec![
        row("an empty file", *b"", EXTRACT),
        row("a text file", *b"not a zip, whatever its name says", EXTRACT),
        row("the first half of a bundle", &whole[..whole.len() / 2], EXTRACT),
        row("a zip without entries", zip(|zip| zip.entries.clear()), Exception("KeyError")),
        row("the module alone", zip(|zip| drop(zip.entries.pop())), Exception("KeyError")),
        row("a shell script in front of the zip", zip(|zip| zip.prefix = b"#!/bin/sh\n".to_vec()), Accepted),
        row("bytes behind the zip", zip(|zip| zip.suffix = b"signature".to_vec()), Accepted),
        row(
            "`module.json` in a folder only",
            zip(|zip| {
                zip.entries[1] = zip.entries[1].clone().both(|header| header.name = b"m/module.json".to_vec());
            }),
            FILES,
        ),
        row(
            "names that start with `./`",
            zip(|zip| {
                zip.entries[1] = zip.entries[1].clone().both(|header| header.name = b"./module.json".to_vec());
            }),
            FILES,
        ),
        row("a `README.md`", with(Entry::stored("README.md", b"")), FILES),
        row("a directory entry", with(Entry::directory("m/")), FILES),
        row("the directory entry `deps/`", with(Entry::directory("deps/")), Accepted),
        row(
            "debug information beside the module, `testmodule.so.debug`",
            with(Entry::stored("testmodule.so.debug", b"")),
            FILES,
        ),
        row("a second `.so`", with(Entry::stored("other.so", b"")), FILES),
        row("a second `.so`, under `deps/`", with(Entry::stored("deps/helper.so", b"")), FILES),
        row("the module in a folder, named by `module_file`", moved("lib/testmodule.so"), Accepted),
        row(
            "`module.json` twice, the first of them no JSON",
            zip(|zip| {
                zip.entries.insert(1, Entry::stored("module.json", b"{"));
            }),
            Accepted,
        ),
        row(
            "a module whose checksum is wrong",
            zip(|zip| {
                zip.entries[0] = zip.entries[0].clone().both(|header| header.crc32 ^= 1);
            }),
            Accepted,
        ),
        row("a module of 11 MB", good().module(big()), Accepted),
        row(
            "an encrypted module",
            zip(|zip| zip.entries[0] = zip.entries[0].clone().both(|h| h.flags |= 1)),
            Exception("RuntimeError"),
        ),
    ]
}

/// A module with megabytes of comment.
fn big() -> Vec<u8> {
    ElfBuilder::module().comment(&"x".repeat(11 << 20)).build()
}

fn json_rows() -> Vec<Row> {
    let document = text(&good().metadata_text());
    let write = |bytes: Vec<u8>| good().metadata_bytes(bytes);
    vec![
        row("a trailing comma", write(document.replace("10203", "10203,").into_bytes()), READ),
        row(
            "Latin-1",
            write([&document.as_bytes()[..2], b"\"a\": \"\xe4\",", &document.as_bytes()[2..]].concat()),
            READ,
        ),
        row("a byte order mark", write(format!("\u{feff}{document}").into_bytes()), Accepted),
        row("`NaN` in a field that nobody checks", write(document.replace("\"MIT\"", "NaN").into_bytes()), Accepted),
        row("a list", write(b"[]".to_vec()), Exception("TypeError")),
        row("nested 100,000 deep", write(vec![b'['; 100_000]), Exception("RecursionError")),
        row("`module_file` missing", good().without("module_file"), Exception("KeyError")),
        row("`module_file` in another letter case", set("module_file", "TestModule.so"), Exception("KeyError")),
        row("`module_file` a list", set("module_file", json!([])), Exception("TypeError")),
        row("`sha256` of another file", set("sha256", "0".repeat(64)), Accepted),
    ]
}

fn field_rows() -> Vec<Row> {
    let name = "module_name_missing";
    let architecture = Reason("module_architecture_not_supported");
    let missing = Reason("module_version_missing");
    let not_integer = Reason("module_version_not_integer");
    let systems = Reason("module_os_list_invalid");
    let of =
        |field: &'static str| move |input: &'static str, value: Value, outcome| row(input, set(field, value), outcome);
    let (arch, version, os) = (of("architecture"), of("version"), of("operating_systems"));
    let mut rows = vec![
        row("`module_name` empty", set("module_name", ""), Reason(name)),
        row("`module_name` null", set("module_name", Value::Null), Reason(name)),
        row("`module_name` missing", good().without("module_name"), Exception("KeyError")),
        row("`architecture` missing", good().without("architecture"), Exception("KeyError")),
        arch("`architecture` `aarch64`", json!("aarch64"), Accepted),
        arch("`architecture` `arm64`", json!("arm64"), architecture),
        arch("`architecture` `arm64v8`", json!("arm64v8"), architecture),
        arch("`architecture` `i386`", json!("i386"), architecture),
        arch("`architecture` `X86_64`", json!("X86_64"), architecture),
        arch("`architecture` null", Value::Null, architecture),
        arch("`architecture` an object", json!({}), Exception("TypeError")),
        row("`version` missing", good().without("version"), Exception("KeyError")),
        version("`version` `0`", json!(0), missing),
        version("`version` `0.0`", json!(0.0), missing),
        version("`version` `\"\"`", json!(""), missing),
        version("`version` null", Value::Null, missing),
        version("`version` `\"0\"`", json!("0"), Accepted),
        version("`version` `10203.0`", json!(10203.0), Accepted),
        version("`version` `\"1.9\"`", json!("1.9"), Accepted),
        version("`version` true", json!(true), Accepted),
        version("`version` `-5`", json!(-5), Accepted),
        version("`version` `\" 7 \"`", json!(" 7 "), Accepted),
        version("`version` `\"10_000\"`", json!("10_000"), Accepted),
        version("`version` `\"8.4.0\"`", json!("8.4.0"), not_integer),
        version("`version` `\"abc\"`", json!("abc"), not_integer),
        version("`version` a list", json!([1]), not_integer),
        version("`version` an object", json!({"a": 1}), not_integer),
    ];
    for (input, word, outcome) in
        [("`version` `NaN`", "NaN", not_integer), ("`version` `Infinity`", "Infinity", Exception("OverflowError"))]
    {
        let text = text(&good().metadata_text()).replace("10203", word);
        rows.push(row(input, good().metadata_bytes(text), outcome));
    }
    rows.extend([
        os(
            "`operating_systems` `rhel8`, `ubuntu18.04`, `amzn2023`",
            json!(["rhel8", "ubuntu18.04", "amzn2023"]),
            Accepted,
        ),
        os(
            "`operating_systems` `Red Hat 8.9`, `Linux-ubuntu18.04-x86_64`",
            json!(["Red Hat 8.9", "Linux-ubuntu18.04-x86_64"]),
            Accepted,
        ),
        os("`operating_systems` `[]`", json!([]), Accepted),
        os("`operating_systems` `bionic`", json!(["bionic"]), systems),
        os("`operating_systems` `rhel`", json!(["rhel"]), systems),
        os("`operating_systems` `8`, a string", json!(["8"]), systems),
        os("`operating_systems` `8`, a number", json!([8]), systems),
        os("`operating_systems` with an empty name", json!([""]), systems),
        os("`operating_systems` with a null", json!([null]), systems),
        os("`operating_systems` `\"rhel8\"`, no list", json!("rhel8"), systems),
        os("`operating_systems` null", Value::Null, Exception("TypeError")),
        row("`os_list` `bionic`", set("os_list", json!(["bionic"])), systems),
        row("neither `operating_systems` nor `os_list`", good().without("operating_systems"), Accepted),
    ]);
    rows
}

/// What the report says, in the same terms. Which exception it would have been is no part of a report.
fn agrees(report: &Report, outcome: Outcome) -> bool {
    let Some(refusal) = report.answer().refusal() else { return outcome == Accepted };
    let first = Some(refusal.rule.as_ref());
    refusal.error_code == UploadErrorCode::InvalidModule
        && match outcome {
            Accepted => false,
            Reason(reason) => refusal.reason.as_deref() == Some(reason),
            EXTRACT => refusal.reason.is_none() && first == Some("bundle-not-a-zip"),
            READ => refusal.reason.is_none() && first == Some("module-json-unreadable"),
            Refused(_) | Exception(_) => refusal.reason.is_none(),
        }
}

#[test]
fn the_table_is_true() {
    let mut page = "# What the unpacker takes\n\n\
        <!-- Made by `RAMP_UPDATE_DOCS=1 cargo test -p ramp-core --test rules`. -->\n\n\
        The reference packer's `unpacker.py`, from which the cluster's own descends, under Python 3.11. Each row is a test\n\
        under the policy `reference`; the bundle is good but for what the row says. Where the unpacker ends with an\n\
        exception of its own, the answer has the reason named here; where Python's ends it, there is none.\n"
        .to_owned();
    let mut wrong = Vec::new();
    let parts =
        [("The zip", archive_rows()), ("The document `module.json`", json_rows()), ("Its fields", field_rows())];
    for (title, rows) in parts {
        write!(page, "\n## {title}\n\n| input | outcome |\n|---|---|\n").unwrap();
        for row in rows {
            let outcome = match row.outcome {
                Accepted => "accepted".to_owned(),
                Reason(reason) => format!("`{reason}`"),
                Refused(words) => format!("refused: {words}"),
                Exception(name) => format!("exception `{name}`"),
            };
            writeln!(page, "| {} | {outcome} |", row.input).unwrap();
            let report = report(&row.bundle, &Target::default(), &Policy::reference());
            if !agrees(&report, row.outcome) {
                wrong.push(format!("{}: {:?}, not {:?}", row.input, report.answer().refusal(), row.outcome));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    compare("unpacker.md", &page);
}
