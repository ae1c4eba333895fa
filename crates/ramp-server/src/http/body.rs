//! Bodies of requests: small ones that are held, and those that nobody wants.

use std::time::Duration;

use axum::body::BodyDataStream;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use futures_util::StreamExt as _;

use super::Refusal;
use crate::limits::ServerLimits;
use ramp_core::text::count;

/// How much of a body that nobody wants is read, so that the client gets to read the answer, in bytes.
const MOST_DRAINED: u64 = 16 << 20;
/// How long that may take.
const DRAINING: Duration = Duration::from_secs(5);

/// The body of a request that is JSON: whole, in memory, within the limits.
pub(crate) async fn small(limits: &ServerLimits, request: Request) -> Result<Vec<u8>, Refusal> {
    let expects = request.headers().contains_key(header::EXPECT);
    let mut body = request.into_body().into_data_stream();
    let read = tokio::time::timeout(limits.json_timeout, read(limits, &mut body));
    let result = read.await.unwrap_or_else(|_| Err(timeout()));
    if result.is_err() && !expects {
        drain(body).await;
    }
    result
}

async fn read(limits: &ServerLimits, body: &mut BodyDataStream) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = tokio::time::timeout(limits.idle_timeout, body.next()).await.map_err(|_| timeout())? {
        let chunk = chunk.map_err(|_| {
            let description = "the connection broke in the middle of the body";
            Refusal::new(StatusCode::BAD_REQUEST, "bad_request", "The request failed", description)
        })?;
        if bytes.len() + chunk.len() > limits.max_json_bytes {
            return Err(too_large(limits.max_json_bytes as u64));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Reads what a client still sends, within bounds: a connection that is closed before may take the answer with it.
pub(crate) async fn drain(mut body: BodyDataStream) {
    let read = async {
        let mut total = 0;
        while let Some(Ok(chunk)) = body.next().await {
            total += chunk.len() as u64;
            if total > MOST_DRAINED {
                break;
            }
        }
    };
    // Whoever takes longer has lost the answer.
    let _ = tokio::time::timeout(DRAINING, read).await;
}

/// As [`drain`], for a request that is refused before its body is looked at. A client that waits to be told to go on has
/// sent nothing yet.
pub(crate) async fn discard(request: Request) {
    if !request.headers().contains_key(header::EXPECT) {
        drain(request.into_body().into_data_stream()).await;
    }
}

pub(crate) fn timeout() -> Refusal {
    Refusal::new(
        StatusCode::REQUEST_TIMEOUT,
        "request_timeout",
        "The request took too long",
        "the body did not arrive in time",
    )
}

pub(crate) fn too_large(limit: u64) -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "request_too_large",
        "The request is too large",
        format!("this server takes at most {}", count(limit, "byte")),
    )
}
