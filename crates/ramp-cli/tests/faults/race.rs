//! The same module, a hundred times at once.

use std::sync::Barrier;

use ramp_fixtures::redis::RedisServer;

use crate::support::{Pace, Served, blobs, bundle, catalogue, files, upload};

const UPLOADS: usize = 100;

fn exactly_one_wins(servers: &[Served], storage: &std::path::Path) {
    let bytes = bundle(7, 50_000);
    let start = Barrier::new(UPLOADS);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..UPLOADS)
            .map(|number| {
                let (address, bytes, start) = (&servers[number % servers.len()].address, &bytes, &start);
                scope.spawn(move || {
                    start.wait();
                    upload(address, bytes, Pace::AtOnce).unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1);
    answers.iter().filter(|answer| answer.status != 200).for_each(|answer| answer.is(400, "module_exists"));
    for server in servers {
        assert_eq!(server.versions(), [7]);
    }
    assert_eq!(blobs(storage), [ramp_fixtures::bundle::sha256_hex(&bytes)]);
}

#[test]
#[ignore = "takes its time"]
fn one_server_with_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let server = Served::start(directory.path(), &[]);
    exactly_one_wins(&[server], &directory.path().join("blobs"));
    assert!(files(&directory.path().join("incoming")).is_empty());
}

#[test]
#[ignore = "wants redis-server"]
fn two_servers_with_one_redis() {
    let redis = RedisServer::start().unwrap();
    let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let storage = tempfile::tempdir().unwrap();
    let mut arguments = catalogue(&redis);
    arguments.extend(["--blobs".to_owned(), storage.path().to_str().unwrap().to_owned()]);
    let servers: Vec<Served> =
        directories.iter().map(|directory| Served::start(directory.path(), &arguments)).collect();
    exactly_one_wins(&servers, storage.path());
    for directory in &directories {
        assert!(files(&directory.path().join("incoming")).is_empty());
    }
    // What one server stored, another one deletes, blob and all.
    let modules: serde_json::Value = serde_json::from_str(&servers[0].get("/v1/modules").body).unwrap();
    let uid = modules[0]["uid"].as_str().unwrap();
    assert_eq!(servers[1].delete(&format!("/v2/modules/{uid}")).status, 200);
    assert_eq!(servers[0].versions(), Vec::<i64>::new());
    assert!(files(storage.path()).is_empty());
}
