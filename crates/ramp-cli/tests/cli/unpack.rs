//! `ramp unpack`.

use std::fs;

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::zip::Entry;

use crate::samples;
use crate::shop::Shop;

fn with_dependency() -> Shop {
    Shop::new().bundle("a.zip", &BundleBuilder::with_dependency())
}

#[test]
fn files_are_written_whole_with_their_modes() {
    let shop = with_dependency();
    let run = shop.ramp(&["unpack", "a.zip", "-C", "new/deeper"]);
    assert_snapshot!(run);
    let expected = ["deps/", "deps/data.tgz", "testmodule.json", "testmodule.so"];
    assert_eq!(shop.tree("new/deeper"), expected);
    let bundle = BundleBuilder::with_dependency();
    let read = |name: &str| fs::read(shop.path("new/deeper").join(name)).unwrap();
    assert_eq!(read("testmodule.so"), bundle.module);
    assert_eq!(read("testmodule.json"), bundle.metadata_text());
    assert_eq!(read("deps/data.tgz"), bundle.dependencies[0].1);
    #[cfg(unix)]
    for (name, mode) in [("testmodule.so", 0o755), ("testmodule.json", 0o644), ("deps/data.tgz", 0o644)] {
        use std::os::unix::fs::PermissionsExt as _;
        let found = shop.path("new/deeper").join(name).metadata().unwrap().permissions().mode();
        assert_eq!(found & 0o7777, mode, "{name}");
    }
}

