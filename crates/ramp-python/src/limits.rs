//! What one bundle may cost.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::given::{self, Given};

/// The longest bundle that is read of a file without a name, in bytes: what a path may have more, streams by.
const MAX_BYTES: u64 = 1 << 30;

/// What one bundle may cost; what is not given is as the command has it.
///
/// Running into one raises `LimitExceeded`, or `TimeExceeded`: the bundle could not be evaluated.
///
/// - `max_module_bytes`: the module, inflated, which is held in memory; 1 GiB.
/// - `max_inflated_bytes`: all entries, inflated; 4 GiB.
/// - `max_entries`: entries of the zip; 65,535.
/// - `max_bytes`: what is read of a file object, which is held in memory; 1 GiB.
/// - `threads`: at work on one bundle; 2.
/// - `seconds`: the time for reading; none.
#[pyclass(frozen, eq, module = "redis_ramp")]
#[derive(PartialEq)]
pub(crate) struct Limits {
    pub(crate) core: ramp_core::Limits,
    /// The most that is read of a file object, in bytes.
    #[pyo3(get)]
    pub(crate) max_bytes: u64,
    /// The time for reading, in seconds.
    #[pyo3(get)]
    seconds: Option<f64>,
    within: Option<Duration>,
}

#[pymethods]
impl Limits {
    #[new]
    #[pyo3(signature = (*, max_bytes=None, max_module_bytes=None, max_inflated_bytes=None, max_entries=None, threads=None, seconds=None))]
    fn new(
        py: Python<'_>,
        max_bytes: Given<'_>,
        max_module_bytes: Given<'_>,
        max_inflated_bytes: Given<'_>,
        max_entries: Given<'_>,
        threads: Given<'_>,
        seconds: Given<'_>,
    ) -> PyResult<Self> {
        let whole = |keyword, number| given::whole(py, keyword, number, 0);
        let many = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let mut core = ramp_core::Limits::default();
        core.max_module_bytes = whole("max_module_bytes", max_module_bytes)?.unwrap_or(core.max_module_bytes);
        let max_inflated_bytes = whole("max_inflated_bytes", max_inflated_bytes)?;
        core.bundle.inflation.max_bytes = max_inflated_bytes.unwrap_or(core.bundle.inflation.max_bytes);
        core.bundle.max_entries = whole("max_entries", max_entries)?.map_or(core.bundle.max_entries, many);
        if let Some(threads) = given::whole(py, "threads", threads, 1)?.map(many).and_then(NonZeroUsize::new) {
            core = core.threads(threads);
        }
        let max_bytes = whole("max_bytes", max_bytes)?.unwrap_or(MAX_BYTES);
        let seconds = given::seconds(py, "seconds", seconds)?;
        // What is beyond all clocks is no limit.
        let within = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Ok(Self { core, max_bytes, seconds, within })
    }

    /// The largest module, inflated, in bytes.
    #[getter]
    fn max_module_bytes(&self) -> u64 {
        self.core.max_module_bytes
    }

    /// The most that all entries together inflate to, in bytes.
    #[getter]
    fn max_inflated_bytes(&self) -> u64 {
        self.core.bundle.inflation.max_bytes
    }

    /// The most entries that a zip may have.
    #[getter]
    fn max_entries(&self) -> usize {
        self.core.bundle.max_entries
    }

    /// How many threads work on one bundle.
    #[getter]
    fn threads(&self) -> usize {
        self.core.bundle.threads.get()
    }

    /// For `pickle` and `copy`.
    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let given = PyDict::new(py);
        given.set_item("max_bytes", self.max_bytes)?;
        given.set_item("max_module_bytes", self.max_module_bytes())?;
        given.set_item("max_inflated_bytes", self.max_inflated_bytes())?;
        given.set_item("max_entries", self.max_entries())?;
        given.set_item("threads", self.threads())?;
        given.set_item("seconds", self.seconds)?;
        Ok((PyTuple::empty(py), given))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (_, given) = self.__getnewargs_ex__(py)?;
        let named = |(name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| Ok(format!("{name}={}", value.repr()?));
        let named: Vec<String> = given.iter().map(named).collect::<PyResult<_>>()?;
        Ok(format!("Limits({})", named.join(", ")))
    }
}

impl Limits {
    /// When there is no more time.
    pub(crate) fn until(&self) -> Option<Instant> {
        Instant::now().checked_add(self.within?)
    }
}
