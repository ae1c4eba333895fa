//! What the rules of each group have in common: what a declaration starts from.

use crate::cure::Repair;
use crate::error_code::UploadErrorCode;
use crate::finding::Rule;
use crate::group::Group;
use crate::level::Level;

/// Unpack: refused, with a reason where the unpacker has one.
pub(super) const fn unpack(id: &'static str, reason: Option<&'static str>, title: &'static str) -> Rule {
    let code = Some(UploadErrorCode::InvalidModule);
    Rule { reason, ..Rule::new(id, Group::Unpack, Level::Error, code, title) }
}

/// Archive: a bundle to be packed again.
pub(super) const fn archive(id: &'static str, title: &'static str) -> Rule {
    let help = "Pack the bundle again with `ramp pack`, or any ordinary zip writer.";
    Rule { help, repair: Repair::Zip, ..Rule::new(id, Group::Archive, Level::Error, None, title) }
}

/// Archive: a dependency to be packed again.
pub(super) const fn dependency_archive(id: &'static str, title: &'static str) -> Rule {
    let help = "Pack the dependency again: with `tar -czf name.tgz folder`, or through its `local_path` in the \
                manifest.";
    Rule { help, ..Rule::new(id, Group::Archive, Level::Error, None, title) }
}

/// Integrity.
pub(super) const fn integrity(id: &'static str, title: &'static str) -> Rule {
    let help = "Pack the bundle again from the files it was made from.";
    Rule { help, ..Rule::new(id, Group::Integrity, Level::Error, None, title) }
}

/// Target: refused with a code of its own.
pub(super) const fn target(id: &'static str, code: UploadErrorCode, title: &'static str) -> Rule {
    Rule::new(id, Group::Target, Level::Error, Some(code), title)
}

/// Target: what is worth knowing of the cluster, and decides nothing.
pub(super) const fn target_hint(id: &'static str, strict_level: Level, title: &'static str) -> Rule {
    Rule::new(id, Group::Target, strict_level, None, title)
}

/// Load: what the loader refuses.
pub(super) const fn load(id: &'static str, title: &'static str) -> Rule {
    Rule::new(id, Group::Load, Level::Error, None, title)
}

/// Load: what depends on the node, or fails later.
pub(super) const fn load_hint(id: &'static str, title: &'static str) -> Rule {
    Rule::new(id, Group::Load, Level::Warning, None, title)
}

/// Schema: what `module.json` cannot say; no cluster answers by it.
pub(super) const fn schema(id: &'static str, title: &'static str) -> Rule {
    Rule::new(id, Group::Schema, Level::Error, None, title)
}

/// Metadata: nothing is refused.
pub(super) const fn metadata(id: &'static str, strict_level: Level, title: &'static str) -> Rule {
    Rule::new(id, Group::Metadata, strict_level, None, title)
}

/// Set: bundles of one release.
pub(super) const fn set(id: &'static str, strict_level: Level, title: &'static str) -> Rule {
    Rule::new(id, Group::Set, strict_level, None, title)
}

/// Upgrade: a build in the place of another.
pub(super) const fn upgrade(id: &'static str, strict_level: Level, title: &'static str) -> Rule {
    Rule::new(id, Group::Upgrade, strict_level, None, title)
}

/// Configuration: what a policy file says.
pub(super) const fn configuration(id: &'static str, title: &'static str) -> Rule {
    Rule::new(id, Group::Configuration, Level::Warning, None, title)
}

/// Kubernetes: manifests by which the operator would not load a module.
pub(super) const fn kubernetes(id: &'static str, strict_level: Level, title: &'static str) -> Rule {
    Rule::new(id, Group::Kubernetes, strict_level, None, title)
}
