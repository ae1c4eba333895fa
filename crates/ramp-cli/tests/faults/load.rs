//! As much at once as it must bear: without an error, without growing, and within its memory.

use std::sync::Barrier;
use std::thread::Builder;

use ramp_fixtures::bundle::BundleBuilder;

use ramp_fixtures::redis::RedisServer;

use crate::memory::{BASE, EACH, MIB};
use crate::support::{Pace, Served, ask, blobs, bundle, catalogue, upload};

const UPLOADS: usize = 200;
const READS: usize = 2000;
const ROUNDS: usize = 5;
/// What counts as growth from the third round to the last, in bytes.
const GROWTH: u64 = 16 * MIB;
/// What the allocator is asked to give back, so that what is left is what the server holds: with one arena for all threads, and
/// whatever is larger than 16 KiB outside of it. Else it keeps what was given back, the more the more was asked for at once, and it
/// takes some twenty rounds until it has seen its most (docs/performance.md).
const GIVING_BACK: [(&str, &str); 2] = [("MALLOC_ARENA_MAX", "1"), ("MALLOC_MMAP_THRESHOLD_", "16384")];

/// All of them at once, on threads of their own.
fn at_once(jobs: Vec<Box<dyn FnOnce() + Send + '_>>) {
    let start = Barrier::new(jobs.len());
    std::thread::scope(|scope| {
        for job in jobs {
            let start = &start;
            let thread = Builder::new().stack_size(256 << 10).spawn_scoped(scope, move || {
                start.wait();
                job();
            });
            thread.unwrap();
        }
    });
}

fn bears_it(arguments: &[String]) {
    let (_, peaks) = rounds(arguments, &[]);
    let most = (BASE + EACH * UPLOADS as u64) / MIB;
    assert!(peaks.iter().all(|peak| *peak < most), "{peaks:?} MiB, {most} allowed");
    let (resident, _) = rounds(arguments, &GIVING_BACK);
    assert!(resident[ROUNDS - 1] < resident[2] + GROWTH / MIB, "it grows: {resident:?} MiB");
}

/// What the server has in memory after each round, and had at most, in MiB.
fn rounds(arguments: &[String], variables: &[(&str, &str)]) -> (Vec<u64>, Vec<u64>) {
    let directory = tempfile::tempdir().unwrap();
    let served = Served::with(directory.path(), arguments, variables);
    let address = &served.address;
    let (mut resident, mut peaks) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let first = i64::try_from(round * UPLOADS).unwrap() + 1;
        let bundles: Vec<Vec<u8>> = (first..).take(UPLOADS).map(|version| bundle(version, 300_000)).collect();
        served.forget_peak();
        let mut jobs: Vec<Box<dyn FnOnce() + Send + '_>> = Vec::new();
        for bytes in &bundles {
            jobs.push(Box::new(move || {
                let answer = upload(address, bytes, Pace::AtOnce).unwrap();
                assert_eq!(answer.status, 200, "{answer:?}");
            }));
        }
        for number in 0..READS {
            jobs.push(Box::new(move || {
                let path = ["/v1/modules", "/v1/cluster", "/v1/nodes", "/healthz"][number % 4];
                let answer = ask(address, "GET", path, "text/plain", b"", Pace::AtOnce).unwrap();
                assert_eq!(answer.status, 200, "{answer:?}");
            }));
        }
        at_once(jobs);
        peaks.push(served.peak() / MIB);
        assert_eq!(served.versions().len(), UPLOADS);
        assert_eq!(blobs(&directory.path().join("blobs")).len(), UPLOADS);
        // So that each round finds what the first one found.
        let modules: serde_json::Value = serde_json::from_str(&served.get("/v1/modules").body).unwrap();
        let uids = modules.as_array().unwrap().iter().map(|module| module["uid"].as_str().unwrap());
        let jobs = uids.map(|uid| -> Box<dyn FnOnce() + Send + '_> {
            let path = format!("/v2/modules/{uid}");
            Box::new(|| assert_eq!(served.delete(&{ path }).status, 200))
        });
        at_once(jobs.collect());
        assert_eq!(served.versions(), Vec::<i64>::new());
        assert_eq!(blobs(&directory.path().join("blobs")), Vec::<String>::new());
        resident.push(served.resident() / MIB);
    }
    eprintln!("after each round {resident:?} MiB, peaks {peaks:?} MiB {variables:?}");
    (resident, peaks)
}

#[test]
#[ignore = "takes its time"]
fn two_hundred_uploads_and_two_thousand_reads_with_sqlite() {
    bears_it(&[]);
}

#[test]
#[ignore = "wants redis-server"]
fn two_hundred_uploads_and_two_thousand_reads_with_redis() {
    let redis = RedisServer::start().unwrap();
    bears_it(&catalogue(&redis));
}

/// Modules of 20 MiB: their bundles are small, and judging them is what takes memory.
#[test]
#[ignore = "takes its time"]
fn large_modules_are_judged_one_after_the_other() {
    const AT_ONCE: usize = 16;
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path(), &[]);
    let address = &served.address;
    let mut module = ramp_fixtures::elf::ElfBuilder::module().build();
    module.resize(20 << 20, 7);
    let bundle = |version: usize| BundleBuilder::of_module(module.clone()).set("version", version).build();
    let (mut peaks, one) = (Vec::new(), bundle(1));
    // Alone, and with others.
    upload(address, &one, Pace::AtOnce).unwrap();
    peaks.push((1, served.peak() / MIB));
    for round in 0..3 {
        let bundles: Vec<Vec<u8>> = (0..AT_ONCE).map(|number| bundle(2 + round * AT_ONCE + number)).collect();
        let jobs = bundles.iter().map(|bytes| -> Box<dyn FnOnce() + Send + '_> {
            Box::new(move || {
                let answer = upload(address, bytes, Pace::AtOnce).unwrap();
                assert_eq!(answer.status, 200, "{answer:?}");
            })
        });
        at_once(jobs.collect());
        peaks.push((AT_ONCE as u64, served.peak() / MIB));
    }
    eprintln!("uploads and peaks in MiB: {peaks:?}");
    assert!(peaks.iter().all(|(uploads, peak)| peak * MIB < BASE + EACH * uploads), "{peaks:?}");
}
