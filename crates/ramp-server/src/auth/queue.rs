//! Passwords that wait to be hashed: one at a time, since each takes much of the machine.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many may wait before those are not looked at who have had wrong ones: what these wait for is less than a second.
const SHORT: usize = 8;

/// Those who wait, in the order in which they came.
#[derive(Debug)]
pub(super) struct Queue {
    turns: Semaphore,
    waiting: AtomicUsize,
}

impl Default for Queue {
    fn default() -> Self {
        Self { turns: Semaphore::new(1), waiting: AtomicUsize::new(0) }
    }
}

impl Queue {
    /// How many wait.
    pub(super) fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed).try_into().unwrap_or(u64::MAX)
    }

    /// Waits for its turn, however long that takes; `None` where there are no turns any more.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let _waits = Waits::among(&self.waiting);
        self.turns.acquire().await.ok()
    }

    /// As [`turn`](Self::turn); `None` also for one that `is_suspect`, where others wait. Else those who guess from many addresses would make
    /// whoever is right wait behind all of them.
    pub(super) async fn turn_of_try(&self, is_suspect: bool) -> Option<SemaphorePermit<'_>> {
        if is_suspect && self.waiting.load(Ordering::Relaxed) >= SHORT {
            return None;
        }
        self.turn().await
    }
}

/// One of those who wait, until this is dropped.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn among(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_had_wrong_ones_does_not_make_others_wait() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let queue = std::sync::Arc::new(Queue::default());
            let first = queue.turn().await.unwrap();
            let tries: Vec<_> = (0..50)
                .map(|_| {
                    let queue = std::sync::Arc::clone(&queue);
                    tokio::spawn(async move { queue.turn_of_try(true).await.is_some() })
                })
                .collect();
            tokio::task::yield_now().await;
            assert_eq!(queue.waiting.load(Ordering::Relaxed), SHORT);
            let fresh = tokio::spawn({
                let queue = std::sync::Arc::clone(&queue);
                async move { queue.turn_of_try(false).await.is_some() }
            });
            tokio::task::yield_now().await;
            drop(first);
            let mut looked_at = 0;
            for tried in tries {
                looked_at += usize::from(tried.await.unwrap());
            }
            assert_eq!((looked_at, fresh.await.unwrap()), (SHORT, true));
            assert_eq!(queue.waiting.load(Ordering::Relaxed), 0);
        });
    }
}
