//! Something found in a bundle.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::kept::{Reduced, hash_of, of_json, reduced};
use crate::report::to_python;

/// Where a finding points: an entry of the zip, a JSON pointer into `module.json`, an offset in the bundle in bytes; `text` has all.
#[pyclass(frozen, eq, module = "redis_ramp")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Location(ramp_core::Location);

#[pymethods]
impl Location {
    /// Name of the entry in the zip.
    #[getter]
    fn entry(&self) -> Option<&str> {
        self.0.entry.as_deref()
    }

    /// JSON pointer (RFC 6901) into `module.json`.
    #[getter]
    fn pointer(&self) -> Option<&str> {
        self.0.pointer.as_deref()
    }

    /// Offset in the bundle, in bytes.
    #[getter]
    fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    /// All of it, as reports write it.
    #[getter]
    fn text(&self) -> String {
        self.0.to_string()
    }

    /// A location as `pickle` keeps it.
    #[staticmethod]
    fn from_json(text: &Bound<'_, PyAny>) -> PyResult<Self> {
        of_json("location", text).map(Self)
    }

    /// For `pickle` and `copy`.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduced(py.get_type::<Self>(), &self.0)
    }

    fn __hash__(&self) -> u64 {
        hash_of(&self.text())
    }

    fn __str__(&self) -> String {
        self.text()
    }

    fn __repr__(&self) -> String {
        format!("<Location {}>", self.text())
    }
}

/// Why a finding does not count for the gate: the policy says that it is known.
#[pyclass(frozen, eq, get_all, module = "redis_ramp")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Suppression {
    /// Why, for whoever reads the report.
    reason: String,
    /// The last day on which it holds: `2027-03-31`; `None` where it holds for ever.
    until: Option<String>,
}

#[pymethods]
impl Suppression {
    fn __str__(&self) -> String {
        let until = self.until.as_ref().map(|day| format!(" until {day}")).unwrap_or_default();
        format!("suppressed{until}: {}", self.reason)
    }

    fn __repr__(&self) -> String {
        format!("<Suppression {}>", self.__str__())
    }
}

/// Something found in a bundle: what is wrong, where, and what to do about it.
#[pyclass(frozen, eq, module = "redis_ramp")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Finding(pub(crate) ramp_core::Finding);

#[pymethods]
impl Finding {
    /// The rule that found it: `module-sha256`.
    #[getter]
    fn rule(&self) -> &str {
        &self.0.rule
    }

    /// The group of the rule: `integrity`.
    #[getter]
    fn group(&self) -> &'static str {
        self.0.group.as_str()
    }

    /// `error`, `warning` or `note`, by the policy.
    #[getter]
    fn level(&self) -> &'static str {
        self.0.level.as_str()
    }

    /// What is wrong.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it.
    #[getter]
    fn help(&self) -> &str {
        &self.0.help
    }

    /// The code that the cluster would refuse the upload with for this alone.
    #[getter]
    fn error_code(&self) -> Option<&'static str> {
        self.0.error_code.map(ramp_core::UploadErrorCode::as_str)
    }

    /// The unpacker's finer code, where it has one.
    #[getter]
    fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The rule that must be seen to first, since this may follow from what it has found.
    #[getter]
    fn follows(&self) -> Option<&str> {
        self.0.follows.as_deref()
    }

    /// Why it does not count for the gate, where the policy says so.
    #[getter]
    fn suppressed(&self) -> Option<Suppression> {
        let known = self.0.suppressed.as_ref()?;
        Some(Suppression { reason: known.reason.clone(), until: known.until.map(|day| day.to_string()) })
    }

    /// Whether it is what the cluster would answer with.
    #[getter]
    fn decides_answer(&self) -> bool {
        self.0.decides_answer
    }

    /// Where it is, if it is anywhere in particular.
    #[getter]
    fn location(&self) -> Option<Location> {
        self.0.location.clone().map(Location)
    }

    /// The values that it is about, under the keys that the rule documents.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(to_python(py, &self.0.data)?.cast_into::<PyDict>()?)
    }

    /// A finding as `to_dict` gives it, in JSON.
    #[staticmethod]
    fn from_json(text: &Bound<'_, PyAny>) -> PyResult<Self> {
        of_json("finding", text).map(Self)
    }

    /// As it stands in a report's JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(to_python(py, &self.0)?.cast_into::<PyDict>()?)
    }

    /// For `pickle` and `copy`.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduced(py.get_type::<Self>(), &self.0)
    }

    fn __hash__(&self) -> u64 {
        hash_of(&(&*self.0.rule, &self.0.message))
    }

    /// As the command writes it: level, rule and message in a line.
    pub(crate) fn __str__(&self) -> String {
        format!("{}: {}: {}", self.0.level, self.0.rule, self.0.message)
    }

    fn __repr__(&self) -> String {
        format!("<Finding {}: {}: {}>", self.0.level, self.0.rule, self.0.message)
    }
}
