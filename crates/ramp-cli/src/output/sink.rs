//! Where output goes.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::CliError;

/// What is written: decides what becomes of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// For people: colours, where there is somebody to see them.
    Styled,
    /// For programs: every byte as it is.
    Data,
}

/// Standard output, or a file that is written beside and renamed when it is whole.
#[derive(Debug)]
pub(crate) struct Sink {
    to: Destination,
    content: Content,
}

enum Destination {
    Stdout(Box<dyn Write>),
    /// Whoever read standard output has gone; the exit status is still to come.
    Nobody,
    /// A file to come.
    Beside {
        file: NamedTempFile,
        path: PathBuf,
    },
    /// What is there and no file, such as `/dev/null` or a pipe: nothing may be put in its place.
    Device {
        file: File,
        path: PathBuf,
    },
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stdout(_) => "Stdout",
            Self::Nobody => "Nobody",
            Self::Beside { .. } => "Beside",
            Self::Device { .. } => "Device",
        })
    }
}

impl Sink {
    /// To standard output.
    pub(crate) fn stdout(content: Content) -> Self {
        let stdout: Box<dyn Write> = match content {
            Content::Styled => Box::new(io::BufWriter::new(anstream::stdout().lock())),
            Content::Data => Box::new(io::BufWriter::new(io::stdout().lock())),
        };
        Self { to: Destination::Stdout(stdout), content }
    }

    /// To a file.
    pub(crate) fn file(path: &Path, content: Content) -> Result<Self, CliError> {
        let fail = |source| CliError::WriteFile { path: path.to_owned(), source };
        // Where `path` is a link, what it points to is replaced, not the link.
        let (target, is_device) = match path.metadata() {
            Ok(found) if found.is_dir() => return Err(fail(io::ErrorKind::IsADirectory.into())),
            Ok(found) if !found.is_file() => (path.to_owned(), true),
            Ok(_) => (path.canonicalize().map_err(fail)?, false),
            Err(_) => (path.to_owned(), false),
        };
        let to = if is_device {
            let file = File::options().write(true).open(path).map_err(fail)?;
            Destination::Device { file, path: path.to_owned() }
        } else {
            let directory = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let file =
                tempfile::Builder::new().prefix(".ramp-").tempfile_in(directory).map_err(|err| fail(cause(&err)))?;
            Destination::Beside { file, path: target }
        };
        Ok(Self { to, content })
    }

    /// Writes text; colours are stripped where nobody would see them.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), CliError> {
        let plain = match (&self.to, self.content) {
            (Destination::Beside { .. } | Destination::Device { .. }, Content::Styled) => {
                Some(anstream::adapter::strip_str(text).to_string())
            }
            _ => None,
        };
        let bytes = plain.as_deref().unwrap_or(text).as_bytes();
        self.with(|out| out.write_all(bytes))
    }

    pub(crate) fn line(&mut self, text: &str) -> Result<(), CliError> {
        self.write(text)?;
        self.write("\n")
    }

    pub(crate) fn flush(&mut self) -> Result<(), CliError> {
        self.with(|out| out.flush())
    }

    /// Flushes, and puts the file in its place.
    pub(crate) fn close(mut self) -> Result<(), CliError> {
        self.flush()?;
        if let Destination::Beside { file, path } = self.to {
            let fail = |source| CliError::WriteFile { path: path.clone(), source };
            set_mode(file.as_file(), 0o644).map_err(fail)?;
            file.persist(&path).map_err(|err| fail(err.error))?;
        }
        Ok(())
    }

    fn with(&mut self, act: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
        let fail = |path: &PathBuf, source| CliError::WriteFile { path: path.clone(), source };
        match &mut self.to {
            Destination::Nobody => Ok(()),
            Destination::Beside { file, path } => act(file).map_err(|err| fail(path, err)),
            Destination::Device { file, path } => act(file).map_err(|err| fail(path, err)),
            Destination::Stdout(stdout) => match act(stdout) {
                // As in `ramp validate … | head`: no failure, and no reason to give another exit status.
                Err(err) if err.kind() == io::ErrorKind::BrokenPipe => {
                    self.to = Destination::Nobody;
                    Ok(())
                }
                result => Ok(result?),
            },
        }
    }
}

/// What kept a temporary file from being made, without the name that it would have had.
pub(crate) fn cause(err: &io::Error) -> io::Error {
    err.kind().into()
}

/// Gives a temporary file, which only its owner may read, the mode that a file written plainly would have.
#[cfg(unix)]
pub(crate) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}
