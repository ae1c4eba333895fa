//! A server for one test, and a client for it.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use ramp_core::Target;
use ramp_server::store::Role;
use ramp_server::{Config, Server, Transport};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

pub(crate) use ramp_fixtures::bundle::BundleBuilder;

#[path = "conform.rs"]
pub(crate) mod conform;

pub(crate) const ADMIN: (&str, &str) = ("admin@test", "correct horse");
pub(crate) const BOUNDARY: &str = "------------------------d74496d66958873e";

/// A server that ends with its test.
pub(crate) struct TestServer {
    pub(crate) directory: Arc<TempDir>,
    pub(crate) address: std::net::SocketAddr,
    description: OnceLock<conform::Description>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|err| panic!("{err} in {self:?}"))
    }

    /// Status and `error_code`; every refusal also has `message` and `description`.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let body = self.json();
        let text = |key: &str| body[key].as_str().unwrap_or_else(|| panic!("no {key} in {self:?}")).to_owned();
        assert!(!text("message").is_empty(), "{self:?}");
        text("description");
        assert_eq!(body.as_object().unwrap().len(), 3, "{self:?}");
        (self.status, text("error_code"))
    }

    #[track_caller]
    pub(crate) fn is_refused(&self, status: u16, error_code: &str) {
        assert_eq!(self.refusal(), (status, error_code.to_owned()), "{self:?}");
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{self:?}");
        self
    }
}

