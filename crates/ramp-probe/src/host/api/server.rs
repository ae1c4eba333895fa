//! What the module is told of the server, and what it subscribes to.

use std::ffi::{c_char, c_double, c_int, c_longlong, c_ulonglong, c_void};
use std::time::{SystemTime, UNIX_EPOCH};

use super::context::{Context as Lent, lend};
use super::form::{ERR, Function, OK, function};
use crate::host::info;
use crate::host::shared::{log, registry};
use crate::host::values::{Text, c_bytes, mark};
use crate::host::variadic::{VaList, variadic, variadic_after_3};
use crate::played::PlayedVersion;

type Context = *mut c_void;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function!("Log", log_entry),
        function!("LogIOError", log_entry),
        function!("_Assert", assert),
        function!("GetServerVersion", version),
        function!("GetContextFlags", context_flags),
        function!("GetContextFlagsAll", context_flags_all),
        function!("GetKeyspaceNotificationFlagsAll", keyspace_flags_all),
        function!("GetModuleOptionsAll", module_options_all),
        function!("GetTypeMethodVersion", method_version),
        function!("GetThreadSafeContext", thread_context),
        function!("GetDetachedThreadSafeContext", thread_context),
        function!("SubscribeToServerEvent", subscribe),
        function!("IsSubEventSupported", is_supported),
        function!("GetServerInfo", info_of),
        function!("ServerInfoGetFieldC", field_c),
        function!("ServerInfoGetField", field),
        function!("ServerInfoGetFieldSigned", field_signed),
        function!("ServerInfoGetFieldUnsigned", field_unsigned),
        function!("ServerInfoGetFieldDouble", field_double),
        function!("Milliseconds", milliseconds),
        function!("Microseconds", microseconds),
        function!("CachedMicroseconds", microseconds),
        function!("MonotonicMicroseconds", microseconds),
        function!("GetUsedMemoryRatio", memory_ratio),
        function!("Fork", fork),
        function!("GetRandomBytes", random_bytes),
        function!("GetRandomHexChars", random_hex),
        // Of these a module needs something that is not null, and gives it back.
        function!("CreateDict", some),
        function!("CreateModuleUser", some),
        function!("RegisterCommandFilter", some),
        function!("CreateTimer", some),
        function!("ScanCursorCreate", some),
    ]
}

variadic_after_3!(
    /// `RedisModule_Log`.
    log_entry => log_list
);

unsafe extern "C" fn log_list(_: Context, _level: *const c_char, format: *const c_char, list: *mut VaList) {
    // SAFETY: the module gives C strings, and arguments as the format says; the entry gives the list of them.
    unsafe { log(&(*list).format(format)) };
}

unsafe extern "C" fn assert(text: *const c_char, file: *const c_char, line: c_int) {
    // SAFETY: the module gives C strings.
    let (text, file) = unsafe { (c_bytes(text), c_bytes(file)) };
    let said = format!("assertion failed: {} ({}:{line})", text.escape_ascii(), file.escape_ascii());
    log(said.as_bytes());
    std::process::abort();
}

unsafe extern "C" fn some() -> *mut u64 {
    mark()
}

fn by_version<T: Copy>(rows: &[((u8, u8), T)], otherwise: T) -> T {
    let version = registry().version;
    let row = rows.iter().rev().find(|((major, minor), _)| version.is_from(*major, *minor));
    row.map_or(otherwise, |(_, value)| *value)
}

unsafe extern "C" fn version() -> c_int {
    registry().version.number()
}

/// A master; from 7.2 on also that the server is starting.
unsafe extern "C" fn context_flags(_: Context) -> c_int {
    by_version(&[((7, 2), 0x100_0004)], 0x4)
}

unsafe extern "C" fn context_flags_all() -> c_int {
    by_version(&[((7, 2), 0x1ff_ffff)], 0xff_ffff)
}

unsafe extern "C" fn keyspace_flags_all() -> c_int {
    by_version(&[((7, 0), 0x7fff), ((8, 2), 0x1_ffff)], 0x3fff)
}

unsafe extern "C" fn module_options_all() -> c_int {
    0xf
}

unsafe extern "C" fn method_version() -> c_int {
    by_version(&[((7, 0), 4), ((7, 2), 5)], 3)
}

