//! All catalogues pass the same tests.
//!
//! Those against Redis want a `redis-server` on the path and are run by `--ignored`.

mod changes;
pub(crate) mod databases;
mod discarded;
mod users;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ramp_fixtures::redis::RedisServer;
use ramp_server::store::{
    Action, ActionKind, ActionObject, ActionStatus, Build, Claim, MAX_ACTIONS, NewBuild, NewModule, RedisStore,
    Removed, Reserved, SqliteStore, Store, StoreError,
};
use ramp_server::{open_store, storage::Directory};
use serde_json::{Value, json};

use crate::support::{BundleBuilder, TestServer};

fn module(name: &str, version: i64) -> NewModule {
    let metadata = json!({"module_name": name, "list": [], "object": {}, "float": 1.0, "text": "é\u{0}\n"});
    NewModule { uid: format!("{name}-{version}"), module_name: name.into(), version, metadata: metadata.to_string() }
}

/// A store keeps it as it is, with the order of its keys.
const DETAILS: &str = r#"{"sha256":"", "dependencies":{"z":{},"a":[]}}"#;

fn build(claim: &str, places: &[&str]) -> NewBuild {
    NewBuild {
        claim: claim.into(),
        owner: "me".into(),
        places: places.iter().map(|&place| place.into()).collect(),
        blob: format!("blob-{claim}"),
        details: DETAILS.into(),
        stored: false,
    }
}

fn claimed(reserved: Reserved) -> Claim {
    match reserved {
        Reserved::Claimed(claim) => claim,
        Reserved::Taken => panic!("taken"),
    }
}

/// Those that a build or a claim speaks of.
fn blobs(store: &dyn Store) -> Vec<String> {
    let discarded = store.discarded().unwrap();
    let mut blobs: Vec<String> = store.blobs().unwrap().into_keys().collect();
    blobs.retain(|blob| !discarded.contains(blob));
    blobs.sort();
    blobs
}

/// An upload of another server that is under way.
pub(crate) fn claim_of_another(store: &dyn Store) {
    claimed(store.reserve(&module("claimed", 1), &build("of-another", &["a"])).unwrap());
}

/// What a server does with its claims when it starts.
fn abandon_all(store: &dyn Store, owner: &str) {
    for (claim, blob) in store.pending(owner).unwrap() {
        assert_eq!(store.blobs().unwrap().get(&blob), Some(&false));
        assert!(store.abandon(&claim).unwrap());
    }
    assert_eq!(store.pending(owner).unwrap(), []);
}

fn action(number: usize) -> Action {
    Action {
        action_uid: format!("action-{number}"),
        name: ActionKind::Installation,
        status: ActionStatus::Completed,
        object: ActionObject::Module("m-1".into()),
        creation_time: 7,
    }
}

/// What every store must do; it is empty before.
pub(crate) fn suite(store: &dyn Store) {
    claims(store);
    platforms(store);
    artifacts(store);
    discarded::suite(store);
    the_rest(store);
    users::suite(store);
    databases::suite(store);
    changes::suite(store);
}

