//! Archives of dependencies: the same for the same files, whatever the file system says besides.

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, SystemTime};

use ramp_core::Digest256;
use ramp_pack::{ArchiveError, ArchiveOptions, DependencyArchive, Epoch};
use tempfile::TempDir;

use crate::run;

fn archive(path: &Path) -> (DependencyArchive, Vec<u8>) {
    archive_with(path, &ArchiveOptions::default())
}

fn archive_with(path: &Path, options: &ArchiveOptions) -> (DependencyArchive, Vec<u8>) {
    let mut bytes = Vec::new();
    let made = DependencyArchive::write(path, &mut bytes, options).unwrap();
    assert_eq!((made.size, made.sha256), (bytes.len() as u64, Digest256::of(&bytes)));
    (made, bytes)
}

fn refused(path: &Path) -> ArchiveError {
    DependencyArchive::write(path, std::io::sink(), &ArchiveOptions::default()).unwrap_err()
}

/// `data` with files in it, written in that order.
fn folder(order: &[&str]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for name in order {
        let path = root.path().join("data").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("this is {name}")).unwrap();
    }
    root
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// What Python's `tarfile`, which the reference packs with, reads.
const LIST: &str = "import sys, io, tarfile
for m in tarfile.open(fileobj=io.BytesIO(sys.stdin.buffer.read()), mode='r:gz'):
    print(m.name, m.type.decode(), oct(m.mode), m.uid, m.gid, repr(m.uname), m.mtime, m.size, m.linkname)";

#[test]
#[cfg(unix)]
fn order_times_and_modes_of_the_file_system_do_not_show() {
    let names = ["b.txt", "a/z", "a.txt", "a/deep/x", "run.sh"];
    let one = folder(&names);
    set_mode(&one.path().join("data/run.sh"), 0o744);
    let mut backwards = names;
    backwards.reverse();
    let two = folder(&backwards);
    set_mode(&two.path().join("data/run.sh"), 0o700);
    set_mode(&two.path().join("data/b.txt"), 0o600);
    set_mode(&two.path().join("data/a"), 0o700);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    File::options().write(true).open(two.path().join("data/a.txt")).unwrap().set_modified(old).unwrap();

    let (made, bytes) = archive(&one.path().join("data"));
    assert_eq!((made.name.as_str(), made.entries), ("data", 8));
    let threads = NonZeroUsize::new(5).unwrap();
    let options = ArchiveOptions { threads, ..ArchiveOptions::default() };
    assert!(archive_with(&two.path().join("data"), &options).1 == bytes);

    if let Some(seen) = run("python3", &["-c", LIST], &bytes) {
        let expected = "data 5 0o755 0 0 '' 0 0 \ndata/a 5 0o755 0 0 '' 0 0 \ndata/a/deep 5 0o755 0 0 '' 0 0 \n\
            data/a/deep/x 0 0o644 0 0 '' 0 16 \ndata/a/z 0 0o644 0 0 '' 0 11 \ndata/a.txt 0 0o644 0 0 '' 0 13 \n\
            data/b.txt 0 0o644 0 0 '' 0 13 \ndata/run.sh 0 0o755 0 0 '' 0 14 \n";
        assert_eq!(seen, expected);
    }
}

#[test]
fn the_header_of_gzip_says_nothing_and_the_epoch_goes_into_tar() {
    let root = folder(&["one.bin"]);
    let options = ArchiveOptions { epoch: Epoch::from_seconds(1_700_000_000), ..ArchiveOptions::default() };
    let (made, bytes) = archive_with(&root.path().join("data/one.bin"), &options);
    assert_eq!((made.name.as_str(), made.entries), ("one.bin", 1));
    assert_eq!(bytes[..10], [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]);
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
    let entry = tar.entries().unwrap().next().unwrap().unwrap();
    assert_eq!(entry.header().mtime().unwrap(), 1_700_000_000);
    assert_eq!(entry.path().unwrap(), Path::new("one.bin"));
}

