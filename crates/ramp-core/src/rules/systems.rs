//! What to write in place of an operating system that no node runs.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::knowledge::{Knowledge, Platform};
use crate::metadata::unpacked::ARCHITECTURES;
use crate::module::Architecture;
use crate::rules::written::{self, Instead};
use crate::target::Target;

/// How many systems are named as an example.
const NAMED: usize = 2;
/// How many declared systems are looked at for a slip: a list can be as long as the metadata.
const LOOKED_AT: usize = 20;

/// Whether a release of Redis Enterprise runs on it.
pub(super) fn some_release_runs_on(platform: &Platform) -> bool {
    static RUN_ON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let rows = Knowledge::builtin().releases().iter().flat_map(|release| &release.platforms);
        rows.map(|row| row.os.as_str()).collect()
    });
    RUN_ON.contains(platform.id.as_str())
}

/// The platform that was meant, as clusters write it: `rhel9/x86_64`.
pub(super) fn meant_platform(key: &str) -> Option<String> {
    let (system, architecture) = key.split_once('/')?;
    let architecture = Architecture::meant(architecture)?.to_string();
    let known = ARCHITECTURES.contains(&&*architecture);
    known.then(|| Some(format!("{}/{architecture}", Knowledge::builtin().meant_platform(system)?.id)))?
}

/// What to write in place of a name that no node goes by, at that place of `module.json`, and what to do; `None` for a name that means
/// no system at all.
pub(super) fn instead_of(pointer: &str, name: &str, target: &Target) -> Option<Instead> {
    let id = |name: &str| Knowledge::builtin().meant_platform(name).map(|platform| platform.id.as_str());
    if let Some(parts) = written::several(name, |part| id(part).is_some()) {
        let systems: Vec<&str> = parts.into_iter().filter_map(id).collect();
        let (text, help) = written::each(&systems);
        return Some(Instead { text, help, edit: None });
    }
    let meant = Knowledge::builtin().meant_platform(name)?;
    if some_release_runs_on(meant) {
        let (id, help) = (meant.id.clone(), format!("Did you mean `{}`?", meant.id));
        return Some(Instead::certain(pointer, id.clone(), id.into(), help));
    }
    // A system that there is, such as that of a container in which the module was packed.
    let systems = of_nodes(target).join(",");
    let help = format!(
        "Name the systems that the nodes run, if the module works there: `ramp pack … --operating-systems {systems}`. \
         Without this option, the system of the machine that packs is written."
    );
    Some(Instead { text: systems, help, edit: None })
}

/// What to do where one of the declared names is not one that nodes go by; `None` where all are.
pub(super) fn instead_of_mistaken(declared: &[&str], target: &Target) -> Option<String> {
    let known = |name: &str| Knowledge::builtin().platform(name).is_some_and(some_release_runs_on);
    let mut mistaken = declared.iter().take(LOOKED_AT).filter(|name| !known(name));
    mistaken.find_map(|name| instead_of("", name, target)).map(|instead| instead.help)
}

/// Systems that nodes run: the target's, else the newest of some families that its release runs on.
fn of_nodes(target: &Target) -> Vec<&str> {
    if !target.operating_systems().is_empty() {
        return target.operating_systems().iter().map(String::as_str).collect();
    }
    let knowledge = Knowledge::builtin();
    let release = target.release().or_else(|| knowledge.releases().last());
    let rows = release.map(|release| release.platforms.as_slice()).unwrap_or_default();
    let mut families: Vec<&str> = Vec::new();
    let mut systems = Vec::new();
    for platform in rows.iter().filter_map(|row| knowledge.platform(&row.os)) {
        // The newest of a family comes first.
        if !families.contains(&platform.family.as_str()) && systems.len() < NAMED {
            families.push(&platform.family);
            systems.push(platform.id.as_str());
        }
    }
    systems
}
