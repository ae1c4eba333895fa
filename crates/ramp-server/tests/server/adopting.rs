//! What is put into a catalogue stays, and what was taken out of it does not come back: whoever dies when, and whoever is at work beside.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ramp_server::storage::{Directory, Sink, Storage, StorageError, Work};
use ramp_server::store::{NewBuild, NewModule, Removed, Reserved, SqliteStore, Store as _};
use ramp_server::{Config, Fate, ServerError, Strangers, check};

use crate::stock::{checked, config, served, shared};
use crate::support::{BundleBuilder, TestServer, files};

const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";

/// A storage where others are at work, or that is away at times.
#[derive(Debug)]
struct Meddled {
    storage: Directory,
    /// Listed this often, and never there.
    ghost: (String, AtomicUsize),
    /// How often nothing can be removed.
    stuck: AtomicUsize,
    /// How many bundles can be read before it breaks.
    readable: AtomicUsize,
}

impl Meddled {
    fn of(path: &Path) -> Self {
        let ghost = format!("aa/{}-{}.zip", "a".repeat(64), "1".repeat(32));
        Self {
            storage: Directory::open(path).unwrap(),
            ghost: (ghost, AtomicUsize::new(0)),
            stuck: AtomicUsize::new(0),
            readable: AtomicUsize::new(usize::MAX),
        }
    }
}

/// Whether there was one more.
fn one_more(count: &AtomicUsize) -> bool {
    count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

impl Storage for Meddled {
    fn put<'a>(&'a self, name: &'a str, file: &'a Path) -> Work<'a, ()> {
        self.storage.put(name, file)
    }

    fn remove<'a>(&'a self, name: &'a str) -> Work<'a, ()> {
        if one_more(&self.stuck) {
            return Box::pin(async { Err(StorageError::failed("it is stuck")) });
        }
        self.storage.remove(name)
    }

    fn names(&self) -> Work<'_, HashSet<String>> {
        Box::pin(async {
            let mut names = self.storage.names().await?;
            if one_more(&self.ghost.1) {
                names.insert(self.ghost.0.clone());
            }
            Ok(names)
        })
    }

    fn read<'a>(&'a self, name: &'a str, sink: &'a mut Sink<'_>) -> Work<'a, bool> {
        if one_more(&self.readable) {
            return self.storage.read(name, sink);
        }
        Box::pin(async { Err(StorageError::failed("it broke")) })
    }

    fn mark(&self) -> Work<'_, Option<String>> {
        // Then it is the storage that is away, and not a bundle of it.
        if self.readable.load(Ordering::SeqCst) == 0 {
            return Box::pin(async { Err(StorageError::failed("it broke")) });
        }
        self.storage.mark()
    }

    fn set_mark<'a>(&'a self, id: &'a str, over: bool) -> Work<'a, ()> {
        self.storage.set_mark(id, over)
    }
}

/// A check that ends half way leaves what it has adopted, and what it has not: the next one goes on.
#[test]
fn a_start_removes_nothing_that_was_adopted() {
    for (release, endpoint) in [("7.22", "/v2/modules"), ("8.0", ARTIFACTS)] {
        let blobs = ramp_fixtures::directory::tempdir().unwrap();
        let server =
            TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), release, shared(blobs.path()));
        for version in [10000, 20000, 30000] {
            server.upload(endpoint, BundleBuilder::good().set("version", version)).ok();
        }
        drop(server);
        let before = files(blobs.path());
        assert_eq!(before.len(), 3);
        let new = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
        let meddled = Meddled::of(blobs.path());
        meddled.readable.store(2, Ordering::SeqCst);
        let mut broken = config(new.path(), release, blobs.path());
        broken.storage = Some(Arc::new(meddled));
        let err = check(&broken, Strangers::Adopt, &mut |_, _| {}).unwrap_err();
        assert!(matches!(err, ServerError::Storage(_)), "{err:?}");
        let store = SqliteStore::open(&new.path().join("catalogue.sqlite")).unwrap();
        assert_eq!((store.modules().unwrap().len(), store.blobs().unwrap().len()), (2, 2));
        drop(store);
        let server = TestServer::start(new, release, shared(blobs.path()));
        assert_eq!(
            server.get(if release == "8.0" { ARTIFACTS } else { "/v1/modules" }).ok().json().as_array().unwrap().len(),
            2
        );
        let new = server.end();
        assert_eq!(files(blobs.path()), before);
        let adopted = checked(new.path(), release, blobs.path(), Strangers::Adopt);
        assert!(matches!(adopted.unknown.as_slice(), [(_, Fate::Adopted(..))]), "{adopted:?}");
        assert_eq!(files(blobs.path()), before);
    }
}