#[test]
#[cfg(unix)]
fn long_names_are_kept_and_links_inside_are_followed() {
    use std::os::unix::fs::symlink;

    let long = format!("{}/{}", "d".repeat(120), "f".repeat(150));
    let root = folder(&["a/file", &long]);
    let data = root.path().join("data");
    symlink("../a/file", data.join("a/up")).unwrap();
    symlink("a", data.join("again")).unwrap();
    symlink(data.join("a"), data.join("by its whole path")).unwrap();
    symlink("again/up", data.join("far")).unwrap();
    let (made, bytes) = archive(&data);
    assert_eq!(made.entries, 13);
    if let Some(seen) = run("python3", &["-c", LIST], &bytes) {
        for file in ["a/file", "a/up", "again/file", "again/up", "by its whole path/up", "far"] {
            assert!(seen.contains(&format!("data/{file} 0 0o644 0 0 '' 0 14 \n")), "{file}: {seen}");
        }
        assert!(seen.contains("data/again 5 0o755 "), "{seen}");
        assert!(seen.contains(&format!("data/{long} 0 0o644 ")), "{seen}");
    }
}

#[test]
#[cfg(unix)]
fn links_that_leave_the_folder_are_refused() {
    for target in ["/etc/passwd", "../data2/x", "a/../../data2/x", "a/deep/../../../data2", "./../data2/x"] {
        let root = folder(&["a/deep/x"]);
        fs::create_dir(root.path().join("data2")).unwrap();
        fs::write(root.path().join("data2/x"), "secret").unwrap();
        let link = root.path().join("data/link");
        std::os::unix::fs::symlink(target, &link).unwrap();
        let error = refused(&root.path().join("data"));
        assert!(matches!(&error, ArchiveError::LinkLeaves { path, .. } if *path == link), "{target}: {error}");
    }
}

#[test]
#[cfg(unix)]
fn links_that_go_round_are_refused() {
    for links in [&[(".", "a/link")][..], &[("..", "a/link")], &[("../../a", "a/deep/link")]] {
        let root = folder(&["a/deep/x"]);
        for (target, link) in links {
            std::os::unix::fs::symlink(target, root.path().join("data").join(link)).unwrap();
        }
        let error = refused(&root.path().join("data"));
        assert!(matches!(&error, ArchiveError::LinkReturns { .. }), "{links:?}: {error}");
    }
    // Each of the two folders leads to the other.
    let root = folder(&["a/x", "b/x"]);
    std::os::unix::fs::symlink("../b", root.path().join("data/a/link")).unwrap();
    std::os::unix::fs::symlink("../a", root.path().join("data/b/link")).unwrap();
    assert!(matches!(refused(&root.path().join("data")), ArchiveError::LinkReturns { .. }));
}

#[test]
#[cfg(unix)]
fn links_to_nothing_are_refused() {
    for target in ["gone", "link"] {
        let root = folder(&["x"]);
        let link = root.path().join("data/link");
        std::os::unix::fs::symlink(target, &link).unwrap();
        let error = refused(&root.path().join("data"));
        assert!(matches!(&error, ArchiveError::Read { path, .. } if *path == link), "{target}: {error}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_given_as_the_path_stands_for_what_it_points_to() {
    let root = folder(&["x"]);
    let link = root.path().join("other");
    std::os::unix::fs::symlink("data", &link).unwrap();
    let (made, _) = archive(&link);
    assert_eq!((made.name.as_str(), made.entries), ("other", 2));
}

#[test]
#[cfg(unix)]
fn what_is_no_file_is_refused() {
    let root = folder(&["x"]);
    let socket = root.path().join("data/socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let error = refused(&root.path().join("data"));
    assert!(matches!(&error, ArchiveError::Special { path } if *path == socket), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn names_that_are_not_text_are_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let root = folder(&["x"]);
    fs::write(root.path().join("data").join(std::ffi::OsStr::from_bytes(b"\xFF")), "").unwrap();
    assert!(matches!(refused(&root.path().join("data")), ArchiveError::NotUtf8 { .. }));
}

#[test]
fn what_is_missing_or_has_no_name_is_named() {
    let root = folder(&["x"]);
    let missing = root.path().join("missing");
    let error = refused(&missing);
    assert!(matches!(&error, ArchiveError::Read { path, .. } if *path == missing), "{error}");
    assert!(matches!(refused(&root.path().join("data/..")), ArchiveError::NoName { .. }));
}

#[test]
fn limits_hold() {
    let root = folder(&["a", "b", "c", "d/e"]);
    let attempt = |max_entries, max_bytes| {
        let options = ArchiveOptions { max_entries, max_bytes, ..ArchiveOptions::default() };
        DependencyArchive::write(&root.path().join("data"), std::io::sink(), &options)
    };
    assert_eq!(attempt(6, 38).unwrap().entries, 6);
    assert!(matches!(attempt(5, 100), Err(ArchiveError::TooMany { allowed: 5, .. })));
    assert!(matches!(attempt(6, 37), Err(ArchiveError::TooLarge { allowed: 37, .. })));
}