#[test]
fn into_the_working_directory_from_standard_input() {
    let shop = Shop::new().stdin(samples::good().build());
    let run = shop.ramp(&["unpack", "-"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run}");
    assert_eq!(shop.tree(""), ["testmodule.json", "testmodule.so"]);
}

#[test]
fn files_that_exist_are_overwritten_only_by_force() {
    let shop = with_dependency().file("out/testmodule.so", "mine").file("out/other", "mine too");
    assert_snapshot!(shop.ramp(&["unpack", "a.zip", "-C", "out"]));
    assert_eq!(shop.tree("out"), ["other", "testmodule.so"]);
    assert_eq!(shop.read("out/testmodule.so"), "mine");
    let run = shop.ramp(&["unpack", "a.zip", "-C", "out", "--force"]);
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(shop.tree("out"), ["deps/", "deps/data.tgz", "other", "testmodule.json", "testmodule.so"]);
    assert_eq!(fs::read(shop.path("out/testmodule.so")).unwrap(), samples::good().module);
    assert_eq!(shop.read("out/other"), "mine too");
}

/// As ramp-packer unpacks, which gives the metadata and the module alone, in this order.
#[test]
fn dependencies_are_left_where_they_are() {
    let shop = with_dependency().file("deps/data.tgz", "mine").file("testmodule.so", "an earlier one");
    let run = shop.ramp(&["unpack", "a.zip", "--force", "--without-dependencies"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, "./testmodule.json\n./testmodule.so\n"), "{run}");
    assert_eq!(shop.read("deps/data.tgz"), "mine");
    // Names that lead elsewhere are refused there, too; a module is unpacked wherever it is.
    let named = |name: &str| {
        let mut zip = BundleBuilder::good().set("module_file", name).zip();
        (zip.entries[0].local.name, zip.entries[0].central.name) = (name.into(), name.into());
        Shop::new().file("a.zip", zip.build()).ramp(&[
            "unpack",
            "a.zip",
            "--without-dependencies",
            "--policy",
            "reference",
        ])
    };
    assert_eq!(named("deps/x.so").stdout, "./testmodule.json\n./deps/x.so\n");
    let outside = named("deps/../../outside.so");
    assert!(outside.status == 1 && outside.stdout.is_empty(), "{outside}");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_links() {
    use std::os::unix::fs::symlink;
    let shop = with_dependency().file("victim/file", "precious").directory("out").directory("out2");
    symlink("../victim/file", shop.path("out/testmodule.so")).unwrap();
    symlink("../victim", shop.path("out2/deps")).unwrap();
    symlink("nowhere", shop.path("dangling")).unwrap();
    for (directory, left) in [("out", "testmodule.so"), ("out2", "deps")] {
        for force in [&[][..], &["--force"]] {
            let run = shop.ramp(&[&["unpack", "a.zip", "-C", directory], force].concat());
            assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
            assert_eq!(
                run.stderr,
                format!("error: `{directory}/{left}` is a link, and what is unpacked would be written through it\n")
            );
            assert_eq!(shop.tree(directory), [left]);
        }
    }
    let run = shop.ramp(&["unpack", "a.zip", "-C", "dangling"]);
    assert_eq!(run.status, 2, "{run}");
    assert_eq!(shop.read("victim/file"), "precious");
    assert_eq!(shop.tree("victim"), ["file"]);
    assert!(!shop.path("nowhere").exists());
}

#[test]
fn a_refused_bundle_is_not_unpacked() {
    let shop = Shop::new().bundle("a.zip", &samples::refused()).file("no.zip", "no zip");
    assert_snapshot!(shop.ramp(&["unpack", "a.zip", "-C", "out"]));
    assert_eq!(shop.ramp(&["unpack", "no.zip", "-C", "out"]).status, 1);
    assert_eq!(shop.ramp(&["unpack", "missing.zip", "-C", "out"]).status, 2);
    assert_eq!(shop.tree(""), ["a.zip", "no.zip"]);
}

#[test]
fn nothing_is_written_outside() {
    let names = [
        "deps/../../outside",
        "deps/../testmodule.so",
        "/deps/a",
        "deps//a",
        "deps/./a",
        "deps/..",
        "deps\\..\\a",
        "deps/C:a",
        "deps/nul",
        "deps/a\0b",
    ];
    for name in names {
        let mut zip = BundleBuilder::good().zip();
        zip.entries.push(Entry::stored(name, b"outside"));
        let shop = Shop::new().file("in/a.zip", zip.build());
        for policy in ["strict", "reference"] {
            let run = shop.ramp(&["unpack", "in/a.zip", "-C", "in/out", "--policy", policy]);
            if policy == "reference" && name.contains('\0') {
                // The reference ends the name there, and `deps/a` is a good one.
                assert!(shop.tree("in").contains(&"out/deps/a".to_owned()), "{run}");
                continue;
            }
            assert_ne!(run.status, 0, "{name:?}: {run}");
            assert_eq!(shop.tree(""), ["in/", "in/a.zip"], "{name:?} under {policy}");
        }
    }
    for name in ["../outside", "a/b", "/outside", "..", "", "con", "a\u{1b}[2J"] {
        let shop = Shop::new().bundle("in/a.zip", &BundleBuilder::good().set("module_name", name));
        for policy in ["strict", "reference"] {
            let run = shop.ramp(&["unpack", "in/a.zip", "-C", "in/out", "--policy", policy]);
            if run.status == 0 {
                assert!(shop.tree("").iter().all(|path| path.starts_with("in/")), "{name:?}: {run}");
                fs::remove_dir_all(shop.path("in/out")).unwrap();
            }
            assert_eq!(shop.tree(""), ["in/", "in/a.zip"], "{name:?} under {policy}: {run}");
        }
    }
}

#[test]
fn two_entries_for_one_file_are_refused() {
    let shop = Shop::new()
        .bundle("a.zip", &BundleBuilder::good().set("module_file", "deps/a.json").set("module_name", "deps"));
    let run = shop.ramp(&["unpack", "a.zip", "-C", "out"]);
    assert_ne!(run.status, 0);
    assert_eq!(shop.tree(""), ["a.zip"]);
}

#[test]
fn a_damaged_dependency_is_not_unpacked_by_either_policy() {
    let mut zip = BundleBuilder::with_dependency().zip();
    let last = zip.entries.pop().unwrap();
    zip.entries.push(last.both(|h| h.crc32 ^= 1));
    let shop = Shop::new().file("a.zip", zip.build());
    for policy in ["strict", "reference"] {
        let run = shop.ramp(&["unpack", "a.zip", "-C", "out", "--policy", policy]);
        assert_ne!(run.status, 0, "{policy}: {run}");
        assert_eq!(shop.tree(""), ["a.zip"], "{policy}: {run}");
    }
}

#[test]
fn what_fails_midway_leaves_everything_as_it_was() {
    // `deps` is a file, so that the dependency cannot be put in place after the module and the metadata were.
    let shop = with_dependency().file("out/deps", "a file").file("out/testmodule.so", "mine");
    let run = shop.ramp(&["unpack", "a.zip", "-C", "out", "--force"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
    assert!(run.stderr.starts_with("error: cannot write `out/deps"), "{run}");
    assert_eq!(shop.tree("out"), ["deps", "testmodule.so"]);
    assert_eq!(shop.read("out/testmodule.so"), "mine");
    assert_eq!(shop.read("out/deps"), "a file");
}

#[cfg(unix)]
#[test]
fn a_directory_that_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = with_dependency().directory("out/deps");
    let deps = shop.path("out/deps");
    fs::set_permissions(&deps, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(deps.join("probe"), "").is_ok() {
        return; // for this user everything may be written
    }
    let run = shop.ramp(&["unpack", "a.zip", "-C", "out"]);
    assert_eq!(run.status, 2, "{run}");
    assert_eq!(shop.tree("out"), ["deps/"]);
}

/// A name that `unpack` does not write is one that strict does not take, so that a server that goes by it can unpack.
#[test]
fn what_is_not_unpacked_is_not_accepted() {
    let names = [
        "../../x",
        "a/b",
        "/x",
        "..",
        ".",
        " ",
        "a\nb",
        "a\0b",
        "<script>",
        "a:b",
        "a\\b",
        "con",
        "\u{e9}",
        "a\u{200b}b",
        "a\u{202e}b",
        "a b",
        "--verbose",
        "{{N}}",
        "search",
        "a.b",
        "ReJSON",
        "x ",
        "x.",
    ];
    let mut refused = 0;
    for name in names {
        let shop = Shop::new().bundle("a.zip", &BundleBuilder::good().set("module_name", name));
        let unpacked = shop.ramp(&["unpack", "a.zip", "--policy", "reference", "-C", "out"]).status == 0;
        let strict = shop.ramp(&["validate", "a.zip"]);
        let accepted = strict.status == 0;
        assert_eq!(unpacked, accepted, "{name:?}: {strict}");
        refused += usize::from(!accepted);
    }
    assert_eq!(refused, 14);
}

/// Somebody exchanges the folder for a link again and again, between any two steps.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_becomes_a_link_leads_nowhere() {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use std::sync::atomic::{AtomicBool, Ordering};

    let shop = with_dependency().directory("out/deps").directory("outside");
    let (folder, link, outside) = (shop.path("out/deps"), shop.path("link"), shop.path("outside"));
    std::os::unix::fs::symlink(&outside, &link).unwrap();
    let done = AtomicBool::new(false);
    let mut written = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                renameat_with(CWD, &folder, CWD, &link, RenameFlags::EXCHANGE).unwrap();
            }
        });
        for _ in 0..200 {
            let run = shop.ramp(&["unpack", "a.zip", "-C", "out", "--force"]);
            written += usize::from(run.status == 0);
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0, "{written} of 200 were unpacked");
    assert!(written > 0, "it never got through");
}

