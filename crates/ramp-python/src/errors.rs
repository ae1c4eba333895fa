//! Exceptions by kind: what is wrong with a bundle is a finding, and none of these.

use std::io;
use std::path::PathBuf;

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyMemoryError, PyOSError, PyValueError};
use pyo3::prelude::*;

create_exception!(redis_ramp, RampError, PyException, "A bundle could not be evaluated.");
create_exception!(redis_ramp, LimitExceeded, RampError, "Evaluating the bundle would cost more than the limits allow.");
create_exception!(redis_ramp, TimeExceeded, RampError, "The time limit was reached before the bundle was read.");
create_exception!(redis_ramp, TargetError, PyValueError, "There is no such cluster.");
create_exception!(
    redis_ramp,
    PolicyError,
    PyValueError,
    "There is no such policy, rule or group, or it cannot be changed."
);

/// What a bundle cannot be evaluated for; it lies at that path, where it has one.
pub(crate) fn of(err: ramp_core::Error, path: Option<&PathBuf>) -> PyErr {
    use ramp_core::Error;

    match err {
        Error::Io(err) => of_io(&err, path),
        Error::LimitExceeded { .. } => LimitExceeded::new_err(err.to_string()),
        Error::OutOfMemory { .. } => PyMemoryError::new_err(err.to_string()),
        err => RampError::new_err(err.to_string()),
    }
}

fn of_io(err: &io::Error, path: Option<&PathBuf>) -> PyErr {
    let number = match err.kind() {
        io::ErrorKind::TimedOut => return of_time(),
        // As the system would say it.
        io::ErrorKind::IsADirectory => Some(21),
        io::ErrorKind::InvalidInput if err.to_string().contains("NUL") => {
            return PyValueError::new_err("a path has no NUL in it");
        }
        _ => err.raw_os_error(),
    };
    let told = err.to_string();
    let told = told.split(" (os error").next().unwrap_or_default().to_owned();
    match (number, path) {
        // Of these two Python makes the exception of that number.
        (Some(number), Some(path)) => PyOSError::new_err((number, told, path.as_os_str().to_owned())),
        (Some(number), None) => PyOSError::new_err((number, told)),
        (None, _) => PyOSError::new_err(told),
    }
}

pub(crate) fn of_time() -> PyErr {
    TimeExceeded::new_err("the bundle was not read within the time limit")
}
