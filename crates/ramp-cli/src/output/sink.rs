//! Where output goes.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::beside::{Beside, Place};
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
        file: Beside,
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
    /// To standard output, through no buffer but its own: what is written to standard error flushes that one before, so that
    /// where both are one file each line stands whole, in the order in which it was said.
    pub(crate) fn stdout(content: Content) -> Self {
        let stdout: Box<dyn Write> = match content {
            Content::Styled => Box::new(anstream::stdout()),
            Content::Data => Box::new(io::stdout()),
        };
        Self { to: Destination::Stdout(stdout), content }
    }

    /// To a file.
    pub(crate) fn file(path: &Path, content: Content) -> Result<Self, CliError> {
        let fail = |source| CliError::WriteFile { path: path.to_owned(), source };
        let path_of = path.to_owned();
        let to = match Place::of(path) {
            Place::Directory => return Err(fail(io::ErrorKind::IsADirectory.into())),
            Place::Device => {
                Destination::Device { file: File::options().write(true).open(path).map_err(fail)?, path: path_of }
            }
            Place::File => Destination::Beside { file: Beside::new(path).map_err(fail)?, path: path_of },
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
            file.put().map_err(|source| CliError::WriteFile { path, source })?;
        }
        Ok(())
    }

    fn with(&mut self, act: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
        let fail = |path: &PathBuf, source| CliError::WriteFile { path: path.clone(), source };
        match &mut self.to {
            Destination::Nobody => Ok(()),
            Destination::Beside { file, path } => act(file.file()).map_err(|err| fail(path, err)),
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
