//! What the policy `strict` says of a module, held against what the system's loader says.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::unwrap_used)]

mod ask;
mod asks;
mod built;
mod editor;
mod edits;
mod known;
mod symbol_edits;
mod table_edits;

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use ramp_core::{Group, Level, Policy, Target, validate};
use ramp_fixtures::bundle::BundleBuilder;

use ask::Asker;
use built::Built;
use editor::Editor;

/// Says so past the test harness, which keeps what tests print to itself.
fn skipped(why: &str) {
    std::io::stderr().lock().write_all(format!("SKIPPED: {why}\n").as_bytes()).unwrap();
}

/// This machine's system, as the platform table calls it.
fn platform() -> Option<String> {
    let text = std::fs::read_to_string("/etc/os-release").ok()?;
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
        Some(line.trim_matches('"').to_owned())
    };
    let name = format!("{}{}", value("ID")?, value("VERSION_ID")?.split('.').next()?);
    ramp_core::knowledge::Knowledge::builtin().platform(&name).map(|platform| platform.id.clone())
}

/// The rules of the groups load and integrity by which `strict` refuses a module on a platform.
fn refused_by(module: &[u8], platform: &str) -> Vec<String> {
    let bundle = BundleBuilder::of_module(module.to_vec()).set("operating_systems", vec![platform]).build();
    let report = validate(Cursor::new(bundle), &Target::default(), &Policy::strict()).unwrap();
    let counts = report
        .findings()
        .iter()
        .filter(|finding| matches!(finding.group, Group::Load | Group::Integrity) && finding.level == Level::Error);
    counts.map(|finding| format!("{}: {}", finding.rule, finding.message)).collect()
}

/// A place to build in, the loader, and the system; nothing, loudly, where one of them is not to be had.
struct Bench {
    dir: tempfile::TempDir,
    asker: Asker,
    platform: String,
}

impl Bench {
    fn new() -> Option<Self> {
        if !cfg!(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64")) {
            skipped("this test needs Linux with glibc on x86_64");
            return None;
        }
        let Some(platform) = platform() else {
            skipped("the platform table does not know this system");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let Some(asker) = Asker::compile(dir.path()) else {
            skipped("no C compiler");
            return None;
        };
        built::prepare(dir.path());
        if built::build(dir.path(), "bfd", "plain.c", &[]).is_none() {
            skipped("cc has no GNU linker");
            return None;
        }
        Some(Self { dir, asker, platform })
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// What is edited: built by GNU's linker, with spare entries in the dynamic table.
    fn base(&self) -> Editor {
        self.base_of("plain.c", &[])
    }

    /// The same, of another source and with more options.
    fn base_of(&self, source: &str, more: &[&str]) -> Editor {
        let options = [&["-Wl,-z,lazy", "-Wl,--spare-dynamic-tags=9"], more].concat();
        Editor::new(built::build(self.path(), "bfd", source, &options).expect("a module").bytes)
    }

    /// Asks both, and fails with every difference that the table of known ones does not have.
    fn compare(&self, modules: &[Built]) {
        let folder = tempfile::tempdir_in(self.path()).unwrap();
        let files: Vec<PathBuf> = (0..modules.len()).map(|number| folder.path().join(format!("{number}.so"))).collect();
        for (file, module) in files.iter().zip(modules) {
            std::fs::write(file, &module.bytes).unwrap();
        }
        let answers = self.asker.ask(&files);
        let mut unexplained = Vec::new();
        let (mut loading, mut explained) = (0, 0);
        for (module, answer) in modules.iter().zip(&answers) {
            let refused = refused_by(&module.bytes, &self.platform);
            let loads = answer == "loads";
            loading += usize::from(loads);
            if loads == refused.is_empty() {
                continue;
            }
            if known::explains(&module.name, loads) {
                explained += 1;
            } else if loads {
                unexplained.push(format!("TOO STRICT {}\n    {}", module.name, refused.join("\n    ")));
            } else {
                unexplained.push(format!("TOO LAX {}\n    {answer}", module.name));
            }
        }
        println!("{} modules, {loading} load, {explained} differences explained", modules.len());
        assert!(unexplained.is_empty(), "{} differences:\n{}", unexplained.len(), unexplained.join("\n"));
    }
}

/// What edits make of a module.
fn edited(edits: Vec<edits::Edited>) -> Vec<Built> {
    edits.into_iter().map(|(name, bytes)| Built { name, bytes }).collect()
}

#[test]
fn headers_of_the_file() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(edits::header(&bench.base())));
}

#[test]
fn headers_of_segments() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(edits::segments(&bench.base())));
}

#[test]
fn headers_of_sections() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(edits::sections(&bench.base())));
}

#[test]
fn dynamic_tables() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(edits::dynamic(&bench.base())));
}

#[test]
fn symbols_and_versions() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(symbol_edits::symbols(&bench.base())));
}

#[test]
fn relocations() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(symbol_edits::relocations(&bench.base())));
}

#[test]
fn what_relocations_ask_for() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(table_edits::asked(&bench.base())));
    bench.compare(&edited(table_edits::constructors(&bench.base())));
}

#[test]
fn tables_of_hashes() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(table_edits::gnu_hashes(&bench.base())));
    bench.compare(&edited(table_edits::sysv_hashes(&bench.base_of("plain.c", &["-Wl,--hash-style=sysv"]))));
}

#[test]
fn compact_relocations() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(table_edits::compact(&bench.base_of("plain.c", &["-Wl,-z,pack-relative-relocs"]))));
}

#[test]
fn thread_local_storage() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(table_edits::storage(&bench.base_of("tls.c", &["-ftls-model=initial-exec"]))));
}

#[test]
fn what_is_asked_of_libraries() {
    let Some(bench) = Bench::new() else { return };
    for name in ["libm.so.6", "libc.so", "libc.musl-x86_64.so.1"] {
        bench.compare(&edited(asks::needed(&bench.base_of("plain.c", &[&format!("-Wl,-soname,{name}")]), name)));
    }
    let math = bench.base_of("math.c", &["-lm"]);
    bench.compare(&edited(asks::versions(&math)));
    bench.compare(&edited(asks::storage(&math)));
    let versions = bench.base_of("plain.c", &["-Wl,--version-script=versions.map"]);
    bench.compare(&edited(asks::definitions(&versions)));
}

#[test]
fn what_is_asked_of_the_processor() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&edited(asks::levels(&bench.base_of("plain.c", &["-Wl,-z,x86-64-v2"]))));
}

#[test]
fn what_the_compiler_builds() {
    let Some(bench) = Bench::new() else { return };
    bench.compare(&built::all(bench.path(), "bfd"));
}

/// Fails where one of them is missing.
#[test]
#[ignore = "needs gold, LLD, mold and patchelf"]
fn what_other_linkers_build() {
    let Some(bench) = Bench::new() else { panic!("no loader to ask") };
    for linker in ["gold", "lld", "mold"] {
        let modules = built::all(bench.path(), linker);
        assert!(modules.len() > 50, "{linker} builds {} modules only", modules.len());
        assert!(modules.iter().any(|module| module.name.contains("cpp.cc")), "{linker} builds nothing from C++");
        bench.compare(&modules);
    }
    let base = built::build(bench.path(), "bfd", "plain.c", &[]).expect("a module").bytes;
    bench.compare(&built::patched(bench.path(), &base));
}
