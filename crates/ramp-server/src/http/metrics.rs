//! What is counted and measured, in Prometheus' text format. docs/operate.md has a table of it, which a test holds against what is exposed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::Method;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// What the text is, as a header says it.
pub(crate) const TEXT: &str = prometheus_text::CONTENT_TYPE;

/// Bounds of the durations, in seconds: from a list in memory to an upload over a slow line.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 300.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    method: &'static str,
    route: String,
    status: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Code {
    error_code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Part {
    part: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Place {
    place: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Waiting {
    queue: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

const TAKEN: Outcome = Outcome { outcome: "taken" };
const REFUSED: Outcome = Outcome { outcome: "refused" };

type Durations = Family<Kind, Histogram, fn() -> Histogram>;
type Real = Gauge<f64, AtomicU64>;

/// What is counted while requests are answered; and what is looked up whenever somebody asks.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    durations: Durations,
    refusals: Family<Code, Counter>,
    certificates: Family<Outcome, Counter>,
    /// Connections that are open.
    pub(crate) connections: Gauge,
    /// Bytes of bundles that were received.
    pub(crate) received: Counter,
    /// Bytes of bundles that were stored.
    pub(crate) stored: Counter,
    looked_up: LookedUp,
}

/// Gauges that say what was so when somebody asked.
#[derive(Debug, Default)]
struct LookedUp {
    waiting: Family<Waiting, Gauge>,
    modules: Gauge,
    missing: Gauge,
    unknown: Gauge,
    used: Family<Place, Gauge>,
    ready: Family<Part, Gauge>,
    free: Family<Place, Gauge>,
    hashed: Counter,
    uptime: Real,
}

/// What is looked up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Now {
    /// How many wait, by queue.
    pub(crate) waiting: Vec<(&'static str, u64)>,
    /// Modules in the catalogue.
    pub(crate) modules: u64,
    /// Bundles that are missing, and that nobody knows.
    pub(crate) missing: u64,
    pub(crate) unknown: u64,
    /// Bytes that bundles take; `None` where the storage does not say.
    pub(crate) used: Option<u64>,
    /// What an upload needs, and whether it is there.
    pub(crate) ready: Vec<(&'static str, bool)>,
    /// Bytes that are free, by place.
    pub(crate) free: Vec<(&'static str, u64)>,
    /// Passwords that were hashed.
    pub(crate) hashed: u64,
    /// Since the start.
    pub(crate) uptime: Duration,
}

impl Metrics {
    /// Of a server that plays this release.
    pub(crate) fn new(release: &str) -> Self {
        let mut registry = Registry::with_prefix("ramp");
        let durations = Durations::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        let metrics = Self {
            durations,
            refusals: Family::default(),
            certificates: Family::default(),
            connections: Gauge::default(),
            received: Counter::default(),
            stored: Counter::default(),
            looked_up: LookedUp::default(),
            registry: Registry::default(),
        };
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION").to_owned()), ("release", release.to_owned())]);
        registry.register("build", "The server's version, and the release that it simulates", build);
        let LookedUp { waiting, modules, missing, unknown, used, ready, free, hashed, uptime } = &metrics.looked_up;
        registry.register("uptime_seconds", "Time since the start", uptime.clone());
        let help = "How long requests took, from head to answer";
        registry.register("request_duration_seconds", help, metrics.durations.clone());
        registry.register("refusals", "Requests refused, by error_code", metrics.refusals.clone());
        registry.register("connections", "Open connections", metrics.connections.clone());
        registry.register("received_bytes", "Bytes of bundles received", metrics.received.clone());
        registry.register("stored_bytes", "Bytes of bundles stored", metrics.stored.clone());
        registry.register("queue_length", "How many wait for their turn", waiting.clone());
        registry.register("passwords_hashed", "Passwords hashed, right or wrong", hashed.clone());
        registry.register("modules", "Modules in the catalogue", modules.clone());
        let help = "Bundles of the catalogue that the storage did not have when it was last looked at";
        registry.register("bundles_missing", help, missing.clone());
        let help = "Bundles of the storage that the catalogue did not know when it was last looked at";
        registry.register("bundles_unknown", help, unknown.clone());
        registry.register("used_bytes", "Bytes that bundles took when the storage was last looked at", used.clone());
        registry.register("ready", "Whether what an upload needs is there: 1 or 0", ready.clone());
        registry.register(
            "free_bytes",
            "Bytes free where uploads are received and where bundles are kept",
            free.clone(),
        );
        let help = "Certificates read again, by what became of them";
        registry.register("certificates_read", help, metrics.certificates.clone());
        for outcome in [TAKEN, REFUSED] {
            drop(metrics.certificates.get_or_create(&outcome));
        }
        Self { registry, ..metrics }
    }

    /// The same, with what somebody else measures.
    pub(crate) fn with(mut self, others: Box<dyn Collector>) -> Self {
        self.registry.register_collector(others);
        self
    }

    /// Counts a request. `route` is the pattern and not the path, so that there are only so many; `status` is `none` where the client went away.
    pub(crate) fn count(&self, method: &Method, route: &str, status: &str, took: Duration) {
        let kind = Kind { method: known(method), route: route.to_owned(), status: status.to_owned() };
        self.durations.get_or_create(&kind).observe(took.as_secs_f64());
    }

    /// Counts a refusal.
    pub(crate) fn count_refusal(&self, error_code: &'static str) {
        self.refusals.get_or_create(&Code { error_code }).inc();
    }

    /// Counts that the certificate was read again, and taken or not.
    pub(crate) fn count_certificate(&self, is_taken: bool) {
        self.certificates.get_or_create(if is_taken { &TAKEN } else { &REFUSED }).inc();
    }

    /// Everything, as text.
    pub(crate) fn text(&self, now: &Now) -> Result<String, std::fmt::Error> {
        let LookedUp { waiting, modules, missing, unknown, used, ready, free, hashed, uptime } = &self.looked_up;
        for (queue, length) in &now.waiting {
            waiting.get_or_create(&Waiting { queue }).set(integer(*length));
        }
        for (part, is_ready) in &now.ready {
            ready.get_or_create(&Part { part }).set(i64::from(*is_ready));
        }
        for (place, left) in &now.free {
            free.get_or_create(&Place { place }).set(integer(*left));
        }
        if let Some(bytes) = now.used {
            used.get_or_create(&Place { place: "bundles" }).set(integer(bytes));
        }
        modules.set(integer(now.modules));
        missing.set(integer(now.missing));
        unknown.set(integer(now.unknown));
        hashed.inner().store(now.hashed, Ordering::Relaxed);
        uptime.set(now.uptime.as_secs_f64());
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A method can be any word; the usual ones are counted by name.
fn known(method: &Method) -> &'static str {
    const USUAL: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    USUAL.into_iter().find(|usual| *usual == method.as_str()).unwrap_or("other")
}

fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
