//! The pages of the book that are made of the tables: releases, platforms, codes, capabilities.

use std::fmt::Write as _;

use ramp_core::knowledge::{
    BundledBuild, CapabilityStanding, Certainty, CodeArea, DatabaseVersion, Fact, Knowledge, LibcKind, LimitScope,
    Newest, OsCheck, Platform, Release, ReleasePlatform,
};
use ramp_core::version::{parse, short};
use ramp_core::{Endpoint, Group, Rule, UploadErrorCode, rules};

use crate::book::of;
use crate::docs::compare;

const MADE: &str = "<!-- Made of the tables by `RAMP_UPDATE_DOCS=1 cargo test -p ramp-core --test rules`. -->";

/// What may be in a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn row(page: &mut String, cells: &[String]) {
    writeln!(page, "| {} |", cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(" | ")).unwrap();
}

fn head(page: &mut String, titles: &[&str]) {
    writeln!(page, "| {} |\n|{}", titles.join(" | "), "---|".repeat(titles.len())).unwrap();
}

/// Names in code, one after the other.
fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// A text, how sure it is where it is not documented, and what else to know.
fn with_remarks(text: &str, certainty: Certainty, note: Option<&str>) -> String {
    let certainty = match certainty {
        Certainty::Documented => None,
        Certainty::Observed => Some("observed"),
        _ => Some("inferred"),
    };
    let said: Vec<&str> = certainty.into_iter().chain(note).collect();
    match (said.is_empty(), text.strip_suffix('.')) {
        (true, _) => text.to_owned(),
        (false, None) => format!("{text} ({})", said.join("; ")),
        (false, Some(sentence)) => format!("{sentence} ({}).", said.join("; ")),
    }
}

fn fact<T>(text: &str, fact: &Fact<T>) -> String {
    with_remarks(text, fact.certainty, fact.note.as_deref())
}

fn span(since: Option<&str>, gone_from: Option<&str>) -> String {
    let since = since.map(|since| format!(" from {since} on"));
    let gone = gone_from.map(|gone| format!(" before {gone}"));
    [since, gone].into_iter().flatten().collect::<Vec<_>>().join(",")
}

fn end_of_life(release: &Release) -> String {
    release.end_of_life.as_ref().map_or_else(|| "not set".to_owned(), |end| end.value.to_string())
}

fn endpoints(release: &Release) -> String {
    let off = if release.uploads_enabled_by_default.value { "" } else { ", off by default" };
    format!("{}{off}", names(release.endpoints.iter().map(|row| row.endpoint.as_str())))
}

fn release_overview(release: &Release) -> Vec<String> {
    let newest = parse(&release.newest_build.value).ok();
    let default = release.default_database(newest.as_ref());
    let databases = release
        .databases_in(newest.as_ref())
        .map(|row| if Some(row) == default { format!("**{}**", row.version) } else { row.version.clone() });
    let mut systems: Vec<&str> = Vec::new();
    for platform in release.platforms_in(newest.as_ref()) {
        if !systems.contains(&platform.os.as_str()) {
            systems.push(&platform.os);
        }
    }
    vec![
        format!("[{0}](#{1})", release.name, anchor(&release.title)),
        release.newest_build.value.clone(),
        end_of_life(release),
        endpoints(release),
        databases.collect::<Vec<_>>().join(", "),
        names(systems),
    ]
}

/// Where a heading is, as readers of Markdown make it.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|sign| *sign != '.')
        .map(|sign| if sign == ' ' { '-' } else { sign })
        .collect()
}

fn database(row: &DatabaseVersion) -> String {
    let patches: Vec<String> =
        row.patches.iter().map(|patch| format!("{}{}", patch.patch, span(patch.since.as_deref(), None))).collect();
    let mut text = format!("{}{}", row.version, span(row.since.as_deref(), row.gone_from.as_deref()));
    if !patches.is_empty() {
        write!(text, ": {}", patches.join(", ")).unwrap();
    }
    if let Some(from) = &row.default_from {
        write!(text, "; the default from {from} on").unwrap();
    }
    with_remarks(&text, row.certainty, row.note.as_deref())
}

fn bundled(build: &BundledBuild) -> String {
    let text = format!("{} for Redis {}", build.semantic_version, build.redis.join(" and "));
    with_remarks(&text, build.certainty, None)
}

