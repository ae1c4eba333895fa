//! What came of judging a bundle.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use ramp_core::text::count;

use crate::errors::RampError;
use crate::finding::Finding;
use crate::kept::{Reduced, of_json, reduced, to_json};
use crate::target::Target;

/// Through JSON, which Python reads faster than objects are made one by one.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &impl serde::Serialize) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_string(value).map_err(|err| RampError::new_err(err.to_string()))?;
    py.import("json")?.call_method1("loads", (PyString::new(py, &text),))
}

/// What the cluster would answer to the upload, true where it accepts. Bundle and target decide it, and no policy.
#[pyclass(frozen, eq, module = "redis_ramp")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Answer(ramp_core::Answer);

/// What a server answers that enforces a policy: the cluster's refusal, else the gate's.
#[pyclass(frozen, eq, get_all, module = "redis_ramp")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The `error_code`.
    error_code: &'static str,
    /// The unpacker's finer code, where it has one.
    reason: Option<String>,
    /// The HTTP status, where the request is known.
    http_status: Option<u16>,
    /// The words that the documentation puts beside the code.
    message: String,
    /// What was found in this very bundle.
    description: String,
    /// The rule that found it.
    rule: String,
}

#[pymethods]
impl Refusal {
    fn __str__(&self) -> String {
        format!("{}: {}", self.error_code, self.description)
    }

    fn __repr__(&self) -> String {
        format!("<Refusal {}>", self.__str__())
    }
}

#[pymethods]
impl Answer {
    /// Whether the cluster takes the bundle.
    #[getter]
    fn accepted(&self) -> bool {
        self.0.accepted()
    }

    /// The `error_code` of a refusal.
    #[getter]
    fn error_code(&self) -> Option<&'static str> {
        self.0.refusal().map(|refusal| refusal.error_code.as_str())
    }

    /// The unpacker's finer code, where it has one.
    #[getter]
    fn reason(&self) -> Option<&str> {
        self.0.refusal()?.reason.as_deref()
    }

    /// The HTTP status of a refusal, where the request is known.
    #[getter]
    fn http_status(&self) -> Option<u16> {
        self.0.refusal()?.http_status
    }

    /// The words that the documentation puts beside the code.
    #[getter]
    fn message(&self) -> Option<&str> {
        self.0.refusal().map(|refusal| &*refusal.message)
    }

    /// What was found in this very bundle.
    #[getter]
    fn description(&self) -> Option<&str> {
        self.0.refusal().map(|refusal| refusal.description.as_str())
    }

    /// The rule that found what it is refused for.
    #[getter]
    fn rule(&self) -> Option<&str> {
        self.0.refusal().map(|refusal| &*refusal.rule)
    }

    /// What must be so for it to be accepted, and is not known of the cluster.
    #[getter]
    fn conditions(&self) -> Vec<String> {
        self.0.conditions().iter().map(ToString::to_string).collect()
    }

    /// An answer as a report's JSON has it.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        of_json(text).map(Self)
    }

    /// For `pickle` and `copy`.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduced(py.get_type::<Self>(), &self.0)
    }

    fn __bool__(&self) -> bool {
        self.0.accepted()
    }

    fn __str__(&self) -> String {
        match self.0.refusal() {
            Some(refusal) => format!("refused: {}: {}", refusal.error_code, refusal.description),
            None => "accepted".to_owned(),
        }
    }

    fn __repr__(&self) -> String {
        match self.0.refusal() {
            Some(refusal) => format!("<Answer refused: {}>", refusal.error_code),
            None => "<Answer accepted>".to_owned(),
        }
    }
}

/// The judgement of one bundle: the cluster's answer, and whether it passes the gate.
#[pyclass(frozen, eq, module = "redis_ramp")]
#[derive(PartialEq)]
pub(crate) struct Report(pub(crate) ramp_core::Report);

#[pymethods]
impl Report {
    /// What the cluster would answer to the upload.
    #[getter]
    fn answer(&self) -> Answer {
        Answer(self.0.answer().clone())
    }

    /// For servers that enforce the policy: what such a server answers; `None` where the cluster would accept, and it passes.
    #[getter]
    fn refusal(&self) -> Option<Refusal> {
        let refusal = self.0.refusal()?;
        Some(Refusal {
            error_code: refusal.error_code.as_str(),
            reason: refusal.reason.map(Into::into),
            http_status: refusal.http_status,
            message: refusal.message.into(),
            description: refusal.description,
            rule: refusal.rule.into(),
        })
    }

    /// The gate: whether nothing that counts stands at or above the policy's `fail_on`.
    #[getter]
    fn passed(&self) -> bool {
        self.0.passed()
    }

    /// Everything that was found, what decides the answer first.
    #[getter]
    fn findings(&self) -> Vec<Finding> {
        self.0.findings().iter().cloned().map(Finding).collect()
    }

    /// What it was checked against.
    #[getter]
    fn target(&self) -> Target {
        Target(self.0.target().clone())
    }

    /// `module.json` as it was read, where it could be.
    #[getter]
    fn metadata<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let whole = self.0.metadata().map(|metadata| to_python(py, metadata)).transpose()?;
        whole.map(|whole| Ok(whole.cast_into::<PyDict>()?)).transpose()
    }

    /// A report as `to_json` writes it; of very long metadata that is an excerpt.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        of_json(text).map(Self)
    }

    /// For `pickle` and `copy`.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduced(py.get_type::<Self>(), &self.0)
    }

    /// One result of `ramp validate --format json`, as text.
    fn to_json(&self) -> PyResult<String> {
        to_json(&self.0)
    }

    /// The same as a dictionary.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(to_python(py, &self.0)?.cast_into::<PyDict>()?)
    }

    /// It has no truth: it makes two statements.
    fn __bool__(&self) -> PyResult<bool> {
        let report = self.__repr__();
        Err(PyTypeError::new_err(format!(
            "{report} is neither true nor false; ask `report.passed`, or `report.answer`"
        )))
    }

    /// A line for what came of it, and two for each finding: what is wrong, and what to do about it.
    fn __str__(&self) -> String {
        let gate = if self.0.passed() { "passed" } else { "failed" };
        let findings = self.0.findings().iter();
        let lines = findings.flat_map(|f| [Finding(f.clone()).__str__(), format!("  help: {}", f.help)]);
        let first = format!("{}; {gate}", self.answer().__str__());
        [first].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    }

    fn __repr__(&self) -> String {
        let answer = self
            .0
            .answer()
            .refusal()
            .map_or_else(|| "accepted".to_owned(), |refusal| format!("refused: {}", refusal.error_code));
        let gate = if self.0.passed() { "passed" } else { "failed" };
        format!("<Report {answer}; {gate}; {}>", count(self.0.findings().len(), "finding"))
    }
}
