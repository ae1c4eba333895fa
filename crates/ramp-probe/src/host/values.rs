//! What the host lends to the module: strings, replies and marks. Nothing of it is ever freed: the process lives for one load, and what
//! a module still holds stays whole.

use std::ffi::{CStr, c_char};
use std::sync::{Mutex, PoisonError};

/// A `RedisModuleString`.
pub(super) struct Text {
    /// With a NUL behind.
    bytes: Mutex<&'static [u8]>,
}

impl Text {
    /// A new string, for good.
    pub(super) fn lend(bytes: &[u8]) -> *mut Self {
        Box::into_raw(Box::new(Self { bytes: Mutex::new(terminated(bytes)) }))
    }

    /// The string, without the NUL.
    pub(super) fn get(&self) -> &'static [u8] {
        let whole = *self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        whole.split_last().map_or(&[], |(_, bytes)| bytes)
    }

    /// Puts more behind it. Who holds a pointer into it keeps what was there.
    pub(super) fn append(&self, more: &[u8]) {
        let whole = [self.get(), more].concat();
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = terminated(&whole);
    }
}

fn terminated(bytes: &[u8]) -> &'static [u8] {
    Box::leak([bytes, b"\0"].concat().into_boxed_slice())
}

/// The bytes of a string that the module hands back; none of a null pointer.
///
/// # Safety
///
/// The pointer is null or one that [`Text::lend`] gave.
pub(super) unsafe fn bytes(text: *const Text) -> &'static [u8] {
    // SAFETY: as the caller says; nothing lent is freed.
    unsafe { text.as_ref() }.map_or(&[], Text::get)
}

/// A C string of the module; an empty one for a null pointer.
///
/// # Safety
///
/// The pointer is null or that of a C string, which stays as it is while it is looked at.
pub(super) unsafe fn c_bytes<'a>(text: *const c_char) -> &'a [u8] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: as the caller says.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// Bytes of the module; none for a null pointer.
///
/// # Safety
///
/// The pointer is null or there are so many bytes.
pub(super) unsafe fn raw_bytes<'a>(bytes: *const u8, len: usize) -> &'a [u8] {
    if bytes.is_null() || len == 0 {
        return &[];
    }
    // SAFETY: as the caller says.
    unsafe { std::slice::from_raw_parts(bytes, len) }
}

/// A `RedisModuleCallReply`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Text(Vec<u8>),
    Error(Vec<u8>),
    Integer(i64),
    Array(Vec<Reply>),
    Map(Vec<(Reply, Reply)>),
}

impl Reply {
    /// For good.
    pub(super) fn lend(self) -> *const Self {
        Box::into_raw(Box::new(self))
    }
}

/// A pointer that stands for something of which nothing needs to be known, such as a data type or a user: never null, never the same.
pub(super) fn mark() -> *mut u64 {
    Box::into_raw(Box::new(0))
}
