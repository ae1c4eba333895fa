//! Modules of every manner, probed through real servers.
//!
//! Servers and a C compiler are not everywhere, so these tests are ignored unless asked for:
//!
//! ```text
//! cargo test -p ramp-probe --test probe -- --ignored
//! ```
//!
//! They use the servers in `RAMP_REDIS_SERVERS` (separated as in `PATH`), or those that `.ci/real_modules.py` has fetched to
//! `RAMP_REAL_MODULES`, or `redis-server` on `PATH`. With `RAMP_REAL_MODULES` the real modules there are probed too.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout, reason = "test code")]

#[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod agreement;
#[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod host;
mod modules;
mod real;
mod traces;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use modules::{Workshop, servers};
use ramp_probe::{LoadCause, ProbeError, ProbeOptions, RedisArg, probe};
use traces::{alone, assert_none_left};

fn options(server: &Path) -> ProbeOptions {
    ProbeOptions {
        redis_server: Some(server.to_owned()),
        host_program: Some(modules::host_program()),
        timeout: Duration::from_secs(60),
        ..ProbeOptions::default()
    }
}

/// Probes with every server; whatever comes of it, nothing is left behind.
fn with_every_server(module: &Path, mut check: impl FnMut(&Path, Result<ramp_core::module::Discovery, ProbeError>)) {
    let _guard = alone();
    for server in servers() {
        let outcome = probe(module, &options(&server)).map(|found| found.discovery);
        assert_none_left();
        check(&server, outcome);
    }
}

#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn a_module_is_asked() {
    let shop = Workshop::new();
    with_every_server(&shop.module("commands"), |server, outcome| {
        let found = outcome.unwrap_or_else(|err| panic!("{}: {err:?}", server.display()));
        assert_eq!((found.module_name.as_str(), found.version), ("Commands", 10203));
        let shown: Vec<String> = found
            .commands
            .iter()
            .map(|c| {
                let flags: Vec<&str> = c.flags.iter().map(String::as_str).filter(|flag| *flag != "module").collect();
                let keys = (c.first_key, c.last_key, c.step);
                format!("{} {} {} {keys:?}", c.command_name, c.command_arity, flags.join(","))
            })
            .collect();
        assert_eq!(
            shown,
            [
                "SAMPLE.GET -1 readonly,fast (1, 1, 1)",
                "sample.ping -1  (0, 0, 0)",
                "sample.set -1 write,denyoom (1, -1, 2)"
            ]
        );
    });
}

#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn three_hundred_commands_and_an_odd_name() {
    let shop = Workshop::new();
    with_every_server(&shop.module("many"), |_, outcome| assert_eq!(outcome.unwrap().commands.len(), 300));
    with_every_server(&shop.module("odd"), |_, outcome| {
        let found = outcome.unwrap();
        assert_eq!(found.module_name, "odd \"name\" {é}\r\n");
        assert_eq!(found.commands[0].command_name, "odd.{é}");
    });
}

#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn arguments_and_settings_arrive_as_they_are() {
    let shop = Workshop::new();
    let module = shop.module_at("arguments", "a \"b\" é/argu ments.so");
    let _guard = alone();
    for server in servers() {
        let mut options = options(&server);
        let refused = probe(&module, &options);
        assert!(
            matches!(&refused, Err(ProbeError::LoadFailed { cause: LoadCause::Arguments { .. }, .. })),
            "{refused:?}"
        );
        options.arguments = ["a b", "--port", "\"q\\", "", "\n"].map(str::to_owned).to_vec();
        options.redis_args = RedisArg::parse(["--port", "6379", "--maxmemory", "100mb", "--save", "900 1"]).unwrap();
        assert_eq!(probe(&module, &options).unwrap().discovery.module_name, "arguments");
        options.redis_args = vec![RedisArg::new("no-such-setting", ["1"]).unwrap()];
        let refused = probe(&module, &options);
        assert!(
            matches!(&refused, Err(ProbeError::ServerFailed { log, .. }) if log.contains("no-such-setting")),
            "{refused:?}"
        );
        assert_none_left();
    }
}

