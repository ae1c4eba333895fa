//! What ours must have packed, worked out from what the reference packed: each step is a row of docs/packing.md. Nothing
//! is done to ours, so that what is not in that list cannot differ.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use ramp_core::Digest256;
use serde_json::Value;

/// What is in a bundle.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) metadata: Value,
    /// The digest of every other entry, by name.
    pub(crate) files: BTreeMap<String, String>,
}

impl Content {
    pub(crate) fn read(path: &Path) -> Self {
        let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
        let (mut metadata, mut files) = (Value::Null, BTreeMap::new());
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            if entry.name().unwrap() == "module.json" {
                metadata = serde_json::from_reader(&mut entry).unwrap();
            } else {
                let name = entry.name().unwrap().into_owned();
                files.insert(name, Digest256::of_reader(&mut entry).unwrap().to_string());
            }
        }
        Self { metadata, files }
    }

    /// The digest of the module.
    pub(crate) fn module(&self) -> &str {
        &self.files[self.metadata["module_file"].as_str().unwrap()]
    }
}

/// The metadata that ours must have, where the reference has `theirs`.
pub(crate) fn expected(theirs: &Content, ours: &Content) -> Result<Value, String> {
    let mut metadata = theirs.metadata.clone();
    let object = metadata.as_object_mut().unwrap();
    // In Python's notation of bytes.
    if let Some(sha) = object.get_mut("git_sha") {
        let text = sha.as_str().unwrap();
        let inner = text.strip_prefix("b'").and_then(|text| text.strip_suffix('\''));
        *sha = inner.ok_or_else(|| format!("their `git_sha` is {text}"))?.into();
    }
    // A float.
    let version = object["version"].as_f64().filter(|_| object["version"].is_f64());
    object["version"] = version.ok_or("their `version` is not a float")?.to_string().parse::<i64>().unwrap().into();
    // In random order; those that are added come after them, as they were given.
    let added = object["add_command"].as_array().into_iter().flatten();
    let added = added.filter(|command| command.get("command_name").is_some()).count();
    let commands = object["commands"].as_array_mut().unwrap();
    let own = commands.len() - added;
    commands[..own].sort_by_key(|command| command["command_name"].as_str().unwrap().to_owned());
    // Of an archive with time stamps in it.
    for (name, dependency) in object["dependencies"].as_object_mut().into_iter().flatten() {
        let file = format!("deps/{name}.tgz");
        if let (Some(digest), Some(our_digest)) = (theirs.files.get(&file), ours.files.get(&file)) {
            if dependency["sha256"] != **digest {
                return Err(format!("their digest of {file} is {}", dependency["sha256"]));
            }
            dependency["sha256"] = our_digest.clone().into();
        }
    }
    Ok(metadata)
}

/// The first field that is not as expected.
pub(crate) fn first_difference(expected: &Value, ours: &Value) -> Result<(), String> {
    let mut keys = expected.as_object().unwrap().keys().chain(ours.as_object().unwrap().keys());
    match keys.find(|key| expected.get(key) != ours.get(key)) {
        Some(key) => Err(format!("`{key}` is {:?}, not {:?}", ours.get(key), expected.get(key))),
        None => Ok(()),
    }
}

/// Both have the same entries, and the same module. Archives of dependencies have time stamps.
pub(crate) fn same_files(theirs: &Content, ours: &Content) -> Result<(), String> {
    if theirs.files.keys().ne(ours.files.keys()) {
        return Err(format!("the entries are {:?}, not {:?}", ours.files.keys(), theirs.files.keys()));
    }
    if theirs.module() == ours.module() { Ok(()) } else { Err("the module is another".to_owned()) }
}
