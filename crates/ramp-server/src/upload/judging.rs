//! How many bundles are judged at a time, whose is next, and on which threads.
//!
//! A bundle that is judged has its module in memory. Of uploads, small ones are judged side by side; large ones one after the other, all
//! on the same thread: an allocator keeps for each thread what it gave back, so with many threads many modules would stay in
//! memory after they were judged. How large a module is, the bundle's directory claims; no more is read of an entry than that.
//!
//! What is only validated has a turn and a thread of its own, and none of those that uploads have: so nobody who uploads waits for anybody
//! who does not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use axum::http::StatusCode;
use ramp_core::Limits;
use ramp_core::bundle::{Directory, OpenError};
use ramp_core::text::count;
use tokio::sync::oneshot;

use super::turns::{Full, Turn, Turns};
use crate::error::ServerError;
use crate::http::Refusal;
use crate::limits::ServerLimits;

/// Up to what size an entry is small, in bytes.
const SMALL: u64 = 1 << 20;

/// After how long somebody may try again for whom there was no room.
const AGAIN: Duration = Duration::from_secs(5);

/// Why a bundle is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be stored.
    Upload,
    /// To say what is wrong with it.
    Validation,
}

/// Whose turn it is to have a bundle judged, and what judges it.
#[derive(Debug)]
pub(crate) struct Judging {
    small: Turns,
    large: Turns,
    uploading: Worker,
    validations: Turns,
    validating: Worker,
}

impl Judging {
    pub(crate) fn new(limits: &ServerLimits) -> Result<Self, ServerError> {
        let (uploads, validations) = (limits.max_waiting_uploads, limits.max_waiting_validations);
        Ok(Self {
            small: Turns::new(limits.max_judging.get(), uploads),
            large: Turns::new(1, uploads),
            uploading: Worker::start("judging")?,
            validations: Turns::new(1, validations),
            validating: Worker::start("validating")?,
        })
    }

    /// How many bundles wait for their turn.
    pub(crate) fn waiting(&self, purpose: Purpose) -> u64 {
        let waiting = match purpose {
            Purpose::Upload => self.small.waiting().saturating_add(self.large.waiting()),
            Purpose::Validation => self.validations.waiting(),
        };
        waiting.try_into().unwrap_or(u64::MAX)
    }

    /// Refuses where a bundle of that user could not wait for its turn, so that it need not be received.
    pub(crate) fn must_have_room(&self, purpose: Purpose, user: u32) -> Result<(), Refusal> {
        let turns = match purpose {
            Purpose::Upload => &self.small,
            Purpose::Validation => &self.validations,
        };
        turns.room(user).map_err(too_many)
    }

    /// Does `work` with a bundle of that user when it is its turn.
    ///
    /// `too_many_bundles` where too many wait for theirs.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        (purpose, user): (Purpose, u32),
        bundle: &Path,
        limits: &Limits,
        work: impl FnOnce() -> Result<T, ServerError> + Send + 'static,
    ) -> Result<T, Refusal> {
        if purpose == Purpose::Validation {
            let turn = self.validations.turn(user).await.map_err(too_many)?;
            return Ok(self.validating.run(turn, work).await?);
        }
        let turn = self.small.turn(user).await.map_err(too_many)?;
        let (path, limits) = (bundle.to_owned(), limits.clone());
        let judge = move || {
            let _turn = turn;
            match largest_entry(&path, &limits) {
                Ok(size) if size <= SMALL => Ok(Ok(work())),
                Ok(_) => Ok(Err(work)),
                Err(err) => Err(err),
            }
        };
        let judged = tokio::task::spawn_blocking(judge).await.map_err(|_| ServerError::Task)??;
        let work = match judged {
            Ok(done) => return Ok(done?),
            Err(work) => work,
        };
        let turn = self.large.turn(user).await.map_err(too_many)?;
        Ok(self.uploading.run(turn, work).await?)
    }
}

fn too_many(full: Full) -> Refusal {
    let most = match full {
        Full::OfUser(most) => format!("{} of a user", count(most, "bundle")),
        Full::OfAll(most) => count(most, "bundle"),
    };
    let description =
        format!("no more than {most} may wait to be judged; nothing was stored; try again in a few seconds");
    let message = "Too many bundles wait to be judged";
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_bundles", message, description).retry_after(AGAIN)
}

type Job = Box<dyn FnOnce() + Send>;

/// A thread that does one thing after the other.
#[derive(Debug)]
struct Worker(mpsc::Sender<Job>);

impl Worker {
    /// It ends when this is dropped.
    fn start(name: &str) -> Result<Self, ServerError> {
        let (sender, jobs) = mpsc::channel::<Job>();
        // Of one that panics, whoever waits for it is told; the next is done all the same.
        let work = move || jobs.into_iter().for_each(|job| drop(catch_unwind(AssertUnwindSafe(job))));
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work);
        thread.map_err(|source| ServerError::Runtime { source })?;
        Ok(Self(sender))
    }

    /// Does `work`, for which that turn is needed.
    async fn run<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce() -> Result<T, ServerError> + Send + 'static,
    ) -> Result<T, ServerError> {
        let (tell, told) = oneshot::channel();
        let job = move || {
            let _turn = turn;
            // Nobody hears the answer where the client's task is gone.
            drop(tell.send(work()));
        };
        self.0.send(Box::new(job)).map_err(|_| ServerError::Task)?;
        told.await.map_err(|_| ServerError::Task)?
    }
}

