//! What nodes download: up to 7.22 dependencies that a bundle names and does not hold, which are compared with their SHA-256; from 8.0.6 on
//! the bundles that a bootstrap names.
//!
//! Off unless the administrator says from where. Of dependencies nothing is kept: the cluster that is played runs no module.

mod connection;
mod failure;
mod location;
mod source;

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::HeaderValue;
use ramp_core::address::is_public;
use ramp_core::facts::ArchiveFacts;
use ramp_core::layout::wanted_entry;
use ramp_core::metadata::Dependency;
use ramp_core::{Digest256, Endpoint, Target};
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use url::Url;

use self::connection::{Answer, Content, Turn};
pub(crate) use self::failure::Failure;
pub(crate) use self::location::Location;
use self::source::Reach;
pub use self::source::{DependencySource, NoSource};
use crate::error::ServerError;
use crate::http::Refusal;
use crate::limits::ServerLimits;

/// How much is downloaded at a time, for all requests together.
const AT_A_TIME: usize = 4;
/// How often an address may lead elsewhere.
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

/// Downloads dependencies and bundles.
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
        target: &Target,
    ) -> Result<Option<Self>, ServerError> {
        if sources.is_empty() {
            return Ok(None);
        }
        // Through these, nodes are told where something is.
        let downloads = [Endpoint::V2, Endpoint::Bootstrap];
        if !downloads.into_iter().any(|endpoint| target.clone().with_endpoint(endpoint).is_ok()) {
            let release = target.cluster_version().unwrap_or_default().to_owned();
            return Err(ServerError::NoDownloads { release });
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

    /// Downloads the bundle that is there, into a file; its SHA-256. Within what an upload may have, and what dependencies may take.
    pub(crate) async fn bundle(&self, location: &Location, file: &mut File) -> Result<Digest256, Failure> {
        let limit = self.limits.dependencies_timeout;
        let download = async {
            let turn = self.turn().await?;
            let mut content = self.follow(location, &turn, &mut None).await?;
            let most = self.limits.max_upload_bytes;
            let mut left = most;
            let mut sha256 = Sha256::new();
            while let Some(piece) = next(&mut content, &mut left).await?.map_err(|_| Failure::BundleTooLarge(most))? {
                sha256.update(&piece);
                file.write_all(&piece).await.map_err(Failure::File)?;
            }
            file.flush().await.map_err(Failure::File)?;
            Ok(Digest256(sha256.finalize().into()))
        };
        timeout(limit, download).await.unwrap_or(Err(Failure::BundleTooSlow(limit)))
    }

    async fn turn(&self) -> Result<Turn, Failure> {
        Ok(Arc::new(Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Failure::Unasked)?))
    }

    async fn fetch_one(&self, wanted: &Wanted, left: &mut u64, at: &mut Option<Url>) -> Result<(), Failure> {
        let turn = self.turn().await?;
        let content = self.follow(&Location::open(&wanted.url), &turn, at).await?;
        self.check(content, wanted, left).await
    }

    /// What is at an address, wherever that leads; `at` is where it led.
    async fn follow(&self, location: &Location, turn: &Turn, at: &mut Option<Url>) -> Result<Content, Failure> {
        let mut url = Url::parse(location.url()).map_err(|_| Failure::NoAddress)?;
        let origin = url.origin();
        for _ in 0..=MOST_REDIRECTS {
            let url_asked = at.insert(url);
            // Whoever it leads to is not told what was meant for the first.
            let authorization = location.authorization().filter(|_| url_asked.origin() == origin);
            match self.ask(url_asked, authorization, turn).await? {
                Answer::Content(content) => return Ok(content),
                Answer::Elsewhere(location) => {
                    url = url_asked.join(&location).map_err(|_| Failure::NoAddress)?;
                }
            }
        }
        Err(Failure::TooManyRedirects(MOST_REDIRECTS))
    }

    /// Asks whoever is at the address, if it is one that may be asked.
    async fn ask(&self, url: &Url, authorization: Option<HeaderValue>, turn: &Turn) -> Result<Answer, Failure> {
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
        connection::get(stream, url, authorization, &self.tls.0, connect).await
    }

    /// Reads it to its end, and compares.
    async fn check(&self, mut content: Content, wanted: &Wanted, left: &mut u64) -> Result<(), Failure> {
        let too_large = |_| Failure::TooLarge(self.limits.max_dependencies_bytes);
        let mut sha256 = Sha256::new();
        while let Some(piece) = next(&mut content, left).await?.map_err(too_large)? {
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

/// More than there is room for.
struct TooMuch;

/// The next piece, which `left` gets smaller by; `None` at the end.
async fn next(content: &mut Content, left: &mut u64) -> Result<Result<Option<Bytes>, TooMuch>, Failure> {
    if std::mem::take(&mut content.announced) > *left {
        return Ok(Err(TooMuch));
    }
    let Some(piece) = content.next().await? else { return Ok(Ok(None)) };
    let Some(rest) = left.checked_sub(piece.len() as u64) else { return Ok(Err(TooMuch)) };
    *left = rest;
    Ok(Ok(Some(piece)))
}
