//! The command on modules that people run, in bundles that the reference packer made of them.
//!
//! They are not ours to pass on, so these tests are ignored unless asked for:
//!
//! ```text
//! .ci/real_modules.py /tmp/real-modules
//! RAMP_REAL_MODULES=/tmp/real-modules RAMP_REFERENCE_PYTHON=/tmp/real-modules/venv/bin/python \
//!     cargo test -p ramp-cli --test real_modules -- --ignored
//! ```

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout, reason = "test code")]

mod command;
mod copies;
mod damage;
mod expected;
mod listing;
mod options;
mod packing;
mod readelf;
mod scripts;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use command::{Policy, Verdict, for_each, ramp};
use listing::Listing;
use ramp_fixtures::bundle::sha256_hex;

#[test]
#[ignore = "needs real modules: see the top of tests/real_modules/main.rs"]
fn every_bundle_is_judged_as_expected() {
    let listing = Listing::read();
    for_each(&listing.bundles, |bundle| {
        for policy in [Policy::Reference, Policy::Strict] {
            let verdict = command::validate(&bundle.path, policy, &[]);
            bundle.expected(policy).check(&verdict).map_err(|why| format!("{}, {policy:?}: {why}", bundle.name()))?;
            if let Some(rule) = bundle.findings.iter().find(|rule| !verdict.has(rule)) {
                return Err(format!("{}, {policy:?}: {rule} is not among the findings: {verdict}", bundle.name()));
            }
        }
        Ok(())
    });
    println!("{} bundles were judged as expected", listing.bundles.len());
}

/// A bundle that is refused says why; whatever else is said of a good one is not an error.
#[test]
#[ignore = "needs real modules: see the top of tests/real_modules/main.rs"]
fn good_bundles_have_no_error_among_their_findings() {
    let listing = Listing::read();
    for_each(&listing.good(), |bundle| {
        let Verdict { result, .. } = command::validate(&bundle.path, Policy::Strict, &[]);
        let errors: Vec<_> = result["findings"].as_array().unwrap().iter().filter(|f| f["level"] == "error").collect();
        if errors.is_empty() { Ok(()) } else { Err(format!("{}: {errors:#?}", bundle.name())) }
    });
}

#[test]
#[ignore = "needs real modules: see the top of tests/real_modules/main.rs"]
fn every_damaged_copy_is_refused_with_its_code() {
    let listing = Listing::read();
    let directory = tempfile::tempdir().unwrap();
    let damages = damage::all(directory.path());
    let good = listing.good();
    let work: Vec<_> = good.iter().flat_map(|bundle| damages.iter().map(move |damage| (*bundle, damage))).collect();
    for_each(&work, |(bundle, damage)| {
        let path = directory.path().join(format!("{} {}.zip", bundle.name(), damage.name));
        fs::write(&path, damage.apply(bundle)).unwrap();
        let arguments = damage.arguments(bundle);
        for (policy, expected) in [(Policy::Reference, &damage.reference), (Policy::Strict, &damage.strict)] {
            let verdict = command::validate(&path, policy, &arguments);
            expected.check(&verdict).map_err(|why| format!("{}, {}, {policy:?}: {why}", bundle.name(), damage.name))?;
        }
        fs::remove_file(&path).unwrap();
        Ok(())
    });
    println!("{} damages to each of {} bundles were judged as expected", damages.len(), good.len());
}

#[test]
#[ignore = "needs real modules: see the top of tests/real_modules/main.rs"]
fn inspect_agrees_with_readelf() {
    let listing = Listing::read();
    for_each(&listing.modules, |module| {
        let output = ramp().arg("inspect").arg(module).args(["--format", "json"]).output().unwrap();
        let facts: serde_json::Value = serde_json::from_slice(&output.stdout)
            .map_err(|err| format!("{}: {err}: {}", module.display(), String::from_utf8_lossy(&output.stderr)))?;
        let facts = facts.get("module").unwrap_or(&facts);
        let (ours, theirs) = (readelf::Needs::of_facts(facts), readelf::Needs::of_file(module));
        if ours != theirs {
            return Err(format!("{}: `ramp inspect` says {ours:#?}, `readelf` {theirs:#?}", module.display()));
        }
        if theirs.is_none() && facts["mach_o"].is_null() {
            return Err(format!("{}: neither ELF nor Mach-O", module.display()));
        }
        Ok(())
    });
    println!("{} modules were inspected as `readelf` does", listing.modules.len());
}

#[test]
#[ignore = "needs real modules: see the top of tests/real_modules/main.rs"]
fn unpack_gives_back_what_was_packed() {
    let listing = Listing::read();
    for_each(&listing.good(), |bundle| {
        let directory = tempfile::tempdir().unwrap();
        let output = ramp().arg("unpack").arg(&bundle.path).arg("-C").arg(directory.path()).output().unwrap();
        let fail = |why: &str| Err(format!("{}: {why}: {}", bundle.name(), String::from_utf8_lossy(&output.stderr)));
        if !output.status.success() {
            return fail("not unpacked");
        }
        let metadata = copies::metadata(&bundle.path);
        let text = |key: &str| metadata[key].as_str().unwrap().to_owned();
        let module = directory.path().join(text("module_file"));
        if sha256_hex(&fs::read(&module).unwrap()) != sha256_hex(&fs::read(&bundle.module).unwrap()) {
            return fail("the module is not the one that was packed");
        }
        if mode(&module) != 0o755 {
            return fail(&format!("Redis does not load a module of mode {:o}", mode(&module)));
        }
        let written = fs::read(directory.path().join(format!("{}.json", text("module_name")))).unwrap();
        let written: serde_json::Value = serde_json::from_slice(&written).unwrap();
        if written["module_name"] != metadata["module_name"] || written["commands"] != metadata["commands"] {
            return fail("the metadata is not what was packed");
        }
        for (name, content) in copies::dependencies(&bundle.path) {
            if fs::read(directory.path().join(&name)).ok().as_ref() != Some(&content) {
                return fail(&format!("{name} is not what was packed"));
            }
        }
        Ok(())
    });
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}
