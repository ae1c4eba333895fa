//! Receiving an upload: from the network to a file, hashed on the way.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::BodyDataStream;
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;
use ramp_core::Digest256;
use ramp_core::{Endpoint, UploadErrorCode};
use sha2::{Digest as _, Sha256};
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt as _;
use utoipa::ToSchema;

use super::incoming::Incoming;
use super::multipart::{Event, MultipartError, Reader};
use crate::dependencies::{Downloads, Failure, Location};
use crate::error::ServerError;
use crate::http::{Metrics, Refusal, body};
use crate::limits::ServerLimits;
use crate::private;

/// The field that holds the bundle.
const FIELD: &str = "module";

/// Stands for the number of a user where the node itself gets a bundle; those of users begin with 1.
const NODE: u32 = 0;

/// The form of an upload.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the form, which is read as it comes")]
pub(crate) struct Form {
    /// The bundle, as a file.
    #[schema(value_type = String, content_media_type = "application/zip")]
    module: Vec<u8>,
}

/// A bundle on its way in. Its file is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Received {
    path: PathBuf,
    /// The number of the user who sent it, or [`NODE`].
    pub(crate) user: u32,
    /// The file's name, as the client gives it.
    pub(crate) file_name: String,
    /// SHA-256 of the bundle.
    pub(crate) sha256: String,
    /// How large it is, in bytes.
    pub(crate) size: u64,
}

impl Received {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        // It may have been moved; what cannot be removed now is removed at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// What comes of the bytes, one after the other.
#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error(transparent)]
    Multipart(#[from] MultipartError),
    #[error("the field `module` appears twice")]
    Twice,
}

/// Receives uploads.
#[derive(Debug)]
pub(crate) struct Receiving {
    incoming: Incoming,
    limits: ServerLimits,
    metrics: Arc<Metrics>,
}

impl Receiving {
    pub(crate) const fn new(incoming: Incoming, limits: ServerLimits, metrics: Arc<Metrics>) -> Self {
        Self { incoming, limits, metrics }
    }

    /// Receives the bundle of an upload from that user.
    ///
    /// `no_module` where there is none; `invalid_module` where the request breaks off in the middle of one, or has two.
    pub(crate) async fn receive(&self, request: Request, endpoint: Endpoint, user: u32) -> Result<Received, Refusal> {
        let no_module = |what: &str| Refusal::upload(UploadErrorCode::NoModule, endpoint, what);
        let most = self.limits.max_upload_bytes;
        let expects = request.headers().contains_key(header::EXPECT);
        let (head, body) = request.into_parts();
        let mut stream = body.into_data_stream();
        let content_type =
            head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let result = match Reader::new(content_type) {
            None => Err(no_module("the Content-Type is not multipart/form-data with a boundary")),
            Some(_) if announces_more(&head.headers, most) => Err(body::too_large(most)),
            Some(reader) => {
                let read = self.read(reader, &mut stream, endpoint, user);
                tokio::time::timeout(self.limits.upload_timeout, read).await.unwrap_or_else(|_| Err(body::timeout()))
            }
        };
        // A client that waits to be told to go on has sent nothing yet.
        if result.is_err() && !expects {
            body::drain(stream).await;
        }
        result
    }

    /// Downloads a bundle, as a node does that is told where it is.
    pub(crate) async fn download(&self, downloads: &Downloads, location: &Location) -> Result<Received, Failure> {
        let path = self.incoming.file()?;
        let failed = |source| ServerError::File { path: path.clone(), source };
        let (file_name, sha256) = (String::new(), String::new());
        let mut received = Received { path: path.clone(), user: NODE, file_name, sha256, size: 0 };
        let mut file = OpenOptions::from(private::new_file()).open(&path).await.map_err(failed)?;
        received.sha256 = downloads.bundle(location, &mut file).await?.to_string();
        received.size = file.metadata().await.map_err(failed)?.len();
        Ok(received)
    }

