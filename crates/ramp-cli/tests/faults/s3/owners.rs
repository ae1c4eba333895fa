//! A bucket knows whose bundles it holds: whatever is wrong with the catalogue, none is removed.

use std::path::Path;
use std::process::Command;

use ramp_fixtures::redis::RedisServer;
use tempfile::TempDir;

use super::bucket::Bucket;
use crate::support::bundle;

const LOCATION: &str = "s3://bundles/kept/here";

/// A bucket, and the directory of the server that has put a bundle there.
fn used(more: &[&str]) -> (Bucket, TempDir) {
    let (bucket, directory) = (Bucket::start(), tempfile::tempdir().unwrap());
    let served = bucket.serve(&directory, &[&["--blobs", LOCATION], more].concat());
    assert_eq!(served.upload(&bundle(1, 0)).status, 200);
    served.kill();
    (bucket, directory)
}

/// What `ramp` says, run to its end.
fn said(bucket: &Bucket, arguments: &[&str], directory: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ramp"));
    command.args(arguments).args(["--blobs", LOCATION, "--data-dir"]).arg(directory).envs(bucket.variables());
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// That a server does not start there, for this reason, and that all bundles stay.
#[track_caller]
fn is_refused(bucket: &Bucket, directory: &Path, more: &[&str], why: &str) {
    let before = bucket.names();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--plain-http", "--target", "7.22"];
    let (status, text) = said(bucket, &[&serve, more].concat(), directory);
    assert!(status == Some(2) && text.contains(why), "{status:?} {text}");
    assert_eq!((bucket.names(), before.is_empty()), (before, false));
}

#[test]
#[ignore = "wants moto"]
fn a_wrong_data_directory() {
    let (bucket, right) = used(&[]);
    let wrong = tempfile::tempdir().unwrap();
    is_refused(&bucket, wrong.path(), &[], "the storage holds the bundles of the catalogue");
    assert_eq!(bucket.served(&right, LOCATION).versions(), [1]);
}

#[test]
#[ignore = "wants moto and redis-server"]
fn a_redis_that_comes_back_empty() {
    let redis = RedisServer::start().unwrap();
    let (bucket, directory) = used(&["--store", &redis.url()]);
    drop(redis);
    let empty = RedisServer::start().unwrap();
    is_refused(&bucket, directory.path(), &["--store", &empty.url()], "the storage holds the bundles of the catalogue");
}

#[test]
#[ignore = "wants moto"]
fn an_older_catalogue() {
    let (bucket, directory) = used(&[]);
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(directory.path()).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
    }
    let served = bucket.served(&directory, LOCATION);
    assert_eq!(served.upload(&bundle(2, 0)).status, 200);
    served.kill();
    is_refused(&bucket, copy.path(), &[], "another copy of it has looked after the storage");
    let (status, text) = said(&bucket, &["store", "check", "--remove-orphans"], copy.path());
    assert!(status == Some(2) && text.contains("ramp store check --adopt"), "{text}");
    assert_eq!(bucket.names().len(), 2);
    let (status, text) = said(&bucket, &["store", "check", "--adopt", "--target", "7.22"], copy.path());
    assert_eq!((status, text.as_str()), (Some(0), ""));
    assert_eq!(bucket.served(&copy, LOCATION).versions(), [1, 2]);
    is_refused(&bucket, directory.path(), &[], "another copy of it has looked after the storage");
}

#[test]
#[ignore = "wants moto"]
fn a_copy_that_serves_beside_the_original() {
    let (bucket, directory) = used(&[]);
    let first = bucket.served(&directory, LOCATION);
    let copy = tempfile::tempdir().unwrap();
    for file in ["catalogue.sqlite", "catalogue.sqlite-wal"] {
        std::fs::copy(directory.path().join(file), copy.path().join(file)).unwrap();
    }
    let second = bucket.served(&copy, LOCATION);
    assert_eq!(second.upload(&bundle(2, 0)).status, 200);
    let before = bucket.names();
    first.upload(&bundle(3, 0)).is(503, "store_unavailable");
    let modules: serde_json::Value = serde_json::from_str(&first.get("/v1/modules").body).unwrap();
    first.delete(&format!("/v2/modules/{}", modules[0]["uid"].as_str().unwrap())).is(503, "store_unavailable");
    assert_eq!(bucket.names(), before);
    assert_eq!((first.versions(), second.versions()), (vec![1], vec![1, 2]));
}
