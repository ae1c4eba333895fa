//! What is different in `module.json`.

use std::collections::BTreeSet;

use super::build::Build;
use super::change::{Area, Change};
use super::compared::{self, Named, bare};
use crate::knowledge::Knowledge;
use crate::metadata::{Object, Value};
use crate::module::Architecture;

/// Keys that have an area of their own, or follow from another difference.
const ELSEWHERE: [&str; 7] =
    ["architecture", "capabilities", "commands", "dependencies", "operating_systems", "os_list", "sha256"];

pub(super) fn changes(old: &Build, new: &Build) -> Vec<Change> {
    compared::changes(Area::Metadata, &members(old), &members(new))
}

fn members(build: &Build) -> Named {
    let members = build.metadata.as_object().into_iter().flat_map(Object::iter);
    members.filter(|(key, _)| !ELSEWHERE.contains(key)).map(|(key, value)| (key.to_owned(), value.clone())).collect()
}

pub(super) fn capabilities(old: &Build, new: &Build) -> Vec<Change> {
    let of = |build: &Build| bare(build.texts("capabilities"));
    compared::changes(Area::Capabilities, &of(old), &of(new))
}

/// Each system with the processor: `rhel9/x86_64`. One by one where both builds are for the same processor.
pub(super) fn platforms(old: &Build, new: &Build) -> Vec<Change> {
    let of = |build: &Build| {
        let processor = build.text("architecture");
        let meant = |name: &str| Architecture::meant(name).map_or_else(|| name.to_owned(), |known| known.to_string());
        let processor = processor.map(|name| format!("/{}", meant(name))).unwrap_or_default();
        let key = if build.metadata.get("operating_systems").is_some() { "operating_systems" } else { "os_list" };
        let systems: BTreeSet<&str> = build.texts(key).map(system).collect();
        let names: Vec<String> = systems.into_iter().map(|system| format!("{system}{processor}")).collect();
        bare(names.iter().map(String::as_str))
    };
    compared::changes(Area::Platforms, &of(old), &of(new))
}

/// The id of the system that a name means; the name itself where nobody knows which.
fn system(name: &str) -> &str {
    let known = Knowledge::builtin();
    known.platform(name).or_else(|| known.meant_platform(name)).map_or(name, |platform| &platform.id)
}

pub(super) fn dependencies(old: &Build, new: &Build) -> Vec<Change> {
    let of = |build: &Build| -> Named {
        let members = build.metadata.get("dependencies").and_then(Value::as_object);
        let members = members.into_iter().flat_map(Object::iter);
        members.map(|(name, value)| (name.to_owned(), value.clone())).collect()
    };
    compared::parts(Area::Dependencies, &of(old), &of(new))
}
