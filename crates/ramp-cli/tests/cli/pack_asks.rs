//! `ramp pack` on modules that misbehave while a redis-server loads them: what is said, and that nothing is left.
//!
//! Servers and a C compiler are not everywhere, so these tests are ignored unless asked for:
//!
//! ```text
//! cargo test -p ramp-cli --test cli -- --ignored
//! ```
//!
//! The server is the first that `.ci/real_modules.py` has fetched to `RAMP_REAL_MODULES`, or `redis-server` on `PATH`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::shop::{Run, Shop};
use crate::untouched::{shop, tree};

const OUTPUT: &str = "out.zip";

fn server() -> PathBuf {
    let fetched = std::env::var_os("RAMP_REAL_MODULES").and_then(|root| {
        let directories = fs::read_dir(Path::new(&root).join("servers")).ok()?;
        directories.map(|entry| entry.unwrap().path().join("redis-server")).min()
    });
    fetched.unwrap_or_else(|| "redis-server".into())
}

/// A shop with the module of `testdata/probe/NAME.c`.
fn with_module(name: &str) -> Shop {
    let shop = shop();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/probe").join(format!("{name}.c"));
    let built = Command::new("cc")
        .args(["-std=gnu11", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-o"])
        .args([&shop.path("module.so"), &source])
        .status();
    assert!(built.unwrap().success(), "{name}.c could not be built");
    shop
}

fn pack(shop: &Shop, more: &[&str]) -> Command {
    let usual = ["pack", "module.so", "--operating-systems", "rhel9", "-r", "7.2", "-R", "7.2", "-cr", "7.4"];
    let mut command = shop.command(&[&usual[..], &["-o", OUTPUT], more].concat());
    command.arg("--redis-server").arg(server()).stdin(Stdio::null());
    command
}

/// Processes that were started for this shop: its directory is in their command line, environment or memory, or they are
/// in it.
fn processes(shop: &Shop) -> Vec<String> {
    let root = shop.path("");
    let root = root.to_str().unwrap().trim_end_matches('/').as_bytes();
    let names_shop = |text: &[u8]| text.windows(root.len()).any(|part| part == root);
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let process = entry.path();
        let read = |name: &str| fs::read(process.join(name)).unwrap_or_default();
        let cwd = fs::read_link(process.join("cwd")).unwrap_or_default().into_os_string().into_encoded_bytes();
        if ["cmdline", "environ", "maps"].iter().any(|name| names_shop(&read(name))) || names_shop(&cwd) {
            found.push(format!("{} {}", process.display(), String::from_utf8_lossy(&read("stat"))));
        }
    }
    found
}

/// What was killed and has nobody to wait for it is gone after a moment.
fn assert_nothing_is_left(shop: &Shop, what: &str) {
    let started = Instant::now();
    let tmp = || fs::read_dir(shop.path("tmp")).unwrap().count();
    while !processes(shop).is_empty() || tmp() > 0 {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "{what}: {:?} {:?}",
            processes(shop),
            tree(&shop.path("tmp"))
        );
        sleep(Duration::from_millis(10));
    }
}

/// Without the log, in which there are numbers of processes, dates and addresses.
fn words(run: &Run) -> String {
    run.stderr.lines().filter(|line| !line.starts_with("  ")).collect::<Vec<_>>().join("\n")
}

/// Fails without and with an output that is there already; nothing is changed and nothing left.
fn fails(name: &str, more: &[&str]) -> String {
    let [first, second] = [false, true].map(|exists| {
        let shop = with_module(name);
        let shop = if exists { shop.file(OUTPUT, "an earlier bundle") } else { shop };
        let before = tree(&shop.path(""));
        let run = shop.run(pack(&shop, more));
        assert!(before == tree(&shop.path("")), "{name}: {:?}", shop.tree("."));
        assert_nothing_is_left(&shop, name);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{name}: {}", run.stderr);
        assert!(name == "hangs" || run.stderr.contains("what was logged:\n  "), "{name}: {}", run.stderr);
        words(&run)
    });
    assert_eq!(first, second, "{name}");
    first
}

#[test]
#[ignore = "needs redis-server and a C compiler: see the top of tests/cli/pack_asks.rs"]
fn modules_that_do_not_load() {
    let cases: [(&str, &[&str]); 9] = [
        ("segfaults", &[]),
        ("aborts", &[]),
        ("killed", &[]),
        ("nameless", &[]),
        ("exits", &[]),
        ("hangs", &["--timeout", "1"]),
        ("refuses", &[]),
        ("arguments", &["--cmdargs", "A 1"]),
        ("none", &[]),
    ];
    let said: Vec<String> = cases.iter().map(|(name, more)| format!("-- {name}\n{}\n", fails(name, more))).collect();
    assert_snapshot!(said.join("\n"));
}

#[test]
#[ignore = "needs redis-server and a C compiler: see the top of tests/cli/pack_asks.rs"]
fn modules_that_load_all_the_same() {
    for name in ["garbage", "forks", "escapes"] {
        let shop = with_module(name);
        let run = shop.run(pack(&shop, &[]));
        assert_eq!((run.status, run.stdout.as_str()), (0, "out.zip\n"), "{name}: {}", run.stderr);
        assert!(run.stderr.is_empty() || run.stderr.starts_with("warning: commands-empty: "), "{name}: {}", run.stderr);
        assert_nothing_is_left(&shop, name);
        assert_eq!(shop.ramp(&["validate", OUTPUT]).status, 0, "{name}");
        let added: Vec<_> = tree(&shop.path("")).into_keys().filter(|path| path.ends_with(OUTPUT)).collect();
        assert_eq!(added.len(), 1);
    }
}

/// Whatever ends the command, all that it has started ends too.
#[test]
#[ignore = "needs redis-server and a C compiler: see the top of tests/cli/pack_asks.rs"]
fn a_signal_while_a_module_hangs() {
    for signal in ["INT", "TERM", "HUP", "KILL"] {
        let shop = with_module("hangs").file(OUTPUT, "an earlier bundle");
        let before = tree(&shop.path(""));
        let mut child = heeding(&pack(&shop, &["--timeout", "600"])).stderr(Stdio::null()).spawn().unwrap();
        // The command, the server, the server's child, and what watches over them.
        wait_for(|| processes(&shop).len() >= 4, signal);
        send(signal, &child);
        assert!(!child.wait().unwrap().success());
        assert_nothing_is_left(&shop, signal);
        assert!(before == tree(&shop.path("")), "{signal}: {:?}", shop.tree("."));
    }
}

/// The command with no signal ignored: what `nohup`, or a shell in the background, starts goes on when it gets one.
fn heeding(command: &Command) -> Command {
    let mut heeding = Command::new("env");
    heeding.arg("--default-signal=HUP,INT,TERM").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => heeding.env(name, value),
            None => heeding.env_remove(name),
        };
    }
    if let Some(directory) = command.get_current_dir() {
        heeding.current_dir(directory);
    }
    heeding.stdin(Stdio::null());
    heeding
}

fn wait_for(is_so: impl Fn() -> bool, what: &str) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        sleep(Duration::from_millis(10));
    }
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}
