//! A bundle at a URL as a reader.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::thread::sleep;

use tempfile::SpooledTempFile;

use super::answer::{self, Answer, Whole};
use super::cache::BLOCK;
use super::error::RemoteError;
use super::fetch::{Fetch, Place, Wanted};
use super::limits::RemoteLimits;
use super::ranges::Ranges;
use super::spool;
use super::url::RemoteUrl;
use crate::error::ClientError;
use crate::trust::Trust;

/// Opens bundles at URLs.
///
/// A URL that somebody typed may be at any address; what a server redirects to may be no nearer to this machine than that server is: a
/// public one leads to public addresses alone. From `https://` nothing leads to `http://`, and a user and a password are for the URL's
/// own origin alone. Proxies are not used.
#[derive(Debug, Clone)]
pub struct Remotes {
    fetch: Fetch,
}

impl Remotes {
    /// Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ClientError::ReadFile`], [`ClientError::CertificateFile`]: what is to be trusted cannot be read.
    pub fn new(trust: &Trust, limits: RemoteLimits) -> Result<Self, ClientError> {
        Ok(Self { fetch: Fetch { tls: trust.config()?, limits } })
    }

    /// Asks for the front of what is there. A server that does not know ranges sends all of it, which is then kept in a temporary file.
    ///
    /// # Errors
    ///
    /// [`RemoteError`].
    pub fn open(&self, url: &RemoteUrl) -> Result<Remote, RemoteError> {
        let limits = &self.fetch.limits;
        let (mut pause, mut left) = (limits.backoff, limits.retries);
        loop {
            match self.try_open(url) {
                Err(err) if err.is_passing() && left > 0 => {
                    sleep(pause);
                    (pause, left) = (pause.saturating_mul(2), left - 1);
                }
                opened => return opened,
            }
        }
    }

    fn try_open(&self, url: &RemoteUrl) -> Result<Remote, RemoteError> {
        let mut place: Place = self.fetch.place(url);
        let wanted = Wanted { first: 0, last: BLOCK - 1, of: None };
        let response = self.fetch.get(&mut place, wanted)?;
        let wrong = |what| RemoteError::Contradiction { at: place.told(), what };
        let source = match answer::read(response, wanted).map_err(wrong)? {
            Answer::Part(part) => {
                let most = self.fetch.limits.max_bytes;
                if part.total > most {
                    return Err(RemoteError::TooLarge { at: place.told(), most });
                }
                if part.last != wanted.last.min(part.total - 1) {
                    return Err(wrong(format!("with less than {BLOCK} bytes, and there are more")));
                }
                if part.version.is_telling() || part.last + 1 == part.total {
                    Source::Ranges(Box::new(Ranges::new(self.fetch.clone(), url, place, part)?))
                } else {
                    Source::File(self.at_once(&mut place, part.total)?)
                }
            }
            Answer::Whole(whole) => Source::File(spool::keep(&place, whole, &self.fetch.limits)?),
            Answer::Empty => Source::File(SpooledTempFile::new(0)),
        };
        Ok(Remote { source, position: 0, failure: None })
    }

    /// All of a file that long, in one answer: where nothing tells one file from another that takes its place, two answers may be of two.
    fn at_once(&self, place: &mut Place, total: u64) -> Result<SpooledTempFile, RemoteError> {
        let wanted = Wanted { first: 0, last: total - 1, of: None };
        let response = self.fetch.get(place, wanted)?;
        let whole = match answer::read(response, wanted) {
            Ok(Answer::Part(part)) if part.last == wanted.last && part.total == total => {
                Whole { claimed: Some(total), body: part.body, version: part.version }
            }
            Ok(Answer::Whole(whole)) => whole,
            Ok(Answer::Part(_) | Answer::Empty) => return Err(RemoteError::Changed { at: place.told() }),
            Err(what) => return Err(RemoteError::Contradiction { at: place.told(), what }),
        };
        spool::keep(place, whole, &self.fetch.limits)
    }
}

#[derive(Debug)]
enum Source {
    Ranges(Box<Ranges>),
    File(SpooledTempFile),
}

/// A bundle at a URL.
///
/// It is one and the same file from the first byte to the last: one that is changed meanwhile is an error. After an error there are
/// only more, the same, and [`failure`](Self::failure) has it, whatever became of it in whoever read.
#[derive(Debug)]
pub struct Remote {
    source: Source,
    position: u64,
    failure: Option<Arc<RemoteError>>,
}

impl Remote {
    /// What kept it from being read, if anything did.
    pub fn failure(&self) -> Option<Arc<RemoteError>> {
        self.failure.clone()
    }

    /// Length in bytes.
    ///
    /// # Errors
    ///
    /// Of the temporary file.
    fn length(&mut self) -> io::Result<u64> {
        match &mut self.source {
            Source::Ranges(ranges) => Ok(ranges.length()),
            Source::File(file) => file.seek(SeekFrom::End(0)),
        }
    }
}

impl Read for Remote {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(failure) = &self.failure {
            return Err(told(failure));
        }
        let read = match &mut self.source {
            Source::File(file) => {
                file.seek(SeekFrom::Start(self.position))?;
                file.read(buffer)?
            }
            Source::Ranges(ranges) => {
                if self.position >= ranges.length() || buffer.is_empty() {
                    return Ok(0);
                }
                match ranges.block(self.position / BLOCK) {
                    Ok(block) => {
                        let from = usize::try_from(self.position % BLOCK).unwrap_or_default();
                        block.get(from..).unwrap_or_default().read(buffer)?
                    }
                    Err(failure) => {
                        let failure = Arc::new(failure);
                        self.failure = Some(Arc::clone(&failure));
                        return Err(told(&failure));
                    }
                }
            }
        };
        self.position = self.position.saturating_add(read as u64);
        Ok(read)
    }
}

impl Seek for Remote {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(by) => self.length()?.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        let before_start = || io::Error::new(io::ErrorKind::InvalidInput, "a seek to before the start");
        self.position = position.ok_or_else(before_start)?;
        Ok(self.position)
    }
}

/// Of a kind that nobody takes for damage of what is read.
fn told(failure: &Arc<RemoteError>) -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, Arc::clone(failure))
}
