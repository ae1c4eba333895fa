//! The summary of a job of GitHub Actions, in the file that the runner names.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ramp_core::Level;

use super::markdown::Text;
use super::reporter::Outcome;
use crate::tell;

/// The runner takes as many bytes of a step, and nothing of a file with more.
///
/// Source: GitHub's documentation, "Workflow commands for GitHub Actions", on `GITHUB_STEP_SUMMARY`.
const LARGEST: usize = 1 << 20;

/// What is added to the summary of a job.
#[derive(Debug)]
pub(crate) struct Summary {
    path: PathBuf,
    text: Text,
}

impl Summary {
    /// Where a job of GitHub Actions runs, which names a file that is free for that; else nothing, which is told.
    pub(crate) fn of_job(all: bool, is_free: impl Fn(&Path) -> bool) -> Option<Self> {
        let path = PathBuf::from(std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path: &OsString| !path.is_empty())?);
        // A pipe without a reader would be waited for.
        let is_file = path.metadata().map_or_else(|_| !path.is_symlink(), |there| there.is_file());
        if !is_file || !is_free(&path) {
            let message = format!("the summary of the job is not written: `{}` is not free for it", path.display());
            tell::notice(Level::Warning, &message);
            return None;
        }
        Some(Self { path, text: Text::new(all) })
    }

    /// What came of one bundle, or of manifests, for each target.
    pub(crate) fn add(&mut self, outcomes: &[Outcome]) {
        self.text.add(outcomes);
    }

    /// Adds it to what is there. Where that fails, the work is done all the same.
    pub(crate) fn write(self) {
        if let Err(err) = self.append() {
            let message = format!("cannot write the summary of the job to `{}`: {err}", self.path.display());
            tell::notice(Level::Warning, &message);
        }
    }

    fn append(&self) -> io::Result<()> {
        let mut file = File::options().append(true).create(true).open(&self.path)?;
        let there = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let text = self.text.bounded(LARGEST.saturating_sub(there + 1));
        if text.is_empty() {
            return Err(io::Error::other("what is there leaves no room in the 1 MiB that GitHub takes of a step"));
        }
        // A table begins a paragraph of its own.
        file.write_all(if there > 0 { format!("\n{text}") } else { text }.as_bytes())
    }
}
