//! Uploads, deletions and lists together, for a while: what stays in memory, and whether the list is right all the time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ramp_fixtures::redis::RedisServer;
use serde_json::Value;

use crate::memory::{BASE, EACH, MIB};
use crate::support::{Served, bundle, catalogue};

/// Modules that stay; they were uploaded before.
const MODULES: i64 = 300;
const UPLOADERS: i64 = 4;
const LISTERS: usize = 2;
/// Each uploader has bundles of so many versions, of so many bytes.
const VERSIONS: i64 = 8;
const BYTES: usize = 300_000;
/// For how long; ten minutes take `crates/ramp-server/benches/mixed.py`.
const TIME: Duration = Duration::from_secs(20);

/// The versions that are listed, and the uid of each.
fn list(served: &Served) -> Vec<(i64, String)> {
    let answer = served.get("/v1/modules");
    assert_eq!(answer.status, 200, "{answer:?}");
    let modules: Vec<Value> = serde_json::from_str(&answer.body).unwrap();
    let of = |module: &Value| (module["version"].as_i64().unwrap(), module["uid"].as_str().unwrap().to_owned());
    modules.iter().map(of).collect()
}

fn stays_within_its_memory(arguments: &[String]) {
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path(), arguments);
    for version in 1..=MODULES {
        assert_eq!(served.upload(&bundle(version, 0)).status, 200);
    }
    let (is_over, lists, uploads) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for uploader in 1..=UPLOADERS {
            let (served, is_over, uploads) = (&served, &is_over, &uploads);
            scope.spawn(move || {
                let first = 1000 * uploader;
                let bundles: Vec<Vec<u8>> = (first..first + VERSIONS).map(|version| bundle(version, BYTES)).collect();
                while !is_over.load(Ordering::Relaxed) {
                    for (version, bytes) in (first..).zip(&bundles) {
                        let answer = served.upload(bytes);
                        assert_eq!(answer.status, 200, "{answer:?}");
                        let module: Value = serde_json::from_str(&answer.body).unwrap();
                        let uid = module["uid"].as_str().unwrap();
                        // What was acknowledged is listed at once, and not any more once it is deleted.
                        assert!(list(served).iter().any(|(listed, of)| (*listed, of.as_str()) == (version, uid)));
                        assert_eq!(served.delete(&format!("/v2/modules/{uid}")).status, 200);
                        assert!(list(served).iter().all(|(_, of)| of != uid));
                        uploads.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        for _ in 0..LISTERS {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let listed = list(&served);
                    assert!(listed.is_sorted(), "{listed:?}");
                    let stay = listed.iter().map(|(version, _)| *version).filter(|version| *version <= MODULES);
                    assert!(stay.eq(1..=MODULES));
                    lists.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(TIME);
        is_over.store(true, Ordering::Relaxed);
    });
    let (peak, most) = (served.peak(), BASE + EACH * UPLOADERS.unsigned_abs());
    let (lists, uploads) = (lists.into_inner(), uploads.into_inner());
    eprintln!("{uploads} uploads, {lists} lists; at most {} MiB of {}", peak / MIB, most / MIB);
    assert!(uploads >= 10 && lists >= 10, "hardly anything was done: {uploads} uploads, {lists} lists");
    assert!(peak < most, "{} MiB, {} allowed", peak / MIB, most / MIB);
    let left: Vec<i64> = list(&served).into_iter().map(|(version, _)| version).collect();
    assert!(left.into_iter().eq(1..=MODULES));
}

#[test]
#[ignore = "takes its time"]
fn with_sqlite() {
    stays_within_its_memory(&[]);
}

#[test]
#[ignore = "wants redis-server"]
fn with_redis() {
    let redis = RedisServer::start().unwrap();
    stays_within_its_memory(&catalogue(&redis));
}
