//! A Redis server for one test, which wants `redis-server` on the path.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server on a socket in a directory of its own, which loses nothing that it has acknowledged; killed when it is dropped.
#[derive(Debug)]
pub struct RedisServer {
    directory: TempDir,
    child: Option<Child>,
}

impl RedisServer {
    /// Starts it, with nothing in it.
    ///
    /// # Errors
    ///
    /// Where it cannot be started, or does not answer.
    pub fn start() -> io::Result<Self> {
        let mut server = Self { directory: tempfile::tempdir()?, child: None };
        server.run()?;
        Ok(server)
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.directory.path().join("redis.sock")
    }

    /// Where it listens, as a URL.
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// Starts it again, with what it had before.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn run(&mut self) -> io::Result<()> {
        let mut command = Command::new("redis-server");
        command
            .args(["--port", "0", "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--unixsocket"])
            .arg(self.socket())
            .arg("--dir")
            .arg(self.directory.path())
            .stdout(Stdio::null());
        let child = command.spawn().map_err(|err| io::Error::new(err.kind(), format!("redis-server: {err}")))?;
        self.child = Some(child);
        let began = Instant::now();
        while self.ask("PING").as_deref() != Some("+PONG\r\n") {
            if began.elapsed() > PATIENCE {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "redis-server does not answer"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// What is answered to a command, if anything is.
    pub fn ask(&self, command: &str) -> Option<String> {
        let mut stream = UnixStream::connect(self.socket()).ok()?;
        stream.write_all(format!("{command}\r\n").as_bytes()).ok()?;
        let mut answer = vec![0; 1 << 16];
        let read = stream.read(&mut answer).ok()?;
        answer.truncate(read);
        Some(String::from_utf8_lossy(&answer).into_owned())
    }

    /// Kills it, if it runs.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may be gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
        // A killed server leaves it behind.
        let _ = std::fs::remove_file(self.socket());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}
