//! What programs read: JSON, JSON Lines, SARIF, annotations of GitHub Actions, JUnit.

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::macho::MachOBuilder;
use serde_json::Value;

use crate::samples;
use crate::shop::{Shop, published_schema};

/// All of them.
pub(crate) const FORMATS: [&str; 10] =
    ["human", "json", "jsonl", "sarif", "github", "gitlab", "azure", "rdjson", "junit", "markdown"];

/// Bundles of all kinds, and one that is not there.
pub(crate) fn all_kinds() -> (Shop, Vec<&'static str>) {
    let shop = Shop::new()
        .bundle("good.zip", &samples::good())
        .bundle("worrying.zip", &samples::worrying())
        .bundle("refused.zip", &samples::refused())
        .file("many.zip", samples::wrong_in_many_ways())
        .file("hostile.zip", samples::hostile())
        .bundle("mac.zip", &BundleBuilder::of_module(MachOBuilder::arm64().build()))
        .bundle("text.zip", &BundleBuilder::good().metadata_bytes("no JSON"))
        .file("no.zip", "no zip")
        .file("empty.zip", "");
    let names = vec![
        "good.zip",
        "worrying.zip",
        "refused.zip",
        "many.zip",
        "hostile.zip",
        "mac.zip",
        "text.zip",
        "no.zip",
        "empty.zip",
        "missing.zip",
    ];
    (shop, names)
}

pub(crate) fn three() -> Shop {
    Shop::new()
        .bundle("good.zip", &samples::good())
        .bundle("worrying.zip", &samples::worrying())
        .bundle("refused.zip", &samples::refused())
}

pub(crate) fn run_on_three(format: &str) -> crate::shop::Run {
    three().ramp(&["validate", "good.zip", "worrying.zip", "refused.zip", "missing.zip", "--format", format])
}

#[test]
fn json() {
    assert_snapshot!(run_on_three("json"));
}

#[test]
fn jsonl() {
    let lines = run_on_three("jsonl");
    let results: Vec<Value> = lines.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let document: Value = serde_json::from_str(&run_on_three("json").stdout).unwrap();
    assert_eq!(document["results"], Value::from(results));
    assert_eq!(lines.status, 2);
}

