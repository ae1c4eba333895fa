//! Bundles in, reports and facts out.

use std::io::{self, Read as _};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use ramp_core::bundle::{Bundle, Entry};
use ramp_core::{Group, Limits};

use crate::errors::RampError;
use crate::policy::Policy;
use crate::report::{Report, to_python};
use crate::source::{self, Input, Source};
use crate::target::Target;

/// Where dependencies are.
const DEPS: &str = "deps/";

/// What a bundle may cost.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Costs {
    max_module_bytes: Option<u64>,
    max_inflated_bytes: Option<u64>,
    max_entries: Option<usize>,
    threads: Option<usize>,
    seconds: Option<f64>,
}

impl Costs {
    fn limits(&self) -> PyResult<Limits> {
        let mut limits = Limits::default();
        if let Some(most) = self.max_module_bytes {
            limits.max_module_bytes = most;
        }
        if let Some(most) = self.max_inflated_bytes {
            limits.bundle.inflation.max_bytes = most;
        }
        if let Some(most) = self.max_entries {
            limits.bundle.max_entries = most;
        }
        match self.threads.map(std::num::NonZeroUsize::new) {
            Some(Some(threads)) => Ok(limits.threads(threads)),
            Some(None) => Err(PyValueError::new_err("threads is at least 1")),
            None => Ok(limits),
        }
    }

    fn until(&self) -> PyResult<Option<Instant>> {
        let wrong = |_| PyValueError::new_err("seconds is a time that is not negative");
        let within = self.seconds.map(Duration::try_from_secs_f64).transpose().map_err(wrong)?;
        Ok(within.and_then(|within| Instant::now().checked_add(within)))
    }
}

/// Judges a bundle, which is read once, for each of the targets.
#[pyfunction]
pub(crate) fn judge(
    py: Python<'_>,
    source: Source,
    targets: Vec<Target>,
    policy: &Policy,
    costs: Costs,
) -> PyResult<Vec<Report>> {
    let (limits, until, name) = (costs.limits()?, costs.until()?, source.name());
    source.read(py, until, |input| {
        let facts = source::gather(input, &limits)?;
        let facts = name.clone().into_iter().fold(facts, ramp_core::facts::BundleFacts::called);
        let report = |target: &Target| Report(ramp_core::judge(&facts, &target.0, &policy.0));
        Ok(targets.iter().map(report).collect())
    })
}

/// What is known of a bundle, as a dictionary.
#[pyfunction]
pub(crate) fn inspect<'py>(py: Python<'py>, source: Source, costs: Costs) -> PyResult<Bound<'py, PyDict>> {
    let (limits, until) = (costs.limits()?, costs.until()?);
    let facts = source.read(py, until, |input| source::gather_at_hand(input, &limits))?;
    Ok(to_python(py, &facts)?.cast_into::<PyDict>()?)
}

/// `module.json` alone, as a dictionary.
#[pyfunction]
pub(crate) fn metadata<'py>(py: Python<'py>, source: Source, costs: Costs) -> PyResult<Bound<'py, PyDict>> {
    let (limits, until) = (costs.limits()?, costs.until()?);
    let bytes = source.read(py, until, |input| Ok(read_metadata(input, &limits)))?.map_err(RampError::new_err)?;
    // As the cluster's unpacker, which is Python, reads it.
    let loads = py.import("json")?.getattr("loads")?;
    let wrong = |err: PyErr| RampError::new_err(format!("`module.json` cannot be read: {err}"));
    let whole = loads.call1((PyBytes::new(py, &bytes),)).map_err(wrong)?;
    whole.cast_into::<PyDict>().map_err(|_| RampError::new_err("`module.json` is not an object"))
}

/// A module, and files by their names, as Python has them.
type Held<'py> = (Bound<'py, PyBytes>, Vec<(String, Bound<'py, PyBytes>)>);

/// The module, and the files under `deps/` by their names there, of a bundle that the unpacker takes; else its report.
#[pyfunction]
pub(crate) fn unpack<'py>(py: Python<'py>, source: Source, costs: Costs) -> PyResult<(Report, Option<Held<'py>>)> {
    let (limits, until) = (costs.limits()?, costs.until()?);
    let (report, contents) = source.read(py, until, |input| {
        let facts = source::gather(input, &limits)?;
        let report = ramp_core::judge(&facts, &ramp_core::Target::default(), &ramp_core::Policy::strict());
        // What is damaged is nobody's file.
        let is_damaged =
            report.findings().iter().any(|found| found.group == Group::Integrity && found.rule.starts_with("content-"));
        let contents = match &facts.archive {
            Ok(archive) if report.answer().accepted() && !is_damaged => Some(contents(input, archive, &limits)?),
            _ => None,
        };
        Ok((report, contents))
    })?;
    let contents = contents.map(|(module, dependencies)| {
        let held = |(name, bytes): (String, Vec<u8>)| (name, PyBytes::new(py, &bytes));
        (PyBytes::new(py, &module), dependencies.into_iter().map(held).collect())
    });
    Ok((Report(report), contents))
}

/// A module, and files by their names.
type Contents = (Vec<u8>, Vec<(String, Vec<u8>)>);

fn contents(
    input: &mut dyn Input,
    archive: &ramp_core::facts::ArchiveFacts,
    limits: &Limits,
) -> Result<Contents, ramp_core::Error> {
    let wrong = |err: &dyn std::fmt::Display| ramp_core::Error::Io(io::Error::other(err.to_string()));
    let mut bundle = Bundle::open(input, &limits.bundle).map_err(|err| wrong(&err))?;
    // Each was read to its end before, within the limits.
    let mut read = |entry: &Entry| {
        let mut bytes = Vec::new();
        bundle.reader(entry).map_err(|err| wrong(&err))?.read_to_end(&mut bytes)?;
        Ok::<_, ramp_core::Error>(bytes)
    };
    let module = archive.module_entry().map(&mut read).transpose()?.unwrap_or_default();
    let is_dependency = |entry: &&Entry| entry.name.starts_with(DEPS) && !entry.is_directory();
    let dependencies = archive.directory.entries.iter().filter(is_dependency);
    let named = |entry: &Entry| Ok((entry.name.trim_start_matches(DEPS).to_owned(), read(entry)?));
    Ok((module, dependencies.map(named).collect::<Result<_, ramp_core::Error>>()?))
}

/// The text of `module.json`, or why it cannot be had.
fn read_metadata(input: &mut dyn Input, limits: &Limits) -> Result<Vec<u8>, String> {
    let mut bundle = Bundle::open(input, &limits.bundle).map_err(|err| err.to_string())?;
    let entry = bundle.directory().last_named("module.json").cloned().ok_or("there is no `module.json` in it")?;
    let reader = bundle.reader(&entry).map_err(|err| format!("`module.json` cannot be read: {err}"))?;
    let (most, mut bytes) = (limits.metadata.max_bytes as u64, Vec::new());
    let read = reader.take(most + 1).read_to_end(&mut bytes).map_err(|err| err.to_string())?;
    if read as u64 > most { Err(format!("`module.json` has more than {most} bytes")) } else { Ok(bytes) }
}
