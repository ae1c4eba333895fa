//! Telling who asks, from a name and a password.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use super::{Role, password};
use crate::error::ServerError;
use crate::ids;
use crate::store::{Store, User};

/// How long a password that was right need not be hashed again.
const REMEMBERED: Duration = Duration::from_secs(60);
/// How many of them are remembered.
const MOST_REMEMBERED: usize = 1024;
/// How many passwords are hashed at a time; each takes 19 MiB and a core.
const HASHING: usize = 2;
/// Longest password that is hashed, in bytes.
const LONGEST_PASSWORD: usize = 1024;

/// Somebody who has shown who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// The users of a catalogue.
///
/// An unknown name costs the same as a wrong password: a hash is computed for both. A password that was right is
/// remembered for a minute, by a keyed hash, so that clients which send it with every request need not wait for argon2.
#[derive(Debug)]
pub struct Users {
    store: Arc<dyn Store>,
    nobody: String,
    key: [u8; 32],
    remembered: Mutex<HashMap<[u8; 32], (Identity, Instant)>>,
    hashing: Semaphore,
}

impl Users {
    /// The users of `store`.
    ///
    /// # Errors
    ///
    /// [`ServerError::Random`], [`ServerError::Hash`].
    pub fn new(store: Arc<dyn Store>) -> Result<Self, ServerError> {
        let nobody = password::hash(&ids::hex(&ids::random::<16>()?))?;
        let remembered = Mutex::default();
        Ok(Self { store, nobody, key: ids::random()?, remembered, hashing: Semaphore::new(HASHING) })
    }

    /// Adds a user; `false` if there is one of that name.
    ///
    /// # Errors
    ///
    /// [`ServerError::Hash`], [`ServerError::Store`].
    pub fn add(&self, name: &str, password: &str, role: Role) -> Result<bool, ServerError> {
        let password_hash = password::hash(password)?;
        Ok(self.store.add_user(&User { name: name.to_owned(), password_hash, role })?)
    }

    /// Adds the first user, an admin, if there is none yet. The password that was made for it, where `password` is `None`.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub fn add_first(&self, name: &str, password: Option<&str>) -> Result<Option<String>, ServerError> {
        if self.store.has_users()? {
            return Ok(None);
        }
        if let Some(password) = password {
            self.add(name, password, Role::Admin)?;
            return Ok(None);
        }
        let made = ids::hex(&ids::random::<16>()?);
        // Where another server was faster, the password made here is nobody's.
        Ok(self.add(name, &made, Role::Admin)?.then_some(made))
    }

    /// Who sends this `Authorization` header; `None` if it is not known who.
    ///
    /// # Errors
    ///
    /// [`ServerError::Store`], [`ServerError::Task`].
    pub async fn authenticate(self: &Arc<Self>, header: &str) -> Result<Option<Identity>, ServerError> {
        let Some((name, password)) = basic(header) else { return Ok(None) };
        let print = self.print(&name, &password);
        if let Some(identity) = self.recall(&print) {
            return Ok(Some(identity));
        }
        let _permit = self.hashing.acquire().await.map_err(|_| ServerError::Task)?;
        let users = Arc::clone(self);
        let found = tokio::task::spawn_blocking(move || users.check(&name, &password));
        let identity = found.await.map_err(|_| ServerError::Task)??;
        if let Some(identity) = &identity {
            self.remember(print, identity.clone());
        }
        Ok(identity)
    }

    fn check(&self, name: &str, password: &str) -> Result<Option<Identity>, ServerError> {
        let user = self.store.user(name)?;
        let hash = user.as_ref().map_or(self.nobody.as_str(), |user| user.password_hash.as_str());
        let right = password::verify(password, hash);
        Ok(user.filter(|_| right).map(|user| Identity { name: user.name, role: user.role }))
    }

    /// A keyed hash of name and password. The key is this process's own, so it says nothing outside of it.
    fn print(&self, name: &str, password: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(u64::try_from(name.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(name);
        hash.update(password);
        hash.finalize().into()
    }

    fn recall(&self, print: &[u8; 32]) -> Option<Identity> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let (identity, since) = remembered.get(print)?;
        (since.elapsed() < REMEMBERED).then(|| identity.clone())
    }

    fn remember(&self, print: [u8; 32], identity: Identity) {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MOST_REMEMBERED {
            remembered.retain(|_, (_, since)| since.elapsed() < REMEMBERED);
        }
        if remembered.len() < MOST_REMEMBERED {
            remembered.insert(print, (identity, Instant::now()));
        }
    }
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
