//! The built-in host: what it says of a module, and what it keeps a module from.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use ramp_core::module::CommandSpec;
use ramp_core::module::Registration;
use ramp_probe::{Asked, Asking, LoadCause, PlayedVersion, ProbeError, ProbeOptions, Probed, probe};

use crate::modules::{Workshop, fetched_file, host_program};
use crate::traces::{alone, assert_none_left};

/// What `arguments.c` wants.
pub(crate) const ARGUMENTS: [&str; 5] = ["a b", "--port", "\"q\\", "", "\n"];

fn options() -> ProbeOptions {
    ProbeOptions {
        asking: Asking::Builtin,
        host_program: Some(host_program()),
        timeout: Duration::from_secs(60),
        ..ProbeOptions::default()
    }
}

/// Asks, and nothing is left behind.
fn asked(module: &Path, options: &ProbeOptions) -> Result<Probed, ProbeError> {
    let _guard = alone();
    let outcome = probe(module, options);
    assert_none_left();
    outcome
}

fn registration(name: &str) -> Registration {
    let shop = Workshop::new();
    asked(&shop.module(name), &options()).unwrap_or_else(|err| panic!("{name}: {err}")).registration.unwrap()
}

fn names(of: &Registration) -> Vec<&str> {
    of.commands.iter().map(|command| command.spec.command_name.as_str()).collect()
}

#[test]
fn all_that_a_module_registers() {
    let all = registration("richly");
    assert_eq!((all.module_name.as_str(), all.version), ("richly", 20304));
    let json = serde_json::to_string_pretty(&all).unwrap();
    let expected = include_str!("../../../../testdata/probe/richly.json");
    assert_eq!(json.trim(), expected.trim());
    let again: Registration = serde_json::from_str(&json).unwrap();
    assert_eq!(again, all);
    assert_eq!(names(&registration("many")).len(), 300);
    assert_eq!(registration("odd").module_name, "odd \"name\" {é}\r\n");
}

/// A program that does not become the host is not started again for it.
#[test]
fn a_program_says_that_it_becomes_the_host() {
    let shop = Workshop::new();
    let outcome = asked(&shop.module("many"), &ProbeOptions { host_program: None, ..options() });
    assert!(matches!(&outcome, Err(ProbeError::NoHost { why }) if why.contains("become_host_if_asked")), "{outcome:?}");
}

#[test]
fn arguments_are_passed() {
    let shop = Workshop::new();
    let module = shop.module("arguments");
    let five = ProbeOptions { arguments: ARGUMENTS.map(String::from).to_vec(), ..options() };
    let outcome = asked(&module, &five);
    assert!(outcome.is_ok(), "{outcome:?}");
    let outcome = asked(&module, &options());
    assert!(
        matches!(&outcome, Err(ProbeError::LoadFailed { cause: LoadCause::Arguments { said }, .. }) if said.contains("in place of 5")),
        "{outcome:?}"
    );
}

#[test]
fn the_version_decides_what_there_is() {
    let shop = Workshop::new();
    let module = shop.module("richly");
    let with =
        |version: &str| asked(&module, &ProbeOptions { redis_versions: vec![version.parse().unwrap()], ..options() });
    assert_eq!(with("7.4").unwrap().by, Asked::Builtin(PlayedVersion::FALLBACK));
    let outcome = with("7.2");
    assert!(
        matches!(&outcome, Err(ProbeError::LoadFailed { cause: LoadCause::ServerVersion { said }, .. })
            if said == "<richly> this version of redis is too old, at least 7.4 is required"),
        "{outcome:?}"
    );
    // One that does not ask whether it was given what it calls.
    let trusting = shop.module("trusting");
    let outcome = asked(&trusting, &ProbeOptions { redis_versions: vec!["7.2".parse().unwrap()], ..options() });
    let Err(err @ ProbeError::Crashed { signal: 11, .. }) = outcome else { panic!("{outcome:?}") };
    assert!(
        err.to_string().ends_with("(signal 11, SIGSEGV), and asked for RedisModule_AddACLCategory of 7.4"),
        "{err}"
    );
}

