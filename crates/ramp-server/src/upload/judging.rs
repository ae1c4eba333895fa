//! How many bundles are judged at a time, and on which threads.
//!
//! A bundle that is judged has its module in memory. Small ones are judged side by side; large ones one after the other, all
//! on the same thread: an allocator keeps for each thread what it gave back, so with many threads many modules would stay in
//! memory after they were judged. How large a module is, the bundle's directory claims; no more is read of an entry than that.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Arc, mpsc};

use ramp_core::Limits;
use ramp_core::bundle::{Directory, OpenError};
use tokio::sync::{Semaphore, oneshot};

use crate::error::ServerError;

/// Up to what size an entry is small, in bytes.
const SMALL: u64 = 1 << 20;

type Job = Box<dyn FnOnce() + Send>;

/// The threads that judge bundles.
#[derive(Debug)]
pub(crate) struct Judging {
    small: Arc<Semaphore>,
    large: mpsc::Sender<Job>,
}

impl Judging {
    /// `small` is how many small bundles are judged at a time.
    pub(crate) fn new(small: NonZeroUsize) -> Result<Self, ServerError> {
        let (large, jobs) = mpsc::channel::<Job>();
        let work = move || jobs.into_iter().for_each(|job| job());
        let thread = std::thread::Builder::new().name("judging".to_owned()).spawn(work);
        // It ends with the last sender.
        thread.map_err(|source| ServerError::Runtime { source })?;
        Ok(Self { small: Arc::new(Semaphore::new(small.get())), large })
    }

    /// Does `work` with that bundle when it is its turn.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        bundle: &Path,
        limits: &Limits,
        work: impl FnOnce() -> Result<T, ServerError> + Send + 'static,
    ) -> Result<T, ServerError> {
        let turn = Arc::clone(&self.small).acquire_owned().await.map_err(|_| ServerError::Task)?;
        let (path, limits) = (bundle.to_owned(), limits.clone());
        let judge = move || match largest_entry(&path, &limits) {
            Ok(size) if size <= SMALL => Ok(Ok(work())),
            Ok(_) => Ok(Err(work)),
            Err(err) => Err(err),
        };
        let judged = tokio::task::spawn_blocking(judge).await.map_err(|_| ServerError::Task)??;
        drop(turn);
        let work = match judged {
            Ok(done) => return done,
            Err(work) => work,
        };
        let (tell, told) = oneshot::channel();
        // Nobody hears the answer where the client's task is gone.
        let job = Box::new(move || drop(tell.send(work())));
        self.large.send(job).map_err(|_| ServerError::Task)?;
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
    use std::io::Write as _;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip_of(content: &[u8]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("module.so", SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
        zip.finish().unwrap().into_inner()
    }

    /// How many are judged at a time at most, and whether it was on the one thread for large ones.
    async fn judged_at_a_time(module: usize, cores: usize) -> (usize, bool) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.zip");
        std::fs::write(&path, zip_of(&vec![7; module])).unwrap();
        let judging = Arc::new(Judging::new(cores.try_into().unwrap()).unwrap());
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (judging, path) = (Arc::clone(&judging), path.clone());
                let (now, most) = (Arc::clone(&now), Arc::clone(&most));
                tokio::spawn(async move {
                    let work = move || {
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(50));
                        now.fetch_sub(1, Ordering::SeqCst);
                        Ok(std::thread::current().name() == Some("judging"))
                    };
                    judging.run(&path, &Limits::default(), work).await.unwrap()
                })
            })
            .collect();
        let mut apart = true;
        for task in tasks {
            apart &= task.await.unwrap();
        }
        (most.load(Ordering::SeqCst), apart)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn small_ones_side_by_side_and_large_ones_one_after_the_other() {
        assert_eq!(judged_at_a_time(1 << 20, 3).await, (3, false));
        assert_eq!(judged_at_a_time(1 << 20, 1).await, (1, false));
        assert_eq!(judged_at_a_time((1 << 20) + 1, 3).await, (1, true));
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