unsafe extern "C" fn thread_context(_: *mut c_void) -> *mut Lent {
    lend()
}

/// The event comes by value: its number and the version of its data.
unsafe extern "C" fn subscribe(_: Context, event: u64, _version: u64, _callback: *const c_void) -> c_int {
    let events = by_version(&[((6, 2), 14), ((7, 0), 17), ((7, 2), 18)], 12);
    if event < events { OK } else { ERR }
}

unsafe extern "C" fn is_supported(_event: u64, _version: u64, _sub: c_longlong) -> c_int {
    1
}

/// Stands for the whole `INFO`, whichever section is asked for.
unsafe extern "C" fn info_of(_: Context, _section: *const c_char) -> *mut u64 {
    mark()
}

/// # Safety
///
/// The name is null or a C string.
unsafe fn value(name: *const c_char, version: PlayedVersion) -> Option<String> {
    // SAFETY: as the caller says.
    let name = unsafe { c_bytes(name) };
    info::fields(version).into_iter().find(|(known, _)| known.as_bytes() == name).map(|(_, value)| value)
}

unsafe extern "C" fn field_c(_: *mut u64, name: *const c_char) -> *const u8 {
    // SAFETY: the module gives a C string.
    let value = unsafe { value(name, registry().version) };
    // SAFETY: what was just lent is there.
    value.map_or(std::ptr::null(), |value| unsafe { &*Text::lend(value.as_bytes()) }.get().as_ptr())
}

unsafe extern "C" fn field(_: Context, _: *mut u64, name: *const c_char) -> *mut Text {
    // SAFETY: the module gives a C string.
    let value = unsafe { value(name, registry().version) };
    value.map_or(std::ptr::null_mut(), |value| Text::lend(value.as_bytes()))
}

/// # Safety
///
/// The name is null or a C string, `failed` null or room for a number.
unsafe fn number<T: std::str::FromStr + Default>(name: *const c_char, failed: *mut c_int) -> T {
    // SAFETY: as the caller says.
    let read = unsafe { value(name, registry().version) }.and_then(|value| value.parse().ok());
    if !failed.is_null() {
        // SAFETY: as the caller says.
        unsafe { failed.write(if read.is_some() { OK } else { ERR }) };
    }
    read.unwrap_or_default()
}

unsafe extern "C" fn field_signed(_: *mut u64, name: *const c_char, failed: *mut c_int) -> c_longlong {
    // SAFETY: the module gives a C string and room.
    unsafe { number(name, failed) }
}

unsafe extern "C" fn field_unsigned(_: *mut u64, name: *const c_char, failed: *mut c_int) -> c_ulonglong {
    // SAFETY: the module gives a C string and room.
    unsafe { number(name, failed) }
}

unsafe extern "C" fn field_double(_: *mut u64, name: *const c_char, failed: *mut c_int) -> c_double {
    // SAFETY: the module gives a C string and room.
    unsafe { number(name, failed) }
}

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|time| time.as_micros()).unwrap_or_default()
}

unsafe extern "C" fn milliseconds() -> c_longlong {
    c_longlong::try_from(now() / 1000).unwrap_or(0)
}

unsafe extern "C" fn microseconds() -> c_longlong {
    c_longlong::try_from(now()).unwrap_or(0)
}

unsafe extern "C" fn memory_ratio() -> f32 {
    0.0
}

/// Nothing forks here; a server that cannot says so, too.
unsafe extern "C" fn fork(_: *const c_void, _: *mut c_void) -> c_int {
    -1
}

unsafe extern "C" fn random_bytes(into: *mut u8, len: usize) {
    // The system's own call: the function of that name came to glibc with 2.25, and this runs with older ones.
    // SAFETY: the module gives room for so many bytes.
    unsafe { libc::syscall(libc::SYS_getrandom, into, len, 0) };
}

unsafe extern "C" fn random_hex(into: *mut u8, len: usize) {
    // SAFETY: as for bytes, of which each is then written over by a digit.
    unsafe {
        random_bytes(into, len);
        for at in 0..len {
            let digit = b"0123456789abcdef"[usize::from(into.add(at).read() & 15)];
            into.add(at).write(digit);
        }
    }
}
