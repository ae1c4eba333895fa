//! What the log says of a request in each of its lines: which it is, and whose; and, once that is known, which module it is about.
//!
//! All of it is fields of a span, which whatever is logged on the way is inside of. Work that goes on in a task of its own takes the span along.

use std::net::IpAddr;

use tracing::Span;
use tracing::field::{self, Empty};

use super::request_id::RequestId;

/// Longest text that a line has of what was sent, in characters: whoever asks can make it as long as a head may be.
const LONGEST: usize = 400;

/// By what the lines of the log say which request they are about: an extension of the request.
#[derive(Debug, Clone)]
pub(crate) struct Traced {
    /// Its id.
    pub(crate) id: RequestId,
    /// Who asks.
    pub(crate) client: Option<IpAddr>,
}

/// The span of a request, or of one of several modules that a request is about: each is noted in a span of its own.
pub(crate) fn span(id: &RequestId, client: Option<IpAddr>) -> Span {
    // At the gravest level, so that it is there for whatever is logged.
    tracing::error_span!(
        parent: None,
        "request",
        request_id = id.as_str(),
        client = client.map(field::display),
        user = Empty,
        module = Empty,
        version = Empty
    )
}

/// Says whose the request is that is under way: a name that was shown to be theirs, or that they claim.
pub(crate) fn note_user(name: &str) {
    Span::current().record("user", &*short(name));
}

/// Says which module the request is about.
pub(crate) fn note_module(module_name: &str, version: i64) {
    Span::current().record("module", &*short(module_name)).record("version", version);
}

/// The front of a text that was sent, where it is long.
pub(crate) fn short(text: &str) -> std::borrow::Cow<'_, str> {
    ramp_core::text::shorten(text, LONGEST)
}
