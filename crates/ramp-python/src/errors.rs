//! Exceptions by kind: what is wrong with a bundle is a finding, and none of these.

use std::error::Error as _;
use std::io;

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

/// What a bundle cannot be evaluated for.
pub(crate) fn of(err: ramp_core::Error) -> PyErr {
    use ramp_core::Error;

    match err {
        Error::Io(err) => of_io(err),
        Error::LimitExceeded { .. } => LimitExceeded::new_err(err.to_string()),
        Error::OutOfMemory { .. } => PyMemoryError::new_err(err.to_string()),
        err => RampError::new_err(match err.source() {
            Some(source) => format!("{err}: {source}"),
            None => err.to_string(),
        }),
    }
}

pub(crate) fn of_io(err: io::Error) -> PyErr {
    match err.kind() {
        io::ErrorKind::TimedOut => TimeExceeded::new_err("the bundle was not read within the time limit"),
        _ => match err.raw_os_error() {
            Some(_) => err.into(),
            None => PyOSError::new_err(err.to_string()),
        },
    }
}
