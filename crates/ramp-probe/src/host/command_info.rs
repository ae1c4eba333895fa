//! `RedisModuleCommandInfo`, as modules hand it over.
//!
//! Source: the layout of `redismodule.h` from 7.0 on. Every array is walked by the size of an element that the module's own header
//! gives, so that later headers, whose elements are longer, are read too.

use std::ffi::{c_char, c_int};

use super::commands::{CommandInfo, Refused};
use super::values::c_bytes;
use ramp_core::module::{BeginSearch, FindKeys, KeySpec};

#[repr(C)]
struct Version {
    number: c_int,
    history_size: usize,
    key_spec_size: usize,
    argument_size: usize,
}

#[repr(C)]
pub(super) struct Raw {
    version: *const Version,
    summary: *const c_char,
    complexity: *const c_char,
    since: *const c_char,
    history: *const u8,
    tips: *const c_char,
    arity: c_int,
    key_specs: *const u8,
    arguments: *const u8,
}

#[repr(C)]
struct RawKeySpec {
    notes: *const c_char,
    flags: u64,
    begin_search: c_int,
    begin: Begin,
    find_keys: c_int,
    find: [c_int; 3],
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Keyword {
    keyword: *const c_char,
    startfrom: c_int,
}

#[repr(C)]
union Begin {
    index: c_int,
    keyword: Keyword,
}

/// Names of the flags of a key specification, by their bits.
const KEY_FLAGS: [&str; 11] =
    ["RO", "RW", "OW", "RM", "access", "update", "insert", "delete", "not_key", "incomplete", "variable_flags"];
/// Of the first four exactly one is set.
const OPERATION: u64 = 0b1111;
/// Of insert, delete and update at most one.
const CHANGE: u64 = 0b1110_0000;
/// No command has more.
const MOST_KEY_SPECS: usize = 1024;

/// What the module says of a command.
///
/// # Safety
///
/// The pointer is null, or that of a description as `redismodule.h` lays it out, with its version in front.
pub(super) unsafe fn read(raw: *const Raw) -> Result<CommandInfo, Refused> {
    // SAFETY: as the caller says.
    let (raw, version) = unsafe {
        let raw = raw.as_ref().ok_or(Refused)?;
        (raw, raw.version.as_ref().ok_or(Refused)?)
    };
    if version.number == 0 || version.key_spec_size < size_of::<RawKeySpec>() {
        return Err(Refused);
    }
    let mut key_specs = Vec::new();
    if !raw.key_specs.is_null() {
        for at in 0..MOST_KEY_SPECS {
            // SAFETY: the array has elements of that size, up to one whose search is 0, at which this ends.
            let spec = unsafe { raw.key_specs.add(at * version.key_spec_size).cast::<RawKeySpec>().read_unaligned() };
            if spec.begin_search == 0 {
                break;
            }
            // SAFETY: as that of this function.
            key_specs.push(unsafe { key_spec(&spec) }?);
        }
    }
    // SAFETY: as that of this function; the texts are null or C strings.
    let text =
        |text: *const c_char| (!text.is_null()).then(|| String::from_utf8_lossy(unsafe { c_bytes(text) }).into_owned());
    let tips = text(raw.tips).unwrap_or_default();
    Ok(CommandInfo {
        summary: text(raw.summary),
        complexity: text(raw.complexity),
        since: text(raw.since),
        tips: tips.split(' ').filter(|tip| !tip.is_empty()).map(str::to_owned).collect(),
        arity: raw.arity.into(),
        key_specs,
    })
}

/// # Safety
///
/// The texts of the specification are null or C strings.
unsafe fn key_spec(raw: &RawKeySpec) -> Result<KeySpec, Refused> {
    let one = |mask: u64| (raw.flags & mask).count_ones();
    if one(OPERATION) != 1 || one(CHANGE) > 1 {
        return Err(Refused);
    }
    let begin_search = match raw.begin_search {
        1 => BeginSearch::Unknown,
        // SAFETY: by its kind, the union holds an index.
        2 => BeginSearch::Index { index: unsafe { raw.begin.index }.into() },
        3 => {
            // SAFETY: by its kind, the union holds a keyword.
            let Keyword { keyword, startfrom } = unsafe { raw.begin.keyword };
            if keyword.is_null() {
                return Err(Refused);
            }
            // SAFETY: as the caller says.
            let keyword = String::from_utf8_lossy(unsafe { c_bytes(keyword) }).into_owned();
            BeginSearch::Keyword { keyword, startfrom: startfrom.into() }
        }
        _ => return Err(Refused),
    };
    let [a, b, c] = raw.find.map(i64::from);
    let find_keys = match raw.find_keys {
        0 => FindKeys::Range { lastkey: 0, keystep: 1, limit: 0 },
        1 => FindKeys::Unknown,
        2 => FindKeys::Range { lastkey: a, keystep: b, limit: c },
        3 => FindKeys::Keynum { keynumidx: a, firstkey: b, keystep: c },
        _ => return Err(Refused),
    };
    let names = KEY_FLAGS.iter().enumerate().filter(|(bit, _)| raw.flags & 1 << bit != 0);
    // SAFETY: as the caller says.
    let notes = (!raw.notes.is_null()).then(|| String::from_utf8_lossy(unsafe { c_bytes(raw.notes) }).into_owned());
    Ok(KeySpec { notes, flags: names.map(|(_, name)| (*name).to_owned()).collect(), begin_search, find_keys })
}
