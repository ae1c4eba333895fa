//! What a module, or a server with a module in it, is kept from, and that nothing of either is left; with no Redis.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::zip::Entry;
use serde_json::Value;

use crate::shop::Shop;

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/probe").join(format!("{name}.c"))
}

/// A place with a module, a bundle of it, and a folder for temporary files; no server is to be found.
fn with_module(name: &str) -> Shop {
    let shop = Shop::new().directory("tmp");
    let flags = ["-std=gnu11", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-o"];
    let built = Command::new("cc").args(flags).args([&shop.path("m.so"), &source(name)]).status();
    assert!(built.unwrap().success(), "{name}.c could not be built");
    let bundle = BundleBuilder::of_module(fs::read(shop.path("m.so")).unwrap());
    let tmp = shop.path("tmp").display().to_string();
    let shop = shop.bundle("m.zip", &bundle).env("TMPDIR", &tmp);
    shop.env("PATH", "/no/such/directory").env("REDIS_PATH", "").env("REDIS_SERVER", "")
}

/// Puts a server on the path that does as it is told by a shell script.
fn with_server(shop: Shop, script: &str) -> Shop {
    let shop = shop.file("bin/redis-server", format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"));
    fs::set_permissions(shop.path("bin/redis-server"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = shop.path("bin").display().to_string();
    shop.env("PATH", &path)
}

/// Waits until it is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        sleep(Duration::from_millis(5));
    }
}

/// Command lines of processes that name the shop's folder.
fn processes(shop: &Shop) -> Vec<String> {
    let root = shop.path("tmp").display().to_string();
    let lines =
        fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(&root)).collect()
}

fn temporary(shop: &Shop) -> Vec<String> {
    shop.tree("tmp")
}

/// By what it does, a module gets to no place where it is shut in less.
#[test]
fn a_crash_in_the_host_does_not_lead_to_a_server() {
    for name in ["aborts", "refuses"] {
        let shop = with_server(with_module(name), "echo started > \"$HOME/../../started\"; exit 3");
        let run = shop.ramp(&["probe", "m.so"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
        assert_eq!(run.stderr.contains("`--probe redis-server`"), name == "aborts", "{run}");
        let run = shop.ramp(&["validate", "--probe", "m.zip", "--format", "json"]);
        assert!(run.stdout.contains("probe-load-failed"), "{run}");
        let run = shop.ramp(&["pack", "m.so"]);
        assert!(run.status == 2 && run.stderr.contains("--probe redis-server"), "{run}");
        assert!(!shop.tree(".").iter().any(|file| file.ends_with("started")));
    }
}

/// What a system does not have of what shuts a module in is told by whatever loads one, once.
#[test]
fn what_is_missing_is_told() {
    let shop = with_module("commands");
    let program = shop.path("without_landlock");
    let built = Command::new("cc").arg("-o").args([&program, &source("without_landlock")]).status();
    assert!(built.unwrap().success());
    let run = |arguments: &[&str]| {
        let mut command = shop.command_of(program.to_str().unwrap());
        command.arg(env!("CARGO_BIN_EXE_ramp")).args(arguments).stdin(Stdio::null());
        shop.run(command)
    };
    let warning = "warning: a module is loaded that is not wholly shut in: this system is without Landlock, which keeps a module \
                   from other files";
    for arguments in [
        &["probe", "m.so"][..],
        &["probe", "m.so", "--format", "json"],
        &["inspect", "--probe", "m.so"],
        &["inspect", "--probe", "m.zip", "--format", "json"],
        &["validate", "--probe", "m.zip", "m.so", "m.zip"],
        &["validate", "--probe", "m.zip", "--format", "json"],
        &["pack", "m.so", "-P"],
        &["init", "m.so", "--yes"],
    ] {
        let run = run(arguments);
        assert_eq!(run.stderr.matches(warning).count(), 1, "{arguments:?}: {run}");
        assert!(!run.stdout.contains("warning: a module"), "{run}");
    }
    let json: Value = serde_json::from_str(&run(&["probe", "m.so", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["unguarded"][0], "Landlock, which keeps a module from other files");
}

/// Whatever ends the command: what was taken out of a bundle is gone, and what loads it.
#[test]
fn nothing_is_left_of_what_is_interrupted() {
    for (signal, arguments) in [
        ("INT", ["validate", "--probe", "m.zip"]),
        ("TERM", ["inspect", "--probe", "m.zip"]),
        ("HUP", ["inspect", "--probe", "m.so"]),
        ("KILL", ["validate", "--probe", "m.zip"]),
    ] {
        let shop = with_module("hangs");
        let mut command = shop.command(&arguments);
        let mut running = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until("the module is there", || temporary(&shop).iter().any(|name| name.ends_with("/module.so")));
        let killed = Command::new("kill").args(["-s", signal, &running.id().to_string()]).status();
        assert!(killed.unwrap().success());
        running.wait().unwrap();
        until(signal, || temporary(&shop).is_empty() && processes(&shop).is_empty());
    }
}

/// However busy it is: all that a server has started is dead before its folder is removed, and the folder is gone.
#[test]
fn nothing_is_left_of_a_server() {
    let busy = "mkdir a; touch a/b; for k in 1 2 3 4 5 6; do (i=0; while :; do i=$((i + 1)); : > \"f$k-$i\"; done) & done; sleep 1000";
    let shop = with_server(with_module("commands"), busy);
    let asking = ["probe", "m.so", "--probe", "redis-server"];
    let run = shop.ramp(&[&asking[..], &["--timeout", "0.5"]].concat());
    assert!(run.status == 2 && run.stderr.contains("gave no answer within 0.5 s"), "{run}");
    assert_eq!((temporary(&shop), processes(&shop)), (vec![], vec![]));
    for signal in ["INT", "KILL"] {
        let mut command = shop.command(&asking);
        let mut running = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until("it is busy", || temporary(&shop).len() > 100);
        let killed = Command::new("kill").args(["-s", signal, &running.id().to_string()]).status();
        assert!(killed.unwrap().success());
        running.wait().unwrap();
        until(signal, || temporary(&shop).is_empty() && processes(&shop).is_empty());
    }
}

/// Killed at any moment, even before anything has begun.
#[test]
fn nothing_is_left_of_what_is_killed_early() {
    let shop = with_server(with_module("hangs"), "sleep 1000");
    for how in ["builtin", "redis-server"] {
        for milliseconds in 0..25 {
            let mut command = shop.command(&["probe", "m.so", "--probe", how]);
            let mut running = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            sleep(Duration::from_millis(milliseconds));
            running.kill().unwrap();
            running.wait().unwrap();
        }
        // The host has no folder; its module is in this one.
        until(how, || temporary(&shop).is_empty() && processes(&shop).is_empty() && hosts(&shop).is_empty());
    }
}

/// Hosts that have this shop's module open.
fn hosts(shop: &Shop) -> Vec<PathBuf> {
    let module = shop.path("m.so").display().to_string();
    let all = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    all.filter(|process| fs::read_to_string(process.join("maps")).is_ok_and(|maps| maps.contains(&module))).collect()
}

/// To what the server puts in place of its socket nothing is said.
#[test]
fn a_link_in_place_of_the_socket_is_not_followed() {
    let shop = with_module("commands");
    let socket = shop.path("victim");
    let listening = UnixListener::bind(&socket).unwrap();
    listening.set_nonblocking(true).unwrap();
    let shop = with_server(shop, &format!("ln -s '{}' s; sleep 1000", socket.display()));
    let run = shop.ramp(&["probe", "m.so", "--probe", "redis-server", "--timeout", "20"]);
    assert!(run.status == 2 && run.stderr.contains("what lies in place of its socket leads to somebody else"), "{run}");
    assert!(listening.accept().is_err());
}

/// What the unpacker refuses, is damaged or not what it is said to be is not loaded at all, and the report says so.
#[test]
fn nothing_is_loaded_out_of_a_bundle_that_is_not_in_order() {
    let shop = with_module("hangs");
    let module = fs::read(shop.path("m.so")).unwrap();
    let other_digest = BundleBuilder::of_module(module.clone()).set("sha256", "0".repeat(64));
    let refused = BundleBuilder::of_module(module.clone()).without("version");
    let mut climbing = BundleBuilder::of_module(module).zip();
    climbing.entries.push(Entry::stored("../evil", b"x"));
    let shop =
        shop.bundle("digest.zip", &other_digest).bundle("refused.zip", &refused).file("climbing.zip", climbing.build());
    for (bundle, rule) in
        [("digest.zip", "module-sha256"), ("refused.zip", "metadata-key-missing"), ("climbing.zip", "")]
    {
        let started = Instant::now();
        let run = shop.ramp(&["validate", "--probe", "--format", "json", bundle]);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let findings = report["results"][0]["findings"].as_array().unwrap();
        let messages = |rule: &str| -> Vec<&str> {
            findings
                .iter()
                .filter(|found| found["rule"] == rule)
                .map(|found| found["message"].as_str().unwrap())
                .collect()
        };
        let [message] = messages("probe-not-possible")[..] else { panic!("{bundle}: {run}") };
        let reason = "the module could not be asked: nothing is loaded out of a bundle with the error `";
        assert!(message.starts_with(&format!("{reason}{rule}")), "{bundle}: {message}");
        let run = shop.ramp(&["inspect", "--probe", bundle]);
        assert!(run.stdout.contains("\nNot asked\n"), "{run}");
        assert!(started.elapsed() < Duration::from_secs(30));
    }
}

/// A name need not be text, and an empty variable is none.
#[test]
fn paths_of_any_bytes() {
    let shop = with_module("commands");
    let folder = shop.path("").join(OsStr::from_bytes(b"a\xff"));
    fs::create_dir(&folder).unwrap();
    let module = folder.join(OsStr::from_bytes(b"m\xfe.so"));
    fs::copy(shop.path("m.so"), &module).unwrap();
    let run = |temporary: &OsStr, arguments: &[&str]| {
        let mut command = shop.command(arguments);
        command.arg(&module).env("TMPDIR", temporary).env("LD_LIBRARY_PATH", &folder).stdin(Stdio::null());
        shop.run(command)
    };
    for temporary in [folder.as_os_str(), OsStr::new("")] {
        for arguments in [&["probe"][..], &["inspect", "--probe"]] {
            let run = run(temporary, arguments);
            assert!(run.status == 0 && run.stdout.contains("sample.ping"), "{arguments:?} {temporary:?}: {run}");
        }
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

/// What has no end is read to a limit.
#[test]
fn commands_from_what_never_ends() {
    let shop = with_module("commands");
    let started = Instant::now();
    let run = shop.ramp(&["pack", "m.so", "--commands-from", "/dev/zero"]);
    assert!(run.status == 2 && run.stderr.contains("does not give a module's name, version and commands"), "{run}");
    assert!(started.elapsed() < Duration::from_secs(30));
}
