//! What is tried.

use super::table::{ARCHITECTURE, OPTIONS, OTHER_KEYS, Row, UNREADABLE};
use super::workshop::{Parameter, Reference};

/// Whether the two are to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// Both succeed or both fail.
    Full,
    /// The reference fails and ours succeeds, for a reason that docs/packing.md has.
    OursAlone,
}

/// One run of both.
#[derive(Debug)]
pub(crate) struct Case {
    /// What is in `ramp.yml`; no manifest is given where it is empty.
    pub(crate) manifest: String,
    pub(crate) options: Vec<String>,
    pub(crate) agreement: Agreement,
}

fn case(manifest: &str, options: &[&str]) -> Case {
    let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
    Case { manifest: manifest.to_owned(), options, agreement: Agreement::Full }
}

fn option_case(row: &Row, manifest: &str, spelling: &str) -> Case {
    let agreement = if UNREADABLE.contains(&row.name) { Agreement::OursAlone } else { Agreement::Full };
    Case { agreement, ..case(manifest, &[&[spelling], row.value.as_slice()].concat()) }
}

fn row_of(parameter: &Parameter) -> &'static Row {
    OPTIONS.iter().find(|row| row.name == parameter.name).unwrap()
}

/// Every option in its last spelling, which is the short one where there is one, and nothing else.
pub(crate) fn alone(reference: &Reference) -> Vec<Case> {
    let spelling = |option: &Parameter| option.spellings.last().unwrap().clone();
    reference.options.iter().map(|option| option_case(row_of(option), "", &spelling(option))).collect()
}

/// Every option in its first spelling, over a manifest that says something else.
pub(crate) fn over_the_manifest(reference: &Reference) -> Vec<Case> {
    let case = |option| {
        let row = row_of(option);
        let manifest = format!("{}compatible_redis_version: 7.8\n", row.manifest);
        let mut case = option_case(row, &manifest, &option.spellings[0]);
        if row.name != "manifest" {
            case.options.extend(["-m".to_owned(), "ramp.yml".to_owned()]);
        }
        case
    };
    reference.options.iter().map(case).collect()
}

/// Every key of the manifest by itself.
pub(crate) fn keys(reference: &Reference) -> Vec<Case> {
    let with_manifest = |key: &String| match &key[..] {
        // What contradicts the module is an error here.
        "architecture" => case(&format!("architecture: {ARCHITECTURE}\n"), &["-m", "ramp.yml"]),
        "os" => case("os: Linux\n", &["-m", "ramp.yml"]),
        key => {
            let of_options = OPTIONS.iter().map(|row| row.manifest);
            let mut all = of_options.chain(OTHER_KEYS.iter().map(|(_, manifest)| *manifest));
            let manifest = all.find(|manifest| manifest.starts_with(&format!("{key}:")));
            let manifest = manifest.unwrap_or_else(|| panic!("there is no manifest with the key {key}"));
            case(manifest, &["-m", "ramp.yml"])
        }
    };
    reference.keys.iter().map(with_manifest).collect()
}

pub(crate) const BY_HAND: usize = 25;

