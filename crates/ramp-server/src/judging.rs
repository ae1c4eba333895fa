//! How many bundles are judged at a time: as many as there are cores, and as much of them as fits the memory.
//!
//! A bundle that is judged has its module in memory. How large that is, its directory claims; no more is read of an entry than
//! it claims. A module that is larger than all that may be held is judged alone.

use std::path::Path;
use std::sync::Arc;

use ramp_core::bundle::{Limits, Source, read_directory};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::ServerLimits;
use crate::error::ServerError;

/// What a unit of memory is, in bytes.
const UNIT: u64 = 1 << 20;

/// Turns to judge a bundle.
#[derive(Debug)]
pub(crate) struct Judging {
    bundles: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    /// All units of memory.
    units: u32,
}

/// One of them; it is over when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _bundle: OwnedSemaphorePermit,
    _memory: OwnedSemaphorePermit,
}

impl Judging {
    pub(crate) fn new(limits: &ServerLimits) -> Self {
        let units = u32::try_from(limits.max_judging_bytes / UNIT).unwrap_or(u32::MAX >> 4).clamp(1, u32::MAX >> 4);
        Self {
            bundles: Arc::new(Semaphore::new(limits.max_judging.get())),
            memory: Arc::new(Semaphore::new(units as usize)),
            units,
        }
    }

    /// Waits until the bundle may be judged.
    pub(crate) async fn turn(&self, bundle: &Path, limits: &Limits) -> Result<Turn, ServerError> {
        let acquired = Arc::clone(&self.bundles).acquire_owned().await;
        let bundle_turn = acquired.map_err(|_| ServerError::Task)?;
        let (path, limits) = (bundle.to_owned(), limits.clone());
        let weighed = tokio::task::spawn_blocking(move || largest_entry(&path, &limits));
        let bytes = weighed.await.map_err(|_| ServerError::Task)??;
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).clamp(1, self.units);
        let acquired = Arc::clone(&self.memory).acquire_many_owned(units).await;
        Ok(Turn { _bundle: bundle_turn, _memory: acquired.map_err(|_| ServerError::Task)? })
    }
}

/// The most that an entry claims to be; which one the module is, is not known yet.
fn largest_entry(path: &Path, limits: &Limits) -> Result<u64, ServerError> {
    let failed = |source| ServerError::File { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut source = Source::new(file).map_err(failed)?;
    let directory = match read_directory(&mut source, limits) {
        Ok(Ok(directory)) => directory,
        Err(ramp_core::Error::Io(err)) => return Err(failed(err)),
        // Of what has no directory, nothing is held; what is wrong with it is told when it is judged.
        Ok(Err(_)) | Err(_) => return Ok(0),
    };
    let sizes = directory.entries.iter().map(|entry| entry.claimed_size);
    Ok(sizes.max().unwrap_or_default().min(limits.max_module_bytes))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::time::Duration;

    use ramp_fixtures::bundle::BundleBuilder;

    use super::*;

    fn judging(cores: usize, mebibytes: u64) -> Judging {
        let (max_judging, max_judging_bytes) = (NonZeroUsize::new(cores).unwrap(), mebibytes << 20);
        Judging::new(&ServerLimits { max_judging, max_judging_bytes, ..ServerLimits::default() })
    }

    #[tokio::test]
    async fn as_much_is_judged_as_fits() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.zip");
        std::fs::write(&path, BundleBuilder::of_module(vec![7; 3 << 20]).build()).unwrap();
        let limits = Limits::default();
        let soon = Duration::from_millis(200);
        for (cores, mebibytes, at_a_time) in [(8, 9, 3), (8, 8, 2), (1, 64, 1), (2, 64, 2), (8, 1, 1)] {
            let judging = judging(cores, mebibytes);
            let mut turns = Vec::new();
            for _ in 0..at_a_time {
                turns.push(judging.turn(&path, &limits).await.unwrap());
            }
            let waits = tokio::time::timeout(soon, judging.turn(&path, &limits)).await;
            assert!(waits.is_err(), "{cores} {mebibytes}");
            turns.pop();
            judging.turn(&path, &limits).await.unwrap();
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
