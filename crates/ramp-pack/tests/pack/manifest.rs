//! Manifests, good and bad.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use ramp_pack::json;
use ramp_pack::manifest::{MAX_BYTES, Manifest, ManifestProblem, Position};

use crate::testdata;

/// Everything that was read, one line an entry, and the warnings.
fn shown(manifest: &Manifest) -> String {
    let mut out = String::new();
    for (key, value, position) in &manifest.entries {
        writeln!(out, "{position}: {key} = {value}").unwrap();
    }
    for warning in &manifest.warnings {
        writeln!(out, "! {warning}").unwrap();
    }
    out
}

fn read(text: &str) -> Manifest {
    Manifest::read(text.as_bytes()).unwrap()
}

fn error(text: &str) -> String {
    Manifest::read(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn manifests_like_those_in_the_wild() {
    for name in ["search.yml", "gears.yml", "mistakes.yml", "tabs.json"] {
        let manifest = Manifest::read(&std::fs::read(testdata("manifests").join(name)).unwrap()).unwrap();
        insta::assert_snapshot!(name, shown(&manifest));
    }
}

#[test]
fn what_cannot_be_read_and_where() {
    let deep = format!("a: {}{}", "[".repeat(70), "]".repeat(70));
    let texts = [
        "",
        "# only a comment\n",
        "---\n",
        "- a\n- b\n",
        "text",
        "7.10",
        "a: b\n---\nc: d\n",
        "a: b: c\n",
        "license: \"7.4\",\nb: c\n",
        "a: [b\nc: d\n",
        "a: 'b\n",
        "a: *b\n",
        "{{NAME}}: b\n",
        "a: {{NAME}}\n",
        "released: 2024-01-31\n",
        "a: !!python/object/apply:os.system [id]\n",
        "a: !!binary aGk=\n",
        "a: !mine x\n",
        "a: !!int x\n",
        "a: =\n",
        "a: 0x_\n",
        "a: &a [b, *a]\n",
        "a: &a {b: {c: *a}}\n",
        "a: {<<: b}\n",
        "a: [?b]\n",
        "author: !!python/tuple [x]\nauthor: b\n",
        "a: \u{1}\n",
        "\u{e9}: \u{7f}\n",
        "!!set {a, b}\n",
        &deep,
        "{\"a\": 1,}x",
        "license: MIT\nauthor: [a]\n",
        "redis_args: x\n",
        "capabilities: types\n",
        "capabilities: [types, [replica_of]]\n",
        "exclude_commands: {a: b}\n",
        "add_command: [a]\n",
        "dependencies: 5\n",
        "dependencies: [{name: a}, b]\n",
        "bigstore_version_2_support: [yes]\n",
        "{\"crdb\": []}",
    ];
    let mut out = String::new();
    for text in texts {
        let text_shown: String = text.chars().take(45).collect();
        writeln!(out, "{text_shown:?}\n    {}", error(text)).unwrap();
    }
    writeln!(out, "not UTF-8\n    {}", Manifest::read(b"a: b\nc: \xff\n").unwrap_err()).unwrap();
    insta::assert_snapshot!(out);
}

#[test]
fn aliases_anchors_and_merge_keys() {
    let manifest = read(
        "base: &base {step: 1, first_key: 1, last_key: 1}\nother: &other {flags: [readonly], step: 2}\n\
         one: {<<: *base, first_key: 3}\ntwo: {<<: [*other, *base]}\n'<<': literal\nthree: [*other, *other]\n",
    );
    let value = |key| manifest.get(key).unwrap().to_string();
    assert_eq!(value("one"), r#"{"step":1,"first_key":3,"last_key":1}"#);
    assert_eq!(manifest.get("two").unwrap().get("step").unwrap().to_string(), "2");
    assert_eq!(manifest.get("two").unwrap().get("last_key").unwrap().to_string(), "1");
    assert_eq!(value("<<"), r#""literal""#);
    assert_eq!(value("three"), r#"[{"flags":["readonly"],"step":2},{"flags":["readonly"],"step":2}]"#);
}

#[test]
fn duplicate_keys_are_told_at_every_depth() {
    let manifest = read("author: a\ncrdb:\n  x: 1\n  x: 2\nauthor: b\n");
    assert_eq!(manifest.get("author").unwrap().as_str(), Some("b"));
    assert_eq!(manifest.position("author"), Some(Position { line: 5, column: 1 }));
    let warnings: Vec<_> = manifest.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "line 4 column 3: `x` appears twice, first at line 3 column 3; this one counts",
            "line 5 column 1: `author` appears twice, first at line 1 column 1; this one counts",
        ]
    );
}

/// A key is told once, however often it is there: at the place that counts, with the first of all.
#[test]
fn a_key_that_is_there_more_than_twice() {
    let yaml = "author: a\nauthor: b\ncrdb:\n  x: 1\n  x: 2\n  y: &y {n: 1, n: 2, n: 3}\n  x: 3\n  x: 4\n  z: {<<: *y, n: 0}\nauthor: c\n";
    let json = "{\"author\": \"a\",\n\"author\": \"b\",\n\"crdb\": {\"x\": 1, \"x\": 2, \"x\": 3},\n\"author\": \"c\"}";
    for (text, expected) in [
        (
            yaml,
            &[
                "line 6 column 22: `n` appears 3 times, first at line 6 column 10; this one counts",
                "line 8 column 3: `x` appears 4 times, first at line 4 column 3; this one counts",
                "line 10 column 1: `author` appears 3 times, first at line 1 column 1; this one counts",
            ][..],
        ),
        (
            json,
            &[
                "line 3 column 1: `/crdb/x` appears 3 times; the last one counts",
                "line 4 column 1: `author` appears 3 times, first at line 1 column 2; this one counts",
            ],
        ),
    ] {
        let manifest = read(text);
        assert_eq!(manifest.get("author").unwrap().as_str(), Some("c"));
        let warnings: Vec<_> = manifest.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings, expected);
    }
}

#[test]
fn keys_that_are_no_strings_become_some() {
    let manifest = read("crdb: {1: a, 2.50: b, yes: c, ~: d, =: e}\n");
    assert_eq!(manifest.get("crdb").unwrap().to_string(), r#"{"1":"c","2.5":"b","null":"d","=":"e"}"#);
}

#[test]
fn numbers_are_written_as_python_writes_them() {
    let manifest = read("a: [7.10, 1_000, 0x10, 1:30, .inf, .nan, -0.0, 123456789012345678901234567890, 1.0e+20]\n");
    let written = json::to_string(manifest.get("a").unwrap());
    let written: Vec<_> = written.lines().map(|line| line.trim().trim_end_matches(',')).collect();
    let expected =
        ["[", "7.1", "1000", "16", "90", "Infinity", "NaN", "-0.0", "123456789012345678901234567890", "1e+20", "]"];
    assert_eq!(written, expected);
}

/// Each level is nine of the level before: written out, the last is more than a gigabyte.
fn bomb(item: &str, list: impl Fn(&str) -> String, levels: usize) -> String {
    let mut text = format!("a0: &a0 {item}\n");
    for level in 1..=levels {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} {}", list(&aliases)).unwrap();
    }
    text
}

#[test]
fn bombs_end_fast() {
    let lists = bomb("aaaaaaaaaa", |aliases| format!("[{aliases}]"), 9);
    let merges = bomb("{k: v}", |aliases| format!("{{<<: [{aliases}]}}"), 50);
    let strings = format!("a: &a {}\nb: [{}]\n", "x".repeat(500_000), vec!["*a"; 2000].join(", "));
    let mut chain = "a0: &a0 [x]\n".to_owned();
    for level in 1..10_000 {
        writeln!(chain, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    let mut merge_chain = "a0: &a0 {x: y}\n".to_owned();
    for level in 1..10_000 {
        writeln!(merge_chain, "a{level}: &a{level} {{<<: *a{}}}", level - 1).unwrap();
    }
    let texts = [
        (lists, true),
        (merges, false),
        (strings, true),
        (chain, true),
        (merge_chain, true),
        ("[".repeat(MAX_BYTES), true),
        ("- ".repeat(MAX_BYTES / 2), true),
        ("{a: ".repeat(MAX_BYTES / 4), true),
        ("? ".repeat(MAX_BYTES / 2), true),
        (format!("a: {}", "&a ".repeat(300_000)), true),
        ("{\"a\":".repeat(100_000) + &"}".repeat(100_000), true),
        (" ".repeat(MAX_BYTES + 1), true),
    ];
    for (index, (text, fails)) in texts.iter().enumerate() {
        let start = Instant::now();
        let read = Manifest::read(text.as_bytes());
        let elapsed = start.elapsed();
        assert!(elapsed < Duration::from_secs(60), "{index} took {elapsed:?}");
        if *fails {
            assert!(read.is_err(), "{index}");
        }
    }
    let problem = Manifest::read(texts[0].0.as_bytes()).unwrap_err().problem;
    assert!(matches!(problem, ManifestProblem::TooMuch { .. }), "{problem:?}");
}
