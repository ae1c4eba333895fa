//! A cluster to talk to, which is `ramp serve`, and a place to talk to it from.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};

use serde_json::Value;

use crate::process::{serve, serve_with_bundled};
use crate::samples;
use crate::shop::{Run, Shop};

pub(crate) const PASSWORD: &str = "correct horse";

/// `ramp serve`, as the cluster; it ends with its test.
pub(crate) struct Cluster {
    child: Child,
    pub(crate) url: String,
}

fn prepare<'a>(command: &'a mut Command, arguments: &[&str]) -> &'a mut Command {
    command
        .args(["--os", "rhel9", "--arch", "x86_64"])
        .args(arguments)
        .env("RAMP_ADMIN_USER", "admin")
        .env("RAMP_ADMIN_PASSWORD", PASSWORD)
        .env("RAMP_LOG", "off")
}

impl Cluster {
    pub(crate) fn start(directory: &Path, arguments: &[&str]) -> Self {
        let (child, url) = serve(directory, |command| prepare(command, arguments));
        Self { child, url }
    }

    /// The same with the modules that come with its release.
    pub(crate) fn with_bundled(directory: &Path, arguments: &[&str]) -> Self {
        let (child, url) = serve_with_bundled(directory, |command| prepare(command, arguments));
        Self { child, url }
    }

    /// What was printed, without what differs from run to run; the password is in none of it.
    pub(crate) fn told(&self, run: &Run) -> String {
        let text = run.to_string().replace(&self.url, "[CLUSTER]");
        assert!(!text.contains(PASSWORD) && !text.contains("YWRt"), "{text}");
        let is_uid = |word: &str| word.len() >= 32 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        let mut lines = Vec::new();
        for line in text.lines() {
            let word = |word: &str| match word.strip_suffix(';') {
                Some(uid) if is_uid(uid) => "[UID];".to_owned(),
                _ if is_uid(word) => "[UID]".to_owned(),
                _ => word.to_owned(),
            };
            let words: Vec<String> = line.split(' ').map(word).collect();
            lines.push(words.join(" "));
        }
        lines.join("\n")
    }

    /// Asks one over plain HTTP, as the admin; the answer must be a success.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) {
        let mut stream = TcpStream::connect(self.url.trim_start_matches("http://")).unwrap();
        let body = body.to_string();
        // `admin:correct horse`.
        let who = "YWRtaW46Y29ycmVjdCBob3JzZQ==";
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {who}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn shop() -> Shop {
    Shop::new()
        .env("RAMP_CLUSTER_USER", "admin")
        .env("RAMP_CLUSTER_PASSWORD", PASSWORD)
        .bundle("a.zip", &samples::good())
        .directory("data")
}

pub(crate) fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|err| panic!("{err}: {run}"))
}