    async fn read(
        &self,
        mut reader: Reader,
        stream: &mut BodyDataStream,
        endpoint: Endpoint,
        user: u32,
    ) -> Result<Received, Refusal> {
        let path = self.incoming.file()?;
        let failed = |source| ServerError::File { path: path.clone(), source };
        let (file_name, sha256) = (String::new(), String::new());
        let mut received = Received { path: path.clone(), user, file_name, sha256, size: 0 };
        let mut file = OpenOptions::from(private::new_file()).open(&path).await.map_err(failed)?;
        let mut sha256 = Sha256::new();
        let mut progress = Progress::default();
        let mut total: u64 = 0;
        while let Some(chunk) =
            tokio::time::timeout(self.limits.idle_timeout, stream.next()).await.map_err(|_| body::timeout())?
        {
            let chunk = chunk.map_err(|_| broken(endpoint, "the connection broke in the middle of the body"))?;
            total = total.saturating_add(chunk.len() as u64);
            if total > self.limits.max_upload_bytes {
                return Err(body::too_large(self.limits.max_upload_bytes));
            }
            let mut write = Vec::new();
            let fed = reader.feed(&chunk, &mut |event| progress.take(event, &mut write));
            sha256.update(&write);
            file.write_all(&write).await.map_err(failed)?;
            fed.map_err(|wrong| refuse(&wrong, &progress, endpoint))?;
        }
        reader.finish().map_err(|wrong| refuse(&wrong.into(), &progress, endpoint))?;
        if !progress.whole {
            return Err(Refusal::upload(UploadErrorCode::NoModule, endpoint, progress.what_is_missing()));
        }
        file.flush().await.map_err(failed)?;
        self.metrics.received.inc_by(progress.size);
        (received.file_name, received.size) = (progress.file_name, progress.size);
        received.sha256 = Digest256(sha256.finalize().into()).to_string();
        Ok(received)
    }
}

/// Where in the form we are.
#[derive(Debug, Default)]
struct Progress {
    inside: bool,
    whole: bool,
    size: u64,
    file_name: String,
    /// The field was there, but it was not a file.
    text: bool,
    /// Browsers send a file without name and content where none was chosen.
    unnamed: bool,
}

impl Progress {
    fn take(&mut self, event: Event<'_>, write: &mut Vec<u8>) -> Result<(), Wrong> {
        match event {
            Event::Part(part) if part.name == FIELD => match part.file_name {
                Some(_) if self.whole => return Err(Wrong::Twice),
                Some(name) => {
                    (self.inside, self.unnamed) = (true, name.is_empty());
                    self.file_name = name.clone();
                }
                None => self.text = true,
            },
            Event::Data(data) if self.inside => {
                write.extend_from_slice(data);
                self.size += data.len() as u64;
            }
            Event::PartEnd if self.inside => {
                self.inside = false;
                self.whole = !(self.unnamed && self.size == 0);
            }
            Event::Part(_) | Event::Data(_) | Event::PartEnd => {}
        }
        Ok(())
    }

    fn what_is_missing(&self) -> &'static str {
        if self.text {
            "the field `module` is text, not a file; curl sends a file with `-F module=@bundle.zip`"
        } else if self.unnamed {
            "no file was chosen"
        } else {
            "the request has no field `module`"
        }
    }
}

fn refuse(wrong: &Wrong, progress: &Progress, endpoint: Endpoint) -> Refusal {
    let code = match wrong {
        Wrong::Multipart(_) if !progress.inside && !progress.whole => UploadErrorCode::NoModule,
        _ => UploadErrorCode::InvalidModule,
    };
    Refusal::upload(code, endpoint, wrong.to_string())
}

fn broken(endpoint: Endpoint, what: &str) -> Refusal {
    Refusal::upload(UploadErrorCode::InvalidModule, endpoint, what)
}

fn announces_more(headers: &HeaderMap, limit: u64) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    length.is_some_and(|length| length > limit)
}
