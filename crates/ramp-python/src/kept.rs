//! What all objects have that are kept: their JSON, by which they are pickled and copied, and a hash.

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyType;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::given;

/// What `__reduce__` gives: how to make it again, and of what.
pub(crate) type Reduced<'py> = (Bound<'py, PyAny>, (String,));

/// By the type's `from_json`.
pub(crate) fn reduced<'py>(of: Bound<'py, PyType>, value: &impl Serialize) -> PyResult<Reduced<'py>> {
    Ok((of.getattr("from_json")?, (to_json(value)?,)))
}

pub(crate) fn to_json(value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|err| PyValueError::new_err(err.to_string()))
}

/// What `to_json` has written of such a thing; `ValueError` for any other text.
pub(crate) fn of_json<T: DeserializeOwned>(what: &str, text: &Bound<'_, PyAny>) -> PyResult<T> {
    let text = given::needed_text("text", text)?;
    serde_json::from_str(&text).map_err(|err| PyValueError::new_err(not_json_of(what, &err)))
}

/// Why a text is not such a thing.
pub(crate) fn not_json_of(what: &str, err: &(dyn Error + 'static)) -> String {
    let (mut told, mut cause) = (format!("the text is not the JSON of a {what}: {err}"), err.source());
    while let Some(err) = cause {
        told = format!("{told}: {err}");
        cause = err.source();
    }
    told
}

/// The same for what is the same, in one process.
pub(crate) fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
