//! Strings.

use std::ffi::{c_char, c_double, c_int, c_longlong, c_ulonglong, c_void};

use super::form::{ERR, Function, OK, function};
use crate::host::values::{Text, bytes, raw_bytes};
use crate::host::variadic::{VaList, variadic, variadic_after_2};

type Context = *mut c_void;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function!("CreateString", create),
        function!("CreateStringFromLongLong", from_signed),
        function!("CreateStringFromULongLong", from_unsigned),
        function!("CreateStringFromDouble", from_double),
        function!("CreateStringFromString", from_string),
        function!("CreateStringPrintf", printf),
        function!("FreeString", free),
        function!("RetainString", free),
        function!("HoldString", hold),
        function!("StringPtrLen", pointer),
        function!("StringToLongLong", to_signed),
        function!("StringToULongLong", to_unsigned),
        function!("StringToDouble", to_double),
        function!("StringCompare", compare),
        function!("StringAppendBuffer", append),
    ]
}

unsafe extern "C" fn create(_: Context, text: *const u8, len: usize) -> *mut Text {
    // SAFETY: the module gives so many bytes.
    Text::lend(unsafe { raw_bytes(text, len) })
}

unsafe extern "C" fn from_signed(_: Context, number: c_longlong) -> *mut Text {
    Text::lend(number.to_string().as_bytes())
}

unsafe extern "C" fn from_unsigned(_: Context, number: c_ulonglong) -> *mut Text {
    Text::lend(number.to_string().as_bytes())
}

unsafe extern "C" fn from_double(_: Context, number: c_double) -> *mut Text {
    Text::lend(number.to_string().as_bytes())
}

unsafe extern "C" fn from_string(_: Context, text: *const Text) -> *mut Text {
    // SAFETY: the module gives one of our strings.
    Text::lend(unsafe { bytes(text) })
}

variadic_after_2!(printf => printf_list);

unsafe extern "C" fn printf_list(_: Context, format: *const c_char, list: *mut VaList) -> *mut Text {
    // SAFETY: the entry gives the list of what the module has passed for its format.
    Text::lend(&unsafe { (*list).format(format) })
}

/// Of freeing and of holding on to: whatever is lent stays.
unsafe extern "C" fn free(_: Context, _: *mut Text) {}

unsafe extern "C" fn hold(_: Context, text: *mut Text) -> *mut Text {
    text
}

unsafe extern "C" fn pointer(text: *const Text, len: *mut usize) -> *const u8 {
    // SAFETY: the module gives one of our strings.
    let text = if text.is_null() { b"(NULL string reply referenced in module)" } else { unsafe { bytes(text) } };
    if !len.is_null() {
        // SAFETY: the module gives room for the length.
        unsafe { len.write(text.len()) };
    }
    text.as_ptr()
}

/// # Safety
///
/// The string is one of ours, and `into` has room for the number.
unsafe fn parse<T: std::str::FromStr>(text: *const Text, into: *mut T) -> c_int {
    // SAFETY: as the caller says.
    let read = std::str::from_utf8(unsafe { bytes(text) }).ok().and_then(|text| text.parse().ok());
    let Some(number) = read else { return ERR };
    // SAFETY: as the caller says.
    unsafe { into.write(number) };
    OK
}

unsafe extern "C" fn to_signed(text: *const Text, into: *mut c_longlong) -> c_int {
    // SAFETY: the module gives one of our strings, and room.
    unsafe { parse(text, into) }
}

unsafe extern "C" fn to_unsigned(text: *const Text, into: *mut c_ulonglong) -> c_int {
    // SAFETY: the module gives one of our strings, and room.
    unsafe { parse(text, into) }
}

unsafe extern "C" fn to_double(text: *const Text, into: *mut c_double) -> c_int {
    // SAFETY: the module gives one of our strings, and room.
    unsafe { parse(text, into) }
}

unsafe extern "C" fn compare(a: *const Text, b: *const Text) -> c_int {
    // SAFETY: the module gives two of our strings.
    unsafe { bytes(a).cmp(bytes(b)) as c_int }
}

unsafe extern "C" fn append(_: Context, text: *mut Text, more: *const u8, len: usize) -> c_int {
    // SAFETY: the module gives one of our strings, and so many bytes.
    let (text, more) = unsafe { (text.as_ref(), raw_bytes(more, len)) };
    text.map_or(ERR, |text| {
        text.append(more);
        OK
    })
}