fn release_platform(release: &Release, row: &ReleasePlatform) -> String {
    let span = match &row.gone_from {
        Some(gone) if *gone == release.line => " in no build".to_owned(),
        gone => span(row.since.as_deref(), gone.as_deref()),
    };
    let deprecated = if row.deprecated { ", deprecated" } else { "" };
    let text = format!("`{}` on {}{span}{deprecated}", row.os, row.architectures.join(" and "));
    with_remarks(&text, Certainty::Documented, row.note.as_deref())
}

fn release_details(page: &mut String, release: &Release) {
    write!(page, "\n## {}\n\n", release.title).unwrap();
    if let Some(note) = &release.note {
        writeln!(page, "Note: {note}.\n").unwrap();
    }
    head(page, &["about", "what is known"]);
    let mut say = |about: &str, text: String| row(page, &[about.to_owned(), text]);
    let builds = format!("{} to {}", release.line, release.newest_build.value);
    say("builds", fact(&builds, &release.newest_build));
    say("end of life", end_of_life(release));
    let uploads = release.endpoints.iter().map(|row| {
        let requests: Vec<String> =
            row.endpoint.requests().iter().map(|request| format!("`{}`", request.as_str())).collect();
        let default = if row.endpoint == release.default_endpoint { ", the default" } else { "" };
        let deprecated = if row.deprecated { ", deprecated" } else { "" };
        let since = span(row.since.as_deref(), None);
        format!("`{}`{since}: {}{default}{deprecated}", row.endpoint.as_str(), requests.join(", then "))
    });
    say("upload", uploads.collect::<Vec<_>>().join("<br>"));
    let enabled = &release.uploads_enabled_by_default;
    say("uploads are", fact(if enabled.value { "on by default" } else { "off by default" }, enabled));
    let limit = &release.upload_limit;
    let scope = match limit.value.scope {
        LimitScope::Bundle => "the bundle",
        _ => "each file outside `deps/`",
    };
    say("size limit", fact(&format!("{} MiB for {scope}", limit.value.bytes >> 20), limit));
    say("databases", release.database_versions.iter().map(database).collect::<Vec<_>>().join("<br>"));
    let platforms = release.platforms.iter().map(|row| release_platform(release, row));
    say("platforms", platforms.collect::<Vec<_>>().join("<br>"));
    for (about, modules) in [("bundled modules", &release.bundled_modules), ("deprecated", &release.deprecated_modules)]
    {
        say(about, fact(&names(modules.value.iter().map(String::as_str)), modules));
    }
    for module in Knowledge::builtin().bundled_modules() {
        let builds: Vec<String> = module.builds_in(release, None).into_iter().map(bundled).collect();
        if !builds.is_empty() {
            say(&format!("`{}`", module.module_name), builds.join("<br>"));
        }
    }
    let checked = &release.checks_min_redis_pack_version;
    let is = if checked.value { "compared with the cluster's version" } else { "not checked" };
    say("`min_redis_pack_version`", fact(is, checked));
    let read = &release.reads_compatible_redis_version;
    let is = if read.value { "must be the database's version" } else { "not read" };
    say("`compatible_redis_version`", fact(is, read));
    let is = match release.os_check.value {
        OsCheck::Cluster => "must be that of the cluster",
        OsCheck::LocalNode => "must be that of each node",
        _ => "must be one that the release runs on; that of the nodes is not checked",
    };
    say("operating system", fact(is, &release.os_check));
}

#[test]
fn the_page_of_releases_is_up_to_date() {
    let mut page = format!(
        "# Releases\n\n{MADE}\n\nWhat is known about the releases of Redis Software, as far as modules and their upload are \
         concerned;\n`ramp target list` shows the same. What is not documented by Redis says so: *observed*, in public code or \
         in an answer of a live\ncluster, or *inferred* from either. Databases and platforms in this table are those of the \
         newest build; the Redis version that\na new database gets is in bold.\n\n"
    );
    head(&mut page, &["release", "newest build", "end of life", "upload", "databases", "platforms"]);
    let releases = Knowledge::builtin().releases();
    for release in releases.iter().rev() {
        row(&mut page, &release_overview(release));
    }
    for release in releases.iter().rev() {
        release_details(&mut page, release);
    }
    compare("releases.md", &page);
}

