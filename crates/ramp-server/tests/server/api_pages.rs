//! `docs/api.md` and `docs/api-objects.md`: the description of what is served, for people. With `RAMP_UPDATE_DOCS=1` the tests write them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ramp_core::knowledge::Knowledge;
use serde_json::Value;

use crate::openapi::{describe, operations};

const MADE: &str = "<!-- Made of the OpenAPI description by `RAMP_UPDATE_DOCS=1 cargo test -p ramp-server --test server api_pages`. -->";
const OBJECTS: &str = "api-objects.md";
const PREFIX: &str = "#/components/schemas/";

/// The descriptions of all releases, oldest first.
fn described() -> Vec<(&'static str, Value)> {
    let releases = Knowledge::builtin().releases().iter();
    releases.map(|release| (release.name.as_str(), describe(&release.name).document)).collect()
}

#[track_caller]
fn compare(name: &str, page: &str) {
    let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("RAMP_UPDATE_DOCS").is_some_and(|value| value == "1") {
        std::fs::write(&path, page).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == page, "docs/{name} is not what is served; run with RAMP_UPDATE_DOCS=1");
}

/// A text of the code, without examples and links that are for its readers.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for (index, part) in text.split("\n\n```").next().unwrap_or_default().split("](").enumerate() {
        let outside = if index == 0 { Some(part) } else { part.split_once(')').map(|(_, rest)| rest) };
        plain.push_str(outside.unwrap_or_default());
    }
    plain.replace("[`", "`")
}

/// What may be in a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace("\n\n", "<br>").replace('\n', " ")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Where it is, if that is not all releases.
fn span(there: &[&str], all: &[&str]) -> Option<String> {
    let (first, last) = (there.first()?, there.last()?);
    match (*first == all[0], last == all.last()?) {
        (true, true) => None,
        (false, true) => Some(format!("From {first} on.")),
        (true, false) => Some(format!("Up to {last}.")),
        (false, false) => Some(format!("From {first} to {last}.")),
    }
}

/// A type in words, with a link where it is an object of its own.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.strip_prefix(PREFIX)) {
        return format!("[`{name}`]({OBJECTS}#{})", name.to_lowercase());
    }
    if let Some(value) = schema.get("const") {
        return format!("`{value}`");
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" or ");
    }
    for several in ["anyOf", "oneOf", "allOf"] {
        if let Some(kinds) = schema[several].as_array() {
            let mut said: Vec<String> = kinds.iter().map(kind).collect();
            said.dedup();
            return said.join(if several == "allOf" { " and " } else { " or " });
        }
    }
    let of = |name: &str| match name {
        "array" => match &schema["items"] {
            items if items.get("type").is_none() && items.get("$ref").is_none() && items.get("anyOf").is_none() => {
                "array".to_owned()
            }
            items => format!("array of {}", kind(items)),
        },
        "object" => match &schema["additionalProperties"] {
            values @ Value::Object(_) => format!("object of {}", kind(values)),
            _ => "object".to_owned(),
        },
        other => other.to_owned(),
    };
    match &schema["type"] {
        Value::String(name) => of(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(of).collect::<Vec<_>>().join(" or "),
        _ => "anything".to_owned(),
    }
}

