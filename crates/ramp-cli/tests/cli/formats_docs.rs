//! The examples in `docs/formats.md` are what the command prints.

use std::fmt::Write as _;

use serde_json::Value;

use crate::formats::FORMATS;
use crate::samples;
use crate::shop::Shop;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats.md");

/// What stands in front of an example.
const MARK: &str = "<!-- $ ramp ";

#[test]
fn examples_are_what_is_printed() {
    let written = std::fs::read_to_string(PATH).unwrap();
    let shop = Shop::new().file("ramp.yml", "").bundle("hello.zip", &samples::refused().set("colour", "red"));
    let mut told = String::new();
    let mut lines = written.lines();
    let mut formats = 0;
    while let Some(line) = lines.next() {
        writeln!(told, "{line}").unwrap();
        let Some(command) = line.strip_prefix(MARK).and_then(|line| line.strip_suffix(" -->")) else { continue };
        formats += 1;
        let fence = lines.next().unwrap();
        assert!(fence.starts_with("```"), "{line}");
        let _ = lines.by_ref().find(|line| *line == "```").unwrap();
        write!(told, "{fence}\n{}```\n", output(&shop, command)).unwrap();
    }
    assert_eq!(formats, FORMATS.len() - 1, "one for json and jsonl, and one for each of the others");
    if std::env::var_os("RAMP_UPDATE_DOCS").is_some() {
        std::fs::write(PATH, &told).unwrap();
    } else {
        assert!(written == told, "docs/formats.md is stale; RAMP_UPDATE_DOCS=1 writes its examples anew");
    }
}

/// What the command prints; of JSON, what stands under a pointer.
fn output(shop: &Shop, command: &str) -> String {
    let (arguments, pointer) = command.split_once(" | ").map_or((command, None), |(a, p)| (a, Some(p)));
    let run = shop.ramp(&arguments.split(' ').collect::<Vec<_>>());
    assert_eq!((run.status, run.stderr.as_str()), (1, ""), "{command}");
    let Some(pointer) = pointer else { return run.stdout };
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    serde_json::to_string_pretty(document.pointer(pointer).unwrap()).unwrap() + "\n"
}

#[test]
fn every_format_has_its_section() {
    let written = std::fs::read_to_string(PATH).unwrap();
    for format in FORMATS {
        let heads = written.lines().filter(|line| line.starts_with("## ") && line.contains(&format!("`{format}`")));
        assert_eq!(heads.count(), 1, "{format}");
    }
}