impl TestServer {
    /// A server that plays this release.
    pub(crate) fn of(release: &str) -> Self {
        Self::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), release, |_| {})
    }

    /// The same, with the modules that come with the release.
    pub(crate) fn with_bundled(release: &str) -> Self {
        Self::start(Arc::new(tempfile::tempdir().unwrap()), release, |config| config.without_bundled = false)
    }

    /// A server with a user for each role, called like it.
    pub(crate) fn with_roles(release: &str) -> Self {
        Self::launch(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), release, |_| {}, Role::ALL)
    }

    /// A server on that directory, with other settings.
    pub(crate) fn start(directory: Arc<TempDir>, release: &str, change: impl FnOnce(&mut Config)) -> Self {
        Self::launch(directory, release, change, &[])
    }

    fn launch(
        directory: Arc<TempDir>,
        release: &str,
        change: impl FnOnce(&mut Config),
        roles: &'static [Role],
    ) -> Self {
        let mut config = Config::new(Target::named(release).unwrap(), directory.path());
        config.listen = "127.0.0.1:0".parse().unwrap();
        config.transport = Transport::Plain;
        // As `raw` calls it.
        config.hosts = vec!["x".to_owned()];
        // What is asked of a test is what it uploaded.
        config.without_bundled = true;
        (config.admin_user, config.admin_password) = (ADMIN.0.into(), Some(ADMIN.1.into()));
        change(&mut config);
        let (ready, listens) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::start(&config).await.unwrap();
                for role in roles {
                    server.add_user(role.as_str(), "password", *role).unwrap();
                }
                ready.send(server.address()).unwrap();
                server
                    .run(async {
                        let _ = stopped.await;
                    })
                    .await;
            });
        });
        let address = listens.recv().unwrap();
        let description = OnceLock::new();
        Self { directory, address, description, stop: Some(stop), thread: Some(thread) }
    }

    /// Ends the server, and gives its directory back.
    pub(crate) fn end(mut self) -> Arc<TempDir> {
        self.stop();
        Arc::clone(&self.directory)
    }

    fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            assert!(thread.join().is_ok() || std::thread::panicking());
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Whatever is answered must be as the server's description says.
    pub(crate) fn request(
        &self,
        user: Option<(&str, &str)>,
        method: &str,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> Answer {
        let answer = self.ask(user, method, path, body);
        self.check(method, path, &answer);
        answer
    }

    fn check(&self, method: &str, path: &str, answer: &Answer) {
        let description = self
            .description
            .get_or_init(|| conform::Description::new(&self.ask(None, "GET", "/openapi.json", None).ok().text));
        description.check(method, path, answer);
    }

    /// As [`request`](Self::request), by the admin, with headers and a target that no client would send as they are.
    pub(crate) fn raw(&self, method: &str, target: &str, headers: &str) -> Answer {
        let mut stream = std::net::TcpStream::connect(self.address).unwrap();
        let authorization = basic(ADMIN.0, ADMIN.1);
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {authorization}\r\n{headers}\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{method} {target}: {answer:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = ureq::http::HeaderMap::new();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap();
            let name: ureq::http::HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        let answer = Answer { status, headers, text: text.to_owned() };
        if target.starts_with('/') {
            self.check(method, target, &answer);
        }
        answer
    }

    fn ask(&self, user: Option<(&str, &str)>, method: &str, path: &str, body: Option<(&str, Vec<u8>)>) -> Answer {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let agent = ureq::Agent::from(config);
        let mut request = ureq::http::Request::builder().method(method).uri(self.url(path));
        if let Some((name, password)) = user {
            request = request.header("Authorization", basic(name, password));
        }
        let response = match body {
            None => agent.run(request.body(()).unwrap()),
            Some((kind, bytes)) => agent.run(request.header("Content-Type", kind).body(bytes).unwrap()),
        };
        let mut response = response.unwrap_or_else(|err| panic!("{method} {path}: {err}"));
        let text = response.body_mut().read_to_string().unwrap();
        Answer { status: response.status().as_u16(), headers: response.headers().clone(), text }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request(Some(ADMIN), "GET", path, None)
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.request(Some(ADMIN), "DELETE", path, None)
    }

    pub(crate) fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.request(Some(ADMIN), method, path, Some(("application/json", body.to_string().into_bytes())))
    }

    pub(crate) fn upload(&self, path: &str, bundle: impl Into<Vec<u8>>) -> Answer {
        self.request(Some(ADMIN), "POST", path, Some(form(&bundle.into())))
    }

    /// The files below a directory of the data directory.
    pub(crate) fn files(&self, below: &str) -> Vec<String> {
        files(&self.directory.path().join(below))
    }

    /// The number of a user.
    pub(crate) fn uid_of(&self, email: &str) -> u64 {
        let users = self.get("/v1/users").ok().json();
        let user = users.as_array().unwrap().iter().find(|user| user["email"] == email).unwrap();
        user["uid"].as_u64().unwrap()
    }

    /// The uid of the only module.
    pub(crate) fn only_module(&self) -> String {
        let modules = self.get("/v1/modules").ok().json();
        assert_eq!(modules.as_array().unwrap().len(), 1, "{modules}");
        modules[0]["uid"].as_str().unwrap().to_owned()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop();
    }
}

pub(crate) fn basic(name: &str, password: &str) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}")))
}

/// One part of a form.
pub(crate) fn part(disposition: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

/// The form that curl sends for `-F module=@x.zip`.
pub(crate) fn form(bundle: &[u8]) -> (&'static str, Vec<u8>) {
    form_of(&[part("name=\"module\"; filename=\"x.zip\"\r\nContent-Type: application/zip", bundle)])
}

pub(crate) fn form_of(parts: &[Vec<u8>]) -> (&'static str, Vec<u8>) {
    let end = format!("--{BOUNDARY}--\r\n").into_bytes();
    ("multipart/form-data; boundary=------------------------d74496d66958873e", [parts.concat(), end].concat())
}

/// All but the mark that says whose bundles they are.
pub(crate) fn files(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found.retain(|name| name != "catalogue-id");
    found.sort();
    found
}

/// What is answered of a database that was asked for, without the action of that, which it has.
pub(crate) fn without_action(mut database: Value) -> Value {
    let action_uid = database.as_object_mut().unwrap().remove("action_uid");
    assert!(action_uid.is_some_and(|uid| uid.is_string()), "{database}");
    database
}
