//! An opened bundle: its directory, its local headers, its framing, and its entries' content on demand.

use std::io::{Read, Seek};

use super::content::{self, Beyond, Measured, Receiver};
use super::decoder;
use super::directory::{self, Directory};
use super::entry::Entry;
use super::failure::{DirectoryFailure, OpenError};
use super::framing::{self, Framing};
use super::limits::BundleLimits;
use super::local::{self, LocalHeader, OpenFailure};
use super::other_view;
use super::reader::EntryReader;
use super::source::Source;
use crate::error::Error;
use crate::inflation::Allowance;

/// A bundle whose records have been read. Entries stream; nothing of their content is held.
///
/// ```
/// use std::io::Cursor;
/// use ramp_core::bundle::{Bundle, BundleLimits, OpenError};
///
/// let opened = Bundle::open(Cursor::new(b"not a zip at all, whatever its name says"), &BundleLimits::default());
/// assert!(matches!(opened, Err(OpenError::NotAZip(_))));
/// ```
#[derive(Debug)]
pub struct Bundle<R> {
    source: Source<R>,
    directory: Directory,
    locals: Vec<Result<LocalHeader, OpenFailure>>,
    framing: Framing,
    limits: BundleLimits,
}

impl<R: Read + Seek> Bundle<R> {
    /// Reads the records of a bundle and walks their framing.
    ///
    /// # Errors
    ///
    /// [`OpenError::NotAZip`] where the reference could not open it either; [`OpenError::Failed`] for I/O and limits.
    pub fn open(reader: R, limits: &BundleLimits) -> Result<Self, OpenError> {
        Ok(Self::from_source(Source::new(reader).map_err(Error::from)?, limits)??)
    }

    pub(crate) fn from_source(
        mut source: Source<R>,
        limits: &BundleLimits,
    ) -> Result<Result<Self, DirectoryFailure>, Error> {
        let directory = match directory::read(&mut source, limits)? {
            Ok(directory) => directory,
            Err(failure) => return Ok(Err(failure)),
        };
        let locals = local::read_all(&mut source, &directory.entries, limits)?;
        let mut framing = framing::walk(&mut source, &directory, &locals)?;
        framing.anomalies.extend(other_view::compare(&mut source, &directory, &locals));
        Ok(Ok(Self { source, directory, locals, framing, limits: limits.clone() }))
    }

    /// Length of the bundle in bytes.
    pub const fn size(&self) -> u64 {
        self.source.len()
    }

    /// The central directory.
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// What the framing walk found.
    pub const fn framing(&self) -> &Framing {
        &self.framing
    }

    /// The local header of an entry, where the reference can open it.
    ///
    /// # Errors
    ///
    /// Why it cannot.
    pub fn local(&self, entry: &Entry) -> Result<&LocalHeader, OpenFailure> {
        match self.locals.get(entry.index) {
            Some(Ok(header)) => local::open(entry, header).map(|()| header),
            Some(Err(failure)) => Err(failure.clone()),
            None => Err(OpenFailure::BeforeStart),
        }
    }

    /// A reader of the content of an entry.
    ///
    /// # Errors
    ///
    /// [`EntryError`] where the entry cannot be opened. Whatever is wrong with its content, reading tells.
    ///
    /// ```
    /// use std::io::{Cursor, Read};
    /// use ramp_core::bundle::{Bundle, BundleLimits};
    /// # use ramp_fixtures::bundle::BundleBuilder;
    /// # let bytes = BundleBuilder::good().build();
    ///
    /// let mut bundle = Bundle::open(Cursor::new(bytes), &BundleLimits::default())?;
    /// let entry = bundle.directory().last_named("module.json").expect("every bundle has one").clone();
    /// let mut text = String::new();
    /// bundle.reader(&entry)?.read_to_string(&mut text)?;
    /// assert!(text.starts_with('{'));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reader(&mut self, entry: &Entry) -> Result<EntryReader<'_>, EntryError> {
        let start = self.local(entry).map_err(EntryError::Open)?.data_offset;
        let stored = entry.claimed_compressed_size.min(self.source.len().saturating_sub(start));
        let most = self.limits.inflation.most_of(stored).min(self.limits.inflation.max_bytes);
        let window = self.source.window(start, entry.claimed_compressed_size).map_err(Error::from)?;
        let decoder = decoder::open(window, entry)?.map_err(Error::from)?;
        Ok(EntryReader::new(decoder, entry, most))
    }

    /// Streams the content of an entry into `sink`, measuring it.
    ///
    /// No more is handed out than the directory claims. Whether it is what the directory claims is for the caller to
    /// see from the result.
    ///
    /// # Errors
    ///
    /// [`CopyError`] where the entry cannot be opened, reading fails, a limit is hit, or `sink` fails.
    pub fn copy<E>(
        &mut self,
        entry: &Entry,
        mut sink: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Measured, CopyError<E>> {
        let local = self.local(entry).map_err(CopyError::Open)?.clone();
        let mut allowance = Allowance::new(&self.limits.inflation);
        let mut failed = None;
        let mut look = |piece: &[u8]| {
            sink(piece).map_err(|err| {
                failed = Some(err);
                Error::Io(std::io::ErrorKind::Interrupted.into())
            })
        };
        let receiver = Receiver::Pieces(&mut look);
        let measured =
            content::read(&mut self.source, entry, &local, Beyond::Stop, &self.limits, &mut allowance, receiver);
        match (failed, measured) {
            (Some(err), _) => Err(CopyError::Sink(err)),
            (None, measured) => measured.map_err(CopyError::Failed),
        }
    }

    /// Reads the content of an entry whose local header is known, within an allowance shared by many.
    pub(crate) fn measure(
        &mut self,
        index: usize,
        beyond: Beyond,
        allowance: &mut Allowance,
        receiver: Receiver<'_>,
    ) -> Result<Option<Measured>, Error> {
        let Some((entry, local)) = openable(&self.directory, &self.locals, index) else {
            return Ok(None);
        };
        content::read(&mut self.source, entry, local, beyond, &self.limits, allowance, receiver).map(Some)
    }

    /// Whether the compressed data of an entry that can be opened is these pieces, and its end nowhere but behind them.
    pub(crate) fn holds(&mut self, index: usize, data: &[&[u8]]) -> Result<bool, Error> {
        match openable(&self.directory, &self.locals, index) {
            Some((entry, local)) => content::is_data(&mut self.source, entry, local, data),
            None => Ok(false),
        }
    }

    pub(crate) fn into_parts(self) -> (Directory, Vec<Result<LocalHeader, OpenFailure>>, Framing) {
        (self.directory, self.locals, self.framing)
    }
}

/// An entry and its local header, where the reference can open it.
fn openable<'a>(
    directory: &'a Directory,
    locals: &'a [Result<LocalHeader, OpenFailure>],
    index: usize,
) -> Option<(&'a Entry, &'a LocalHeader)> {
    let (entry, local) = directory.entries.get(index).zip(locals.get(index)?.as_ref().ok())?;
    local::open(entry, local).is_ok().then_some((entry, local))
}

/// Why an entry's content cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// The entry cannot be opened.
    #[error("the entry cannot be opened: {0}")]
    Open(OpenFailure),
    /// Reading failed, or this build cannot read it.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Why an entry's content could not be copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError<E> {
    /// The entry cannot be opened.
    #[error("the entry cannot be opened: {0}")]
    Open(OpenFailure),
    /// Reading failed, or a limit was hit.
    #[error(transparent)]
    Failed(Error),
    /// The receiver failed.
    #[error("the content cannot be written")]
    Sink(#[source] E),
}
