//! What `ramp unpack` leaves where it is killed, where others are at work, and where a name is taken.
#![cfg(unix)]

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use ramp_fixtures::bundle::BundleBuilder;

use crate::shop::Shop;

const MOVES: &str = r#"["testmodule.so","testmodule.json"]"#;

fn shop() -> Shop {
    Shop::new().bundle("a.zip", &BundleBuilder::good())
}

/// A shop in which a run was killed after it wrote down where its files go.
fn killed() -> Shop {
    let shop = shop().file("out/.ramp-unpack/ramp-unpack", "").file("out/.ramp-unpack/moves", MOVES);
    let shop = shop.file("out/.ramp-unpack/0", "new module").file("out/.ramp-unpack/1", "new metadata");
    shop.directory("out/.ramp-unpack/replaced")
}

/// Moves the file with that number to its place, as a run does.
fn moved(shop: &Shop, number: u8, to: &str) {
    fs::hard_link(shop.path(&format!("out/.ramp-unpack/{number}")), shop.path(to)).unwrap();
}

#[test]
fn what_a_killed_run_has_replaced_is_put_back() {
    // Before the new one was in its place, and after.
    for is_moved in [false, true] {
        let shop = killed().file("out/.ramp-unpack/replaced/0", "mine").file("out/other", "mine too");
        if is_moved {
            moved(&shop, 0, "out/testmodule.so");
            moved(&shop, 1, "out/testmodule.json");
        }
        let run = shop.ramp(&["unpack", "a.zip", "-C", "out"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
        assert_eq!(run.stderr, "error: `out/testmodule.so` exists; `--force` overwrites it\n");
        assert_eq!(shop.tree("out"), ["other", "testmodule.so"]);
        assert_eq!(shop.read("out/testmodule.so"), "mine");
    }
}

#[test]
fn what_a_killed_run_has_finished_stays() {
    let shop = killed().file("out/.ramp-unpack/replaced/0", "mine");
    moved(&shop, 0, "out/testmodule.so");
    fs::rename(shop.path("out/.ramp-unpack/moves"), shop.path("out/.ramp-unpack/done")).unwrap();
    assert_eq!(shop.ramp(&["unpack", "a.zip", "-C", "out"]).status, 2);
    assert_eq!(shop.tree("out"), ["testmodule.so"]);
    assert_eq!(shop.read("out/testmodule.so"), "new module");
}

#[test]
fn what_somebody_has_put_there_since_stays() {
    let shop = killed().file("out/.ramp-unpack/replaced/0", "mine").file("out/testmodule.so", "theirs");
    for force in [&[][..], &["--force"]] {
        let run = shop.ramp(&[&["unpack", "a.zip", "-C", "out"], force].concat());
        assert_eq!(run.status, 2, "{run}");
        let told = "error: cannot put back `out/testmodule.so`, which is kept as `out/.ramp-unpack/replaced/0`: ";
        assert!(run.stderr.starts_with(told), "{run}");
        assert_eq!(shop.read("out/testmodule.so"), "theirs");
        assert_eq!(shop.read("out/.ramp-unpack/replaced/0"), "mine");
    }
    fs::remove_file(shop.path("out/.ramp-unpack/replaced/0")).unwrap();
    assert_eq!(shop.ramp(&["unpack", "a.zip", "-C", "out", "--force"]).status, 0);
    assert_eq!(shop.tree("out"), ["testmodule.json", "testmodule.so"]);
}

/// A journal leads to no other place than its folder, and through no link.
#[test]
fn what_a_journal_says_is_not_believed() {
    for to in ["../victim", "link/victim", "/victim", "..", ""] {
        let shop = killed().file("victim", "precious").file("out/.ramp-unpack/moves", format!(r#"["{to}"]"#));
        std::os::unix::fs::symlink("..", shop.path("out/link")).unwrap();
        fs::hard_link(shop.path("victim"), shop.path("out/.ramp-unpack/replaced/0")).unwrap();
        assert_eq!(shop.ramp(&["unpack", "a.zip", "-C", "out", "--force"]).status, 2, "{to}");
        assert_eq!(shop.read("victim"), "precious", "{to}");
        assert!(shop.path("out/.ramp-unpack/replaced/0").exists(), "{to}");
    }
}

#[test]
fn what_is_not_of_this_command_is_left_alone() {
    let shop = shop().file("out/.ramp-unpack-1-0/0", "mine").file("ours/.ramp-unpack/ramp-unpack", "mine");
    let shop = shop.file("theirs/.ramp-unpack/0", "mine").file("file/.ramp-unpack", "mine");
    assert_eq!(shop.ramp(&["unpack", "a.zip", "-C", "out"]).status, 0);
    assert_eq!(shop.read("out/.ramp-unpack-1-0/0"), "mine");
    for directory in ["ours", "theirs", "file"] {
        let before = shop.tree(directory);
        let run = shop.ramp(&["unpack", "a.zip", "-C", directory]);
        assert_eq!(run.status, 2, "{run}");
        let message = format!(
            "error: `{directory}/.ramp-unpack` is not from `ramp unpack`, which needs the name to write to first\nhelp: Move it \
             away, or name another directory with `-C`.\n"
        );
        assert_eq!(run.stderr, message);
        assert_eq!(shop.tree(directory), before);
    }
    let empty = shop.directory("empty/.ramp-unpack");
    assert_eq!(empty.ramp(&["unpack", "a.zip", "-C", "empty"]).status, 0);
    assert_eq!(empty.tree("empty"), ["testmodule.json", "testmodule.so"]);
}

/// Its owner could exchange what is written to it, as in a directory that all may write to.
#[test]
fn a_folder_of_another_user_is_not_used() {
    let shop = shop().file("out/.ramp-unpack/ramp-unpack", "");
    let folder = shop.path("out/.ramp-unpack");
    if std::os::unix::fs::chown(&folder, Some(12_345), None).is_err() {
        return; // only root may give files away
    }
    let run = shop.ramp(&["unpack", "a.zip", "-C", "out"]);
    assert_eq!((run.status, run.stderr.contains("is not from `ramp unpack`")), (2, true), "{run}");
    std::os::unix::fs::chown(&folder, Some(0), None).unwrap();
    assert_eq!(shop.ramp(&["unpack", "a.zip", "-C", "out"]).status, 0);
}

#[test]
fn one_run_at_a_time_is_at_work_in_a_directory() {
    let shop = killed();
    let at_work = fs::File::open(shop.path("out/.ramp-unpack/ramp-unpack")).unwrap();
    at_work.try_lock().unwrap();
    let before = shop.tree("out");
    let run = shop.ramp(&["unpack", "a.zip", "-C", "out", "--force"]);
    let message = "error: another `ramp unpack` is at work in `out`\nhelp: Wait until it is done.\n";
    assert_eq!((run.status, run.stderr.as_str()), (2, message));
    assert_eq!(shop.tree("out"), before);
}

#[test]
fn of_several_runs_at_once_one_is_done() {
    let bundles: Vec<BundleBuilder> =
        (0..8).map(|number| BundleBuilder::good().set("description", format!("Number {number}"))).collect();
    let shop = bundles
        .iter()
        .enumerate()
        .fold(Shop::new(), |shop, (number, bundle)| shop.bundle(&format!("{number}.zip"), bundle));
    let runs: Vec<_> = (0..bundles.len())
        .map(|number| {
            let mut command = shop.command(&["unpack", &format!("{number}.zip"), "-C", "out"]);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    let ends: Vec<bool> = runs.into_iter().map(|mut run| run.wait().unwrap().success()).collect();
    assert_eq!(ends.iter().filter(|done| **done).count(), 1, "{ends:?}");
    let winner = ends.iter().position(|done| *done).unwrap();
    assert_eq!(fs::read(shop.path("out/testmodule.json")).unwrap(), bundles[winner].metadata_text());
    assert!(!shop.path("out/.ramp-unpack").exists());
}

/// Whenever it is killed, what was there is there again after the next run, or what was to be there is.
#[test]
fn a_run_that_is_killed_loses_nothing() {
    let shop = shop();
    let new = BundleBuilder::good().metadata_text();
    for round in 0..40_u64 {
        let shop = &shop;
        fs::create_dir_all(shop.path("out")).unwrap();
        fs::write(shop.path("out/testmodule.json"), "mine").unwrap();
        let mut command = shop.command(&["unpack", "a.zip", "-C", "out", "--force"]);
        let mut run = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !shop.path("out/.ramp-unpack").exists() && run.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_micros(round * 50));
        run.kill().unwrap();
        run.wait().unwrap();
        assert_eq!(shop.ramp(&["unpack", "a.zip", "-C", "out"]).status, 2);
        let there = fs::read(shop.path("out/testmodule.json")).unwrap();
        assert!(there == b"mine" || there == new, "{}", String::from_utf8_lossy(&there));
        assert!(!shop.path("out/.ramp-unpack").exists());
        fs::remove_dir_all(shop.path("out")).unwrap();
    }
}

#[test]
fn names_that_are_taken() {
    let shop = shop().directory("out/testmodule.so").file("file", "");
    std::os::unix::fs::symlink("nowhere", shop.path("dangling")).unwrap();
    let folder = "error: `out/testmodule.so` is a directory, and a file would be unpacked to it\nhelp: Move it away, or name \
                  another directory with `-C`.\n";
    let nowhere =
        "error: `dangling` is a link that leads nowhere\nhelp: Make the directory that it leads to, or name another.\n";
    for (directory, message) in [("out", folder), ("dangling", nowhere), ("dangling/deeper", nowhere)] {
        for force in [&[][..], &["--force"]] {
            let run = shop.ramp(&[&["unpack", "a.zip", "-C", directory], force].concat());
            assert_eq!((run.status, run.stderr.as_str()), (2, message), "{run}");
        }
    }
    let run = shop.ramp(&["unpack", "a.zip", "-C", "file"]);
    assert_eq!((run.status, run.stderr.contains("File exists")), (2, false), "{run}");
    assert_eq!(shop.tree("out"), ["testmodule.so/"]);
}

/// As `validate` has it: the bundle is at fault.
#[test]
fn a_name_that_is_not_unpacked_is_the_bundles_fault() {
    for name in ["../x", "con", "a/b"] {
        let shop = Shop::new().bundle("a.zip", &BundleBuilder::good().set("module_name", name));
        for command in [&["validate", "a.zip"][..], &["unpack", "a.zip", "-C", "out"]] {
            assert_eq!(shop.ramp(command).status, 1, "{command:?} {name}");
        }
        assert_eq!(shop.tree(""), ["a.zip"]);
    }
    let bundle = BundleBuilder::good().set("module_file", ".ramp-unpack/x.so");
    let mut zip = bundle.zip();
    zip.entries[0] = zip.entries[0].clone().both(|header| header.name = b".ramp-unpack/x.so".to_vec());
    let shop = Shop::new().file("a.zip", zip.build());
    let run = shop.ramp(&["unpack", "a.zip", "-C", "out", "--policy", "reference"]);
    assert_eq!(run.status, 1, "{run}");
    assert_eq!(shop.tree(""), ["a.zip"]);
}