fn newest(newest: &Newest) -> String {
    match &newest.later {
        Some(later) => format!("{}, {} after updates", short(&newest.floor), short(later)),
        None => short(&newest.floor),
    }
}

fn platform_overview(platform: &Platform) -> Vec<String> {
    let libc = match platform.libc().kind {
        LibcKind::Glibc => "glibc",
        LibcKind::Musl => "musl",
    };
    let runs = Knowledge::builtin()
        .releases()
        .iter()
        .filter(|release| release.platforms_in(None).any(|row| row.os == platform.id));
    let runs: Vec<&str> = runs.map(|release| release.name.as_str()).collect();
    let arm = platform.cpu.aarch64.clone().unwrap_or_else(|| "—".to_owned());
    vec![
        format!("`{}`", platform.id),
        platform.title.clone(),
        format!("{libc} {}", newest(&platform.libc().newest)),
        if runs.is_empty() { "—".to_owned() } else { runs.join(", ") },
        if platform.cpu.x86_64 == 1 { "x86-64".to_owned() } else { format!("x86-64-v{}", platform.cpu.x86_64) },
        arm,
        platform.end_of_support.clone().unwrap_or_else(|| "not known".to_owned()),
    ]
}

/// The newest version of a namespace; both, where it differs by architecture.
fn versions(platform: &Platform, namespace: &str) -> String {
    let rows: Vec<_> = platform.symbols.iter().filter(|row| row.namespace == namespace).collect();
    let said: Vec<String> = rows
        .iter()
        .map(|row| match &row.arch {
            Some(arch) if rows.len() > 1 => format!("{} ({arch})", newest(&row.newest)),
            _ => newest(&row.newest),
        })
        .collect();
    if said.is_empty() { "—".to_owned() } else { said.join("<br>") }
}

#[test]
fn the_page_of_platforms_is_up_to_date() {
    let platforms = Knowledge::builtin().platforms();
    let mut page = format!(
        "# Platforms\n\n{MADE}\n\nThe operating systems that modules are judged for, with the id that `module.json` and `--os` \
         have. The newest version is that in\nevery install, and after updates where an update brings a newer one: a module that \
         needs that loads on updated nodes only.\nA release with a platform runs on it in some build of its line; \
         [releases](releases.md) says which.\n\n"
    );
    head(&mut page, &["id", "system", "C library", "releases", "x86_64 needs", "aarch64 needs", "supported until"]);
    for platform in platforms {
        row(&mut page, &platform_overview(platform));
    }
    page.push_str(
        "\n## Other names\n\nThese mean the platform too. A codename is understood, but the cluster's unpacker refuses it \
         in `module.json`.\n\n",
    );
    head(&mut page, &["id", "also", "codenames"]);
    for platform in platforms.iter().filter(|platform| !platform.aliases.is_empty() || !platform.codenames.is_empty()) {
        let (also, codenames) = (platform.aliases.iter(), platform.codenames.iter());
        row(
            &mut page,
            &[format!("`{}`", platform.id), names(also.map(String::as_str)), names(codenames.map(String::as_str))],
        );
    }
    page.push_str(
        "\n## Symbol versions\n\nThe newest that the runtime libraries define: a module that needs a newer one does not \
         load ([`load-runtime`](rules/load-runtime.md)).\nOn Alpine the loader ignores them.\n\n",
    );
    let namespaces = ["GLIBCXX", "CXXABI", "GCC", "GOMP", "OPENSSL", "ZLIB"];
    let titles: Vec<String> =
        std::iter::once("id".to_owned()).chain(namespaces.iter().map(|name| format!("`{name}`"))).collect();
    head(&mut page, &titles.iter().map(String::as_str).collect::<Vec<_>>());
    for platform in platforms {
        let cells = namespaces.iter().map(|namespace| versions(platform, namespace));
        row(&mut page, &std::iter::once(format!("`{}`", platform.id)).chain(cells).collect::<Vec<_>>());
    }
    compare("platforms.md", &page);
}