#[test]
fn sarif() {
    let run = three().ramp(&["validate", "worrying.zip", "refused.zip", "missing.zip", "--format", "sarif"]);
    let mut document: Value = serde_json::from_str(&run.stdout).unwrap();
    // The list of rules is the catalogue's, which has tests of its own.
    document["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap().truncate(1);
    assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
}

#[test]
fn github() {
    assert_snapshot!(run_on_three("github"));
}

#[test]
fn junit() {
    assert_snapshot!(run_on_three("junit"));
}

#[test]
fn results_have_exactly_the_keys_of_the_contract_in_their_order() {
    let (shop, names) = all_kinds();
    let run = shop.ramp(&[&["validate", "--format", "json"], &names[..]].concat());
    assert_eq!(run.status, 2, "{run}");
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(keys(&document), ["schema_version", "results"]);
    assert_eq!(document["schema_version"], 1);
    let results = document["results"].as_array().unwrap();
    assert_eq!(results.iter().map(|r| r["bundle"].as_str().unwrap()).collect::<Vec<_>>(), names);
    for result in results {
        let mut expected =
            vec!["bundle", "policy", "fail_on", "target", "answer", "passed", "findings", "metadata", "module"];
        if result["bundle"] == "missing.zip" {
            expected.extend(["failure", "help"]);
            assert!(result["answer"].is_null() && result["passed"] == false);
        }
        assert_eq!(keys(result), expected);
        let answer = &result["answer"];
        if !answer.is_null() {
            let expected = [
                "accepted",
                "request",
                "http_status",
                "error_code",
                "reason",
                "message",
                "rule",
                "description",
                "conditions",
            ];
            assert_eq!(keys(answer), expected);
            assert_eq!(answer["accepted"].as_bool().unwrap(), answer["error_code"].is_null());
        }
        for finding in result["findings"].as_array().unwrap() {
            let expected = [
                "rule",
                "group",
                "level",
                "decides_answer",
                "error_code",
                "reason",
                "message",
                "data",
                "location",
                "help",
                "follows",
                "suppressed",
            ];
            assert_eq!(finding["decides_answer"], !finding["error_code"].is_null());
            assert_eq!(keys(finding), expected);
        }
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn metadata_is_as_it_was_written() {
    let text = br#"{"version": 20803.0, "module_name": "zeta", "alpha": [1e2, -0, 12345678901234567890], "a": null}"#;
    let shop = Shop::new().bundle("a.zip", &BundleBuilder::good().metadata_bytes(*text));
    let run = shop.ramp(&["validate", "a.zip", "--format", "json"]);
    let (_, metadata) = run.stdout.split_once("\"metadata\":").unwrap();
    let start = r#"{"version":20803.0,"module_name":"zeta","alpha":["#;
    assert!(metadata.starts_with(start), "{metadata}");
}

#[test]
fn reports_are_valid_by_the_schema() {
    let (shop, names) = all_kinds();
    let validator = published_schema("report");
    for arguments in [&["--target", "7.22", "--os", "rhel9"][..], &["--target", "8.2"], &["--policy", "reference"]] {
        let run = shop.ramp(&[&["validate", "--format", "json"], arguments, &names[..]].concat());
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{arguments:?}: {errors:#?}");
    }
    for (pointer, wrong) in [
        ("/results/0/passed", Value::from("yes")),
        ("/results/0/answer", Value::from("no")),
        ("/results/2/answer/error_code", Value::from("no_such_code")),
        ("/results/2/findings/0/level", Value::from("fatal")),
        ("/results/2/findings/0/group", Value::from("taste")),
        ("/schema_version", Value::Null),
    ] {
        let run = shop.ramp(&[&["validate", "--format", "json"], &names[..]].concat());
        let mut document: Value = serde_json::from_str(&run.stdout).unwrap();
        *document.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&document), "{pointer} is not looked at");
    }
}

#[test]
fn sarif_is_consistent() {
    let (shop, names) = all_kinds();
    let run = shop.ramp(&[&["validate", "--format", "sarif"], &names[..]].concat());
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["version"], "2.1.0");
    assert!(document["$schema"].as_str().unwrap().ends_with("sarif-schema-2.1.0.json"));
    let [run] = document["runs"].as_array().unwrap().as_slice() else { panic!("one run") };
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "ramp");
    let rules = driver["rules"].as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> = rules.iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len(), "every rule once");
    for rule in rules {
        for text in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"] {
            assert!(!rule.pointer(text).unwrap().as_str().unwrap().is_empty(), "{text} of {rule}");
        }
        assert!(is_level(&rule["defaultConfiguration"]["level"]));
    }
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 20);
    let mut fingerprints = std::collections::BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(is_level(&result["level"]));
        let text = result["message"]["text"].as_str().unwrap();
        assert!(text.ends_with(['.', '?']) && !text.ends_with(".."), "{text}");
        is_location(&result["locations"]);
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let fingerprint = &result["partialFingerprints"]["primaryLocationLineHash"];
        assert!(fingerprints.insert((uri.as_str(), fingerprint.as_str().unwrap())), "{fingerprint} twice");
    }
    let [invocation] = run["invocations"].as_array().unwrap().as_slice() else { panic!("one invocation") };
    assert_eq!(invocation["executionSuccessful"], false);
    let [failure] = invocation["toolExecutionNotifications"].as_array().unwrap().as_slice() else { panic!("one") };
    assert!(is_level(&failure["level"]));
    assert!(failure["message"]["text"].as_str().unwrap().contains("missing.zip"));
    is_location(&failure["locations"]);
}

fn is_level(value: &Value) -> bool {
    ["none", "note", "warning", "error"].contains(&value.as_str().unwrap())
}

fn is_location(value: &Value) {
    let [location] = value.as_array().unwrap().as_slice() else { panic!("one location") };
    let physical = &location["physicalLocation"];
    let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
    assert!(!uri.is_empty() && uri.chars().all(allowed), "{uri}");
    if let Some(region) = physical.get("region") {
        assert_eq!(region["startLine"], 1, "code scanning wants a line");
    }
    if let Some(logical) = location.get("logicalLocations") {
        assert!(logical.as_array().unwrap().iter().all(|l| l["fullyQualifiedName"].is_string()));
    }
}

