//! How long a client may take to take what it is answered.
//!
//! Below HTTP and TLS: whatever cannot be written, since the other end does not read, is waited for so long and no longer. Else
//! connections of those who never read would keep everybody else from having one.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::crowd::Behind;

/// What is borne of a client that is slow to read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// How long it may take nothing.
    pub(crate) idle: Duration,
    /// How long it may be behind with what it is sent.
    pub(crate) whole: Duration,
}

/// A stream whose writing ends where that is over.
pub(super) struct Patient<S> {
    stream: S,
    patience: Patience,
    /// Since when the other end is behind: until all has been written.
    behind: Option<Instant>,
    /// Who is told that.
    told: Behind,
    /// Whether it has taken nothing since the timer was set.
    is_stuck: bool,
    timer: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) const fn new(stream: S, patience: Patience, told: Behind) -> Self {
        Self { stream, patience, behind: None, told, is_stuck: false, timer: None }
    }

    /// Waits for the other end, unless it has been waited for enough.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let Self { patience, behind, told, is_stuck, timer, .. } = self;
        let now = Instant::now();
        told.set(true);
        let behind = *behind.get_or_insert(now);
        let ends = [now.checked_add(patience.idle), behind.checked_add(patience.whole)];
        // A patience that no clock can measure has no end.
        let Some(end) = ends.into_iter().flatten().min() else { return Poll::Pending };
        let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        if !std::mem::replace(is_stuck, true) {
            timer.as_mut().reset(end);
        }
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not take what it is answered")))
    }

    fn written<T>(&mut self, written: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if written.is_pending() {
            return self.wait(context);
        }
        self.is_stuck = false;
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.written(written, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, pieces);
        this.written(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(context);
        let flushed = this.written(flushed, context);
        if flushed.is_ready() {
            // Nobody flushes who has something left to write.
            this.behind = None;
            this.told.set(false);
        }
        flushed
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let shut = Pin::new(&mut this.stream).poll_shutdown(context);
        this.written(shut, context)
    }
}
