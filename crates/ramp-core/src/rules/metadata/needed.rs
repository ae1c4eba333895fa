//! Metadata: versions that the module needs, and that nothing has.

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::knowledge::Knowledge;
use crate::level::Level;
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::version;

pub(super) static UNKNOWN: Rule = Rule {
    what: "A version of Redis, or of Redis Enterprise, that the module needs (`compatible_redis_version`, `min_redis_version`, \
           `min_redis_pack_version`) is like none that is known: its first number is far beyond the newest, or it is one of Redis \
           Enterprise where one of Redis belongs.",
    why: "No database, or no cluster, has it, so the module cannot be used.",
    help: "Write the version as major and minor, with a dot between: `7.4`. A database's version is not that of its cluster.",
    example: "`\"compatible_redis_version\": \"74\"`; `7.22`, whose databases are of 7.4 and older.",
    data: &[("field", "the field"), ("found", "what it is"), ("suggestion", "what was probably meant")],
    ..rule("needed-version-unknown", Level::Warning, "nothing has the version that the module needs")
};

/// What a version is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Redis,
    Cluster,
}

const FIELDS: [(&str, Of); 3] = [
    ("compatible_redis_version", Of::Redis),
    ("min_redis_version", Of::Redis),
    ("min_redis_pack_version", Of::Cluster),
];

/// The first number of versions from a development branch, of which another rule speaks. Source: the manifests of Redis's modules.
const DEVELOPMENT: u64 = 99;

/// Major and minor.
type Line = (u64, u64);

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    for (field, of) in FIELDS {
        let at = Location::key(field);
        let text = facts.root().get(field).and_then(|value| value.as_str()).unwrap_or_default();
        let Ok(version) = version::parse(text) else { continue };
        let line = (version.major, version.minor);
        let is_development = field == "compatible_redis_version" && version.major == DEVELOPMENT;
        let spoken = at.pointer.as_deref().is_some_and(|pointer| context.has_spoken_of(pointer, |_| true));
        if is_development || spoken {
            continue;
        }
        let Some((message, meant)) = fault(field, of, text, line) else { continue };
        let help = meant.as_ref().map(|meant| format!("Write `{meant}`, if that is what was meant."));
        context
            .report(&UNKNOWN, at, message)
            .data("field", field)
            .data("found", text)
            .maybe("suggestion", meant)
            .help(help);
    }
}

/// Whether it was said of a field that nothing has its version: no target has it then.
pub(super) fn is_unknown(context: &Context<'_>, pointer: &str) -> bool {
    context.has_spoken_of(pointer, |rule| rule.id == UNKNOWN.id)
}

/// Why nothing has a version, and which was probably meant.
fn fault(field: &str, of: Of, text: &str, line: Line) -> Option<(String, Option<String>)> {
    let (redis, clusters) = (lines_of_redis(), lines_of_clusters());
    let (known, name) = match of {
        Of::Redis => (&redis, "databases of Redis Enterprise are of"),
        Of::Cluster => (&clusters, "Redis Enterprise that is known is"),
    };
    let newest = *known.iter().max()?;
    // The next is in the making: no table has it yet.
    if line.0 > newest.0.saturating_add(1) {
        let (major, minor) = newest;
        let meant = split(text).filter(|meant| known.contains(meant)).map(|(major, minor)| format!("{major}.{minor}"));
        return Some((format!("`{field}` is {text:?}; the newest {name} {major}.{minor}"), meant));
    }
    if of == Of::Redis && line.0 < newest.0 && !redis.contains(&line) && clusters.contains(&line) {
        // The newest that its databases are of.
        let (major, minor) = line;
        let release = Knowledge::builtin().release(&format!("{major}.{minor}"));
        let newest =
            lines(release.iter().flat_map(|release| release.databases_in(None)).map(|row| row.version.as_str()));
        let meant = newest.into_iter().max().map(|(major, minor)| format!("{major}.{minor}"));
        return Some((format!("`{field}` is {text:?}, a version of Redis Enterprise; no Redis has it"), meant));
    }
    None
}

/// Two digits, as the two numbers that a dot was forgotten between.
fn split(text: &str) -> Option<Line> {
    let (front, _) = text.split_once('.').unwrap_or((text, ""));
    let digits: Vec<u64> = front.chars().map(|c| c.to_digit(10).map(u64::from)).collect::<Option<_>>()?;
    match digits.as_slice() {
        [major, minor] => Some((*major, *minor)),
        _ => None,
    }
}

fn lines_of_redis() -> Vec<Line> {
    let rows = Knowledge::builtin().releases().iter().flat_map(|release| release.databases_in(None));
    lines(rows.map(|row| row.version.as_str()))
}

fn lines_of_clusters() -> Vec<Line> {
    lines(Knowledge::builtin().releases().iter().map(|release| release.name.as_str()))
}

fn lines<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Line> {
    names.filter_map(|name| version::parse(name).ok()).map(|version| (version.major, version.minor)).collect()
}
