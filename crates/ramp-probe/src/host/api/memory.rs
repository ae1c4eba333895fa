//! Memory: the C library's, so that a module may hand any of it to any of these.

use std::ffi::{c_char, c_void};

use super::form::{Function, function};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function!("Alloc", alloc),
        function!("TryAlloc", alloc),
        function!("Calloc", calloc),
        function!("TryCalloc", calloc),
        function!("Realloc", realloc),
        function!("TryRealloc", realloc),
        function!("Free", free),
        function!("Strdup", strdup),
        function!("PoolAlloc", pool_alloc),
        function!("MallocSize", usable),
        function!("MallocUsableSize", usable),
    ]
}

/// A byte at least: a server's allocator gives none that is null, and the caller knows its own size.
unsafe extern "C" fn alloc(size: usize) -> *mut c_void {
    // SAFETY: any size is fine.
    unsafe { libc::malloc(size.max(1)) }
}

unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    // SAFETY: any sizes are fine.
    unsafe { libc::calloc(count.max(1), size.max(1)) }
}

unsafe extern "C" fn realloc(memory: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the module gives what one of these has given.
    unsafe { libc::realloc(memory, size.max(1)) }
}

unsafe extern "C" fn free(memory: *mut c_void) {
    // SAFETY: the module gives what one of these has given.
    unsafe { libc::free(memory) }
}

unsafe extern "C" fn strdup(text: *const c_char) -> *mut c_char {
    if text.is_null() {
        return std::ptr::null_mut();
    }
    // SAFETY: the module gives a C string.
    unsafe { libc::strdup(text) }
}

/// Of a pool that is freed when a command ends; here none does.
unsafe extern "C" fn pool_alloc(_context: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: any size is fine.
    unsafe { alloc(size) }
}

unsafe extern "C" fn usable(memory: *mut c_void) -> usize {
    // SAFETY: the module gives what one of these has given.
    unsafe { libc::malloc_usable_size(memory) }
}
