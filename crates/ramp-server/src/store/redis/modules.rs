//! The modules and artifacts, as the scripts give them.

use crate::store::modules::{ArtifactRecord, Build, ModuleRecord};

/// A module: uid, name, version, metadata, and of its builds place, blob, details.
pub(super) type Row = (String, String, i64, String, Vec<(String, String, String)>);

/// The place of a module among names, and of an artifact among those of its node.
pub(super) fn field(module_name: &str, version: i64) -> String {
    format!("{version}:{module_name}")
}

/// Name and version of such a place.
pub(super) fn name_and_version(field: &str) -> Option<(&str, i64)> {
    let (version, module_name) = field.split_once(':')?;
    Some((module_name, version.parse().ok()?))
}

/// In the order of name and version.
pub(super) fn records(rows: Vec<Row>) -> Vec<ModuleRecord> {
    let mut modules = Vec::with_capacity(rows.len());
    for (uid, module_name, version, metadata, builds) in rows {
        let mut builds: Vec<Build> =
            builds.into_iter().map(|(place, blob, details)| Build { place, blob, details }).collect();
        builds.sort_by(|a, b| a.place.cmp(&b.place));
        modules.push(ModuleRecord { uid, module_name, version, metadata, builds, is_bundled: false });
    }
    modules.sort_by(|a, b| (&a.module_name, a.version).cmp(&(&b.module_name, b.version)));
    modules
}

/// Of rows of a field, `version:name`, and details: in the order of name and version.
pub(super) fn artifacts(rows: Vec<(String, String)>) -> Vec<ArtifactRecord> {
    let mut artifacts = Vec::with_capacity(rows.len());
    for (field, details) in rows {
        let Some((module_name, version)) = name_and_version(&field) else { continue };
        artifacts.push(ArtifactRecord { module_name: module_name.to_owned(), version, details });
    }
    artifacts.sort_by(|a, b| (&a.module_name, a.version).cmp(&(&b.module_name, b.version)));
    artifacts
}
