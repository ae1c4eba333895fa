//! `ramp pack` beside the reference packer: the same module, manifest and server.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use ramp_fixtures::bundle::sha256_hex;
use serde_json::Value;

use crate::command::for_each;
use crate::listing::{Bundle, Listing};

/// What is in a bundle: its metadata, and the digest of every other entry.
pub(crate) fn content(path: &Path) -> (Value, BTreeMap<String, String>) {
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut digests = BTreeMap::new();
    let mut metadata = Value::Null;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        std::io::copy(&mut entry, &mut bytes).unwrap();
        let name = entry.name().unwrap().into_owned();
        if name == "module.json" {
            metadata = serde_json::from_slice(&bytes).unwrap();
        } else {
            digests.insert(name, sha256_hex(&bytes));
        }
    }
    (metadata, digests)
}

/// Evens out what differs on purpose: the tables of docs/packing.md say why.
pub(crate) fn comparable(mut metadata: Value, files: &BTreeMap<String, String>) -> Value {
    let object = metadata.as_object_mut().unwrap();
    // Theirs is in Python's notation of bytes.
    if let Some(sha) = object.get_mut("git_sha") {
        let text = sha.as_str().unwrap();
        let inner = text.strip_prefix("b'").and_then(|text| text.strip_suffix('\''));
        *sha = inner.unwrap_or(text).into();
    }
    let version = object["version"].as_f64().unwrap();
    object["version"] = version.into();
    let commands = object["commands"].as_array_mut().unwrap();
    commands.sort_by_key(|command| command["command_name"].as_str().unwrap().to_owned());
    // Theirs has time stamps in it, so that its digest is another each time; both must be of the file that is there.
    for (name, dependency) in object["dependencies"].as_object_mut().into_iter().flatten() {
        if let Some(digest) = files.get(&format!("deps/{name}.tgz")) {
            let noted = dependency.as_object_mut().unwrap().remove("sha256");
            assert_eq!(noted.as_ref().and_then(Value::as_str), Some(digest.as_str()), "{name}");
        }
    }
    metadata
}

/// The first field that is not the same in both.
pub(crate) fn first_difference(theirs: &Value, ours: &Value) -> Result<(), String> {
    let mut keys = theirs.as_object().unwrap().keys().chain(ours.as_object().unwrap().keys());
    match keys.find(|key| theirs.get(key) != ours.get(key)) {
        Some(key) => Err(format!("`{key}` is {:?}, not {:?}", ours.get(key), theirs.get(key))),
        None => Ok(()),
    }
}

fn pack(bundle: &Bundle, out: &Path, modules: &Path) -> Result<(), String> {
    let run = Command::new(env!("CARGO_BIN_EXE_ramp"))
        .arg("pack")
        .arg(&bundle.module)
        .arg("-m")
        .arg(bundle.manifest.as_ref().unwrap())
        .arg("-o")
        .arg(out)
        .arg("--redis-server")
        .arg(bundle.server.as_ref().unwrap())
        // As `.ci/real_modules.py` sets them for the reference.
        .env("GEARS_PLUGIN", modules.join("libredisgears_v8_plugin.so"))
        .env("GEARS_LICENSES", concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/real-modules"))
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap();
    if run.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&run.stderr).into_owned()) }
}

#[test]
#[ignore = "needs real modules: see the top of tests/real_modules/main.rs"]
fn packing_gives_what_the_reference_packs() {
    let listing = Listing::read();
    let packed: Vec<&Bundle> = listing.bundles.iter().filter(|bundle| bundle.manifest.is_some()).collect();
    assert!(packed.len() > 10, "the reference packed only {}", packed.len());
    let directory = tempfile::tempdir().unwrap();
    for_each(&packed, |bundle| {
        let out = directory.path().join(format!("{}.zip", bundle.name()));
        let again = directory.path().join(format!("{}-again.zip", bundle.name()));
        let modules = bundle.module.parent().unwrap();
        for path in [&out, &again] {
            pack(bundle, path, modules).map_err(|why| format!("{}: {why}", bundle.name()))?;
        }
        if fs::read(&out).unwrap() != fs::read(&again).unwrap() {
            return Err(format!("{}: packing twice gives other bytes", bundle.name()));
        }
        let ((theirs, their_files), (ours, our_files)) = (content(&bundle.path), content(&out));
        let (mut theirs, mut ours) = (comparable(theirs, &their_files), comparable(ours, &our_files));
        for metadata in [&mut theirs, &mut ours] {
            // Of the folder that the packer ran in.
            metadata.as_object_mut().unwrap().remove("git_sha");
        }
        first_difference(&theirs, &ours).map_err(|why| format!("{}: {why}", bundle.name()))?;
        let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
        if names(&their_files) != names(&our_files) {
            return Err(format!("{}: {:?}, not {:?}", bundle.name(), names(&our_files), names(&their_files)));
        }
        // Archives of dependencies have time stamps; the module is the module.
        let module = theirs["module_file"].as_str().unwrap();
        if their_files[module] != our_files[module] {
            return Err(format!("{}: the module is another", bundle.name()));
        }
        let (size, their_size) = (fs::metadata(&out).unwrap().len(), fs::metadata(&bundle.path).unwrap().len());
        if size > their_size {
            return Err(format!("{}: {size} bytes, the reference needs {their_size}", bundle.name()));
        }
        Ok(())
    });
}
