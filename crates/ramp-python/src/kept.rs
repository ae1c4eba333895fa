//! What all objects have that are kept: their JSON, by which they are pickled and copied, and a hash.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyType;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What `__reduce__` gives: how to make it again, and of what.
pub(crate) type Reduced<'py> = (Bound<'py, PyAny>, (String,));

/// By the type's `from_json`.
pub(crate) fn reduced<'py>(of: Bound<'py, PyType>, value: &impl Serialize) -> PyResult<Reduced<'py>> {
    Ok((of.getattr("from_json")?, (to_json(value)?,)))
}

pub(crate) fn to_json(value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|err| PyValueError::new_err(err.to_string()))
}

pub(crate) fn of_json<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_str(text).map_err(|err| PyValueError::new_err(err.to_string()))
}

/// The same for what is the same, in one process.
pub(crate) fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
