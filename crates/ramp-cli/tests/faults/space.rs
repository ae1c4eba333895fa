//! The disk is full: on small file systems that are mounted for the test.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Served, blobs, bundle, files};

/// A small file system in memory; gone when it is dropped.
struct Small {
    directory: tempfile::TempDir,
}

impl Small {
    /// `None`, loudly, where it cannot be mounted.
    fn mount(size: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(directory.path())
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            assert!(std::env::var_os("CI").is_none(), "CI can mount");
            eprintln!("SKIPPED: a tmpfs cannot be mounted here; this wants root");
            return None;
        }
        Some(Self { directory })
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Gives it more space.
    fn enlarge(&self, size: &str) {
        let options = format!("remount,size={size}");
        let mounted = Command::new("mount").args(["-o", &options]).arg(self.path()).status().unwrap();
        assert!(mounted.success());
    }

    /// Fills it but for so many bytes.
    fn fill(&self, leave: u64) -> PathBuf {
        let path = self.path().join("ballast");
        let mut file = std::fs::File::create(&path).unwrap();
        let _ = std::io::copy(&mut std::io::Read::take(std::io::repeat(1), 1 << 40), &mut file);
        let size = file.metadata().unwrap().len();
        file.set_len(size.saturating_sub(leave)).unwrap();
        path
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(self.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

#[test]
#[ignore = "wants root"]
fn an_upload_that_does_not_fit_is_refused_and_leaves_nothing() {
    let Some(small) = Small::mount("8m") else { return };
    let served = Served::start(small.path(), &[]);
    assert_eq!(served.upload(&bundle(1, 2_000_000)).status, 200);
    let before = blobs(&small.path().join("blobs"));
    for _ in 0..3 {
        served.upload(&bundle(2, 7_000_000)).is(507, "insufficient_storage");
        assert_eq!(blobs(&small.path().join("blobs")), before);
        assert!(files(&small.path().join("incoming")).is_empty());
        assert_eq!(served.versions(), [1]);
    }
    assert_eq!(served.upload(&bundle(3, 2_000_000)).status, 200);
    assert_eq!(served.versions(), [1, 3]);
}

/// With less and less space, one after the other of what an upload needs does not fit: the file, the claim, the commit.
#[test]
#[ignore = "wants root"]
fn whatever_does_not_fit_the_upload_is_refused_and_can_be_made_later() {
    let Some(small) = Small::mount("8m") else { return };
    let served = Served::start(small.path(), &[]);
    let mut expected = vec![1];
    assert_eq!(served.upload(&bundle(1, 0)).status, 200);
    let mut refused = 0;
    for pages in (0..48).rev() {
        let ballast = small.fill(pages * 4096);
        let version = 1000 + i64::try_from(pages).unwrap();
        let answer = served.upload(&bundle(version, 20_000));
        std::fs::remove_file(&ballast).unwrap();
        if answer.status != 200 {
            answer.is(507, "insufficient_storage");
            refused += 1;
            assert_eq!(served.get("/healthz").status, 200);
            assert_eq!(served.versions(), expected, "with {pages} pages");
            // It has left nothing that would be in the way.
            let again = served.upload(&bundle(version, 20_000));
            assert_eq!(again.status, 200, "with {pages} pages: {again:?}");
        }
        expected.push(version);
        expected.sort_unstable();
        assert_eq!(served.versions(), expected);
        assert_eq!(blobs(&small.path().join("blobs")).len(), expected.len());
        assert!(files(&small.path().join("incoming")).is_empty());
    }
    assert!((5..48).contains(&refused), "{refused} of 48 were refused");
    served.kill();
    let served = Served::start(small.path(), &[]);
    assert_eq!(served.versions(), expected);
    assert_eq!(blobs(&small.path().join("blobs")).len(), expected.len());
}

/// The storage alone has no space, on a file system of its own: the bundle is copied there, and half of it is of no use.
#[test]
#[ignore = "wants root"]
fn a_full_storage_is_told_and_keeps_no_half() {
    let Some(small) = Small::mount("4m") else { return };
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["--blobs".to_owned(), small.path().to_str().unwrap().to_owned()];
    let served = Served::start(directory.path(), &arguments);
    assert_eq!(served.upload(&bundle(1, 1_500_000)).status, 200);
    for _ in 0..2 {
        served.upload(&bundle(2, 3_000_000)).is(507, "insufficient_storage");
        assert_eq!(blobs(small.path()).len(), 1);
        assert!(files(&directory.path().join("incoming")).is_empty());
        assert_eq!(served.versions(), [1]);
    }
    assert_eq!(served.upload(&bundle(2, 1_500_000)).status, 200);
    assert_eq!(blobs(small.path()).len(), 2);
}

/// The catalogue alone has no space; the bundles are elsewhere and have.
#[test]
#[ignore = "wants root"]
fn a_full_catalogue_is_told_too() {
    let Some(small) = Small::mount("4m") else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    // What is received goes to the data directory, so leave it some and let the catalogue fill up.
    let arguments = ["--blobs".to_owned(), elsewhere.path().to_str().unwrap().to_owned()];
    let served = Served::start(small.path(), &arguments);
    let mut version = 0;
    let refused = loop {
        version += 1;
        assert!(version < 2000, "it never gets full");
        let bytes = ramp_fixtures::bundle::BundleBuilder::good()
            .set("version", version)
            .set("description", "x".repeat(100_000))
            .build();
        let answer = served.upload(&bytes);
        if answer.status != 200 {
            break answer;
        }
    };
    refused.is(507, "insufficient_storage");
    assert_eq!(served.get("/healthz").status, 200);
    let there = served.versions().len();
    assert_eq!(i64::try_from(there).unwrap(), version - 1);
    // Where the claim was written and the rest was not, it cannot be dropped either, and its blob stays with it: until there is space.
    let stays = blobs(elsewhere.path()).len();
    assert!((there..=there + 1).contains(&stays), "{stays} of {there}");
    // Reading and deleting do not need what is not there.
    let modules: serde_json::Value = serde_json::from_str(&served.get("/v1/modules").body).unwrap();
    let uid = modules[0]["uid"].as_str().unwrap();
    let deleted = served.delete(&format!("/v2/modules/{uid}"));
    assert!(deleted.status == 200 || deleted.code() == "insufficient_storage", "{deleted:?}");
    small.enlarge("16m");
    let began = std::time::Instant::now();
    while blobs(elsewhere.path()).len() != served.versions().len() {
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "what was left over stays");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}
