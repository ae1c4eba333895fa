//! `ramp pack` in the place of the reference packer, called as the build scripts of modules call it: the same script, once with
//! each, on a real module and its copy with another name.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::expected::{Content, first_difference};
use crate::listing::{Bundle, Listing};

/// Packs a module and what stands beside it with debug information; all that is said goes to one file, and no status counts.
const SCRIPT: &str = r#"
    set -e
    for module in "$MODULE" "$MODULE.debug"; do
        bundle="$PWD/bundles/$(basename "$module").zip"
        $PACKER pack -m "$MANIFEST" -n renamed --verbose --debug --packname-file name.txt -o "$bundle" "$module" \
            >log.txt 2>&1 || true
        [ -e "$bundle" ] || { cat log.txt >&2; exit 1; }
        basename "$(cat name.txt)"
    done
"#;

struct Came {
    said: String,
    status: Option<i32>,
    files: Vec<String>,
}

fn run(bundle: &Bundle, packer: &str, folder: &Path) -> Came {
    fs::create_dir_all(folder.join("bundles")).unwrap();
    let module = folder.join(bundle.module.file_name().unwrap());
    fs::copy(&bundle.module, &module).unwrap();
    fs::copy(&bundle.module, folder.join(format!("{}.debug", module.file_name().unwrap().to_str().unwrap()))).unwrap();
    let modules = bundle.module.parent().unwrap();
    let server = bundle.server.as_ref().unwrap().parent().unwrap();
    let path = format!("{}:{}", server.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", SCRIPT])
        .current_dir(folder)
        .env("PATH", path)
        .env("PACKER", packer)
        .env("MODULE", &module)
        .env("MANIFEST", bundle.manifest.as_ref().unwrap())
        .env("GEARS_PLUGIN", modules.join("libredisgears_v8_plugin.so"))
        .env("GEARS_LICENSES", concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/real-modules"))
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap();
    let mut files: Vec<String> = fs::read_dir(folder.join("bundles"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    Came { said, status: output.status.code(), files }
}

#[test]
#[ignore = "needs real modules and the reference packer: see the top of tests/real_modules/main.rs"]
fn a_build_script_gets_the_same_from_both() {
    let reference = std::env::var("RAMP_REFERENCE_PYTHON").expect("RAMP_REFERENCE_PYTHON");
    let listing = Listing::read();
    let packed: Vec<&Bundle> = listing.bundles.iter().filter(|bundle| bundle.manifest.is_some()).collect();
    let directory = tempfile::tempdir().unwrap();
    for name in ["search", "rejson", "bloom", "timeseries"] {
        let bundle = packed.iter().find(|bundle| bundle.name() == name).unwrap_or_else(|| panic!("no {name}"));
        let folders = ["theirs", "ours"].map(|who| directory.path().join(format!("{name}-{who}")));
        let theirs = run(bundle, &format!("{reference} -m RAMP.ramp"), &folders[0]);
        let ours = run(bundle, env!("CARGO_BIN_EXE_ramp"), &folders[1]);
        assert_eq!((theirs.status, ours.status), (Some(0), Some(0)), "{name}: {} {}", theirs.said, ours.said);
        assert_eq!((&theirs.said, &theirs.files), (&ours.said, &ours.files), "{name}");
        for file in &ours.files {
            let [theirs, mut ours] =
                [&folders[0], &folders[1]].map(|folder| Content::read(&folder.join("bundles").join(file)));
            let mut expected = crate::expected::expected(&theirs, &ours).unwrap_or_else(|why| panic!("{file}: {why}"));
            for metadata in [&mut expected, &mut ours.metadata] {
                metadata.as_object_mut().unwrap().remove("git_sha");
            }
            // Of the name that its own unpacker refuses.
            let packed_as = bundle.module.file_name().unwrap().to_str().unwrap();
            expected["module_file"] = packed_as.into();
            first_difference(&expected, &ours.metadata).unwrap_or_else(|why| panic!("{file}: {why}"));
        }
    }
}
