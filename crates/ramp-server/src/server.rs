//! Starting, serving, and ending well.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::app::App;
use crate::bootstrap;
use crate::config::Config;
use crate::error::ServerError;
use crate::fresh::Fresh;
use crate::http::{
    Acceptor, Certificate, Connection, Crowd, Metrics, Patience, Transport, acceptor, bind, descriptors, listen,
};
use crate::release;
use crate::routes;
use crate::start;
use crate::store::Role;

/// Threads for work that blocks: files, the catalogue, judging.
const BLOCKING: usize = 64;

/// How long to wait where a connection cannot be taken for want of descriptors.
const OUT_OF_DESCRIPTORS: Duration = Duration::from_millis(100);

/// How long a server that has ended may take to tell its storage so, beyond what the limits say.
const TELLING: Duration = Duration::from_secs(1);

type Heeding = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Has a running server read its certificate again at once, and not only when it next looks.
#[derive(Debug, Clone, Default)]
pub struct Reload(Arc<Notify>);

impl Reload {
    /// Asks for it. What becomes of it is logged.
    pub fn now(&self) {
        self.0.notify_one();
    }

    async fn heed(self, certificate: Option<Arc<Certificate>>, interval: Duration, metrics: Arc<Metrics>) {
        if let Some(certificate) = certificate {
            certificate.watch(interval, self.0, metrics).await;
            return;
        }
        loop {
            self.0.notified().await;
            tracing::info!("there is no certificate that could be read again");
        }
    }
}

/// A server that listens, and serves once it is [`run`](Server::run).
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
    acceptor: Option<Acceptor>,
    reload: Reload,
    password_file: Option<PathBuf>,
    connections: usize,
    _lock: Arc<File>,
}

impl Server {
    /// Takes the address and the data directory, puts in order what a crash left behind, listens, and makes an admin where there is no user. A data
    /// directory that was not there, and never served, is not there afterwards either where that fails.
    ///
    /// # Errors
    ///
    /// Every [`ServerError`].
    pub async fn start(config: &Config) -> Result<Self, ServerError> {
        let is_protected = config.transport != Transport::Plain || !config.proxies.is_empty();
        if !is_protected && !config.listen.ip().is_loopback() {
            return Err(ServerError::PlainHttp { address: config.listen });
        }
        bootstrap::check_before(config)?;
        let failed = |source| ServerError::Listen { address: config.listen, source };
        let socket = bind(config.listen).map_err(failed)?;
        let fresh = Fresh::before(&config.data_dir);
        let lock = Arc::new(start::lock(&config.data_dir, start::LOCK)?);
        let mut fresh = fresh.locked(start::LOCK);
        match Self::start_locked(config, socket, Arc::clone(&lock), &mut fresh).await {
            Ok(server) => Ok(server),
            Err(err) => {
                // The lock is free after that.
                fresh.remove(&start::made());
                Err(err)
            }
        }
    }

