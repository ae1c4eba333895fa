//! What bundles are checked against.

use pyo3::prelude::*;

use crate::errors::TargetError;
use crate::kept::{Reduced, hash_of, reduced, to_json};

/// A cluster, or what is known of one: what bundles are checked against.
///
/// What is not known is not checked. `TargetError` where there is no such cluster.
#[pyclass(frozen, eq, module = "redis_ramp")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Target(pub(crate) ramp_core::Target);

#[pymethods]
impl Target {
    /// A release, a version, `latest`; nothing at all without a name.
    #[new]
    #[pyo3(signature = (name=None, *, operating_systems=Vec::new(), architectures=Vec::new(), endpoint=None, databases=Vec::new()))]
    fn new(
        name: Option<&str>,
        operating_systems: Vec<String>,
        architectures: Vec<String>,
        endpoint: Option<&str>,
        databases: Vec<String>,
    ) -> PyResult<Self> {
        let wrong = |err: ramp_core::TargetError| TargetError::new_err(err.to_string());
        let mut target = match name {
            Some(name) => ramp_core::Target::named(name).map_err(wrong)?,
            None => ramp_core::Target::default(),
        };
        for name in &operating_systems {
            target = target.with_operating_system(name).map_err(wrong)?;
        }
        for name in &architectures {
            target = target.with_architecture(name).map_err(wrong)?;
        }
        for version in &databases {
            target = target.with_database_version(version).map_err(wrong)?;
        }
        if let Some(endpoint) = endpoint {
            let endpoint = endpoint.parse().map_err(|err| TargetError::new_err(format!("{err}")))?;
            target = target.with_endpoint(endpoint).map_err(wrong)?;
        }
        Ok(Self(target))
    }

    /// A target as `ramp target` writes it, and `to_json`.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        serde_json::from_str(text).map(Self).map_err(|err| TargetError::new_err(err.to_string()))
    }

    /// The target as JSON, to be kept.
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

    /// The version of the cluster, or the name of the release.
    #[getter]
    fn cluster_version(&self) -> Option<&str> {
        self.0.cluster_version()
    }

    /// The systems of its nodes, as far as they are known.
    #[getter]
    fn operating_systems(&self) -> Vec<String> {
        self.0.operating_systems().to_vec()
    }

    /// Their architectures, as far as they are known.
    #[getter]
    fn architectures(&self) -> Vec<String> {
        self.0.architectures().to_vec()
    }

    /// How bundles are uploaded to it, where that was said.
    #[getter]
    fn endpoint(&self) -> Option<&'static str> {
        self.0.endpoint().map(ramp_core::Endpoint::as_str)
    }

    /// The versions of its databases, as far as they are known.
    #[getter]
    fn databases(&self) -> Vec<String> {
        self.0.database_versions().to_vec()
    }

    fn __repr__(&self) -> PyResult<String> {
        let version = self.0.cluster_version();
        let plain = version.map_or_else(|| Ok(ramp_core::Target::default()), ramp_core::Target::named);
        Ok(match version {
            _ if plain.is_ok_and(|plain| plain != self.0) => format!("Target.from_json({:?})", self.to_json()?),
            Some(version) => format!("Target({version:?})"),
            None => "Target()".to_owned(),
        })
    }
}