/// The most that an entry claims to be; which one the module is, is not known yet.
fn largest_entry(path: &Path, limits: &Limits) -> Result<u64, ServerError> {
    let failed = |source| ServerError::File { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let directory = match Directory::read(file, &limits.bundle) {
        Ok(directory) => directory,
        Err(OpenError::Failed(ramp_core::Error::Io(err))) => return Err(failed(err)),
        // Of what has no directory, nothing is held; what is wrong with it is told when it is judged.
        Err(_) => return Ok(0),
    };
    let sizes = directory.entries.iter().map(|entry| entry.claimed_size);
    Ok(sizes.max().unwrap_or_default().min(limits.max_module_bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::io::Write as _;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip_of(content: &[u8]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("module.so", SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
        zip.finish().unwrap().into_inner()
    }

    /// How many are judged at a time at most, and on threads of which name.
    async fn judged_at_a_time(module: usize, cores: usize, purpose: Purpose) -> (usize, HashSet<Option<String>>) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.zip");
        std::fs::write(&path, zip_of(&vec![7; module])).unwrap();
        let limits = ServerLimits { max_judging: cores.try_into().unwrap(), ..ServerLimits::default() };
        let judging = Arc::new(Judging::new(&limits).unwrap());
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..8)
            .map(|user| {
                let (judging, path) = (Arc::clone(&judging), path.clone());
                let (now, most) = (Arc::clone(&now), Arc::clone(&most));
                tokio::spawn(async move {
                    let work = move || {
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(50));
                        now.fetch_sub(1, Ordering::SeqCst);
                        Ok(std::thread::current().name().map(str::to_owned))
                    };
                    judging.run((purpose, user), &path, &Limits::default(), work).await.unwrap()
                })
            })
            .collect();
        let mut names = HashSet::new();
        for task in tasks {
            names.insert(task.await.unwrap().filter(|name| !name.starts_with("tokio")));
        }
        (most.load(Ordering::SeqCst), names)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn small_ones_side_by_side_and_large_ones_one_after_the_other() {
        let on = |name: Option<&str>| HashSet::from([name.map(str::to_owned)]);
        assert_eq!(judged_at_a_time(1 << 20, 3, Purpose::Upload).await, (3, on(None)));
        assert_eq!(judged_at_a_time(1 << 20, 1, Purpose::Upload).await, (1, on(None)));
        assert_eq!(judged_at_a_time((1 << 20) + 1, 3, Purpose::Upload).await, (1, on(Some("judging"))));
        for module in [1, (1 << 20) + 1] {
            assert_eq!(judged_at_a_time(module, 3, Purpose::Validation).await, (1, on(Some("validating"))));
        }
    }

    /// Validations that take for ever keep no upload waiting; and one that panics keeps nothing waiting.
    #[tokio::test(flavor = "multi_thread")]
    async fn no_upload_waits_for_validations() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.zip");
        std::fs::write(&path, zip_of(&vec![7; (1 << 20) + 1])).unwrap();
        let limits = ServerLimits { max_waiting_validations: 4, ..ServerLimits::default() };
        let judging = Arc::new(Judging::new(&limits).unwrap());
        let (done, wait) = mpsc::channel::<()>();
        let (begun, begins) = oneshot::channel();
        let validate = |work: Job| {
            let (judging, path) = (Arc::clone(&judging), path.clone());
            let work = move || {
                work();
                Ok(())
            };
            let task = async move { judging.run((Purpose::Validation, 1), &path, &Limits::default(), work).await };
            tokio::spawn(task)
        };
        let mut validations = vec![validate(Box::new(move || {
            begun.send(()).unwrap();
            let _ = wait.recv();
        }))];
        begins.await.unwrap();
        validations.extend((0..2).map(|_| validate(Box::new(|| {}))));
        while judging.validations.waiting() < 2 {
            tokio::task::yield_now().await;
        }
        let refused = judging.must_have_room(Purpose::Validation, 1).unwrap_err();
        assert_eq!((refused.error_code, refused.status), ("too_many_bundles", StatusCode::SERVICE_UNAVAILABLE));
        let description =
            "no more than 2 bundles of a user may wait to be judged; nothing was stored; try again in a few seconds";
        assert_eq!(refused.description, description);
        judging.must_have_room(Purpose::Validation, 2).unwrap();
        for panics in [true, false] {
            let work = move || if panics { panic!("as a test") } else { Ok(7) };
            let judged = judging.run((Purpose::Upload, 1), &path, &Limits::default(), work).await;
            assert_eq!(
                judged.map_err(|refusal| refusal.error_code),
                if panics { Err("internal_error") } else { Ok(7) }
            );
        }
        drop(done);
        for validation in validations {
            validation.await.unwrap().unwrap();
        }
    }

    #[test]
    fn what_is_no_zip_weighs_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.zip");
        std::fs::write(&path, b"no zip").unwrap();
        assert_eq!(largest_entry(&path, &Limits::default()).unwrap(), 0);
        assert!(largest_entry(&directory.path().join("none"), &Limits::default()).is_err());
    }
}
