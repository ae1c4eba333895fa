//! Connections to the Redis server, kept for the next question.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::{Client, Connection, RedisError, RedisResult};

use crate::store::error::StoreError;

/// How long connecting, and each answer, may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// What fails.
const WHAT: &str = "the catalogue's Redis server";
/// How many connections are kept.
const MOST_KEPT: usize = 16;

/// A client, and the connections that nobody uses.
pub(super) struct Connections {
    client: Client,
    idle: Mutex<Vec<Connection>>,
}

impl fmt::Debug for Connections {
    /// The client knows a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections")
    }
}

impl Connections {
    pub(super) fn new(url: &str) -> Result<Self, StoreError> {
        // Fails only where a provider was chosen already; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self { client: Client::open(url).map_err(|err| StoreError::failed(WHAT, err))?, idle: Mutex::default() })
    }

    /// Asks over a connection. One that has failed is not used again; what was asked may have been done all the same.
    pub(super) fn with<T>(&self, ask: impl FnOnce(&mut Connection) -> RedisResult<T>) -> Result<T, StoreError> {
        let mut connection = self.take().map_err(|err| self.failed(err))?;
        let answer = ask(&mut connection).map_err(|err| self.failed(err))?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_KEPT {
            idle.push(connection);
        }
        Ok(answer)
    }

    /// A connection that answers. The server may have been away since the last question, so a kept one is asked first:
    /// nothing that changes the catalogue is sent twice. If that one is dead, so are the others.
    fn take(&self) -> RedisResult<Connection> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(mut connection) = kept {
            if redis::cmd("PING").query::<String>(&mut connection).is_ok() {
                return Ok(connection);
            }
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        let connection = self.client.get_connection_with_timeout(PATIENCE)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.set_write_timeout(Some(PATIENCE))?;
        Ok(connection)
    }

    fn failed(&self, error: RedisError) -> StoreError {
        StoreError::failed(format!("{WHAT} at {}", self.client.get_connection_info().addr()), error)
    }
}
