//! The releases, for people: a table of all, or all that is known of some.

use std::fmt::Write as _;

use ramp_core::Date;
use ramp_core::knowledge::{
    Certainty, DatabaseVersion, Fact, LimitScope, OsCheck, Release, ReleaseEndpoint, ReleasePlatform,
};
use ramp_core::version;

use crate::output::table::table;
use crate::style::{self, STRONG, paint};

const TITLES: [&str; 6] = ["release", "newest build", "end of life", "upload", "databases", "platforms"];

/// One line a release, or a few.
pub(super) fn overview(releases: &[&Release], today: Option<Date>) -> String {
    let rows: Vec<Vec<String>> = releases.iter().map(|release| row(release, today)).collect();
    let mut text = table(&TITLES, &rows, style::width());
    let legend = "Databases and platforms are those of the newest build; * marks what a new database gets. `ramp \
                  target list RELEASE` shows all that is known about one.";
    let _ = writeln!(text, "\n{}", style::wrap(legend, style::width(), "", "")); // cannot fail
    text
}

fn row(release: &Release, today: Option<Date>) -> Vec<String> {
    let newest = version::parse(&release.newest_build.value).ok();
    let default = release.default_database(newest.as_ref());
    let databases = release
        .databases_in(newest.as_ref())
        .map(|row| format!("{}{}", row.version, if Some(row) == default { "*" } else { "" }));
    let mut systems: Vec<&str> = Vec::new();
    for platform in release.platforms_in(newest.as_ref()) {
        if !systems.contains(&platform.os.as_str()) {
            systems.push(&platform.os);
        }
    }
    let off = if release.uploads_enabled_by_default.value { "" } else { ", off by default" };
    vec![
        release.name.clone(),
        release.newest_build.value.clone(),
        end_of_life(release, today),
        format!("{}{off}", endpoints(&release.endpoints)),
        databases.collect::<Vec<_>>().join(", "),
        systems.join(", "),
    ]
}

fn end_of_life(release: &Release, today: Option<Date>) -> String {
    match &release.end_of_life {
        None => "not set".to_owned(),
        Some(end) if today.is_some_and(|today| release.ended(today).is_some()) => format!("{} (past)", end.value),
        Some(end) => end.value.to_string(),
    }
}

fn endpoints(rows: &[ReleaseEndpoint]) -> String {
    rows.iter().map(|row| row.endpoint.as_str()).collect::<Vec<_>>().join(", ")
}

/// All that is known of a release.
pub(super) fn details(release: &Release, today: Option<Date>) -> String {
    let mut text = format!("{}\n", paint(STRONG, &release.title));
    let mut last = "";
    let mut say = |label: &'static str, value: &str| {
        let first = format!("  {:<13}", if label == last { "" } else { label });
        if !label.is_empty() {
            last = label;
        }
        let _ = writeln!(text, "{}", style::wrap(value, style::width(), &first, &" ".repeat(15))); // cannot fail
    };
    say("builds", &doubted(&format!("{} to {}", release.line, release.newest_build.value), &release.newest_build));
    say("end of life", &end_of_life(release, today));
    for row in &release.endpoints {
        let deprecated = if row.deprecated { ", deprecated" } else { "" };
        let default = if row.endpoint == release.default_endpoint { ", the default" } else { "" };
        let requests: Vec<&str> = row.endpoint.requests().iter().map(|request| request.as_str()).collect();
        say("upload", &format!("{}: {}{default}{deprecated}", row.endpoint, requests.join(", then ")));
    }
    let enabled = &release.uploads_enabled_by_default;
    say("", &doubted(if enabled.value { "on by default" } else { "off by default" }, enabled));
    let limit = &release.upload_limit;
    let scope = match limit.value.scope {
        LimitScope::Bundle => "the bundle",
        _ => "each file outside deps/",
    };
    say("size limit", &doubted(&format!("{} for {scope}", style::bytes(limit.value.bytes)), limit));
    for row in &release.database_versions {
        say("databases", &database(row));
    }
    for row in &release.platforms {
        say("platforms", &platform(release, row));
    }
    let modules =
        |fact: &Fact<Vec<String>>| if fact.value.is_empty() { "none".to_owned() } else { fact.value.join(", ") };
    let (bundled, deprecated) = (&release.bundled_modules, &release.deprecated_modules);
    say("modules", &doubted(&format!("bundled: {}", modules(bundled)), bundled));
    say("", &doubted(&format!("deprecated: {}", modules(deprecated)), deprecated));
    let fact = &release.checks_min_redis_pack_version;
    let is = if fact.value { "compared with the cluster's version" } else { "not checked" };
    say("checks", &doubted(&format!("min_redis_pack_version: {is}"), fact));
    let fact = &release.reads_compatible_redis_version;
    let is = if fact.value { "must be the database's version" } else { "not read" };
    say("", &doubted(&format!("compatible_redis_version: {is}"), fact));
    let is = match release.os_check.value {
        OsCheck::Cluster => "must be that of the cluster",
        OsCheck::LocalNode => "must be that of each node",
        _ => "must be one that the release runs on; that of the nodes is not checked",
    };
    say("", &doubted(&format!("operating system: {is}"), &release.os_check));
    if let Some(note) = &release.note {
        say("note", note);
    }
    text
}

/// A text about a fact, with how sure it is where that is not certain, and what else to know.
fn doubted<T>(text: &str, fact: &Fact<T>) -> String {
    remarks(text, &[certainty(fact.certainty), fact.note.as_deref().unwrap_or_default()])
}

const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Documented => "",
        Certainty::Observed => "observed",
        _ => "inferred",
    }
}

fn remarks(text: &str, remarks: &[&str]) -> String {
    let said: Vec<&str> = remarks.iter().copied().filter(|remark| !remark.is_empty()).collect();
    if said.is_empty() { text.to_owned() } else { format!("{text} ({})", said.join("; ")) }
}

/// From which version on, and until which, where that is not the whole line.
fn span(since: Option<&String>, gone_from: Option<&String>) -> String {
    match (since, gone_from) {
        (None, None) => String::new(),
        (Some(since), None) => format!(" from {since} on"),
        (None, Some(gone)) => format!(" before {gone}"),
        (Some(since), Some(gone)) => format!(" from {since} on, before {gone}"),
    }
}

fn database(row: &DatabaseVersion) -> String {
    let patches: Vec<String> =
        row.patches.iter().map(|patch| format!("{}{}", patch.patch, span(patch.since.as_ref(), None))).collect();
    let exact = if patches.is_empty() { String::new() } else { format!(": {}", patches.join(", ")) };
    let default = row.default_from.as_ref().map(|from| format!("; the default from {from} on")).unwrap_or_default();
    let text = format!("{}{}{exact}{default}", row.version, span(row.since.as_ref(), row.gone_from.as_ref()));
    remarks(&text, &[certainty(row.certainty), row.note.as_deref().unwrap_or_default()])
}

fn platform(release: &Release, row: &ReleasePlatform) -> String {
    let deprecated = if row.deprecated { ", deprecated" } else { "" };
    let span = match &row.gone_from {
        Some(gone) if *gone == release.line => " in no build".to_owned(),
        gone => span(row.since.as_ref(), gone.as_ref()),
    };
    let text = format!("{} on {}{span}{deprecated}", row.os, row.architectures.join(" and "));
    remarks(&text, &[row.note.as_deref().unwrap_or_default()])
}
