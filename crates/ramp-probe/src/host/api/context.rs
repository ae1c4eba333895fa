//! The context that every function of the module API takes: to a module its first word is the function that finds the others, and
//! nothing else.

use std::ffi::{c_char, c_int, c_void};
use std::sync::OnceLock;

use super::form::{ERR, OK};
use crate::host::values::c_bytes;

/// A `RedisModuleCtx`.
#[repr(C)]
pub(in crate::host) struct Context {
    get_api: unsafe extern "C" fn(*const c_char, *mut *const c_void) -> c_int,
    /// No module looks further; one that did finds nothing.
    rest: [usize; 31],
}

/// What finds a function by its name.
type Finder = fn(&str) -> Option<*const c_void>;

static FINDER: OnceLock<Finder> = OnceLock::new();

/// Says what finds the functions, once.
pub(super) fn begin(finder: Finder) {
    FINDER.get_or_init(|| finder);
}

/// A new one, for good.
pub(super) fn lend() -> *mut Context {
    Box::into_raw(Box::new(Context { get_api, rest: [0; 31] }))
}

/// Gives the address of a function, or leaves what is there.
unsafe extern "C" fn get_api(name: *const c_char, into: *mut *const c_void) -> c_int {
    // SAFETY: the module gives a C string.
    let name = unsafe { c_bytes(name) };
    let found = FINDER.get().and_then(|find| find(&String::from_utf8_lossy(name)));
    match found {
        Some(function) if !into.is_null() => {
            // SAFETY: the module gives room for a pointer.
            unsafe { into.write(function) };
            OK
        }
        _ => ERR,
    }
}
