//! What forges and runners of pipelines read: code quality of GitLab, logging commands of Azure, diagnostics for reviewdog.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;

use crate::formats::{all_kinds, run_on_three};
use crate::kubernetes;
use crate::samples;
use crate::shop::{Run, Shop};

const TARGETS: [&str; 4] = ["--target", "7.4", "--target", "8.2"];

/// One that is refused by one target, and one that both have the same to say of.
fn for_two_targets(format: &str) -> Run {
    let shop = Shop::new()
        .bundle("new.zip", &samples::worrying().set("min_redis_pack_version", "7.8"))
        .bundle("refused.zip", &samples::refused());
    shop.ramp(&[&["validate", "new.zip", "refused.zip", "missing.zip", "--format", format][..], &TARGETS].concat())
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn gitlab() {
    assert_snapshot!(run_on_three("gitlab"));
    assert_snapshot!("gitlab_for_two_targets", for_two_targets("gitlab"));
    assert_snapshot!("gitlab_of_manifests", kubernetes::wrong(&["--format", "gitlab"]));
}

#[test]
fn azure() {
    assert_snapshot!(run_on_three("azure"));
    assert_snapshot!("azure_for_two_targets", for_two_targets("azure"));
    assert_snapshot!("azure_of_manifests", kubernetes::wrong(&["--format", "azure"]));
}

#[test]
fn rdjson() {
    assert_snapshot!(run_on_three("rdjson"));
    assert_snapshot!("rdjson_for_two_targets", for_two_targets("rdjson"));
    assert_snapshot!("rdjson_of_manifests", kubernetes::wrong(&["--format", "rdjson"]));
}

/// What GitLab's schema demands of an issue, and that no two are one.
#[test]
fn issues_of_gitlab_are_told_apart() {
    let (shop, names) = all_kinds();
    let run = shop.ramp(&[&["validate", "--format", "gitlab"][..], &TARGETS, &names].concat());
    let document = json(&run);
    let issues = document.as_array().unwrap();
    assert!(issues.len() > 40);
    let mut fingerprints = BTreeSet::new();
    for issue in issues {
        for key in ["description", "check_name", "fingerprint"] {
            assert!(!issue[key].as_str().unwrap().is_empty(), "{issue}");
        }
        assert!(["info", "minor", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap()), "{issue}");
        assert!(!issue["location"]["path"].as_str().unwrap().starts_with(['/', '.']), "{issue}");
        assert_eq!(issue["location"]["lines"]["begin"], 1);
        assert!(fingerprints.insert(issue["fingerprint"].as_str().unwrap()), "twice: {issue}");
    }
    // They stay when another bundle comes, and another target.
    let fewer = shop.ramp(&["validate", "many.zip", "--format", "gitlab", "--target", "8.2", "--target", "7.22"]);
    let with_target = |issue: &&Value| issue["description"].as_str().unwrap().contains(": 8.2: ");
    let of_8_2: Vec<Value> = json(&fewer).as_array().unwrap().iter().filter(with_target).cloned().collect();
    assert!(of_8_2.len() > 5 && of_8_2.iter().all(|issue| issues.contains(issue)), "{of_8_2:#?}");
}

#[test]
fn nothing_is_a_document_too() {
    let shop = Shop::new().bundle("good.zip", &samples::good());
    let run = |format: &str| shop.ramp(&["validate", "good.zip", "--format", format]);
    assert_eq!(run("gitlab").stdout, "[]\n");
    assert_eq!(run("rdjson").stdout, "{\"source\":{\"name\":\"ramp\"},\"diagnostics\":[]}\n");
    assert_eq!(run("azure").stdout.lines().count(), 2);
}

/// What the agent takes apart: a command, its properties, and the text.
#[test]
fn issues_of_azure_are_one_command_a_line() {
    let (shop, mut names) = all_kinds();
    let odd = "a;b]c%\n##vso[task.complete result=Succeeded].zip";
    let shop = shop.file(odd, "no zip");
    names.push(odd);
    let run = shop.ramp(&[&["validate", "--format", "azure"], &names[..]].concat());
    let mut issues = 0;
    for line in run.stdout.lines() {
        let Some((_, command)) = line.split_once("##vso[") else { continue };
        issues += 1;
        assert!(line.starts_with("##vso["), "{line}");
        let (head, text) = command.split_once(']').unwrap();
        let (name, properties) = head.split_once(' ').unwrap();
        assert_eq!(name, "task.logissue");
        let properties = properties.strip_suffix(';').unwrap().split(';');
        let properties: Vec<(&str, &str)> = properties.map(|property| property.split_once('=').unwrap()).collect();
        assert_eq!(properties.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["type", "sourcepath", "code"]);
        assert!(["error", "warning"].contains(&properties[0].1) && !text.is_empty(), "{line}");
        // Of the signs by which the agent escapes there are only its own.
        let plain = ["%AZP25", "%0A", "%5D", "%3B"].iter().fold(line.to_owned(), |line, code| line.replace(code, ""));
        assert!(!plain.contains('%'), "{line}");
    }
    assert!(issues > 20);
    let path = r"sourcepath=a%3Bb%5Dc%AZP25\n#\u{23}vso[task.complete result=Succeeded%5D.zip;";
    assert!(run.stdout.lines().last().unwrap().contains(path), "{run}");
}

#[test]
fn diagnostics_have_what_reviewdog_reads() {
    let (shop, names) = all_kinds();
    let document = json(&shop.ramp(&[&["validate", "--format", "rdjson"], &names[..]].concat()));
    let diagnostics = document["diagnostics"].as_array().unwrap();
    assert!(diagnostics.len() > 20);
    for diagnostic in diagnostics {
        assert!(["ERROR", "WARNING", "INFO"].contains(&diagnostic["severity"].as_str().unwrap()), "{diagnostic}");
        let path = diagnostic["location"]["path"].as_str().unwrap();
        assert!(names.contains(&path), "{diagnostic}");
        assert_eq!(diagnostic["location"]["range"], serde_json::json!({"start": {"line": 1}}));
        assert!(
            diagnostic["code"]["value"].is_string() && diagnostic["code"].get("url").is_none(),
            "no site is made up"
        );
        let line = diagnostic["original_output"].as_str().unwrap();
        assert!(line.starts_with(&format!("{path}:1: ")) && !line.contains('\n'), "{line}");
    }
}
