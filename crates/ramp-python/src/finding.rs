//! Something found in a bundle.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::report::to_python;

/// Where a finding points: an entry of the zip, a JSON pointer into `module.json`, an offset in the bundle in bytes; `text` has all.
#[pyclass(frozen, eq, get_all, module = "redis_ramp")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Location {
    entry: Option<String>,
    pointer: Option<String>,
    offset: Option<u64>,
    text: String,
}

#[pymethods]
impl Location {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("Location({:?})", self.text)
    }
}

/// Something found in a bundle: what is wrong, where, and what to do about it.
#[pyclass(frozen, module = "redis_ramp")]
#[derive(Clone)]
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

    /// Whether it is what the cluster would answer with.
    #[getter]
    fn decides_answer(&self) -> bool {
        self.0.decides_answer
    }

    /// Where it is, if it is anywhere in particular.
    #[getter]
    fn location(&self) -> Option<Location> {
        let location = self.0.location.as_ref()?;
        let ramp_core::Location { entry, pointer, offset, .. } = location;
        Some(Location { entry: entry.clone(), pointer: pointer.clone(), offset: *offset, text: location.to_string() })
    }

    /// The values that it is about, under the keys that the rule documents.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(to_python(py, &self.0.data)?.cast_into::<PyDict>()?)
    }

    fn __repr__(&self) -> String {
        format!("<Finding {}: {}: {}>", self.0.level, self.0.rule, self.0.message)
    }
}
