//! A catalogue and a storage that somebody else wrote: a few maps in memory. They need nothing but what the crate shows.

mod catalogue;
mod state;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use ramp_server::storage::{Sink, Storage, StorageError, Work};
use serde_json::json;

use self::catalogue::Memory;
use crate::support::{BundleBuilder, TestServer};

/// Bundles in memory, and whose they are.
#[derive(Debug, Default)]
struct Bundles(Mutex<HashMap<String, Vec<u8>>>, Mutex<Option<String>>);

impl Storage for Bundles {
    fn put<'a>(&'a self, name: &'a str, file: &'a Path) -> Work<'a, ()> {
        Box::pin(async move {
            let bytes = std::fs::read(file).map_err(|source| StorageError::file(file, source))?;
            self.0.lock().unwrap().insert(name.to_owned(), bytes);
            Ok(())
        })
    }

    fn remove<'a>(&'a self, name: &'a str) -> Work<'a, ()> {
        Box::pin(async move {
            self.0.lock().unwrap().remove(name);
            Ok(())
        })
    }

    fn names(&self) -> Work<'_, HashSet<String>> {
        Box::pin(async { Ok(self.0.lock().unwrap().keys().cloned().collect()) })
    }

    fn read<'a>(&'a self, name: &'a str, sink: &'a mut Sink<'_>) -> Work<'a, bool> {
        Box::pin(async move {
            let bytes = self.0.lock().unwrap().get(name).cloned();
            bytes
                .as_deref()
                .map(|bytes| sink(bytes).map_err(StorageError::failed))
                .transpose()
                .map(|read| read.is_some())
        })
    }

    fn mark(&self) -> Work<'_, Option<String>> {
        Box::pin(async { Ok(self.1.lock().unwrap().clone()) })
    }

    fn set_mark<'a>(&'a self, id: &'a str, over: bool) -> Work<'a, ()> {
        Box::pin(async move {
            let mut mark = self.1.lock().unwrap();
            if over || mark.is_none() {
                *mark = Some(id.to_owned());
            }
            Ok(())
        })
    }
}

/// A catalogue that makes no copies of itself.
pub(crate) fn in_memory() -> impl ramp_server::store::Store + 'static {
    Memory::default()
}

#[test]
fn it_passes_the_tests_of_the_others() {
    crate::stores::suite(&Memory::default());
    let shared: Arc<dyn ramp_server::store::Store> = Arc::new(Memory::default());
    crate::stores::race(&[Arc::clone(&shared), Arc::clone(&shared)]);
    crate::stores::databases::races(&[Arc::clone(&shared), shared]);
}

#[test]
fn a_server_serves_from_it() {
    for (release, endpoint) in [("7.22", "/v2/modules"), ("8.2", "/v2/local/modules/user-defined/artifacts")] {
        let (store, bundles) = (Arc::new(Memory::default()), Arc::new(Bundles::default()));
        let start = |directory| {
            TestServer::start(directory, release, |config| {
                config.target = config.target.clone().with_allow_modules_upload(Some(true));
                config.store = Some(store.clone());
                config.storage = Some(bundles.clone());
            })
        };
        let server = start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()));
        let bundle = BundleBuilder::good().build();
        server.upload(endpoint, bundle.clone()).ok();
        server.upload(endpoint, bundle.clone()).is_refused(if release == "8.2" { 406 } else { 400 }, "module_exists");
        assert_eq!(bundles.0.lock().unwrap().values().collect::<Vec<_>>(), [&bundle]);
        // Nothing of it is beside the catalogue and the storage; and what nobody knows stays there.
        assert!(!server.directory.path().join("catalogue.sqlite").exists());
        assert!(!server.directory.path().join("blobs").exists());
        let orphan = format!("aa/{}-{}.zip", "a".repeat(64), "1".repeat(32));
        bundles.0.lock().unwrap().insert(orphan.clone(), Vec::new());
        let server = start(server.end());
        assert_eq!(bundles.0.lock().unwrap().remove(&orphan), Some(Vec::new()));
        if release == "7.22" {
            let database = json!({"name": "x", "memory_size": 0, "module_list": [{"module_name": "testmodule"}]});
            server.json("POST", "/v1/bdbs", &database).ok();
            let module = format!("{endpoint}/{}", server.only_module());
            server.delete(&module).is_refused(406, "module_in_use");
            server.delete("/v1/bdbs/1").ok();
            server.delete(&module).ok();
            assert!(bundles.0.lock().unwrap().is_empty());
        }
    }
}
