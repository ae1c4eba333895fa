//! Dependencies that a bundle names and does not hold: downloaded, as nodes up to 7.22 do, and compared with their SHA-256.
//!
//! Off unless the administrator says from where. Nothing that is downloaded is kept: the cluster that is played runs no module.

mod connection;
mod failure;
mod source;

use std::sync::Arc;

use ramp_core::Digest256;
use ramp_core::Endpoint;
use ramp_core::address::is_public;
use ramp_core::facts::ArchiveFacts;
use ramp_core::knowledge::Release;
use ramp_core::layout::wanted_entry;
use ramp_core::metadata::Dependency;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use url::Url;

use self::connection::{Answer, Turn};
use self::failure::Failure;
use self::source::Reach;
pub use self::source::{DependencySource, NoSource};
use crate::error::ServerError;
use crate::http::Refusal;
use crate::limits::ServerLimits;

/// How many dependencies are downloaded at a time, of all uploads together.
const AT_A_TIME: usize = 4;
/// How often a dependency may lead elsewhere.
const MOST_REDIRECTS: usize = 5;

/// A dependency that has to be downloaded.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Its key.
    name: String,
    /// Where it is, as the bundle says.
    url: String,
    /// Its SHA-256, where the bundle says one.
    sha256: Option<String>,
}

/// What of the dependencies of a bundle is not in it, and is said to be somewhere else.
pub(crate) fn wanted(archive: &ArchiveFacts) -> Vec<Wanted> {
    let Some(facts) = archive.metadata() else { return Vec::new() };
    let is_packed = |url: &str| wanted_entry(url).is_some_and(|entry| archive.directory.last_named(&entry).is_some());
    let wanted = Dependency::all(facts.root(), "dependencies").filter_map(|dependency| {
        let url = dependency.url.filter(|url| !is_packed(url))?;
        let sha256 = dependency.sha256.filter(|digest| !digest.is_empty());
        Some(Wanted { name: dependency.name.to_owned(), url: url.to_owned(), sha256: sha256.map(str::to_owned) })
    });
    wanted.collect()
}

/// Downloads dependencies.
#[derive(Debug)]
pub(crate) struct Downloads {
    sources: Vec<DependencySource>,
    limits: ServerLimits,
    tls: Trust,
    turns: Arc<Semaphore>,
}

/// Whose certificates are believed. Says no more of itself than that.
#[derive(Clone)]
struct Trust(TlsConnector);

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trust")
    }
}

impl Downloads {
    /// `None` where nothing may be downloaded.
    pub(crate) fn new(
        sources: &[DependencySource],
        limits: &ServerLimits,
        release: &Release,
    ) -> Result<Option<Self>, ServerError> {
        if sources.is_empty() {
            return Ok(None);
        }
        if !release.offers(Endpoint::V2, None) {
            return Err(ServerError::NoDownloads { release: release.name.clone() });
        }
        let (sources, limits) = (sources.to_vec(), limits.clone());
        let tls = Trust(connection::tls()?);
        Ok(Some(Self { sources, limits, tls, turns: Arc::new(Semaphore::new(AT_A_TIME)) }))
    }

    /// Downloads all of them, one after the other. Ends when the other half of `asker` is dropped: then nobody waits for it.
    pub(crate) async fn fetch(&self, wanted: &[Wanted], mut asker: oneshot::Receiver<()>) -> Result<(), Refusal> {
        let deadline = Instant::now() + self.limits.dependencies_timeout;
        let mut left = self.limits.max_dependencies_bytes;
        for dependency in wanted {
            // What it leads to, for the messages.
            let mut at = None;
            let fetched = tokio::select! {
                fetched = timeout_at(deadline, self.fetch_one(dependency, &mut left, &mut at)) => {
                    fetched.unwrap_or(Err(Failure::TooSlow(self.limits.dependencies_timeout)))
                }
                _ = &mut asker => Err(Failure::Unasked),
            };
            fetched.map_err(|failure| failure.refuse(&dependency.name, at.as_ref()))?;
            tracing::info!(dependency = dependency.name, at = at.as_ref().map(failure::shown), "downloaded");
        }
        Ok(())
    }

    async fn fetch_one(&self, wanted: &Wanted, left: &mut u64, at: &mut Option<Url>) -> Result<(), Failure> {
        let turn: Turn = Arc::new(Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Failure::Unasked)?);
        let mut url = Url::parse(&wanted.url).map_err(|_| Failure::NoAddress)?;
        for _ in 0..=MOST_REDIRECTS {
            let url_asked = at.insert(url);
            match self.ask(url_asked, &turn).await? {
                Answer::Content(content) => return self.check(content, wanted, left).await,
                Answer::Elsewhere(location) => {
                    url = url_asked.join(&location).map_err(|_| Failure::NoAddress)?;
                }
            }
        }
        Err(Failure::TooManyRedirects(MOST_REDIRECTS))
    }

    /// Asks whoever is at the address, if it is one that may be asked.
    async fn ask(&self, url: &Url, turn: &Turn) -> Result<Answer, Failure> {
        let host = url.host().filter(|_| ["http", "https"].contains(&url.scheme())).ok_or(Failure::NoAddress)?;
        let port = url.port_or_known_default().ok_or(Failure::NoAddress)?;
        let reach = Reach::of(&self.sources, &host, port);
        if reach == Reach::Nothing {
            return Err(Failure::NotAllowed);
        }
        let connect = self.limits.dependency_connect_timeout;
        let mut addresses = connection::resolve(&host, port, connect, turn).await?;
        if reach == Reach::Public {
            addresses.retain(|address| is_public(address.ip()));
            if addresses.is_empty() {
                return Err(Failure::NotPublic);
            }
        }
        let stream = connection::connect(&addresses, connect).await?;
        connection::get(stream, url, &self.tls.0, connect).await
    }

    /// Reads it to its end, and compares.
    async fn check(&self, mut content: connection::Content, wanted: &Wanted, left: &mut u64) -> Result<(), Failure> {
        let too_large = Failure::TooLarge(self.limits.max_dependencies_bytes);
        if content.announced > *left {
            return Err(too_large);
        }
        let mut sha256 = Sha256::new();
        while let Some(piece) = content.next().await? {
            let Some(rest) = left.checked_sub(piece.len() as u64) else { return Err(too_large) };
            *left = rest;
            sha256.update(&piece);
        }
        let got = Digest256(sha256.finalize().into()).to_string();
        match &wanted.sha256 {
            Some(expected) if !expected.eq_ignore_ascii_case(&got) => {
                Err(Failure::Sha256 { expected: expected.clone(), got })
            }
            _ => Ok(()),
        }
    }
}