#[cfg(unix)]
#[test]
fn what_an_interrupted_run_has_left_is_cleared_by_the_next() {
    let shop = with_dependency().file("out/.ramp-unpack/ramp-unpack", "").file("out/.ramp-unpack/0", "half");
    let shop = shop.directory("out/.ramp-unpack/replaced").file("out/.ramp-unpack/moves-", "[");
    assert_eq!(shop.ramp(&["unpack", "a.zip", "-C", "out"]).status, 0);
    assert_eq!(shop.tree("out"), ["deps/", "deps/data.tgz", "testmodule.json", "testmodule.so"]);
}

/// Told to end in the middle, it removes what it has begun, and ends as any process does that is told so.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn what_is_interrupted_is_cleared_at_once() {
    use std::os::unix::process::ExitStatusExt as _;

    let large = vec![b'x'; 48 << 20];
    let mut bundle = BundleBuilder::good().zip();
    bundle.entries.push(Entry::stored("deps/data.bin", &large));
    let shop = Shop::new().file("a.zip", bundle.build());
    for (name, number) in [("TERM", 15), ("INT", 2), ("HUP", 1)] {
        // It may be done before the signal comes.
        let interrupted = (0..50).any(|_| {
            let _ = fs::remove_dir_all(shop.path("new"));
            // These tests may have been started not to heed some, as in the background of a script.
            let mut command = std::process::Command::new("env");
            command.args(["--default-signal", env!("CARGO_BIN_EXE_ramp")]);
            command.args(["unpack", "a.zip", "--policy", "reference", "-C", "new/out"]).current_dir(shop.path("."));
            let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
            while !shop.path("new/out").exists() && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            let id = child.id().to_string();
            assert!(std::process::Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
            let ended = child.wait().unwrap();
            if ended.success() {
                return false;
            }
            assert_eq!(ended.signal(), Some(number), "{ended:?}");
            !shop.path("new/out/deps").exists()
        });
        assert!(interrupted, "{name}");
        assert!(!shop.path("new").exists(), "{:?}", shop.tree("new"));
    }
}

#[cfg(unix)]
#[test]
fn the_umask_is_heeded() {
    use std::os::unix::fs::PermissionsExt as _;

    let shop = with_dependency();
    for (umask, module, other) in [("077", 0o700, 0o600), ("002", 0o775, 0o664)] {
        let mut command = std::process::Command::new("sh");
        let script = format!("umask {umask}; exec {} unpack a.zip -C {umask}", env!("CARGO_BIN_EXE_ramp"));
        command.args(["-c", &script]).current_dir(shop.path("."));
        assert!(command.output().unwrap().status.success());
        let mode = |name: &str| fs::metadata(shop.path(umask).join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("testmodule.so"), mode("testmodule.json"), mode("deps/data.tgz")), (module, other, other));
    }
}
