//! What is read: files, standard input, URLs.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use ramp_core::Limits;
use ramp_core::url::shown;
use tempfile::SpooledTempFile;

use crate::error::CliError;
use crate::style;

mod bucket;
mod ending;
mod named;
mod pattern;
mod reader;
mod still;
mod url;

pub(crate) use named::{Lines, is_pattern, lists, named, reads_stdin_twice, without_bundles};
pub(crate) use pattern::matcher;
pub(crate) use reader::Input;
use still::Still;

/// The argument that means standard input.
const STDIN: &str = "-";
/// How a zip begins.
const ZIP: &[u8] = b"PK";
/// Standard input up to this many bytes is kept in memory, more in a temporary file.
const SPOOL_BYTES: usize = 8 << 20;

/// Tells of one path after the other whether none before meant the same file, or the same URL. What cannot be found, as a pipe
/// cannot, is always new.
pub(crate) fn each_once() -> impl FnMut(&Path) -> bool {
    let mut seen = BTreeSet::new();
    move |path| match url::of(path) {
        Some(_) => seen.insert(path.to_owned()),
        None => path.canonicalize().map_or(true, |file| seen.insert(file)),
    }
}

/// Whether all of it could be read that was asked for.
pub(crate) fn sound(reader: &impl Input) -> Result<(), CliError> {
    reader.failure().map_or(Ok(()), Err)
}

/// Whether it is a URL.
pub(crate) fn is_url(path: &Path) -> bool {
    url::of(path).is_some()
}

/// Opens a bundle that is read several times: what is far away is fetched first.
pub(crate) fn open_whole(path: &Path) -> Result<Box<dyn Input>, CliError> {
    let mut reader = open(path)?;
    if !reader.is_far() {
        return Ok(reader);
    }
    let spooled = spool(&mut reader);
    sound(&reader)?;
    spooled.map_err(|source| CliError::Read { path: path.to_owned(), source })
}

/// Opens a bundle, `-` being standard input; a URL is read as it is looked at. What is not a file, such as a pipe, is read to its end
/// first.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Input>, CliError> {
    if let Some(text) = url::of(path) {
        return match bucket::of(text) {
            Some((bucket, key)) => bucket::open(text, bucket, key),
            None => url::open(text),
        };
    }
    let fail = |source| CliError::Read { path: path.to_owned(), source };
    if path.as_os_str() == STDIN {
        return spool(&mut io::stdin().lock()).map_err(fail);
    }
    let mut file = File::open(path).map_err(fail)?;
    let kind = file.metadata().map_err(fail)?.file_type();
    if kind.is_dir() {
        return Err(fail(io::ErrorKind::IsADirectory.into()));
    }
    if kind.is_file() {
        return Ok(Box::new(Still::new(file, path).map_err(fail)?));
    }
    spool(&mut file).map_err(fail)
}

/// The same for what is a zip, or else a text of no more than so many bytes: of what is neither a file nor a zip, no more are read.
pub(crate) fn open_zip_or_text(path: &Path, most: u64) -> Result<Box<dyn Input>, CliError> {
    let fail = |source| CliError::Read { path: path.to_owned(), source };
    let mut stream: Box<dyn Read> = if path.as_os_str() == STDIN {
        Box::new(io::stdin().lock())
    } else if path.is_file() || path.is_dir() {
        return open(path);
    } else {
        Box::new(File::open(path).map_err(fail)?)
    };
    let mut start = Vec::new();
    stream.by_ref().take(4).read_to_end(&mut start).map_err(fail)?;
    let is_zip = start.starts_with(ZIP);
    let mut whole = io::Cursor::new(start).chain(stream);
    if is_zip { spool(&mut whole).map_err(fail) } else { spool(&mut whole.take(most)).map_err(fail) }
}

/// Whether it begins as a zip does; it is at its start afterwards.
pub(crate) fn begins_as_zip(reader: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut start = Vec::new();
    reader.take(4).read_to_end(&mut start)?;
    reader.rewind()?;
    Ok(start.starts_with(ZIP))
}

/// The first bytes of a file, a pipe, or `-`, standard input; all of them where there are no more than `most`.
pub(crate) fn read_start(path: &Path, most: u64) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == STDIN {
        io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else if path.is_dir() {
        Err(io::ErrorKind::IsADirectory.into())
    } else {
        File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|source| CliError::Read { path: path.to_owned(), source })?;
    Ok(bytes)
}

/// Opens a file, and nothing else: a pipe would be waited for, perhaps for ever.
pub(crate) fn open_file(path: &Path) -> Result<File, CliError> {
    let open = || {
        let kind = std::fs::metadata(path)?.file_type();
        if kind.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !kind.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is not a file, but a device, a pipe or a socket",
            ));
        }
        File::open(path)
    };
    open().map_err(|source| CliError::Read { path: path.to_owned(), source })
}

fn spool(from: &mut dyn Read) -> io::Result<Box<dyn Input>> {
    let mut spool = SpooledTempFile::new(SPOOL_BYTES);
    // Nobody could judge a bundle that is larger than it may be when inflated; what sends as much may never end.
    let most = Limits::default().bundle.inflation.max_bytes;
    if io::copy(&mut from.take(most.saturating_add(1)), &mut spool)? > most {
        let message = format!("it has not ended after {}", style::bytes(most));
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    spool.seek(SeekFrom::Start(0))?;
    Ok(Box::new(spool))
}

/// A bare module's bytes, no more of them than are judged.
pub(crate) fn read_module(path: &Path, reader: impl Read, limits: &Limits) -> Result<Vec<u8>, CliError> {
    let allowed = limits.max_module_bytes;
    let mut bytes = Vec::new();
    reader
        .take(allowed + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| CliError::Read { path: path.to_owned(), source })?;
    let measured = bytes.len() as u64;
    if measured > allowed {
        let source = ramp_core::Error::LimitExceeded { limit: ramp_core::Limit::ModuleBytes, measured, allowed };
        return Err(CliError::Evaluate { path: path.to_owned(), source });
    }
    Ok(bytes)
}

/// Whether it means standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

/// Whether a target that is called so is a file: by a path's form, or a JSON file's.
pub(crate) fn is_target_file(name: &str) -> bool {
    name.contains(['/', '\\']) || Path::new(name).extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

/// The name by which a bundle is reported: of a URL, without what may be secret in it.
pub(crate) fn name(path: &Path) -> String {
    match url::of(path) {
        Some(text) => shown(text),
        None if is_stdin(path) => "<stdin>".to_owned(),
        None => path.display().to_string(),
    }
}
