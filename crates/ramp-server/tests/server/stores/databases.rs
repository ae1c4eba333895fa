//! What every store must do with databases, and with modules that they use.

use std::sync::{Arc, Barrier};

use ramp_core::databases::Options;
use ramp_server::store::{
    Action, ActionKind, ActionObject, Build, Database, DatabaseAdded, DatabaseChanged, DatabaseKind, DatabaseSpec,
    LARGEST_UID, MAX_ACTIONS, ModuleRecord, NewAction, Removed, Store, UsedModule,
};

use super::{action, build, claimed, module};

fn spec(modules: &[&str]) -> DatabaseSpec {
    let module = |uid: &&str| UsedModule {
        module_uid: (*uid).into(),
        module_name: "m".into(),
        semantic_version: "0.0.1".into(),
        module_args: "é \u{0}\n".into(),
        is_bundled: false,
    };
    DatabaseSpec {
        name: "one".into(),
        kind: DatabaseKind::Redis,
        memory_size: u64::MAX,
        modules: modules.iter().map(module).collect(),
        redis_version: Some("7.4.3".into()),
        options: Options::default(),
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
    changes(store);
    actions(store);
    bundled(store);
    behind_the_largest_number(store);
    assert_eq!((store.databases().unwrap(), store.modules().unwrap()), (Vec::new(), Vec::new()));
}

fn numbers(store: &dyn Store) {
    assert_eq!(store.databases().unwrap(), []);
    assert_eq!((store.database(1).unwrap(), store.remove_database(1).unwrap()), (None, false));
    let add = |uid| store.add_database(uid, &spec(&[]), "node", None).unwrap();
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

/// Where there is none after the last one, numbers are given again.
fn behind_the_largest_number(store: &dyn Store) {
    let add = |uid| made(store.add_database(uid, &spec(&[]), "node", None).unwrap());
    let uids = [add(Some(LARGEST_UID)), add(None), add(Some(2)), add(None), add(None)];
    assert_eq!(uids, [LARGEST_UID, 1, 2, 3, 4]);
    assert!(store.remove_database(1).unwrap());
    assert_eq!(add(None), 1);
    for uid in uids {
        assert!(store.remove_database(uid).unwrap());
    }
}

fn modules_in_use(store: &dyn Store) {
    let add = |modules: &[&str]| store.add_database(None, &spec(modules), "node", None).unwrap();
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

/// A change is of what is there, and moves the uses of modules with it.
fn changes(store: &dyn Store) {
    upload(store, "g", 1, "g1");
    upload(store, "g", 2, "g2");
    let uid = made(store.add_database(None, &spec(&["g-1"]), "node", None).unwrap());
    let before = store.database(uid).unwrap().unwrap();
    let mut after = DatabaseSpec { name: "other".into(), redis_version: None, ..spec(&["g-2"]) };
    after.options.set("data_persistence", "aof").unwrap();
    let change = |before: &Database, after: &DatabaseSpec| store.change_database(before, after, "node", None).unwrap();
    assert_eq!(change(&before, &spec(&["g-3"])), DatabaseChanged::NoModule("g-3".into()));
    assert!(store.define(&module("g", 3)).unwrap());
    assert_eq!(change(&before, &spec(&["g-3"])), DatabaseChanged::NoArtifact("g-3".into()));
    assert_eq!(store.remove("g-3", None).unwrap(), Removed::Done(Vec::new()));
    assert_eq!(store.database(uid).unwrap().as_ref(), Some(&before), "nothing of it is changed");
    assert_eq!(change(&before, &after), DatabaseChanged::Done);
    assert_eq!(change(&before, &spec(&["g-1"])), DatabaseChanged::Stale, "somebody was faster");
    assert_eq!(store.database(uid).unwrap().unwrap(), Database { uid, spec: after.clone() });
    assert_eq!(store.remove("g-2", None).unwrap(), Removed::InUse(vec![uid]));
    assert_eq!(store.remove("g-1", None).unwrap(), Removed::Done(vec!["blob-g1".into()]));
    // What it uses already is not asked for again, on whatever node.
    place(store, "o:g", 1, "node", "g4");
    assert!(store.define(&module("o:g", 1)).unwrap());
    let there = store.database(uid).unwrap().unwrap();
    assert_eq!(change(&there, &spec(&["g-2", "o:g-1"])), DatabaseChanged::Done);
    let there = store.database(uid).unwrap().unwrap();
    let elsewhere = store.change_database(&there, &spec(&["o:g-1", "g-2"]), "elsewhere", None).unwrap();
    assert_eq!(elsewhere, DatabaseChanged::Done);
    assert_eq!(change(&store.database(uid).unwrap().unwrap(), &spec(&["g-2"])), DatabaseChanged::Done);
    assert_eq!(store.remove("o:g-1", None).unwrap(), Removed::Done(Vec::new()));
    assert_eq!(store.remove_artifact("o:g", 1, "node").unwrap(), Removed::Done("blob-g4".into()));
    let nobody = Database { uid: uid + 1, spec: after };
    assert_eq!(change(&nobody, &spec(&[])), DatabaseChanged::Unknown);
    assert!(store.remove_database(uid).unwrap());
    assert_eq!(store.remove("g-2", None).unwrap(), Removed::Done(vec!["blob-g2".into()]));
}

/// An action is kept beside a change that is done, and beside no other; of all that were kept, the latest.
fn actions(store: &dyn Store) {
    let upgrade = |number: usize, uid: u32| Action {
        name: ActionKind::Upgrade,
        object: ActionObject::Database(uid),
        ..action(10_000 + number)
    };
    // Of one that is made, with the number that it gets.
    let Action { action_uid, name: _, status, creation_time, .. } = action(9_999);
    let new = NewAction { action_uid, name: ActionKind::Creation, status, creation_time };
    let add = |modules: &[&str]| store.add_database(None, &spec(modules), "node", Some(&new)).unwrap();
    assert_eq!(add(&["none"]), DatabaseAdded::NoModule("none".into()));
    assert_eq!(store.action(&new.action_uid).unwrap(), None);
    let uid = made(add(&[]));
    assert_eq!(store.action(&new.action_uid).unwrap(), Some(new.clone().of(ActionObject::Database(uid))));
    assert_eq!(store.actions().unwrap().first(), Some(&new.of(ActionObject::Database(uid))));
    let there = Database { uid, spec: spec(&[]) };
    let change = |before: &Database, after: &DatabaseSpec, action: &Action| {
        store.change_database(before, after, "node", Some(action)).unwrap()
    };
    let first = upgrade(0, uid);
    let (stale, gone) = (Database { uid, spec: spec(&["x"]) }, Database { uid: uid + 1, ..there.clone() });
    assert_eq!(change(&there, &spec(&["none"]), &first), DatabaseChanged::NoModule("none".into()));
    assert_eq!(change(&stale, &spec(&[]), &first), DatabaseChanged::Stale);
    assert_eq!(change(&gone, &spec(&[]), &first), DatabaseChanged::Unknown);
    assert_eq!(store.action(&first.action_uid).unwrap(), None);
    assert!(!store.actions().unwrap().contains(&first));

    assert_eq!(change(&there, &there.spec, &first), DatabaseChanged::Done);
    assert_eq!(store.action(&first.action_uid).unwrap().as_ref(), Some(&first));
    assert_eq!(store.actions().unwrap()[0], first);
    for number in 1..=MAX_ACTIONS {
        assert_eq!(change(&there, &there.spec, &upgrade(number, uid)), DatabaseChanged::Done);
    }
    let kept = store.actions().unwrap();
    assert_eq!((kept.len(), &kept[0]), (MAX_ACTIONS, &upgrade(MAX_ACTIONS, uid)));
    assert_eq!(kept.last(), Some(&upgrade(1, uid)));
    assert_eq!(store.action(&first.action_uid).unwrap(), None, "the oldest is gone");
    assert!(store.remove_database(uid).unwrap());
}

fn artifacts_in_use(store: &dyn Store) {
    let add = |node| store.add_database(None, &spec(&["o:x-7"]), node, None).unwrap();
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
                                let added = store.add_database(None, &spec(&[uid]), "node", None).unwrap();
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

/// What came with the cluster is not looked for, and nothing but the database speaks of it.
fn bundled(store: &dyn Store) {
    let mut with = spec(&["came"]);
    with.modules[0].is_bundled = true;
    let uid = made(store.add_database(None, &with, "node", None).unwrap());
    let before = store.database(uid).unwrap().unwrap();
    assert_eq!(before.spec, with);
    let mut after = with.clone();
    after.name = "other".into();
    assert_eq!(store.change_database(&before, &after, "node", None).unwrap(), DatabaseChanged::Done);
    assert_eq!(store.database(uid).unwrap().unwrap().spec, after);
    assert_eq!(
        store.add_database(None, &spec(&["came"]), "node", None).unwrap(),
        DatabaseAdded::NoModule("came".into())
    );
    assert!(store.remove_database(uid).unwrap());
}
