//! `ramp probe`, as far as no server is needed.

use insta::assert_snapshot;
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::elf::macho::MachOBuilder;

use crate::shop::{Run, Shop};

/// A server that does as it is told by a shell script.
#[cfg(unix)]
fn with_server(shop: Shop, script: &str) -> Shop {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = shop.file("redis-server", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(shop.path("redis-server"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = shop.path("redis-server").display().to_string();
    shop.env("REDIS_PATH", &path)
}

fn asked_of_server(shop: &Shop, arguments: &[&str]) -> Run {
    shop.ramp(&[&["probe", "--probe", "redis-server"], arguments].concat())
}

/// What is no module at all is told by the built-in host as by a server; and that the two options for its version and another server do
/// not go together.
#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn no_server_is_needed() {
    let shop = Shop::new()
        .file("text.so", "Remember the milk.\n")
        .file("other.so", ElfBuilder::module().s390x().build())
        .env("PATH", "/no/such/directory");
    for how in ["auto", "builtin"] {
        let run = shop.ramp(&["probe", "--probe", how, "text.so"]);
        assert!(run.status == 2 && run.stderr.contains("it is not a module but text"), "{run}");
        let run = shop.ramp(&["probe", "--probe", how, "other.so"]);
        assert!(run.stderr.contains("it is for s390x, and what is to load it is for "), "{run}");
    }
    let run = shop.ramp(&["probe", "m.so", "--redis-version", "3.2"]);
    assert!(
        run.stderr.contains("`3.2` is not a Redis version that the built-in host knows; it plays 5.0, 6.0"),
        "{run}"
    );
    let run = shop.ramp(&["probe", "m.so", "--redis-version", "7.4", "--redis-server", "x"]);
    assert!(run.stderr.contains("cannot be used with"), "{run}");
}

#[test]
#[cfg(unix)]
fn what_is_no_module_for_that_server() {
    let shop = Shop::new()
        .file("text.so", "Remember the milk.\n")
        .file("other.so", ElfBuilder::module().s390x().build())
        .file("mac.so", MachOBuilder::arm64().build());
    let shop = with_server(shop, "exit 3");
    for file in ["missing.so", "text.so", "mac.so"] {
        assert_snapshot!(format!("no_module_{}", file.replace('.', "_")), asked_of_server(&shop, &[file]));
    }
    let run = asked_of_server(&shop, &["other.so"]);
    assert!(run.status == 2 && run.stderr.contains("it is for s390x, and what is to load it is for "), "{run}");
}

#[test]
#[cfg(unix)]
fn no_server() {
    let shop = Shop::new().file("m.so", ElfBuilder::module().build()).env("PATH", "/no/such/directory");
    let shop = shop.env("REDIS_PATH", "").env("REDIS_SERVER", "");
    assert_snapshot!(asked_of_server(&shop, &["m.so"]));
    assert_snapshot!("no_server_that_was_named", shop.ramp(&["probe", "m.so", "--redis-server", "/no/such/server"]));
}

#[test]
#[cfg(all(unix, target_arch = "x86_64"))]
fn a_server_that_fails() {
    let shop = Shop::new().file("m.so", ElfBuilder::module().build());
    let line = "1:M 1 Jan 2026 00:00:00.000 # Module m.so failed to load: libssl.so.1.1: cannot open shared object file: \
                No such file or directory";
    let shop = with_server(shop, &format!("printf 'Hello \\033[2J\\n'\necho '{line}'\nexit 1"));
    assert_snapshot!(asked_of_server(&shop, &["m.so"]));
    let shop = with_server(shop, "echo Nothing to do; exit 3");
    assert_snapshot!("a_server_that_ends", asked_of_server(&shop, &["m.so", "--format", "json"]));
    let shop = with_server(shop, "echo Good night; exec sleep 1000");
    assert_snapshot!("a_server_that_hangs", asked_of_server(&shop, &["m.so", "--timeout", "0.3"]));
}

#[test]
fn limits_that_make_no_sense() {
    let shop = Shop::new();
    for seconds in ["0", "-1", "nan", "inf", "1e9", "soon", ""] {
        let run = shop.ramp(&["probe", "m.so", &format!("--timeout={seconds}")]);
        assert!(run.status == 2 && run.stderr.contains("expected a number above 0"), "{seconds}: {run}");
    }
}

/// The module has no business with what is in the environment of a build.
#[test]
#[cfg(unix)]
fn the_environment_is_bare() {
    let shop =
        with_server(Shop::new().file("m.so", ElfBuilder::module().build()), "env | cut -d= -f1 | sort >&2; exit 3");
    let shop = shop.env("AWS_SECRET_ACCESS_KEY", "secret").env("WANTED", "x").env("LD_LIBRARY_PATH", "/nowhere");
    let names = |arguments: &[&str]| -> Vec<String> {
        let run = asked_of_server(&shop, &[&["m.so"], arguments].concat());
        assert_eq!(run.status, 2, "{run}");
        let own = ["_", "PWD", "SHLVL", "OLDPWD"];
        let lines = run.stderr.lines().filter_map(|line| line.strip_prefix("  "));
        lines
            .filter(|name| !own.contains(name) && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(names(&[]), ["HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR"]);
    assert_eq!(
        names(&["--env", "WANTED", "--env", "NOT_SET"]),
        ["HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "WANTED"]
    );
}
