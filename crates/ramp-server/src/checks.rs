//! Checks on a schedule, while the server runs: every record and every bundle read, and held against each other.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::gauge::ConstGauge;
use ramp_core::text::count;

use crate::causes::causes;
use crate::error::ServerError;
use crate::ids;
use crate::stock::{Comparison, Stock};
use crate::storage::Storage;
use crate::store::Asking;

/// How many bundles the log names.
const SOME: usize = 5;

/// What a check has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LastCheck {
    /// When it ended, in seconds since 1970.
    pub(crate) ended: u64,
    /// How long it took.
    pub(crate) took: Duration,
    /// How many bundles the catalogue has.
    pub(crate) bundles: u64,
    /// Bytes of those that were read.
    pub(crate) bytes: u64,
    /// How many of them the storage does not have.
    pub(crate) missing: u64,
    /// How many have other bytes than were stored.
    pub(crate) damaged: u64,
    /// How many cannot be read.
    pub(crate) unreadable: u64,
    /// How many the storage has that the catalogue does not know.
    pub(crate) unknown: u64,
    /// How many records of the catalogue cannot be read.
    pub(crate) faults: u64,
}

impl LastCheck {
    /// What is lost, kind by kind, where anything is; what is unknown is not. What is missing may have been counted since.
    pub(crate) fn problem(&self, missing: u64) -> Option<String> {
        let told = |number: u64, what: &str, is: &str| (number > 0).then(|| format!("{} {is}", count(number, what)));
        let words = [
            told(missing, "bundle", "missing"),
            told(self.damaged, "bundle", "damaged"),
            told(self.unreadable, "bundle", "unreadable"),
            told(self.faults, "record", "of the catalogue unreadable"),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        (!words.is_empty()).then(|| format!("{}: `ramp store check` names them", words.join(", ")))
    }
}

/// The checks of a server: all that have it see the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checks {
    last: Arc<Mutex<Option<LastCheck>>>,
}

impl Checks {
    /// What the last one found; `None` where none has ended yet. One that could not be done leaves the one before.
    pub(crate) fn last(&self) -> Option<LastCheck> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Checks when the server starts, and then `every` so long after the check before has ended. What is missing and unknown is told to the stock, which
    /// may look again sooner.
    pub(crate) async fn run(&self, asking: &Asking, storage: &dyn Storage, stock: &Stock, every: Duration) {
        loop {
            if let Err(err) = self.check(asking, storage, stock).await {
                tracing::warn!(error = causes(&err), "the bundles could not be checked");
            }
            tokio::time::sleep(every).await;
        }
    }

    async fn check(&self, asking: &Asking, storage: &dyn Storage, stock: &Stock) -> Result<(), ServerError> {
        let began = Instant::now();
        let contents = asking.ask(|store| store.contents()).await?;
        let found = Comparison::of(&contents, asking, storage, &mut |_, _| {}).await?;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let last = LastCheck {
            ended: ids::now(),
            took: began.elapsed(),
            bundles: count(found.bundles),
            bytes: found.bytes,
            missing: count(found.missing.len()),
            damaged: count(found.damaged.len()),
            unreadable: count(found.unreadable.len()),
            unknown: count(found.unknown.len()),
            faults: count(contents.faults.len()),
        };
        stock.saw(last.missing, last.unknown);
        let LastCheck { bundles, bytes, unknown, .. } = last;
        let seconds = last.took.as_secs_f64();
        match last.problem(last.missing) {
            None => tracing::info!(
                bundles,
                bytes,
                unknown,
                seconds,
                "checked: all bundles are there, and as they were stored"
            ),
            Some(problem) => {
                let unreadable = found.unreadable.iter().map(|(name, _)| name);
                let names = found.missing.iter().chain(&found.damaged).chain(unreadable).cloned();
                let all: Vec<String> =
                    names.chain(contents.faults.iter().map(ToString::to_string)).take(SOME).collect();
                let first = all.join(", ");
                tracing::error!(bundles, bytes, unknown, seconds, first, "checked: {problem}");
            }
        }
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
        Ok(())
    }
}

/// What the last one found, as Prometheus reads it; nothing before that.
impl Collector for Checks {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(last) = self.last() else { return Ok(()) };
        let numbers = [
            ("ended_timestamp_seconds", "When the last check of all bundles ended.", last.ended),
            ("bundles", "Bundles that the catalogue had then.", last.bundles),
            ("bytes", "Bytes of them that were read.", last.bytes),
            ("bundles_missing", "Those that the storage did not have.", last.missing),
            ("bundles_damaged", "Those with other bytes than were stored.", last.damaged),
            ("bundles_unreadable", "Those that could not be read.", last.unreadable),
            ("bundles_unknown", "Bundles in the storage that the catalogue did not know.", last.unknown),
            ("records_unreadable", "Records of the catalogue that could not be read.", last.faults),
        ];
        for (name, help, number) in numbers {
            let gauge = ConstGauge::new(i64::try_from(number).unwrap_or(i64::MAX));
            let name = format!("check_{name}");
            gauge.encode(encoder.encode_descriptor(&name, help, None, gauge.metric_type())?)?;
        }
        let took = ConstGauge::new(last.took.as_secs_f64());
        took.encode(encoder.encode_descriptor(
            "check_duration_seconds",
            "How long it took",
            None,
            took.metric_type(),
        )?)
    }
}
