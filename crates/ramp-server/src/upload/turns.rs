//! Turns: so many at a time. Of those who wait, each user has one after the other, however many of theirs wait.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Turns, and who waits for one.
#[derive(Debug, Clone)]
pub(super) struct Turns(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// Turns that nobody has; while there are any, nobody waits.
    free: usize,
    /// How many may wait. Half of them may be one user's, so that nobody keeps all others out.
    most: usize,
    /// Those who wait, in the order in which they are next.
    users: VecDeque<User>,
}

/// A user who waits, and for each of their turns whom to give it.
#[derive(Debug)]
struct User {
    uid: u32,
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

/// A turn. Where it is dropped, the next has it.
#[derive(Debug)]
pub(super) struct Turn(Option<Turns>);

/// Too many wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// As many of this user as may.
    OfUser(usize),
    /// As many of all users as may.
    OfAll(usize),
}

impl Turns {
    /// So many at a time, for which so many may wait.
    pub(super) fn new(at_a_time: usize, most: usize) -> Self {
        Self(Arc::new(Mutex::new(State { free: at_a_time, most, users: VecDeque::new() })))
    }

    /// Whether somebody would be let in who comes now.
    pub(super) fn room(&self, user: u32) -> Result<(), Full> {
        let mut state = self.state();
        if state.free > 0 { Ok(()) } else { state.room(user) }
    }

    /// Waits for a turn of that user.
    pub(super) async fn turn(&self, user: u32) -> Result<Turn, Full> {
        let given = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Ok(Turn(Some(self.clone())));
            }
            state.room(user)?;
            let (give, given) = oneshot::channel();
            state.add(user, give);
            given
        };
        // It is given in any case: whom to give it is kept as long as somebody waits.
        given.await.map_err(|_| Full::OfAll(self.state().most))
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.state().waiting()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn waiting(&self) -> usize {
        self.users.iter().map(|user| user.waiting.len()).sum()
    }

    fn waiting_of(&self, uid: u32) -> usize {
        self.users.iter().find(|user| user.uid == uid).map_or(0, |user| user.waiting.len())
    }

    /// Whether one more of that user may wait.
    fn room(&mut self, uid: u32) -> Result<(), Full> {
        let share = (self.most / 2).max(1);
        if self.waiting() >= self.most || self.waiting_of(uid) >= share {
            // Those who are gone do not count.
            for user in &mut self.users {
                user.waiting.retain(|give| !give.is_closed());
            }
            self.users.retain(|user| !user.waiting.is_empty());
        }
        if self.waiting() >= self.most {
            return Err(Full::OfAll(self.most));
        }
        if self.waiting_of(uid) >= share { Err(Full::OfUser(share)) } else { Ok(()) }
    }

    fn add(&mut self, uid: u32, give: oneshot::Sender<Turn>) {
        match self.users.iter_mut().find(|user| user.uid == uid) {
            Some(user) => user.waiting.push_back(give),
            None => self.users.push_back(User { uid, waiting: [give].into() }),
        }
    }

    /// Who is next; their user is last then.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let mut user = self.users.pop_front()?;
        let next = user.waiting.pop_front();
        if !user.waiting.is_empty() {
            self.users.push_back(user);
        }
        next
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(turns) = self.0.take() else { return };
        let mut state = turns.state();
        let mut turn = Self(Some(turns.clone()));
        while let Some(give) = state.next() {
            match give.send(turn) {
                Ok(()) => return,
                // Gone while they waited.
                Err(back) => turn = back,
            }
        }
        turn.0 = None;
        state.free += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use futures_util::FutureExt as _;

    use super::*;

    type Waiting = Pin<Box<dyn Future<Output = Result<Turn, Full>> + Send>>;

    /// Somebody who waits, and does not have it at once.
    fn waits(turns: &Turns, user: u32) -> Waiting {
        let turns = turns.clone();
        let mut waiting: Waiting = Box::pin(async move { turns.turn(user).await });
        assert!(waiting.as_mut().now_or_never().is_none());
        waiting
    }

    fn free_and_waiting(turns: &Turns) -> (usize, usize) {
        let state = turns.state();
        (state.free, state.waiting())
    }

    #[test]
    fn each_user_has_one_after_the_other() {
        let turns = Turns::new(1, 100);
        let mut turn = turns.turn(1).now_or_never().unwrap().unwrap();
        // Eight of one user, then two of another, then one of a third.
        let mut waiting: Vec<(u32, Waiting)> =
            [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3].into_iter().map(|user| (user, waits(&turns, user))).collect();
        let mut order = Vec::new();
        while !waiting.is_empty() {
            drop(turn);
            let ready = waiting
                .iter_mut()
                .enumerate()
                .find_map(|(at, (_, waiting))| waiting.as_mut().now_or_never().map(|turn| (at, turn.unwrap())));
            let (at, given) = ready.unwrap();
            order.push(waiting.remove(at).0);
            turn = given;
        }
        assert_eq!(order, [1, 2, 3, 1, 2, 1, 1, 1, 1, 1, 1]);
        drop(turn);
        assert_eq!(free_and_waiting(&turns), (1, 0));
    }

    #[test]
    fn the_queue_is_bounded_and_half_of_it_is_one_users() {
        let turns = Turns::new(2, 6);
        let _have: Vec<Turn> = (0..2).map(|_| turns.turn(1).now_or_never().unwrap().unwrap()).collect();
        let mut waiting: Vec<Waiting> = (0..3).map(|_| waits(&turns, 1)).collect();
        assert_eq!((turns.room(1), turns.room(2)), (Err(Full::OfUser(3)), Ok(())));
        assert_eq!(turns.turn(1).now_or_never().unwrap().unwrap_err(), Full::OfUser(3));
        waiting.extend((2..5).map(|user| waits(&turns, user)));
        assert_eq!(turns.turn(9).now_or_never().unwrap().unwrap_err(), Full::OfAll(6));
        // Who is gone makes room.
        drop(waiting.remove(0));
        assert_eq!((turns.room(9), turns.room(1)), (Ok(()), Ok(())));
        assert_eq!(turns.waiting(), 5);
    }

    #[test]
    fn a_turn_of_who_is_gone_is_the_nexts() {
        let turns = Turns::new(1, 10);
        let turn = turns.turn(1).now_or_never().unwrap().unwrap();
        let (gone, mut next, given) = (waits(&turns, 1), waits(&turns, 2), waits(&turns, 3));
        drop(gone);
        drop(turn);
        let turn = next.as_mut().now_or_never().unwrap().unwrap();
        // Gone after it was given, and before it was taken.
        drop(turn);
        drop(given);
        assert_eq!(free_and_waiting(&turns), (1, 0));
    }
}
