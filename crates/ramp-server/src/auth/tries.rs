//! Tries of passwords that were wrong: who has had several waits before the next, by name and by address.
//!
//! One try at a time is looked at for an address, so that many at once do not all begin before the first of them is known to be wrong.
//! By the name alone it is not so: whoever guesses would keep its owner out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OwnedMutexGuard;

use crate::http::network;

/// How many wrong passwords cost nothing: somebody mistypes, a script has an old one.
const FREE: u32 = 5;
/// The first wait; each try after it doubles it.
const FIRST: Duration = Duration::from_millis(100);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(5);
/// How long a try waits for those before it, where there were several wrong ones; then it is not looked at.
const PATIENCE: Duration = Duration::from_secs(2);
/// After this long without a wrong try, they are forgotten.
const FORGOTTEN: Duration = Duration::from_secs(300);
/// How many names and addresses are kept. Beyond it the oldest go: whoever has so many addresses is not stopped by waiting.
const MOST: usize = 4096;

/// Who tries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    /// A hash of a name, so that long ones take no more.
    Name([u8; 32]),
    /// Of IPv6 the network: a machine has all the addresses in it.
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Wrong {
    tries: u32,
    last: Instant,
}

type Turns = Mutex<HashMap<Who, Arc<tokio::sync::Mutex<()>>>>;

/// A place among those who wait for their turn. Whoever leaves last takes the queue along.
#[derive(Debug)]
struct Place {
    turns: Arc<Turns>,
    who: Who,
    queue: Arc<tokio::sync::Mutex<()>>,
}

impl Place {
    fn take(turns: &Arc<Turns>, who: Who) -> Self {
        let mut queues = turns.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = Arc::clone(queues.entry(who.clone()).or_default());
        Self { turns: Arc::clone(turns), who, queue }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut queues = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        // This place's and that of the map; all others are taken while the map is locked.
        if Arc::strong_count(&self.queue) <= 2 {
            queues.remove(&self.who);
        }
    }
}

/// The turn of a try, until this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    // Given back before the place is.
    _held: OwnedMutexGuard<()>,
    _place: Place,
}

/// The tries that were wrong, as far as they are remembered, and those that wait.
#[derive(Debug, Default)]
pub(super) struct Tries {
    wrong: Mutex<HashMap<Who, Wrong>>,
    turns: Arc<Turns>,
}

impl Tries {
    /// Waits for the tries before this one; `None` where there are too many, and some were wrong.
    pub(super) async fn turn(&self, name: [u8; 32], address: Option<IpAddr>) -> Option<Turn> {
        let place = Place::take(&self.turns, address.map_or(Who::Name(name), of_address));
        loop {
            match tokio::time::timeout(PATIENCE, Arc::clone(&place.queue).lock_owned()).await {
                Ok(held) => return Some(Turn { _held: held, _place: place }),
                Err(_) if self.wait(name, address).is_zero() => {}
                Err(_) => return None,
            }
        }
    }

    /// How long a try must wait: as the name or the address has had wrong ones.
    pub(super) fn wait(&self, name: [u8; 32], address: Option<IpAddr>) -> Duration {
        let kept = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |who: &Who| {
            let wrong = kept.get(who).filter(|wrong| wrong.last.elapsed() < FORGOTTEN);
            wrong
                .and_then(|wrong| wrong.tries.checked_sub(FREE))
                .map_or(Duration::ZERO, |beyond| FIRST.saturating_mul(2_u32.saturating_pow(beyond)).min(LONGEST))
        };
        who(name, address).map(|who| of(&who)).max().unwrap_or_default()
    }

    /// Whether a wrong one came from that address; where that is not known, whether one was for the name.
    pub(super) fn is_suspect(&self, name: [u8; 32], address: Option<IpAddr>) -> bool {
        let kept = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = kept.get(&address.map_or(Who::Name(name), of_address));
        wrong.is_some_and(|wrong| wrong.last.elapsed() < FORGOTTEN)
    }