#[test]
fn modules_that_do_not_load() {
    let shop = Workshop::new();
    let cause = |module: &Path| match asked(module, &options()) {
        Err(ProbeError::LoadFailed { cause, .. }) => cause,
        other => panic!("{other:?}"),
    };
    let refused = LoadCause::InitializationFailed { said: Some("<refuses> no luck today".into()) };
    assert_eq!(cause(&shop.module("refuses")), refused);
    assert_eq!(cause(&shop.module("none")), LoadCause::NoOnLoad { alike: vec![] });
    let valkey = cause(&shop.module("valkey"));
    assert_eq!(valkey, LoadCause::NoOnLoad { alike: vec!["ValkeyModule_OnLoad".into()] });
    assert!(valkey.help().unwrap().starts_with("It is built for Valkey, or with Valkey's header"), "{valkey:?}");
    let nameless = asked(&shop.module("nameless"), &options());
    assert!(
        matches!(&nameless, Err(ProbeError::Protocol { what, .. }) if what == "the module registers an empty name"),
        "{nameless:?}"
    );
    let missing = LoadCause::MissingLibrary { library: "libprobe_gone.so.1".into(), offered_by: vec![] };
    assert_eq!(cause(&shop.module_without_its_library()), missing);
}

#[test]
fn modules_that_end_the_host() {
    let shop = Workshop::new();
    // What a compiler makes of `__builtin_trap`.
    let trap = if cfg!(target_arch = "aarch64") { 5 } else { 4 };
    for (name, expected) in [("aborts", 6), ("segfaults", 11), ("constructor", trap)] {
        match asked(&shop.module(name), &options()) {
            Err(ProbeError::Crashed { signal, .. }) => assert_eq!(signal, expected, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    // It cannot end itself from outside, and goes on.
    let outcome = asked(&shop.module("killed"), &options());
    assert!(matches!(outcome, Err(ProbeError::LoadFailed { .. })), "{outcome:?}");
    let outcome = asked(&shop.module("exits"), &options());
    assert!(matches!(&outcome, Err(ProbeError::ServerFailed { status, .. }) if status.success()), "{outcome:?}");
}

#[test]
fn modules_that_hang_or_start_others() {
    let shop = Workshop::new();
    for name in ["hangs", "bomb"] {
        let started = Instant::now();
        let outcome = asked(&shop.module(name), &ProbeOptions { timeout: Duration::from_millis(500), ..options() });
        assert!(matches!(outcome, Err(ProbeError::TimedOut { .. })), "{name}: {outcome:?}");
        assert!(started.elapsed() < Duration::from_secs(30));
    }
    for name in ["forks", "escapes", "garbage", "flood"] {
        assert_eq!(registration(name).module_name, name);
    }
}

#[test]
fn a_hundred_thousand_commands() {
    let all = registration("crowd");
    assert_eq!(all.commands.len(), 100_000);
}

/// Whatever it could do that it should not, it registers a command for.
#[test]
fn a_module_cannot_look_around() {
    let shop = Workshop::new();
    let found = asked(&shop.module("nosy"), &options()).unwrap();
    if !found.unguarded.is_empty() {
        println!("not all of it is there: {:?}", found.unguarded);
        return;
    }
    assert_eq!(names(found.registration.as_ref().unwrap()), [""; 0]);
}

/// Whoever runs it, root too: of other processes it learns no secrets, not even where it is shown what there is of them.
#[test]
fn a_module_does_not_see_into_other_processes() {
    const MODULE: &str = "RAMP_TEST_NOSY_MODULE_OF_HOST";
    if let Some(module) = std::env::var_os(MODULE) {
        let found = probe(Path::new(&module), &options()).unwrap();
        let could: Vec<String> = names(&found.registration.unwrap()).into_iter().map(str::to_owned).collect();
        if found.unguarded.is_empty() {
            assert_eq!(could, ["nosy.processes"]);
        } else {
            println!("not all of it is there: {:?}", found.unguarded);
        }
        return;
    }
    let _guard = alone();
    let shop = Workshop::new();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "host::a_module_does_not_see_into_other_processes", "--nocapture"])
        .env(MODULE, shop.module("nosy"))
        .env("LD_LIBRARY_PATH", "/proc")
        .status()
        .unwrap();
    assert!(status.success());
    assert_none_left();
}

/// What is missing is told before the module is loaded, and stays told.
#[test]
fn a_module_does_not_take_back_what_is_missing() {
    static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let shop = Workshop::new();
    let unguarded: Option<fn(&[String])> = Some(|missing| TOLD.lock().unwrap().extend_from_slice(missing));
    let options = ProbeOptions { host_program: Some(shop.host_without_landlock()), unguarded, ..options() };
    let found = asked(&shop.module("takes_back"), &options).unwrap();
    let missing = "Landlock, which keeps a module from other files";
    assert!(found.unguarded.iter().any(|part| part == missing), "{:?}", found.unguarded);
    assert_eq!(*TOLD.lock().unwrap(), found.unguarded);
    // As well where nothing comes of it.
    TOLD.lock().unwrap().clear();
    let outcome = asked(&shop.module("aborts"), &options);
    assert!(matches!(outcome, Err(ProbeError::Crashed { .. })), "{outcome:?}");
    assert!(TOLD.lock().unwrap().iter().any(|part| part == missing));
}

/// What it says of itself counts, where it lives to say it; what it says in the host's name does not.
#[test]
fn a_module_that_speaks_in_the_hosts_place() {
    let shop = Workshop::new();
    let with = |says: &str| asked(&shop.forger(says), &options());
    let crashed = with("LOADED_AND_CRASHES");
    assert!(matches!(crashed, Err(ProbeError::Crashed { signal: 6, .. })), "{crashed:?}");
    for says in ["LOADED_TWICE", "NO_SANDBOX", "NO_NAME", "NO_VERSION"] {
        let outcome = with(says);
        assert!(matches!(outcome, Err(ProbeError::Protocol { .. })), "{says}: {outcome:?}");
    }
}

/// Of the folders that a module itself names it sees the libraries alone: or it would name those with secrets.
#[test]
fn a_module_does_not_choose_what_it_sees() {
    let (shop, elsewhere) = (Workshop::new(), tempfile::tempdir().unwrap());
    let module = shop.module_that_searches("reads.so", elsewhere.path());
    let files = ["id_rsa", "libneeded.so.1", "credentials"].map(|name| elsewhere.path().join(name));
    for file in &files {
        fs::write(file, "kept").unwrap();
    }
    let arguments = files.iter().map(|file| file.display().to_string()).collect();
    let found = asked(&module, &ProbeOptions { arguments, ..options() }).unwrap();
    if found.unguarded.is_empty() {
        assert_eq!(names(found.registration.as_ref().unwrap()), ["libneeded.so.1"]);
    }
}

/// What counts is where a file lies, and not where a link to it is.
#[test]
fn links_lead_out_of_the_folder() {
    let (shop, links) = (Workshop::new(), tempfile::tempdir().unwrap());
    let link = links.path().join("linked.so");
    symlink(shop.module("commands"), &link).unwrap();
    assert_eq!(asked(&link, &options()).unwrap().discovery.module_name, "Commands");
    let needs = asked(&shop.module_with_a_linked_library(), &options()).unwrap();
    assert_eq!(needs.discovery.module_name, "needs");
}

/// What a real module for this architecture registers is what a server for the other one showed.
#[test]
#[ignore = "wants the fetched modules of .ci/real_modules.py"]
fn a_real_module_of_this_architecture() {
    let debian = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let module = fetched_file(&format!("modules/debian-{debian}/redisearch.so"));
    let bundle = fs::File::open(fetched_file("bundles/search-debian.zip")).unwrap();
    let facts = ramp_core::facts::gather(bundle, &ramp_core::Limits::default()).unwrap();
    let metadata = serde_json::Value::from(facts.archive.unwrap().metadata().unwrap().root());
    let mut expected: Vec<CommandSpec> = serde_json::from_value(metadata["commands"].clone()).unwrap();
    expected.sort_by(|a, b| a.command_name.cmp(&b.command_name));
    let found = asked(&module, &options()).unwrap().discovery;
    assert_eq!((found.module_name.as_str(), found.version, found.commands.len()), ("ft", 10200, 27));
    // Two commands are its manifest's: one is added, one overridden.
    expected.retain(|command| !["FT.INVENTED", "FT.SEARCH"].contains(&command.command_name.as_str()));
    let others: Vec<_> = found.commands.into_iter().filter(|command| command.command_name != "FT.SEARCH").collect();
    assert_eq!(others, expected);
}
