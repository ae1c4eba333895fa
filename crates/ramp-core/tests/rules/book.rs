//! What the book under `docs/` has of the catalogue besides a page for each rule: a page for each group, and the list in
//! `SUMMARY.md` that makes chapters of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ramp_core::{Group, PolicyName, Rule, rules};

use crate::docs::{MADE, compare, docs};

/// The chapter whose children are made here.
const CHAPTER: &str = "- [Rules](rules.md)\n";

pub(crate) fn of(group: Group) -> impl Iterator<Item = &'static Rule> {
    rules::all().filter(move |rule| rule.group == group)
}

fn page(group: Group) -> String {
    let mut page = format!("# `{group}`: {}\n\n{MADE}\n\n", group.title());
    page.push_str(if group.decides_answer() {
        "A rule with an answer decides what the cluster answers: the upload is refused with that code, for that reason of the\n\
         unpacker where one is named, whatever the policy. The levels are those of the policies `strict` and `reference`.\n\n"
    } else {
        "These rules are the gate's alone: they do not decide what a cluster answers, and what is an error does not pass\n\
         `ramp validate`. The levels are those of the policies `strict` and `reference`.\n\n"
    });
    let answers = of(group).any(|rule| rule.error_code.is_some());
    let last = if answers { " answer |" } else { "" };
    writeln!(
        page,
        "| rule | finds that | strict / reference |{last}\n|---|---|---|{}",
        if answers { "---|" } else { "" }
    )
    .unwrap();
    for rule in of(group) {
        let id = rule.id;
        let (strict, reference) = (rule.level(PolicyName::Strict), rule.level(PolicyName::Reference));
        let levels = if strict == reference { strict.to_string() } else { format!("{strict} / {reference}") };
        write!(page, "| [`{id}`](../rules/{id}.md) | {} | {levels} |", rule.title).unwrap();
        if answers {
            let code = rule.error_code.map(|code| format!("`{code}`"));
            let reason = rule.reason.map(|reason| format!("`{reason}`"));
            let said: Vec<String> = code.into_iter().chain(reason).collect();
            write!(page, " {} |", if said.is_empty() { "—".to_owned() } else { said.join(", ") }).unwrap();
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

/// What is no chapter: the list of them, and what is shown in place of a page that does not exist.
const NO_CHAPTERS: [&str; 2] = ["SUMMARY.md", "404.md"];

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
            let is_page = name.ends_with(".md") && !NO_CHAPTERS.contains(&name.as_str());
            assert!(!is_page || chapters.contains(&name), "docs/SUMMARY.md leaves out {name}");
        }
    }
}
