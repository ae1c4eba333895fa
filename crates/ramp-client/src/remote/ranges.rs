//! The blocks of a file, asked for as they are read: one at a time where somebody jumps about, more and more of them in one
//! request where it goes straight on. A request that was begun is read as it comes, so that none of it waits in memory.

use std::sync::Arc;
use std::thread::sleep;

use ureq::BodyReader;

use super::answer::{self, Answer, Part, Version};
use super::cache::{BLOCK, Cache};
use super::error::RemoteError;
use super::fetch::{Fetch, Place, Wanted};
use super::pace::fill;
use super::url::RemoteUrl;
use crate::failure::Failure;

/// Most blocks of one request: 16 MiB. What is not read of one in the end was sent for nothing, at most as much as was read.
const LONGEST: u64 = 256;
/// Blocks that are rather read over than asked for anew.
const LEAP: u64 = 2;

/// A file at a server that knows ranges.
pub(super) struct Ranges {
    fetch: Fetch,
    typed: RemoteUrl,
    place: Place,
    version: Version,
    length: u64,
    cache: Cache,
    run: Option<Run>,
    /// The block behind the last that has come, and how many have come in a row up to it.
    behind: (u64, u64),
}

/// A request under way.
struct Run {
    /// The block that comes next, and the one that comes no more.
    next: u64,
    end: u64,
    /// Whether the answer ends with the last block; else more of it follows that is not a whole block.
    is_whole: bool,
    body: BodyReader<'static>,
}

impl std::fmt::Debug for Ranges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ranges").field("at", &self.place.told()).field("length", &self.length).finish_non_exhaustive()
    }
}

impl Ranges {
    /// The file of which this is the first block.
    pub(super) fn new(fetch: Fetch, typed: &RemoteUrl, place: Place, part: Part) -> Result<Self, RemoteError> {
        let Part { total, version, body, .. } = part;
        let run = Some(Run { next: 0, end: 1, is_whole: true, body });
        let (typed, cache) = (typed.clone(), Cache::default());
        let mut ranges = Self { fetch, typed, place, version, length: total, cache, run, behind: (0, 0) };
        ranges.read(0)?;
        Ok(ranges)
    }

    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// The block with that number, which is shorter at the end of the file.
    pub(super) fn block(&mut self, number: u64) -> Result<Arc<[u8]>, RemoteError> {
        if let Some(block) = self.cache.get(number) {
            return Ok(block);
        }
        let mut pause = self.fetch.limits.backoff;
        let mut left = self.fetch.limits.retries;
        loop {
            match self.read(number) {
                Err(err) if left > 0 && (err.is_passing() || self.is_over(&err)) => {
                    self.run = None;
                    if self.is_over(&err) {
                        self.place = self.fetch.place(&self.typed);
                    }
                    sleep(pause);
                    (pause, left) = (pause.saturating_mul(2), left - 1);
                }
                read => return read,
            }
        }
    }

    /// Whether a place that a redirect led to is there no more: such URLs are often signed for minutes.
    const fn is_over(&self, err: &RemoteError) -> bool {
        self.place.is_led_to() && matches!(err, RemoteError::Status { status: 400 | 401 | 403 | 404 | 410, .. })
    }

    fn read(&mut self, number: u64) -> Result<Arc<[u8]>, RemoteError> {
        let is_on_the_way = |run: &Run| (run.next..run.end.min(run.next.saturating_add(LEAP + 1))).contains(&number);
        if !self.run.as_ref().is_some_and(is_on_the_way) {
            // Ends the request that is under way.
            self.run = None;
            self.run = Some(self.ask(number)?);
        }
        loop {
            let (at, block) = self.advance()?;
            self.cache.put(at, Arc::clone(&block));
            if at == number {
                return Ok(block);
            }
        }
    }

    /// How many blocks have come in a row up to that one.
    const fn in_a_row(&self, number: u64) -> u64 {
        let (behind, come) = self.behind;
        if number == behind { come } else { 0 }
    }

    /// Asks for what begins with that block.
    fn ask(&mut self, number: u64) -> Result<Run, RemoteError> {
        // By what has come, not by what was asked for: of an answer that broke off, or was none, nobody knows that it will be read.
        let wanted = self.in_a_row(number).saturating_add(1).min(LONGEST);
        let first = number.saturating_mul(BLOCK);
        let end = first.saturating_add(wanted.saturating_mul(BLOCK)).min(self.length);
        let wanted = Wanted { first, last: end.saturating_sub(1), of: self.version.strong() };
        let response = self.fetch.get(&mut self.place, wanted)?;
        let at = || self.place.told();
        let changed = || RemoteError::Changed { at: at() };
        match answer::read(response, wanted).map_err(|what| RemoteError::Contradiction { at: at(), what })? {
            Answer::Part(part) if part.version != self.version || part.total != self.length => Err(changed()),
            Answer::Part(part) => {
                // It may be less than was asked for, but whole blocks are what is counted here.
                let end = part.last.saturating_add(1);
                let is_whole = end % BLOCK == 0 || end == self.length;
                let end = if is_whole { end.div_ceil(BLOCK) } else { end / BLOCK };
                if end <= number {
                    let what = format!("with less than {BLOCK} bytes for the range `bytes={first}-{}`", wanted.last);
                    return Err(RemoteError::Contradiction { at: at(), what });
                }
                Ok(Run { next: number, end, is_whole, body: part.body })
            }
            Answer::Whole(whole) if whole.version == self.version => {
                let what = "with the whole file where it answered with a part before".to_owned();
                Err(RemoteError::Contradiction { at: at(), what })
            }
            Answer::Whole(_) | Answer::Empty => Err(changed()),
        }
    }

    /// The next block of the run.
    fn advance(&mut self) -> Result<(u64, Arc<[u8]>), RemoteError> {
        let Some(run) = &mut self.run else {
            return Err(self.place.failed(Failure::Interrupted("the answer is over".into())));
        };
        let at = run.next;
        let length = self.length.saturating_sub(at.saturating_mul(BLOCK)).min(BLOCK);
        let mut block = vec![0; usize::try_from(length).unwrap_or_default()];
        let filled = fill(&mut run.body, &mut block, self.fetch.limits.stall, &self.place.watch)
            .map_err(|err| self.place.failed(err))?;
        if filled < block.len() {
            return Err(self.place.failed(Failure::Interrupted("the answer ends too early".into())));
        }
        run.next = at.saturating_add(1);
        let is_over = run.next >= run.end;
        self.behind = (at.saturating_add(1), self.in_a_row(at).saturating_add(1));
        if is_over {
            self.finish()?;
        }
        Ok((at, block.into()))
    }

    /// Reads the end of the answer, after which the connection can be used again.
    fn finish(&mut self) -> Result<(), RemoteError> {
        let Some(mut run) = self.run.take().filter(|run| run.is_whole) else { return Ok(()) };
        let more = fill(&mut run.body, &mut [0], self.fetch.limits.stall, &self.place.watch)
            .map_err(|err| self.place.failed(err))?;
        if more > 0 {
            let what = "with more than the range that it names".to_owned();
            return Err(RemoteError::Contradiction { at: self.place.told(), what });
        }
        Ok(())
    }
}
