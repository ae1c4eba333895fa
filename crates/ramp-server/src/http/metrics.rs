//! Counters, in Prometheus' text format.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Method, route, status.
type Kind = (String, String, u16);

/// What is counted.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<Kind, (u64, Duration)>>,
    /// Connections that are open.
    pub(crate) connections: AtomicI64,
    /// Bytes of bundles that were received.
    pub(crate) received: AtomicU64,
}

impl Metrics {
    /// Counts a request. `route` is the pattern and not the path, so that there are only so many.
    pub(crate) fn count(&self, method: &str, route: &str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, time) = requests.entry((method.to_owned(), route.to_owned(), status)).or_default();
        *count += 1;
        *time += took;
    }

    /// Everything, as text; of bundles, how many were missing and how many unknown.
    pub(crate) fn text(&self, modules: usize, hashed: u64, [missing, unknown]: [u64; 2], uptime: Duration) -> String {
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, rows: &[(String, String)]| {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
            for (labels, value) in rows {
                let _ = writeln!(text, "{name}{labels} {value}");
            }
        };
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let labels =
            |(method, route, status): &Kind| format!("{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}");
        let counts: Vec<_> = requests.iter().map(|(key, (count, _))| (labels(key), count.to_string())).collect();
        family("ramp_requests_total", "counter", "Requests answered.", &counts);
        let times: Vec<_> =
            requests.iter().map(|(key, (_, time))| (labels(key), time.as_secs_f64().to_string())).collect();
        family("ramp_request_seconds_total", "counter", "Time spent on requests.", &times);
        let one = |value: String| [(String::new(), value)];
        let received = self.received.load(Ordering::Relaxed).to_string();
        family("ramp_received_bytes_total", "counter", "Bytes of bundles received.", &one(received));
        let connections = self.connections.load(Ordering::Relaxed).to_string();
        family("ramp_connections", "gauge", "Open connections.", &one(connections));
        let help = "Passwords hashed, right or wrong.";
        family("ramp_passwords_hashed_total", "counter", help, &one(hashed.to_string()));
        family("ramp_modules", "gauge", "Modules in the catalogue.", &one(modules.to_string()));
        let help = "Bundles of the catalogue that the storage did not have when it was last looked at.";
        family("ramp_bundles_missing", "gauge", help, &one(missing.to_string()));
        let help = "Bundles of the storage that the catalogue did not know when it was last looked at.";
        family("ramp_bundles_unknown", "gauge", help, &one(unknown.to_string()));
        family("ramp_uptime_seconds", "gauge", "Time since the start.", &one(uptime.as_secs_f64().to_string()));
        text
    }
}
