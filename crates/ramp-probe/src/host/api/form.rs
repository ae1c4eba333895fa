//! What all functions of the module API have in common.

use std::ffi::{c_int, c_void};

use crate::host::commands::Refused;

/// As the module API says that something was done.
pub(super) const OK: c_int = 0;
/// As the module API says that something was not.
pub(super) const ERR: c_int = 1;

/// A function by its name without `RedisModule_`, and its address.
pub(super) type Function = (&'static str, *const c_void);

/// Names a function, and takes its address.
macro_rules! function {
    ($name:literal, $function:path) => {
        ($name, $function as *const std::ffi::c_void)
    };
}
pub(super) use function;

pub(super) fn outcome<T>(result: Result<T, Refused>) -> c_int {
    result.map_or(ERR, |_| OK)
}
