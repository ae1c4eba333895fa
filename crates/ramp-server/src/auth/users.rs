//! Telling who asks, from a name and a password.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::password::Hasher;
use super::queue::Queue;
use super::tries::Tries;
use crate::error::ServerError;
use crate::ids;
use crate::private;
use crate::store::{Asking, NewUser, Role, User, UserChange};

/// How long a password that was right need not be hashed again.
const REMEMBERED: Duration = Duration::from_secs(60);
/// How many of them are remembered.
const MOST_REMEMBERED: usize = 1024;
/// Longest password that is hashed, in bytes.
pub(crate) const LONGEST_PASSWORD: usize = 1024;

/// Somebody who has shown who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The number of the user.
    pub(crate) uid: u32,
    /// Their e-mail address, which is what they are called here.
    pub(crate) email: String,
    /// What they may do.
    pub(crate) role: Role,
}

/// What is known of who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asker {
    /// Who it is.
    Known(Identity),
    /// The name or the password is wrong.
    Unknown,
    /// Too many try from there at once, and several were wrong: this try was not looked at.
    OneOfMany,
}

/// How what was given for the first admin differs from who is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Differs {
    /// There are users, and none of that name.
    NoUser,
    /// There is one of that name, with another password.
    Password,
}

/// A password that was right.
#[derive(Debug)]
struct Right {
    /// The hash it was right for: a password that was changed since is right no more.
    password_hash: String,
    since: Instant,
}

/// The users of a catalogue.
///
/// An unknown name costs the same as a wrong password: a hash is computed for both. A password that was right is
/// remembered for a minute, by a keyed hash, so that clients which send it with every request need not wait for argon2; the
/// user is looked up all the same, so whoever is deleted or gets another role is so at once.
#[derive(Debug)]
pub(crate) struct Users {
    asking: Arc<Asking>,
    nobody: String,
    key: [u8; 32],
    remembered: Mutex<HashMap<[u8; 32], Right>>,
    hasher: Hasher,
    /// So that those who wait for a hash do not take threads.
    hashing: Queue,
    tries: Tries,
}

impl Users {
    pub(crate) fn new(asking: Arc<Asking>) -> Result<Self, ServerError> {
        let hasher = Hasher::default();
        let nobody = hasher.hash(&ids::uid()?)?;
        let remembered = Mutex::default();
        Ok(Self {
            asking,
            nobody,
            key: ids::random()?,
            remembered,
            hasher,
            hashing: Queue::default(),
            tries: Tries::default(),
        })
    }

    /// Adds a user; `false` if there is one of that e-mail address.
    ///
    /// # Errors
    ///
    /// [`ServerError::Hash`], [`ServerError::Store`].
    pub(crate) fn add(&self, email: &str, password: &str, role: Role) -> Result<bool, ServerError> {
        let user = NewUser {
            email: email.to_owned(),
            name: String::new(),
            password_hash: self.hashed_now(password)?,
            issued: ids::now().try_into().unwrap_or(i64::MAX),
            role,
            email_alerts: true,
        };
        Ok(matches!(self.asking.store().add_user(&user)?, UserChange::Done(_)))
    }

    /// Adds the first user, an admin, if there is none yet. Where `password` is `None`, one is made and written to `file`, which others cannot
    /// read, before it is anybody's; whether that was so.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add); [`ServerError::File`].
    pub(crate) fn add_first(&self, email: &str, password: Option<&str>, file: &Path) -> Result<bool, ServerError> {
        if self.asking.store().has_users()? {
            return Ok(false);
        }
        if let Some(password) = password {
            self.add(email, password, Role::Admin)?;
            return Ok(false);
        }
        let made = ids::uid()?;
        let failed = |source| ServerError::File { path: file.to_owned(), source };
        private::write(file, &format!("{made}\n")).map_err(failed)?;
        if self.add(email, &made, Role::Admin)? {
            return Ok(true);
        }
        // Another server was faster: the password made here is nobody's.
        std::fs::remove_file(file).map_err(failed)?;
        Ok(false)
    }

    /// Whether a user of that e-mail address has a password other than this one, or is not there at all: then what was given for the first admin is
    /// nobody's.
    ///
    /// # Errors
    ///
    /// [`ServerError::Store`].
    pub(crate) fn differs(&self, email: &str, password: &str) -> Result<Option<Differs>, ServerError> {
        Ok(match self.asking.store().user_by_email(email)? {
            None => Some(Differs::NoUser),
            Some(user) => (!self.hasher.verify(password, &user.password_hash)).then_some(Differs::Password),
        })
    }

    /// Hashes a password, for whoever may block.
    ///
    /// # Errors
    ///
    /// [`ServerError::Hash`].
    pub(crate) fn hashed_now(&self, password: &str) -> Result<String, ServerError> {
        self.hasher.hash(password)
    }

