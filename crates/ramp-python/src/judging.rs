//! Bundles in, reports and facts out.

use std::collections::HashSet;
use std::io::{self, Read as _};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use ramp_core::Level;
use ramp_core::bundle::{Bundle, Entry, EntryError, OpenError};
use ramp_core::facts::{ArchiveFacts, BundleFacts, Contents};
use ramp_core::inspection::Inspection;
use ramp_core::text::count;

use crate::errors::RampError;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::report::{Report, to_python};
use crate::source::{self, Input, Source};
use crate::target::Target;

/// Where dependencies are.
const DEPS: &str = "deps/";

/// Judges a bundle, which is read once, for each of the targets.
#[pyfunction]
pub(crate) fn judge(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    targets: Vec<Py<Target>>,
    policy: &Policy,
    limits: &Limits,
    name: Option<String>,
) -> PyResult<Vec<Report>> {
    let source = Source::of(source, limits)?;
    let name = source.named(name);
    source.read(py, limits, |input| {
        let facts = called(source::gather(input, limits)?, name.as_deref());
        let judged = |target: &Py<Target>| ramp_core::judge(&facts, &target.get().0, &policy.0);
        let report = |target| Report { core: judged(target), bundle: name.clone() };
        Ok(targets.iter().map(report).collect())
    })
}

/// What is known of a bundle or a bare module, as a dictionary.
#[pyfunction]
pub(crate) fn inspect<'py>(
    py: Python<'py>,
    source: &Bound<'_, PyAny>,
    limits: &Limits,
) -> PyResult<Bound<'py, PyDict>> {
    let source = Source::of(source, limits)?;
    let name = source.named(None);
    let document = source.read(py, limits, |input| {
        let facts = source::gather(input, limits)?;
        let called = name.as_deref().unwrap_or_default();
        let inspection = Inspection::of(facts, called, &limits.core.module, || source::whole(input, limits))?;
        let mut document = inspection.document(called);
        if name.is_none() {
            document["file"] = serde_json::Value::Null;
        }
        Ok(document)
    })?;
    Ok(to_python(py, &document)?.cast_into::<PyDict>()?)
}

/// `module.json` alone, as a dictionary.
#[pyfunction]
pub(crate) fn metadata<'py>(
    py: Python<'py>,
    source: &Bound<'_, PyAny>,
    limits: &Limits,
) -> PyResult<Bound<'py, PyDict>> {
    let source = Source::of(source, limits)?;
    let bytes = source.read(py, limits, |input| read_metadata(input, limits))?.map_err(RampError::new_err)?;
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
pub(crate) fn unpack<'py>(
    py: Python<'py>,
    source: &Bound<'_, PyAny>,
    limits: &Limits,
    name: Option<String>,
) -> PyResult<(Report, Option<Held<'py>>)> {
    let source = Source::of(source, limits)?;
    let name = source.named(name);
    let (report, contents) = source.read(py, limits, |input| {
        let (facts, contents) = source::gather_with_contents(input, limits)?;
        let facts = called(facts, name.as_deref());
        let report = ramp_core::judge(&facts, &ramp_core::Target::default(), &ramp_core::Policy::strict());
        // What is damaged, has two files of one name, or a name that leads elsewhere, is nobody's file.
        let is_damaged =
            report.findings().iter().any(|found| found.level == Level::Error && found.group.is_of_bundle());
        let contents = match &facts.archive {
            Ok(archive) if report.answer().accepted() && !is_damaged => Some(named(archive, contents)?),
            _ => None,
        };
        Ok((report, contents))
    })?;
    let held = |(module, dependencies): Named| {
        let held = |(name, bytes): (String, Vec<u8>)| Ok((name, source::held(py, &bytes)?));
        Ok::<_, PyErr>((source::held(py, &module)?, dependencies.into_iter().map(held).collect::<PyResult<_>>()?))
    };
    Ok((Report { core: report, bundle: name }, contents.map(held).transpose()?))
}

/// Facts of a bundle that is called so, if it is called at all: commands that a finding tells name it.
fn called(facts: BundleFacts, name: Option<&str>) -> BundleFacts {
    name.into_iter().fold(facts, BundleFacts::called)
}

/// A module, and files by their names.
type Named = (Vec<u8>, Vec<(String, Vec<u8>)>);

/// What was read, by name; everything that is there has to be.
fn named(archive: &ArchiveFacts, contents: Contents) -> Result<Named, ramp_core::Error> {
    let entries = &archive.directory.entries;
    let is_dependency = |entry: &&Entry| entry.name.starts_with(DEPS) && !entry.is_directory();
    let kept: HashSet<usize> = contents.dependencies.iter().map(|(index, _)| *index).collect();
    if let Some(entry) = entries.iter().filter(is_dependency).find(|entry| !kept.contains(&entry.index)) {
        return Err(io::Error::other(format!("`{}` cannot be read", entry.name.escape_debug())).into());
    }
    let called =
        |(index, bytes): (usize, Vec<u8>)| Some((entries.get(index)?.name.strip_prefix(DEPS)?.to_owned(), bytes));
    Ok((contents.module.unwrap_or_default(), contents.dependencies.into_iter().filter_map(called).collect()))
}

/// The text of `module.json`, or why it cannot be had.
fn read_metadata(input: &mut dyn Input, limits: &Limits) -> Result<Result<Vec<u8>, String>, ramp_core::Error> {
    let mut bundle = match Bundle::open(input, &limits.core.bundle) {
        Ok(bundle) => bundle,
        Err(OpenError::Failed(err)) => return Err(err),
        Err(err) => return Ok(Err(err.to_string())),
    };
    let Some(entry) = bundle.directory().last_named("module.json").cloned() else {
        return Ok(Err("there is no `module.json` in it".to_owned()));
    };
    let reader = match bundle.reader(&entry) {
        Ok(reader) => reader,
        // What a decompressor says of its first bytes is of the bundle.
        Err(EntryError::Failed(ramp_core::Error::Io(err))) if is_of_the_bundle(&err) => {
            return Ok(Err(format!("`module.json` cannot be read: {err}")));
        }
        Err(EntryError::Failed(err)) => return Err(err),
        Err(err) => return Ok(Err(format!("`module.json` cannot be read: {err}"))),
    };
    let (most, mut bytes) = (limits.core.metadata.max_bytes as u64, Vec::new());
    match reader.take(most + 1).read_to_end(&mut bytes) {
        Ok(read) if read as u64 > most => Ok(Err(format!("`module.json` has more than {}", count(most, "byte")))),
        Ok(_) => Ok(Ok(bytes)),
        Err(err) if is_of_the_bundle(&err) => Ok(Err(format!("`module.json` cannot be read: {err}"))),
        Err(err) => Err(err.into()),
    }
}

/// What decompressing says of damage is an error of reading, too; those of the system, of time and of memory are not of the bundle.
fn is_of_the_bundle(err: &io::Error) -> bool {
    !matches!(err.kind(), io::ErrorKind::TimedOut | io::ErrorKind::OutOfMemory) && err.raw_os_error().is_none()
}
