//! `ramp pack` beside the reference packer, option by option and key by key: what is given and what comes out.
//!
//! The options and the keys are those that the reference itself lists, so that none can be missed. The module is a small
//! one of `testdata/probe`, built on the spot; the server is the one on PATH, or that of `REDIS_PATH`.

mod cases;
mod table;
mod workshop;

use std::collections::BTreeSet;

use crate::command::{for_each, ramp};
use table::OPTIONS;
use workshop::{Reference, Workshop};

#[test]
#[ignore = "needs the reference packer: see the top of tests/real_modules/main.rs"]
fn packing_has_every_option_of_the_reference() {
    let reference = Reference::read();
    let names = |names: &mut dyn Iterator<Item = String>| names.collect::<BTreeSet<_>>();
    assert_eq!(
        names(&mut reference.options.iter().map(|option| option.name.clone())),
        names(&mut OPTIONS.iter().map(|row| row.name.to_owned())),
        "the table of options is not that of the reference"
    );
    let help = ramp().args(["pack", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for option in &reference.options {
        let row = OPTIONS.iter().find(|row| row.name == option.name).unwrap();
        assert_eq!(row.value.is_none(), option.is_flag, "{}: a flag or not", option.name);
        let long = option.spellings.iter().find(|spelling| spelling.starts_with("--")).unwrap();
        // `  -m, --manifest <FILE>`, and what is said of it down to the next option.
        let start = help.find(&format!(" {long}{}", if option.is_flag { "\n" } else { " <" }));
        let start = start.unwrap_or_else(|| panic!("{long} is not in the help, or takes a value on one side only"));
        let line = help[..start].rfind('\n').unwrap();
        let entry = &help[line..help[start..].find("\n\n").map_or(help.len(), |end| start + end)];
        for spelling in &option.spellings {
            assert!(entry.contains(&spelling[..]), "{spelling} is not in the help of {long}: {entry}");
        }
    }
    println!("{} options, {} spellings", reference.options.len(), reference.spellings());
}

#[test]
#[ignore = "needs the reference packer: see the top of tests/real_modules/main.rs"]
fn packing_with_every_option_and_key_gives_what_the_reference_gives() {
    let reference = Reference::read();
    let workshop = Workshop::new();
    let groups = [
        ("option alone", cases::alone(&reference), reference.options.len()),
        ("option over the manifest", cases::over_the_manifest(&reference), reference.options.len()),
        ("key of the manifest", cases::keys(&reference), reference.keys.len()),
        ("by hand", cases::by_hand(), cases::BY_HAND),
        ("at random", cases::at_random(&reference), cases::AT_RANDOM),
    ];
    for (what, cases, expected) in &groups {
        assert_eq!(cases.len(), *expected, "cases of {what}");
        println!("{} cases: {what}", cases.len());
    }
    let tried: BTreeSet<&str> =
        groups.iter().flat_map(|(_, cases, _)| cases).flat_map(|case| &case.options).map(String::as_str).collect();
    for spelling in reference.options.iter().flat_map(|option| &option.spellings) {
        assert!(tried.contains(spelling.as_str()), "{spelling} is in no case");
    }
    let cases: Vec<_> = groups.into_iter().flat_map(|(_, cases, _)| cases).enumerate().collect();
    for_each(&cases, |(number, case)| {
        workshop.compare(*number, case).map_err(|why| format!("{:?}\n{}\n  {why}", case.options, case.manifest))
    });
}