/// What the table cannot say.
pub(crate) fn by_hand() -> Vec<Case> {
    let embedded = "dependencies: {data: {url: \"http://x\", local_path: ../data.txt}}\n";
    vec![
        case("", &[]),
        // The empty string is a value, but where an option holds a list, an object, or arguments that may be absent.
        case(
            "author: a\nlicense: b\ncommand_line_args: c\ncapability_name: d\n",
            &["-m", "ramp.yml", "-a", "", "--license=", "-c", "", "-b", "", "--runcmdargs", "", "-cc", ""],
        ),
        case("min_redis_version: 5\n", &["-m", "ramp.yml", "-r", "", "--dependencies", "", "--redis-args", ""]),
        // The last counts.
        case("", &["-a", "one", "--author", "two", "-o", "a.zip", "--output=b.zip", "-E", "x", "-E", "sample.set"]),
        case("", &["-v", "--verbose", "-P", "-P", "--bigstore-version-2-support", "--bigstore-version-2-support"]),
        // Both count.
        case(
            "",
            &["--add-command", r#"{"command_name": "a"}"#, "--add-command", r#"{"command_name": "b"}"#, "-E", "b"],
        ),
        case("", &["--overide-command", r#"{"command_name": "no"}"#, "--add-command", r#"{"name": "a"}"#]),
        // What looks like an option is a value after an option that takes one.
        case("", &["-d", "-v", "-D", "--fast", "-cr", "-1", "--homepage", "-"]),
        case("", &["-vPaname", "-obundle-{author}.zip"]),
        case("", &["-P", "--packname-file", "name.txt", "-o", "{module_name}-{bigstore_version_2_support}"]),
        case("", &["--packname-file=name.txt", "-o", "sub-{semantic_version}.zip"]),
        case(embedded, &["-m", "ramp.yml", "-v"]),
        case(&embedded.replace("data.txt", "gone.txt"), &["-m", "ramp.yml"]),
        // Nothing is embedded where only the name is asked for.
        case(&embedded.replace("data.txt", "gone.txt"), &["-m", "ramp.yml", "-P"]),
        case(&embedded.replace("data.txt", "gone.txt"), &["-m", "ramp.yml", "-P", "--packname-file", "name.txt"]),
        case("unknown: 5\nauthor: a\n", &["--manifest=ramp.yml"]),
        case("author: a\nmodule_name: m\n", &["-m", "ramp.yml", "-o", "{author}-{module_name}-{os}{{}}.zip"]),
        // Refused by both.
        case("", &["-m", "gone.yml"]),
        case("", &["-o", "{gone}.zip"]),
        case("", &["-o", "gone/module.zip"]),
        case("", &["--packname-file", "gone/name.txt"]),
        case("", &["--add-command", "{"]),
        case("", &["--redis-args", "{"]),
        case("dependencies: [{name: a, url: b}]\n", &["-m", "ramp.yml"]),
        case("", &["--no-such-option"]),
    ]
}

pub(crate) const AT_RANDOM: usize = 48;

/// Some of everything: the same in every run.
pub(crate) fn at_random(reference: &Reference) -> Vec<Case> {
    let mut dice = Dice(2519);
    let mut random = || {
        let mut case = case("", &[]);
        for option in &reference.options {
            let row = row_of(option);
            if dice.roll(3) == 0 {
                case.manifest += row.manifest;
            }
            let often = if row.name == "print_filename_only" { 6 } else { 3 };
            if row.name == "manifest" || UNREADABLE.contains(&row.name) || dice.roll(often) != 0 {
                continue;
            }
            let spelling = &option.spellings[dice.roll(option.spellings.len())];
            match row.value {
                Some(value) if spelling.starts_with("--") && dice.roll(2) == 0 => {
                    case.options.push(format!("{spelling}={value}"));
                }
                value => case.options.extend([&spelling[..]].into_iter().chain(value).map(str::to_owned)),
            }
        }
        // What contradicts the module is an error here, unless an option says what is right.
        for (contradiction, long, short) in [("architecture: sparc\n", "--arch", "-A"), ("os: Darwin\n", "--os", "-O")]
        {
            if !case.options.iter().any(|option| option.starts_with(long) || option == short) {
                case.manifest = case.manifest.replace(contradiction, "");
            }
        }
        for (_, manifest) in OTHER_KEYS {
            if dice.roll(4) == 0 {
                case.manifest += manifest;
            }
        }
        if !case.manifest.is_empty() {
            case.options.extend(["-m".to_owned(), "ramp.yml".to_owned()]);
        }
        case
    };
    (0..AT_RANDOM).map(|_| random()).collect()
}

/// A small generator (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap() % sides
    }
}
