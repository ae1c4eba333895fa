//! How grave what is found is for the gate.

use pyo3::prelude::*;
use ramp_core::Override;

use crate::errors::PolicyError;
use crate::kept::{Reduced, hash_of, reduced, to_json};

/// How grave each rule is for the gate: a policy, and levels of single rules and of groups of them.
///
/// `strict`: what is damaged, can be read in two ways or would not load is an error. `reference`: only what the cluster refuses is.
/// `PolicyError` where there is no such policy, rule or group, and for rules that mirror the unpacker.
#[pyclass(frozen, eq, module = "redis_ramp")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Policy(pub(crate) ramp_core::Policy);

#[pymethods]
impl Policy {
    #[new]
    #[pyo3(signature = (name="strict", *, allow=Vec::new(), warn=Vec::new(), deny=Vec::new(), fail_on="error"))]
    fn new(name: &str, allow: Vec<String>, warn: Vec<String>, deny: Vec<String>, fail_on: &str) -> PyResult<Self> {
        let wrong = |err: ramp_core::PolicyError| PolicyError::new_err(err.to_string());
        let name = name.parse().map_err(|err: ramp_core::UnknownPolicy| PolicyError::new_err(err.to_string()))?;
        let fail_on = serde_json::from_value(fail_on.into()).map_err(|_| {
            PolicyError::new_err(format!(
                "`{}` is not a level; write error, warning, note or never",
                fail_on.escape_debug()
            ))
        })?;
        let mut policy = ramp_core::Policy::named(name).failing_on(fail_on);
        for (names, wanted) in [(allow, Override::Allow), (warn, Override::Warn), (deny, Override::Deny)] {
            for name in names {
                policy = policy.with(&name, wanted).map_err(wrong)?;
            }
        }
        Ok(Self(policy))
    }

    /// A policy as `to_json` writes it.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        serde_json::from_str(text).map(Self).map_err(|err| PolicyError::new_err(err.to_string()))
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

    fn __repr__(&self) -> PyResult<String> {
        Ok(if self.0 == ramp_core::Policy::named(self.0.name()) {
            format!("Policy({:?})", self.name())
        } else {
            format!("Policy.from_json({:?})", self.to_json()?)
        })
    }
}
