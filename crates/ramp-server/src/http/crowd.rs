//! Which connections make room for others, where there are as many as there may be: those on which no request is under way, of whoever has
//! most of these, the oldest first. So nobody is kept out by heads of requests that are never sent whole.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{AcquireError, Notify, OwnedSemaphorePermit, Semaphore};

use super::network::network;

/// How long to wait for one that was asked to make room, before another is.
const SOON: Duration = Duration::from_millis(50);

/// One part of so many makes room at once.
const PART: usize = 128;

/// All connections, by number.
#[derive(Debug)]
pub(crate) struct Crowd {
    members: Mutex<HashMap<u64, Arc<Member>>>,
    /// Numbers that grow.
    clock: AtomicU64,
    places: Arc<Semaphore>,
    /// How many make room at once, so that not all are looked at for each that comes.
    at_once: usize,
}

impl Crowd {
    /// Of so many connections.
    pub(crate) fn of(most: usize) -> Self {
        let (members, places) = (Mutex::default(), Arc::new(Semaphore::new(most)));
        Self { members, clock: AtomicU64::new(0), places, at_once: (most / PART).max(1) }
    }

    /// A place for a connection from there, as soon as there is one.
    pub(crate) async fn place(self: &Arc<Self>, address: IpAddr) -> Result<Place, AcquireError> {
        let permit = loop {
            if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
                break permit;
            }
            self.make_room();
            if let Ok(permit) = tokio::time::timeout(SOON, Arc::clone(&self.places).acquire_owned()).await {
                break permit?;
            }
        };
        let number = self.tick();
        let member = Arc::new(Member {
            who: network(address),
            is_busy: AtomicBool::new(false),
            is_behind: AtomicBool::new(false),
            since: AtomicU64::new(number),
            is_told: AtomicBool::new(false),
            told: Notify::new(),
        });
        self.members().insert(number, Arc::clone(&member));
        Ok(Place { member, number, crowd: Arc::clone(self), _permit: permit })
    }

    /// Tells some to go.
    fn make_room(&self) {
        let members = self.members();
        let waiting = || members.values().filter(|member| member.is_waiting());
        let mut counts: HashMap<IpAddr, usize> = HashMap::new();
        waiting().for_each(|member| *counts.entry(member.who).or_default() += 1);
        let mut ranks: Vec<_> = waiting()
            .filter(|member| !member.is_told.load(Ordering::Relaxed))
            .map(|member| {
                let count = counts.get(&member.who).copied().unwrap_or_default();
                (Reverse(count), member.since.load(Ordering::Relaxed), member)
            })
            .collect();
        ranks.sort_unstable_by_key(|(count, since, _)| (*count, *since));
        for (_, _, member) in ranks.into_iter().take(self.at_once) {
            member.is_told.store(true, Ordering::Relaxed);
            member.told.notify_one();
        }
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }

    fn members(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<Member>>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Member {
    who: IpAddr,
    /// Whether a request of it is being answered.
    is_busy: AtomicBool,
    /// Whether it has not taken all that it was answered.
    is_behind: AtomicBool,
    /// Since when it waits for a request.
    since: AtomicU64,
    is_told: AtomicBool,
    told: Notify,
}

impl Member {
    fn is_waiting(&self) -> bool {
        !self.is_busy.load(Ordering::Relaxed) && !self.is_behind.load(Ordering::Relaxed)
    }
}

/// The place of a connection. It is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    member: Arc<Member>,
    number: u64,
    crowd: Arc<Crowd>,
    _permit: OwnedSemaphorePermit,
}

impl Place {
    /// A request begins, until what is given is dropped.
    pub(super) fn begin(&self) -> Busy {
        self.member.is_busy.store(true, Ordering::Relaxed);
        Busy { member: Arc::clone(&self.member), crowd: Arc::clone(&self.crowd) }
    }

    /// What is told whether the other end is behind with taking its answers.
    pub(super) fn behind(&self) -> Behind {
        Behind(Arc::clone(&self.member))
    }

    /// Waits until others need the place, and no request is under way.
    pub(super) async fn is_needed(&self) {
        loop {
            self.member.told.notified().await;
            if self.member.is_waiting() {
                return;
            }
            self.member.is_told.store(false, Ordering::Relaxed);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.crowd.members().remove(&self.number);
    }
}

/// A request that is under way.
#[derive(Debug)]
pub(super) struct Busy {
    member: Arc<Member>,
    crowd: Arc<Crowd>,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.member.since.store(self.crowd.tick(), Ordering::Relaxed);
        self.member.is_busy.store(false, Ordering::Relaxed);
    }
}

/// Whether the other end is behind.
#[derive(Debug)]
pub(super) struct Behind(Arc<Member>);

impl Behind {
    pub(super) fn set(&self, is_behind: bool) {
        self.0.is_behind.store(is_behind, Ordering::Relaxed);
    }
}
