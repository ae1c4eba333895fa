//! The reader: what it accepts, what it notes, what it costs.

use ramp_core::metadata::json::{MAX_DEPTH, MAX_NOTES, Unit, read, read_with};
use ramp_core::metadata::{Encoding, Limits, Metadata, Note, ReadError, Value, unpacked};

use crate::python::raised_by;

fn nested(depth: usize, inner: &str) -> String {
    format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth))
}

fn exception(text: &str) -> Option<&'static str> {
    read(text.as_bytes()).err().and_then(|error| raised_by(&error))
}

#[test]
fn errors_point_where_python_points() {
    for (text, message) in [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("{\"a\":1,}", "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"),
        ("{\"a\"", "Expecting ':' delimiter: line 1 column 5 (char 4)"),
        ("[1,]", "Expecting value: line 1 column 4 (char 3)"),
        ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
        ("\n\n {\"é\":\n x}", "Expecting value: line 4 column 2 (char 10)"),
        ("01", "Extra data: line 1 column 2 (char 1)"),
        ("\u{a0}1", "Expecting value: line 1 column 1 (char 0)"),
        ("\"a\tb\"", "Invalid control character at: line 1 column 3 (char 2)"),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap_err().to_string(), message, "{text:?}");
    }
}

#[test]
fn depth_is_pythons() {
    assert_eq!(exception(&nested(MAX_DEPTH, "1")), None);
    assert_eq!(exception(&nested(MAX_DEPTH + 1, "")), Some("RecursionError"));
    assert_eq!(exception(&nested(MAX_DEPTH, "NaN")), Some("RecursionError"));
    assert_eq!(exception(&nested(MAX_DEPTH - 1, "NaN")), None);
    // Close to the limit there is no stack left to report anything else.
    assert_eq!(exception(&nested(MAX_DEPTH, "1 1")), Some("RecursionError"));
    assert_eq!(exception(&nested(MAX_DEPTH - 3, "1 1")), Some("JSONDecodeError"));
    assert_eq!(exception(&"[".repeat(1 << 20)), Some("RecursionError"));
}

#[test]
fn the_deepest_document_is_no_burden_to_the_stack() {
    let document = read(nested(MAX_DEPTH, "1").as_bytes()).unwrap();
    let copy = document.clone();
    assert_eq!(copy, document);
    assert_eq!(document.root.to_string(), nested(MAX_DEPTH, "1"));
    let _ = serde_json::Value::from(&document.root);
    let _ = Metadata::from_document(document);
}

#[test]
fn integers_may_have_4300_digits() {
    assert!(read("1".repeat(4300).as_bytes()).is_ok());
    let error = read(format!("[-{}]", "1".repeat(4301)).as_bytes()).unwrap_err();
    assert_eq!(error, ReadError::IntegerTooLong { digits: 4301, line: 1, column: 2 });
    assert!(read(format!("{}.0", "1".repeat(4301)).as_bytes()).is_ok());
}

