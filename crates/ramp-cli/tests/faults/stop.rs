//! Told to end, with uploads under way.

use std::time::{Duration, Instant};

use crate::support::{Pace, Served, bundle, files, upload};

#[test]
#[ignore = "takes its time"]
fn uploads_under_way_are_finished() {
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path(), &[]);
    let address = served.address.clone();
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=16)
            .map(|version| {
                let address = &address;
                scope.spawn(move || {
                    let pace = Pace::Slowly(20, Duration::from_millis(100));
                    upload(address, &bundle(version, 200_000), pace).map(|answer| answer.status)
                })
            })
            .collect();
        // All are there, none is done.
        std::thread::sleep(Duration::from_millis(700));
        served.terminate();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses, vec![Some(200); 16]);
    let told = Instant::now();
    assert_eq!(served.ended(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(20), "it waited for something else");
    let served = Served::start(directory.path(), &[]);
    assert_eq!(served.versions().len(), 16);
    assert_eq!(files(&directory.path().join("blobs")).len(), 16);
}

#[test]
#[ignore = "takes its time"]
fn a_client_that_does_nothing_does_not_hold_it() {
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path(), &[]);
    let idle = std::net::TcpStream::connect(&served.address).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    served.terminate();
    let told = Instant::now();
    assert_eq!(served.ended(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    drop(idle);
}
