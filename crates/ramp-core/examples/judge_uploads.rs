//! A server that judges uploads with axum: the work on a thread that may block, for a limited time, a few bundles at once.
//!
//! ```console
//! $ cargo run -p ramp-core --example judge_uploads -- BUNDLE
//! ```
//!
//! It listens on a port of loopback, sends itself the bundle, as `curl --data-binary @BUNDLE URL` would, prints what it answers, and
//! ends.
#![allow(clippy::print_stdout)] // it shows what it answers

use std::error::Error;
use std::io::Cursor;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use ramp_core::{Limits, Policy, Target, validate_within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// The largest upload, in bytes: it is held in memory here. A server for more writes it to a file first.
const LARGEST: usize = 64 << 20;
/// How long judging one may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many are judged at a time; the others wait.
const AT_A_TIME: usize = 4;

struct Judge {
    target: Target,
    policy: Policy,
    limits: Limits,
    turns: Arc<Semaphore>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let bundle = std::fs::read(std::env::args().nth(1).ok_or("which bundle?")?)?;

    let mut limits = Limits::default().threads(NonZeroUsize::MIN);
    // The module is held in memory too: let no claim make it larger than what is taken.
    limits.max_module_bytes = 256 << 20;
    let (target, policy) = (Target::named("7.22")?, Policy::strict());
    let judge = Judge { target, policy, limits, turns: Arc::new(Semaphore::new(AT_A_TIME)) };
    let app = Router::new().route("/", post(upload)).layer(DefaultBodyLimit::max(LARGEST)).with_state(Arc::new(judge));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });

    let mut stream = TcpStream::connect(address).await?;
    let head =
        format!("POST / HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", bundle.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&bundle).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    println!("{answer}");
    Ok(())
}

async fn upload(State(judge): State<Arc<Judge>>, bundle: Bytes) -> Response {
    let Ok(turn) = Arc::clone(&judge.turns).acquire_owned().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let work = tokio::task::spawn_blocking(move || {
        // Given back when the work is done, not when the client has gone or lost patience: the thread is busy until then.
        let _turn = turn;
        validate_within(Cursor::new(bundle), &judge.target, &judge.policy, &judge.limits)
    });
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(Ok(report))) => {
            // This server enforces the policy. One that only answers as a cluster would ask `report.answer().refusal()`.
            let refusal = report.refusal();
            let status = refusal.map(|refusal| refusal.http_status.unwrap_or(400));
            let status = status.and_then(|status| StatusCode::from_u16(status).ok());
            let json = serde_json::to_string_pretty(&report).unwrap_or_default();
            (status.unwrap_or(StatusCode::OK), [(header::CONTENT_TYPE, "application/json")], json).into_response()
        }
        // It could not be evaluated: a limit was hit.
        Ok(Ok(Err(err))) => (StatusCode::UNPROCESSABLE_ENTITY, err.to_string()).into_response(),
        Ok(Err(_)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "judging took too long").into_response(),
    }
}
