//! The built-in host says what a redis-server says, command by command.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use ramp_core::module::{CommandSpec, Discovery};
use ramp_probe::{Asking, PlayedVersion, ProbeError, ProbeOptions, probe};

use crate::host::ARGUMENTS;
use crate::modules::{Workshop, all_servers, host_program};
use crate::real;
use crate::traces::{alone, assert_none_left};

/// The version that a Redis is of; Valkey is none.
fn redis_version(server: &Path) -> Option<PlayedVersion> {
    let said = Command::new(server).arg("--version").output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    Some(said.strip_prefix("Redis server v=")?.split_whitespace().next().unwrap().parse().unwrap())
}

/// Flags are a set; all else is compared as it is.
fn comparable(command: &CommandSpec) -> (String, i64, BTreeSet<&str>, [i64; 3]) {
    let flags = command.flags.iter().map(String::as_str).collect();
    (command.command_name.clone(), command.command_arity, flags, [command.first_key, command.last_key, command.step])
}

fn assert_agree(host: &Discovery, server: &Discovery, what: &str) -> usize {
    assert_eq!((&host.module_name, host.version), (&server.module_name, server.version), "{what}");
    let [ours, theirs] = [host, server].map(|of| {
        let rows = of.commands.iter().map(comparable);
        rows.map(|row| (row.0.clone(), row)).collect::<BTreeMap<_, _>>()
    });
    assert_eq!(ours, theirs, "{what}");
    ours.len()
}

/// How an outcome counts: loaded, or why not.
fn kind(outcome: &Result<Discovery, ProbeError>) -> &'static str {
    match outcome {
        Ok(_) => "loads",
        Err(ProbeError::LoadFailed { .. }) => "is refused",
        Err(ProbeError::Crashed { .. }) => "crashes",
        Err(ProbeError::ServerFailed { .. }) => "ends it",
        Err(_) => "fails",
    }
}

/// With all Redis servers, and with Valkey, where it is played as a version that has what the modules ask of it.
fn compare(modules: &[(PathBuf, Vec<String>)], valkey_as: Option<&str>) {
    let host_program = host_program();
    let _guard = alone();
    for server in all_servers() {
        let valkey_as = || valkey_as.map(|version| version.parse().unwrap());
        let Some(played) = redis_version(&server).or_else(valkey_as) else { continue };
        let (mut loaded, mut commands) = (0, 0);
        for (module, arguments) in modules {
            let options = |asking| ProbeOptions {
                asking,
                arguments: arguments.clone(),
                redis_versions: vec![played],
                host_program: Some(host_program.clone()),
                redis_server: (asking == Asking::RedisServer).then(|| server.clone()),
                ..ProbeOptions::default()
            };
            let [host, theirs] = [Asking::Builtin, Asking::RedisServer]
                .map(|asking| probe(module, &options(asking)).map(|found| found.discovery));
            assert_none_left();
            let what = format!("{} in {}", module.display(), server.display());
            assert_eq!(kind(&host), kind(&theirs), "{what}:\n{host:?}\n{theirs:?}");
            if let (Ok(host), Ok(theirs)) = (&host, &theirs) {
                loaded += 1;
                commands += assert_agree(host, theirs, &what);
            }
        }
        println!(
            "| {} | {played} | {loaded} of {} modules load in both | {commands} commands agree |",
            server.display(),
            modules.len()
        );
        assert!(loaded > 0, "{} loads nothing", server.display());
    }
}

#[test]
#[ignore = "needs redis-server: see the top of tests/probe/main.rs"]
fn with_modules_of_every_manner() {
    let shop = Workshop::new();
    // What hangs or floods says nothing here.
    let five: Vec<String> = ARGUMENTS.map(String::from).to_vec();
    let names =
        ["aborts", "commands", "exits", "garbage", "many", "none", "odd", "refuses", "richly", "segfaults", "declared"];
    let mut modules: Vec<(PathBuf, Vec<String>)> = names.iter().map(|name| (shop.module(name), Vec::new())).collect();
    modules.push((shop.module("arguments"), five));
    // Commands of Valkey's own are others, and some of the names are among them.
    compare(&modules, None);
}

#[test]
#[ignore = "needs redis-server and real modules: see the top of tests/probe/main.rs"]
fn with_real_modules() {
    compare(&real::modules(), Some("7.4.0"));
}

/// What shows the module API: the examples of the crate `redis-module`, and the modules that Redis tests itself with.
#[test]
#[ignore = "needs redis-server, and the modules of .ci/sample_modules"]
fn with_sample_modules() {
    compare(&real::samples(), Some("7.4.0"));
}