fn body(content: &Value) -> String {
    let kinds = content.as_object().into_iter().flatten();
    let said = kinds.map(|(media, content)| match (media.as_str(), &content["schema"]) {
        ("application/json", schema) => kind(schema),
        (media, schema) if schema["$ref"].is_string() => format!("{} as `{media}`", kind(schema)),
        (media, _) => format!("`{media}`"),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// An endpoint, as the newest release that has it describes it.
struct Endpoint<'a> {
    operation: &'a Value,
    /// The releases whose clusters serve it.
    releases: Vec<&'static str>,
}

fn endpoints<'a>(described: &'a [(&'static str, Value)]) -> BTreeMap<String, Endpoint<'a>> {
    let mut found: BTreeMap<String, Endpoint<'_>> = BTreeMap::new();
    for (release, document) in described {
        // What answers 405 alone is gone.
        for (name, operation) in
            operations(document).filter(|(_, operation)| !operation["responses"]["405"].is_object())
        {
            let endpoint = found.entry(name).or_insert(Endpoint { operation, releases: Vec::new() });
            endpoint.operation = operation;
            endpoint.releases.push(release);
        }
    }
    found
}

/// Statuses with their codes that every endpoint of its kind answers.
fn shared(endpoints: &BTreeMap<String, Endpoint<'_>>) -> BTreeSet<(String, String)> {
    let mut count: BTreeMap<(String, String), usize> = BTreeMap::new();
    for endpoint in endpoints.values() {
        for answer in answers(endpoint.operation).into_iter().filter(|(status, _)| status.as_str() >= "400") {
            *count.entry(answer).or_default() += 1;
        }
    }
    // What is answered to each that takes a body is answered to some ten.
    count.into_iter().filter(|(_, count)| *count >= 8).map(|(answer, _)| answer).collect()
}

/// Each status with each of its codes, or with what it is.
fn answers(operation: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let codes = &response["content"]["application/json"]["schema"]["properties"]["error_code"]["enum"];
        match codes.as_array() {
            Some(codes) => {
                found.extend(codes.iter().map(|code| (status.clone(), format!("`{}`", code.as_str().unwrap()))));
            }
            None => {
                let what = text(response, "description").to_owned();
                let object = body(&response["content"]);
                let object = if object.is_empty() { object } else { format!(": {object}") };
                found.insert((status.clone(), format!("{what}{object}")));
            }
        }
    }
    found
}

fn write_endpoint(
    page: &mut String,
    name: &str,
    endpoint: &Endpoint<'_>,
    all: &[&str],
    shared: &BTreeSet<(String, String)>,
) {
    let operation = endpoint.operation;
    write!(page, "\n### `{name}`\n\n{}", text(operation, "summary")).unwrap();
    for more in
        [operation["description"].as_str().map(str::to_owned), span(&endpoint.releases, all)].into_iter().flatten()
    {
        write!(page, " {more}").unwrap();
    }
    page.push_str("\n\n");
    if operation["security"] == serde_json::json!([{}]) {
        page.push_str("Open to all: it asks for no user.\n\n");
    }
    if let Some(parameters) = operation["parameters"].as_array() {
        page.push_str("| parameter | in | type | what it is |\n|---|---|---|---|\n");
        for parameter in parameters {
            let (name, place, what) = (text(parameter, "name"), text(parameter, "in"), text(parameter, "description"));
            writeln!(page, "| `{name}` | {place} | {} | {} |", cell(&kind(&parameter["schema"])), cell(what)).unwrap();
        }
        page.push('\n');
    }
    if let Some(content) = operation["requestBody"].get("content") {
        writeln!(page, "Body: {}.\n", body(content)).unwrap();
    }
    page.push_str("| status | answer |\n|---|---|\n");
    for (status, what) in answers(operation).difference(shared) {
        writeln!(page, "| {status} | {} |", cell(what)).unwrap();
    }
}

#[test]
fn the_page_of_endpoints_is_up_to_date() {
    let described = described();
    let all: Vec<&str> = described.iter().map(|(release, _)| *release).collect();
    let endpoints = endpoints(&described);
    let shared = shared(&endpoints);
    let mut page = format!(
        "# Endpoints of `ramp serve`\n\n{MADE}\n\nWhat `ramp serve` plays of a cluster's REST API, of the releases {} to {}. The \
         same for programs, of the release that is played,\nis at `/openapi.json` (OpenAPI 3.1). What of it is documented, what \
         was observed and what is our own is in [rest-api.md](rest-api.md);\nthe objects are in [{OBJECTS}]({OBJECTS}).\n\n\
         Users and passwords go with each request (HTTP basic authentication). These answers can come to most requests, and are \
         left out below:\n\n| status | answer |\n|---|---|\n",
        all[0],
        all.last().unwrap()
    );
    for (status, what) in &shared {
        writeln!(page, "| {status} | {what} |").unwrap();
    }
    let newest = &described.last().unwrap().1;
    for tag in newest["tags"].as_array().unwrap() {
        let (tag, about) = (text(tag, "name"), text(tag, "description"));
        let of = endpoints.iter().filter(|(_, endpoint)| endpoint.operation["tags"][0] == tag);
        // By path, then by method.
        let mut of: Vec<_> = of.collect();
        of.sort_by_key(|(name, _)| name.split_once(' ').map(|(method, path)| (path.to_owned(), method.to_owned())));
        write!(page, "\n## {}{}\n\n{about}.\n", tag[..1].to_uppercase(), &tag[1..]).unwrap();
        for (name, endpoint) in of {
            write_endpoint(&mut page, name, endpoint, &all, &shared);
        }
    }
    compare("api.md", &page);
}

/// The fields of an object, with those that only some of its releases have.
fn write_fields(page: &mut String, versions: &[(&'static str, &Value)]) {
    let there: Vec<&str> = versions.iter().map(|(release, _)| *release).collect();
    let newest = versions.last().unwrap().1;
    let required: BTreeSet<&str> =
        newest["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut fields: Vec<(&str, &Value, Vec<&str>)> = Vec::new();
    for (release, schema) in versions.iter().rev() {
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            match fields.iter_mut().find(|(known, ..)| known == name) {
                Some((.., releases)) => releases.insert(0, release),
                None => fields.push((name, field, vec![release])),
            }
        }
    }
    page.push_str("| field | type | what it is |\n|---|---|---|\n");
    for (name, field, releases) in fields {
        let optional = (!required.contains(name)).then(|| "*Optional.*".to_owned());
        let what = [Some(cell(&plain(text(field, "description")))), span(&releases, &there), optional];
        let what = what.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        writeln!(page, "| `{name}` | {} | {what} |", cell(&kind(field)).replace("](api-objects.md#", "](#")).unwrap();
    }
}

fn write_object(page: &mut String, name: &str, versions: &[(&'static str, &Value)], all: &[&str]) {
    let schema = versions.last().unwrap().1;
    let there: Vec<&str> = versions.iter().map(|(release, _)| *release).collect();
    write!(page, "\n## `{name}`\n\n").unwrap();
    let about = [Some(plain(text(schema, "description"))), span(&there, all)];
    let about: Vec<String> = about.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    if !about.is_empty() {
        write!(page, "{}\n\n", about.join(" ")).unwrap();
    }
    if schema["properties"].is_object() {
        write_fields(page, versions);
        return;
    }
    let variants = ["oneOf", "anyOf"].iter().find_map(|several| schema[*several].as_array());
    let Some(variants) = variants else {
        writeln!(page, "Type: {}.", kind(schema).replace("](api-objects.md#", "](#")).unwrap();
        return;
    };
    page.push_str("| one of | what it is |\n|---|---|\n");
    for variant in variants {
        let fields = variant["properties"].as_object().into_iter().flatten();
        let fields: Vec<String> = fields.map(|(name, field)| format!("`{name}`: {}", kind(field))).collect();
        let shape = if fields.is_empty() { kind(variant) } else { format!("object with {}", fields.join(", ")) };
        let shape = cell(&shape).replace("](api-objects.md#", "](#");
        writeln!(page, "| {shape} | {} |", cell(&plain(text(variant, "description")))).unwrap();
    }
}

#[test]
fn the_page_of_objects_is_up_to_date() {
    let described = described();
    let all: Vec<&str> = described.iter().map(|(release, _)| *release).collect();
    let mut objects: BTreeMap<&str, Vec<(&'static str, &Value)>> = BTreeMap::new();
    for (release, document) in &described {
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            objects.entry(name).or_default().push((release, schema));
        }
    }
    let mut page = format!(
        "# Objects of `ramp serve`\n\n{MADE}\n\nWhat the [endpoints](api.md) take and answer. A report of a bundle is \
         [`Judged`](#judged), and what it has of others is here, too;\n[report.schema.json](report.schema.json) describes the \
         reports of the command.\n"
    );
    for (name, versions) in &objects {
        write_object(&mut page, name, versions, &all);
    }
    compare("api-objects.md", &page);
}
