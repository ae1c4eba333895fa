//! Starting, serving, and ending well.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;

use crate::app::App;
use crate::config::Config;
use crate::error::ServerError;
use crate::http::{Acceptor, Connection, Crowd, Patience, Transport, acceptor, descriptors, listen};
use crate::routes;
use crate::start;
use crate::store::Role;

/// Threads for work that blocks: files, the catalogue, judging.
const BLOCKING: usize = 64;

/// How long to wait where a connection cannot be taken for want of descriptors.
const OUT_OF_DESCRIPTORS: Duration = Duration::from_millis(100);

/// A server that listens, and serves once it is [`run`](Server::run).
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
    acceptor: Option<Acceptor>,
    made_password: Option<String>,
    connections: usize,
    _lock: std::fs::File,
}

impl Server {
    /// Takes the data directory, puts in order what a crash left behind, makes an admin where there is no user, and
    /// listens.
    ///
    /// # Errors
    ///
    /// Every [`ServerError`].
    pub async fn start(config: &Config) -> Result<Self, ServerError> {
        if config.transport == Transport::Plain && !config.listen.ip().is_loopback() {
            return Err(ServerError::PlainHttp { address: config.listen });
        }
        let lock = start::lock(&config.data_dir, start::LOCK)?;
        let app = start::open(config).await?;
        let acceptor = acceptor(&config.transport, config.listen.ip(), &config.data_dir)?;
        let (users, name, password) =
            (Arc::clone(&app.users), config.admin_user.clone(), config.admin_password.clone());
        let made = tokio::task::spawn_blocking(move || users.add_first(&name, password.as_deref()));
        let made_password = made.await.map_err(|_| ServerError::Task)??;
        let failed = |source| ServerError::Listen { address: config.listen, source };
        let listener = listen(config.listen).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        tracing::info!(%address, release = app.cluster.release.name, nodes = app.cluster.platforms(), tls = acceptor.is_some(), "listening");
        let connections = descriptors::connections(config.limits.max_connections);
        Ok(Self { app, listener, address, acceptor, made_password, connections, _lock: lock })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it speaks TLS.
    pub const fn is_tls(&self) -> bool {
        self.acceptor.is_some()
    }

    /// The password that was made for the first admin, once: it is kept nowhere.
    pub fn made_password(&self) -> Option<&str> {
        self.made_password.as_deref()
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
        let connection = Connection {
            router,
            acceptor: self.acceptor,
            head_timeout: self.app.limits.head_timeout,
            patience: Patience { idle: self.app.limits.idle_timeout, whole: self.app.limits.answer_timeout },
            metrics: Arc::clone(&self.app.metrics),
        };
        let graceful = GracefulShutdown::new();
        let crowd = Arc::new(Crowd::of(self.connections));
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
            tokio::spawn(connection.clone().serve(stream, graceful.watcher(), place));
        }
        drop(self.listener);
        tracing::info!(connections = graceful.count(), "stopping");
        let are_done = tokio::time::timeout(self.app.limits.shutdown_timeout, graceful.shutdown()).await.is_ok();
        tending.abort();
        watching.abort();
        if are_done {
            self.app.end().await;
        } else {
            tracing::warn!("requests under way were cut off");
        }
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
    runtime.block_on(async {
        let stop = signals().map_err(|source| ServerError::Runtime { source })?;
        let server = Server::start(config).await?;
        ready(&server);
        server.run(stop).await;
        Ok(())
    })
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
