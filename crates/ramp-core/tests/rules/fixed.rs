//! What `ramp fix` makes of the bundle of every case: repaired, left, or not touched. docs/fix.md is made of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;

use ramp_core::{Limits, Policy, Repair, Report, facts, judge, rules};
use ramp_pack::WriteOptions;
use ramp_pack::repair::{self, Change};

use crate::cases::{CASES, Case};
use crate::docs;

/// What came of one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The rule is silent afterwards, and a change says that it is by its doing.
    Repaired,
    /// It is silent, since what else was changed has cured it.
    Gone,
    /// It still speaks.
    Left,
    /// The bundle is not touched.
    Prevented,
}

fn plan(bundle: &[u8]) -> repair::Repair {
    repair::plan(Cursor::new(bundle), &Limits::default()).unwrap()
}

/// The repaired bundle.
fn repaired(bundle: &[u8], repair: &repair::Repair) -> Vec<u8> {
    if repair.changes().is_empty() {
        return bundle.to_vec();
    }
    let mut out = Cursor::new(Vec::new());
    repair.write(Cursor::new(bundle), &mut out, &Limits::default(), &WriteOptions::default()).unwrap();
    out.into_inner()
}

fn report(case: &Case, bundle: &[u8]) -> Report {
    let facts = facts::gather(Cursor::new(bundle), &Limits::default()).unwrap();
    let facts = case.asked.clone().into_iter().fold(facts, facts::BundleFacts::asked);
    judge(&facts, &case.target, &Policy::strict())
}

fn outcome(case: &Case) -> (Outcome, repair::Repair) {
    let repair = plan(&case.bad);
    if !repair.obstacles().is_empty() {
        assert!(repair.changes().is_empty(), "{}: {}", case.rule, case.name);
        return (Outcome::Prevented, repair);
    }
    let new = repaired(&case.bad, &repair);
    let (old_report, new_report) = (report(case, &case.bad), report(case, &new));
    // Nothing gets worse, and what was repaired has nothing more to be repaired.
    assert!(!old_report.answer().accepted() || new_report.answer().accepted(), "{}: {}", case.rule, case.name);
    assert!(!old_report.passed() || new_report.passed(), "{}: {}", case.rule, case.name);
    let again = plan(&new);
    assert!(again.changes().is_empty() && again.obstacles().is_empty(), "{}: {}: {again:?}", case.rule, case.name);
    let speaks = new_report.findings().iter().any(|finding| finding.rule == case.rule);
    let told = repair.changes().iter().any(|change| change.rules.contains(&case.rule));
    let outcome = match (speaks, told) {
        (true, _) => Outcome::Left,
        (false, true) => Outcome::Repaired,
        (false, false) => Outcome::Gone,
    };
    (outcome, repair)
}

/// What is told of one case.
fn told(case: &Case) -> (Outcome, String) {
    let (outcome, repair) = outcome(case);
    let own = |change: &&Change| change.rules.contains(&case.rule);
    let mut text = format!("{} ({})\n    {outcome:?}\n", case.rule, case.name);
    for change in repair.changes().iter().filter(own) {
        let _ = writeln!(text, "    {change}");
    }
    for obstacle in repair.obstacles().iter().take(3) {
        let _ = writeln!(text, "    {obstacle}");
    }
    (outcome, text)
}