#[test]
fn sarif_names_files_by_uris() {
    let shop = Shop::new().file("out dir/ä#1%.zip", "no zip");
    let run = shop.ramp(&["validate", "out dir/ä#1%.zip", "--format", "sarif"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let uri = document.pointer("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri").unwrap();
    assert_eq!(uri, "out%20dir/%C3%A4%231%25.zip");
}

#[test]
fn annotations_are_one_command_a_line() {
    let (shop, mut names) = all_kinds();
    let odd = "a,b:c%\n::error::injected.zip";
    let shop = shop.file(odd, "no zip");
    names.push(odd);
    let run = shop.ramp(&[&["validate", "--format", "github"], &names[..]].concat());
    assert!(run.stdout.lines().count() > 20);
    for line in run.stdout.lines() {
        let (head, text) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        let properties: Vec<(&str, &str)> = properties.split(',').map(|p| p.split_once('=').unwrap()).collect();
        assert_eq!(properties.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["file", "title"], "{line}");
        assert!(!text.is_empty());
    }
    let last = run.stdout.lines().last().unwrap();
    assert!(last.starts_with(r"::error file=a%2Cb%3Ac%25\n\u{3a}%3Aerror%3A%3Ainjected.zip,title="), "{last}");
}

#[test]
fn junit_is_xml_that_counts_right() {
    let (shop, names) = all_kinds();
    for (fail_on, failing) in [("error", &["error"][..]), ("note", &["error", "warning", "note"]), ("never", &[])] {
        let arguments = [&["validate", "--fail-on", fail_on, "--format"], &["junit"][..], &names].concat();
        let xml = shop.ramp(&arguments).stdout;
        assert!(xml.chars().all(|c| matches!(c, '\n' | ' '..='\u{7e}' | '\u{a0}'..)), "characters outside XML");
        let report = quick_junit::Report::deserialize_from_str(&xml).unwrap();
        let json = shop.ramp(&[&["validate", "--format", "json"], &names[..]].concat()).stdout;
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(report.test_suites.len(), names.len());
        for (suite, result) in report.test_suites.iter().zip(json["results"].as_array().unwrap()) {
            assert_eq!(suite.name.as_str(), result["bundle"].as_str().unwrap());
            if result.get("failure").is_some() {
                assert_eq!((suite.tests, suite.errors, suite.failures), (1, 1, 0));
                continue;
            }
            let findings = result["findings"].as_array().unwrap();
            let failed = findings.iter().filter(|f| failing.contains(&f["level"].as_str().unwrap())).count();
            // The answer is told, and so is a gate that passes; what fails is counted once.
            let gate = usize::from(failed == 0);
            assert_eq!((suite.tests, suite.errors, suite.failures), (findings.len() + 1 + gate, 0, failed));
            assert_eq!(suite.properties.len(), usize::from(failed > 0), "what the gate says is told once");
            assert!(suite.test_cases.iter().all(|case| case.classname.as_ref() == Some(&suite.name)));
        }
        let sum = |count: fn(&quick_junit::TestSuite) -> usize| report.test_suites.iter().map(count).sum::<usize>();
        assert_eq!((report.tests, report.failures, report.errors), (sum(|s| s.tests), sum(|s| s.failures), 1));
    }
}

#[test]
fn nothing_from_a_bundle_steers_a_terminal() {
    let name = "h\u{1b}[31m\u{9b}\u{202e}.zip";
    let shop = Shop::new().file(name, samples::hostile()).env("CLICOLOR_FORCE", "1");
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for format in FORMATS {
        runs.push(vec!["validate", name, "missing\u{1b}[31m.zip", "--format", format, "--target", "7.22"]);
        runs.push(vec!["validate", name, "--policy", "reference", "--format", format]);
    }
    runs.push(vec!["inspect", name]);
    runs.push(vec!["inspect", name, "--format", "json"]);
    runs.push(vec!["unpack", name, "--policy", "reference"]);
    runs.push(vec!["unpack", "missing\u{1b}[31m.zip"]);
    for arguments in runs {
        let run = shop.ramp(&arguments);
        for text in [&run.stdout, &run.stderr] {
            let plain = without_colours(text);
            let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            let at = plain.char_indices().find(|(_, c)| steers(*c)).map(|(at, _)| at);
            assert_eq!(at.and_then(|at| plain.get(at.saturating_sub(40)..at + 8)), None, "{arguments:?}");
        }
    }
}

/// The colours that the command itself uses; all other escape sequences stay.
fn without_colours(text: &str) -> String {
    ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[32m", "\u{1b}[31m\u{1b}[0m"]
        .into_iter()
        .fold(text.replace("\u{1b}[1m\u{1b}[31m", ""), |text, code| text.replace(code, ""))
        .replace("\u{1b}[33m", "")
        .replace("\u{1b}[36m", "")
}

/// In no format: runners look for commands in all that a job prints.
#[test]
fn names_do_not_command_pipelines() {
    let name = "x##[set-output name=verdict]good ::stop-commands::x ##vso[task.complete result=Failed]";
    let bundle = BundleBuilder::good().set("module_name", name).set("description", name).set(name, 1);
    let shop = Shop::new().bundle("a##[add-mask]e.zip", &bundle);
    for format in FORMATS {
        let run = shop.ramp(&["validate", "a##[add-mask]e.zip", "--all", "--format", format]);
        for line in run.stdout.lines() {
            let ours = match format {
                "github" => &["::error ", "::warning ", "::notice "][..],
                "azure" => &["##vso[task.logissue "],
                _ => &[],
            };
            let text = ours.iter().find_map(|command| line.strip_prefix(command)).unwrap_or(line);
            assert!(!text.trim_start().starts_with("::"), "{format}: {line}");
            assert!(!text.contains("##[") && !text.contains("##vso["), "{format}: {line}");
        }
    }
}
