//! What every request goes through: who is it, and may they.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::{bootstrap, page};
use crate::app::App;
use crate::auth::{Asker, Identity, Permission, claimed_name};
use crate::http::{Client, Here, Peer, Refusal, body, host, note_user};

/// After how long to ask again whether the node is part of a cluster.
const AGAIN: Duration = Duration::from_secs(5);

/// Whether anybody may ask for it.
fn is_open(path: &str) -> bool {
    ["/healthz", "/readyz", "/openapi.json"].contains(&path) || page::PATHS.contains(&path)
}

/// Whether it is about how the node gets to be part of a cluster.
fn is_bootstrap(path: &str) -> bool {
    path.strip_prefix(bootstrap::PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What a node answers that is not part of a cluster yet. The code and its words were observed; the status is ours: whoever waits for a cluster
/// tries again after it.
fn no_cluster() -> Refusal {
    let description = "POST /v1/bootstrap/create_cluster makes a cluster of this node";
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "no_cluster", "No cluster bootstrapped", description)
        .retry_after(AGAIN)
}

/// Whether a page of another site makes a browser send this. A browser that remembers a name and a password sends them along, so
/// such a page could delete modules. Browsers say where a request comes from, and pages cannot change it; nobody else says it.
fn is_foreign(request: &Request) -> bool {
    if request.method().is_safe() {
        return false;
    }
    let headers = request.headers();
    if headers.contains_key("sec-fetch-site") {
        return headers.get_all("sec-fetch-site").iter().any(|from| from != "same-origin" && from != "none");
    }
    // Browsers from before 2023 say the origin alone.
    let here = headers.get(header::HOST).map(HeaderValue::as_bytes);
    let here = here.or_else(|| request.uri().authority().map(|authority| authority.as_str().as_bytes()));
    let host = |origin: &HeaderValue| origin.to_str().ok()?.split_once("://").map(|(_, host)| host.to_owned());
    let is_here = |host: String| here.is_some_and(|here| host.as_bytes().eq_ignore_ascii_case(here));
    headers.get_all(header::ORIGIN).iter().any(|origin| !host(origin).is_some_and(is_here))
}

/// Refuses what a page of another site sends, whoever it is sent for.
pub(super) async fn keep_out_other_sites(request: Request, next: Next) -> Response {
    if !is_foreign(&request) {
        return next.run(request).await;
    }
    body::discard(request).await;
    let message = "Pages of other sites may not change anything here";
    let description = "Sec-Fetch-Site or Origin says that this request comes from another site";
    Refusal::new(StatusCode::FORBIDDEN, "cross_site_request", message, description).into_response()
}

/// Whether it was led here under a name that is not this server's. The owner of a name can let it lead to a loopback address, after which
/// their page is of the same site as this server to a browser, and may read what it is answered. Such a page's requests look like
/// anybody's where the connection is not encrypted: browsers say nothing of themselves then.
fn is_misdirected(request: &Request, hosts: &[String]) -> bool {
    let here = request.extensions().get::<Here>().map(|Here(address)| address.ip().to_canonical());
    here.is_some_and(|here| here.is_loopback()) && !host::are_own(request.uri(), request.headers(), hosts)
}

/// Refuses what is sent to another name than this server's.
pub(super) async fn keep_to_own_names(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if !is_misdirected(&request, &app.hosts) {
        return next.run(request).await;
    }
    body::discard(request).await;
    let message = "This server is not known by that name";
    let description =
        "the header Host names neither an address, localhost, nor a name that the server was started with (--host)";
    Refusal::new(StatusCode::MISDIRECTED_REQUEST, "host_unknown", message, description).into_response()
}

/// Whether passwords came here without TLS from somewhere else than this machine or a proxy that was named.
fn is_in_the_clear(app: &App, request: &Request) -> bool {
    let peer = request.extensions().get::<Peer>().map(|Peer(address)| address.ip().to_canonical());
    let is_proxy = |peer: IpAddr| app.proxies.iter().any(|network| network.contains(peer));
    !app.is_tls && !peer.is_some_and(|peer| peer.is_loopback() || is_proxy(peer))
}

/// Where there is no TLS, refuses what comes neither from this machine nor from a proxy that was named.
pub(super) async fn keep_to_proxies(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if !is_in_the_clear(&app, &request) {
        return next.run(request).await;
    }
    body::discard(request).await;
    let message = "This server is asked through its proxy only";
    let description =
        "without TLS only this machine and the proxies are answered that the server was started with (--behind-proxy)";
    Refusal::new(StatusCode::FORBIDDEN, "proxy_required", message, description).into_response()
}

/// Refuses bodies that are encoded: nothing here decodes one, and what is judged must be what was sent.
pub(super) async fn take_bodies_as_they_are(request: Request, next: Next) -> Response {
    let encodings = request.headers().get_all(header::CONTENT_ENCODING);
    if encodings.iter().all(|encoding| encoding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity")) {
        return next.run(request).await;
    }
    body::discard(request).await;
    let message = "Encoded bodies are not taken";
    let description = "the header Content-Encoding is there; send the body as it is";
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message, description).into_response()
}

/// Lets nobody through who does not say who they are. Until the node is part of a cluster there is nobody who could, and nothing to ask for
/// but that.
pub(super) async fn authenticate(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if is_open(path) {
        return next.run(request).await;
    }
    match app.bootstrap.has_cluster(&app.asking).await {
        Ok(true) => {}
        Ok(false) if is_bootstrap(path) => return next.run(request).await,
        Ok(false) => {
            body::discard(request).await;
            return no_cluster().into_response();
        }
        Err(err) => return Refusal::from(err).into_response(),
    }
    let client = request.extensions().get::<Client>().map(|Client(address)| *address);
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let asker = match header {
        None => Ok(Asker::Unknown),
        Some(header) => app.users.authenticate(header, client).await,
    };
    let refusal = match asker {
        Ok(Asker::Known(identity)) => {
            note_user(&identity.email);
            request.extensions_mut().insert(identity);
            return next.run(request).await;
        }
        Ok(Asker::Unknown) => Refusal::unauthorized(),
        Ok(Asker::OneOfMany) => Refusal::one_of_many(),
        Err(err) => return Refusal::from(err).into_response(),
    };
    if let Some(name) = header.and_then(claimed_name) {
        note_user(&name);
    }
    body::discard(request).await;
    refusal.into_response()
}

/// Headers that every answer has.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    // Nothing but the page is there to be shown.
    let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(nothing);
    response
}

/// Whoever is asking, with what they may do.
#[derive(Debug, Clone)]
pub(super) struct Caller(Identity);

impl Caller {
    /// The number of the user.
    pub(super) const fn uid(&self) -> u32 {
        self.0.uid
    }

    /// Refuses whoever lacks a permission.
    pub(super) fn must(&self, permission: Permission) -> Result<(), Refusal> {
        if permission.is_of(self.0.role) {
            return Ok(());
        }
        Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "insufficient_permissions",
            "The user cannot access this URI",
            format!("the role {} lacks the permission {}", self.0.role.as_str(), permission.as_str()),
        ))
    }

    /// As [`must`](Self::must), for a request with a body, which is read away if it is refused.
    pub(super) async fn must_to_send(&self, permission: Permission, request: Request) -> Result<Request, Refusal> {
        if let Err(refusal) = self.must(permission) {
            body::discard(request).await;
            return Err(refusal);
        }
        Ok(request)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Identity>().cloned().map(Self).ok_or_else(Refusal::unauthorized)
    }
}
