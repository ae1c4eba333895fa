//! Real modules: what they say is what the reference packer wrote.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use ramp_core::module::CommandSpec;
use ramp_probe::{LoadCause, ProbeError, ProbeOptions, probe};
use serde_json::Value;

use crate::modules::servers;
use crate::options;
use crate::traces::{alone, assert_none_left};

#[test]
#[ignore = "needs redis-server and real modules: see the top of tests/probe/main.rs"]
fn real_modules_say_what_the_reference_packer_wrote() {
    let root = PathBuf::from(std::env::var_os("RAMP_REAL_MODULES").expect("RAMP_REAL_MODULES names no directory"));
    let listing: Value = serde_json::from_slice(&fs::read(root.join("bundles.json")).unwrap()).unwrap();
    let _guard = alone();
    let mut seen = BTreeSet::new();
    for bundle in listing["bundles"].as_array().unwrap() {
        let module = root.join(bundle["module"].as_str().unwrap());
        if bundle["made_by"] != "packer" || !seen.insert(module.clone()) {
            continue;
        }
        let written = metadata(&root.join(bundle["bundle"].as_str().unwrap()));
        let mut loaded = 0;
        for server in servers() {
            let started = Instant::now();
            let outcome = probe(&module, &ProbeOptions { arguments: arguments(&module), ..options(&server) })
                .map(|found| found.discovery);
            let took = started.elapsed();
            assert_none_left();
            println!("{:6.0?} {} {}", took, server.display(), module.display());
            match outcome {
                Ok(found) => {
                    loaded += 1;
                    assert_eq!(Some(found.module_name.as_str()), written["module_name"].as_str());
                    assert_eq!(written["version"].as_f64(), i32::try_from(found.version).ok().map(f64::from));
                    let theirs: Vec<CommandSpec> = serde_json::from_value(written["commands"].clone()).unwrap();
                    let rewritten = names_in_manifests();
                    let ours = set(&found.commands, &rewritten);
                    assert_eq!(ours, set(&theirs, &rewritten), "{} {}", server.display(), module.display());
                }
                // Too old a server: some modules say so, some crash.
                Err(
                    ProbeError::LoadFailed { cause: LoadCause::ServerVersion { .. }, .. } | ProbeError::Crashed { .. },
                ) => {}
                Err(err) => panic!("{} {}: {err:?}", server.display(), module.display()),
            }
        }
        assert!(loaded > 0, "no server loads {}", module.display());
    }
    assert!(!seen.is_empty());
    println!("{} modules were probed with {} servers", seen.len(), servers().len());
}

/// All that this machine could load, with the arguments that each needs.
#[cfg(target_os = "linux")]
pub(crate) fn modules() -> Vec<(PathBuf, Vec<String>)> {
    use ramp_core::module::{ModuleLimits, inspect};
    let root = PathBuf::from(std::env::var_os("RAMP_REAL_MODULES").expect("RAMP_REAL_MODULES names no directory"));
    let mut modules = modules_under(&root.join("modules"));
    modules.retain(|file| {
        let facts = inspect(&fs::read(file).unwrap(), &ModuleLimits::default());
        let is_ours = facts.architecture().is_some_and(|of| of.to_string() == std::env::consts::ARCH);
        is_ours && facts.elf.is_some_and(|elf| elf.symbols.on_load.is_some_and(|found| found.defined))
    });
    assert!(!modules.is_empty());
    modules.into_iter().map(|module| (module.clone(), arguments(&module))).collect()
}

/// The modules of `.ci/sample_modules`.
#[cfg(target_os = "linux")]
pub(crate) fn samples() -> Vec<(PathBuf, Vec<String>)> {
    let root = std::env::var_os("RAMP_SAMPLE_MODULES").expect("RAMP_SAMPLE_MODULES names no directory");
    let modules = modules_under(Path::new(&root));
    assert!(modules.len() > 60, "{}", modules.len());
    modules.into_iter().map(|module| (module, Vec::new())).collect()
}

/// All modules in the folders of a folder.
#[cfg(target_os = "linux")]
fn modules_under(root: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    let mut modules: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|is| is == "so")).collect();
    modules.sort();
    modules
}

/// RedisGears does not load without its engine.
fn arguments(module: &Path) -> Vec<String> {
    if module.file_name().is_none_or(|name| name != "redisgears.so") {
        return Vec::new();
    }
    let engine = module.with_file_name("libredisgears_v8_plugin.so");
    vec!["v8-plugin-path".to_owned(), engine.to_str().unwrap().to_owned()]
}

/// Everything that the manifests mention: the packer leaves such commands out, adds them or writes others in their place.
fn names_in_manifests() -> BTreeSet<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/real-modules");
    let texts = fs::read_dir(directory).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    texts.flat_map(|text| text.split(|c| !is_part(c)).map(str::to_lowercase).collect::<Vec<_>>()).collect()
}

/// Commands with their flags as sets, and without the flag that comes and goes with the server's version.
fn set(commands: &[CommandSpec], rewritten: &BTreeSet<String>) -> BTreeSet<String> {
    let shown = |command: &CommandSpec| {
        let flags: BTreeSet<&str> = command.flags.iter().map(String::as_str).filter(|flag| *flag != "module").collect();
        // Before Redis 7.0 the step of a command without keys is what the module registered.
        let step = if command.first_key == 0 { 0 } else { command.step };
        let keys = (command.first_key, command.last_key, step);
        format!("{} {} {flags:?} {keys:?}", command.command_name, command.command_arity)
    };
    let as_found = commands.iter().filter(|command| !rewritten.contains(&command.command_name.to_lowercase()));
    as_found.map(shown).collect()
}

fn metadata(bundle: &Path) -> Value {
    let mut zip = zip::ZipArchive::new(File::open(bundle).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name("module.json").unwrap().read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}
