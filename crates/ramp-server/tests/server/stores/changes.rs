//! What a catalogue says has changed.

use std::collections::BTreeMap;

use ramp_server::store::{Build, Changed, Changes, ModuleRecord, NewModule, Store};

use super::{build, claimed, module};

/// Who keeps a list, and is told what changes.
struct Kept<'a> {
    store: &'a dyn Store,
    revision: String,
    modules: BTreeMap<String, ModuleRecord>,
}

impl<'a> Kept<'a> {
    fn new(store: &'a dyn Store) -> Self {
        let Changes { revision, modules } = store.changes(None).unwrap();
        let Changed::All(modules) = modules else { panic!("{modules:?}") };
        assert_eq!(modules, store.modules().unwrap());
        Self { store, revision, modules: modules.into_iter().map(|module| (module.uid.clone(), module)).collect() }
    }

    /// The uids of what is gone and of what is there, as they are told; what is kept then is what there is.
    #[track_caller]
    fn told(&mut self) -> (Vec<String>, Vec<String>) {
        let Changes { revision, modules } = self.store.changes(Some(&self.revision)).unwrap();
        let Changed::Some { gone, there } = modules else { panic!("{modules:?}") };
        assert_eq!(revision == self.revision, gone.is_empty() && there.is_empty());
        self.modules.retain(|uid, _| !gone.contains(uid));
        self.modules.extend(there.iter().map(|module| (module.uid.clone(), module.clone())));
        let all = self.store.modules().unwrap();
        assert_eq!(self.modules, all.into_iter().map(|module| (module.uid.clone(), module)).collect());
        self.revision = revision;
        (gone, there.into_iter().map(|module| module.uid).collect())
    }

    #[track_caller]
    fn is_told(&mut self, gone: &[&str], there: &[&str]) {
        let (mut left, mut came) = self.told();
        left.sort();
        came.sort();
        assert_eq!((left, came), (gone.iter().map(|&s| s.into()).collect(), there.iter().map(|&s| s.into()).collect()));
    }
}

pub(super) fn suite(store: &dyn Store) {
    let mut kept = Kept::new(store);
    kept.is_told(&[], &[]);
    let m = module("changing", 1);
    // What is claimed is not seen, nor is it when that is given up.
    let claim = claimed(store.reserve(&m, &build("change1", &["a"])).unwrap());
    kept.is_told(&[], &[]);
    assert!(store.abandon(&claim).unwrap());
    kept.is_told(&[], &[]);
    let claim = claimed(store.reserve(&m, &build("change2", &["a"])).unwrap());
    store.commit(&claim, None).unwrap();
    kept.is_told(&[], &["changing-1"]);
    kept.is_told(&[], &[]);
    // Another build of it, and one that is stored already.
    store.commit(&claimed(store.reserve(&m, &build("change3", &["b", "c"])).unwrap()), None).unwrap();
    kept.is_told(&[], &["changing-1"]);
    claimed(store.reserve(&m, &super::NewBuild { stored: true, ..build("change4", &["d"]) }).unwrap());
    kept.is_told(&[], &["changing-1"]);
    // Artifacts are no modules.
    store.commit(&claimed(store.reserve_artifact("changing", 1, &build("change5", &["node"])).unwrap()), None).unwrap();
    store.remove_artifact("changing", 1, "node").unwrap();
    kept.is_told(&[], &[]);
    // Several at once; and one that comes and goes between two questions.
    store.define(&module("changing", 2)).unwrap();
    store.define(&module("changing", 3)).unwrap();
    store.remove("changing-1", None).unwrap();
    store.remove("changing-3", None).unwrap();
    kept.is_told(&["changing-1", "changing-3"], &["changing-2"]);
    // The same name and version again, under another uid.
    store.remove("changing-2", None).unwrap();
    let again = NewModule { uid: "changing-again".into(), ..module("changing", 2) };
    store.commit(&claimed(store.reserve(&again, &build("change6", &[Build::ANY_PLATFORM])).unwrap()), None).unwrap();
    kept.is_told(&["changing-2"], &["changing-again"]);
    store.remove("changing-again", None).unwrap();
    kept.is_told(&["changing-again"], &[]);

    // Beyond what is remembered, and of what is no revision, all are told.
    let before = kept.revision.clone();
    for number in 0..700 {
        let m = module("many", number);
        store.define(&m).unwrap();
        store.remove(&m.uid, None).unwrap();
    }
    store.define(&m).unwrap();
    for since in [before.as_str(), "", "none", "99999999", "-1", "99999999-1.2"] {
        let Changes { revision, modules } = store.changes(Some(since)).unwrap();
        assert_eq!(modules, Changed::All(store.modules().unwrap()), "{since}");
        assert_eq!(store.changes(Some(&revision)).unwrap(), Changes { revision, modules: Changed::default() });
    }
    store.remove("changing-1", None).unwrap();
}
