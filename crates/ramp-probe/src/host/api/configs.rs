//! Configuration parameters: registered, and then set to their defaults, as a server does that nobody has configured.

use std::ffi::{CString, c_char, c_int, c_longlong, c_uint, c_void};
use std::sync::{Mutex, PoisonError};

use super::form::{ERR, Function, OK, function, outcome};
use crate::host::registry::ConfigKind;
use crate::host::shared::{log, registry};
use crate::host::values::{Text, bytes, c_bytes};

type Context = *mut c_void;
type SetText = unsafe extern "C" fn(*const c_char, *mut Text, *mut c_void, *mut *mut Text) -> c_int;
type SetNumber = unsafe extern "C" fn(*const c_char, c_longlong, *mut c_void, *mut *mut Text) -> c_int;
type SetInt = unsafe extern "C" fn(*const c_char, c_int, *mut c_void, *mut *mut Text) -> c_int;
type Apply = unsafe extern "C" fn(Context, *mut c_void, *mut *mut Text) -> c_int;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function!("RegisterStringConfig", register_string),
        function!("RegisterBoolConfig", register_bool),
        function!("RegisterNumericConfig", register_numeric),
        function!("RegisterEnumConfig", register_enum),
        function!("LoadDefaultConfigs", load_defaults),
        function!("LoadConfigs", load),
    ]
}

/// The function that sets a value, and the value.
#[derive(Clone)]
enum Setter {
    Text(Option<SetText>, Vec<u8>),
    Number(Option<SetNumber>, c_longlong),
    Int(Option<SetInt>, c_int),
}

#[derive(Clone)]
struct Config {
    name: CString,
    setter: Setter,
    apply: Option<Apply>,
    /// The module's own, by its address: handed back as it came.
    data: usize,
}

static CONFIGS: Mutex<Vec<Config>> = Mutex::new(Vec::new());
static DEFAULTS_SET: Mutex<bool> = Mutex::new(false);

/// # Safety
///
/// The name is null or a C string.
unsafe fn register(
    name: *const c_char,
    (kind, flags, shown): (ConfigKind, c_uint, String),
    (setter, apply, data): (Setter, Option<Apply>, *mut c_void),
) -> c_int {
    // SAFETY: as the caller says.
    let name = unsafe { c_bytes(name) };
    let done = registry().create_config(name, kind, flags, shown);
    if let (Ok(()), Ok(name)) = (done, CString::new(name)) {
        let config = Config { name, setter, apply, data: data.expose_provenance() };
        CONFIGS.lock().unwrap_or_else(PoisonError::into_inner).push(config);
    }
    outcome(done)
}

unsafe extern "C" fn register_string(
    _: Context,
    name: *const c_char,
    default: *const c_char,
    flags: c_uint,
    _get: *const c_void,
    set: Option<SetText>,
    apply: Option<Apply>,
    data: *mut c_void,
) -> c_int {
    // SAFETY: the module gives C strings.
    unsafe {
        let value = c_bytes(default).to_vec();
        let shown = String::from_utf8_lossy(&value).into_owned();
        register(name, (ConfigKind::String, flags, shown), (Setter::Text(set, value), apply, data))
    }
}

unsafe extern "C" fn register_bool(
    _: Context,
    name: *const c_char,
    default: c_int,
    flags: c_uint,
    _get: *const c_void,
    set: Option<SetInt>,
    apply: Option<Apply>,
    data: *mut c_void,
) -> c_int {
    let shown = if default == 0 { "no" } else { "yes" }.to_owned();
    // SAFETY: the module gives a C string.
    unsafe { register(name, (ConfigKind::Bool, flags, shown), (Setter::Int(set, default), apply, data)) }
}

unsafe extern "C" fn register_numeric(
    _: Context,
    name: *const c_char,
    default: c_longlong,
    flags: c_uint,
    _min: c_longlong,
    _max: c_longlong,
    _get: *const c_void,
    set: Option<SetNumber>,
    apply: Option<Apply>,
    data: *mut c_void,
) -> c_int {
    let setter = Setter::Number(set, default);
    // SAFETY: the module gives a C string.
    unsafe { register(name, (ConfigKind::Numeric, flags, default.to_string()), (setter, apply, data)) }
}

unsafe extern "C" fn register_enum(
    _: Context,
    name: *const c_char,
    default: c_int,
    flags: c_uint,
    names: *const *const c_char,
    values: *const c_int,
    count: c_int,
    _get: *const c_void,
    set: Option<SetInt>,
    apply: Option<Apply>,
    data: *mut c_void,
) -> c_int {
    let count = usize::try_from(count).unwrap_or(0);
    let at = (0..count).filter(|_| !names.is_null() && !values.is_null());
    // SAFETY: the module gives so many names and values.
    let row = |at: usize| unsafe { (c_bytes(*names.add(at)), *values.add(at)) };
    let found = at.map(row).find(|(_, value)| *value == default);
    let shown = found.map_or_else(|| default.to_string(), |(name, _)| String::from_utf8_lossy(name).into_owned());
    // SAFETY: the module gives a C string.
    unsafe { register(name, (ConfigKind::Enum, flags, shown), (Setter::Int(set, default), apply, data)) }
}

/// Sets everything to its default, once.
///
/// # Safety
///
/// What was registered are functions of the module.
unsafe fn set_defaults(context: Context) -> c_int {
    {
        let mut done = DEFAULTS_SET.lock().unwrap_or_else(PoisonError::into_inner);
        if *done {
            return OK;
        }
        *done = true;
    }
    // A copy: what is called may call back.
    let configs = CONFIGS.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for Config { name, setter, data, .. } in &configs {
        let mut said: *mut Text = std::ptr::null_mut();
        let data = std::ptr::with_exposed_provenance_mut(*data);
        // SAFETY: the functions and their data are what the module registered together.
        let answer = unsafe {
            match setter {
                Setter::Text(Some(set), value) => set(name.as_ptr(), Text::lend(value), data, &raw mut said),
                Setter::Number(Some(set), value) => set(name.as_ptr(), *value, data, &raw mut said),
                Setter::Int(Some(set), value) => set(name.as_ptr(), *value, data, &raw mut said),
                Setter::Text(None, _) | Setter::Number(None, _) | Setter::Int(None, _) => OK,
            }
        };
        if answer != OK {
            // SAFETY: what the module says is one of our strings, or nothing.
            let said = String::from_utf8_lossy(unsafe { bytes(said) });
            let text = format!("the default of its config {} is refused: {said}", name.to_string_lossy());
            log(text.as_bytes());
            return ERR;
        }
    }
    let mut applied: Vec<(usize, usize)> = Vec::new();
    for Config { apply, data, .. } in &configs {
        let Some(apply) = apply else { continue };
        let pair = (*apply as usize, *data);
        if applied.contains(&pair) {
            continue;
        }
        applied.push(pair);
        let mut said: *mut Text = std::ptr::null_mut();
        // SAFETY: as above.
        if unsafe { apply(context, std::ptr::with_exposed_provenance_mut(*data), &raw mut said) } != OK {
            return ERR;
        }
    }
    OK
}

unsafe extern "C" fn load_defaults(context: Context) -> c_int {
    // SAFETY: what was registered are functions of the module.
    unsafe { set_defaults(context) }
}

unsafe extern "C" fn load(context: Context) -> c_int {
    // SAFETY: what was registered are functions of the module.
    let answer = unsafe { set_defaults(context) };
    if answer == OK {
        registry().configs_are_loaded();
    }
    answer
}
