//! Work side by side, with results in order.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use crate::error::CliError;

/// How many to work on at once: as many as were asked for, else one a core.
pub(super) fn jobs(wanted: Option<NonZeroUsize>, items: usize) -> usize {
    // Asking for the number of cores takes reading five files.
    if items <= 1 {
        return items;
    }
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    wanted.unwrap_or_else(cores).get().min(items)
}

/// Works on `items` side by side and hands the results on in the items' order, each as soon as those before it are
/// done. Stops taking up new work when `handle` fails.
pub(super) fn in_order<T: Send>(
    items: &[PathBuf],
    jobs: usize,
    work: impl Fn(&Path) -> T + Sync,
    handle: &mut dyn FnMut(T) -> Result<(), CliError>,
) -> Result<(), CliError> {
    if jobs <= 1 {
        return items.iter().try_for_each(|item| handle(work(item)));
    }
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::sync_channel(jobs);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                while let Some((index, item)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    items.get(index).map(|item| (index, item))
                } {
                    if sender.send((index, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        // The receiver is consumed here, so that a failing `handle` closes the channel and the workers end.
        for (index, result) in receiver {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&due) {
                handle(result)?;
                due += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<PathBuf> = (0..200).map(|i| i.to_string().into()).collect();
        for jobs in [1, 2, 7] {
            let mut seen = Vec::new();
            in_order(&items, jobs, |p| p.display().to_string(), &mut |name| {
                seen.push(name);
                Ok(())
            })
            .unwrap();
            assert!(seen.iter().enumerate().all(|(i, name)| *name == i.to_string()), "{jobs} jobs: {seen:?}");
        }
    }

    #[test]
    fn a_failing_handler_ends_the_work() {
        let items: Vec<PathBuf> = (0..200).map(|i| i.to_string().into()).collect();
        let result = in_order(&items, 2, |_| (), &mut |()| Err(CliError::Write(std::io::ErrorKind::BrokenPipe.into())));
        assert!(result.is_err());
    }
}