fn claims(store: &dyn Store) {
    // A catalogue is one and the same.
    assert_eq!((store.identity("one").unwrap().as_str(), store.identity("two").unwrap().as_str()), ("one", "one"));
    let m = module("m", 1);
    let claim = claimed(store.reserve(&m, &build("c1", &["rhel9/x86_64"])).unwrap());
    assert_eq!(claim, Claim { id: "c1".into(), module_uid: "m-1".into() });
    assert_eq!(store.reserve(&m, &build("c2", &["rhel9/x86_64"])).unwrap(), Reserved::Taken);
    // It is claimed, and not seen.
    assert_eq!(store.modules().unwrap(), []);
    assert_eq!(store.module("m-1").unwrap(), None);
    assert_eq!(store.find("m", 1).unwrap(), None);
    assert_eq!(store.remove("m-1", None).unwrap(), Removed::Unknown);
    assert_eq!(blobs(store), ["blob-c1"]);
    assert_eq!(
        store.pending("me").unwrap(),
        [(Claim { id: "c1".into(), module_uid: String::new() }, "blob-c1".into())]
    );
    assert_eq!(store.pending("another").unwrap(), []);
    store.commit(&claim, Some(&action(0))).unwrap();
    assert_eq!(store.blobs().unwrap(), HashMap::from([("blob-c1".to_owned(), true)]));
    let record = store.module("m-1").unwrap().unwrap();
    assert_eq!((record.module_name.as_str(), record.version, &record.metadata), ("m", 1, &m.metadata));
    assert_eq!(
        record.builds,
        [Build { place: "rhel9/x86_64".into(), blob: "blob-c1".into(), details: DETAILS.into() }]
    );
    assert_eq!(store.find("m", 1).unwrap().as_ref(), Some(&record));
    assert_eq!(store.modules().unwrap(), [record]);
    assert_eq!(store.action("action-0").unwrap(), Some(action(0)));
    // What is committed is not abandoned.
    assert!(!store.abandon(&claim).unwrap());
    abandon_all(store, "me");
    assert_eq!(store.modules().unwrap().len(), 1);
    assert_eq!(store.remove("m-1", Some(&action(1))).unwrap(), Removed::Done(vec!["blob-c1".into()]));
    assert_eq!(store.remove("m-1", None).unwrap(), Removed::Unknown);
    assert_eq!(blobs(store), Vec::<String>::new());
    let uids: Vec<String> = store.actions().unwrap().into_iter().map(|action| action.action_uid).collect();
    assert_eq!(uids, ["action-1", "action-0"]);

    // A claim that dies frees its places, and leaves nothing.
    let claim = claimed(store.reserve(&m, &build("c3", &["a", "b"])).unwrap());
    assert!(store.abandon(&claim).unwrap());
    assert!(store.abandon(&claim).unwrap(), "it is gone");
    assert!(matches!(store.commit(&claim, None), Err(StoreError::ClaimLost)));
    claimed(store.reserve(&m, &build("c4", &["a"])).unwrap());
    let others = NewBuild { owner: "another".into(), ..build("c5", &["b"]) };
    let theirs = claimed(store.reserve(&m, &others).unwrap());
    abandon_all(store, "me");
    assert_eq!(blobs(store), ["blob-c5"]);
    store.commit(&theirs, None).unwrap();
    assert_eq!(store.remove("m-1", None).unwrap(), Removed::Done(vec!["blob-c5".into()]));
}

fn platforms(store: &dyn Store) {
    let m = module("p", 2);
    let first = claimed(store.reserve(&m, &build("p1", &["a", "b"])).unwrap());
    store.commit(&first, None).unwrap();
    assert_eq!(store.reserve(&m, &build("p2", &["a"])).unwrap(), Reserved::Taken);
    assert_eq!(store.reserve(&m, &build("p3", &[Build::ANY_PLATFORM])).unwrap(), Reserved::Taken);
    let later = NewModule { uid: "another uid".into(), ..m.clone() };
    let second = claimed(store.reserve(&later, &build("p4", &["b", "c"])).unwrap());
    assert_eq!(second.module_uid, "p-2");
    // Only what is committed goes with the module; what is just uploaded shows it again.
    let places = |store: &dyn Store| -> Vec<String> {
        let module = store.module("p-2").unwrap();
        module.map(|m| m.builds.into_iter().map(|build| build.place).collect()).unwrap_or_default()
    };
    assert_eq!(places(store), ["a", "b"]);
    assert_eq!(store.remove("p-2", None).unwrap(), Removed::Done(vec!["blob-p1".into()]));
    assert_eq!(places(store), Vec::<String>::new());
    store.commit(&second, None).unwrap();
    assert_eq!(places(store), ["c"]);
    assert_eq!(store.remove("p-2", None).unwrap(), Removed::Done(vec!["blob-p4".into()]));
    let any = claimed(store.reserve(&m, &build("p5", &[Build::ANY_PLATFORM])).unwrap());
    store.commit(&any, None).unwrap();
    assert_eq!(store.reserve(&m, &build("p6", &["z"])).unwrap(), Reserved::Taken);
    store.remove("p-2", None).unwrap();

    // In the order of name and version, and not of arrival; a name may hold what separates fields.
    for (name, version) in [("b:1", 10), ("b:1", 9), ("a\n", 3)] {
        assert!(store.define(&module(name, version)).unwrap());
        assert!(!store.define(&NewModule { uid: "x".into(), ..module(name, version) }).unwrap());
    }
    let order: Vec<(String, i64)> =
        store.modules().unwrap().into_iter().map(|module| (module.module_name, module.version)).collect();
    assert_eq!(order, [("a\n".into(), 3), ("b:1".into(), 9), ("b:1".into(), 10)]);
    for uid in ["b:1-10", "b:1-9", "a\n-3"] {
        assert_eq!(store.remove(uid, None).unwrap(), Removed::Done(Vec::new()));
    }
    assert_eq!(store.modules().unwrap(), []);
}

