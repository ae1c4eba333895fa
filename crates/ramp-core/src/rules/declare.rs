//! What the rules of each group have in common: what a declaration starts from.

use crate::error_code::UploadErrorCode::{self, InvalidModule, OsNotSupported};
use crate::finding::{Group, Level, Rule};

/// Unpack: refused, with a reason where the unpacker has one.
pub(super) const fn unpack(id: &'static str, reason: Option<&'static str>, title: &'static str) -> Rule {
    Rule { reason, ..Rule::refusing(id, Group::Unpack, InvalidModule, title) }
}

/// Archive: a bundle to be packed again.
pub(super) const fn archive(id: &'static str, title: &'static str) -> Rule {
    let cure = "Pack the bundle again with `ramp pack`, or any ordinary zip writer.";
    Rule { cure, ..Rule::refusing(id, Group::Archive, InvalidModule, title) }
}

/// Archive: a dependency to be packed again.
pub(super) const fn dependency_archive(id: &'static str, title: &'static str) -> Rule {
    let cure = "Pack the dependency again: `tar -czf name.tgz folder`, or its `local_path` in the manifest.";
    Rule { cure, ..Rule::refusing(id, Group::Archive, InvalidModule, title) }
}

/// Integrity.
pub(super) const fn integrity(id: &'static str, title: &'static str) -> Rule {
    let cure = "Pack the bundle again from the files it was made of.";
    Rule { cure, ..Rule::refusing(id, Group::Integrity, InvalidModule, title) }
}

/// Target: refused with a code of its own.
pub(super) const fn target(id: &'static str, code: UploadErrorCode, title: &'static str) -> Rule {
    Rule::refusing(id, Group::Target, code, title)
}

/// Load: what the loader refuses.
pub(super) const fn load(id: &'static str, title: &'static str) -> Rule {
    Rule::refusing(id, Group::Load, OsNotSupported, title)
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
