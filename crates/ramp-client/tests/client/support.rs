//! A server for one test, and bundles to send to it.

use std::io::Cursor;
use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use ramp_client::{Bundle, ClientError, ClientLimits, Cluster, Credentials, Event, Survey, Trust, Uploaded};
use ramp_core::{Endpoint, Policy, Target, validate};
use ramp_server::store::Role;
use ramp_server::{Config, Server, Transport};
use tempfile::TempDir;
use tokio::sync::oneshot;

pub(crate) use ramp_fixtures::bundle::BundleBuilder;
pub(crate) use ramp_fixtures::redis::RedisServer;

pub(crate) const ADMIN: (&str, &str) = ("admin@test", "correct horse");

/// A server that ends with its test.
pub(crate) struct TestServer {
    pub(crate) directory: TempDir,
    pub(crate) address: SocketAddr,
    tls: bool,
    /// Outlives the server that uses it.
    pub(crate) redis: Option<RedisServer>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TestServer {
    /// A server that plays this release, which takes uploads.
    pub(crate) fn of(release: &str) -> Self {
        Self::start(open(Target::named(release).unwrap()), |_| {})
    }

    /// A server that plays this target, with other settings, and a viewer.
    pub(crate) fn start(target: Target, change: impl FnOnce(&mut Config)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::new(target, directory.path());
        config.listen = "127.0.0.1:0".parse().unwrap();
        config.transport = Transport::Plain;
        config.without_bundled = true;
        (config.admin_user, config.admin_password) = (ADMIN.0.into(), Some(ADMIN.1.into()));
        change(&mut config);
        let tls = config.transport != Transport::Plain;
        let (ready, listens) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::start(&config).await.unwrap();
                for role in [Role::ClusterViewer, Role::None] {
                    server.add_user(role.as_str(), "password", role).unwrap();
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
        Self { directory, address, tls, redis: None, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.address)
    }

    /// A client of it, as the admin.
    pub(crate) fn cluster(&self) -> Cluster {
        client(&self.url(), ADMIN, Trust::System)
    }

    /// Asks, as the admin; the answer must be a success.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &serde_json::Value) {
        let who = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", ADMIN.0, ADMIN.1));
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url()))
            .header("Authorization", format!("Basic {who}"))
            .header("Content-Type", "application/json")
            .body(body.to_string())
            .unwrap();
        let answer = ureq::Agent::new_with_defaults().run(request).unwrap();
        assert_eq!(answer.status(), 200, "{method} {path}");
    }

    /// The modules it lists: name and version.
    pub(crate) fn modules(&self) -> Vec<(String, i64)> {
        let target = self.cluster().survey().unwrap().target;
        let modules = target.installed_modules().iter();
        modules.map(|module| (module.module_name.clone(), module.version)).collect()
    }

    /// The blobs it keeps.
    pub(crate) fn blobs(&self) -> usize {
        fn count(directory: &std::path::Path) -> usize {
            let Ok(entries) = std::fs::read_dir(directory) else { return 0 };
            let paths = entries.map(|e| e.unwrap().path()).filter(|path| !path.ends_with("catalogue-id"));
            paths.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
        }
        count(&self.directory.path().join("blobs"))
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            assert!(thread.join().is_ok() || std::thread::panicking());
        }
    }
}

/// The target, with uploads on where that is a setting.
pub(crate) fn open(target: Target) -> Target {
    target.with_allow_modules_upload(Some(true))
}

/// Limits that a test can wait for.
pub(crate) fn limits() -> ClientLimits {
    let mut limits = ClientLimits::default();
    limits.connect = Duration::from_secs(30);
    limits.answer = Duration::from_secs(30);
    limits.poll = Duration::from_millis(10);
    limits.backoff = Duration::from_millis(10);
    limits
}

pub(crate) fn client(url: &str, (user, password): (&str, &str), trust: Trust) -> Cluster {
    let credentials = Credentials::new(user, password).unwrap();
    Cluster::within(url.parse().unwrap(), &credentials, trust, limits()).unwrap()
}

/// Surveys, and uploads without a look at what the rules say.
pub(crate) fn upload(cluster: &Cluster, bundle: &BundleBuilder) -> Result<Uploaded, ClientError> {
    let survey = cluster.survey()?;
    let endpoint = survey.endpoint()?;
    upload_as(cluster, &survey, endpoint, bundle).0
}

/// What came of it, and what went on.
pub(crate) fn upload_as(
    cluster: &Cluster,
    survey: &Survey,
    endpoint: Endpoint,
    bundle: &BundleBuilder,
) -> (Result<Uploaded, ClientError>, Vec<String>) {
    let mut events = Vec::new();
    let mut file = Cursor::new(bundle.build());
    let report = validate(&mut file, &survey.target, &Policy::strict()).unwrap();
    let mut bundle = Bundle::new("x.zip", &mut file, &report).unwrap();
    let mut last = 0;
    let outcome = cluster.upload(survey, endpoint, &mut bundle, &mut |event| match event {
        Event::Sent { sent, total } => {
            assert!(sent <= total && (sent >= last || last == total), "{sent} after {last} of {total}");
            last = sent;
        }
        event => events.push(format!("{event:?}")),
    });
    (outcome, events)
}