#[test]
fn every_case_is_repaired_left_or_not_touched() {
    let mut all: BTreeMap<&str, Vec<(Outcome, String)>> = BTreeMap::new();
    for case in CASES.iter() {
        all.entry(case.rule).or_default().push(told(case));
    }
    let (mut text, mut wrong) = (String::new(), Vec::new());
    for rule in rules::all() {
        let cases = || all.get(rule.id).into_iter().flatten();
        for (outcome, told) in cases() {
            text.push_str(told);
            let is_right = match rule.repair {
                Repair::Prevents => matches!(outcome, Outcome::Prevented | Outcome::Repaired),
                Repair::Zip => *outcome != Outcome::Left,
                Repair::Never => *outcome != Outcome::Repaired,
                _ => true,
            };
            if !is_right {
                wrong.push(told.clone());
            }
        }
        let is_repaired = cases().any(|(outcome, _)| *outcome == Outcome::Repaired);
        if matches!(rule.repair, Repair::Value | Repair::Text | Repair::Zip) && !is_repaired {
            wrong.push(format!("no case of {} is repaired\n", rule.id));
        }
    }
    insta::assert_snapshot!(text);
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

const HEAD: &str = "\
# Repairing a bundle

<!-- Made of the catalogue and its tests by `RAMP_UPDATE_DOCS=1 cargo test -p ramp-core --test rules`. -->

```console
$ ramp fix mymodule.zip
$ ramp fix mymodule.zip -o repaired.zip --target 7.22
```

The first shows what would be changed, and writes nothing. The second shows it too, judges the repaired bundle as `ramp validate` does, and
writes it to another file. `-` is standard input; a URL can be read, too. Where nothing is written, the rules whose errors are left are
named. It is never written over the bundle itself, under whatever name, and over another file only
with `--force`.

What is changed needs no guess: each rule that knows the one right value says it. The bytes of the module and of the dependencies stay as they
are. In `module.json` the order of the keys, unknown keys and the digits of numbers stay; where nothing in it is changed, its text does. Where
something is changed, the zip is written anew, as `ramp pack` writes it: the module, `module.json`, the dependencies by name; no other records;
the time of `SOURCE_DATE_EPOCH`, else the start of 1980; permissions that are lost are told. Entries of directories are left out. A bundle in which nothing is to be repaired is
copied, byte by byte. What was repaired once has nothing more to be repaired.

## Exit status

| | with `--output` | without |
|---|---|---|
| **0** | the repaired bundle was written; it would be taken and passes | there is nothing to repair |
| **1** | it was not written, since it would be refused or is damaged all the same; or it was written, and does not fit the cluster or does not pass | there is something to repair, or the bundle cannot be repaired |
| **2** | the bundle could not be read, or the new one not written | likewise |

As with `ramp pack`, what keeps a bundle from being written is an error of the groups unpack, archive and integrity. What is left is told
below the changes. `--policy`, `-A`, `-W`, `-D`, `--fail-on`, `--target`, `--os`, `--arch` and `ramp.toml` count as for `ramp validate`; they
change nothing about what is repaired.

`--format json` is described by [fix.schema.json](fix.schema.json) (`ramp schema fix`):
`{\"schema_version\",\"bundle\",\"output\",\"written\",\"changes\":[{\"rules\",\"kind\",\"entry\",\"pointer\",\"offset\",\"from\",\"to\",\"message\"}],\"obstacles\":[{\"rule\",\"message\"}],\"left\":[…],\"results\":[…]}`:
`kind` is `value`, `key`, `text` or `zip`; `left` are the findings in the repaired bundle, `results` what `ramp validate --format json` would
say of it.

";

const DIGESTS: &str = "\
A `sha256` that is not that of the file is written anew, with a warning: most often the module was stripped or signed after it was packed. But
it may also be another module, whose name, version and commands are not those of the metadata; `ramp validate --probe` tells. As long as
`module_file` names another entry than the one `.so` that there is, no digest is written: it is what tells whether this is the module.

A version that the unpacker reads stays the number that it reads: `\"1.2\"` is 1 to it, and is left. `semantic_version` follows `version`, which
is what the module registers. What is written as a range (`<7.4`), with letters behind it (`8.0-rc1`) or without its scheme (`example.com`) is
left. So are a number whose digits say more than it (`7.10`, which readers see as 7.1), a name of another architecture than the module's, and
keys of `platforms` that would get one name. What comes to be in a list twice is removed.

";

const PREVENTS: &str = "\
Then nothing is changed, and the exit status is 1: where readers see different files, or different contents, a repaired bundle would have what
one of them sees, and nobody could tell any more that there was another. The same is so

- where the file is not a zip, has no `module.json` that can be read, or no module;
- where an entry has no place in a bundle, cannot be read, or has a name with which no bundle is written: it is not left out or renamed without
  a word;
- where what stands in front of the zip, between its records or behind it has records of a zip in it;
- where that is anything but what files are filled with (NULs, blanks, ends of lines, a byte order mark), and would be lost: a script that unpacks
  itself, a signature, an archive of another format;
- where a key in `module.json` is there twice with different values (`json-key-twice`), be it in a value that does not count;
- where something in `module.json` is to be repaired that cannot be written again: a string has half a character, or there are more than 256 of
  the keys and numbers that readers see differently.

What hides nothing is repaired all the same: an entry or a key that is there twice and is the same each time, and a zip that the other
reader of `archive-other-view` refuses to read.

";

/// One line for each change that a rule's cases have.
fn examples(cases: &[(Outcome, repair::Repair)], rule: &str) -> String {
    let mut shown: Vec<String> = Vec::new();
    for change in cases.iter().flat_map(|(_, repair)| repair.changes()).filter(|change| change.rules.contains(&rule)) {
        let told = change.to_string();
        let told = told.strip_prefix("module.json#").unwrap_or(&told).to_owned();
        // Of a digest the front tells enough.
        let words = told.split(' ').map(|word| {
            if word.len() > 60 { format!("{}…\"", word.chars().take(9).collect::<String>()) } else { word.to_owned() }
        });
        let told = format!("`{}`", words.collect::<Vec<_>>().join(" ").replace('|', "\\|"));
        if shown.len() < 3 && !shown.contains(&told) {
            shown.push(told);
        }
    }
    shown.join("<br>")
}

fn list(page: &mut String, repair: Repair) {
    for rule in rules::all().filter(|rule| rule.repair == repair) {
        let _ = writeln!(page, "- [`{id}`](rules/{id}.md): {}", rule.title, id = rule.id);
    }
    page.push('\n');
}

#[test]
fn the_page_is_up_to_date() {
    let mut page = HEAD.to_owned();
    page.push_str(
        "## What is repaired in `module.json`\n\nWhere what is there tells the one right value; else it is left.\n\n",
    );
    page.push_str("| rule | for instance |\n|---|---|\n");
    for rule in rules::all().filter(|rule| rule.repair == Repair::Value) {
        let cases: Vec<_> = CASES.iter().filter(|case| case.rule == rule.id).map(outcome).collect();
        let _ = writeln!(page, "| [`{id}`](rules/{id}.md) | {} |", examples(&cases, rule.id), id = rule.id);
    }
    page.push('\n');
    page.push_str(DIGESTS);
    page.push_str("By writing its text anew, with the same values:\n\n");
    list(&mut page, Repair::Text);
    page.push_str("## What is repaired by writing the zip anew\n\n");
    list(&mut page, Repair::Zip);
    page.push_str("## What keeps a bundle from being repaired\n\n");
    page.push_str(PREVENTS);
    list(&mut page, Repair::Prevents);
    page.push_str(
        "## What is left\n\nWhatever else [the rules](rules.md) find: what would be right is not in the bundle (a dependency or a command \
         that is\nmissing, a capability that nobody knows), or it would be one guess among several (a misspelt key, `debian12`, a module for \
         another\narchitecture than the metadata says). It is told as `ramp validate` tells it, with what to do.\n",
    );
    docs::compare("fix.md", &page);
}
