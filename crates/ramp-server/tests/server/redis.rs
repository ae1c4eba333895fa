//! A Redis server for one test: on a socket in a directory of its own, and durable.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) struct RedisServer {
    directory: TempDir,
    child: Option<Child>,
}

impl RedisServer {
    pub(crate) fn start() -> Self {
        let mut server = Self { directory: tempfile::tempdir().unwrap(), child: None };
        server.run();
        server
    }

    fn socket(&self) -> std::path::PathBuf {
        self.directory.path().join("redis.sock")
    }

    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// Starts it, with what it had before.
    pub(crate) fn run(&mut self) {
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--unixsocket"])
            .arg(self.socket())
            .arg("--dir")
            .arg(self.directory.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|err| panic!("redis-server: {err}"));
        self.child = Some(child);
        let began = Instant::now();
        while !answers(&self.url()) {
            assert!(began.elapsed() < Duration::from_secs(30), "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        // A killed server leaves it behind.
        let _ = std::fs::remove_file(self.socket());
    }
}

fn answers(url: &str) -> bool {
    ramp_server::store::RedisStore::open(url).is_ok()
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}
