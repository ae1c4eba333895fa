//! What strict takes of the cases, beside what other readers take: the table of docs/security.md.

use std::io::ErrorKind;

use ramp_core::rules;
use ramp_core::{Group, Level, Policy};
use ramp_fixtures::readers::{by_python, by_rawzip, by_zip};

use crate::cases::{CASES, Case};

const MARK: &str = "<!-- Made by `RAMP_UPDATE_DOCS=1 cargo test -p ramp-core --test rules`. -->\n";

/// How many of some bundles each reader takes.
struct Row {
    what: &'static str,
    bundles: Vec<Vec<u8>>,
    strict: usize,
    reference: usize,
}

impl Row {
    fn new(what: &'static str, cases: &[&Case], bad: bool) -> Self {
        let report = |case: &Case, policy: &Policy| {
            let (bundle, target) = if bad { (&case.bad, &case.target) } else { (&case.good, &case.good_target) };
            crate::cases::report(bundle, target, policy)
        };
        let taken = |policy: &Policy| cases.iter().filter(|case| report(case, policy).passed()).count();
        let bundles = cases.iter().map(|case| if bad { case.bad.clone() } else { case.good.clone() }).collect();
        Self { what, bundles, strict: taken(&Policy::strict()), reference: taken(&Policy::reference()) }
    }

    /// `None` without Python.
    fn line(&self) -> Option<String> {
        let count = |reader: &dyn Fn(&[u8]) -> bool| self.bundles.iter().filter(|bundle| reader(bundle)).count();
        let python = match by_python(&self.bundles) {
            Err(err) if err.kind() == ErrorKind::NotFound => return None,
            views => views.unwrap().iter().filter(|view| view.is_ok()).count(),
        };
        Some(format!(
            "| {} | {} | {} | {} | {} | {} | {python} |\n",
            self.what,
            self.bundles.len(),
            self.strict,
            self.reference,
            count(&|bundle| by_zip(bundle).is_ok()),
            count(&|bundle| by_rawzip(bundle).is_ok()),
        ))
    }
}

/// The cases of rules that refuse, in a group.
fn refusing(group: Group) -> Vec<&'static Case> {
    let of_group = |case: &&Case| {
        let rule = rules::find(case.rule).unwrap();
        let left_out =
            // Unpacked by every reader in full, it would fill the memory.
            case.rule == "archive-bomb"
            // Readers of zips do not look into what is in them.
            || case.rule.starts_with("dependency-archive-")
            // Nor does any of them run it.
            || case.asked.is_some();
        rule.group == group && rule.strict_level == Level::Error && !left_out
    };
    CASES.iter().filter(of_group).collect()
}

#[test]
fn strict_takes_less_than_any_other_reader() {
    let (archive, integrity) = (refusing(Group::Archive), refusing(Group::Integrity));
    let rows = [
        Row::new("bad ones of the group `archive`", &archive, true),
        Row::new("their good twins", &archive, false),
        Row::new("bad ones of the group `integrity`", &integrity, true),
        Row::new("their good twins", &integrity, false),
    ];
    for row in &rows {
        let expected = if row.what.starts_with("bad") { 0 } else { row.bundles.len() };
        assert_eq!(row.strict, expected, "strict: {}", row.what);
    }
    let Some(lines) = rows.iter().map(Row::line).collect::<Option<String>>() else {
        println!("skipped: python3 is not installed");
        return;
    };
    let table = format!(
        "| bundles | | strict | reference | `zip` | `rawzip` | `zipfile` |\n|---|---|---|---|---|---|---|\n{lines}"
    );
    let path = crate::docs::docs().join("security.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(MARK).expect("docs/security.md has a mark for the table");
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    let wanted = format!("{before}{MARK}{table}\n{after}");
    if std::env::var_os("RAMP_UPDATE_DOCS").is_some() {
        std::fs::write(path, wanted).unwrap();
    } else {
        assert_eq!(page, wanted, "docs/security.md is out of date: RAMP_UPDATE_DOCS=1");
    }
}
