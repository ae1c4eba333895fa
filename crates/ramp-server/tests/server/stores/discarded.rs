//! Blobs that are nobody's any more, and those that are adopted.

use std::collections::HashSet;

use ramp_server::store::{Changed, Changes, NewBuild, Removed, Reserved, Store};

use super::{blobs, build, claimed, module};

fn discarded(store: &dyn Store) -> HashSet<String> {
    let all: Vec<String> = store.discarded().unwrap();
    let known = store.blobs().unwrap();
    assert!(all.iter().all(|blob| known.get(blob) == Some(&false)), "{known:?}");
    all.into_iter().collect()
}

fn forget_all(store: &dyn Store) {
    for blob in store.discarded().unwrap() {
        store.forget(&blob).unwrap();
    }
    assert_eq!(discarded(store), HashSet::new());
}

fn stored(claim: &str, places: &[&str]) -> NewBuild {
    NewBuild { stored: true, ..build(claim, places) }
}

pub(super) fn suite(store: &dyn Store) {
    assert!(!discarded(store).is_empty(), "of what the tests before took out");
    forget_all(store);
    assert_eq!(blobs(store), Vec::<String>::new());
    let is = |names: &[&str]| assert_eq!(discarded(store), names.iter().map(|&name| name.into()).collect());

    // Whatever takes the last record of a blob away keeps its name.
    let m = module("d", 1);
    let claim = claimed(store.reserve(&m, &build("d1", &["a"])).unwrap());
    is(&[]);
    assert!(store.abandon(&claim).unwrap());
    assert!(store.abandon(&claim).unwrap());
    is(&["blob-d1"]);
    store.commit(&claimed(store.reserve(&m, &build("d2", &["a", "b"])).unwrap()), None).unwrap();
    store.remove("d-1", None).unwrap();
    is(&["blob-d1", "blob-d2"]);
    store.forget("blob-d1").unwrap();
    store.forget("never there").unwrap();
    store.commit(&claimed(store.reserve_artifact("d", 1, &build("d3", &["node1"])).unwrap()), None).unwrap();
    assert_eq!(store.remove_artifact("d", 1, "node1").unwrap(), Removed::Done("blob-d3".into()));
    assert!(store.abandon(&claimed(store.reserve_artifact("d", 1, &build("d4", &["node1"])).unwrap())).unwrap());
    is(&["blob-d2", "blob-d3", "blob-d4"]);

    // What is not the catalogue's is discarded on demand, and what is, is not.
    let claim = claimed(store.reserve(&m, &build("d5", &["a"])).unwrap());
    assert!(!store.discard("blob-d5").unwrap());
    store.commit(&claim, None).unwrap();
    assert!(!store.discard("blob-d5").unwrap());
    assert!(store.discard("stranger").unwrap() && store.discard("stranger").unwrap());
    is(&["blob-d2", "blob-d3", "blob-d4", "stranger"]);

    // A blob that is there already is committed with its claim: nothing is pending, whenever this ends.
    let revision = store.changes(None).unwrap().revision;
    assert!(matches!(store.reserve(&m, &stored("d6", &["a", "b"])).unwrap(), Reserved::Claimed(_)));
    let Changes { revision: later, modules } = store.changes(Some(&revision)).unwrap();
    assert_eq!(modules, Changed::Some { gone: Vec::new(), there: vec![store.module("d-1").unwrap().unwrap()] });
    assert_ne!(later, revision);
    assert_eq!(store.pending("me").unwrap(), []);
    let places: Vec<String> = store.module("d-1").unwrap().unwrap().builds.into_iter().map(|b| b.place).collect();
    assert_eq!(places, ["a", "b"]);
    assert!(matches!(store.reserve_artifact("d", 1, &stored("d7", &["node1"])).unwrap(), Reserved::Claimed(_)));
    assert_eq!((store.artifacts("node1").unwrap().len(), store.pending("me").unwrap()), (1, Vec::new()));
    assert_eq!(blobs(store), ["blob-d5", "blob-d6", "blob-d7"]);
    // Nobody's second, and nobody's that is to be removed; a name that is new is taken.
    let other = module("d", 2);
    for (claim, blob) in [("d8", "blob-d5"), ("d9", "blob-d7"), ("d10", "blob-d2"), ("d11", "stranger")] {
        let again = NewBuild { blob: blob.into(), ..stored(claim, &["z"]) };
        assert_eq!(store.reserve(&other, &again).unwrap(), Reserved::Taken, "{blob}");
        assert_eq!(store.reserve_artifact("d", 2, &again).unwrap(), Reserved::Taken, "{blob}");
    }
    assert_eq!((store.find("d", 2).unwrap(), store.artifacts("z").unwrap().len()), (None, 0));
    forget_all(store);
    let again = NewBuild { blob: "stranger".into(), ..stored("d12", &["z"]) };
    assert!(matches!(store.reserve(&other, &again).unwrap(), Reserved::Claimed(_)));

    for uid in ["d-1", "d-2"] {
        assert!(matches!(store.remove(uid, None).unwrap(), Removed::Done(_)));
    }
    store.remove_artifact("d", 1, "node1").unwrap();
    is(&["blob-d5", "blob-d6", "blob-d7", "stranger"]);
    forget_all(store);
    assert_eq!((blobs(store), store.modules().unwrap()), (Vec::new(), Vec::new()));
}
