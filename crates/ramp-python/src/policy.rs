//! How grave what is found is for the gate.

use pyo3::prelude::*;
use ramp_core::{FailOn, Override, PolicyName};

use crate::errors::PolicyError;
use crate::given::{self, Given};
use crate::kept::{Reduced, hash_of, not_json_of, reduced, to_json};

/// How grave each rule is for the gate: a policy, and levels of single rules and of groups of them.
///
/// - `name`: by `strict` what is damaged, can be read in two ways or would not load is an error; by `reference` only what the cluster
///   refuses is.
/// - `allow`, `warn`, `deny`: rules and groups, by their names, that are silenced, warnings, and errors.
/// - `fail_on`: from which level on a bundle does not pass: `error`, `warning`, `note` or `never`.
///
/// `PolicyError` where there is no such policy, rule or group, and for rules that mirror the unpacker.
#[pyclass(frozen, eq, module = "redis_ramp")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Policy(pub(crate) ramp_core::Policy);

#[pymethods]
impl Policy {
    #[new]
    #[pyo3(signature = (name=None, *, allow=None, warn=None, deny=None, fail_on=None))]
    #[pyo3(text_signature = "(name=\"strict\", *, allow=None, warn=None, deny=None, fail_on=\"error\")")]
    fn new(
        py: Python<'_>,
        name: Given<'_>,
        allow: Given<'_>,
        warn: Given<'_>,
        deny: Given<'_>,
        fail_on: Given<'_>,
    ) -> PyResult<Self> {
        let name = given::text(py, "name", name)?.unwrap_or_else(|| PolicyName::default().to_string());
        let fail_on = given::text(py, "fail_on", fail_on)?.unwrap_or_else(|| "error".to_owned());
        let name = name.parse().map_err(|err: ramp_core::UnknownPolicy| PolicyError::new_err(err.to_string()))?;
        let fail_on = serde_json::from_value(fail_on.clone().into()).map_err(|_| {
            PolicyError::new_err(format!(
                "fail_on: `{}` is not a level; write error, warning, note or never",
                fail_on.escape_debug()
            ))
        })?;
        let mut policy = ramp_core::Policy::named(name).failing_on(fail_on);
        let given = [("allow", allow, Override::Allow), ("warn", warn, Override::Warn), ("deny", deny, Override::Deny)];
        for (keyword, names, wanted) in given {
            for name in given::names(py, keyword, names)? {
                policy = policy.with(&name, wanted).map_err(|err| PolicyError::new_err(format!("{keyword}: {err}")))?;
            }
        }
        Ok(Self(policy))
    }

    /// A policy as `to_json` writes it.
    #[staticmethod]
    fn from_json(text: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = given::needed_text("text", text)?;
        serde_json::from_str(&text).map(Self).map_err(|err| PolicyError::new_err(not_json_of("policy", &err)))
    }

    /// The policy as JSON, to be kept.
    fn to_json(&self) -> PyResult<String> {
        to_json(&self.0)
    }

    /// For `pickle` and `copy`.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduced(py.get_type::<Self>(), &self.0)
    }

    fn __hash__(&self) -> PyResult<u64> {
        Ok(hash_of(&self.to_json()?))
    }

    /// `strict` or `reference`.
    #[getter]
    fn name(&self) -> &'static str {
        self.0.name().as_str()
    }

    /// The rules and groups that are silenced.
    #[getter]
    fn allow(&self) -> Vec<&'static str> {
        self.overridden(Override::Allow)
    }

    /// The rules and groups that are warnings.
    #[getter]
    fn warn(&self) -> Vec<&'static str> {
        self.overridden(Override::Warn)
    }

    /// The rules and groups that are errors.
    #[getter]
    fn deny(&self) -> Vec<&'static str> {
        self.overridden(Override::Deny)
    }

    /// From which level on a bundle does not pass: `error`, `warning`, `note` or `never`.
    #[getter]
    fn fail_on(&self) -> &'static str {
        match self.0.fail_on() {
            FailOn::Error => "error",
            FailOn::Warning => "warning",
            FailOn::Note => "note",
            FailOn::Never => "never",
        }
    }

    /// As it is made; what only `from_json` can say follows as a remark.
    fn __repr__(&self) -> String {
        let mut given = vec![format!("{:?}", self.name())];
        for (keyword, names) in [("allow", self.allow()), ("warn", self.warn()), ("deny", self.deny())] {
            if !names.is_empty() {
                given.push(format!("{keyword}={names:?}"));
            }
        }
        if self.0.fail_on() != FailOn::default() {
            given.push(format!("fail_on={:?}", self.fail_on()));
        }
        let suppressed: Vec<&str> = self.0.suppressions().map(|(name, _)| name).collect();
        if suppressed.is_empty() {
            return format!("Policy({})", given.join(", "));
        }
        format!("<Policy {}; suppressed: {}>", given.join(", "), suppressed.join(", "))
    }
}

impl Policy {
    /// Of which rules and groups that is wanted.
    fn overridden(&self, wanted: Override) -> Vec<&'static str> {
        self.0.overrides().filter(|(_, given)| *given == wanted).map(|(name, _)| name).collect()
    }
}
