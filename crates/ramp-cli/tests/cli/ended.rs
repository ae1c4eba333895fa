//! A command that is told to end leaves nothing half, wherever it is.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::shop::Shop;
use crate::untouched::shop;

const TURNS: u32 = 40;

/// Packs over a bundle that is there, which takes a second name for a moment, and is told to end: sooner or later, in each turn after the
/// first, once it `is_ready`; by `command` with what packs as `$0` and further.
fn told_to_end(shop: &Shop, command: &str, is_ready: fn(u32) -> bool) -> Vec<ExitStatus> {
    let pack = ["pack", "hello.so", "-o", "out.zip", "--commands-from", "hello.json"];
    let mut took = Duration::ZERO;
    let turns = 0..=TURNS;
    let end = |turn| {
        let begun = Instant::now();
        let mut child = Command::new("sh")
            .args(["-c", command, env!("CARGO_BIN_EXE_ramp")])
            .args(pack)
            .current_dir(shop.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if turn > 0 {
            while !is_ready(child.id()) {
                std::thread::yield_now();
            }
            std::thread::sleep(took * turn / TURNS);
            kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        }
        let status = child.wait().unwrap();
        if turn == 0 {
            took = begun.elapsed();
        }
        status
    };
    turns.map(end).collect()
}

fn names(shop: &Shop) -> BTreeSet<String> {
    fs::read_dir(shop.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn packing_leaves_nothing_half() {
    let shop = shop();
    let mut before = names(&shop);
    let ended = told_to_end(&shop, r#"exec "$0" "$@""#, |_| true);
    before.insert("out.zip".to_owned());
    assert_eq!(names(&shop), before);
    zip::ZipArchive::new(fs::File::open(shop.path("out.zip")).unwrap()).unwrap();
    assert!(ended.iter().all(|status| status.success() || status.signal() == Some(Signal::TERM.as_raw())), "{ended:?}");
    assert!(ended.iter().any(|status| !status.success()), "{ended:?}");
}

/// As where it was started by `nohup`, or in the background of a script.
#[test]
fn what_is_told_not_to_heed_a_signal_does_not() {
    let shop = shop();
    let ignores = |process| {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:\t")).unwrap();
        u64::from_str_radix(mask, 16).unwrap() & (1 << (Signal::TERM.as_raw() - 1)) != 0
    };
    let ended = told_to_end(&shop, r#"trap "" TERM; exec "$0" "$@""#, ignores);
    assert!(ended.iter().all(ExitStatus::success), "{ended:?}");
}
