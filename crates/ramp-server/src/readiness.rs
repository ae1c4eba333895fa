//! Whether the server can take an upload: its node is part of a cluster, the catalogue answers, bundles can be received and kept, and there is room
//! for them.
//!
//! Anybody may ask, so it is looked at only every now and then, however often it is asked.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use crate::causes::causes;
use crate::error::ServerError;
use crate::space;
use crate::storage::{Storage, StorageError};
use crate::store::Asking;

/// How long each part may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether a part is as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Part {
    /// Whether it is.
    pub(crate) ok: bool,
    /// What is wrong, where it is not; the log has more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

/// How much room there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Space {
    /// Whether there is enough.
    pub(crate) ok: bool,
    /// What is wrong, where there is not; the log has more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
    /// Bytes that must be free.
    pub(crate) needed_bytes: u64,
    /// Bytes that are free where uploads are received, if the system says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data_bytes: Option<u64>,
    /// Bytes that are free where bundles are kept, if that is a directory of this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bundles_bytes: Option<u64>,
}

/// What an upload needs, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    /// The node is part of a cluster.
    pub(crate) cluster: Part,
    /// The catalogue answers.
    pub(crate) catalogue: Part,
    /// Bundles can be kept: the storage can be written to, and is this server's.
    pub(crate) storage: Part,
    /// Uploads can be received in the data directory.
    pub(crate) incoming: Part,
    /// There is room.
    pub(crate) space: Space,
}

impl Parts {
    /// Whether each is as it must be, by its name.
    pub(crate) const fn all(&self) -> [(&'static str, bool); 5] {
        let Self { cluster, catalogue, storage, incoming, space } = self;
        [
            ("cluster", cluster.ok),
            ("catalogue", catalogue.ok),
            ("storage", storage.ok),
            ("incoming", incoming.ok),
            ("space", space.ok),
        ]
    }

    /// Whether all are as they must be.
    pub(crate) fn are_ok(&self) -> bool {
        self.all().iter().all(|(_, is_ok)| *is_ok)
    }
}

/// What is looked at.
#[derive(Debug)]
pub(crate) struct Readiness {
    asking: Arc<Asking>,
    storage: Arc<dyn Storage>,
    incoming: PathBuf,
    /// Bytes that must be free.
    needed: u64,
    /// For how long what was seen counts.
    interval: Duration,
    /// Whether the node was seen to be part of a cluster, which it stays for ever.
    has_cluster: AtomicBool,
    seen: Mutex<Option<(Instant, Parts)>>,
}

impl Readiness {
    /// Uploads are received in the directory `incoming`.
    pub(crate) fn new(
        asking: Arc<Asking>,
        storage: Arc<dyn Storage>,
        incoming: PathBuf,
        needed: u64,
        interval: Duration,
    ) -> Self {
        let (has_cluster, seen) = (AtomicBool::default(), Mutex::default());
        Self { asking, storage, incoming, needed, interval, has_cluster, seen }
    }

    /// How it is now, or was within the interval. Of several that ask at once, one looks for all.
    pub(crate) async fn look(&self) -> Parts {
        let mut seen = self.seen.lock().await;
        if let Some((_, parts)) = seen.as_ref().filter(|(when, _)| when.elapsed() < self.interval) {
            return parts.clone();
        }
        let before = seen.as_ref().is_none_or(|(_, parts)| parts.are_ok());
        let ((cluster, catalogue), storage, incoming, space) =
            tokio::join!(self.cluster_and_catalogue(), self.storage(), self.incoming(), self.space());
        let parts = Parts { cluster, catalogue, storage, incoming, space };
        match (before, parts.are_ok()) {
            (false, true) => tracing::info!("ready again: uploads can be taken"),
            (true, false) => tracing::warn!("not ready: uploads cannot be taken"),
            _ => {}
        }
        *seen = Some((Instant::now(), parts.clone()));
        parts
    }

    /// There is a cluster once there is a user, which the catalogue knows.
    async fn cluster_and_catalogue(&self) -> (Part, Part) {
        let asked = async {
            let has_cluster = self.asking.ask(|store| store.has_users()).await?;
            self.has_cluster.fetch_or(has_cluster, Ordering::Relaxed);
            Ok(())
        };
        let catalogue = judged("the catalogue does not answer", asked).await;
        let cluster = match (self.has_cluster.load(Ordering::Relaxed), catalogue.ok) {
            (true, _) => good(),
            (false, true) => bad("the node is part of no cluster yet"),
            (false, false) => bad("whether the node is part of a cluster is not known"),
        };
        (cluster, catalogue)
    }

    async fn storage(&self) -> Part {
        let tried = async {
            match self.storage.try_writing().await {
                Err(StorageError::Taken) => Ok(false),
                tried => tried.map(|()| true).map_err(ServerError::from),
            }
        };
        match tokio::time::timeout(PATIENCE, tried).await {
            Ok(Ok(true)) => good(),
            Ok(Ok(false)) => bad("another server has taken over the storage"),
            Ok(Err(err)) => failed("the storage of the bundles cannot be written to", &err),
            Err(_) => late("the storage of the bundles does not answer"),
        }
    }

    async fn incoming(&self) -> Part {
        let path = self.incoming.clone();
        let tried = tokio::task::spawn_blocking(move || {
            space::try_writing(&path).map_err(|source| ServerError::File { path, source })
        });
        judged("the data directory cannot be written to", async { tried.await.unwrap_or(Err(ServerError::Task)) }).await
    }

    async fn space(&self) -> Space {
        let places = [Some(self.incoming.clone()), self.storage.directory()];
        let asked = tokio::task::spawn_blocking(move || {
            places.map(|place| {
                place.map_or(Ok(None), |path| space::free(&path).map_err(|source| ServerError::File { path, source }))
            })
        });
        let needed_bytes = self.needed;
        let told = |Part { ok, problem }, data_bytes, bundles_bytes| Space {
            ok,
            problem,
            needed_bytes,
            data_bytes,
            bundles_bytes,
        };
        let problem = "how much space is left is not known";
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok([Ok(data), Ok(bundles)])) => {
                let is_enough = |free: Option<u64>| free.is_none_or(|free| free >= needed_bytes);
                let part = match (is_enough(data), is_enough(bundles)) {
                    (true, true) => good(),
                    (false, _) => bad("too little space is left where uploads are received"),
                    (true, false) => bad("too little space is left where bundles are kept"),
                };
                told(part, data, bundles)
            }
            Ok(Ok([Err(err), _] | [_, Err(err)])) => told(failed(problem, &err), None, None),
            Ok(Err(_)) => told(failed(problem, &ServerError::Task), None, None),
            Err(_) => told(late(problem), None, None),
        }
    }
}

async fn judged(problem: &str, asked: impl Future<Output = Result<(), ServerError>>) -> Part {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(())) => good(),
        Ok(Err(err)) => failed(problem, &err),
        Err(_) => late(problem),
    }
}

const fn good() -> Part {
    Part { ok: true, problem: None }
}

fn bad(problem: &str) -> Part {
    Part { ok: false, problem: Some(problem.to_owned()) }
}

fn failed(problem: &str, err: &ServerError) -> Part {
    tracing::warn!(error = causes(err), "{problem}");
    bad(problem)
}

fn late(problem: &str) -> Part {
    tracing::warn!(seconds = PATIENCE.as_secs(), "{problem} in time");
    bad(problem)
}
