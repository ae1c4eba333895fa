//! A password set on what a server keeps, for whoever has lost the old one; the server may be at work.

use std::sync::Arc;

use ramp_core::text::count;
use serde_json::Value;

use crate::auth::{LONGEST_PASSWORD, Users, complexity_broken};
use crate::config::Config;
use crate::error::ServerError;
use crate::ids;
use crate::locations::open_store;
use crate::played::settings;
use crate::store::{Asking, Store, StoreError, User, UserChange, UserPatch};

/// What keeps a password from being set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// What is kept cannot be opened or asked.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// Nobody has the name.
    #[error("there is no user `{name}`")]
    NoUser {
        /// The name.
        name: String,
        /// Those that there are, in the order of their numbers.
        known: Vec<String>,
    },
    /// The password is empty, or longer than what is hashed.
    #[error("the password has {}, and must have 1 to {LONGEST_PASSWORD}", count(bytes, "byte"))]
    Length {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The cluster's `password_complexity` is on, and a rule of it is not kept.
    #[error("the password is not complex enough, as `password_complexity` of the cluster demands: {what}")]
    NotComplex {
        /// The rule.
        what: &'static str,
    },
}

impl From<StoreError> for PasswordError {
    fn from(error: StoreError) -> Self {
        Self::Server(error.into())
    }
}

/// Sets the password of the user with that e-mail address, in the catalogue that the configuration names. A server that is at work on it goes by the
/// new one from the next request on.
///
/// # Errors
///
/// [`PasswordError`].
pub fn set_password(config: &Config, name: &str, password: &str) -> Result<(), PasswordError> {
    if !(1..=LONGEST_PASSWORD).contains(&password.len()) {
        return Err(PasswordError::Length { bytes: password.len() });
    }
    let store = opened(config)?;
    let user = found(store.as_ref(), name)?;
    if settings::get(store.as_ref(), settings::PASSWORD_COMPLEXITY)? == Some(Value::Bool(true)) {
        if let Some(what) = complexity_broken(password, name) {
            return Err(PasswordError::NotComplex { what });
        }
    }
    let hash = Users::new(Arc::new(Asking::new(Arc::clone(&store))))?.hashed_now(password)?;
    let issued = ids::now().try_into().unwrap_or(i64::MAX);
    let patch = UserPatch { password: Some((hash, issued)), ..UserPatch::default() };
    match store.change_user(user.uid, &patch)? {
        UserChange::Done(_) => Ok(()),
        // Deleted meanwhile.
        _ => found(store.as_ref(), name).map(drop),
    }
}

/// Whether there is a user with that e-mail address, so that nobody is asked for the password of one who is not there.
///
/// # Errors
///
/// [`PasswordError::NoUser`], [`PasswordError::Server`].
pub fn must_have_user(config: &Config, name: &str) -> Result<(), PasswordError> {
    found(opened(config)?.as_ref(), name).map(drop)
}

fn opened(config: &Config) -> Result<Arc<dyn Store>, ServerError> {
    match &config.store {
        Some(store) => Ok(Arc::clone(store)),
        None => open_store("sqlite", &config.data_dir),
    }
}

fn found(store: &dyn Store, name: &str) -> Result<User, PasswordError> {
    if let Some(user) = store.user_by_email(name)? {
        return Ok(user);
    }
    let known = store.users()?.into_iter().map(|user| user.email).collect();
    Err(PasswordError::NoUser { name: name.to_owned(), known })
}
