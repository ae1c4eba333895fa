//! What the book under `docs/` has of the catalogue besides a page for each rule: a page for each group, and the list in
//! `SUMMARY.md` that makes chapters of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ramp_core::{Group, PolicyName, Rule, rules};

use crate::docs::{MADE, code, compare, docs, reason};

/// The chapter whose children are made here.
const CHAPTER: &str = "- [Rules](rules.md)\n";

pub(crate) fn of(group: Group) -> impl Iterator<Item = &'static Rule> {
    rules::all().filter(move |rule| rule.group == group)
}

fn page(group: Group) -> String {
    let mut page = format!("# `{group}`: {}\n\n{MADE}\n\n", group.title());
    page.push_str(if group.decides_answer() {
        "A rule with an upload code decides what the cluster answers: the upload is refused with that code, whatever the\n\
         policy. The levels are those of the policies `strict` and `reference`.\n\n"
    } else {
        "These rules are the gate's alone: they do not decide what a cluster answers, and what is an error does not pass\n\
         `ramp validate`. The levels are those of the policies `strict` and `reference`.\n\n"
    });
    let codes = of(group).any(|rule| rule.error_code.is_some());
    let reasons = of(group).any(|rule| rule.reason.is_some());
    let columns = [("upload code", codes), ("reason", reasons)];
    let shown = || columns.iter().filter(|(_, shown)| *shown);
    let titles: String = shown().map(|(title, _)| format!(" {title} |")).collect();
    writeln!(page, "| rule | finds that | strict | reference |{titles}").unwrap();
    writeln!(page, "|---|---|---|---|{}", "---|".repeat(shown().count())).unwrap();
    for rule in of(group) {
        let id = rule.id;
        let (strict, reference) = (rule.level(PolicyName::Strict), rule.level(PolicyName::Reference));
        write!(page, "| [`{id}`](../rules/{id}.md) | {} | {strict} | {reference} |", rule.title).unwrap();
        for (cell, shown) in [(code(rule), codes), (reason(rule), reasons)] {
            if shown {
                write!(page, " {cell} |").unwrap();
            }
        }
        page.push('\n');
    }
    page
}

/// The list of groups and their rules, as chapters below [`CHAPTER`].
fn chapters() -> String {
    let mut list = String::new();
    for &group in Group::ALL {
        writeln!(list, "  - [{group}: {}](groups/{group}.md)", group.title()).unwrap();
        for rule in of(group) {
            writeln!(list, "    - [{id}](rules/{id}.md)", id = rule.id).unwrap();
        }
    }
    list
}

#[test]
fn each_group_has_its_page() {
    for &group in Group::ALL {
        compare(&format!("groups/{group}.md"), &page(group));
    }
}

#[test]
fn the_summary_is_up_to_date() {
    let summary = std::fs::read_to_string(docs().join("SUMMARY.md")).unwrap();
    let (before, rest) = summary.split_once(CHAPTER).expect("docs/SUMMARY.md has a chapter for the rules");
    let after: String = rest.split_inclusive('\n').skip_while(|line| line.starts_with("  ")).collect();
    let summary = format!("{before}{CHAPTER}{}{after}", chapters());
    compare("SUMMARY.md", &summary);
    has_every_page_once(&summary);
}

/// A page that is no chapter is not in the book, and links to it would lead nowhere.
fn has_every_page_once(summary: &str) {
    let mut chapters = BTreeSet::new();
    for chapter in summary.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(docs().join(chapter).is_file(), "docs/SUMMARY.md names {chapter}, which is not there");
        assert!(chapters.insert(chapter.to_owned()), "docs/SUMMARY.md names {chapter} twice");
    }
    for folder in ["", "rules/", "groups/"] {
        for entry in std::fs::read_dir(docs().join(folder)).unwrap() {
            let name = format!("{folder}{}", entry.unwrap().file_name().to_str().unwrap());
            let is_page = name.ends_with(".md") && name != "SUMMARY.md";
            assert!(!is_page || chapters.contains(&name), "docs/SUMMARY.md leaves out {name}");
        }
    }
}
