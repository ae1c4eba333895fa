//! The pages under `docs/`, made of the catalogue and the cases.
//!
//! The tests compare; with `RAMP_UPDATE_DOCS=1` they write.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ramp_core::{Group, Policy, PolicyName, Repair, Report, Rule, Target, rules};

use crate::book::of;
use crate::cases::found;

pub(crate) const MADE: &str =
    "<!-- Made of the catalogue and its tests by `RAMP_UPDATE_DOCS=1 cargo test -p ramp-core --test rules`. -->";

pub(crate) fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// Compares a page with the file, or writes it.
#[track_caller]
pub(crate) fn compare(name: &str, page: &str) {
    let path = docs().join(name);
    if updating() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/{name} is not what the catalogue says; run with RAMP_UPDATE_DOCS=1");
}

fn updating() -> bool {
    std::env::var_os("RAMP_UPDATE_DOCS").is_some_and(|value| value == "1")
}

fn overview() -> String {
    let mut page = format!("# Rules\n\n{MADE}\n\n");
    page.push_str(
        "What each looks at, why, and what to do about it is on the rule's page, and in `ramp explain RULE`. The levels are\n\
         those of the policies `strict` and `reference`. A group with *answer* has rules that decide what the cluster answers to the\n\
         upload: it is refused with the code of the rule, whatever the policy. A group with *gate* is only our own judgement: it\n\
         does not decide the answer, and what is an error does not pass `ramp validate`.\n\n\
         The values that a message has are in `data` of the finding too, by the keys on the rule's page; a key means the same\n\
         in all rules.\n\n\
         A finding may follow from another: what is wrong with the content of an entry whose CRC-32, size or compressed data\n\
         is wrong too, what a truncated module lacks, what is odd about a value that the cluster refuses. It counts,\n\
         but instead of its own help it names the rule to see to first, whose id is in `follows`.\n\n\
         | group | what its rules look at | decides | rules |\n|---|---|---|---|\n",
    );
    for &group in Group::ALL {
        let decides = if group.decides_answer() { "answer" } else { "gate" };
        let (title, count) = (group.title(), of(group).count());
        writeln!(page, "| [`{group}`](groups/{group}.md) | {title} | {decides} | {count} |").unwrap();
    }
    page
}

/// What the cluster answers, where it refuses for this rule.
fn answer(rule: &Rule) -> Option<String> {
    let code = rule.error_code?;
    let mut text = format!("`{code}`: {}", code.message());
    if let Some(reason) = rule.reason {
        write!(text, "; the unpacker's own code is `{reason}`").unwrap();
    }
    text.push_str(".\n\n| request | status |\n|---|---|\n");
    for &endpoint in rule.endpoints {
        if let Some(status) = code.http_status(endpoint) {
            writeln!(text, "| `{}` | {status} |", endpoint.request_of(rule.part)).unwrap();
        }
    }
    Some(text)
}

fn page(rule: &Rule) -> String {
    let (strict, reference) = (rule.level(PolicyName::Strict), rule.level(PolicyName::Reference));
    let mut page = format!("# `{}`: {}\n\n{MADE}\n\n", rule.id, rule.title);
    let levels = if strict == reference {
        format!("Level `{strict}` under both policies")
    } else {
        format!("Level `{strict}` under `strict`, `{reference}` under `reference`")
    };
    let group = rule.group;
    writeln!(page, "Group [`{group}`](../groups/{group}.md): {}. {levels}.\n", group.title()).unwrap();
    for (title, text) in
        [("What", rule.what), ("Why it matters", rule.why), ("What to do", rule.help), ("Example", rule.example)]
    {
        writeln!(page, "## {title}\n\n{text}\n").unwrap();
    }
    if rule.repair != Repair::Never {
        writeln!(page, "## Repair\n\n{}\n", rule.repair).unwrap();
    }
    if let Some(answer) = answer(rule) {
        writeln!(page, "## Answer to the upload\n\n{answer}").unwrap();
    }
    if !rule.data.is_empty() {
        page.push_str("## Data\n\nThe values concerned, in `data` of the finding:\n\n| key | value |\n|---|---|\n");
        for (key, what) in rule.data {
            writeln!(page, "| `{key}` | {what} |").unwrap();
        }
        page.push('\n');
    }
    page.push_str("## What it says\n\n");
    let mut said: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, findings) in found(rule.id, &Policy::strict()) {
        said.insert(name, findings.into_iter().map(|finding| finding.message).collect());
    }
    if said.is_empty() {
        let report = Report::no_module(&Target::default(), &Policy::strict());
        said.insert("a request without a file", vec![report.findings()[0].message.clone()]);
    }
    for (name, messages) in said {
        writeln!(page, "Of {name}:\n\n```text\n{}\n```\n", messages.join("\n")).unwrap();
    }
    format!("{}\n", page.trim_end())
}

#[test]
fn the_overview_is_up_to_date() {
    compare("rules.md", &overview());
}

#[test]
fn each_rule_has_its_page() {
    let known: BTreeSet<String> = rules::all().map(|rule| format!("{}.md", rule.id)).collect();
    for rule in rules::all() {
        compare(&format!("rules/{}.md", rule.id), &page(rule));
    }
    for entry in std::fs::read_dir(docs().join("rules")).unwrap() {
        let entry = entry.unwrap();
        if known.contains(entry.file_name().to_str().unwrap()) {
            continue;
        }
        assert!(updating(), "{:?} is the page of no rule; run with RAMP_UPDATE_DOCS=1", entry.path());
        std::fs::remove_file(entry.path()).unwrap();
    }
}

#[test]
fn the_table_of_archive_rules_is_whole() {
    let page = std::fs::read_to_string(docs().join("security.md")).unwrap();
    for rule in rules::all().filter(|rule| rule.group == Group::Archive) {
        assert!(
            page.contains(&format!("[`{id}`](rules/{id}.md)", id = rule.id)),
            "docs/security.md leaves out {}",
            rule.id
        );
    }
    let linked = page.split("](rules/").skip(1).filter_map(|rest| rest.split(".md)").next());
    for id in linked {
        assert!(rules::find(id).is_some(), "docs/security.md names {id}, which is not a rule");
    }
}

/// A rule about which something is left unsaid is of no help.
#[test]
fn every_rule_is_explained() {
    let mut ids = BTreeSet::new();
    for rule in rules::all() {
        assert!(ids.insert(rule.id), "{} is there twice", rule.id);
        assert!(rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", rule.id);
        for text in [rule.title, rule.what, rule.why, rule.help, rule.example] {
            assert!(!text.trim().is_empty(), "{} leaves something unsaid", rule.id);
            assert!(!text.contains("  "), "{}: two spaces in {text:?}", rule.id);
        }
        for text in [rule.what, rule.why, rule.help] {
            assert!(text.ends_with(['.', '`', ')']), "{}: {text:?} ends in no full stop", rule.id);
        }
    }
}
