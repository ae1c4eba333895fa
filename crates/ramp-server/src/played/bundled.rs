//! The modules that come with the cluster, as the catalogue has those that were uploaded.

use std::collections::HashSet;

use ramp_core::Target;
use ramp_core::knowledge::{BundledBuild, BundledModule, Knowledge};
use sha2::{Digest as _, Sha256};

use super::cluster::{completed, platforms};
use crate::error::ServerError;
use crate::store::{Build, ModuleRecord};

/// What the object says of each platform: nobody knows the bytes of a module that is not here.
const DETAILS: &str = r#"{"dependencies":{},"sha256":""}"#;

/// Those of the target's release, unless there are to be none, on the platforms of its nodes, which must be named; and those that databases
/// use, by their `uid`s, though an older release brought them: a module stays while it is used.
pub(crate) fn modules(
    target: &Target,
    with_those_of_the_release: bool,
    used: &HashSet<String>,
) -> Result<Vec<ModuleRecord>, ServerError> {
    let (target, _) = completed(target)?;
    let of_release = if with_those_of_the_release { target.bundled_builds() } else { Vec::new() };
    let all = Knowledge::builtin().bundled_modules().iter();
    let all = all.flat_map(|module| module.builds.iter().map(move |build| (module, build)));
    let still_used = all.filter(|(module, build)| used.contains(&uid(&module.module_name, build.version())));
    let mut records: Vec<ModuleRecord> = Vec::new();
    for (module, bundled) in of_release.into_iter().chain(still_used) {
        let record = record(module, bundled, &target);
        // A version can come with several releases.
        if records.iter().all(|there| there.uid != record.uid) {
            records.push(record);
        }
    }
    Ok(records)
}

fn record(module: &BundledModule, bundled: &BundledBuild, target: &Target) -> ModuleRecord {
    let build = |place| Build { place, blob: String::new(), details: DETAILS.to_owned() };
    ModuleRecord {
        uid: uid(&module.module_name, bundled.version()),
        module_name: module.module_name.clone(),
        version: bundled.version(),
        metadata: module.object(bundled).to_string(),
        builds: platforms(target).map(build).collect(),
        is_bundled: true,
    }
}

/// The same on every server, so that what uses a module still does after a start, and on another server of the same catalogue. Those of
/// clusters look like it, and what they are made of is not known.
fn uid(module_name: &str, version: i64) -> String {
    let digest = Sha256::digest(format!("bundled {module_name} {version}"));
    format!("{:032x}", digest.first_chunk().copied().map(u128::from_be_bytes).unwrap_or_default())
}
