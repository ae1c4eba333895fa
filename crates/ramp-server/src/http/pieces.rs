//! A body of pieces that many answers share, so that none of those who ask at the same time has it in memory for themselves.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// The pieces, one after the other. A clone costs nothing.
#[derive(Debug, Clone)]
pub(crate) struct Pieces {
    pieces: Arc<[Bytes]>,
    /// How many bytes they have.
    length: u64,
}

impl Pieces {
    /// Of these, none of which is empty.
    pub(crate) fn of(pieces: Vec<Bytes>) -> Self {
        let length = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self { pieces: pieces.into(), length }
    }
}

impl IntoResponse for Pieces {
    fn into_response(self) -> Response {
        Body::new(Sending { left: self.length, next: 0, of: self }).into_response()
    }
}

/// Pieces on their way.
struct Sending {
    of: Pieces,
    next: usize,
    /// How many bytes are still to be sent.
    left: u64,
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.of.pieces.get(self.next).cloned();
        self.next += 1;
        self.left -= piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.next >= self.of.pieces.len()
    }

    /// Exact, so that the answer has a `Content-Length`.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_are_sent_and_the_length_is_told_before() {
        for (pieces, whole) in [(vec![], ""), (vec!["["], "["), (vec!["[", "1,2", "]"], "[1,2]")] {
            let pieces = Pieces::of(pieces.into_iter().map(Bytes::from).collect());
            for _ in 0..2 {
                let body = pieces.clone().into_response().into_body();
                assert_eq!(body.size_hint().exact(), Some(whole.len() as u64));
                assert_eq!(axum::body::to_bytes(body, 100).await.unwrap(), whole);
            }
        }
    }
}