#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn modules_that_do_not_load() {
    let shop = Workshop::new();
    let cause = |outcome: Result<_, ProbeError>| match outcome {
        Err(ProbeError::LoadFailed { cause, log }) => (cause, log),
        other => panic!("{other:?}"),
    };
    with_every_server(&shop.module("refuses"), |_, outcome| {
        let (cause, log) = cause(outcome);
        assert_eq!(cause, LoadCause::InitializationFailed { said: Some("<refuses> no luck today".into()) });
        assert!(log.contains("no luck today") && log.contains("initialization failed"), "{log}");
    });
    with_every_server(&shop.module("none"), |_, outcome| {
        assert_eq!(cause(outcome).0, LoadCause::NoOnLoad { alike: vec![] });
    });
    with_every_server(&shop.module_without_its_library(), |_, outcome| {
        let missing = LoadCause::MissingLibrary { library: "libprobe_gone.so.1".into(), offered_by: vec![] };
        assert_eq!(cause(outcome).0, missing);
    });
}

#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn modules_that_end_the_server() {
    let shop = Workshop::new();
    with_every_server(&shop.module("aborts"), |_, outcome| match outcome {
        Err(ProbeError::Crashed { signal: 6, log, .. }) => assert!(log.contains("crashed by signal: 6"), "{log}"),
        other => panic!("{other:?}"),
    });
    with_every_server(&shop.module("exits"), |_, outcome| match outcome {
        Err(ProbeError::ServerFailed { status, .. }) => assert!(status.success()),
        other => panic!("{other:?}"),
    });
}

#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn modules_that_make_noise_or_children() {
    let shop = Workshop::new();
    with_every_server(&shop.module("garbage"), |_, outcome| assert_eq!(outcome.unwrap().commands.len(), 1));
    with_every_server(&shop.module("forks"), |_, outcome| assert_eq!(outcome.unwrap().module_name, "forks"));
}

/// A server must have more than the built-in host; what it does not need leads nowhere.
#[test]
#[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn a_module_in_a_server_is_shut_in() {
    const NOSY: &str = "RAMP_TEST_NOSY_MODULE";
    let shop = Workshop::new();
    let module = shop.module("nosy");
    let socket = shop.path().join("socket");
    let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    if let Some(module) = std::env::var_os(NOSY) {
        for server in servers() {
            let options = ProbeOptions { environment: vec!["RAMP_NOSY_SOCKET".to_owned()], ..options(&server) };
            let found = probe(Path::new(&module), &options).unwrap();
            if !found.unguarded.is_empty() {
                println!("not all of it is there: {:?}", found.unguarded);
                continue;
            }
            let could: Vec<&str> =
                found.discovery.commands.iter().map(|command| command.command_name.as_str()).collect();
            // It reads what its user may, listens, writes into its own folder, takes what memory there is, and starts processes that
            // die with it. Descriptors are the server's own.
            let may = [
                "fork",
                "here",
                "home",
                "inherited",
                "map",
                "memory",
                "parent",
                "passwords",
                "processes",
                "sockets",
                "temporary",
            ];
            let beyond: Vec<&&str> =
                could.iter().filter(|name| !may.contains(&name.trim_start_matches("nosy."))).collect();
            assert!(beyond.is_empty() && could.len() > 6, "{}: {could:?}", server.display());
        }
        return;
    }
    let _guard = alone();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_module_in_a_server_is_shut_in", "--ignored", "--nocapture"])
        .env(NOSY, &module)
        .env("RAMP_NOSY_SOCKET", &socket)
        .status()
        .unwrap();
    assert!(status.success());
    assert_none_left();
}

