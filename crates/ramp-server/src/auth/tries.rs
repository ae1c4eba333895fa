//! Tries of passwords that were wrong: who has had several waits before the next, by name and by address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many wrong passwords cost nothing: somebody mistypes, a script has an old one.
const FREE: u32 = 5;
/// The first wait; each try after it doubles it.
const FIRST: Duration = Duration::from_millis(100);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(5);
/// After this long without a wrong try, they are forgotten.
const FORGOTTEN: Duration = Duration::from_secs(300);
/// How many names and addresses are kept. Beyond it the oldest go: whoever has so many addresses is not stopped by waiting.
const MOST: usize = 4096;

/// Who tries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    /// A hash of a name, so that long ones take no more.
    Name([u8; 32]),
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Wrong {
    tries: u32,
    last: Instant,
}

/// The tries that were wrong, as far as they are remembered.
#[derive(Debug, Default)]
pub(super) struct Tries(Mutex<HashMap<Who, Wrong>>);

impl Tries {
    /// How long a try must wait: as the name or the address has had wrong ones.
    pub(super) fn wait(&self, name: [u8; 32], address: Option<IpAddr>) -> Duration {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |who: &Who| {
            let wrong = kept.get(who).filter(|wrong| wrong.last.elapsed() < FORGOTTEN);
            wrong
                .and_then(|wrong| wrong.tries.checked_sub(FREE))
                .map_or(Duration::ZERO, |beyond| FIRST.saturating_mul(2_u32.saturating_pow(beyond)).min(LONGEST))
        };
        who(name, address).map(|who| of(&who)).max().unwrap_or_default()
    }

    /// Notes a try that was wrong.
    pub(super) fn note(&self, name: [u8; 32], address: Option<IpAddr>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for who in who(name, address) {
            kept.remove(&who);
        }
    }
}

fn who(name: [u8; 32], address: Option<IpAddr>) -> impl Iterator<Item = Who> {
    std::iter::once(Who::Name(name)).chain(address.map(Who::Address))
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
    fn what_is_kept_is_bounded() {
        let tries = Tries::default();
        for number in 0..2 * MOST {
            let mut name = [0; 32];
            name[..8].copy_from_slice(&number.to_le_bytes());
            tries.note(name, None);
        }
        assert!(tries.0.lock().unwrap().len() <= MOST);
    }
}
