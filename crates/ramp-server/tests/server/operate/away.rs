//! A storage that is away, and comes back.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ramp_server::storage::{Directory, Sink, Storage, StorageError, Work};
use serde_json::json;

use super::server;
use crate::support::BundleBuilder;

/// A directory that can be away.
#[derive(Debug)]
struct Flaky {
    directory: Directory,
    is_away: Arc<AtomicBool>,
}

impl Flaky {
    fn check(&self) -> Result<(), StorageError> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(StorageError::failed("no route to the storage"));
        }
        Ok(())
    }
}

impl Storage for Flaky {
    fn put<'a>(&'a self, name: &'a str, file: &'a Path) -> Work<'a, ()> {
        Box::pin(async move {
            self.check()?;
            self.directory.put(name, file).await
        })
    }

    fn remove<'a>(&'a self, name: &'a str) -> Work<'a, ()> {
        Box::pin(async move {
            self.check()?;
            self.directory.remove(name).await
        })
    }

    fn names(&self) -> Work<'_, HashSet<String>> {
        self.directory.names()
    }

    fn read<'a>(&'a self, name: &'a str, sink: &'a mut Sink<'_>) -> Work<'a, bool> {
        self.directory.read(name, sink)
    }

    fn mark(&self) -> Work<'_, Option<String>> {
        Box::pin(async move {
            self.check()?;
            self.directory.mark().await
        })
    }

    fn set_mark<'a>(&'a self, id: &'a str, over: bool) -> Work<'a, ()> {
        self.directory.set_mark(id, over)
    }
}

#[test]
fn a_storage_that_is_away_is_503_and_comes_back() {
    let is_away = Arc::new(AtomicBool::new(false));
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let directory = Directory::open(blobs.path()).unwrap();
    let storage = Arc::new(Flaky { directory, is_away: Arc::clone(&is_away) });
    let server = server(|config| {
        config.storage = Some(storage);
        config.limits.readiness_interval = Duration::ZERO;
    });
    let ready = || server.request(None, "GET", "/readyz", None);
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    assert_eq!(ready().ok().json()["storage"], json!({"ok": true}));

    is_away.store(true, Ordering::SeqCst);
    let upload = || server.upload("/v2/modules", BundleBuilder::good().set("version", 20000));
    let refused = upload();
    refused.is_refused(503, "store_unavailable");
    assert_eq!(
        (&refused.headers["retry-after"], &refused.json()["message"]),
        (&"5".parse().unwrap(), &json!("The storage is unavailable"))
    );
    let told = ready();
    let problem = "the storage of the bundles cannot be written to";
    assert_eq!((told.status, &told.json()["storage"]), (503, &json!({"ok": false, "problem": problem})));
    assert_eq!(told.json()["catalogue"], json!({"ok": true}));
    // What does not need it is answered.
    server.only_module();
    assert!(server.get("/metrics").ok().text.contains("\nramp_ready{part=\"storage\"} 0\n"));

    is_away.store(false, Ordering::SeqCst);
    assert_eq!(ready().ok().json()["status"], "ready");
    upload().ok();
}