    async fn start_locked(
        config: &Config,
        socket: TcpSocket,
        lock: Arc<File>,
        fresh: &mut Fresh,
    ) -> Result<Self, ServerError> {
        let failed = |source| ServerError::Listen { address: config.listen, source };
        let acceptor = acceptor(&config.transport, config.listen.ip(), &config.tls_names, &config.data_dir)?;
        let (app, step) = start::open(config, fresh).await?;
        let listener = listen(socket).map_err(failed)?;
        // From here on somebody may have a password.
        fresh.keep();
        let password_file = bootstrap::at_start(&app, config).await?;
        let address = listener.local_addr().map_err(failed)?;
        release::take(&app.asking, step, app.cluster.release).await?;
        tracing::info!(%address, release = app.cluster.release.name, nodes = app.cluster.platforms(), tls = acceptor.is_some(), "listening");
        let connections = descriptors::connections(config.limits.max_connections);
        let reload = Reload::default();
        Ok(Self { app, listener, address, acceptor, reload, password_file, connections, _lock: lock })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it speaks TLS.
    pub const fn is_tls(&self) -> bool {
        self.acceptor.is_some()
    }

    /// The file with the password that was made for the first admin, at the start that has made it. Only its owner can read it, and nobody
    /// removes it.
    pub fn password_file(&self) -> Option<&Path> {
        self.password_file.as_deref()
    }

    /// What has the certificate read again while the server runs.
    pub fn reload(&self) -> Reload {
        self.reload.clone()
    }

    /// Adds a user; `false` if there is one of that name.
    ///
    /// # Errors
    ///
    /// [`ServerError::Hash`], [`ServerError::Store`].
    pub fn add_user(&self, name: &str, password: &str, role: Role) -> Result<bool, ServerError> {
        self.app.users.add(name, password, role)
    }

    /// Serves until `stop`; then takes no more connections, and gives requests under way the time that the limits say.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let router = routes::router(&self.app);
        let leftovers = Arc::clone(&self.app.leftovers);
        let tending = tokio::spawn(async move { leftovers.tend().await });
        let app = Arc::clone(&self.app);
        let watching = tokio::spawn(async move { app.watch().await });
        let app = Arc::clone(&self.app);
        let checking = tokio::spawn(async move { app.check_bundles().await });
        let certificate = self.acceptor.as_ref().map(|acceptor| Arc::clone(&acceptor.certificate));
        let (interval, metrics) = (self.app.limits.certificate_interval, Arc::clone(&self.app.metrics));
        let reading = tokio::spawn(self.reload.clone().heed(certificate, interval, metrics));
        let connection = Connection {
            router,
            acceptor: self.acceptor,
            head_timeout: self.app.limits.head_timeout,
            patience: Patience { idle: self.app.limits.idle_timeout, whole: self.app.limits.answer_timeout },
            metrics: Arc::clone(&self.app.metrics),
        };
        let graceful = GracefulShutdown::new();
        let crowd = Arc::new(Crowd::of(self.connections));
        let mut connections = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            let next = async {
                let (stream, peer) = self.listener.accept().await.ok()?;
                crowd.place(peer.ip()).await.ok().map(|place| (stream, place))
            };
            let next = tokio::select! {
                next = next => next,
                () = &mut stop => break,
            };
            let Some((stream, place)) = next else {
                tokio::time::sleep(OUT_OF_DESCRIPTORS).await;
                continue;
            };
            while connections.try_join_next().is_some() {}
            connections.spawn(connection.clone().serve(stream, graceful.watcher(), place));
        }
        drop(self.listener);
        tracing::info!(connections = graceful.count(), "stopping");
        let now = Instant::now();
        let end = now.checked_add(self.app.limits.shutdown_timeout).unwrap_or(now);
        let are_done = tokio::time::timeout_at(end, graceful.shutdown()).await.is_ok();
        for task in [tending, watching, checking, reading] {
            task.abort();
        }
        if !are_done {
            self.app.cut_off.begin();
        }
        connections.shutdown().await;
        let cut_off = self.app.cut_off.requests();
        if cut_off == 0 {
            self.app.end(end + TELLING).await;
        } else {
            tracing::warn!("requests under way were cut off");
        }
        tracing::info!(cut_off, "stopped");
    }
}

/// Runs a server until the process is told to end: by Ctrl-C, or on Unix by SIGTERM. `ready` is called once it listens. The
/// process's limit on open files is raised as far as it may be.
///
/// # Errors
///
/// Every [`ServerError`].
pub fn run(config: &Config, ready: impl FnOnce(&Server)) -> Result<(), ServerError> {
    descriptors::raise();
    let runtime = tokio::runtime::Builder::new_multi_thread().max_blocking_threads(BLOCKING).enable_all().build();
    let runtime = runtime.map_err(|source| ServerError::Runtime { source })?;
    let served = runtime.block_on(async {
        let failed = |source| ServerError::Runtime { source };
        let (stop, hangups) = (signals().map_err(failed)?, hangups().map_err(failed)?);
        tracing::debug!(version = env!("CARGO_PKG_VERSION"), "starting");
        let mut stop = pin!(stop);
        let server = tokio::select! {
            server = Server::start(config) => server?,
            () = &mut stop => {
                tracing::info!("stopped before it was started");
                return Ok(());
            }
        };
        ready(&server);
        let heeding = tokio::spawn(hangups(server.reload()));
        server.run(stop).await;
        heeding.abort();
        Ok(())
    });
    // What blocks, such as judging a large bundle for whoever was cut off, would be waited for without end.
    runtime.shutdown_timeout(TELLING);
    served
}

#[cfg(unix)]
fn signals() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// What asks for a reload whenever SIGHUP comes: that ends a process which does not heed it.
#[cfg(unix)]
fn hangups() -> std::io::Result<impl FnOnce(Reload) -> Heeding> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(move |reload: Reload| -> Heeding {
        Box::pin(async move {
            while hangup.recv().await.is_some() {
                reload.now();
            }
        })
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it is as on Unix")]
fn hangups() -> std::io::Result<impl FnOnce(Reload) -> Heeding> {
    Ok(|_: Reload| -> Heeding { Box::pin(std::future::pending()) })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it is as on Unix")]
fn signals() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Where signals cannot be had, the server runs until the process is ended.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
