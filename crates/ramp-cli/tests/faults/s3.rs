//! Bundles in a bucket.

mod bucket;
mod keeping;
mod owners;
mod reading;

use std::path::Path;
use std::time::Duration;

use self::bucket::Bucket;
use crate::kill::{Kept, killed_again_and_again};
use crate::support::bundle;

/// Of three pieces.
const LARGE: usize = 12 << 20;

#[test]
#[ignore = "wants moto"]
fn bundles_are_put_listed_and_deleted() {
    let bucket = Bucket::start();
    for location in ["s3://bundles", "s3://bundles/kept/here"] {
        let directory = tempfile::tempdir().unwrap();
        let served = bucket.served(&directory, location);
        for (version, size) in [(1, 0), (2, 300_000), (3, LARGE)] {
            let bytes = bundle(version, size);
            let answer = served.upload(&bytes);
            assert_eq!(answer.status, 200, "{answer:?}");
            let sha256 = ramp_fixtures::bundle::sha256_hex(&bytes);
            let names = bucket.names();
            let name = names.iter().find(|name| name.contains(&sha256)).unwrap_or_else(|| panic!("{names:?}"));
            assert_eq!(name.starts_with("kept/here/"), location.ends_with("here"), "{name}");
            assert!(bucket.ask("GET", &format!("/bundles/{name}"), b"") == bytes, "{name} has other bytes");
        }
        served.upload(&bundle(2, 300_000)).is(400, "module_exists");
        assert_eq!((bucket.names().len(), bucket.open_uploads()), (3, 0), "{:?}", bucket.names());
        assert_eq!(crate::support::files(&directory.path().join("incoming")), Vec::<std::path::PathBuf>::new());
        served.kill();
        let served = bucket.served(&directory, location);
        assert_eq!(served.versions(), [1, 2, 3]);
        let modules: serde_json::Value = serde_json::from_str(&served.get("/v1/modules").body).unwrap();
        for module in modules.as_array().unwrap() {
            assert_eq!(served.delete(&format!("/v2/modules/{}", module["uid"].as_str().unwrap())).status, 200);
        }
        assert_eq!(bucket.names(), Vec::<String>::new());
    }
}

#[test]
#[ignore = "wants moto"]
fn killed_at_random_moments_it_loses_nothing() {
    let bucket = Bucket::start();
    let bundles = |_: &Path| {
        let names = bucket.names().into_iter().map(|name| {
            let file = name.rsplit('/').next().and_then(|file| file.strip_suffix(".zip"));
            file.and_then(|file| file.split_once('-')).unwrap_or_else(|| panic!("{name}")).0.to_owned()
        });
        let mut bundles: Vec<String> = names.collect();
        bundles.sort();
        bundles
    };
    killed_again_and_again(&Kept {
        arguments: ["--blobs", "s3://bundles/kept/here"].map(str::to_owned).to_vec(),
        variables: bucket.variables().to_vec(),
        bundles: &bundles,
        // The storage takes its time.
        longest_life: Duration::from_secs(2),
        settling: Duration::from_millis(500),
    });
    // Each is what its name says: all at the end, since the storage is slow to give them.
    for name in bucket.names() {
        let sha256 = ramp_fixtures::bundle::sha256_hex(&bucket.ask("GET", &format!("/bundles/{name}"), b""));
        assert!(name.contains(&sha256), "{name} is not whole");
    }
}

#[test]
#[ignore = "wants moto"]
fn a_start_removes_what_belongs_to_nobody() {
    let bucket = Bucket::start();
    let directory = tempfile::tempdir().unwrap();
    let served = bucket.served(&directory, "s3://bundles/kept/here");
    assert_eq!(served.upload(&bundle(1, 0)).status, 200);
    let before = bucket.names();
    served.kill();
    let orphan = format!("aa/{}-{}.zip", "a".repeat(64), "1".repeat(32));
    let others = [format!("/bundles/{orphan}"), "/bundles/kept/here/readme.txt".to_owned()];
    for target in others.iter().chain([&format!("/bundles/kept/here/{orphan}")]) {
        bucket.ask("PUT", target, b"PK");
    }
    assert_eq!(bucket.names().len(), before.len() + 3);
    let served = bucket.served(&directory, "s3://bundles/kept/here");
    assert_eq!(served.versions(), [1]);
    // It is not for a start to say what nobody needs.
    let orphan = format!("kept/here/{orphan}");
    let others = others.map(|target| target.trim_start_matches("/bundles/").to_owned());
    let mut expected = [before, others.to_vec(), vec![orphan]].concat();
    expected.sort();
    assert_eq!(bucket.names(), expected);
}

#[test]
#[ignore = "wants moto"]
fn an_upload_that_fails_leaves_nothing() {
    let bucket = Bucket::start();
    let directory = tempfile::tempdir().unwrap();
    let served = bucket.served(&directory, "s3://bundles");
    let cases = [
        (LARGE, ("POST", "uploads")),
        (LARGE, ("PUT", "partNumber=1")),
        (LARGE, ("PUT", "partNumber=3")),
        (10 * LARGE / 3, ("PUT", "partNumber=1")),
        (LARGE, ("POST", "uploadId=")),
        (0, ("PUT", "/bundles/")),
    ];
    for (size, refused) in cases {
        bucket.refuse(Some(refused));
        served.upload(&bundle(1, size)).is(503, "store_unavailable");
        bucket.refuse(None);
        assert_eq!((bucket.names(), bucket.open_uploads()), (Vec::new(), 0), "{size} {refused:?}");
        assert_eq!(served.versions(), Vec::<i64>::new());
    }
    // And leaves the place free.
    assert_eq!(served.upload(&bundle(1, LARGE)).status, 200);
}
