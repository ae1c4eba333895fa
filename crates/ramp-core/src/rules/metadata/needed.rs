//! Metadata: versions that the module needs, and that nothing has.

use std::sync::LazyLock;

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::knowledge::Knowledge;
use crate::level::Level;
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::version;

pub(super) static UNKNOWN: Rule = Rule {
    what: "A version of Redis, or of Redis Enterprise, that the module needs (`compatible_redis_version`, `min_redis_version`, \
           `min_redis_pack_version`) is one that nothing has: it is between two releases of Redis, or beyond the newest, or it is one of Redis \
           Enterprise where one of Redis belongs. Development branches of Redis have an odd second number, the one before the release: \
           `8.1` and `7.9` are taken. So is what is still to come of the newest major version, and the first release of the next.",
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

/// Releases of Redis of which no database of Redis Enterprise is.
const ONLY_REDIS: [Line; 1] = [(7, 0)];

/// The greatest second number that a release of a known major version has: those of Redis Enterprise have come to 28. Source: the
/// manifests of Redis's modules. Years, and a release where a dot is missing, are beyond.
const GREATEST_MINOR: u64 = 30;

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
    let (redis, clusters) = (&*LINES_OF_REDIS, &*LINES_OF_CLUSTERS);
    let (known, name) = match of {
        Of::Redis => (redis, "databases of Redis Enterprise are of"),
        Of::Cluster => (clusters, "Redis Enterprise that is known is"),
    };
    let newest = *known.iter().max()?;
    // What comes next no table has yet: more releases of the newest major version, and the first of the one after.
    let is_beyond = line.0 > newest.0 && line != (newest.0.saturating_add(1), 0);
    if is_beyond || line.1 > GREATEST_MINOR {
        let (major, minor) = newest;
        let meant = split(text).filter(|meant| known.contains(meant)).map(|(major, minor)| format!("{major}.{minor}"));
        return Some((format!("`{field}` is {text:?}; the newest {name} {major}.{minor}"), meant));
    }
    // Of clusters, manifests name builds that were never released, such as 7.6 and 7.28.
    if of == Of::Cluster || line.0 >= newest.0 || redis.contains(&line) || is_development(redis, line) {
        return None;
    }
    if clusters.contains(&line) {
        // The newest that its databases are of.
        let (major, minor) = line;
        let release = Knowledge::builtin().release(&format!("{major}.{minor}"));
        let newest =
            lines(release.iter().flat_map(|release| release.databases_in(None)).map(|row| row.version.as_str()));
        let meant = newest.into_iter().max().map(|(major, minor)| format!("{major}.{minor}"));
        return Some((format!("`{field}` is {text:?}, a version of Redis Enterprise; no Redis has it"), meant));
    }
    let (before, after) = (redis.iter().filter(|it| **it < line).max()?, redis.iter().filter(|it| **it > line).min()?);
    let [before, after] = [before, after].map(|(major, minor)| format!("{major}.{minor}"));
    Some((format!("`{field}` is {text:?}, which no Redis has: {after} came after {before}"), None))
}

/// Whether it is what the development branch of a release of Redis says: the release candidates of 8.2 say 8.1, those of 8.0 say 7.9.
/// They are taken by decision: modules are made on them, and say what they say.
fn is_development(releases: &[Line], (major, minor): Line) -> bool {
    let next = if minor == 9 { (major.saturating_add(1), 0) } else { (major, minor.saturating_add(1)) };
    minor % 2 == 1 && releases.contains(&next)
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

/// Those of Redis, read from the table once.
static LINES_OF_REDIS: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let rows = Knowledge::builtin().releases().iter().flat_map(|release| release.databases_in(None));
    lines(rows.map(|row| row.version.as_str())).into_iter().chain(ONLY_REDIS).collect()
});

/// Those of Redis Enterprise, likewise.
static LINES_OF_CLUSTERS: LazyLock<Vec<Line>> =
    LazyLock::new(|| lines(Knowledge::builtin().releases().iter().map(|release| release.name.as_str())));

fn lines<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Line> {
    names.filter_map(|name| version::parse(name).ok()).map(|version| (version.major, version.minor)).collect()
}