/// What the built-in host bears, a server bears that is shut in.
#[test]
#[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn hostile_modules_in_a_server() {
    let shop = Workshop::new();
    let _guard = alone();
    for server in servers() {
        let options = options(&server);
        let outcome = probe(&shop.module("constructor"), &options);
        assert!(matches!(outcome, Err(ProbeError::Crashed { .. })), "{outcome:?}");
        assert_eq!(probe(&shop.module("crowd"), &options).unwrap().discovery.commands.len(), 100_000);
        for name in ["flood", "escapes", "forks", "garbage"] {
            let outcome = probe(&shop.module(name), &options);
            assert_eq!(outcome.unwrap().discovery.module_name, name, "{}", server.display());
            assert_none_left();
        }
        // As many processes as there is time for; all die with the server.
        let quick = ProbeOptions { timeout: Duration::from_millis(500), ..options };
        let outcome = probe(&shop.module("bomb"), &quick);
        assert!(matches!(outcome, Err(ProbeError::TimedOut { .. })), "{outcome:?}");
        assert_none_left();
    }
}

#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn a_module_that_hangs() {
    let shop = Workshop::new();
    let module = shop.module("hangs");
    let _guard = alone();
    for server in servers() {
        let options = ProbeOptions { timeout: Duration::from_millis(500), ..options(&server) };
        let started = Instant::now();
        let outcome = probe(&module, &options);
        assert!(matches!(outcome, Err(ProbeError::TimedOut { .. })), "{outcome:?}");
        assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
        assert_none_left();
    }
}

/// Whoever is killed cannot clean up; the watchdog does.
#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn nothing_is_left_of_a_probe_that_is_killed() {
    const MODULE: &str = "RAMP_TEST_HANGING_MODULE";
    if let Some(module) = std::env::var_os(MODULE) {
        let _ = probe(Path::new(&module), &options(&servers()[0]));
        return;
    }
    let _guard = alone();
    let shop = Workshop::new();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "nothing_is_left_of_a_probe_that_is_killed", "--ignored"])
        .env(MODULE, shop.module("hangs"))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The server, and who watches over it.
    let started = Instant::now();
    while traces::processes().len() < 2 {
        assert!(started.elapsed() < Duration::from_secs(60), "{:?}", traces::processes());
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let killed = Instant::now();
    while !(traces::processes().is_empty() && traces::directories().is_empty()) {
        assert!(killed.elapsed() < Duration::from_secs(60), "{:?} {:?}", traces::processes(), traces::directories());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn a_module_that_may_not_be_executed_is_loaded_from_a_copy() {
    let shop = Workshop::new();
    let forbid = |module: &Path| fs::set_permissions(module, fs::Permissions::from_mode(0o644)).unwrap();
    let module = shop.module("commands");
    forbid(&module);
    with_every_server(&module, |_, outcome| assert_eq!(outcome.unwrap().module_name, "Commands"));
    assert_eq!(fs::metadata(&module).unwrap().permissions().mode() & 0o777, 0o644);
    // A failure names the original.
    let refuses = shop.module("refuses");
    forbid(&refuses);
    with_every_server(&refuses, |_, outcome| {
        let err = outcome.unwrap_err();
        let log = err.log().unwrap();
        assert!(log.contains(&format!("Module {} ", refuses.display())) && !log.contains("ramp-probe-"), "{log}");
    });
    // Unless a copy would miss its neighbours.
    let tied = shop.module_with_neighbours();
    forbid(&tied);
    with_every_server(&tied, |_, outcome| {
        let expected = LoadCause::NoExecutePermission { runpath: Some("$ORIGIN/lib".into()) };
        assert!(matches!(&outcome, Err(ProbeError::LoadFailed { cause, .. }) if *cause == expected), "{outcome:?}");
    });
}

#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn a_long_name_for_temporary_files_is_no_hindrance() {
    const MODULE: &str = "RAMP_TEST_MODULE";
    if let Some(module) = std::env::var_os(MODULE) {
        assert_eq!(probe(Path::new(&module), &options(&servers()[0])).unwrap().discovery.module_name, "Commands");
        return;
    }
    let _guard = alone();
    let shop = Workshop::new();
    let long = shop.path().join("long".repeat(40));
    fs::create_dir(&long).unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_long_name_for_temporary_files_is_no_hindrance", "--ignored"])
        .env(MODULE, shop.module("commands"))
        .env("TMPDIR", &long)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    assert_none_left();
}
