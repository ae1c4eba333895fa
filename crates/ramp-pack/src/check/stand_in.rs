//! The module that a manifest is packed with where there is none.

use std::collections::HashSet;
use std::io::Cursor;

use crate::assemble::{Assembled, ModuleInput};
use crate::json;
use crate::manifest::Manifest;
use crate::writer::{BundleParts, DependencyPart, ModulePart, WriteOptions, write_bundle};
use ramp_core::metadata::Value;
use ramp_core::module::{Architecture, CommandSpec, Discovery};
use ramp_core::{Digest256, Policy, Report, Target, validate};

/// What stands for the module and for what is in `deps/`.
const BYTES: &[u8] = b"to come";

/// What stands for the machine's system.
pub(super) const SYSTEM: &str = "rhel9";

/// Whether a field that a manifest does not have is missed, and can be set in it.
pub(super) fn is_of_manifest(field: &str) -> bool {
    !matches!(field, "architecture" | "os" | "operating_systems" | "module_file")
}

/// Of the architecture that the manifest claims.
pub(super) fn module(manifest: &Manifest) -> ModuleInput {
    let claimed = matches!(manifest.get("architecture"), Some(Value::String(_)));
    ModuleInput {
        file_name: "module.so".to_owned(),
        sha256: Digest256::of(BYTES).to_string(),
        architecture: (!claimed).then_some(Architecture::X86_64),
        os: None,
    }
}

/// With every command that the manifest names, since it may be there: each with the key that names it.
fn named(manifest: &Manifest) -> Vec<(&'static str, &str)> {
    let items = |key| manifest.get(key).and_then(Value::as_array).into_iter().flatten();
    let overridden =
        items("overide_command").filter_map(|item| item.get("command_name")).map(|name| ("overide_command", name));
    let excluded = items("exclude_commands").map(|name| ("exclude_commands", name));
    let lists = overridden.chain(excluded).filter_map(|(key, name)| Some((key, name.as_str()?)));
    let config = manifest.get("config_command").and_then(Value::as_str).and_then(|text| text.split(' ').next());
    let mut seen = HashSet::new();
    let all = lists.chain(config.map(|name| ("config_command", name)));
    all.filter(|(_, name)| !name.is_empty() && seen.insert(*name)).collect()
}

/// What the module would say of itself.
pub(super) fn discovery(manifest: &Manifest) -> Discovery {
    let spec = |(_, name): (&str, &str)| CommandSpec {
        command_name: name.to_owned(),
        command_arity: -1,
        flags: Vec::new(),
        first_key: 0,
        last_key: 0,
        step: 0,
    };
    Discovery {
        module_name: "module".to_owned(),
        version: 1,
        commands: named(manifest).into_iter().map(spec).collect(),
    }
}

/// The keys of the manifest that have what are the commands of the metadata, number by number; whatever comes after was added.
pub(super) fn keys_of_commands(manifest: &Manifest) -> Vec<&'static str> {
    let excluded = manifest.get("exclude_commands").and_then(Value::as_array).into_iter().flatten();
    let excluded: HashSet<&str> = excluded.filter_map(Value::as_str).collect();
    named(manifest).into_iter().filter(|(_, name)| !excluded.contains(name)).map(|(key, _)| key).collect()
}

/// Packs it, and judges what comes of it.
pub(super) fn judge(assembled: &mut Assembled) -> Result<Report, Box<dyn std::error::Error + Send + Sync>> {
    let names: Vec<String> = assembled.dependencies.iter().map(|dependency| dependency.name.clone()).collect();
    for name in &names {
        assembled.set_dependency_sha256(name, &Digest256::of(BYTES).to_string());
    }
    let of_dependency = |name: &String| DependencyPart { name: format!("{name}.tgz"), content: Box::new(BYTES) };
    let metadata = json::to_string(&assembled.metadata);
    let parts = BundleParts {
        module_file: assembled.metadata.get("module_file").and_then(Value::as_str).unwrap_or_default(),
        module: ModulePart::Bytes(BYTES),
        metadata: metadata.as_bytes(),
        dependencies: names.iter().map(of_dependency).collect(),
    };
    let mut bundle = Cursor::new(Vec::new());
    write_bundle(&mut bundle, parts, &WriteOptions::default())?;
    Ok(validate(bundle, &Target::default(), &Policy::strict())?)
}
