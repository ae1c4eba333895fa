//! Hashing of passwords: argon2id with the crate's defaults, 19 MiB and two passes.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

use crate::error::ServerError;
use crate::ids;

/// The hash of a password with a new salt, in the PHC format.
pub(super) fn hash(password: &str) -> Result<String, ServerError> {
    let salt = ids::random::<16>()?;
    let hash: PasswordHash =
        Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| ServerError::Hash)?;
    Ok(hash.to_string())
}

/// Whether the password is the one that was hashed; takes the same time for both answers.
pub(super) fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}
