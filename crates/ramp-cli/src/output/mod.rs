//! Reports out: one file a format.

pub(crate) mod facts;
pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod sarif;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ramp_core::{PolicyName, Report, Target};
use tempfile::NamedTempFile;

use crate::args::{FailOn, Format};
use crate::error::CliError;

/// What came of one bundle.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The bundle's name, as given.
    pub(crate) bundle: String,
    pub(crate) verdict: Verdict,
    pub(crate) policy: PolicyName,
    pub(crate) target: Target,
}

#[derive(Debug)]
pub(crate) enum Verdict {
    Judged(Box<Report>),
    NotEvaluated { message: String },
}

/// A format: outcomes in, text out, as they come or at the end.
pub(crate) trait Reporter {
    fn add(&mut self, outcome: &Outcome, sink: &mut Sink) -> Result<(), CliError>;
    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError>;
}

pub(crate) fn reporter(format: Format, fail_on: FailOn) -> Box<dyn Reporter> {
    match format {
        Format::Human => Box::new(human::Human::default()),
        Format::Json => Box::new(json::Json::default()),
        Format::Jsonl => Box::new(json::Lines),
        Format::Sarif => Box::new(sarif::Sarif::default()),
        Format::Github => Box::new(github::Github),
        Format::Junit => Box::new(junit::Junit::new(fail_on)),
    }
}

/// Standard output, or a file that is written beside and renamed when it is whole.
pub(crate) enum Sink {
    Stdout(Box<dyn Write>),
    File { file: NamedTempFile, path: PathBuf },
}

impl Sink {
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path else {
            return Ok(Self::Stdout(Box::new(io::BufWriter::new(anstream::stdout().lock()))));
        };
        let fail = |source| CliError::WriteFile { path: path.to_owned(), source };
        let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".ramp-").tempfile_in(directory).map_err(fail)?;
        Ok(Self::File { file, path: path.to_owned() })
    }

    /// Writes text; colours are stripped where nobody would see them.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), CliError> {
        match self {
            Self::Stdout(stdout) => stdout.write_all(text.as_bytes())?,
            Self::File { file, path } => {
                let plain = anstream::adapter::strip_str(text).to_string();
                let fail = |source| CliError::WriteFile { path: path.clone(), source };
                file.write_all(plain.as_bytes()).map_err(fail)?;
            }
        }
        Ok(())
    }

    pub(crate) fn line(&mut self, text: &str) -> Result<(), CliError> {
        self.write(text)?;
        self.write("\n")
    }

    /// Flushes, and puts the file in its place.
    pub(crate) fn close(self) -> Result<(), CliError> {
        match self {
            Self::Stdout(mut stdout) => Ok(stdout.flush()?),
            Self::File { mut file, path } => {
                let fail = |source| CliError::WriteFile { path: path.clone(), source };
                file.flush().map_err(fail)?;
                set_mode(file.as_file(), 0o644).map_err(fail)?;
                file.persist(&path).map_err(|err| CliError::WriteFile { path, source: err.error })?;
                Ok(())
            }
        }
    }
}

/// Gives a temporary file, which only its owner may read, the mode that a file written plainly would have.
#[cfg(unix)]
pub(crate) fn set_mode(file: &std::fs::File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &std::fs::File, _: u32) -> io::Result<()> {
    Ok(())
}
