//! The documents that the reference is asked about: every type and trick, and mixtures by chance.

use ramp_core::metadata::json::MAX_DEPTH;
use ramp_fixtures::dice::Dice;

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

pub(crate) fn crafted() -> Vec<Vec<u8>> {
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

pub(crate) fn mutated(dice: &mut Dice) -> Vec<u8> {
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
