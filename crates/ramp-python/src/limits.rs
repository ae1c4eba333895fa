//! What one bundle may cost.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// The longest bundle that is read of a file without a name, in bytes: what a path may have more, streams by.
const MAX_BYTES: u64 = 1 << 30;

/// What one bundle may cost; what is not given is as the command has it.
///
/// Running into one raises `LimitExceeded`, or `TimeExceeded`: the bundle could not be evaluated. `max_bytes` is for what is read of a
/// file object, which is held in memory; `seconds` is for reading.
#[pyclass(frozen, eq, module = "redis_ramp")]
#[derive(PartialEq)]
pub(crate) struct Limits {
    pub(crate) core: ramp_core::Limits,
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
    #[pyo3(signature = (*, max_bytes=MAX_BYTES, max_module_bytes=None, max_inflated_bytes=None, max_entries=None, threads=None, seconds=None))]
    fn new(
        max_bytes: u64,
        max_module_bytes: Option<u64>,
        max_inflated_bytes: Option<u64>,
        max_entries: Option<usize>,
        threads: Option<usize>,
        seconds: Option<f64>,
    ) -> PyResult<Self> {
        let mut core = ramp_core::Limits::default();
        core.max_module_bytes = max_module_bytes.unwrap_or(core.max_module_bytes);
        core.bundle.inflation.max_bytes = max_inflated_bytes.unwrap_or(core.bundle.inflation.max_bytes);
        core.bundle.max_entries = max_entries.unwrap_or(core.bundle.max_entries);
        if let Some(threads) = threads {
            let threads = NonZeroUsize::new(threads);
            core = core.threads(threads.ok_or_else(|| PyValueError::new_err("threads is at least 1"))?);
        }
        let within = match seconds {
            Some(seconds) if seconds.is_nan() || seconds < 0.0 => {
                return Err(PyValueError::new_err("seconds is a number that is not negative"));
            }
            // What is beyond all clocks is no limit.
            Some(seconds) => Duration::try_from_secs_f64(seconds).ok(),
            None => None,
        };
        Ok(Self { core, max_bytes, seconds, within })
    }

    #[getter]
    fn max_module_bytes(&self) -> u64 {
        self.core.max_module_bytes
    }

    #[getter]
    fn max_inflated_bytes(&self) -> u64 {
        self.core.bundle.inflation.max_bytes
    }

    #[getter]
    fn max_entries(&self) -> usize {
        self.core.bundle.max_entries
    }

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