fn artifacts(store: &dyn Store) {
    let reserve = |claim: &str, node: &str| store.reserve_artifact("m:x", 7, &build(claim, &[node])).unwrap();
    let claim = claimed(reserve("a1", "node1"));
    assert_eq!(reserve("a2", "node1"), Reserved::Taken);
    assert_eq!(store.artifacts("node1").unwrap(), []);
    assert_eq!(store.remove_artifact("m:x", 7, "node1").unwrap(), Removed::Unknown);
    store.commit(&claim, None).unwrap();
    let listed = store.artifacts("node1").unwrap();
    assert_eq!((listed.len(), listed[0].module_name.as_str(), listed[0].version), (1, "m:x", 7));
    // Each node has its own.
    store.commit(&claimed(reserve("a3", "node2")), None).unwrap();
    assert_eq!(blobs(store), ["blob-a1", "blob-a3"]);
    assert_eq!(store.remove_artifact("m:x", 7, "node1").unwrap(), Removed::Done("blob-a1".into()));
    assert_eq!(store.remove_artifact("m:x", 7, "node1").unwrap(), Removed::Unknown);
    assert_eq!(store.artifacts("node2").unwrap().len(), 1);
    assert_eq!(store.remove_artifact("m:x", 7, "node2").unwrap(), Removed::Done("blob-a3".into()));
    claimed(reserve("a4", "node1"));
    abandon_all(store, "me");
    claimed(reserve("a5", "node1"));
    abandon_all(store, "me");
    assert_eq!(store.modules().unwrap(), []);
    assert_eq!(blobs(store), Vec::<String>::new());
}

fn the_rest(store: &dyn Store) {
    assert_eq!(store.setting("a").unwrap(), None);
    store.set_settings(&[]).unwrap();
    store.set_settings(&[("a", "true".into()), ("b", "40".into())]).unwrap();
    store.set_settings(&[("a", "false".into())]).unwrap();
    assert_eq!((store.setting("a").unwrap(), store.setting("b").unwrap()), (Some("false".into()), Some("40".into())));

    let m = module("act", 1);
    for number in 0..MAX_ACTIONS / 100 {
        let claim = claimed(store.reserve(&m, &build(&format!("act{number}"), &["a"])).unwrap());
        store.commit(&claim, Some(&action(100 + number))).unwrap();
        store.remove("act-1", None).unwrap();
    }
    assert_eq!(store.actions().unwrap()[0], action(99 + MAX_ACTIONS / 100));
}