    /// Who sends this `Authorization` header, from that address. After several wrong passwords for a name, or from an address, the next
    /// is looked at only after a while, and one at a time.
    ///
    /// # Errors
    ///
    /// [`ServerError::Store`], [`ServerError::Task`].
    pub(crate) async fn authenticate(
        self: &Arc<Self>,
        header: &str,
        address: Option<IpAddr>,
    ) -> Result<Asker, ServerError> {
        let Some((email, password)) = basic(header) else { return Ok(Asker::Unknown) };
        let (name, print) = (self.print(&email, ""), self.print(&email, &password));
        let user = self.asking.ask(move |store| store.user_by_email(&email)).await?;
        let is_recalled = || user.as_ref().is_some_and(|user| self.recalls(&print, user));
        if !is_recalled() {
            let Some(_turn) = self.tries.turn(name, address).await else {
                tracing::warn!(?address, "several wrong passwords: too many tries at once, and one was not looked at");
                return Ok(Asker::OneOfMany);
            };
            let wait = self.tries.wait(name, address);
            // Of many with the same password, the first may have been right meanwhile.
            if !wait.is_zero() && !is_recalled() {
                let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                tracing::warn!(?address, milliseconds, "several wrong passwords: the next is slowed down");
                tokio::time::sleep(wait).await;
            }
            let hash = user.as_ref().map_or_else(|| self.nobody.clone(), |user| user.password_hash.clone());
            let is_suspect = self.tries.is_suspect(name, address);
            let Some(turn) = self.hashing.turn_of_try(is_suspect).await else {
                tracing::warn!(?address, "too many passwords are tried at once, and one was not looked at");
                return Ok(Asker::OneOfMany);
            };
            // Of many with the same password, the first one hashes it for all.
            let is_right = is_recalled() || self.verify(password, hash).await?;
            drop(turn);
            if !is_right {
                self.tries.note(name, address);
                return Ok(Asker::Unknown);
            }
            self.tries.forget(name, address);
            // Before the next has its turn.
            if let Some(user) = &user {
                self.remember(print, user.password_hash.clone());
            }
        }
        Ok(user.map_or(Asker::Unknown, |User { uid, email, role, .. }| Asker::Known(Identity { uid, email, role })))
    }

    /// How many passwords were hashed.
    pub(crate) fn hashed(&self) -> u64 {
        self.hasher.computed()
    }

    /// How many passwords wait to be hashed.
    pub(crate) fn waiting(&self) -> u64 {
        self.hashing.waiting()
    }

    /// Whether a password is the one that was hashed.
    ///
    /// # Errors
    ///
    /// [`ServerError::Task`].
    pub(crate) async fn is_right(self: &Arc<Self>, password: String, hash: String) -> Result<bool, ServerError> {
        let _turn = self.hashing.turn().await.ok_or(ServerError::Task)?;
        self.verify(password, hash).await
    }

    /// Hashes a password.
    ///
    /// # Errors
    ///
    /// [`ServerError::Hash`], [`ServerError::Task`].
    pub(crate) async fn hash(self: &Arc<Self>, password: String) -> Result<String, ServerError> {
        let _turn = self.hashing.turn().await.ok_or(ServerError::Task)?;
        let users = Arc::clone(self);
        tokio::task::spawn_blocking(move || users.hasher.hash(&password)).await.map_err(|_| ServerError::Task)?
    }

    /// Hashes the password and compares; for whoever has the turn.
    async fn verify(self: &Arc<Self>, password: String, hash: String) -> Result<bool, ServerError> {
        let users = Arc::clone(self);
        let right = tokio::task::spawn_blocking(move || users.hasher.verify(&password, &hash));
        right.await.map_err(|_| ServerError::Task)
    }

    /// A keyed hash of name and password. The key is this process's own, so it says nothing outside of it.
    fn print(&self, email: &str, password: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(u64::try_from(email.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(email);
        hash.update(password);
        hash.finalize().into()
    }

    fn recalls(&self, print: &[u8; 32], user: &User) -> bool {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let right = remembered.get(print);
        right.is_some_and(|right| right.since.elapsed() < REMEMBERED && right.password_hash == user.password_hash)
    }

    fn remember(&self, print: [u8; 32], password_hash: String) {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = remembered
            .get(&print)
            .is_some_and(|right| right.since.elapsed() < REMEMBERED && right.password_hash == password_hash);
        if fresh {
            return;
        }
        if remembered.len() >= MOST_REMEMBERED {
            remembered.retain(|_, right| right.since.elapsed() < REMEMBERED);
        }
        if remembered.len() < MOST_REMEMBERED {
            remembered.insert(print, Right { password_hash, since: Instant::now() });
        }
    }
}

/// The name that an `Authorization` header claims; whether it is anybody's is not known.
pub(crate) fn claimed_name(header: &str) -> Option<String> {
    basic(header).map(|(name, _)| name)
}

/// Name and password of HTTP's basic authentication.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, credentials) = header.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    (password.len() <= LONGEST_PASSWORD).then(|| (name.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_read() {
        let header = |text: &str| format!("Basic {}", STANDARD.encode(text));
        assert_eq!(basic(&header("me@x:a:b")), Some(("me@x".into(), "a:b".into())));
        assert_eq!(basic(&header("nocolon")), None);
        assert_eq!(basic("Bearer abc"), None);
        assert_eq!(basic("Basic ***"), None);
        assert_eq!(basic(&header(&format!("a:{}", "x".repeat(2000)))), None);
    }
}
