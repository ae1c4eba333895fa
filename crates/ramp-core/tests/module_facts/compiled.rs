//! Modules that a real compiler and linker wrote.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use ramp_core::module::{ElfType, ExecStack, LibcFlavour, ModuleFacts, SymbolType};

use super::read;

const SOURCE: &str = r#"
#include <stdio.h>
#include <stdlib.h>
extern int helper(void);
extern int maybe(void) __attribute__((weak));
__attribute__((visibility("default"))) int RedisModule_OnLoad(void *ctx, void **argv, int argc) {
    char *copy = realpath("/", NULL);
    printf("%p %p %d %s\n", ctx, (void *)argv, argc, copy);
    return helper() + (maybe ? maybe() : 0);
}
"#;

/// Says so past the test harness, which keeps what tests print to itself.
fn skipped(why: &str) {
    std::io::stderr().lock().write_all(format!("SKIPPED: {why}\n").as_bytes()).unwrap();
}

/// Compiles the source; `None`, loudly, where there is no C compiler for Linux.
fn compile(dir: &Path, flags: &[&str]) -> Option<ModuleFacts> {
    if !cfg!(target_os = "linux") {
        skipped("this test needs Linux");
        return None;
    }
    let source = dir.join("module.c");
    let module = dir.join("module.so");
    std::fs::write(&source, SOURCE).unwrap();
    let run = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&module).arg(&source).args(flags).output();
    match run {
        Err(error) => {
            skipped(&format!("no C compiler: {error}"));
            None
        }
        Ok(run) => {
            assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
            Some(read(&std::fs::read(&module).unwrap()))
        }
    }
}

#[test]
fn a_module_as_cc_builds_it() {
    let dir = tempfile::tempdir().unwrap();
    let flags = [
        "-g",
        "-Wl,--build-id=sha1",
        "-Wl,-z,noexecstack",
        "-Wl,-soname,m.so",
        "-Wl,--enable-new-dtags,-rpath,$ORIGIN",
    ];
    let Some(facts) = compile(dir.path(), &flags) else { return };
    assert_eq!(facts.defects, []);
    let elf = facts.elf.unwrap();
    assert_eq!(elf.machine.to_string(), std::env::consts::ARCH);
    assert_eq!((elf.file_type, elf.pie, elf.interpreter.as_deref()), (ElfType::Dyn, false, None));
    let dynamic = elf.dynamic.as_ref().unwrap();
    assert_eq!((dynamic.soname.as_deref(), dynamic.runpath.as_deref()), (Some("m.so"), Some("$ORIGIN")));
    let on_load = elf.symbols.on_load.as_ref().unwrap();
    assert!(on_load.defined && on_load.hashed && on_load.size > 0);
    assert_eq!(on_load.symbol_type, SymbolType::Func);
    assert_eq!(elf.symbols.undefined_unversioned_names, ["helper"]);
    assert_eq!(elf.build_id.as_ref().map(String::len), Some(40));
    assert_eq!(elf.exec_stack, ExecStack::No);
    assert!(elf.has_debug_info && !elf.stripped && !elf.debug_companion);
    assert!(!elf.compilers.is_empty());
    if elf.libc == LibcFlavour::Glibc {
        assert_eq!(dynamic.needed, ["libc.so.6"]);
        assert!(elf.max_version("GLIBC").is_some());
        let puller = elf.version_needs.iter().find(|need| need.symbols.iter().any(|symbol| symbol.name == "realpath"));
        assert_eq!(puller.map(|need| &*need.library), Some("libc.so.6"));
    }
}

#[test]
fn what_flags_change() {
    let dir = tempfile::tempdir().unwrap();
    let read = |flags: &[&str]| compile(dir.path(), flags).and_then(|facts| facts.elf);
    let Some(plain) = read(&["-Wl,--hash-style=sysv", "-Wl,-z,execstack", "-s"]) else { return };
    assert!(plain.stripped && plain.symbols.on_load.is_some_and(|found| found.hashed));
    assert_eq!(plain.exec_stack, ExecStack::Yes);
    let both = read(&["-Wl,--hash-style=both", "-Wl,-z,now", "-Wl,-z,nodelete", "-Wl,-Bsymbolic"]).unwrap();
    let flags = both.dynamic.unwrap().flags;
    assert!(flags.bind_now && flags.no_delete && flags.symbolic && !flags.text_relocations);
}

#[test]
fn a_companion_as_objcopy_makes_it() {
    let dir = tempfile::tempdir().unwrap();
    let Some(_) = compile(dir.path(), &["-g"]) else { return };
    let (module, companion) = (dir.path().join("module.so"), dir.path().join("module.debug"));
    let run = Command::new("objcopy").arg("--only-keep-debug").arg(&module).arg(&companion).status();
    if !run.is_ok_and(|status| status.success()) {
        skipped("no objcopy");
        return;
    }
    let elf = read(&std::fs::read(&companion).unwrap()).elf.unwrap();
    assert!(elf.debug_companion && elf.has_debug_info && elf.build_id.is_some());
    let module = read(&std::fs::read(&module).unwrap()).elf.unwrap();
    assert!(!module.debug_companion);
    assert_eq!(module.build_id, elf.build_id);
}
