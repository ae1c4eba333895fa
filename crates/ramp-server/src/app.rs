//! What every request needs.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::Request;
use ramp_core::{Endpoint, UploadErrorCode};

use crate::auth::Users;
use crate::causes::causes;
use crate::checks::Checks;
use crate::config::Config;
use crate::dependencies::Downloads;
use crate::error::ServerError;
use crate::http::{CutOff, Metrics, ProxyNetwork, Refusal, RequestIds, Transport, body};
use crate::ids;
use crate::limits::ServerLimits;
use crate::played::bootstrap::Progress;
use crate::played::{Cluster, Listing};
use crate::readiness::Readiness;
use crate::stock::Stock;
use crate::storage::{Storage, StorageError};
use crate::store::{Asking, Store, StoreError};
use crate::tenure::Tenure;
use crate::upload::{Incoming, Intake, Judging, Leftovers, Purpose, Received, Receiving, Weighing};

/// The state of a server.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) asking: Arc<Asking>,
    pub(crate) users: Arc<Users>,
    pub(crate) cluster: Arc<Cluster>,
    /// How far this node is on its way into the cluster.
    pub(crate) bootstrap: Progress,
    pub(crate) limits: ServerLimits,
    /// Held while a database is made.
    pub(crate) making: Mutex<()>,
    /// Names by which it may be asked for on this machine, besides its own.
    pub(crate) hosts: Vec<String>,
    /// The id of this server: it owns its claims, and it is the node of its artifacts.
    pub(crate) owner: String,
    pub(crate) receiving: Receiving,
    pub(crate) weighing: Arc<Weighing>,
    pub(crate) intake: Intake,
    pub(crate) leftovers: Arc<Leftovers>,
    pub(crate) listing: Listing,
    pub(crate) stock: Stock,
    /// Checks on a schedule, and how often; none where that is `None`.
    pub(crate) checks: Checks,
    check_every: Option<Duration>,
    pub(crate) readiness: Readiness,
    /// The storage, as long as it is this server's.
    pub(crate) tenure: Arc<Tenure>,
    pub(crate) metrics: Arc<Metrics>,
    /// What was not answered when it was stopped.
    pub(crate) cut_off: CutOff,
    pub(crate) started: Instant,
    pub(crate) request_ids: RequestIds,
    /// Whether connections are encrypted.
    pub(crate) is_tls: bool,
    /// Who is believed to say for whom they ask.
    pub(crate) proxies: Vec<ProxyNetwork>,
}

impl App {
    /// A server that receives uploads there.
    pub(crate) fn new(
        config: &Config,
        asking: Arc<Asking>,
        tenure: Arc<Tenure>,
        incoming: Incoming,
        owner: String,
    ) -> Result<Self, ServerError> {
        let limits = config.limits.clone();
        let storage: Arc<dyn Storage> = Arc::clone(&tenure) as _;
        let cluster = Arc::new(Cluster::new(Arc::clone(&asking), &config.target)?);
        let checks = Checks::default();
        let metrics = Arc::new(Metrics::new(&cluster.release.name).with(Box::new(checks.clone())));
        let leftovers = Arc::new(Leftovers::new(Arc::clone(&asking), Arc::clone(&storage)));
        let weighing = Arc::new(Weighing {
            asking: Arc::clone(&asking),
            cluster: Arc::clone(&cluster),
            gate: config.gate.clone(),
            judging: Judging::new(&limits)?,
            node: owner.clone(),
        });
        let readiness = Readiness::new(
            Arc::clone(&asking),
            Arc::clone(&storage),
            incoming.directory().to_owned(),
            limits.min_free_bytes,
            limits.readiness_interval,
        );
        let intake = Intake {
            asking: Arc::clone(&asking),
            storage,
            weighing: Arc::clone(&weighing),
            downloads: Downloads::new(&config.dependencies_from, &limits, &cluster.target)?,
            leftovers: Arc::clone(&leftovers),
            owner: owner.clone(),
            metrics: Arc::clone(&metrics),
        };
        Ok(Self {
            users: Arc::new(Users::new(Arc::clone(&asking))?),
            asking,
            cluster,
            bootstrap: Progress::default(),
            receiving: Receiving::new(incoming, limits.clone(), Arc::clone(&metrics)),
            limits,
            making: Mutex::new(()),
            // Those of its certificate are the server's own, too.
            hosts: config.hosts.iter().chain(&config.tls_names).cloned().collect(),
            owner,
            weighing,
            intake,
            leftovers,
            listing: Listing::default(),
            stock: Stock::default(),
            checks,
            check_every: config.check_every,
            readiness,
            tenure,
            metrics,
            cut_off: CutOff::default(),
            started: Instant::now(),
            request_ids: RequestIds::of_run(u64::from_be_bytes(ids::random()?)),
            is_tls: config.transport != Transport::Plain,
            proxies: config.proxies.clone(),
        })
    }