/// What was taken out of the catalogue by a server that died before it had removed the bundle.
#[test]
fn what_was_deleted_is_removed_by_the_next_start_and_not_adopted() {
    for (release, endpoint) in [("7.22", "/v2/modules"), ("8.0", ARTIFACTS)] {
        let blobs = ramp_fixtures::directory::tempdir().unwrap();
        let server =
            TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), release, shared(blobs.path()));
        for version in [10000, 20000] {
            server.upload(endpoint, BundleBuilder::good().set("version", version)).ok();
        }
        let directory = server.end();
        let at = |file: &str| directory.path().join(file);
        let node = std::fs::read_to_string(at("server-id")).unwrap();
        let store = SqliteStore::open(&at("catalogue.sqlite")).unwrap();
        if release == "8.0" {
            assert!(matches!(store.remove_artifact("testmodule", 10000, &node).unwrap(), Removed::Done(_)));
        } else {
            let uid = store.find("testmodule", 10000).unwrap().unwrap().uid;
            assert!(matches!(store.remove(&uid, None).unwrap(), Removed::Done(_)));
        }
        drop(store);
        assert_eq!(files(blobs.path()).len(), 2);
        for strangers in [Strangers::Keep, Strangers::Adopt, Strangers::Remove] {
            let found = checked(directory.path(), release, blobs.path(), strangers);
            assert!(found.unknown.is_empty() && found.bundles == 1, "{found:?}");
        }
        let server = TestServer::start(Arc::clone(&directory), release, shared(blobs.path()));
        let list = server.get(if release == "8.0" { ARTIFACTS } else { "/v1/modules" }).ok().json();
        assert_eq!((list.as_array().unwrap().len(), &list[0]["version"]), (1, &20000.into()));
        assert_eq!(files(blobs.path()).len(), 1);
        drop(server);
        let store = SqliteStore::open(&at("catalogue.sqlite")).unwrap();
        assert_eq!(store.discarded().unwrap(), Vec::<String>::new());
    }
}

/// A claim that was dropped, and half of its blob, which was copied from another file system.
#[test]
fn what_a_dropped_claim_left_is_removed_with_its_half() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let directory = server.end();
    let name = |claim: &str, end: &str| format!("aa/{}-{}.{end}", "a".repeat(64), claim.repeat(32));
    std::fs::create_dir_all(directory.path().join("blobs/aa")).unwrap();
    for file in [name("1", "zip"), name("2", "part"), name("3", "part")] {
        std::fs::write(directory.path().join("blobs").join(file), b"PK").unwrap();
    }
    let owner = std::fs::read_to_string(directory.path().join("server-id")).unwrap();
    let store = SqliteStore::open(&directory.path().join("catalogue.sqlite")).unwrap();
    for claim in ["1", "2"] {
        let module = NewModule { uid: claim.into(), module_name: claim.into(), version: 1, metadata: "{}".into() };
        let build = NewBuild {
            claim: claim.into(),
            owner: owner.clone(),
            places: vec!["*".into()],
            blob: name(claim, "zip"),
            details: "{}".into(),
            stored: false,
        };
        let Reserved::Claimed(claim) = store.reserve(&module, &build).unwrap() else { panic!("it is taken") };
        if claim.id == "1" {
            assert!(store.abandon(&claim).unwrap());
        }
    }
    drop(store);
    // While it is being put, half of a bundle is that of its claim.
    let kept = config(directory.path(), "7.22", &directory.path().join("blobs"));
    let found = check(&kept, Strangers::Keep, &mut |_, _| {}).unwrap();
    assert_eq!(found.unknown, [(name("3", "part"), Fate::Kept)]);
    let server = TestServer::start(directory, "7.22", |_| {});
    let left: Vec<String> = server.files("blobs").into_iter().filter(|file| file.starts_with("aaa")).collect();
    assert_eq!(left, [name("3", "part")[3..].to_owned()]);
    server.only_module();
}

