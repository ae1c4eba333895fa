//! `ramp pack` beside the reference packer, option by option and key by key: what is given and what comes out.
//!
//! The options and the keys are those that the reference itself lists, so that none can be missed. The module is a small
//! one of `testdata/probe`, built on the spot; the server is the one on PATH, or that of `REDIS_PATH`.

mod by_hand;
mod cases;
mod outcome;
mod table;
mod workshop;

use std::collections::BTreeSet;

use crate::command::{for_each, ramp};
use cases::Case;
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
    let (options, keys) = (reference.options.len(), reference.keys.len());
    let groups = [
        ("option alone", cases::alone(&reference), options),
        ("option over the manifest", cases::over_the_manifest(&reference), options),
        ("key of the manifest", cases::keys(&reference), keys),
        ("value of the wrong kind", by_hand::values(&reference), keys * by_hand::VALUES.len()),
        ("by hand, taken", by_hand::taken(), 27),
        ("by hand, refused", by_hand::refused(), 38),
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

/// Names are made of the metadata, so that what differs there differs in them.
#[test]
#[ignore = "needs the reference packer: see the top of tests/real_modules/main.rs"]
fn names_differ_where_the_metadata_does() {
    let workshop = Workshop::new();
    let commit = workshop.commit();
    for (options, theirs, ours) in [
        (["-P", "-o", "{version}.zip"], "10203.0.zip".to_owned(), "10203.zip".to_owned()),
        (["-P", "-o", "{git_sha}.zip"], format!("b'{commit}'.zip"), format!("{commit}.zip")),
        // And an equals sign behind a short option is part of its value there.
        (["-P", "-o=a.zip", "-v"], "=a.zip".to_owned(), "a.zip".to_owned()),
    ] {
        let case = Case::new("", &options);
        assert_eq!(workshop.theirs(0, &case).stdout.trim_end(), theirs);
        assert_eq!(workshop.ours(0, &case).stdout.trim_end(), ours);
    }
}

/// The reference ignores `--redis-args`, so that only ours can be asked whether the server gets them.
#[test]
#[ignore = "needs a redis-server"]
fn the_server_and_the_module_are_given_their_arguments() {
    let workshop = Workshop::new();
    let manifest = "redis_args: {databases: 4}\ncommand_line_args: A 1\n";
    for (options, settings, arguments) in [
        (&[][..], "databases 4", "A 1"),
        (&["--redis-args", r#"{"maxmemory": "100mb"}"#, "-c", "B  2"], "maxmemory 100mb", "B 2"),
        (&["--runcmdargs", "C", "-c", "B"], "databases 4", "C"),
    ] {
        let case = Case::of_manifest(manifest, &[options, &["--debug", "-o", "a.zip"]].concat());
        let stderr = workshop.ours(0, &case).stderr;
        let told = format!("note: the server's settings: {settings}\nnote: the module's arguments: {arguments}\n");
        assert!(stderr.contains(&told), "{stderr}");
        assert!(stderr.contains("note: its commands: SAMPLE.GET sample.ping sample.set\n"), "{stderr}");
    }
}
