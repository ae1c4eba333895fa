//! Progress on standard error, where work is long.

use std::io::{self, IsTerminal as _, Read, Seek, SeekFrom};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::CliError;
use crate::input::Input;
use crate::style;

/// Bundles smaller than this are done before a bar could be drawn.
const WORTH_A_BAR: u64 = 16 << 20;
/// Likewise of those that are fetched.
const WORTH_A_BAR_TO_FETCH: u64 = 1 << 20;
/// Likewise of those that are sent, which takes longer than reading them.
#[cfg(feature = "cluster")]
const WORTH_A_BAR_TO_SEND: u64 = 1 << 20;

/// A bar on standard error, drawn only where that is a terminal and the work is long.
#[derive(Debug, Clone)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// For bundles of `total` bytes together.
    pub(crate) fn new(total: u64) -> Self {
        let template = "{spinner} {bar:32} {percent:>3} %  {binary_bytes_per_sec}  of {msg}";
        let progress = Self::drawn(total, WORTH_A_BAR, template);
        progress.0.set_message(style::bytes(total));
        progress
    }

    /// There is more to do than was known: so many bytes, which have to be fetched.
    fn grow(&self, by: u64) {
        self.0.inc_length(by);
        let total = self.0.length().unwrap_or(by);
        self.0.set_message(style::bytes(total));
        if total >= WORTH_A_BAR_TO_FETCH && io::stderr().is_terminal() && self.0.is_hidden() {
            self.0.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    }

    /// Hidden where `total` is not worth a bar, or nobody would see it.
    fn drawn(total: u64, worth_a_bar: u64, template: &str) -> Self {
        let is_shown = total >= worth_a_bar && io::stderr().is_terminal();
        let target = if is_shown { ProgressDrawTarget::stderr_with_hz(10) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Runs something that prints while the bar steps aside.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.0.suspend(print)
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }

    /// Reads a whole bundle through the bar.
    pub(crate) fn wrap<R: Input>(&self, mut reader: R) -> io::Result<Metered<R>> {
        let left = reader.seek(SeekFrom::End(0))?;
        reader.seek(SeekFrom::Start(0))?;
        if reader.is_far() {
            self.grow(left);
        }
        Ok(Metered { reader, bar: self.0.clone(), left })
    }
}

#[cfg(feature = "cluster")]
impl Progress {
    /// For an upload of `total` bytes.
    pub(crate) fn of_upload(total: u64) -> Self {
        let template = "{spinner} {bar:32} {percent:>3} %  {binary_bytes_per_sec}  {msg}";
        Self::drawn(total, WORTH_A_BAR_TO_SEND, template)
    }

    /// For steps that are told one by one, and have no length.
    pub(crate) fn of_steps() -> Self {
        Self::drawn(0, 0, "{spinner} {msg}")
    }

    /// Begins a step, which reads all of it again.
    pub(crate) fn begin(&self, step: &str) {
        self.say(step);
        self.0.set_position(0);
    }

    /// Says what is going on.
    pub(crate) fn say(&self, what: &str) {
        self.0.set_message(style::printable(what));
    }

    /// So much has gone; a little more than the bundle does, which is around it.
    pub(crate) fn reach(&self, bytes: u64) {
        self.0.set_position(bytes.min(self.0.length().unwrap_or(bytes)));
    }
}

#[cfg(feature = "serve")]
impl Progress {
    /// For what is done one after the other, such as bundles, however many those are.
    pub(crate) fn one_by_one(what: &str) -> Self {
        let progress = Self::drawn(1, 0, "{spinner} {bar:32} {msg} {pos} of {len}");
        progress.0.set_message(what.to_owned());
        progress
    }

    /// So many are done, of so many.
    pub(crate) fn reach_of(&self, done: usize, of: usize) {
        self.0.set_length(of as u64);
        self.0.set_position(done as u64);
    }
}

/// A reader that moves a bar by what it reads: all in all its own length, in whatever order, and never more.
#[derive(Debug)]
pub(crate) struct Metered<R> {
    reader: R,
    bar: ProgressBar,
    /// What the bar has still to be moved by.
    left: u64,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let step = self.left.min(read as u64);
        self.left -= step;
        self.bar.inc(step);
        Ok(read)
    }
}

impl<R: Seek> Seek for Metered<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}

impl<R: Input> Input for Metered<R> {
    fn failure(&self) -> Option<CliError> {
        self.reader.failure()
    }

    fn is_far(&self) -> bool {
        self.reader.is_far()
    }
}

impl<R> Drop for Metered<R> {
    fn drop(&mut self) {
        self.bar.inc(self.left);
    }
}