#[test]
fn the_last_duplicate_wins_in_the_first_place() {
    let document =
        read(br#"{"a": {"x": NaN, "x": "\ud800", "x": 1}, "b": NaN, "b": 2, "a~/": 0, "a~/": Infinity}"#).unwrap();
    assert_eq!(document.root.to_string(), r#"{"a":{"x":1},"b":2,"a~/":null}"#);
    let duplicate = |pointer: &str, count| Note::DuplicateKey { pointer: pointer.into(), count, differ: true };
    assert_eq!(
        document.notes,
        [
            duplicate("/a/x", 3),
            Note::NonFiniteNumber { pointer: "/a~0~1".into() },
            duplicate("/b", 2),
            duplicate("/a~0~1", 2),
        ]
    );
}

#[test]
fn duplicates_of_one_value_are_told_from_others() {
    for (text, expected) in [
        (r#"{"a": [1, {}], "a": [1, {}]}"#, false),
        (r#"{"a": 1, "a": 1, "a": 2}"#, true),
        (r#"{"a": 1, "a": 2, "a": 1}"#, true),
        (r#"{"a": 1, "a": 1.0}"#, true),
        // Of what does not count, too: a reader that takes the first sees another value in it.
        (r#"{"a": {"x": 1, "x": 2}, "a": {"x": 2}}"#, true),
        (r#"{"a": [[{"x": 1, "x": 2}]], "a": [[{"x": 2}]]}"#, true),
        (r#"{"a": {"y": {"x": 1, "x": 2}, "y": {"x": 2}}, "a": {"y": {"x": 2}}}"#, true),
        (r#"{"a": {"x": 2, "x": 2}, "a": {"x": 2}}"#, false),
        (r#"{"a": "\ud800", "a": "\ufffd"}"#, true),
        (r#"{"b": [{"x": 2, "x": 2}], "a": 1, "a": 1}"#, false),
    ] {
        let notes = read(text.as_bytes()).unwrap().notes;
        assert!(matches!(notes.last(), Some(Note::DuplicateKey { differ, .. }) if *differ == expected), "{text}");
    }
}

#[test]
fn keys_that_differ_in_lone_surrogates_differ() {
    let document = read(br#"{"\ud800": 1, "\ud801": 2, "\ufffd": 3, "\ud800": 4}"#).unwrap();
    assert_eq!(document.root.to_string(), "{\"\u{fffd}\":4,\"\u{fffd}\":2,\"\u{fffd}\":3}");
}

#[test]
fn a_replaced_name_is_no_name() {
    let lone = read(br#"{"module_file": "\ud800.so"}"#).unwrap();
    assert!(unpacked::module_file(&lone).is_err());
    let replaced = read(br#"{"module_file": "\ud800.so", "module_file": "\ufffd.so"}"#).unwrap();
    assert_eq!(unpacked::module_file(&replaced), Ok("\u{fffd}.so"));
    let replaced = read(br#"{"module_file": "m.so", "module_file": "\ud800"}"#).unwrap();
    assert!(unpacked::module_file(&replaced).is_err());
}

#[test]
fn encodings_are_noted() {
    let document = read(b"\xFF\xFE1\0").unwrap();
    assert_eq!(
        document.notes,
        [Note::ByteOrderMark { encoding: Encoding::Utf16Le }, Note::NotUtf8 { encoding: Encoding::Utf16Le },]
    );
    assert_eq!(
        read(b"\xEF\xBB\xBF\xEF\xBB\xBF1").unwrap_err().to_string(),
        "Expecting value: line 1 column 1 (char 0)"
    );
    assert!(matches!(read(b"\"\xFF\""), Err(ReadError::NotText { offset: 1, .. })));
}

#[test]
fn notes_are_bounded() {
    let long = "k".repeat(1 << 20);
    let document = read(format!("{{\"{long}\": [{}]}}", vec!["NaN"; 10_000].join(",")).as_bytes()).unwrap();
    assert_eq!((document.notes.len(), document.notes_dropped), (MAX_NOTES, 10_000 - MAX_NOTES));
    assert!(matches!(&document.notes[0], Note::NonFiniteNumber { pointer } if pointer.len() < 600));
}

#[test]
fn limits_are_not_verdicts() {
    let mut limits = Limits { max_values: 3, ..Limits::default() };
    assert!(read_with(b"[1,2]", limits).is_ok());
    let error = read_with(b"[1,2,3]", limits).unwrap_err();
    assert_eq!((raised_by(&error), error.to_string()), (None, "larger than the limit of 3 values".into()));
    limits.max_bytes = 2;
    assert!(matches!(read_with(b"[1]", limits), Err(ReadError::TooLarge { unit: Unit::Bytes, .. })));
}

#[test]
fn many_members_are_no_trouble() {
    let members: Vec<_> = (0..90_000).map(|i| format!("\"k{}\":{i}", i % 75_000)).collect();
    let document = read(format!("{{{}}}", members.join(",")).as_bytes()).unwrap();
    let Value::Object(object) = &document.root else { panic!() };
    assert_eq!(object.len(), 75_000);
    assert_eq!(object.get("k0").unwrap().to_string(), "75000");
    assert_eq!(document.notes.len() + document.notes_dropped, 15_000);
    // 75,000 unknown keys.
    assert_eq!(Metadata::from_document(document).unknown.len(), 75_000);
}