/// A catalogue from a backup that was made while a bundle was uploaded: the upload was acknowledged later, in what is lost now.
#[test]
fn a_claim_whose_bundle_is_there_is_finished_by_adopting() {
    for (release, endpoint) in [("7.22", "/v2/modules"), ("8.0", ARTIFACTS)] {
        let blobs = ramp_fixtures::directory::tempdir().unwrap();
        let server =
            TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), release, shared(blobs.path()));
        let directory = server.end();
        let at = |file: &str| directory.path().join(file);
        let node = std::fs::read_to_string(at("server-id")).unwrap();
        let store = SqliteStore::open(&at("catalogue.sqlite")).unwrap();
        let bundle = BundleBuilder::good().build();
        let sha256 = ramp_fixtures::bundle::sha256_hex(&bundle);
        let name = |claim: &str| format!("{}/{sha256}-{}.zip", &sha256[..2], claim.repeat(32));
        std::fs::create_dir_all(blobs.path().join(&sha256[..2])).unwrap();
        std::fs::write(blobs.path().join(name("1")), &bundle).unwrap();
        std::fs::write(blobs.path().join(name("2")), &bundle[1..]).unwrap();
        for (claim, version) in [("1", 10203), ("2", 20000), ("3", 30000)] {
            let module_name = String::from("testmodule");
            let module = NewModule { uid: claim.into(), module_name, version, metadata: "{}".into() };
            let build = NewBuild {
                claim: claim.into(),
                owner: node.clone(),
                places: vec![if release == "8.0" { node.clone() } else { "rhel9/x86_64".into() }],
                blob: name(claim),
                details: if release == "8.0" { "[]" } else { r#"{"dependencies":{},"sha256":""}"# }.into(),
                stored: false,
            };
            let reserved = if release == "8.0" {
                store.reserve_artifact("testmodule", version, &build)
            } else {
                store.reserve(&module, &build)
            };
            assert!(matches!(reserved.unwrap(), Reserved::Claimed(_)));
        }
        drop(store);
        // It is nobody's to change until that is asked for.
        assert!(checked(directory.path(), release, blobs.path(), Strangers::Keep).is_clean());
        let adopted = checked(directory.path(), release, blobs.path(), Strangers::Adopt);
        assert_eq!(adopted.unknown, [(name("1"), Fate::Adopted("testmodule".into(), 10203))]);
        // Half of one, and one that never came, are dropped.
        let server = TestServer::start(Arc::clone(&directory), release, shared(blobs.path()));
        let store = SqliteStore::open(&at("catalogue.sqlite")).unwrap();
        assert_eq!(store.blobs().unwrap(), std::collections::HashMap::from([(name("1"), true)]));
        assert_eq!(
            (store.modules().unwrap().len(), store.artifacts(&node).unwrap().len()),
            if release == "8.0" { (0, 1) } else { (1, 0) }
        );
        assert_eq!(files(blobs.path()), [name("1")[3..].to_owned()]);
        server.upload(endpoint, BundleBuilder::good().set("version", 20000)).ok();
    }
}

/// A storage that is away at the start is no reason not to start; what is left goes once it can.
#[test]
fn what_cannot_be_removed_at_the_start_is_removed_later() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let server = served(blobs.path());
    let uid = server.only_module();
    let directory = server.end();
    let store = SqliteStore::open(&directory.path().join("catalogue.sqlite")).unwrap();
    assert!(matches!(store.remove(&uid, None).unwrap(), Removed::Done(_)));
    let meddled = Arc::new(Meddled::of(blobs.path()));
    meddled.stuck.store(1, Ordering::SeqCst);
    let server = TestServer::start(directory, "7.22", |config| config.storage = Some(meddled.clone()));
    // An upload tries it first.
    server.upload("/v2/modules", BundleBuilder::good().set("version", 20000)).ok();
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while files(blobs.path()).len() > 1 || !store.discarded().unwrap().is_empty() {
        assert!(std::time::Instant::now() < patience, "{:?}", files(blobs.path()));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    server.only_module();
}

/// What would be adopted, a server at work may be about to remove; what it knows, a check that removes leaves alone.
#[test]
fn nothing_is_adopted_beside_a_server() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let server = served(blobs.path());
    let stranger = format!("aa/{}-{}.zip", "a".repeat(64), "1".repeat(32));
    let put = || {
        std::fs::create_dir_all(blobs.path().join("aa")).unwrap();
        std::fs::write(blobs.path().join(&stranger), BundleBuilder::good().set("version", 20000).build()).unwrap();
    };
    put();
    let config = config(server.directory.path(), "7.22", blobs.path());
    let err = check(&config, Strangers::Adopt, &mut |_, _| {}).unwrap_err();
    assert!(matches!(err, ServerError::InUse { .. }), "{err:?}");
    let found = |strangers| checked(server.directory.path(), "7.22", blobs.path(), strangers).unknown;
    assert_eq!(found(Strangers::Keep), [(stranger.clone(), Fate::Kept)]);
    assert_eq!(found(Strangers::Remove), [(stranger.clone(), Fate::Removed)]);
    server.only_module();
    let directory = server.end();
    // What was removed can be put back from a backup.
    put();
    let adopted = checked(directory.path(), "7.22", blobs.path(), Strangers::Adopt);
    assert_eq!(adopted.unknown, [(stranger.clone(), Fate::Adopted("testmodule".into(), 20000))]);
    let server = TestServer::start(directory, "7.22", shared(blobs.path()));
    assert_eq!(server.get("/v1/modules").ok().json().as_array().unwrap().len(), 2);
    assert_eq!(files(blobs.path()).len(), 2);
}

/// Where servers share a catalogue, others delete what was just listed.
#[test]
fn what_is_gone_meanwhile_is_passed_over() {
    for times in [1, 2] {
        let blobs = ramp_fixtures::directory::tempdir().unwrap();
        let directory = served(blobs.path()).end();
        let meddled = Meddled::of(blobs.path());
        meddled.ghost.1.store(times, Ordering::SeqCst);
        let mut config = Config::new(ramp_core::Target::named("7.22").unwrap(), directory.path());
        config.storage = Some(Arc::new(meddled));
        let found = check(&config, Strangers::Adopt, &mut |_, _| {}).unwrap();
        assert!(found.is_clean() && found.unknown.is_empty() && found.bundles == 1, "{found:?}");
        assert_eq!(files(&directory.path().join("incoming")), Vec::<String>::new());
    }
}
