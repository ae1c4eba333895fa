//! The manifests that the reference is asked about, thrown together.

use ramp_fixtures::dice::Dice;

/// Scalars of every type and trick, but for the few things that are read otherwise on purpose (docs/): tabs, Python's
/// tags, and `?` at the start of a word in brackets.
pub(crate) const SCALARS: &[&str] = &[
    "a",
    "text with words",
    "\"7.10\"",
    "'it''s'",
    "\"\\x41\\u00e9\\n\\e\\/\"",
    "7.10",
    "7",
    "7.2.4",
    "-5",
    "+5",
    "0",
    "00",
    "0755",
    "08",
    "0o7",
    "0x1F",
    "0xg",
    "-0xFF",
    "0b101",
    "0b2",
    "1_000",
    "_5",
    "1_",
    "0_",
    "1:30",
    "-1:30",
    "1:60",
    "190:20:30",
    "010:20",
    "1:30.5",
    "1e5",
    "1.5e5",
    "1.5e+5",
    "1.E-2",
    ".5",
    "-.5",
    "._5",
    "1._",
    ".inf",
    "-.INF",
    "+.inf",
    ".iNf",
    ".nan",
    ".NaN",
    "-.nan",
    "yes",
    "Yes",
    "YES",
    "yES",
    "no",
    "on",
    "Off",
    "oN",
    "y",
    "N",
    "true",
    "True",
    "tRue",
    "~",
    "null",
    "Null",
    "nULL",
    "\"\"",
    "''",
    "",
    "2024-01-31",
    "2024-1-31",
    "2024-01-31 07:00:00",
    "2024-01-31T07:00:00.5+01:00",
    "=",
    "<<",
    "!!str 5",
    "!!int '5'",
    "!!int x",
    "!!float 3",
    "!!bool yes",
    "!!null x",
    "! 5",
    "!mine 5",
    "!!str yes",
    "http://example.com:80/a",
    "a#b",
    "a #b",
    "a:b",
    "-b",
    ":b",
    "@b",
    "`b",
    "%b",
    "&x",
    "*x",
    "|\n  two\n  lines\n",
    ">-\n  two\n  lines\n",
    "\"two\n      lines\"",
    "\"two\nlines\"",
    "two\n  lines",
    "{}",
    "[]",
    "[a, b,]",
    "[a,,b]",
    "{a: 1, b: 2}",
    "{a, b: c}",
    "{aa: 1, aa: 2}",
    "[a: b, c]",
    "{[a]: b}",
    "{1: a, yes: b, ~: c}",
    "{\"a\":b}",
    "{a:b}",
    "{{NAME}}",
    "${NAME}",
    "{os.getenv('X')}",
    "\"{os.getenv('X')}\"",
    "123456789012345678901234567890",
    "9007199254740993.0",
    "0.1",
    "1.10",
    "100000000000000000000.0",
    "\u{e9}\u{1F600}",
    "a: b",
    "[a",
    "a]",
    "'a",
    "\"a\\q\"",
    "- a",
    "!!map {a: b}",
    "!!seq [a]",
    "!!map [a]",
    "{<<: {aa: 1}, bb: 2}",
    "{aa: 1, <<: {aa: 2, bb: 3}}",
    "{<<: [{aa: 1}, {bb: 2}]}",
    "{<<: 5}",
    "{=: a}",
    "\"a\": b",
    "a, b",
    "a: ",
    "[? a : b]",
    "!!int 0_",
    "12e03",
    "1__0.5",
];

const KEYS: &[&str] = &[
    "authors",
    "licence",
    "\"mail\"",
    "'so'",
    "min-redis-version",
    "crdbs",
    "yes",
    "5",
    "~",
    "7.10",
    "a b",
    "? x\n",
    "authors",
    "x:y",
    "<<",
    "-",
    "- a",
    "#c",
];

const NESTING: &[&str] =
    &["{}", "[{}]", "{k: {}}", "[x, {}]", "{k: {}, l: {}}", "\n  k: {}", "\n  - {}", "\n  - k: {}\n    l: m", "\n- {}"];

pub(crate) fn document(dice: &mut Dice) -> String {
    let mut text = String::new();
    if dice.roll(12) == 0 {
        text += dice.pick(&["---\n", "%YAML 1.1\n---\n", "# comment\n", "\u{feff}", "\n\n", "--- # c\n"]);
    }
    for _ in 0..=dice.roll(4) {
        // An anchor that is there twice is an error to PyYAML, and the second one counts here.
        let mut value = dice.pick(SCALARS).replace("&x", &format!("&x{}", text.len()));
        for _ in 0..dice.roll(3) {
            value =
                dice.pick(NESTING).replacen("{}", &value, 1).replace("{}", dice.pick(SCALARS)).replace("&x ", "&y ");
        }
        let key = if dice.roll(4) == 0 { dice.pick(KEYS).to_owned() } else { format!("k{}", dice.roll(5)) };
        let ending = dice.pick(&["\n", "\n", "\n", "\n", " # c\n", "  \n", "\n\n", "\r\n"]);
        text.extend([key.as_str(), ": ", value.as_str(), ending]);
    }
    if dice.roll(12) == 0 {
        text += dice.pick(&["...\n", "---\nb: c\n", "  x", "...\n---\n", "# end"]);
    } else if dice.roll(6) == 0 {
        // A last line without its end, which a text of several lines has or has not.
        text.truncate(text.trim_end().len());
    }
    text
}
