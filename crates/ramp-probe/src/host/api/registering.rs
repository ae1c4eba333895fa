//! What a module registers: itself, its commands, its data types.

use std::collections::HashMap;
use std::ffi::{c_char, c_int, c_void};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::form::{ERR, Function, OK, function, outcome};
use crate::host::command_info;
use crate::host::commands::Declared;
use crate::host::keys::Positions;
use crate::host::shared::registry;
use crate::host::values::{c_bytes, mark};

type Context = *mut c_void;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function!("SetModuleAttribs", set_attributes),
        function!("IsModuleNameBusy", is_busy),
        function!("CreateCommand", create_command),
        function!("GetCommand", get_command),
        function!("CreateSubcommand", create_subcommand),
        function!("SetCommandInfo", set_command_info),
        function!("SetCommandACLCategories", set_categories),
        function!("AddACLCategory", add_category),
        function!("CreateDataType", create_type),
        function!("ExportSharedAPI", export),
    ]
}

/// Which command a pointer that the module was given stands for: by its address, which is never looked behind.
static LENT: LazyLock<Mutex<HashMap<usize, usize>>> = LazyLock::new(Mutex::default);

fn lend(command: usize) -> *mut c_void {
    let pointer: *mut c_void = mark().cast();
    LENT.lock().unwrap_or_else(PoisonError::into_inner).insert(pointer.addr(), command);
    pointer
}

fn lent(pointer: *mut c_void) -> Option<usize> {
    LENT.lock().unwrap_or_else(PoisonError::into_inner).get(&pointer.addr()).copied()
}

unsafe extern "C" fn set_attributes(_: Context, name: *const c_char, version: c_int, _api: c_int) {
    // SAFETY: the module gives a C string.
    registry().set_attributes(unsafe { c_bytes(name) }, i64::from(version));
}

unsafe extern "C" fn is_busy(name: *const c_char) -> c_int {
    // SAFETY: the module gives a C string.
    c_int::from(registry().is_busy(unsafe { c_bytes(name) }))
}

/// # Safety
///
/// Name and flags are null or C strings.
unsafe fn declared<'a>(
    name: *const c_char,
    callable: *const c_void,
    flags: *const c_char,
    (first, last, step): (c_int, c_int, c_int),
) -> Declared<'a> {
    let positions = Positions { first: first.into(), last: last.into(), step: step.into() };
    // SAFETY: as the caller says.
    let (name, flags) = unsafe { (c_bytes(name), c_bytes(flags)) };
    Declared { name, flags, positions, is_callable: !callable.is_null() }
}

unsafe extern "C" fn create_command(
    _: Context,
    name: *const c_char,
    callable: *const c_void,
    flags: *const c_char,
    first: c_int,
    last: c_int,
    step: c_int,
) -> c_int {
    // SAFETY: the module gives C strings.
    let declared = unsafe { declared(name, callable, flags, (first, last, step)) };
    let mut registry = registry();
    if registry.attributes.is_none() {
        return ERR;
    }
    outcome(registry.commands.create(declared))
}

unsafe extern "C" fn get_command(_: Context, name: *const c_char) -> *mut c_void {
    // SAFETY: the module gives a C string.
    registry().commands.find(unsafe { c_bytes(name) }).map_or(std::ptr::null_mut(), lend)
}

unsafe extern "C" fn create_subcommand(
    parent: *mut c_void,
    name: *const c_char,
    callable: *const c_void,
    flags: *const c_char,
    first: c_int,
    last: c_int,
    step: c_int,
) -> c_int {
    let Some(parent) = lent(parent) else { return ERR };
    // SAFETY: the module gives C strings.
    let declared = unsafe { declared(name, callable, flags, (first, last, step)) };
    outcome(registry().commands.create_sub(parent, declared))
}

unsafe extern "C" fn set_command_info(command: *mut c_void, info: *const c_void) -> c_int {
    let Some(command) = lent(command) else { return ERR };
    // SAFETY: the module gives a description in the form of its header.
    let read = unsafe { command_info::read(info.cast()) };
    outcome(read.and_then(|info| registry().commands.describe(command, info)))
}

unsafe extern "C" fn set_categories(command: *mut c_void, categories: *const c_char) -> c_int {
    let Some(command) = lent(command) else { return ERR };
    // SAFETY: the module gives a C string.
    outcome(registry().categorize(command, unsafe { c_bytes(categories) }))
}

unsafe extern "C" fn add_category(_: Context, name: *const c_char) -> c_int {
    // SAFETY: the module gives a C string.
    outcome(registry().create_category(unsafe { c_bytes(name) }))
}

unsafe extern "C" fn create_type(_: Context, name: *const c_char, encoding: c_int, methods: *const u64) -> *mut u64 {
    // SAFETY: the module gives a C string, and methods whose first word is the version of their form.
    let (name, methods) = unsafe { (c_bytes(name), methods.as_ref().copied().unwrap_or(0)) };
    match registry().create_type(name, encoding.into(), methods) {
        Ok(()) => mark(),
        Err(_) => std::ptr::null_mut(),
    }
}

unsafe extern "C" fn export(_: Context, name: *const c_char, _: *const c_void) -> c_int {
    // SAFETY: the module gives a C string.
    let name = String::from_utf8_lossy(unsafe { c_bytes(name) }).into_owned();
    if registry().shared_apis.insert(name) { OK } else { ERR }
}
