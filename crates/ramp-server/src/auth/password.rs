//! Hashing of passwords: argon2id with 9 MiB and four passes.
//!
//! OWASP's Password Storage Cheat Sheet names that beside 19 MiB and two passes, the crate's default, as equally hard to
//! attack; it leaves 10 MiB more for uploads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::error::ServerError;
use crate::ids;

/// In KiB.
const MEMORY: u32 = 9 << 10;
const PASSES: u32 = 4;

/// Hashes passwords, one at a time, in memory that is taken once: a hash takes 9 MiB, and what is given back piece by piece
/// from many threads does not go back to the system.
#[derive(Default)]
pub(super) struct Hasher {
    memory: Mutex<Vec<Block>>,
    computed: AtomicU64,
}

impl std::fmt::Debug for Hasher {
    /// What is in its memory comes of passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher")
    }
}

impl Hasher {
    /// The hash of a password with a new salt, in the PHC format.
    pub(super) fn hash(&self, password: &str) -> Result<String, ServerError> {
        let salt = ids::random::<16>()?;
        let params = Params::new(MEMORY, PASSES, Params::DEFAULT_P_COST, None).map_err(|_| ServerError::Hash)?;
        let hash = || {
            Some(PasswordHash {
                algorithm: Algorithm::default().ident(),
                version: Some(Version::default().into()),
                params: (&params).try_into().ok()?,
                salt: Some(Salt::new(&salt).ok()?),
                hash: Some(self.compute(&params, password, &salt)?),
            })
        };
        hash().map(|hash| hash.to_string()).ok_or(ServerError::Hash)
    }

    /// Whether the password is the one that was hashed; takes the same time for both answers.
    pub(super) fn verify(&self, password: &str, hash: &str) -> bool {
        let right = || {
            let hash = PasswordHash::new(hash).ok()?;
            let ours =
                hash.algorithm == Algorithm::default().ident() && hash.version == Some(Version::default().into());
            let (params, salt) = (Params::try_from(&hash).ok()?, hash.salt?);
            // Outputs are compared in constant time.
            Some(ours && self.compute(&params, password, &salt)? == hash.hash?)
        };
        right().unwrap_or(false)
    }

    /// How many hashes were computed.
    pub(super) fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    fn compute(&self, params: &Params, password: &str, salt: &[u8]) -> Option<Output> {
        self.computed.fetch_add(1, Ordering::Relaxed);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        // Not `resize`, which copies a block word by word where nothing is optimised, as in tests: that took longer than all that follows.
        memory.resize_with(params.block_count(), Block::default);
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        let argon2 = Argon2::from(params);
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, memory.as_mut_slice()).ok()?;
        Output::new(&output).ok()
    }
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    #[test]
    fn it_does_what_the_crate_does() {
        let hasher = Hasher::default();
        let hash = hasher.hash("secret").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=9216,t=4,p=1$"), "{hash}");
        assert!(Argon2::default().verify_password(b"secret", hash.as_str()).is_ok());
        let theirs: PasswordHash = Argon2::default().hash_password_with_salt(b"secret", b"0123456789abcdef").unwrap();
        assert!(hasher.verify("secret", &theirs.to_string()));
        for (password, hash) in [("Secret", hash.as_str()), ("secret", "no hash"), ("", &hash)] {
            assert!(!hasher.verify(password, hash));
        }
        assert_ne!(hasher.hash("secret").unwrap(), hash);
    }
}
