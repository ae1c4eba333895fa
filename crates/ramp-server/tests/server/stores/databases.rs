//! What every store must do with databases, and with modules that they use.

use std::sync::{Arc, Barrier};

use ramp_server::store::{
    Build, Database, DatabaseAdded, DatabaseKind, DatabaseSpec, ModuleRecord, Removed, Store, UsedModule,
};

use super::{build, claimed, module};

fn spec(modules: &[&str]) -> DatabaseSpec {
    let module = |uid: &&str| UsedModule {
        module_uid: (*uid).into(),
        module_name: "m".into(),
        semantic_version: "0.0.1".into(),
        module_args: "é \u{0}\n".into(),
    };
    DatabaseSpec {
        name: "one".into(),
        kind: DatabaseKind::Redis,
        memory_size: u64::MAX,
        modules: modules.iter().map(module).collect(),
    }
}

fn made(added: DatabaseAdded) -> u32 {
    match added {
        DatabaseAdded::Done(uid) => uid,
        other => panic!("{other:?}"),
    }
}

/// Puts a module in that has a build.
fn upload(store: &dyn Store, name: &str, version: i64, claim: &str) {
    let claim = claimed(store.reserve(&module(name, version), &build(claim, &[Build::ANY_PLATFORM])).unwrap());
    store.commit(&claim, None).unwrap();
}

/// Puts the artifact of a module on a node.
fn place(store: &dyn Store, name: &str, version: i64, node: &str, claim: &str) {
    let claim = claimed(store.reserve_artifact(name, version, &build(claim, &[node])).unwrap());
    store.commit(&claim, None).unwrap();
}

pub(super) fn suite(store: &dyn Store) {
    numbers(store);
    modules_in_use(store);
    artifacts_in_use(store);
    assert_eq!((store.databases().unwrap(), store.modules().unwrap()), (Vec::new(), Vec::new()));
}

fn numbers(store: &dyn Store) {
    assert_eq!(store.databases().unwrap(), []);
    assert_eq!((store.database(1).unwrap(), store.remove_database(1).unwrap()), (None, false));
    let add = |uid| store.add_database(uid, &spec(&[]), "node").unwrap();
    let first = made(add(None));
    let second = made(add(None));
    assert!(first < second);
    assert_eq!(add(Some(second)), DatabaseAdded::UidTaken);
    assert_eq!(made(add(Some(second + 10))), second + 10);
    // One below the highest is given to who asks for it, and to nobody else.
    assert_eq!(made(add(Some(second + 5))), second + 5);
    assert_eq!(made(add(None)), second + 11);
    let uids: Vec<u32> = store.databases().unwrap().into_iter().map(|database| database.uid).collect();
    assert_eq!(uids, [first, second, second + 5, second + 10, second + 11]);
    assert_eq!(store.database(first).unwrap(), Some(Database { uid: first, spec: spec(&[]) }));
    for uid in uids {
        assert!(store.remove_database(uid).unwrap());
        assert!(!store.remove_database(uid).unwrap());
    }
    let next = made(add(None));
    assert_eq!(next, second + 12, "a number is given once");
    assert!(store.remove_database(next).unwrap());
}

fn modules_in_use(store: &dyn Store) {
    let add = |modules: &[&str]| store.add_database(None, &spec(modules), "node").unwrap();
    assert_eq!(add(&["d-1"]), DatabaseAdded::NoModule("d-1".into()));
    // What is just being uploaded is not a module yet.
    let pending = claimed(store.reserve(&module("d", 1), &build("d1", &["a"])).unwrap());
    assert_eq!(add(&["d-1"]), DatabaseAdded::NoModule("d-1".into()));
    store.commit(&pending, None).unwrap();
    upload(store, "d", 2, "d2");
    assert_eq!(add(&["d-1", "d-3"]), DatabaseAdded::NoModule("d-3".into()));
    assert_eq!(store.databases().unwrap(), []);

    let one = made(add(&["d-1", "d-2"]));
    assert_eq!(store.database(one).unwrap().unwrap().spec, spec(&["d-1", "d-2"]));
    let two = made(add(&["d-1"]));
    let three = made(add(&[]));
    let before: Vec<ModuleRecord> = store.modules().unwrap();
    assert_eq!(store.remove("d-1", None).unwrap(), Removed::InUse(vec![one, two]));
    assert_eq!(store.remove("d-2", None).unwrap(), Removed::InUse(vec![one]));
    assert_eq!(store.modules().unwrap(), before, "nothing of it is gone");
    // A build that is added meanwhile comes and goes without the module.
    let more = claimed(store.reserve(&module("d", 1), &build("d3", &["b"])).unwrap());
    assert_eq!(store.remove("d-1", None).unwrap(), Removed::InUse(vec![one, two]));
    assert!(store.abandon(&more).unwrap());
    assert_eq!(store.modules().unwrap(), before);

    assert!(store.remove_database(one).unwrap());
    assert_eq!(store.remove("d-1", None).unwrap(), Removed::InUse(vec![two]));
    assert_eq!(store.remove("d-2", None).unwrap(), Removed::Done(vec!["blob-d2".into()]));
    assert!(store.remove_database(two).unwrap() && store.remove_database(three).unwrap());
    assert_eq!(store.remove("d-1", None).unwrap(), Removed::Done(vec!["blob-d1".into()]));
    assert_eq!(add(&["d-1"]), DatabaseAdded::NoModule("d-1".into()));
    // Whoever comes with a uid that was there before finds no use of it.
    upload(store, "d", 1, "d4");
    assert_eq!(store.remove("d-1", None).unwrap(), Removed::Done(vec!["blob-d4".into()]));
}

