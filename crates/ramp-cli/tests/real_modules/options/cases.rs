//! What is tried: every option, every key, and some of everything.

use ramp_fixtures::dice::Dice;

use super::table::{ARCHITECTURE, OPTIONS, OTHER_KEYS, Row, UNREADABLE};
use super::workshop::{Parameter, Reference};

/// Who packs a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packs {
    Both,
    Neither,
    /// The reference cannot, for a reason that docs/packing.md has.
    OursAlone,
    /// Ours refuses to, for a reason that docs/packing.md has.
    TheirsAlone,
}

/// One run of both.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// What is in `ramp.yml`.
    pub(crate) manifest: String,
    pub(crate) options: Vec<String>,
    pub(crate) packs: Packs,
}

impl Case {
    pub(crate) fn new(manifest: &str, options: &[&str]) -> Self {
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        Self { manifest: manifest.to_owned(), options, packs: Packs::Both }
    }

    /// With a manifest, which is read.
    pub(crate) fn of_manifest(manifest: &str, options: &[&str]) -> Self {
        Self::new(manifest, &[&["-m", "ramp.yml"], options].concat())
    }

    pub(crate) fn packed_by(self, packs: Packs) -> Self {
        Self { packs, ..self }
    }

    /// The value of an option, the last one of it.
    pub(crate) fn value(&self, long: &str, short: &str) -> Option<&str> {
        let options = self.options.iter().enumerate().rev();
        let mut values = options.filter_map(|(at, option)| {
            let value = option.strip_prefix(long).and_then(|rest| rest.strip_prefix('='));
            let is_it = option == long || option == short;
            value.or_else(|| is_it.then(|| self.options.get(at + 1).map(String::as_str)).flatten())
        });
        values.next()
    }

    /// What the reference is given in place of options whose values it cannot read: the same in the manifest. `None` where
    /// there are no such options.
    pub(crate) fn readable(&self) -> Option<Self> {
        let mut readable = self.clone();
        for (_, long, key) in UNREADABLE {
            let Some(value) = self.value(long, long).filter(|value| !value.is_empty()) else { continue };
            let with_equals = format!("{long}={value}");
            let options = &mut readable.options;
            match options.iter().position(|option| option == long) {
                Some(at) => drop(options.drain(at..at + 2)),
                None => options.retain(|option| *option != with_equals),
            }
            if readable.value("--manifest", "-m").is_none() {
                readable.options.extend(["-m".to_owned(), "ramp.yml".to_owned()]);
                readable.manifest.clear();
            }
            // Of a key that is there twice the last one counts.
            readable.manifest = format!("{}{key}: {value}\n", readable.manifest);
        }
        (readable.options != self.options).then_some(readable)
    }
}

fn option_case(row: &Row, manifest: &str, spelling: &str) -> Case {
    Case::new(manifest, &[&[spelling], row.value.as_slice()].concat())
}

fn row_of(parameter: &Parameter) -> &'static Row {
    OPTIONS.iter().find(|row| row.name == parameter.name).unwrap()
}

/// Every option in its last spelling, which is the short one where there is one, and nothing else.
pub(crate) fn alone(reference: &Reference) -> Vec<Case> {
    let spelling = |option: &Parameter| option.spellings.last().unwrap().clone();
    // Where no manifest is named, none is read.
    reference.options.iter().map(|option| option_case(row_of(option), "author: me\n", &spelling(option))).collect()
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
        "architecture" => Case::of_manifest(&format!("architecture: {ARCHITECTURE}\n"), &[]),
        "os" => Case::of_manifest("os: Linux\n", &[]),
        key => {
            let of_options = OPTIONS.iter().map(|row| row.manifest);
            let mut all = of_options.chain(OTHER_KEYS.iter().map(|(_, manifest)| *manifest));
            let manifest = all.find(|manifest| manifest.starts_with(&format!("{key}:")));
            let manifest = manifest.unwrap_or_else(|| panic!("there is no manifest with the key {key}"));
            Case::of_manifest(manifest, &[])
        }
    };
    reference.keys.iter().map(with_manifest).collect()
}

pub(crate) const AT_RANDOM: usize = 48;

/// Some of everything: the same in every run.
pub(crate) fn at_random(reference: &Reference) -> Vec<Case> {
    let mut dice = Dice::new(2519);
    let mut random = || {
        let mut case = Case::new("", &[]);
        for option in &reference.options {
            let row = row_of(option);
            if dice.roll(3) == 0 {
                case.manifest += row.manifest;
            }
            let often = if row.name == "print_filename_only" { 6 } else { 3 };
            if row.name == "manifest" || dice.roll(often) != 0 {
                continue;
            }
            let spelling = &option.spellings[dice.roll(option.spellings.len())];
            match row.value {
                // All but the short ones of one letter.
                Some(value) if spelling.len() > 2 && dice.roll(2) == 0 => {
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
