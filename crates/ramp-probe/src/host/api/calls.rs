//! Commands that the module calls, and their replies.

use std::ffi::{c_char, c_int, c_longlong, c_void};

use super::form::{ERR, Function, OK, function};
use crate::host::info;
use crate::host::shared::{registry, unplayed};
use crate::host::values::{Reply, Text, bytes, c_bytes, raw_bytes};
use crate::host::variadic::{VaList, variadic, variadic_after_3};

type Context = *mut c_void;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function!("Call", call),
        function!("CallReplyType", kind),
        function!("CallReplyLength", len),
        function!("CallReplyInteger", integer),
        function!("CallReplyStringPtr", text),
        function!("CallReplyArrayElement", element),
        function!("CallReplySetElement", element),
        function!("CallReplyMapElement", pair),
        function!("CreateStringFromCallReply", string),
        function!("FreeCallReply", free),
    ]
}

variadic_after_3!(
    /// `RedisModule_Call`.
    call => call_list
);

/// The most arguments of a call that are looked at.
const MOST: usize = 1 << 16;

unsafe extern "C" fn call_list(
    _: Context,
    command: *const c_char,
    format: *const c_char,
    list: *mut VaList,
) -> *const Reply {
    // SAFETY: the module gives C strings, and arguments as the format says; the entry gives the list of them.
    let (words, resp3, errors) = unsafe {
        let (mut words, mut resp3, mut errors) = (vec![c_bytes(command).to_vec()], false, false);
        let list = &mut *list;
        for letter in c_bytes(format) {
            match letter {
                b'c' => words.push(c_bytes(pointer(list)).to_vec()),
                b's' => words.push(bytes(pointer(list)).to_vec()),
                b'b' => {
                    let start = pointer(list);
                    words.push(raw_bytes(start, size(list)).to_vec());
                }
                b'l' => words.push(list.word().cast_signed().to_string().into_bytes()),
                b'v' => {
                    let (texts, count): (*const *const Text, usize) = (pointer(list), size(list));
                    words.extend((0..count.min(MOST)).map(|at| bytes(*texts.add(at)).to_vec()));
                }
                b'3' => resp3 = true,
                b'E' => errors = true,
                _ => {}
            }
        }
        (words, resp3, errors)
    };
    let version = registry().version;
    if let Some(reply) = info::answer(&words, resp3, version) {
        return reply.lend();
    }
    let name = String::from_utf8_lossy(words.first().map_or(&[], Vec::as_slice)).into_owned();
    // What no server knows is answered in the same way by all; the rest one would do.
    if ramp_core::knowledge::Knowledge::builtin().command_since(&name).is_some() {
        unplayed(format!("command {}", name.to_ascii_uppercase()));
    }
    set_errno(libc::ENOENT);
    if errors {
        return Reply::Error(format!("ERR unknown command '{name}'").into_bytes()).lend();
    }
    std::ptr::null()
}

/// # Safety
///
/// The next argument is a pointer.
unsafe fn pointer<T>(list: &mut VaList) -> *const T {
    // SAFETY: as the caller says.
    std::ptr::with_exposed_provenance(usize::try_from(unsafe { list.word() }).unwrap_or(0))
}

/// # Safety
///
/// The next argument is a size.
unsafe fn size(list: &mut VaList) -> usize {
    // SAFETY: as the caller says.
    usize::try_from(unsafe { list.word() }).unwrap_or(0)
}

fn set_errno(number: c_int) {
    // SAFETY: the C library gives the place of this thread's number.
    unsafe { *libc::__errno_location() = number };
}

/// # Safety
///
/// The pointer is null or one of our replies.
unsafe fn reply<'a>(reply: *const Reply) -> Option<&'a Reply> {
    // SAFETY: as the caller says; nothing lent is freed.
    unsafe { reply.as_ref() }
}

unsafe extern "C" fn kind(of: *const Reply) -> c_int {
    // SAFETY: the module gives one of our replies, or none.
    match unsafe { reply(of) } {
        None => -1,
        Some(Reply::Text(_)) => 0,
        Some(Reply::Error(_)) => 1,
        Some(Reply::Integer(_)) => 2,
        Some(Reply::Array(_)) => 3,
        Some(Reply::Map(_)) => 5,
    }
}

unsafe extern "C" fn len(of: *const Reply) -> usize {
    // SAFETY: the module gives one of our replies, or none.
    match unsafe { reply(of) } {
        Some(Reply::Text(text) | Reply::Error(text)) => text.len(),
        Some(Reply::Array(items)) => items.len(),
        Some(Reply::Map(pairs)) => pairs.len(),
        Some(Reply::Integer(_)) | None => 0,
    }
}

unsafe extern "C" fn integer(of: *const Reply) -> c_longlong {
    // SAFETY: the module gives one of our replies, or none.
    match unsafe { reply(of) } {
        Some(Reply::Integer(number)) => *number,
        _ => c_longlong::MIN,
    }
}

unsafe extern "C" fn text(of: *const Reply, len: *mut usize) -> *const u8 {
    // SAFETY: the module gives one of our replies, or none.
    let Some(Reply::Text(text) | Reply::Error(text)) = (unsafe { reply(of) }) else { return std::ptr::null() };
    if !len.is_null() {
        // SAFETY: the module gives room for the length.
        unsafe { len.write(text.len()) };
    }
    text.as_ptr()
}

unsafe extern "C" fn element(of: *const Reply, at: usize) -> *const Reply {
    // SAFETY: the module gives one of our replies, or none.
    match unsafe { reply(of) } {
        Some(Reply::Array(items)) => items.get(at).map_or(std::ptr::null(), std::ptr::from_ref),
        _ => std::ptr::null(),
    }
}

unsafe extern "C" fn pair(of: *const Reply, at: usize, key: *mut *const Reply, value: *mut *const Reply) -> c_int {
    // SAFETY: the module gives one of our replies, or none.
    let Some(Reply::Map(pairs)) = (unsafe { reply(of) }) else { return ERR };
    let Some((first, second)) = pairs.get(at) else { return ERR };
    for (into, from) in [(key, first), (value, second)] {
        if !into.is_null() {
            // SAFETY: the module gives room for a pointer.
            unsafe { into.write(from) };
        }
    }
    OK
}

unsafe extern "C" fn string(of: *const Reply) -> *mut Text {
    // SAFETY: the module gives one of our replies, or none.
    match unsafe { reply(of) } {
        Some(Reply::Text(text) | Reply::Error(text)) => Text::lend(text),
        Some(Reply::Integer(number)) => Text::lend(number.to_string().as_bytes()),
        _ => std::ptr::null_mut(),
    }
}

/// Whatever is lent stays.
unsafe extern "C" fn free(_: *const Reply) {}
