//! What bundles are checked against.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::errors::TargetError;
use crate::given::{self, Given};
use crate::kept::{Reduced, hash_of, not_json_of, reduced, to_json};

/// A cluster, or what is known of one: what bundles are checked against.
///
/// What is not known is not checked. `TargetError` where there is no such cluster.
///
/// - `name`: a release (`7.22`), a version (`7.4.2-54`), `latest`; nothing at all without one.
/// - `operating_systems`, `architectures`: what its nodes are: `rhel9`, `x86_64`.
/// - `endpoint`: how bundles are uploaded: `v1`, `v2`, `user-defined` or `bootstrap`; the release's own way without one.
/// - `databases`: the versions of Redis of the databases that are to load the module.
/// - `as_of`: the day to judge on, a `datetime.date` or `2027-03-31`: whether the release is past its end is not looked at without it.
#[pyclass(frozen, eq, module = "redis_ramp")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Target(pub(crate) ramp_core::Target);

type Core = ramp_core::Target;

/// What makes a target of which one thing more is known.
type With = fn(Core, &str) -> Result<Core, ramp_core::TargetError>;

#[pymethods]
impl Target {
    #[new]
    #[pyo3(signature = (name=None, *, operating_systems=None, architectures=None, endpoint=None, databases=None, as_of=None))]
    fn new(
        py: Python<'_>,
        name: Given<'_>,
        operating_systems: Given<'_>,
        architectures: Given<'_>,
        endpoint: Given<'_>,
        databases: Given<'_>,
        as_of: Given<'_>,
    ) -> PyResult<Self> {
        let mut target = match given::text(py, "name", name)? {
            Some(name) => Core::named(&name).map_err(|err| TargetError::new_err(said(&err)))?,
            None => Core::default(),
        };
        let lists: [(_, _, With); 3] = [
            ("operating_systems", operating_systems, Core::with_operating_system),
            ("architectures", architectures, Core::with_architecture),
            ("databases", databases, Core::with_database_version),
        ];
        for (keyword, given, with) in lists {
            for name in given::names(py, keyword, given)? {
                target = with(target, &name).map_err(|err| wrong(keyword, &said(&err)))?;
            }
        }
        if let Some(endpoint) = given::text(py, "endpoint", endpoint)? {
            let endpoint: ramp_core::Endpoint = endpoint.parse().map_err(|err| wrong("endpoint", &format!("{err}")))?;
            target = target.with_endpoint(endpoint).map_err(|err| wrong("endpoint", &said(&err)))?;
        }
        if let Some(day) = given::day(py, "as_of", as_of)? {
            let day: ramp_core::Date = day.parse().map_err(|err| wrong("as_of", &format!("{err}")))?;
            target = target.with_as_of(Some(day));
        }
        Ok(Self(target))
    }

    /// A target as `ramp target` writes it, and `to_json`.
    #[staticmethod]
    fn from_json(text: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = given::needed_text("text", text)?;
        serde_json::from_str(&text).map(Self).map_err(|err| TargetError::new_err(not_json_of("target", &err)))
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

    /// The day to judge on, where that was said.
    #[getter]
    fn as_of(&self) -> Option<String> {
        self.0.as_of().map(|day| day.to_string())
    }

    /// As it is made; of what only `from_json` can say, that it is there.
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (version, endpoint) = (self.0.cluster_version(), self.endpoint());
        let mut given: Vec<String> = version.iter().map(|version| format!("{version:?}")).collect();
        let lists = [
            ("operating_systems", self.operating_systems()),
            ("architectures", self.architectures()),
            ("databases", self.databases()),
        ];
        given.extend(
            lists.iter().filter(|(_, names)| !names.is_empty()).map(|(keyword, names)| format!("{keyword}={names:?}")),
        );
        given.extend(endpoint.iter().map(|endpoint| format!("endpoint={endpoint:?}")));
        let as_of = self.as_of();
        given.extend(as_of.iter().map(|day| format!("as_of={day:?}")));
        let given = given.join(", ");
        let text = |text: &str| Some(PyString::new(py, text).into_any());
        let [systems, architectures, databases] =
            lists.map(|(_, names)| PyList::new(py, names).map(|names| Some(names.into_any())));
        let again = Self::new(
            py,
            version.and_then(text),
            systems?,
            architectures?,
            endpoint.and_then(text),
            databases?,
            as_of.as_deref().and_then(text),
        );
        let is_all = again.is_ok_and(|again| again == *self);
        Ok(if is_all { format!("Target({given})") } else { format!("<Target({given}) and more, by its to_json()>") })
    }
}

/// What is wrong with the value of a keyword.
fn wrong(keyword: &str, what: &str) -> PyErr {
    TargetError::new_err(format!("{keyword}: {what}"))
}

/// Why there is no such target; of a version that is none, why that is none.
fn said(err: &ramp_core::TargetError) -> String {
    match err {
        ramp_core::TargetError::Version { source, .. } => source.to_string(),
        err => err.to_string(),
    }
}