/// Of many that want the same, exactly one gets it.
pub(crate) fn race(stores: &[Arc<dyn Store>]) {
    for round in 0..20 {
        let m = module("race", round);
        let winners: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|number| {
                    let (store, m) = (Arc::clone(&stores[number % stores.len()]), m.clone());
                    scope.spawn(move || {
                        let m = NewModule { uid: format!("{round}-{number}"), ..m };
                        let reserved = store.reserve(&m, &build(&format!("{round}-{number}"), &["a", "b"])).unwrap();
                        usize::from(matches!(reserved, Reserved::Claimed(_)))
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(winners, 1);
    }
}

#[test]
fn sqlite() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let path = directory.path().join("catalogue.sqlite");
    let open = || SqliteStore::open(&path).unwrap();
    suite(&open());
    // Two connections to the file, as two processes have.
    race(&[Arc::new(open()), Arc::new(open())]);
    databases::races(&[Arc::new(open()), Arc::new(open())]);
}

#[test]
fn a_file_from_before_changes_were_kept_is_brought_forward() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let path = directory.path().join("catalogue.sqlite");
    let m = module("old", 1);
    assert!(SqliteStore::open(&path).unwrap().define(&m).unwrap());
    let file = rusqlite::Connection::open(&path).unwrap();
    for trigger in ["build_added", "build_committed", "build_removed", "module_defined", "module_redefined"] {
        file.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    file.execute_batch("DROP TABLE changes; PRAGMA user_version = 4").unwrap();
    drop(file);
    assert!(SqliteStore::bring_forward(&path).unwrap().is_some_and(|copy| copy.ends_with("catalogue-schema-4.sqlite")));
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.modules().unwrap().len(), 1);
    store.remove(&m.uid, None).unwrap();
    suite(&store);
}

#[test]
#[ignore = "wants redis-server"]
fn redis() {
    let server = RedisServer::start().unwrap();
    let open = || RedisStore::open(&server.url()).unwrap();
    suite(&open());
    race(&[Arc::new(open()), Arc::new(open())]);
    databases::races(&[Arc::new(open()), Arc::new(open())]);
}

#[test]
#[ignore = "wants redis-server"]
fn two_servers_share_a_redis_and_one_upload_wins() {
    let redis = RedisServer::start().unwrap();
    let blobs = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    let start = || {
        TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
            config.store = Some(open_store(&redis.url(), &config.data_dir).unwrap());
            config.storage = Some(Arc::new(Directory::open(blobs.path()).unwrap()));
        })
    };
    let servers = [start(), start()];
    let bundle = BundleBuilder::good().build();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let uploads: Vec<_> = (0..20)
            .map(|number| {
                let (server, bundle) = (&servers[number % 2], bundle.clone());
                scope.spawn(move || (0..5).map(|_| server.upload("/v2/modules", bundle.clone()).status).collect())
            })
            .collect();
        uploads.into_iter().flat_map(|upload| -> Vec<u16> { upload.join().unwrap() }).collect()
    });
    assert_eq!(statuses.len(), 100);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 400].contains(status)), "{statuses:?}");
    let uid = servers[0].only_module();
    assert_eq!(servers[1].only_module(), uid);
    assert_eq!(crate::support::files(blobs.path()).len(), 1);
    servers[1].delete(&format!("/v2/modules/{uid}")).ok();
    assert_eq!(servers[0].get("/v1/modules").ok().json(), json!([]));
    assert_eq!(crate::support::files(blobs.path()).len(), 0);
}

#[test]
#[ignore = "wants redis-server"]
fn a_redis_that_goes_and_comes_back_is_used_again() {
    let mut redis = RedisServer::start().unwrap();
    let url = redis.url();
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.store = Some(open_store(&url, &config.data_dir).unwrap());
    });
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    redis.stop();
    server.get("/v1/modules").is_refused(503, "store_unavailable");
    server.upload("/v2/modules", BundleBuilder::good().set("version", 5)).is_refused(503, "store_unavailable");
    assert_eq!(server.request(None, "GET", "/readyz", None).json()["catalogue"]["ok"], false);
    assert_eq!(server.files("blobs").len(), 1);
    assert_eq!(server.files("incoming"), Vec::<String>::new());
    redis.run().unwrap();
    let modules: Value = server.get("/v1/modules").ok().json();
    assert_eq!(modules.as_array().unwrap().len(), 1);
    server.upload("/v2/modules", BundleBuilder::good().set("version", 5)).ok();
    let names: HashSet<String> = server.files("blobs").into_iter().collect();
    assert_eq!(names.len(), 2);
}
