//! What is different in `module.json`.

use super::build::Build;
use super::change::{Area, Change, ChangeKind};
use super::compared::{self, Named, bare};
use crate::digest::Digest256;
use crate::knowledge::Knowledge;
use crate::metadata::{Object, Value};
use crate::release_set::NodePlatform;

/// Keys that have an area of their own.
const ELSEWHERE: [&str; 6] =
    ["architecture", "capabilities", "commands", "dependencies", "operating_systems", "os_list"];
/// Keys of versions, of which `7.2` and `7.2.0` are one.
const VERSIONS: [&str; 4] =
    ["compatible_redis_version", "min_redis_pack_version", "min_redis_version", "semantic_version"];

/// Whether the value of a key that has an area can be read as what it should be; what is not there can.
fn is_readable(build: &Build, key: &str) -> bool {
    let is_text = |value: &Value| value.as_str().is_some();
    match build.metadata.get(key) {
        None | Some(Value::Null) => true,
        Some(value) => match key {
            "architecture" => is_text(value),
            "dependencies" => value.as_object().is_some() || value.as_array().is_some_and(<[Value]>::is_empty),
            "commands" => value
                .as_array()
                .is_some_and(|all| all.iter().all(|command| command.get("command_name").is_some_and(is_text))),
            _ => value.as_array().is_some_and(|all| all.iter().all(is_text)),
        },
    }
}

/// Whether a key is told in its own area: it can be read in both builds, and is the one that is read.
fn is_told_elsewhere(old: &Build, new: &Build, key: &str) -> bool {
    let is_read = |build: &Build| key != "os_list" || build.metadata.get("operating_systems").is_none();
    ELSEWHERE.contains(&key) && [old, new].into_iter().all(|build| is_readable(build, key) && is_read(build))
}

/// Whether an area that is made of these keys can be compared.
pub(super) fn can_be_compared(old: &Build, new: &Build, keys: &[&str]) -> bool {
    keys.iter().all(|key| is_readable(old, key) && is_readable(new, key))
}

pub(super) fn changes(old: &Build, new: &Build) -> Vec<Change> {
    let members = |build: &Build| -> Named {
        let members = build.metadata.as_object().into_iter().flat_map(Object::iter);
        // That of the module is told of the file; of one and the same module two digests say something else.
        let is_of_file = |key: &str| key == "sha256" && old.sha256() != new.sha256();
        let told = members.filter(|(key, _)| !is_of_file(key) && !is_told_elsewhere(old, new, key));
        told.map(|(key, value)| (key.to_owned(), value.clone())).collect()
    };
    let mut changes = compared::changes(Area::Metadata, &members(old), &members(new));
    let is_same_version =
        |key: &str| VERSIONS.contains(&key) && old.needs(key).is_some_and(|version| new.needs(key) == Some(version));
    changes.retain(|change| !is_same_version(&change.name));
    changes
}

pub(super) fn capabilities(old: &Build, new: &Build) -> Vec<Change> {
    if !can_be_compared(old, new, &["capabilities"]) {
        return Vec::new();
    }
    let of = |build: &Build| bare(build.texts("capabilities"));
    compared::changes(Area::Capabilities, &of(old), &of(new))
}

/// Each system with the processor: `rhel9/x86_64`; the processor alone where no system is named.
pub(super) fn platforms(old: &Build, new: &Build) -> Vec<Change> {
    if !can_be_compared(old, new, &["architecture", "operating_systems", "os_list"]) {
        return Vec::new();
    }
    let of = |build: &Build| {
        let processor = build.text("architecture");
        let key = if build.metadata.get("operating_systems").is_some() { "operating_systems" } else { "os_list" };
        let systems = build.texts(key).map(|name| NodePlatform::new(system(name), processor).to_string());
        let mut names: Vec<String> = systems.collect();
        if names.is_empty() {
            names.extend(processor.map(NodePlatform::processor));
        }
        bare(names.iter().map(String::as_str))
    };
    compared::changes(Area::Platforms, &of(old), &of(new))
}

/// The module and the other files, by their digests.
pub(super) fn files(old: &Build, new: &Build) -> Vec<Change> {
    let of = |build: &Build| -> Named {
        let module = build.sha256().map(|digest| ("module".to_owned(), Some(digest)));
        let files = build.files.iter().map(|(name, digest)| (name.clone(), *digest));
        // That it is there is known of what was not read.
        let value = |digest: Option<Digest256>| digest.map_or(Value::Bool(true), |digest| digest.to_string().into());
        module.into_iter().chain(files).map(|(name, digest)| (name, value(digest))).collect()
    };
    let mut changes = compared::changes(Area::Files, &of(old), &of(new));
    let is_unread = |value: &Option<Value>| matches!(value, Some(Value::Bool(_)));
    changes.retain(|change| change.kind != ChangeKind::Changed || !is_unread(&change.old) && !is_unread(&change.new));
    changes
}

/// The id of the system that a name means; the name itself where nobody knows which.
fn system(name: &str) -> &str {
    let known = Knowledge::builtin();
    known.platform(name).or_else(|| known.meant_platform(name)).map_or(name, |platform| &platform.id)
}

pub(super) fn dependencies(old: &Build, new: &Build) -> Vec<Change> {
    if !can_be_compared(old, new, &["dependencies"]) {
        return Vec::new();
    }
    let of = |build: &Build| -> Named {
        let members = build.metadata.get("dependencies").and_then(Value::as_object);
        let members = members.into_iter().flat_map(Object::iter);
        members.map(|(name, value)| (name.to_owned(), value.clone())).collect()
    };
    compared::parts(Area::Dependencies, &of(old), &of(new))
}
