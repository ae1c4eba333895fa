//! What callers hand over, by `redis_ramp._given`, which looks at it for the whole library: errors name the keyword and the value.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

/// Something of any type, or nothing.
pub(crate) type Given<'py> = Option<Bound<'py, PyAny>>;

/// A text.
pub(crate) fn text(py: Python<'_>, keyword: &str, given: Given<'_>) -> PyResult<Option<String>> {
    looked_at(py, "text", keyword, given)?.map(|text| text.extract()).transpose()
}

/// A text that has to be there.
pub(crate) fn needed_text(keyword: &str, given: &Bound<'_, PyAny>) -> PyResult<String> {
    if !given.is_none() {
        return Ok(text(given.py(), keyword, Some(given.clone()))?.unwrap_or_default());
    }
    Err(PyTypeError::new_err(format!("{keyword} is text, and not None")))
}

/// A day, as text.
pub(crate) fn day(py: Python<'_>, keyword: &str, given: Given<'_>) -> PyResult<Option<String>> {
    looked_at(py, "day", keyword, given)?.map(|text| text.extract()).transpose()
}

/// A list of texts; nothing is an empty one.
pub(crate) fn names(py: Python<'_>, keyword: &str, given: Given<'_>) -> PyResult<Vec<String>> {
    let given = looked_at(py, "names", keyword, given)?;
    given.map_or_else(|| Ok(Vec::new()), |names| names.extract())
}

/// A whole number, at least so large.
pub(crate) fn whole(py: Python<'_>, keyword: &str, given: Given<'_>, least: u64) -> PyResult<Option<u64>> {
    let number: Option<u64> = looked_at(py, "whole", keyword, given)?.map(|number| number.extract()).transpose()?;
    match number {
        Some(number) if number < least => {
            Err(PyValueError::new_err(format!("{keyword} is at least {least}, and not {number}")))
        }
        number => Ok(number),
    }
}

/// A time in seconds.
pub(crate) fn seconds(py: Python<'_>, keyword: &str, given: Given<'_>) -> PyResult<Option<f64>> {
    looked_at(py, "seconds", keyword, given)?.map(|number| number.extract()).transpose()
}

fn looked_at<'py>(py: Python<'py>, kind: &str, keyword: &str, given: Given<'py>) -> PyResult<Given<'py>> {
    let Some(given) = given else { return Ok(None) };
    let looked_at = py.import("redis_ramp._given")?.call_method1(kind, (PyString::new(py, keyword), given))?;
    Ok((!looked_at.is_none()).then_some(looked_at))
}
