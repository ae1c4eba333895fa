//! A line of the log for every request, and what is counted of it.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument as _, Span};

use crate::app::App;
use crate::http::{Client, Peer, RequestId, Told, Traced, X_REQUEST_ID, asking, short, span};

/// Writes a line for every request, and counts it. Whatever is logged on the way is inside of a span that says which request it is about, and whose.
/// Nothing that could be a secret is in either.
pub(super) async fn observe(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let id = app.request_ids.of(request.headers());
    let peer = request.extensions().get::<Peer>().map(|Peer(address)| address.ip());
    let asked = peer.map(|peer| asking(peer, app.is_tls, request.headers(), &app.proxies));
    let client = asked.map(|asked| asked.client);
    let span = span(&id, client);
    request.extensions_mut().insert(Traced { id: id.clone(), client });
    if let Some(asked) = asked {
        request.extensions_mut().insert(Client(asked.client));
    }
    let mut line = Line::of(&app, &request, asked.map(|asked| asked.scheme), span.clone());
    let mut response = next.run(request).instrument(span).await;
    answer_id(&mut response, &id);
    line.end(&response);
    response
}

fn answer_id(response: &mut Response, id: &RequestId) {
    if let Some(id) = id.header() {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
}

/// A line that is to be written, also where the client goes away before there is an answer, or the server is stopped: what it waits for is
/// dropped then.
struct Line<'a> {
    app: &'a App,
    span: Span,
    method: Method,
    path: String,
    query: Option<String>,
    route: String,
    scheme: Option<&'static str>,
    began: Instant,
    is_written: bool,
}

impl<'a> Line<'a> {
    fn of(app: &'a App, request: &Request, scheme: Option<&'static str>, span: Span) -> Self {
        let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
        let path = short(request.uri().path()).into_owned();
        let query = request.uri().query().map(|query| short(query).into_owned());
        let (method, began) = (request.method().clone(), Instant::now());
        Self { app, span, method, path, query, route, scheme, began, is_written: false }
    }

    fn end(&mut self, response: &Response) {
        let told = response.extensions().get::<Told>();
        let code = told.map(|told| told.error_code);
        self.count(response.status().as_str(), code);
        let description = told.and_then(|told| told.description.as_deref());
        let description = description.map(short);
        let Self { span, method, path, query, route, scheme, .. } = &*self;
        tracing::info!(
            parent: span,
            %method,
            path,
            query,
            route,
            scheme,
            status = response.status().as_u16(),
            milliseconds = milliseconds(self.began),
            error_code = code,
            reason = told.and_then(|told| told.reason.as_deref()),
            description = description.as_deref(),
            "request"
        );
        self.is_written = true;
    }

    fn count(&self, status: &str, code: Option<&'static str>) {
        self.app.metrics.count(&self.method, &self.route, status, self.began.elapsed());
        if let Some(code) = code {
            self.app.metrics.count_refusal(code);
        }
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        if self.is_written {
            return;
        }
        self.count("none", None);
        let Self { span, method, path, query, route, scheme, .. } = &*self;
        let milliseconds = milliseconds(self.began);
        let (cause, what) = if self.app.cut_off.note() {
            ("stop", "request, and the server was stopped before it was answered")
        } else {
            ("client", "request, and the client went away before it was answered")
        };
        tracing::info!(parent: span, %method, path, query, route, scheme, milliseconds, cause, "{what}");
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
