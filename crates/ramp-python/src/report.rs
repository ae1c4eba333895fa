//! What came of judging a bundle.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use ramp_core::text::count;
use serde::{Deserialize, Serialize};

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
    fn from_json(text: &Bound<'_, PyAny>) -> PyResult<Self> {
        of_json("answer", text).map(Self)
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
            None => self.accepted_if(),
        }
    }

    fn __repr__(&self) -> String {
        match self.0.refusal() {
            Some(refusal) => format!("<Answer refused: {}>", refusal.error_code),
            None => format!("<Answer {}>", self.accepted_if()),
        }
    }
}

impl Answer {
    /// `accepted, once uploads are switched on`.
    fn accepted_if(&self) -> String {
        let conditions = self.0.conditions().iter().map(|condition| format!(", {condition}"));
        format!("accepted{}", conditions.collect::<String>())
    }
}

/// The judgement of one bundle: the cluster's answer, and whether it passes the gate.
#[pyclass(frozen, eq, module = "redis_ramp")]
pub(crate) struct Report {
    pub(crate) core: ramp_core::Report,
    /// How the bundle is called, where it is.
    pub(crate) bundle: Option<String>,
}

/// By what they say as JSON, which is what is kept of one: numbers beyond JSON's are not the same again when they are read.
impl PartialEq for Report {
    fn eq(&self, other: &Self) -> bool {
        let said = |report: &Self| serde_json::to_string(&report.core).ok();
        self.bundle == other.bundle && said(self) == said(other)
    }
}

/// A result of the command's JSON. What has no name has an empty one.
#[derive(Serialize)]
struct Written<'a> {
    bundle: &'a str,
    #[serde(flatten)]
    report: &'a ramp_core::Report,
}

/// What of it is not the report itself.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    bundle: String,
}

#[pymethods]
impl Report {
    /// How the bundle is called: by `name`, else its path; `None` where it has neither.
    #[getter]
    fn bundle(&self) -> Option<&str> {
        self.bundle.as_deref()
    }

    /// What the cluster would answer to the upload.
    #[getter]
    fn answer(&self) -> Answer {
        Answer(self.core.answer().clone())
    }

    /// For servers that enforce the policy: what such a server answers; `None` where the cluster would accept, and it passes.
    #[getter]
    fn refusal(&self) -> Option<Refusal> {
        let refusal = self.core.refusal()?;
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
        self.core.passed()
    }

    /// Everything that was found, what decides the answer first.
    #[getter]
    fn findings(&self) -> Vec<Finding> {
        self.core.findings().iter().cloned().map(Finding).collect()
    }

    /// Those that `ramp validate` shows: without what may follow from another as grave, and what is suppressed.
    #[getter]
    fn shown(&self) -> Vec<Finding> {
        self.core.shown().into_iter().cloned().map(Finding).collect()
    }

    /// What it was checked against.
    #[getter]
    fn target(&self) -> Target {
        Target(self.core.target().clone())
    }

    /// `module.json` as it was read, where it could be.
    #[getter]
    fn metadata<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let whole = self.core.metadata().map(|metadata| to_python(py, metadata)).transpose()?;
        whole.map(|whole| Ok(whole.cast_into::<PyDict>()?)).transpose()
    }

    /// A report as `to_json` writes it; of very long metadata that is an excerpt.
    #[staticmethod]
    fn from_json(text: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (Named { bundle }, core) = (of_json("report", text)?, of_json("report", text)?);
        Ok(Self { core, bundle: Some(bundle).filter(|bundle| !bundle.is_empty()) })
    }

    /// For `pickle` and `copy`.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduced(py.get_type::<Self>(), &self.written())
    }

    /// One result of `ramp validate --format json`, as text.
    fn to_json(&self) -> PyResult<String> {
        to_json(&self.written())
    }

    /// The same as a dictionary.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(to_python(py, &self.written())?.cast_into::<PyDict>()?)
    }

    /// It makes two statements, and so cannot be used as a condition.
    fn __bool__(&self) -> PyResult<bool> {
        let report = self.__repr__();
        Err(PyTypeError::new_err(format!(
            "{report} is neither true nor false; ask `report.passed`, or `report.answer`"
        )))
    }

    /// A line for what came of it, and two for each finding that is shown: what is wrong, and what to do about it.
    fn __str__(&self) -> String {
        let shown = self.core.shown();
        let mut lines = vec![format!("{}; {}", self.answer().__str__(), self.gate())];
        for (index, found) in shown.iter().enumerate() {
            lines.extend([Finding((*found).clone()).__str__(), format!("  help: {}", found.help)]);
            // The cause says it once, where it speaks last.
            let is_last = !shown[index + 1..].iter().any(|other| other.rule == found.rule);
            let follows = self.core.findings().iter().filter(|other| other.follows.as_ref() == Some(&found.rule));
            let more = follows.filter(|other| !shown.contains(other) && other.suppressed.is_none()).count();
            if is_last && more > 0 {
                lines.push(format!("  {} may follow from this", count(more, "more finding")));
            }
        }
        let suppressed = self.core.findings().iter().filter(|found| found.suppressed.is_some()).count();
        lines.extend((suppressed > 0).then(|| format!("{} suppressed", count(suppressed, "finding"))));
        lines.join("\n")
    }

    fn __repr__(&self) -> String {
        let answer = match self.core.answer().refusal() {
            Some(refusal) => format!("refused: {}", refusal.error_code),
            None => self.answer().accepted_if(),
        };
        format!("<Report {answer}; {}; {}>", self.gate(), count(self.core.findings().len(), "finding"))
    }
}

impl Report {
    fn written(&self) -> Written<'_> {
        Written { bundle: self.bundle.as_deref().unwrap_or_default(), report: &self.core }
    }

    fn gate(&self) -> &'static str {
        if self.core.passed() { "passed" } else { "failed" }
    }
}