fn artifacts_in_use(store: &dyn Store) {
    let add = |node| store.add_database(None, &spec(&["o:x-7"]), node).unwrap();
    place(store, "o:x", 7, "node1", "o1");
    assert_eq!(add("node1"), DatabaseAdded::NoModule("o:x-7".into()), "an artifact is not a module");
    assert!(store.define(&module("o:x", 7)).unwrap());
    place(store, "o:x", 8, "node2", "o2");
    let pending = claimed(store.reserve_artifact("o:x", 7, &build("o3", &["node2"])).unwrap());
    assert_eq!(add("node2"), DatabaseAdded::NoArtifact("o:x-7".into()));
    let one = made(add("node1"));
    store.commit(&pending, None).unwrap();
    let two = made(add("node2"));
    // In use is the module in that version, on whatever node.
    assert!(store.remove_database(two).unwrap());
    let remove = |version, node| store.remove_artifact("o:x", version, node).unwrap();
    assert_eq!(remove(7, "node1"), Removed::InUse(vec![one]));
    assert_eq!(remove(7, "node2"), Removed::InUse(vec![one]));
    assert_eq!(remove(7, "node3"), Removed::Unknown);
    assert_eq!(remove(8, "node2"), Removed::Done("blob-o2".into()));
    assert_eq!(store.remove("o:x-7", None).unwrap(), Removed::InUse(vec![one]));
    assert_eq!(store.artifacts("node1").unwrap().len(), 1);
    assert!(store.remove_database(one).unwrap());
    assert_eq!(remove(7, "node1"), Removed::Done("blob-o1".into()));
    assert_eq!(store.remove("o:x-7", None).unwrap(), Removed::Done(Vec::new()));
    assert_eq!(remove(7, "node2"), Removed::Done("blob-o3".into()));
}

/// A module goes or is used, and never both.
pub(crate) fn races(stores: &[Arc<dyn Store>]) {
    for round in 0..60 {
        let name = format!("race{round}");
        let uid = format!("{name}-1");
        // Of every three rounds, one has a build, and two have an object and its artifact, of which one or the other goes.
        if round % 3 == 0 {
            upload(&*stores[0], &name, 1, &name);
        } else {
            assert!(stores[0].define(&module(&name, 1)).unwrap());
            place(&*stores[0], &name, 1, "node", &name);
        }
        let start = Barrier::new(8);
        let outcomes: Vec<Option<bool>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|number: usize| {
                    let (store, start) = (Arc::clone(&stores[number % stores.len()]), &start);
                    let (name, uid) = (name.as_str(), uid.as_str());
                    scope.spawn(move || {
                        start.wait();
                        match (number / 2 % 2, round % 3) {
                            (0, _) => {
                                let added = store.add_database(None, &spec(&[uid]), "node").unwrap();
                                matches!(added, DatabaseAdded::Done(_)).then_some(true)
                            }
                            (_, 2) => match store.remove_artifact(name, 1, "node").unwrap() {
                                Removed::Done(_) => Some(false),
                                _ => None,
                            },
                            _ => matches!(store.remove(uid, None).unwrap(), Removed::Done(_)).then_some(false),
                        }
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let used = outcomes.contains(&Some(true));
        let removed = outcomes.iter().filter(|outcome| **outcome == Some(false)).count();
        assert_eq!(removed, usize::from(!used), "round {round}: {outcomes:?}");
        for store in stores {
            let databases = store.databases().unwrap();
            assert_eq!(databases.is_empty(), !used, "round {round}");
            let there = store.module(&uid).unwrap().is_some();
            let artifact = store.artifacts("node").unwrap().iter().any(|artifact| artifact.module_name == name);
            assert!(!used || (there && (artifact || round % 3 == 0)), "round {round}: a database without its module");
        }
        for database in stores[0].databases().unwrap() {
            assert!(stores[0].remove_database(database.uid).unwrap());
        }
        stores[0].remove(&uid, None).unwrap();
        stores[0].remove_artifact(&name, 1, "node").unwrap();
    }
}