    /// Notes a try that was wrong.
    pub(super) fn note(&self, name: [u8; 32], address: Option<IpAddr>) {
        let mut kept = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|_, wrong| wrong.last.elapsed() < FORGOTTEN);
        }
        if kept.len() >= MOST {
            let oldest = kept.iter().min_by_key(|(_, wrong)| wrong.last).map(|(who, _)| who.clone());
            oldest.map(|who| kept.remove(&who));
        }
        let last = Instant::now();
        for who in who(name, address) {
            let wrong = kept.entry(who).or_insert(Wrong { tries: 0, last });
            let tries = if wrong.last.elapsed() < FORGOTTEN { wrong.tries } else { 0 };
            *wrong = Wrong { tries: tries.saturating_add(1), last };
        }
    }

    /// Forgets those of a name and an address that were right: whoever knows one password does not guess others.
    pub(super) fn forget(&self, name: [u8; 32], address: Option<IpAddr>) {
        let mut kept = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        for who in who(name, address) {
            kept.remove(&who);
        }
    }
}

fn who(name: [u8; 32], address: Option<IpAddr>) -> impl Iterator<Item = Who> {
    std::iter::once(Who::Name(name)).chain(address.map(of_address))
}

fn of_address(address: IpAddr) -> Who {
    Who::Address(network(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_by_name_and_by_address() {
        let tries = Tries::default();
        let (name, other) = ([1; 32], [2; 32]);
        let (here, there) = (Some(IpAddr::from([10, 0, 0, 1])), Some(IpAddr::from([10, 0, 0, 2])));
        for _ in 0..FREE {
            assert_eq!(tries.wait(name, here), Duration::ZERO);
            tries.note(name, here);
        }
        assert_eq!(tries.wait(name, there), FIRST, "by name");
        assert_eq!(tries.wait(other, here), FIRST, "by address");
        assert_eq!(tries.wait(other, there), Duration::ZERO);
        assert!(tries.is_suspect(other, here) && !tries.is_suspect(name, there) && tries.is_suspect(name, None));
        tries.note(name, here);
        assert_eq!(tries.wait(name, here), 2 * FIRST);
        for _ in 0..100 {
            tries.note(name, here);
        }
        assert_eq!(tries.wait(name, here), LONGEST);
        tries.forget(name, here);
        assert_eq!((tries.wait(name, here), tries.wait(other, here)), (Duration::ZERO, Duration::ZERO));
    }

    #[test]
    fn a_network_is_one_address() {
        let tries = Tries::default();
        let address = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        for number in 0..FREE {
            tries.note([9; 32], address(&format!("2001:db8::{number}")));
            tries.note([8; 32], address(&format!("::ffff:10.0.0.{number}")));
        }
        tries.note([8; 32], address("::ffff:10.0.0.1"));
        let waits = |text| tries.wait([1; 32], address(text));
        assert_eq!((waits("2001:db8::ffff"), waits("2001:db8:0:1::")), (FIRST, Duration::ZERO));
        assert_eq!((waits("10.0.0.1"), waits("10.0.0.9")), (Duration::ZERO, Duration::ZERO));
    }

    #[test]
    fn one_try_at_a_time_of_an_address() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let tries = Arc::new(Tries::default());
            let (name, here, there) = ([1; 32], Some(IpAddr::from([10, 0, 0, 1])), Some(IpAddr::from([10, 0, 0, 2])));
            let first = tries.turn(name, here).await.unwrap();
            // Another address does not wait, for the same name.
            drop(tries.turn(name, there).await.unwrap());
            let second = tokio::spawn({
                let tries = Arc::clone(&tries);
                async move { tries.turn([2; 32], here).await.is_some() }
            });
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(!second.is_finished());
            drop(first);
            assert!(second.await.unwrap());
            assert!(tries.turns.lock().unwrap().is_empty(), "nothing is kept of those who went");
        });
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let tries = Tries::default();
        for number in 0..2 * MOST {
            let mut name = [0; 32];
            name[..8].copy_from_slice(&number.to_le_bytes());
            tries.note(name, None);
        }
        assert!(tries.wrong.lock().unwrap().len() <= MOST);
    }
}
