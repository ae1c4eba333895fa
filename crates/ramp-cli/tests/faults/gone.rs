//! The catalogue's Redis server goes in the middle of uploads, and comes back.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::between::{Between, Mood};
use ramp_fixtures::redis::RedisServer;

use crate::support::{Pace, Served, blobs, bundle, catalogue, files, upload};

/// Stopped and started again and again under uploads; afterwards, and without another start of the server, every upload
/// is there or can be made, and nothing is left over.
#[test]
#[ignore = "wants redis-server"]
fn redis_goes_and_comes_back_under_uploads() {
    let mut redis = RedisServer::start().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path(), &catalogue(&redis));
    let (acknowledged, refused) = (Mutex::new(BTreeSet::new()), Mutex::new(BTreeSet::new()));
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (address, acknowledged, refused, stop) = (&served.address, &acknowledged, &refused, &stop);
            scope.spawn(move || {
                for number in 0.. {
                    if stop.load(std::sync::atomic::Ordering::Relaxed) {
                        break;
                    }
                    let version = thread * 100_000 + number + 1;
                    let answer = upload(address, &bundle(version, 1000), Pace::AtOnce).unwrap();
                    if answer.status == 200 {
                        acknowledged.lock().unwrap().insert(version);
                    } else {
                        answer.is(503, "store_unavailable");
                        refused.lock().unwrap().insert(version);
                        std::thread::sleep(Duration::from_millis(20));
                    }
                }
            });
        }
        for _ in 0..6 {
            std::thread::sleep(Duration::from_millis(400));
            redis.stop();
            std::thread::sleep(Duration::from_millis(150));
            redis.run().unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    let (acknowledged, refused) = (acknowledged.into_inner().unwrap(), refused.into_inner().unwrap());
    eprintln!("{} acknowledged, {} refused", acknowledged.len(), refused.len());
    assert!(!acknowledged.is_empty() && !refused.is_empty());
    let there: BTreeSet<i64> = served.versions().into_iter().collect();
    assert!(acknowledged.is_subset(&there), "lost: {:?}", acknowledged.difference(&there));
    // One that was refused is nowhere, or its commit was done and its answer lost; it holds nobody up.
    for version in refused {
        let answer = served.upload(&bundle(version, 1000));
        if there.contains(&version) {
            answer.is(400, "module_exists");
        } else {
            assert_eq!(answer.status, 200, "{version}: {answer:?}");
        }
    }
    settles(&served, directory.path());
}

/// The server keeps no blob that belongs to no module, without another start.
fn settles(served: &Served, directory: &std::path::Path) {
    let began = Instant::now();
    loop {
        let (modules, stored) = (served.versions().len(), blobs(&directory.join("blobs")).len());
        if modules == stored && files(&directory.join("incoming")).is_empty() {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{modules} modules, {stored} blobs");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// It is there and says nothing, for longer than the server waits.
#[test]
#[ignore = "wants redis-server"]
fn a_redis_that_hangs_is_told_and_used_again() {
    let redis = RedisServer::start().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path(), &catalogue(&redis));
    assert_eq!(served.upload(&bundle(1, 0)).status, 200);
    let (began, pause) = (Instant::now(), Duration::from_secs(12));
    assert_eq!(redis.ask(&format!("CLIENT PAUSE {} ALL", pause.as_millis())).as_deref(), Some("+OK\r\n"));
    served.upload(&bundle(2, 0)).is(503, "store_unavailable");
    assert!(began.elapsed() < pause, "it did not wait for the end of the pause");
    std::thread::sleep((pause + Duration::from_secs(1)).saturating_sub(began.elapsed()));
    let answer = served.upload(&bundle(2, 0));
    assert!(answer.status == 200 || answer.code() == "module_exists", "{answer:?}");
    assert_eq!(served.versions(), [1, 2]);
    settles(&served, directory.path());
}

/// Redis does the commit, and its answer gets lost. It is asked again, so the upload is acknowledged.
#[test]
#[ignore = "wants redis-server"]
fn a_commit_whose_answer_is_lost_is_acknowledged() {
    let redis = RedisServer::start().unwrap();
    let between = Between::start(&redis);
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path(), &between.arguments());
    between.set(Mood::LosesTheCommitsAnswer);
    let answer = served.upload(&bundle(1, 0));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(between.lost(), 1);
    assert_eq!(served.versions(), [1]);
    assert_eq!(blobs(&directory.path().join("blobs")).len(), 1);
}

/// The same, and Redis cannot be asked again for a while: the client is told so, and the module stays, with its blob.
#[test]
#[ignore = "wants redis-server"]
fn a_commit_whose_answer_is_lost_for_good_is_not_undone() {
    let redis = RedisServer::start().unwrap();
    let between = Between::start(&redis);
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path(), &between.arguments());
    between.set(Mood::LosesTheCommitsAnswerAndTheWay);
    served.upload(&bundle(1, 0)).is(503, "store_unavailable");
    assert_eq!(between.lost(), 1);
    assert_eq!(blobs(&directory.path().join("blobs")).len(), 1);
    between.set(Mood::Passes);
    served.upload(&bundle(1, 0)).is(400, "module_exists");
    assert_eq!(served.versions(), [1]);
    // Longer than the server waits before it tries again.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(served.versions(), [1]);
    settles(&served, directory.path());
}