    /// Asks the store, on a thread that may block.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.asking.ask(question).await
    }

    /// Receives a bundle of that user, unless too many wait to be judged already: then nothing of it is kept.
    pub(crate) async fn receive(
        &self,
        request: Request,
        endpoint: Endpoint,
        purpose: Purpose,
        user: u32,
    ) -> Result<Received, Refusal> {
        if let Err(refusal) = self.weighing.judging.must_have_room(purpose, user) {
            body::discard(request).await;
            return Err(refusal);
        }
        self.receiving.receive(request, endpoint, user).await
    }

    /// Says that nothing of this server is under way any more, as far as there is time. Where that fails, its next start does without.
    pub(crate) async fn end(&self, before: tokio::time::Instant) {
        let failed = match tokio::time::timeout_at(before, self.tenure.end(&self.asking)).await {
            // Or it is another server's, as was told.
            Ok(Ok(()) | Err(ServerError::Storage(StorageError::Taken))) => return,
            Ok(Err(err)) => Some(err),
            Err(_) => None,
        };
        let error = failed.as_ref().map(|err| causes(err));
        tracing::warn!(error, "the storage was not told of the end");
    }

    /// Looks after the storage every now and then, for as long as the server runs.
    pub(crate) async fn watch(&self) {
        loop {
            tokio::time::sleep(self.limits.stock_interval).await;
            let looked = match self.tenure.confirm().await {
                Ok(()) => self.look_after_storage().await,
                // It was told.
                Err(StorageError::Taken) => Ok(()),
                Err(err) => Err(err.into()),
            };
            if let Err(err) = looked {
                tracing::warn!(error = causes(&err), "the storage could not be looked at");
            }
        }
    }

    /// Reads every bundle on a schedule, for as long as the server runs, where that was asked for.
    pub(crate) async fn check_bundles(&self) {
        if let Some(every) = self.check_every {
            self.checks.run(&self.asking, self.tenure.as_ref(), &self.stock, every).await;
        }
    }

    /// Removes what is nobody's any more, as where the answer to a deletion got lost, and looks at what is there.
    pub(crate) async fn look_after_storage(&self) -> Result<(), ServerError> {
        self.leftovers.remove_discarded().await?;
        self.stock.take(&self.asking, self.tenure.as_ref()).await
    }

    /// Refuses what would leave a bundle without its module, where the bundles are another server's now. A storage that is away is no
    /// reason: what cannot be removed at once is removed later.
    pub(crate) async fn must_have_storage(&self) -> Result<(), Refusal> {
        match self.tenure.confirm().await {
            Err(taken @ StorageError::Taken) => Err(ServerError::from(taken).into()),
            _ => Ok(()),
        }
    }

    /// Refuses where `allow_modules_upload` is off, whatever is sent.
    pub(crate) async fn must_take_uploads(&self) -> Result<(), Refusal> {
        if self.cluster.target_now().await?.takes_uploads() == Some(false) {
            let description = "set allow_modules_upload to true with PUT /v1/cluster";
            return Err(Refusal::upload(UploadErrorCode::ModulesUploadDisabled, Endpoint::UserDefined, description));
        }
        Ok(())
    }
}
