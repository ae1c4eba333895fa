//! The description of what is served is valid, complete, and says what docs/rest-api.md says.

use std::collections::BTreeSet;

use ramp_core::knowledge::Knowledge;
use serde_json::Value;

use crate::support::{TestServer, conform::Description};

/// The signs of footnotes in the tables.
const FOOTNOTES: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

const TABLE: &str = include_str!("../../../../docs/rest-api.md");
const SCHEMA: &str = include_str!("openapi-3.1.json");

/// `GET /v1/modules`, status, `error_code` or nothing.
type Row = (String, u16, String);

fn releases() -> impl Iterator<Item = &'static str> {
    Knowledge::builtin().releases().iter().map(|release| release.name.as_str())
}

pub(crate) fn describe(release: &str) -> Description {
    let server = TestServer::of(release);
    let answer = server.request(None, "GET", "/openapi.json", None).ok();
    assert_eq!(answer.headers["content-type"], "application/json");
    Description::new(&answer.text)
}

pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    })
}

fn operation<'a>(document: &'a Value, endpoint: &str) -> &'a Value {
    operations(document).find(|(name, _)| name == endpoint).unwrap_or_else(|| panic!("no {endpoint}")).1
}

/// Every status of an operation, with each of its codes.
fn answers(operation: &Value) -> Vec<(u16, String)> {
    let responses = operation["responses"].as_object().unwrap();
    let mut found = Vec::new();
    for (status, response) in responses {
        let codes = &response["content"]["application/json"]["schema"]["properties"]["error_code"]["enum"];
        let status: u16 = status.parse().unwrap();
        match codes.as_array() {
            None => found.push((status, String::new())),
            Some(codes) => found.extend(codes.iter().map(|code| (status, code.as_str().unwrap().to_owned()))),
        }
    }
    found
}

/// The cells of the rows below a heading, without the last one.
fn cells(heading: &str) -> Vec<Vec<&'static str>> {
    let section = TABLE.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.filter(|row| !row.contains("| status |"))
        .map(|row| row.trim_matches(['|', ' ']).split('|').map(str::trim).collect())
        .collect()
}

/// The text of a cell without its footnotes, and whether it is a code.
fn code(cell: &str) -> String {
    let cell = cell.trim_end_matches(FOOTNOTES);
    cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).unwrap_or_default().to_owned()
}

fn holds(rule: &str, release: &str) -> bool {
    let number = |text: &str| {
        let (major, minor) = text.split_once('.').unwrap();
        (major.parse::<u32>().unwrap(), minor.parse::<u32>().unwrap())
    };
    match rule.split_once(' ') {
        Some(("≤", last)) => number(release) <= number(last),
        Some(("≥", first)) => number(release) >= number(first),
        None => ["all", "ours", release].contains(&rule),
        Some(_) => panic!("no such rule: {rule}"),
    }
}

/// The documented rows of a release.
fn rows(release: &str) -> BTreeSet<Row> {
    let sections = ["Up to 7.22", "From 8.0 on", "The cluster", "Databases", "Users", "Ours"];
    let mut rows = BTreeSet::new();
    for row in sections.iter().flat_map(|heading| cells(heading)).filter(|row| holds(row[3], release)) {
        let status = row[1].trim_end_matches(FOOTNOTES).parse().unwrap_or_else(|_| panic!("no status: {row:?}"));
        for endpoint in row[0].split(", ") {
            rows.insert((endpoint.trim_matches('`').to_owned(), status, code(row[2])));
        }
    }
    rows
}

/// What any endpoint can answer: the rows of the table of limits, and who may what.
fn shared() -> BTreeSet<(u16, String)> {
    let limits = cells("What every endpoint can answer").into_iter();
    limits.map(|row| (row[1].parse().unwrap(), code(row[0]))).collect()
}

#[test]
fn it_is_openapi() {
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for release in releases() {
        let description = describe(release);
        let document = &description.document;
        if let Err(err) = validator.validate(document) {
            panic!("{release}: {err} at `{}`", err.instance_path());
        }
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            assert!(jsonschema::draft202012::meta::is_valid(schema), "{release}: {name}: {schema}");
            // All that it refers to is there.
            description.validator(schema);
        }
        let mut ids = BTreeSet::new();
        for (endpoint, operation) in operations(document) {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{endpoint}");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{endpoint}");
        }
        assert_eq!(document["components"]["securitySchemes"]["basic"]["scheme"], "basic");
        assert_eq!(document["security"][0], serde_json::json!({"basic": []}));
    }
}

#[test]
fn it_has_every_documented_row_and_no_other() {
    let shared = shared();
    assert!(shared.len() >= 7, "{shared:?}");
    for release in releases() {
        let description = describe(release);
        let described: BTreeSet<Row> = operations(&description.document)
            .flat_map(|(endpoint, operation)| {
                let answers = answers(operation).into_iter();
                answers.map(move |(status, code)| (endpoint.clone(), status, code))
            })
            .filter(|(_, status, code)| !shared.contains(&(*status, code.clone())))
            .collect();
        let documented: BTreeSet<Row> =
            rows(release).into_iter().filter(|(_, status, code)| !shared.contains(&(*status, code.clone()))).collect();
        // What a cluster answers without a code can share its status with a code of ours.
        let has = |row: &Row| answers(operation(&description.document, &row.0)).iter().any(|(s, _)| *s == row.1);
        let missing: Vec<_> = documented.difference(&described).filter(|row| !row.2.is_empty() || !has(row)).collect();
        let more: Vec<_> = described.difference(&documented).collect();
        assert!(
            missing.is_empty() && more.is_empty(),
            "{release}: not described {missing:#?}, not documented {more:#?}"
        );
    }
}

#[test]
fn it_has_what_every_endpoint_can_answer() {
    for release in ["7.22", "8.2"] {
        let description = describe(release);
        let mut seen = BTreeSet::new();
        for (endpoint, operation) in operations(&description.document) {
            let answers = answers(operation);
            let public = operation["security"] == serde_json::json!([{}]);
            assert_eq!(public, !answers.contains(&(401, "unauthorized".to_owned())), "{endpoint}");
            let takes_a_body = operation.get("requestBody").is_some();
            assert_eq!(takes_a_body, answers.contains(&(413, "request_too_large".to_owned())), "{endpoint}");
            seen.extend(answers);
        }
        let unseen: Vec<_> = shared().difference(&seen).cloned().collect();
        assert_eq!(unseen, [], "{release}");
    }
}

#[test]
fn it_has_the_routes_of_its_release_alone() {
    let has = |release, path: &str| !describe(release).document["paths"][path].is_null();
    assert!(has("8.2", "/v2/modules/user-defined") && !has("7.22", "/v2/modules/user-defined"));
    // The router is made from what is described; a route beside it would be described nowhere.
    let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/routes")).unwrap();
    for source in sources.map(|source| source.unwrap().path()).filter(|source| source.is_file()) {
        let source = std::fs::read_to_string(source).unwrap();
        assert!(!source.contains(".route("), "{source}");
    }
    for release in ["7.22", "8.2"] {
        let server = TestServer::of(release);
        for (endpoint, operation) in operations(&describe(release).document) {
            let (method, path) = endpoint.split_once(' ').unwrap();
            let answer = server.request(Some(crate::support::ADMIN), method, &path.replace(['{', '}'], ""), None);
            let gone = operation["responses"]["405"].is_object();
            let there = answer.status != 405 && !(answer.status == 404 && answer.text.contains("\"not_found\""));
            assert_eq!(there, !gone, "{endpoint}: {answer:?}");
        }
    }
}