/// Statuses of an upload code, by endpoint; what has no status has none anywhere.
fn statuses(code: UploadErrorCode) -> String {
    let mut found: Vec<(u16, Vec<&str>)> = Vec::new();
    for endpoint in [Endpoint::V1, Endpoint::V2, Endpoint::UserDefined] {
        let Some(status) = code.http_status(endpoint) else { continue };
        match found.iter_mut().find(|(known, _)| *known == status) {
            Some((_, endpoints)) => endpoints.push(endpoint.as_str()),
            None => found.push((status, vec![endpoint.as_str()])),
        }
    }
    match found.as_slice() {
        [] => "—".to_owned(),
        [(status, _)] => status.to_string(),
        several => {
            let said = several.iter().map(|(status, endpoints)| format!("{status} ({})", endpoints.join(", ")));
            said.collect::<Vec<_>>().join("<br>")
        }
    }
}

/// The rules that lead to a code; where all of a group do, the group.
fn leading_to(code: UploadErrorCode) -> String {
    let leads = |rule: &&Rule| rule.error_code == Some(code);
    let whole = |group: Group| of(group).all(|rule| leads(&rule));
    let groups = Group::ALL.iter().filter(|&&group| whole(group));
    let groups = groups.map(|group| format!("all of [`{group}`](groups/{group}.md)"));
    let others = rules::all().filter(|rule| leads(rule) && !whole(rule.group));
    let others = others.map(|rule| format!("[`{id}`](rules/{id}.md)", id = rule.id));
    let said: Vec<String> = groups.chain(others).collect();
    if said.is_empty() { "—".to_owned() } else { said.join(", ") }
}

const fn area(area: CodeArea) -> &'static str {
    match area {
        CodeArea::Databases => "Databases that use modules",
        CodeArea::Configuration => "A module's arguments",
        CodeArea::Upgrades => "Upgrades",
        CodeArea::Deletion => "Deletion",
        _ => "Modules that nodes download",
    }
}

#[test]
fn the_page_of_codes_is_up_to_date() {
    let mut page = format!(
        "# Error codes\n\n{MADE}\n\nWhat a cluster answers where it refuses something about modules; `ramp explain CODE` says \
         the same.\n\n## Uploads\n\nA cluster answers with one code. Where a bundle is wrong in several ways, it is the first of \
         these. The rules say what leads to it.\n\n"
    );
    head(&mut page, &["code", "status", "what the documentation says", "rules"]);
    for &code in UploadErrorCode::ALL {
        row(&mut page, &[format!("`{code}`"), statuses(code), code.message().to_owned(), leading_to(code)]);
    }
    page.push_str(
        "\nThe unpacker of a cluster has finer codes of its own for `invalid_module`, such as `module_version_missing`: \
         [unpack](groups/unpack.md) has\nthem as reasons. What `ramp serve` answers to each request is in \
         [rest-api.md](rest-api.md).\n",
    );
    for &of in CodeArea::ALL {
        write!(page, "\n## {}\n\n", area(of)).unwrap();
        head(&mut page, &["code", "answer to", "what it means", "what to do"]);
        for code in Knowledge::builtin().codes().iter().filter(|code| code.area == of) {
            let answers = code.answers.iter().map(|answer| match answer.status {
                Some(status) => format!("`{}`: {status}", answer.request),
                None => format!("`{}`", answer.request),
            });
            let answers = answers.collect::<Vec<_>>().join("<br>");
            let meaning = with_remarks(&code.meaning, code.certainty, code.note.as_deref());
            row(&mut page, &[format!("`{}`", code.code), answers, meaning, code.help.clone()]);
        }
    }
    compare("error-codes.md", &page);
}

#[test]
fn the_page_of_capabilities_is_up_to_date() {
    let mut page = format!(
        "# Capabilities\n\n{MADE}\n\nWhat a module can declare in `capabilities`. A database that uses a feature takes only \
         modules that declare the capability for it;\n`ramp explain capabilities` says the same.\n\n"
    );
    head(&mut page, &["capability", "a module with it", "needed for"]);
    for capability in Knowledge::builtin().capabilities() {
        let meaning = match &capability.standing {
            CapabilityStanding::Mistaken { instead } => format!("A slip for `{instead}`: {}", capability.description),
            _ => capability.description.clone(),
        };
        let gates = capability.gates.clone().unwrap_or_else(|| "—".to_owned());
        row(&mut page, &[format!("`{}`", capability.name), meaning, gates]);
    }
    compare("capabilities.md", &page);
}
