//! The modules that a cluster has, and what became of one that was to be deleted.

mod deletion;
mod view;

use std::fmt::Write as _;
use std::io::{IsTerminal as _, stdout};

use ramp_client::{Artifacts, ClusterBuild, ClusterModule, ClusterModules, Database};
use ramp_core::text::count;
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use deletion::{BUNDLED, Deletion, Outcome, write as write_deletion};
use view::ModuleView;

use super::json;
use super::page::Page;
use super::sink::Sink;
use super::table::table;
use crate::args::format::ListFormat;
use crate::error::CliError;
use crate::style::{self, printable};

/// What `ramp modules list` and `show` print with `--format json`.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema_version: u32,
    cluster: &'a str,
    /// The oldest version of its nodes.
    cluster_version: Option<&'a str>,
    modules: Vec<ModuleView<'a>>,
}

impl<'a> Document<'a> {
    fn of(cluster: &'a str, modules: &'a ClusterModules, shown: impl Iterator<Item = &'a ClusterModule>) -> Self {
        Self {
            schema_version: json::SCHEMA_VERSION,
            cluster,
            cluster_version: modules.cluster_version.as_deref(),
            modules: shown.map(ModuleView::of).collect(),
        }
    }
}

/// All of them, one a row.
pub(crate) fn write_list(
    format: ListFormat,
    cluster: &str,
    modules: &ClusterModules,
    sink: &mut Sink,
) -> Result<(), CliError> {
    match format {
        ListFormat::Json => sink.line(&json::compact(&Document::of(cluster, modules, modules.modules.iter()))?),
        ListFormat::Human => sink.write(&listed(modules)),
    }
}

/// Some of them, with all that is said of each.
pub(crate) fn write_shown(
    format: ListFormat,
    cluster: &str,
    modules: &ClusterModules,
    shown: &[&ClusterModule],
    sink: &mut Sink,
) -> Result<(), CliError> {
    match format {
        ListFormat::Json => sink.line(&json::compact(&Document::of(cluster, modules, shown.iter().copied()))?),
        ListFormat::Human => {
            let mut page = Page::default();
            for module in shown {
                describe(&mut page, module);
            }
            sink.write(&page.text)
        }
    }
}

fn listed(modules: &ClusterModules) -> String {
    let version = modules.cluster_version.as_ref().map(|version| format!(", Redis Software {version}"));
    let total = printable(&format!("{}{}", count(modules.modules.len(), "module"), version.unwrap_or_default()));
    if modules.modules.is_empty() {
        return format!("{total}\n");
    }
    let has_artifacts = modules.modules.iter().any(|module| module.artifacts.is_some());
    let titles = ["module", "version", if has_artifacts { "artifact on" } else { "for" }, "used by", "uid"];
    let rows: Vec<Vec<String>> = modules.modules.iter().map(row).collect();
    // A script takes a line for a row.
    let width = if stdout().is_terminal() { style::width() } else { usize::MAX };
    let mut text = table(&titles, &rows, width);
    let _ = writeln!(text, "\n{total}"); // cannot fail
    text
}

fn row(module: &ClusterModule) -> Vec<String> {
    let version = match &module.semantic_version {
        Some(version) => format!("{version} ({})", module.version),
        None => module.version.to_string(),
    };
    let cells = [
        module.module_name.clone(),
        version,
        place(module),
        used_by(module).unwrap_or_else(|| "not known".to_owned()),
        module.uid.clone().unwrap_or_else(|| "no object".to_owned()),
    ];
    cells.iter().map(|cell| printable(cell)).collect()
}

/// Where it is, or what it is for.
fn place(module: &ClusterModule) -> String {
    match &module.artifacts {
        _ if module.is_bundled => "bundled".to_owned(),
        Some(artifacts) => on(artifacts),
        None => {
            let platforms: Vec<&str> = module.builds.iter().filter_map(|build| build.platform.as_deref()).collect();
            if platforms.is_empty() { "not told".to_owned() } else { platforms.join(", ") }
        }
    }
}

/// `all nodes`, or `node 1; missing on node 2`.
fn on(Artifacts { on, missing_on, unknown_on, .. }: &Artifacts) -> String {
    let nodes = |nodes: &[u64]| {
        let numbers: Vec<String> = nodes.iter().map(u64::to_string).collect();
        format!("node{} {}", if nodes.len() == 1 { "" } else { "s" }, numbers.join(", "))
    };
    let mut parts = Vec::new();
    match (on.is_empty(), missing_on.is_empty() && unknown_on.is_empty()) {
        (false, true) => return "all nodes".to_owned(),
        (false, false) => parts.push(nodes(on)),
        (true, _) if unknown_on.is_empty() => return "no node".to_owned(),
        (true, _) => {}
    }
    if !missing_on.is_empty() {
        parts.push(format!("missing on {}", nodes(missing_on)));
    }
    if !unknown_on.is_empty() {
        parts.push(format!("not known of {}", nodes(unknown_on)));
    }
    parts.join("; ")
}

/// The databases that use it; `None` where that is not known.
fn used_by(module: &ClusterModule) -> Option<String> {
    let databases: Vec<String> = module.used_by.as_ref()?.iter().map(Database::to_string).collect();
    Some(if databases.is_empty() { "–".to_owned() } else { databases.join(", ") })
}

fn describe(page: &mut Page, module: &ClusterModule) {
    page.heading(&printable(&module.to_string()));
    let object: Option<Value> = module.object().and_then(|object| serde_json::from_str(&object).ok());
    let object: Map<String, Value> = match object {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    };
    // What is told by the heading, or below.
    let elsewhere = ["uid", "module_name", "version", "semantic_version", "platforms", "sha256", "is_bundled"];
    let shown: Vec<(&String, String)> = object
        .iter()
        .filter(|(key, _)| !elsewhere.contains(&key.as_str()))
        .map(|(key, value)| (key, brief(value)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    page.make_room(shown.iter().map(|(key, _)| key.as_str()));
    page.row("uid", module.uid.as_deref().unwrap_or("no object, only artifacts"));
    if module.is_bundled {
        page.row("bundled", "it came with the cluster");
    }
    for (key, value) in shown {
        page.row(key, &value);
    }
    for ClusterBuild { platform, sha256, .. } in &module.builds {
        match (platform, sha256) {
            (Some(platform), Some(sha256)) => page.row("for", &format!("{platform}, sha256 {sha256}")),
            (Some(platform), None) => page.row("for", platform),
            (None, Some(sha256)) => page.row("sha256", sha256),
            (None, None) => {}
        }
    }
    if let Some(artifacts) = module.artifacts.as_ref().filter(|_| !module.is_bundled) {
        page.row("artifact on", &on(artifacts));
    }
    page.row("used by", &used_by(module).unwrap_or_else(|| "not known".to_owned()));
}

/// A value in a line; nothing where it says nothing.
fn brief(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Value::Object(object) if object.is_empty() => String::new(),
        other => other.to_string(),
    }
}
