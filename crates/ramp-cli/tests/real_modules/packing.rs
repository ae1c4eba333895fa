//! `ramp pack` beside the reference packer: the same module, manifest and server.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command::for_each;
use crate::expected::{Content, expected, first_difference, same_files};
use crate::listing::{Bundle, Listing};

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
        let (theirs, mut ours) = (Content::read(&bundle.path), Content::read(&out));
        let mut expected = expected(&theirs, &ours).map_err(|why| format!("{}: {why}", bundle.name()))?;
        for metadata in [&mut expected, &mut ours.metadata] {
            // Of the folder that the packer ran in.
            metadata.as_object_mut().unwrap().remove("git_sha");
        }
        let same = first_difference(&expected, &ours.metadata).and_then(|()| same_files(&theirs, &ours));
        same.map_err(|why| format!("{}: {why}", bundle.name()))?;
        let (size, their_size) = (fs::metadata(&out).unwrap().len(), fs::metadata(&bundle.path).unwrap().len());
        if size > their_size {
            return Err(format!("{}: {size} bytes, the reference needs {their_size}", bundle.name()));
        }
        Ok(())
    });
}
